"""Everything that pages and other rooms may read of registers."""

from assay.registers.queries.records import (
    ListFilters,
    access_comment,
    access_evidence,
    access_record,
    access_run,
    inward_facts,
    people_of,
    record_list,
    record_search,
    targets_of,
)

__all__ = [
    "ListFilters",
    "access_comment",
    "access_evidence",
    "access_record",
    "access_run",
    "inward_facts",
    "people_of",
    "record_list",
    "record_search",
    "targets_of",
]
