"""The part of the HTTP API that fixes, publishes and sweeps. People sign on pages; a token cannot.

Mounted by `api`, whose error answers and authentication hold here too.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status

from assay.accounts.access import Actor
from assay.assurance.queries import access_finding
from assay.core.errors import Conflict
from assay.studio.models import SweepReport
from assay.studio.portfolio.queries import access_report, body_of, report_list
from assay.studio.portfolio.services import sweep_start
from assay.studio.publishing.gate import Blocker, GateAnswer
from assay.studio.publishing.services import programme_gate, programme_publish
from assay.studio.queries import access_programme
from assay.studio.remediation.plan import FixPlan, fix_plan
from assay.studio.remediation.services import finding_fix

router = Router()


@router.get("/findings/{finding_id}/fix", response=dict, operation_id="fix_get", tags=["findings"])
def fix_get(request: HttpRequest, finding_id: UUID) -> Any:
    """What one click would do about a finding, or why there is no fix."""
    return _plan(fix_plan(access_finding(actor=_actor(request), finding_id=finding_id)))


@router.post("/findings/{finding_id}/fix", response=dict, operation_id="finding_fix", tags=["findings"])
def fix_post(request: HttpRequest, finding_id: UUID) -> Any:
    """Write the finding's artefact again through the spine; on a closed finding nothing happens."""
    actor = _actor(request, "write")
    result = finding_fix(finding=access_finding(actor=actor, finding_id=finding_id), by=actor, now=_now())
    artefact = result.artefact
    return {
        "fixed": result.fixed,
        "changed": result.changed,
        "faults": list(result.faults),
        "artefact": None if artefact is None else str(artefact.pk),
        "version": None if artefact is None else artefact.version,
        "legacy": None if artefact is None else artefact.is_legacy,
    }


@router.get("/programmes/{slug}/publication", response=dict, operation_id="publication_get", tags=["programmes"])
def publication_get(request: HttpRequest, slug: str) -> Any:
    """What the publish gate would answer now. Changes nothing."""
    programme = access_programme(actor=_actor(request), slug=slug)
    return _answer(programme_gate(programme, now=_now()))


@router.post(
    "/programmes/{slug}/publication", response={201: dict}, operation_id="programme_publish", tags=["programmes"]
)
def publication_post(request: HttpRequest, slug: str) -> Any:
    """Measure what is not fresh, ask the gate, and publish; answers 409 with the blockers where it refuses."""
    actor = _actor(request, "write")
    done = programme_publish(actor=actor, programme=access_programme(actor=actor, slug=slug), now=_now())
    if not done.answer.allowed:
        told = "; ".join(f"{each.key}: {each.what}" for each in done.answer.blockers)
        raise Conflict(f"It cannot be published. {told}", hint=f"See /programmes/{slug}/publish.")
    return Status(201, _answer(done.answer) | {"number": done.decision.number, "digest": done.decision.digest})


@router.get("/sweeps", response=dict, operation_id="sweep_list", tags=["sweeps"])
def sweep_list(request: HttpRequest) -> Any:
    """Reports of portfolio sweeps, the newest first."""
    return {"sweeps": [_report(row) for row in report_list(actor=_actor(request))[:200]]}


@router.post("/sweeps", response={202: dict}, operation_id="sweep_start", tags=["sweeps"])
def sweep_new(request: HttpRequest) -> Any:
    """Sweep the whole portfolio in the background; content is read and never changed."""
    job = sweep_start(by=_actor(request, "write"), now=_now())
    return Status(202, {"job": str(job.pk), "state": job.state})


@router.get("/sweeps/{number}", response=dict, operation_id="sweep_get", tags=["sweeps"])
def sweep_get(request: HttpRequest, number: int) -> Any:
    """One report as it was signed, with the digest of its canonical bytes."""
    row = access_report(actor=_actor(request), number=number)
    return {"digest": row.digest, "report": body_of(row)}


def _plan(plan: FixPlan) -> dict[str, Any]:
    policy = plan.policy
    return {
        "possible": not plan.why_not,
        "why_not": plan.why_not,
        "in_place": None if policy is None else policy.in_place,
        "sign_off": None if policy is None else policy.sign_off,
        "attempts": len(plan.attempts),
        "question_detector": plan.question_detector,
    }


def _answer(answer: GateAnswer) -> dict[str, Any]:
    return {
        "allowed": answer.allowed,
        "enforced": answer.enforced,
        "blockers": [_blocker(each) for each in answer.blockers],
        "waived": [_blocker(each) for each in answer.waived],
    }


def _blocker(blocker: Blocker) -> dict[str, Any]:
    return {
        "key": blocker.key,
        "what": blocker.what,
        "remedy": blocker.remedy,
        "places": [{"words": place.words, "kind": place.kind, "id": place.key} for place in blocker.places[:100]],
    }


def _report(row: SweepReport) -> dict[str, Any]:
    return {
        "number": row.number,
        "at": row.at.isoformat(),
        "verdict": row.verdict,
        "programme_count": row.programme_count,
        "affected": row.affected_count,
        "total_remediations": row.total_remediations,
        "digest": row.digest,
    }


def _actor(request: HttpRequest, action: str = "read") -> Actor:
    actor: Actor = request.auth  # type: ignore[attr-defined]
    actor.require(action)
    return actor


def _now() -> datetime:
    return timezone.now().replace(microsecond=0)
