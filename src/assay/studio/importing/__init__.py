"""Reading of folders, files and bundles into pieces: pure parsing, nothing executed, nothing fetched, nothing written.

`read_source(path)` is the way in. Formats: Markdown, HTML, Word (DOCX), plain text, SCORM 1.2 and
2004 packages, and a JSON bundle of stamped artefacts.
"""

from assay.studio.importing.mapping import MAPPING_FILE, Mapping, read_mapping
from assay.studio.importing.pieces import Limits, Note, Piece, Source, Stamp
from assay.studio.importing.source import read_source

__all__ = ["MAPPING_FILE", "Limits", "Mapping", "Note", "Piece", "Source", "Stamp", "read_mapping", "read_source"]
