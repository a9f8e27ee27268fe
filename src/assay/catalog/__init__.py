"""Standards and law as data: clauses, obligations, controls, records, families and crosswalks, in own words.

Belongs here: the data files (each with its sources), their checked loading into frozen dataclasses, and look-ups over
them. Does not belong here: text of a standard, decisions of an organization (those are records), reading of artefacts
(`detect`). May import `core` only; no Django.
"""

from assay.catalog.catalog import Catalog, Link
from assay.catalog.families import Families, Family, load_families
from assay.catalog.load import load_catalog

__all__ = ["Catalog", "Families", "Family", "Link", "load_catalog", "load_families"]
