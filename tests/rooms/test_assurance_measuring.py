"""Measuring a surface: what is fresh is skipped, what is found has its attributions, what is recorded is whole."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assay.accounts.access import Actor
from assay.assurance import queries, services
from assay.assurance.checking import index_differences
from assay.assurance.engines import local
from assay.assurance.engines.partition import CellResult, Work
from assay.assurance.models import FindingRow, MeasurementBatch, MeasurementRow
from assay.assurance.shapes import MeasureItem
from assay.assurance.words import words_keep
from assay.core.errors import InvalidInput
from assay.detect.registry import DETECTORS
from assay.ledger import queries as ledger
from tests.rooms import surfaces as cast

pytestmark = pytest.mark.django_db(transaction=True)
TEXTS: dict[str, str | None] = {"a": cast.CLEAN, "b": cast.DRIFT, "c": cast.HONEST}


def test_a_second_measurement_of_the_same_texts_measures_nothing(asha: Actor, now: datetime) -> None:
    surface = cast.make_surface(asha, now)
    first = cast.measure(surface, TEXTS, asha, now)
    second = cast.measure(surface, TEXTS, asha, now + timedelta(days=1))
    assert (first.measured, first.fresh) == (3, 0)
    assert (second.measured, second.fresh, second.batches) == (0, 3, 0)


def test_one_changed_text_is_measured_alone(asha: Actor, now: datetime) -> None:
    surface = cast.make_surface(asha, now)
    cast.measure(surface, TEXTS, asha, now)
    again = cast.measure(surface, TEXTS | {"a": cast.CLEAN + " More."}, asha, now + timedelta(days=1))
    assert (again.measured, again.fresh) == (1, 2)


def test_a_new_governance_version_makes_every_result_due(asha: Actor, now: datetime) -> None:
    surface = cast.make_surface(asha, now)
    cast.measure(surface, TEXTS, asha, now)
    surface = cast.make_surface(asha, now, governance="gv2")
    assert [each.key for each in queries.cells_due(surface, now)] == ["a", "b", "c"]
    assert cast.measure(surface, TEXTS, asha, now).measured == 3


def test_an_expired_result_is_due_and_a_fresh_one_is_not(asha: Actor, now: datetime) -> None:
    surface = cast.make_surface(asha, now, valid_for=timedelta(days=30))
    cast.measure(surface, TEXTS, asha, now)
    assert queries.cells_due(surface, now + timedelta(days=29)) == ()
    assert len(queries.cells_due(surface, now + timedelta(days=31))) == 3


def test_a_cell_read_as_another_kind_of_artefact_is_measured_again(asha: Actor, now: datetime) -> None:
    surface = cast.make_surface(asha, now)
    cast.measure(surface, TEXTS, asha, now)
    services.cells_put(surface=surface, cells=[cast.spec("a", cast.CLEAN, "final-exam")], by=asha, now=now)
    assert [each.key for each in queries.cells_due(surface, now)] == ["a"]


def test_another_standard_makes_every_result_due(asha: Actor, now: datetime) -> None:
    surface = cast.make_surface(asha, now)
    cast.measure(surface, TEXTS, asha, now)
    surface = cast.make_surface(asha, now, companions=("iso14001",))
    assert len(queries.cells_due(surface, now)) == 3


def test_a_missing_cell_is_never_due(asha: Actor, now: datetime) -> None:
    surface = cast.make_surface(asha, now)
    cast.put(surface, {"a": None}, asha, now)
    assert queries.cells_due(surface, now) == ()


def test_an_item_outside_the_population_is_refused(asha: Actor, now: datetime) -> None:
    surface = cast.make_surface(asha, now)
    cast.put(surface, {"a": cast.CLEAN}, asha, now)
    with pytest.raises(InvalidInput, match="'b' is not in the population"):
        services.surface_measure(surface=surface, items=cast.items({"b": cast.CLEAN}), by=asha, now=now)


def test_a_text_that_changed_meanwhile_counts_as_outdated(asha: Actor, now: datetime) -> None:
    surface = cast.make_surface(asha, now)
    cast.put(surface, {"a": cast.CLEAN}, asha, now)
    done = services.surface_measure(surface=surface, items=cast.items({"a": cast.DRIFT}), by=asha, now=now)
    assert (done.measured, done.outdated) == (0, 1)
    assert not MeasurementRow.objects.exists()


@pytest.mark.req("R40", "R41")
def test_a_finding_has_all_six_attributions_and_a_place(asha: Actor, now: datetime) -> None:
    surface = cast.make_surface(asha, now)
    cast.measure(surface, TEXTS, asha, now)
    finding = queries.finding_list(actor=asha, bucket="A").first()
    assert finding is not None
    assert (finding.rule, finding.subject_id, finding.stratum) == (
        f"standard-mention {DETECTORS['standard-mention'].version}: explicit",
        "id-b",
        "lesson",
    )
    assert (finding.route, finding.governance_version, finding.is_legacy) == ("lesson", "gv1", False)
    assert cast.DRIFT[finding.start : finding.end] == finding.quote
    assert (finding.line_start, finding.line_end) == (2, 2)


@pytest.mark.slow
def test_the_same_result_comes_from_one_process_and_from_several(
    asha: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assay.assurance.engines.local.POOL_FROM", 2)
    monkeypatch.setattr("assay.assurance.measuring.PARTITION", 2)
    texts: dict[str, str | None] = {f"k{n}": text for n, text in enumerate([cast.CLEAN, cast.DRIFT, cast.HONEST] * 3)}
    one, many = (cast.make_surface(asha, now, key=key) for key in ("one", "many"))
    cast.measure(one, texts, asha, now)
    cast.put(many, texts, asha, now)
    services.surface_measure(surface=many, items=reversed(cast.items(texts)), by=asha, now=now, workers=2)
    facts = ("cell_key", "key", "bucket", "start", "end", "quote")
    assert _rows(one, facts) == _rows(many, facts) != []


def _rows(surface: object, facts: tuple[str, ...]) -> list[tuple[object, ...]]:
    return sorted(FindingRow.objects.filter(surface=surface).values_list(*facts))


def test_each_partition_is_one_batch_with_one_entry(
    asha: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assay.assurance.measuring.PARTITION", 2)
    surface = cast.make_surface(asha, now)
    assert cast.measure(surface, TEXTS, asha, now).batches == 2
    assert list(MeasurementBatch.objects.order_by("number").values_list("number", "count")) == [(1, 2), (2, 1)]
    assert MeasurementBatch.objects.values("event_id").distinct().count() == 2


def test_a_cell_in_an_unknown_stratum_or_given_twice_is_refused(asha: Actor, now: datetime) -> None:
    surface = cast.make_surface(asha, now)
    with pytest.raises(InvalidInput, match="'rubric'"):
        services.cells_replace(surface=surface, cells=[cast.spec("a", cast.CLEAN, "rubric")], by=asha, now=now)
    with pytest.raises(InvalidInput, match="twice"):
        services.cells_put(surface=surface, cells=[cast.spec("a", cast.CLEAN)] * 2, by=asha, now=now)


def test_the_same_definition_and_population_again_write_nothing(asha: Actor, now: datetime) -> None:
    surface = cast.make_surface(asha, now)
    cast.put(surface, TEXTS, asha, now)
    waiting = ledger.pending_count(asha.log)
    cast.put(cast.make_surface(asha, now), TEXTS, asha, now)
    assert ledger.pending_count(asha.log) == waiting


@pytest.mark.parametrize("cells", [10, 200])
def test_a_partition_takes_the_same_few_statements_whatever_its_size(asha: Actor, now: datetime, cells: int) -> None:
    cast.plant(asha, now)
    surface = cast.make_surface(asha, now)
    texts: dict[str, str | None] = {f"k{n}": cast.DRIFT if n % 2 else cast.CLEAN for n in range(cells)}
    cast.put(surface, texts, asha, now)
    words_keep(organization=asha.organization, actor=asha.pseudonym, now=now)  # once for each state of the program
    with CaptureQueriesContext(connection) as captured:
        services.surface_measure(surface=surface, items=cast.items(texts), by=asha, now=now, workers=1)
    assert len(captured) <= 31


@pytest.mark.slow
@pytest.mark.parametrize("cells", [10, 200])
def test_a_verdict_takes_the_same_few_statements_whatever_the_surface(asha: Actor, now: datetime, cells: int) -> None:
    cast.plant(asha, now)
    surface = cast.make_surface(asha, now)
    cast.measure(surface, {f"k{n}": cast.DRIFT if n % 2 else cast.CLEAN for n in range(cells)}, asha, now)
    with CaptureQueriesContext(connection) as captured:
        services.verdict_refresh(surface=surface, now=now)
    assert len(captured) <= 70


def test_two_measurements_at_once_do_not_disturb_each_other(asha: Actor, now: datetime) -> None:
    surface = cast.make_surface(asha, now)
    cast.put(surface, TEXTS, asha, now)

    def with_another_in_between() -> Iterator[MeasureItem]:
        yield from cast.items(TEXTS)[:1]
        services.surface_measure(surface=surface, items=cast.items(TEXTS), by=asha, now=now, workers=1)
        yield from cast.items(TEXTS)[1:]

    services.surface_measure(surface=surface, items=with_another_in_between(), by=asha, now=now, workers=1)
    services.verdict_refresh(surface=surface, now=now)
    assert queries.finding_list(actor=asha, bucket="A").count() == 1
    assert index_differences(surface) == ()


def test_a_batch_recorded_by_somebody_else_meanwhile_is_understood(
    asha: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    surface = cast.make_surface(asha, now)
    cast.put(surface, TEXTS, asha, now)
    real = local.measure_partition

    def slow(work: list[Work]) -> tuple[CellResult, ...]:
        monkeypatch.setattr(local, "measure_partition", real)
        services.surface_measure(surface=surface, items=cast.items(TEXTS), by=asha, now=now, workers=1)
        return real(work)

    monkeypatch.setattr(local, "measure_partition", slow)
    done = services.surface_measure(surface=surface, items=cast.items(TEXTS), by=asha, now=now, workers=1)
    services.verdict_refresh(surface=surface, now=now)
    assert (done.measured, MeasurementBatch.objects.count()) == (3, 2)
    assert index_differences(surface) == ()
