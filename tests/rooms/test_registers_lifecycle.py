"""The life cycle table: gates where they stand, what is due told from what is not reached, records only of the system."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assay.accounts.access import Actor
from assay.catalog import load_catalog
from assay.registers.models import Record
from assay.registers.queries.lifecycle import REACHED, SystemLine, cycle_page, linked_to
from assay.registers.queries.standing import held
from assay.registers.registry import register_of, registers
from assay.registers.services import evidence_add, record_create, record_link, record_move
from tests.rooms.registers_material import data_of, record_of

PHASES = [each.id for each in load_catalog().lifecycle.phases]


def system(actor: Actor, now: datetime, title: str = "Tutor", **data: object) -> Record:
    given = data_of(register_of("ai-systems"), actor, now) | data
    return record_create(actor=actor, register="ai-systems", title=title, data=given, now=now)


def gate(actor: Actor, now: datetime, of: Record, phase: str) -> Record:
    given = data_of(register_of("gates"), actor, now) | {"phase": phase, "systems": [f"record:{of.pk}"]}
    return record_create(actor=actor, register="gates", title=f"{phase} of {of.title}", data=given, now=now)


def operate(actor: Actor, now: datetime, row: Record) -> Record:
    for state in ("building", "operating"):
        row = record_move(record=row, to=state, actor=actor, now=now)
    return row


def passed(asha: Actor, ben: Actor, now: datetime, of: Record, phase: str) -> Record:
    row = record_move(record=gate(asha, now, of, phase), to="ready", actor=asha, now=now)
    return record_move(record=row, to="passed", actor=ben, now=now)


def proof(actor: Actor, now: datetime, row: Record, *, until: date | None = None) -> None:
    evidence_add(
        actor=actor, record=row, title="Test report", kind="log", strength=3, source="archive", digest="sha256:" + "ab" * 32,
        collected_on=now.date(), expires_on=until, now=now,
    )  # fmt: skip


def test_states_and_phases_are_those_that_are_declared() -> None:
    assert set(REACHED) == {each.name for each in registers()["ai-systems"].states}
    assert {phase for due in REACHED.values() for phase in due} <= set(PHASES)
    assert [key for key, _label in registers()["gates"].field("phase").choices] == PHASES


@pytest.mark.req("M-07")
def test_a_gate_counts_only_when_passed_with_evidence_that_counts(asha: Actor, ben: Actor, now: datetime) -> None:
    tutor = operate(asha, now, system(asha, now))
    assert [cell.phase.id for cell in _line(asha, now).gates if cell.gap] == list(REACHED["operating"])
    row = passed(asha, ben, now, tutor, "inception")
    assert _states(asha, now)["inception"] == "unproven"
    proof(asha, now, row, until=now.date() + timedelta(days=30))
    assert _states(asha, now)["inception"] == "passed"
    assert _line(asha, now + timedelta(days=31)).gates[0].gap
    gate(asha, now, tutor, "retirement")
    assert _states(asha, now)["retirement"] == "planned"
    assert _line(asha, now).gaps == 3


def _line(actor: Actor, now: datetime) -> SystemLine:
    return cycle_page(held(actor.organization, today=now.date())).lines[0]


def _states(actor: Actor, now: datetime) -> dict[str, str]:
    return {cell.phase.id: cell.state for cell in _line(actor, now).gates}


def test_a_system_that_keeps_learning_owes_continuous_validation(asha: Actor, now: datetime) -> None:
    operate(asha, now, system(asha, now, learns=True))
    assert {cell.phase.id for cell in _line(asha, now).gates if cell.gap} == {
        *REACHED["operating"],
        "continuous_validation",
    }


@pytest.mark.req("M-07")
def test_cells_hold_the_records_of_the_system_and_of_no_other(asha: Actor, now: datetime) -> None:
    tutor, other = system(asha, now), system(asha, now, "Other")
    mine, theirs = record_of("risks", asha, now, title="Mine"), record_of("risks", asha, now, title="Theirs")
    record_link(record=mine, field="systems", target=f"record:{tutor.pk}", actor=asha, now=now)
    record_link(record=theirs, field="systems", target=f"record:{other.pk}", actor=asha, now=now)
    treatment = record_create(
        actor=asha, register="treatments", title="Cure", now=now,
        data=data_of(register_of("treatments"), asha, now) | {"risks": [f"record:{mine.pk}"]},
    )  # fmt: skip
    inception = gate(asha, now, tutor, "inception")
    found = held(asha.organization, today=now.date())
    row = next(each for each in found.by_register["ai-systems"] if each.id == tutor.pk)
    assert {each.id for each in linked_to(found, row)} == {mine.pk, treatment.pk, inception.pk}
    page = cycle_page(found, system=f"record:{tutor.pk}")
    for _activity, cells in page.grid:
        assert [cell.phase.id for cell in cells] == PHASES
        for cell in cells:
            titles = {each.title for each in cell.records}
            assert "Theirs" not in titles
            if cell.asked.di == "DI-15":
                assert titles == ({inception.title} if cell.phase.id == "inception" else set())
            if cell.asked.di == "DI-16":
                assert titles == {"Mine"}
                assert cell.stand == "recorded"  # identified only: nothing of it is settled
            if cell.asked.di in ("DI-08", "DI-17"):
                assert titles == {"Cure"}
            assert (cell.stand == "none") == (not cell.records)


def test_the_page_shows_exports_and_refuses_what_is_not_there(
    asha: Actor, dora: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    tutor, client = system(asha, now), client_of(asha)
    address = reverse("lifecycle")
    with CaptureQueriesContext(connection) as captured:
        page = client.get(f"{address}?system=record:{tutor.pk}").content.decode()
    assert len(captured) <= 12
    assert "Tutor is proposed" in page
    assert client.get(f"{address}?system=record:{tutor.pk}&format=csv").content.decode().count("\n") > 60
    assert client.get(f"{address}?format=xlsx").content[:2] == b"PK"
    assert client.get(f"{address}?system=record:nothing").status_code == 404
    assert client_of(dora).get(f"{address}?system=record:{tutor.pk}").status_code == 404
