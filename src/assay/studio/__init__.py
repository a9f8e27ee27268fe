"""Programmes: artefacts of 22 generation pathways, brought in, stamped, and laid out as a surface to be measured.

Belongs here: the registry of pathways, the reading of folders and bundles into pieces, the records of programmes and
artefacts with their versions, the example portfolio. Does not belong here: detectors (`detect`), verdicts and findings
(`assurance`), pages about verdicts (`reports`). May import `assurance`, `jobs`, `accounts`, `ui`, `ledger`, `client`,
`detect`, `catalog` and `core`. `pathways`, `governance` and `importing` are pure: no Django, no database, no clock.
"""
