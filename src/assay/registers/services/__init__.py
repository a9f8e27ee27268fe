"""Everything that pages, endpoints and other rooms may have this room do."""

from assay.registers.services.competence import competence_earned, competence_withdrawn
from assay.registers.services.evidence import evidence_add, evidence_retire
from assay.registers.services.impacts import impact_begin, impacts_reopen_due
from assay.registers.services.publishing import record_publish, record_unpublish
from assay.registers.services.reading import document_acknowledge
from assay.registers.services.records import (
    comment_add,
    filter_save,
    record_bulk_update,
    record_create,
    record_link,
    record_move,
    record_restore,
    record_retire,
    record_unlink,
    record_update,
)
from assay.registers.services.reviews import review_fill

__all__ = [
    "comment_add",
    "competence_earned",
    "competence_withdrawn",
    "document_acknowledge",
    "evidence_add",
    "evidence_retire",
    "filter_save",
    "impact_begin",
    "impacts_reopen_due",
    "record_bulk_update",
    "record_create",
    "record_link",
    "record_move",
    "record_publish",
    "record_restore",
    "record_retire",
    "record_unlink",
    "record_unpublish",
    "record_update",
    "review_fill",
]
