"""The act of fixing: write again from context, check, replace, sign nothing, measure again, write through.

1. The writer gets pathway, context and key. 2. What it wrote is measured before it is used; a text with a defect is not
used, and the attempt is kept. 3. In one transaction: the artefact is replaced and restamped, the attempt kept, its cell
follows, the new text is measured, its findings close. 4. The verdict, the cached report, is brought up to date. Whatever
interrupts between 3 and 4, a background job that was enqueued in 3 does 4.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from assay.accounts.access import Actor
from assay.assurance.models import FindingRow, VerdictRow
from assay.assurance.services import canaries_refresh, verdict_refresh
from assay.core.canonical import text_digest
from assay.core.errors import Conflict, InvalidInput, NotFound
from assay.core.evidence import Outcome
from assay.detect.context import Context
from assay.detect.measure import measure
from assay.jobs.services import enqueue
from assay.ledger import tracking
from assay.ledger.services import append, append_bulk
from assay.studio.governance import CURRENT
from assay.studio.importing import Piece, Stamp
from assay.studio.intake import CONTENT, content_of, version_of
from assay.studio.models import Artefact, ArtefactVersion, Programme, Remediation, SweepReport
from assay.studio.pathways import Pathway
from assay.studio.programmes import programme_lock
from assay.studio.remediation.plan import FixPlan, fix_plan, writer_default
from assay.studio.remediation.writing import Writer, WritingContext, Written, context_of, provenance_of
from assay.studio.signoff.requests import request_of
from assay.studio.stakes import FixPolicy
from assay.studio.sweeping import artefact_measure
from assay.studio.whole import whole_measure

REFRESH = "studio.verdict-refresh"


@dataclass(frozen=True)
class FixResult:
    """What a fix came to. `fixed`: the finding is closed now; `changed`: something was written at all.

    `faults` are sentences about what was wrong with a text that was not used.
    """

    finding: FindingRow
    artefact: Artefact | None
    remediation: Remediation | None
    verdict: VerdictRow | None
    fixed: bool
    changed: bool
    faults: tuple[str, ...] = ()


def finding_fix(
    *,
    finding: FindingRow,
    by: Actor,
    now: datetime,
    writer: Writer | None = None,
    report: SweepReport | None = None,
) -> FixResult:
    """Fix a finding; on one that is closed already, do nothing. `report` is the sweep that a bulk fix rests on.

    Raises NotPermitted, NotFound for another organization's finding, Conflict with the reason where there is no fix or
    the artefact changed meanwhile, Unavailable from a writer.
    """
    by.require("write")
    row = _own(finding, by)
    chosen = writer or writer_default()
    plan = fix_plan(row, writer=chosen)
    if plan.done:
        return FixResult(row, plan.artefact, None, None, fixed=True, changed=False)
    if plan.why_not or plan.artefact is None or plan.pathway is None or plan.policy is None:
        raise Conflict(plan.why_not, hint="See the finding's page.", finding=str(row.pk))
    context = context_of(plan.artefact.programme)
    written = chosen.write(plan.pathway, context, plan.artefact.key)
    faults = faults_of(written, plan.pathway, context)
    if faults:
        refused = _refuse(plan, by, now, chosen, written, faults, report)
        return FixResult(row, plan.artefact, refused, None, fixed=False, changed=False, faults=faults)
    canaries_refresh(organization=by.organization, by=by, now=now)
    remediation = _replace(plan, plan.pathway, plan.policy, by, now, chosen, context, written, report)
    verdict = verdict_refresh(surface=row.surface, now=now)
    whole_measure(actor=by, programme=plan.artefact.programme, now=now)
    row.refresh_from_db()
    artefact = Artefact.objects.select_related("programme").get(pk=plan.artefact.pk)
    return FixResult(row, artefact, remediation, verdict, fixed=row.closed_at is not None, changed=True)


def faults_of(written: Written, pathway: Pathway, context: WritingContext) -> tuple[str, ...]:
    """What the pathway's detectors find wrong with a text that nobody has seen yet; one sentence each."""
    if not written.text.strip():
        return ("The writer wrote nothing.",)
    reading = Context(
        standard=context.standard,
        companions=frozenset(context.companions),
        artefact=pathway.slug,
        language=written.language,
        title=written.title,
    )
    found = measure(written.text, reading, pathway.required)
    return tuple(
        f"{name}: {hit.kind}, “{hit.quote[:120]}”"
        for name, result in found.items()
        if result.outcome is Outcome.DEFECT
        for hit in result.hits
        if hit.defect
    )


def _own(finding: FindingRow, by: Actor) -> FindingRow:
    rows = FindingRow.objects.filter(pk=finding.pk, surface__organization=by.organization)
    row = rows.select_related("surface").first()
    if row is None:
        raise NotFound("finding", finding.pk)
    return row


@transaction.atomic
def _refuse(
    plan: FixPlan,
    by: Actor,
    now: datetime,
    writer: Writer,
    written: Written,
    faults: Sequence[str],
    report: SweepReport | None,
) -> Remediation:
    """Keep an attempt whose text was not used."""
    artefact, policy = plan.artefact, plan.policy
    if artefact is None or policy is None:
        raise InvalidInput("There is nothing to fix.")
    row = _attempt(plan, artefact, by, now, writer, report)
    row.outcome, row.in_place = Remediation.Outcome.REFUSED, policy.in_place
    row.to_version, row.after_digest = artefact.version, text_digest(written.text)
    row.reason = "\n".join(faults)
    row.event_id = append(
        log=by.log,
        kind="remediation.refused",
        subject=f"artefact:{artefact.pk}",
        actor=by.pseudonym,
        body={**_told(row), "faults": list(faults)[:50]},
        record=tracking.record(row),
        now=now,
    )
    row.save(force_insert=True)
    return row


@transaction.atomic
def _replace(
    plan: FixPlan,
    pathway: Pathway,
    policy: FixPolicy,
    by: Actor,
    now: datetime,
    writer: Writer,
    context: WritingContext,
    written: Written,
    report: SweepReport | None,
) -> Remediation:
    """Put a clean text in the artefact's place, and measure it, as one change."""
    seen = plan.artefact
    if seen is None:
        raise InvalidInput("There is nothing to fix.")
    programme = programme_lock(by, seen.programme)
    artefact = Artefact.objects.select_for_update().get(pk=seen.pk)
    if artefact.digest != seen.digest or artefact.version != seen.version:
        raise Conflict("The artefact was changed meanwhile.", hint="Look at it again.", artefact=str(artefact.pk))
    row = _attempt(plan, artefact, by, now, writer, report)
    row.outcome, row.in_place = Remediation.Outcome.REPLACED, policy.in_place
    row.before_text = artefact.text if policy.in_place else ""
    past = _renew(artefact, pathway, policy, by, now, provenance_of(writer, context, written), written)
    row.to_version, row.after_digest = artefact.version, artefact.digest
    asked = request_of(artefact, by=by, now=now) if policy.sign_off else None
    changed = [each for each in (artefact, past, row, asked) if each is not None]
    event = append_bulk(
        log=by.log,
        kind="artefact.remediated",
        subject=f"artefact:{artefact.pk}",
        actor=by.pseudonym,
        body=_told(row),
        records=[tracking.record(each) for each in changed],
        now=now,
    )
    artefact.event_id = row.event_id = event
    artefact.save(update_fields=[*CONTENT, "version", "author", "changed_at", "event_id"])
    if past is not None:
        past.save(force_insert=True)
    row.save(force_insert=True)
    if asked is not None:
        asked.event_id = event
        asked.save(force_insert=True)
    artefact_measure(actor=by, programme=programme, artefact=artefact, now=now)
    _refresh_later(programme, now)
    return row


def _attempt(
    plan: FixPlan, artefact: Artefact, by: Actor, now: datetime, writer: Writer, report: SweepReport | None
) -> Remediation:
    return Remediation(
        id=uuid.uuid4(),
        artefact=artefact,
        finding=plan.finding,
        detector=plan.finding.detector,
        kind=plan.finding.kind,
        from_version=artefact.version,
        before_digest=artefact.digest,
        writer=writer.name,
        report=report,
        by=by.pseudonym,
        at=now,
    )


def _renew(
    artefact: Artefact,
    pathway: Pathway,
    policy: FixPolicy,
    by: Actor,
    now: datetime,
    provenance: dict[str, object],
    written: Written,
) -> ArtefactVersion | None:
    """Set the columns of an artefact to what was written; return the version that this ends, if it ends one."""
    past = None if policy.in_place else version_of(artefact, now)
    stamp = Stamp(pathway.route, CURRENT.version, now.isoformat(), provenance)
    piece = Piece(
        key=artefact.key,
        pathway=pathway.slug,
        title=written.title[:300],
        text=written.text,
        path=artefact.source_path,
        line=1,
        end_line=written.text.count("\n") + 1,
        media_type=written.media_type,
        language=written.language,
        how="stamp",
        stamp=stamp,
    )
    for name, value in content_of(piece).items():
        setattr(artefact, name, value)
    if past is not None:
        artefact.version += 1
    artefact.author, artefact.changed_at = by.pseudonym, now
    return past


def _told(row: Remediation) -> dict[str, object]:
    return {
        "finding": str(row.finding_id),
        "detector": row.detector,
        "kind": row.kind,
        "outcome": str(row.outcome),
        "in_place": row.in_place,
        "from": [row.from_version, row.before_digest],
        "to": [row.to_version, row.after_digest],
        "writer": row.writer,
        "sweep": None if row.report_id is None else str(row.report_id),
    }


def _refresh_later(programme: Programme, now: datetime) -> None:
    """Have the verdict brought up to date even if this process dies before it does so itself."""
    enqueue(
        kind=REFRESH,
        key=programme.slug,
        steps_body={"surface": str(programme.surface_id)},
        organization=programme.organization,
        now=now,
    )
