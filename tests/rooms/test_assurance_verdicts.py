"""Stored verdicts: byte-identical while nothing changes, replayable from the log, never better for losing evidence."""

import json
from datetime import datetime, timedelta

import pytest

from assay.accounts.access import Actor
from assay.assurance import queries, services
from assay.assurance.bodies import unpack
from assay.assurance.models import (
    CanaryRow,
    DefinitionBatch,
    FindingRow,
    MeasurementBatch,
    MeasurementRow,
    PopulationBatch,
    Surface,
    VerdictRow,
)
from assay.core.decide import Gate, Ruling
from assay.core.errors import NotFound
from assay.core.parts import State
from assay.core.reading import glyph_of
from assay.ledger import queries as ledger
from tests.families import by_turns
from tests.rooms import surfaces as cast

pytestmark = pytest.mark.django_db(transaction=True)
LATER = timedelta(days=1)
WHOLE: dict[str, str | None] = {f"{name}:{n}": cast.CLEAN for name in ("lesson", "final-exam") for n in range(20)} | {
    f"assignment-brief:{n}": cast.HONEST for n in range(20)
}


def covered(by: Actor, now: datetime, **more: object) -> Surface:
    """A surface measured clean all over, with good canaries."""
    cast.plant(by, now)
    surface = cast.make_surface(by, now, **more)  # type: ignore[arg-type]
    cast.measure(surface, WHOLE, by, now)
    return surface


def test_a_clean_and_covered_surface_passes(asha: Actor, now: datetime) -> None:
    row = services.verdict_refresh(surface=covered(asha, now), now=now)
    assert (row.state, row.coverage_permille, row.strata_measured, row.strata_total) == ("pass", 1000, 3, 3)
    assert (row.cells, row.measured, row.found) == (60, 60, 0)


@pytest.mark.req("R65")
def test_a_second_sweep_with_no_new_input_changes_not_a_byte(asha: Actor, now: datetime) -> None:
    surface = covered(asha, now)
    first = services.verdict_refresh(surface=surface, now=now)
    entries = ledger.position(asha.log)
    cast.measure(surface, WHOLE, asha, now + LATER)
    second = services.verdict_refresh(surface=surface, now=now + LATER)
    assert bytes(second.body) == bytes(first.body)
    assert (second.pk, VerdictRow.objects.count()) == (first.pk, 1)
    assert ledger.position(asha.log) == entries + 1  # the first verdict's own entry, and nothing else


def test_a_verdict_names_the_position_of_its_last_input(asha: Actor, now: datetime) -> None:
    row = services.verdict_refresh(surface=covered(asha, now), now=now)
    assert ledger.entry_get(log=asha.log, index=row.position).kind == "measurement.recorded"


def test_a_verdict_without_canaries_measures_nothing(asha: Actor, now: datetime) -> None:
    surface = cast.make_surface(asha, now)
    cast.measure(surface, WHOLE, asha, now)
    row = services.verdict_refresh(surface=surface, now=now)
    assert (row.state, row.measured) == ("unproven", 0)
    assert queries.verdict_of(row).coverage.unmeasured == {"unverified_detector": 60}


@pytest.mark.req("R20")
def test_an_open_defect_fails_a_covered_surface(asha: Actor, now: datetime) -> None:
    surface = covered(asha, now)
    cast.measure(surface, WHOLE | {"assignment-brief:3": cast.DRIFT}, asha, now + LATER)
    row = services.verdict_refresh(surface=surface, now=now + LATER)
    assert (row.state, row.coverage_level, row.content_level, row.texture) == ("fail", "high", "low", "crossed")


@pytest.mark.req("R14", "R15", "R21")
def test_strata_that_nobody_looked_at_lower_coverage_and_are_named(asha: Actor, now: datetime) -> None:
    cast.plant(asha, now)
    surface = cast.make_surface(asha, now)
    cast.put(surface, WHOLE, asha, now)
    lessons = [item for item in cast.items(WHOLE) if item.cell_key.startswith("lesson")]
    services.surface_measure(surface=surface, items=lessons, by=asha, now=now)
    row = services.verdict_refresh(surface=surface, now=now)
    assert (row.state, row.coverage_permille, row.strata_measured, row.coverage_level) == ("unproven", 333, 1, "low")
    assert any("Final exam" in sentence for sentence in queries.silent_about(surface))


def test_a_missing_cell_is_unmeasured(asha: Actor, now: datetime) -> None:
    surface = covered(asha, now)
    cast.measure(surface, WHOLE | {"final-exam:missing": None}, asha, now + LATER)
    row = services.verdict_refresh(surface=surface, now=now + LATER)
    assert queries.verdict_of(row).coverage.unmeasured == {"missing": 1}


def test_time_alone_makes_a_pass_stale_and_measuring_again_restores_it(asha: Actor, now: datetime) -> None:
    surface = covered(asha, now, valid_for=timedelta(days=30))
    assert services.verdict_refresh(surface=surface, now=now).state == "pass"
    late = now + timedelta(days=31)
    stale = services.verdict_refresh(surface=surface, now=late)
    assert (stale.state, stale.stale) == ("stale", True)
    assert services.verdict_refresh(surface=surface, now=late + LATER).pk == stale.pk
    cast.measure(surface, WHOLE, asha, late)
    assert services.verdict_refresh(surface=surface, now=late).state == "pass"


def test_the_glyph_and_the_figures_of_a_row_are_those_of_its_bytes(asha: Actor, now: datetime) -> None:
    row = services.verdict_refresh(surface=covered(asha, now), now=now)
    row.refresh_from_db()
    verdict = queries.verdict_of(row)
    assert verdict.digest == row.digest
    assert queries.glyph_of_row(row) == glyph_of(verdict)
    assert (row.residual, row.remaining) == (verdict.content.residual, verdict.content.remaining)


@pytest.mark.slow
def test_every_stored_verdict_is_recomputed_from_the_log_with_the_same_bytes(asha: Actor, now: datetime) -> None:
    surface = history(asha, now)
    rows = list(VerdictRow.objects.filter(surface=surface).order_by("number"))
    again = [queries.verdict_at(surface, row.position, row.at).to_bytes() for row in rows]
    assert len(rows) >= 6
    assert again == [bytes(row.body) for row in rows]


@pytest.mark.slow
def test_the_past_is_recomputed_without_the_rows_that_index_it(asha: Actor, now: datetime) -> None:
    surface = history(asha, now)
    row = VerdictRow.objects.filter(surface=surface).latest("number")
    MeasurementRow.objects.all().delete()
    assert queries.verdict_at(surface, row.position, row.at).to_bytes() == bytes(row.body)


def test_before_its_definition_a_surface_has_no_verdict(asha: Actor, now: datetime) -> None:
    surface = covered(asha, now)
    services.verdict_refresh(surface=surface, now=now)
    with pytest.raises(NotFound):
        queries.verdict_at(surface, 0)


def history(by: Actor, now: datetime) -> Surface:
    """Every kind of input, each followed by a verdict."""
    surface = cast.make_surface(by, now, valid_for=timedelta(days=30))
    day = iter(now + timedelta(days=n) for n in range(1, 20))

    def then(texts: dict[str, str | None]) -> None:
        at = next(day)
        cast.measure(surface, texts, by, at)
        services.verdict_refresh(surface=surface, now=at)

    then(WHOLE)
    cast.plant(by, next(day))
    services.verdict_refresh(surface=surface, now=next(day))
    then(WHOLE | {"lesson:1": cast.DRIFT, "lesson:2": cast.DRIFT + " More of it."})
    finding = queries.finding_list(actor=by, bucket="A").filter(cell_key="lesson:1")[0]
    services.finding_dispose(finding=finding, by=by, reason="It is an exercise in comparison.", now=next(day))
    services.verdict_refresh(surface=surface, now=next(day))
    then(WHOLE | {"lesson:1": cast.DRIFT})
    then({key: text for key, text in WHOLE.items() if key != "lesson:1"})
    cast.make_surface(by, next(day), governance="gv2", valid_for=timedelta(days=30))
    services.verdict_refresh(surface=surface, now=next(day))
    then(WHOLE)
    services.verdict_refresh(surface=surface, now=now + timedelta(days=60))
    return surface


LOSSES = {
    "results removed": lambda: MeasurementRow.objects.filter(cell__key__startswith="final").delete(),
    "results of another text": lambda: MeasurementRow.objects.filter(cell__key="lesson:1").update(digest="sha256:0"),
    "results blanked": lambda: MeasurementRow.objects.filter(cell__stratum="lesson").update(results="{}"),
    "canaries removed": lambda: CanaryRow.objects.filter(stratum="lesson").delete(),
    "canaries not caught": lambda: CanaryRow.objects.filter(stratum="final-exam").update(caught=120),
}


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("with_defect", by_turns([False, True], 2))
def test_losing_evidence_never_makes_a_verdict_better(asha: Actor, now: datetime, loss: str, with_defect: bool) -> None:
    surface = covered(asha, now)
    cast.measure(surface, WHOLE | {"lesson:3": cast.DRIFT if with_defect else cast.CLEAN}, asha, now + LATER)
    before = queries.verdict_of(services.verdict_refresh(surface=surface, now=now + LATER))
    LOSSES[loss]()
    after = queries.verdict_of(services.verdict_refresh(surface=surface, now=now + LATER))
    assert after.to_bytes() != before.to_bytes()
    assert after.coverage.value <= before.coverage.value
    assert after.content.remaining >= before.content.remaining
    assert after.state.rank <= before.state.rank


def test_a_gate_opens_on_a_pass_and_the_decision_is_logged(asha: Actor, now: datetime) -> None:
    surface = covered(asha, now)
    decision = services.gate_decide(surface=surface, gate=Gate("release"), by=asha, now=now)
    assert decision.ruling is Ruling.PASS
    entry = ledger.waiting_list(log=asha.log)[-1]
    assert (entry.kind, entry.subject) == ("gate.decided", f"surface:{surface.pk}")


def test_a_gate_holds_without_a_pass_and_says_why(asha: Actor, now: datetime) -> None:
    surface = cast.make_surface(asha, now)
    decision = services.gate_decide(surface=surface, gate=Gate("release"), by=asha, now=now)
    assert (decision.ruling, decision.state) == (Ruling.HOLD, State.UNPROVEN)
    assert "population_unknown" in decision.reasons


@pytest.mark.slow
def test_batches_and_verdicts_hold_no_word_of_the_texts(asha: Actor, now: datetime) -> None:
    surface = history(asha, now)
    bodies = [
        json.dumps(unpack(body, digest), ensure_ascii=False)
        for model in (DefinitionBatch, PopulationBatch, MeasurementBatch)
        for body, digest in model.objects.filter(surface=surface).values_list("body", "digest")
    ] + [bytes(body).decode() for body in VerdictRow.objects.values_list("body", flat=True)]
    assert len(bodies) > 12
    assert FindingRow.objects.filter(quote="ISO 14001:2015").exists()
    assert not [body for body in bodies if "14001" in body.replace('"iso14001"', "") or "nonconformity" in body]
