"""The part of the HTTP API about findings: which there are, what is known of each, and what people decide about them.

Mounted by `api`, whose error answers and authentication hold here too.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query as QueryParams
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from assay.accounts.access import Actor
from assay.assurance.models import FindingRow
from assay.assurance.queries import access_finding
from assay.reports.queries.findings import FindingFilters, finding_rows
from assay.studio.advice.services import advice_of
from assay.studio.services import finding_decide

router = Router()


class DispositionIn(Schema):
    """What a person found, and why. `defect` only of a finding that was held for reading (`in_doubt`)."""

    model_config = ConfigDict(extra="forbid")
    reason: str = Field(min_length=1, max_length=2000)
    decision: Literal["not-a-defect", "defect"] = "not-a-defect"


class FindingQuery(Schema):
    """Filters of the list of findings."""

    programme: str = ""
    status: Literal["open", "dismissed", "closed", "all"] = "open"
    bucket: Literal["", "A", "B", "C", "own", "read"] = ""
    limit: int = Field(default=100, ge=1, le=1000)
    offset: int = Field(default=0, ge=0, le=10_000_000)


@router.get("/findings", response=dict, operation_id="finding_list", tags=["findings"])
def finding_all(request: HttpRequest, query: Annotated[FindingQuery, QueryParams(...)]) -> Any:
    """Findings, defects first."""
    rows = finding_rows(_actor(request), FindingFilters(query.status, query.bucket, query.programme, "", "", ""))
    page = rows[query.offset : query.offset + query.limit]
    return {"total": rows.count(), "findings": [finding_json(row) for row in page]}


@router.get("/findings/{finding_id}", response=dict, operation_id="finding_get", tags=["findings"])
def finding_get(request: HttpRequest, finding_id: UUID) -> Any:
    """One finding with its six attributions, and what models said of it (`advice`), which decides nothing."""
    row = access_finding(actor=_actor(request), finding_id=finding_id)
    advice = [
        {
            "model": each.model, "vote": each.vote, "quotation": each.quotation, "reason": each.reason, "at": _time(each.at),
            "prompt": each.prompt, "answer": each.answer, "ledger_event": each.event_id,
        }
        for each in advice_of(row)
    ]  # fmt: skip
    return {**finding_json(row), "advice": advice}


@router.post(
    "/findings/{finding_id}/dispositions",
    response={201: dict},
    operation_id="finding_dispose",
    tags=["findings"],
)
def finding_dispose(request: HttpRequest, finding_id: UUID, body: DispositionIn) -> Any:
    """Record that a finding is not a defect, or that one held for reading is, and why."""
    actor = _actor(request, "dispose")
    row = access_finding(actor=actor, finding_id=finding_id)
    finding_decide(finding=row, by=actor, reason=body.reason, now=_now(), defect=body.decision == "defect")
    return Status(201, finding_json(access_finding(actor=actor, finding_id=finding_id)))


def finding_json(row: FindingRow) -> dict[str, Any]:
    """A finding as every answer gives it: where it is, why, and what became of it."""
    return {
        "id": str(row.pk), "key": row.key, "programme": row.surface.key, "bucket": row.bucket, "kind": row.kind,
        "family": row.family, "defect": row.defect, "in_doubt": row.in_doubt, "blocking": row.blocking, "quote": row.quote,
        "start": row.start, "end": row.end, "line": row.line_start, "artefact": row.subject_id, "title": row.title,
        "pathway": row.stratum, "route": row.route, "governance_version": row.governance_version,
        "is_legacy": row.is_legacy, "detector": row.detector, "detector_version": row.version,
        "confidence_permille": row.confidence, "reasons": list(row.reasons), "rule": row.rule,
        "found_at": _time(row.found_at), "closed_at": _time(row.closed_at), "disposed_at": _time(row.disposed_at),
    }  # fmt: skip


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def _actor(request: HttpRequest, action: str = "read") -> Actor:
    actor: Actor = request.auth  # type: ignore[attr-defined]
    actor.require(action)
    return actor


def _now() -> datetime:
    return timezone.now().replace(microsecond=0)
