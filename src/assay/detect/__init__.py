"""Detectors: what a text says about standards that are not the standard of its programme.

Here belong the grammar of standards' names, the reading of what a mention is attached to, the ownership of concepts,
the tests of deliverables and case companies, the check of the own standard's facts, their registry, their canaries and
their data. Everything is pure: text and context in, hits out; no clock, database, network or randomness.
Here do not belong: storing measurements, verdicts, programmes, or pages.
May import: `assay.catalog`, `assay.core`.
"""
