"""Everything that other rooms may have this room do. Each service is one transaction per partition, with its entry."""

from assay.assurance.brought import results_record
from assay.assurance.canarying import canaries_record, canaries_refresh
from assay.assurance.deciding import finding_confirm, finding_dispose
from assay.assurance.judging import gate_decide, verdict_refresh
from assay.assurance.measuring import surface_measure
from assay.assurance.population import cells_put, cells_replace, surface_define

__all__ = [
    "canaries_record",
    "canaries_refresh",
    "cells_put",
    "cells_replace",
    "finding_confirm",
    "finding_dispose",
    "gate_decide",
    "results_record",
    "surface_define",
    "surface_measure",
    "verdict_refresh",
]
