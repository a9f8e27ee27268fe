"""Everything that other rooms may have this room do."""

from assay.studio.generating import generated_store, programme_generate
from assay.studio.intake import artefact_put, pieces_import, programme_import
from assay.studio.programmes import programme_create, programme_update
from assay.studio.sweeping import artefact_accept, finding_decide, programme_sweep

__all__ = [
    "artefact_accept",
    "artefact_put",
    "finding_decide",
    "generated_store",
    "pieces_import",
    "programme_create",
    "programme_generate",
    "programme_import",
    "programme_sweep",
    "programme_update",
]
