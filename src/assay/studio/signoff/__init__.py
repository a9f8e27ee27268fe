"""Sign-off: exactly one version of an artefact, signed by a named person who did not make it.

Belongs here: what is signed (`statement`), the keys of people (`keys`), where each artefact stands (`standing`), asking
and signing (`requests`, `services`). Does not belong here: which artefacts need a signature (`stakes`),
whether a programme may be published (`publishing`).
"""
