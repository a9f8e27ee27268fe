"""Sweeping the portfolio, keeping and signing its report, and fixing many findings on the strength of one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from assay.accounts.access import Actor
from assay.accounts.models import Organization
from assay.assurance.bodies import pack
from assay.assurance.models import CanaryRow, FindingRow
from assay.assurance.standing import readings_of
from assay.client.dsse import envelope_sign
from assay.client.statement import STATEMENT_TYPE
from assay.core.canonical import canonical_bytes, rows_digest
from assay.core.errors import Conflict, InvalidInput, NotFound
from assay.core.sensitivity import sensitivity_bound
from assay.core.stored import verdict_from_bytes
from assay.detect.registry import DETECTORS
from assay.jobs.models import Job, Schedule
from assay.jobs.services import enqueue, schedule_set, schedule_stop
from assay.ledger import signing, tracking
from assay.ledger.queries import checkpoint_latest
from assay.ledger.services import append
from assay.studio import governance
from assay.studio.models import Artefact, Programme, PublishDecision, Remediation, SweepReport
from assay.studio.portfolio.report import WIDESPREAD, DetectorLine, ProgrammeLine, report_body, thresholds
from assay.studio.shapes import SweepSummary
from assay.studio.sweeping import programme_sweep

REPORT_JOB = "studio.portfolio-report"
BULK_JOB = "studio.bulk-fix"
KEY = "portfolio"
PREDICATE = "urn:assay:sweep-report:v1"
SHORTEST = timedelta(hours=1)
TOLD = (
    "number",
    "verdict",
    "programme_count",
    "affected_programme_ratio",
    "category_a_by_pathway",
    "total_remediations",
)
"""What the ledger's entry says of a report."""


@transaction.atomic
def sweep_start(*, by: Actor, now: datetime) -> Job:
    """Enqueue a sweep over all programmes of the organization; return its job, or the one that is open.

    Raises NotPermitted, InvalidInput where there is no programme.
    """
    by.require("write")
    count = Programme.objects.filter(organization=by.organization).count()
    if not count:
        raise InvalidInput("There is nothing to sweep.", hint="Import a programme first.")
    body = {"person": str(by.person.pk), "request": str(uuid.uuid4())}
    job = enqueue(kind=REPORT_JOB, key=KEY, steps_body=body, organization=by.organization, now=now)
    if job.body.get("request") == body["request"]:
        append(
            log=by.log,
            kind="sweep.started",
            subject=f"job:{job.pk}",
            actor=by.pseudonym,
            body={"programmes": count},
            now=now,
        )
    return job


@transaction.atomic
def sweep_schedule(*, by: Actor, every: timedelta | None, now: datetime) -> Schedule | None:
    """Sweep every so often from now on, for `by`; None stops it. Raises NotPermitted, InvalidInput below one hour."""
    by.require("write")
    if every is not None and every < SHORTEST:
        raise InvalidInput(
            "A portfolio is swept once an hour at most.", hint="Choose a longer interval.", field="every"
        )
    schedule = sweep_schedule_get(by.organization)
    if every is None:
        if schedule is not None:
            schedule_stop(schedule=schedule)
    else:
        schedule = schedule_set(
            kind=REPORT_JOB,
            key=KEY,
            body={"person": str(by.person.pk)},
            every=every,
            organization=by.organization,
            now=now,
        )
    append(
        log=by.log,
        kind="sweep.scheduled",
        subject=f"organization:{by.organization.pk}",
        actor=by.pseudonym,
        body={"every_seconds": None if every is None else int(every.total_seconds())},
        now=now,
    )
    return schedule


def sweep_schedule_get(organization: Organization) -> Schedule | None:
    """The schedule of an organization's sweeps, stopped or not."""
    return Schedule.objects.filter(organization=organization, kind=REPORT_JOB, key=KEY).first()


def content_digest(programme: Programme) -> str:
    """The digest over keys, versions and digests of all artefacts that are there."""
    rows = Artefact.objects.filter(programme=programme, removed_at=None).order_by("key")
    return rows_digest(rows.values_list("key", "version", "digest").iterator(chunk_size=2_000))


def line_sweep(*, actor: Actor, programme: Programme, now: datetime) -> ProgrammeLine:
    """Sweep one programme, refresh its cached report, and say how it was found. No content is changed.

    A sweep that finds nothing to do only reads; then the content is digested once for before and after.
    """
    before = content_digest(programme)
    swept = programme_sweep(actor=actor, programme=programme, now=now)
    return _line(programme, swept, before, before if swept.readings is not None else content_digest(programme))


@transaction.atomic
def report_record(
    *,
    job: UUID,
    actor: Actor,
    lines: Sequence[ProgrammeLine],
    now: datetime,
    spreading: Mapping[str, Any] | None = None,
) -> SweepReport:
    """Make, sign and keep the report of one job's sweep; the one it made before, if it did."""
    standing = SweepReport.objects.filter(job_id=job).first()
    if standing is not None:
        return standing
    organization = actor.organization
    Organization.objects.select_for_update().get(pk=organization.pk)
    last = SweepReport.objects.filter(organization=organization).aggregate(last=Max("number"))["last"]
    body = report_body(
        organization=organization.slug,
        number=(last or 0) + 1,
        at=now,
        lines=lines,
        detectors=_detectors(organization),
        governance=governance.CURRENT.version,
        remediations=_remediations(organization),
        refusals=PublishDecision.objects.filter(programme__organization=organization, allowed=False).count(),
        limits=thresholds(),
        spreading=spreading,
    )
    row = _row_new(job, actor, body, now)
    row.event_id = append(
        log=actor.log,
        kind="sweep.reported",
        subject=f"job:{job}",
        actor=actor.pseudonym,
        body={**{key: body[key] for key in TOLD}, "digest": row.digest, "content": body["content"]},
        record=tracking.record(row),
        now=now,
    )
    row.save(force_insert=True)
    return row


def _row_new(job: UUID, actor: Actor, body: Mapping[str, Any], now: datetime) -> SweepReport:
    """The row of a report, signed and not yet saved."""
    packed, of = pack(body)
    return SweepReport(
        id=uuid.uuid4(),
        organization=actor.organization,
        number=body["number"],
        job_id=job,
        body=packed,
        digest=of,
        envelope=_signed(actor.log, body, of),
        verdict=body["verdict"],
        programme_count=body["programme_count"],
        affected_count=len(body["affected_programmes"]),
        total_remediations=body["total_remediations"],
        by=actor.pseudonym,
        at=now,
    )


def why_not_bulk(report: SweepReport) -> str:
    """Empty, or why a report does not justify that many artefacts are written again at once."""
    latest = SweepReport.objects.filter(organization=report.organization_id).order_by("-number").first()
    if latest is None or latest.pk != report.pk:
        return "A later sweep has been made. Decide on the latest evidence."
    if not report.affected_count:
        return "Nothing was found that would justify writing anything again."
    if report.verdict != WIDESPREAD:
        return "What was found is isolated: fix the findings one by one, each with one click."
    return ""


@transaction.atomic
def bulk_fix_start(*, by: Actor, report: SweepReport, now: datetime) -> Job:
    """Enqueue fixes of all findings that a report shows. Raises NotPermitted, NotFound, Conflict with the reason where
    the report does not justify it."""
    by.require("write")
    if report.organization_id != by.organization.pk:
        raise NotFound("sweep report", report.number)
    reason = why_not_bulk(report)
    if reason:
        raise Conflict(reason, hint="Sweep the portfolio and read its report.")
    body = {"person": str(by.person.pk), "report": str(report.pk), "request": str(uuid.uuid4())}
    job = enqueue(kind=BULK_JOB, key=str(report.number), steps_body=body, organization=by.organization, now=now)
    if job.body.get("request") == body["request"]:
        append(
            log=by.log,
            kind="remediation.started",
            subject=f"job:{job.pk}",
            actor=by.pseudonym,
            body={"sweep": report.number, "report": report.digest},
            now=now,
        )
    return job


def _line(programme: Programme, swept: SweepSummary, before: str, after: str) -> ProgrammeLine:
    row = swept.verdict
    verdict = verdict_from_bytes(bytes(row.body))
    by_pathway: dict[str, int] = {}
    findings = FindingRow.objects.filter(
        surface=row.surface_id, bucket="A", defect=True, closed_at=None, disposed_at=None
    ).order_by("stratum", "cell_key", "start", "id")
    ids = []
    for pk, stratum in findings.values_list("pk", "stratum"):
        by_pathway[stratum] = by_pathway.get(stratum, 0) + 1
        ids.append(str(pk))
    readings, due = readings_of(row.surface) if swept.readings is None else swept.readings
    return ProgrammeLine(
        slug=programme.slug,
        title=programme.title,
        state=row.state,
        sentence=row.sentence,
        coverage=f"{verdict.coverage.value.numerator}/{verdict.coverage.value.denominator}",
        cells=row.cells,
        measured=row.measured,
        strata_measured=row.strata_measured,
        strata_total=row.strata_total,
        found=row.found,
        residual=row.residual,
        remaining=row.remaining,
        verdict=row.digest,
        by_pathway=dict(sorted(by_pathway.items())),
        findings=tuple(ids),
        readings=readings,
        readings_due=due,
        before=before,
        after=after,
    )


def _detectors(organization: Organization) -> list[DetectorLine]:
    """Every detector registered now, with the canaries that its present version caught here."""
    rows: dict[str, list[CanaryRow]] = {}
    for row in CanaryRow.objects.filter(organization=organization):
        if row.detector in DETECTORS and DETECTORS[row.detector].version == row.version:
            rows.setdefault(row.detector, []).append(row)
    found = []
    for name, spec in DETECTORS.items():
        of = rows.get(name, [])
        weakest = min((sensitivity_bound(row.caught, row.planted) for row in of), default=0)
        found.append(
            DetectorLine(
                name,
                spec.version,
                sum(row.caught for row in of),
                sum(row.planted for row in of),
                f"{weakest / 10**6:.6f}",
            )
        )
    return found


def _remediations(organization: Organization) -> int:
    return Remediation.objects.filter(
        artefact__programme__organization=organization, outcome=Remediation.Outcome.REPLACED
    ).count()


def _signed(log: str, body: Mapping[str, Any], of: str) -> str:
    """The report as a signed in-toto statement, with the key that signs the log's checkpoints."""
    statement = {
        "_type": STATEMENT_TYPE,
        "predicateType": PREDICATE,
        "subject": [{"name": f"sweep-{body['number']}", "digest": {"sha256": of.removeprefix("sha256:")}}],
        "predicate": dict(body),
    }
    signer = signing.signer_of(checkpoint_latest(log).origin)
    return envelope_sign(canonical_bytes(statement), [signer]).decode()
