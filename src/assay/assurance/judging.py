"""The services that turn evidence into a stored verdict, and a verdict into a gate's decision."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Q

from assay.accounts.access import Actor
from assay.assurance.findings import findings_settle
from assay.assurance.inputs import LOGGED, inputs_now
from assay.assurance.models import Surface, VerdictRow
from assay.assurance.population import chunks, definition_follow
from assay.assurance.recording import SYSTEM, name_of, subject_of, surface_lock
from assay.core.decide import Decision, Gate, decide
from assay.core.errors import Unavailable
from assay.core.reading import glyph_of, sentence
from assay.core.verdict import Verdict
from assay.ledger import tracking
from assay.ledger.queries import positions_of
from assay.ledger.services import append, append_bulk, integrate

T = TypeVar("T")
_TRIES = 4


def verdict_refresh(*, surface: Surface, now: datetime) -> VerdictRow:
    """Bring the stored verdict of a surface up to date, and return it; writes nothing if not a byte of it changed.

    Sequences the pending entries of the organization's log first, because a verdict names the position of its last
    input; so call it outside any transaction that may still be rolled back.
    """
    surface = Surface.objects.select_related("organization").get(pk=surface.pk)
    definition_follow(surface=surface, now=now)
    return _sequenced(surface, now, lambda: _verdict_store(surface, now))[0]


def _sequenced(surface: Surface, now: datetime, act: Callable[[], T]) -> T:
    """Sequence what waits, then act; once more if somebody else's input came in between."""
    for _ in range(_TRIES):
        integrate(log=surface.organization.log_id, now=now)
        try:
            return act()
        except Unavailable:
            continue
    integrate(log=surface.organization.log_id, now=now)
    return act()


@transaction.atomic
def _verdict_store(surface: Surface, now: datetime) -> tuple[VerdictRow, Verdict]:
    surface = surface_lock(surface)
    _positions_fill(surface)
    findings_settle(surface, now)
    verdict = inputs_now(surface).verdict(now)
    last = VerdictRow.objects.filter(surface=surface, is_latest=True).first()
    if last is not None and last.digest == verdict.digest:
        return last, verdict
    row = _row(surface, verdict, 1 if last is None else last.number + 1, now)
    if last is not None:
        last.is_latest = False
    told = {"surface": name_of(surface), "number": row.number, "digest": row.digest, "state": row.state}
    row.event_id = append_bulk(
        log=surface.organization.log_id,
        kind="verdict.recorded",
        subject=subject_of(surface),
        actor=SYSTEM,
        body={**told, "position": row.position},
        now=now,
        records=[tracking.record(each) for each in (row, last) if each is not None],
    )
    if last is not None:
        last.save(update_fields=["is_latest"])
    row.save(force_insert=True)
    return row, verdict


def gate_decide(*, surface: Surface, gate: Gate, by: Actor, now: datetime) -> Decision:
    """Decide a gate on the verdict as it is now, and append the decision, whichever it is."""
    surface = verdict_refresh(surface=surface, now=now).surface
    return _sequenced(surface, now, lambda: _gate_record(surface, gate, by, now))


@transaction.atomic
def _gate_record(surface: Surface, gate: Gate, by: Actor, now: datetime) -> Decision:
    row, verdict = _verdict_store(surface, now)
    decision = decide(verdict, gate=gate)
    append(
        log=row.surface.organization.log_id,
        kind="gate.decided",
        subject=subject_of(row.surface),
        actor=by.pseudonym,
        body=decision.to_json(),
        now=now,
    )
    return decision


def _positions_fill(surface: Surface) -> None:
    """Note the log index of the inputs that were sequenced since the last time."""
    of_surface, of_organization = Q(surface=surface), Q(organization=surface.organization_id)
    wheres = (of_surface, of_surface, of_surface, Q(finding__surface=surface), of_organization)
    for model, where in zip(LOGGED, wheres, strict=True):
        make: Any = model
        waiting = model._default_manager.filter(where, position=None).values_list("pk", "event_id")
        for rows in chunks(waiting, 400):
            places = positions_of([event for _pk, event in rows])
            placed = [make(pk=pk, position=places[event]) for pk, event in rows if event in places]
            model._default_manager.bulk_update(placed, ["position"], batch_size=100)


def _row(surface: Surface, verdict: Verdict, number: int, now: datetime) -> VerdictRow:
    coverage, content, glyph = verdict.coverage, verdict.content, glyph_of(verdict)
    weakest = coverage.weakest
    return VerdictRow(
        id=uuid.uuid4(),
        surface=surface,
        number=number,
        is_latest=True,
        body=verdict.to_bytes(),
        digest=verdict.digest,
        position=verdict.position,
        recorded_at=now,
        at=verdict.at,
        state=verdict.state.value,
        governance=verdict.governance,
        coverage_n=coverage.value.numerator,
        coverage_d=coverage.value.denominator,
        coverage_permille=glyph.fill_permille,
        coverage_level=coverage.level.value,
        weakest="" if weakest is None else weakest[0],
        weakest_title="" if weakest is None else _title_of(verdict, weakest[0])[:200],
        weakest_permille=None if weakest is None else weakest[1].numerator * 1000 // weakest[1].denominator,
        strata_measured=coverage.strata_measured,
        strata_total=coverage.strata_total,
        cells=coverage.cells,
        measured=coverage.measured,
        found=content.found,
        blocking=content.blocking,
        residual=content.residual,
        residual_simultaneous=content.residual_simultaneous,
        remaining=content.remaining,
        content_level=content.level.value,
        oldest=verdict.freshness.oldest,
        next_expiry=verdict.freshness.next_expiry,
        texture=glyph.texture,
        stale=glyph.stale,
        letter=glyph.letter,
        sentence=sentence(verdict, strata=surface.strata_word),
        reasons=list(verdict.reasons),
    )


def _title_of(verdict: Verdict, stratum: str) -> str:
    return next(each.title for each in verdict.coverage.by_stratum if each.name == stratum)
