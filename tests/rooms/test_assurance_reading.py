"""What a detector cannot tell waits for a person, leaves its cell unmeasured, and is settled by what the person finds."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from assay.accounts.access import Actor
from assay.assurance import queries, services
from assay.assurance.engines.partition import Work, measure_partition
from assay.assurance.models import FindingRow, Surface
from assay.core.errors import Conflict, InvalidInput, NotPermitted
from assay.core.stored import verdict_from_bytes
from assay.detect.attachment import weights
from assay.ledger import queries as ledger
from tests.rooms import surfaces as cast

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)
TWO = f"{cast.HONEST}\n\nUnlike ISO 27001, which protects information, ISO/IEC 42001 is about AI systems."


@pytest.fixture
def unsure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Detectors that hold every foreign mention for reading which they do not accuse."""
    monkeypatch.setitem(weights()["review"], "mention", -(10**6))


@pytest.fixture
def surface(unsure: None, asha: Actor, now: datetime) -> Surface:
    made = cast.make_surface(asha, now)
    cast.plant(asha, now)
    cast.measure(made, {"a": cast.HONEST, "b": cast.CLEAN}, asha, now)
    return made


def held(surface: Surface) -> list[FindingRow]:
    return list(FindingRow.objects.filter(surface=surface, bucket="A", defect=False, closed_at=None).order_by("start"))


@pytest.mark.req("P-21")
def test_what_a_detector_cannot_tell_leaves_its_cell_unmeasured_and_is_no_defect(
    surface: Surface, now: datetime
) -> None:
    (row,) = held(surface)
    verdict = verdict_from_bytes(bytes(services.verdict_refresh(surface=surface, now=now).body))
    assert (row.in_doubt, row.category, row.blocking) == (True, "read", False)
    assert (verdict.content.found, verdict.coverage.measured) == (0, 1)
    assert verdict.coverage.unmeasured == {"inconclusive": 1}


@pytest.mark.req("P-21")
def test_a_person_who_finds_it_honest_makes_the_cell_measured_and_clean(
    surface: Surface, asha: Actor, now: datetime
) -> None:
    (row,) = held(surface)
    services.finding_dispose(finding=row, by=asha, reason="It compares.", now=now + DAY)
    verdict = services.verdict_refresh(surface=surface, now=now + DAY)
    assert (verdict.measured, verdict.found) == (2, 0)
    kinds = [entry.kind for entry in ledger.entry_list(log=asha.log, limit=50).entries]
    assert kinds.index("finding.disposed") > kinds.index("measurement.recorded")  # newest first
    assert queries.verdict_at(surface, verdict.position, verdict.at).to_bytes() == bytes(verdict.body)


@pytest.mark.req("P-21")
def test_a_person_who_finds_a_defect_opens_one_that_blocks(surface: Surface, asha: Actor, now: datetime) -> None:
    (row,) = held(surface)
    defect = services.finding_confirm(finding=row, by=asha, reason="It teaches ISO 9001.", now=now + DAY)
    verdict = services.verdict_refresh(surface=surface, now=now + DAY)
    assert (defect.defect, defect.blocking, defect.start, defect.quote) == (True, True, row.start, row.quote)
    assert any("It teaches ISO 9001." in reason for reason in defect.reasons)
    assert (verdict.state, verdict.found, verdict.blocking) == ("fail", 1, 1)
    assert held(surface) == []
    assert queries.verdict_at(surface, verdict.position, verdict.at).to_bytes() == bytes(verdict.body)


def test_a_cell_with_two_held_passages_is_settled_by_the_second_decision(
    surface: Surface, asha: Actor, now: datetime
) -> None:
    cast.measure(surface, {"a": TWO}, asha, now + DAY)
    first, second = held(surface)
    services.finding_dispose(finding=first, by=asha, reason="It compares.", now=now + 2 * DAY)
    assert services.verdict_refresh(surface=surface, now=now + 2 * DAY).measured == 0
    services.finding_dispose(finding=second, by=asha, reason="It compares too.", now=now + 2 * DAY)
    verdict = services.verdict_refresh(surface=surface, now=now + 2 * DAY)
    assert (verdict.measured, verdict.found) == (1, 0)
    assert queries.verdict_at(surface, verdict.position, verdict.at).to_bytes() == bytes(verdict.body)


def test_an_honest_passage_beside_a_confirmed_one_changes_nothing(surface: Surface, asha: Actor, now: datetime) -> None:
    cast.measure(surface, {"a": TWO}, asha, now + DAY)
    first, second = held(surface)
    services.finding_confirm(finding=first, by=asha, reason="It teaches ISO 9001.", now=now + 2 * DAY)
    (still,) = held(surface)
    assert still == second
    services.finding_dispose(finding=second, by=asha, reason="It compares.", now=now + 3 * DAY)
    assert services.verdict_refresh(surface=surface, now=now + 3 * DAY).found == 1


def test_a_defect_is_not_dismissed_while_passages_beside_it_wait(surface: Surface, asha: Actor, now: datetime) -> None:
    cast.measure(surface, {"a": f"{cast.DRIFT}\n\n{TWO}"}, asha, now + DAY)
    defect = FindingRow.objects.filter(surface=surface, defect=True, closed_at=None).first()
    assert defect is not None
    with pytest.raises(Conflict, match="wait for a person"):
        services.finding_dispose(finding=defect, by=asha, reason="Quoted.", now=now + DAY)


def test_decisions_are_refused_without_reason_role_or_ground(
    surface: Surface, asha: Actor, chen: Actor, now: datetime
) -> None:
    (row,) = held(surface)
    with pytest.raises(InvalidInput):
        services.finding_confirm(finding=row, by=asha, reason=" ", now=now)
    with pytest.raises(NotPermitted):
        services.finding_confirm(finding=row, by=chen, reason="No.", now=now)
    cast.put(surface, {"a": cast.CLEAN}, asha, now + DAY)
    with pytest.raises(Conflict, match="changed"):
        services.finding_confirm(finding=row, by=asha, reason="It teaches.", now=now + DAY)
    services.finding_dispose(finding=row, by=asha, reason="Gone.", now=now + DAY)
    with pytest.raises(Conflict, match="does not wait"):
        services.finding_confirm(finding=row, by=asha, reason="It teaches.", now=now + DAY)


def test_the_reading_counts_for_that_text_alone(surface: Surface, asha: Actor, now: datetime) -> None:
    (row,) = held(surface)
    services.finding_dispose(finding=row, by=asha, reason="It compares.", now=now + DAY)
    cast.measure(surface, {"a": cast.HONEST + " Read on."}, asha, now + 2 * DAY)
    (again,) = held(surface)
    assert again.pk != row.pk
    assert services.verdict_refresh(surface=surface, now=now + 2 * DAY).measured == 0


def test_measuring_again_does_not_ask_again(surface: Surface, asha: Actor, now: datetime) -> None:
    (row,) = held(surface)
    services.finding_dispose(finding=row, by=asha, reason="It compares.", now=now + DAY)
    summary = cast.measure(surface, {"a": cast.HONEST}, asha, now + 2 * DAY)
    assert (summary.measured, summary.fresh) == (0, 1)


@pytest.mark.parametrize("honest", [True, False])
def test_what_two_detectors_hold_of_the_same_words_is_decided_once(
    surface: Surface, asha: Actor, now: datetime, honest: bool
) -> None:
    (row,) = held(surface)
    twin = FindingRow.objects.get(pk=row.pk)
    twin.pk, twin.key, twin.detector = uuid4(), "another", "concept-drift"
    twin.save(force_insert=True)
    decide = services.finding_dispose if honest else services.finding_confirm
    decide(finding=row, by=asha, reason="I read it.", now=now + DAY)
    assert not [each for each in held(surface) if each.disposed_at is None]
    assert FindingRow.objects.filter(surface=surface, defect=True).count() == (0 if honest else 2)


@pytest.mark.req("P-21")
def test_a_reading_outlives_the_expiry_of_the_measurement(surface: Surface, asha: Actor, now: datetime) -> None:
    (row,) = held(surface)
    services.finding_dispose(finding=row, by=asha, reason="It compares.", now=now + DAY)
    Surface.objects.filter(pk=surface.pk).update(valid_for=30 * DAY)
    surface.refresh_from_db()
    later = now + 40 * DAY
    cast.measure(surface, {"a": cast.HONEST + " Changed.", "b": cast.CLEAN}, asha, later)
    cast.measure(surface, {"a": cast.HONEST, "b": cast.CLEAN}, asha, later + DAY)
    verdict = services.verdict_refresh(surface=surface, now=later + DAY)
    assert (verdict.measured, verdict.found) == (2, 0)
    assert queries.verdict_at(surface, verdict.position, verdict.at).to_bytes() == bytes(verdict.body)


@pytest.mark.req("P-21")
def test_a_reading_for_one_standard_settles_nothing_for_another(surface: Surface, asha: Actor, now: datetime) -> None:
    (row,) = held(surface)
    services.finding_dispose(finding=row, by=asha, reason="It compares.", now=now + DAY)
    (item,) = cast.items({"a": cast.HONEST})
    other = replace(item, context=replace(item.context, companions=frozenset({"iso27701"})))
    same, another = (
        {found.key for each in measure_partition([Work(one, (row.detector,))]) for found in each.found}
        for one in (item, other)
    )
    assert row.key in same
    assert another
    assert row.key not in another
