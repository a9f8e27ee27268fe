"""The families that texts can drift to: one folder each, named by the family's id, with all that detection knows of it.

    naming.yaml             how it is named beside what the catalog holds: `phrases` (case ignored) and `exact` spellings,
                            `systems` and `acronyms` of its management system, `weak` ones that count only beside another
                            sign, `numbers` of its series, `earlier_editions`; and `family` (name, kind, domain) where the
                            catalog has no such family
    concepts.yaml           ways of speaking that it owns, by strength and clause
    words.yaml              everyday words of its discipline
    canaries.yaml           pieces of planted defects to work with
    canaries_reserve.yaml   the same to measure with, in other words; read by nobody who works on a detector

Each file may be missing, not all. Folders are found, nothing else lists them. Here do not belong: relations between
families (`data/relations.yaml`), standards that programmes can be on (`assay.catalog`), words of no family.
May import: `assay.catalog`, `assay.core`, the folding of text.
"""

from assay.detect.families.loading import FamilyFolder, folders, paths

__all__ = ["FamilyFolder", "folders", "paths"]
