"""Verdicts over the management system: by the same engine, from live records, green only where there is evidence."""

from datetime import date, datetime, timedelta

import pytest

from assay.accounts.access import Actor
from assay.assurance.models import FindingRow, VerdictRow
from assay.core.errors import Conflict, InvalidInput
from assay.core.reading import glyph_of
from assay.core.stored import verdict_from_bytes
from assay.core.verdict import Verdict
from assay.ledger.live import verify_live
from assay.ledger.services import integrate
from assay.registers.models import Evidence, Record
from assay.registers.queries.tally import stands, tally
from assay.registers.rules.judge import canaries, plants_caught
from assay.registers.services import evidence_add, evidence_retire, record_move, record_retire, record_update
from assay.registers.services.measuring import system_measure
from assay.registers.services.starting import system_start
from tests.rooms.registers_material import record_of

DIGEST = "sha256:" + "ab" * 32
ANSWERS = {
    "does": "We teach languages with an AI tutor.", "sites": "Oslo", "systems": "Tutor\nGrader\nTranslator",
    "uses": ["people", "content"], "roles": ["provider"], "affected": "Learners", "personal": "yes", "models": ["hosted"],
    "where": "Norway", "law": ["aiact", "gdpr"], "size": "few", "stop": "The head of teaching",
}  # fmt: skip


def verdict(actor: Actor, key: str = "obligations") -> Verdict:
    row = VerdictRow.objects.get(surface__organization=actor.organization, surface__key=key, is_latest=True)
    return verdict_from_bytes(bytes(row.body))


def shown_context(asha: Actor, ben: Actor, now: datetime) -> tuple[Record, Evidence]:
    """A context issue in force with a deputy and evidence: what the first obligations ask for."""
    record = record_of("context-issues", asha, now)
    record_update(record=record, actor=asha, now=now, deputy=ben.person, data={"topic": "climate"})
    record = record_move(record=record, to="current", actor=asha, now=now)
    piece = evidence_add(
        actor=asha, record=record, title="Minutes", kind="minutes", strength=3, source="archive", digest=DIGEST,
        collected_on=now.date(), now=now,
    )  # fmt: skip
    return record, piece


@pytest.mark.slow
def test_every_detector_catches_what_is_planted_in_every_stratum() -> None:
    missed = [each for each in canaries() if each.caught < each.planted or each.planted < 60]
    assert missed == []


def test_every_rule_catches_its_plant() -> None:
    assert [ident for ident, caught in plants_caught(date(2026, 11, 21)) if not caught] == []


@pytest.mark.django_db(transaction=True)
def test_an_empty_organization_is_unproven_everywhere(asha: Actor, now: datetime) -> None:
    system_measure(actor=asha, now=now)
    found = verdict(asha)
    assert (found.state.value, found.coverage.cells, found.coverage.measured) == ("unproven", 141, 0)


@pytest.mark.req("V-02")
@pytest.mark.django_db(transaction=True)
def test_evidence_makes_an_obligation_count_and_deleting_it_never_improves_anything(
    asha: Actor, ben: Actor, now: datetime
) -> None:
    record, piece = shown_context(asha, ben, now)
    system_measure(actor=asha, now=now)
    before = verdict(asha)
    assert before.coverage.measured == 2
    evidence_retire(evidence=piece, actor=asha, now=now)
    system_measure(actor=asha, now=now + timedelta(minutes=1))
    after = verdict(asha)
    assert after.coverage.value < before.coverage.value
    assert after.content.remaining >= before.content.remaining
    record_retire(record=record, actor=asha, now=now)
    system_measure(actor=asha, now=now + timedelta(minutes=2))
    last = verdict(asha)
    assert last.coverage.value <= after.coverage.value
    assert last.content.remaining >= after.content.remaining
    integrate(log=asha.log, now=now)
    assert verify_live().differences == ()


@pytest.mark.req("L-03")
@pytest.mark.django_db(transaction=True)
def test_a_vacancy_is_a_finding_until_somebody_owns_it(asha: Actor, ben: Actor, now: datetime) -> None:
    record, _piece = shown_context(asha, ben, now)
    record_update(record=record, actor=asha, now=now, owner=None)
    system_measure(actor=asha, now=now)
    assert verdict(asha, "owners").state.value == "fail"
    record_update(record=record, actor=asha, now=now, owner=asha.person)
    system_measure(actor=asha, now=now + timedelta(minutes=1))
    open_rows = FindingRow.objects.filter(surface__key="owners", closed_at=None, defect=True)
    assert list(open_rows) == []
    assert verdict(asha, "owners").state.value != "fail"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_measuring_again_without_a_change_changes_nothing(asha: Actor, ben: Actor, now: datetime) -> None:
    shown_context(asha, ben, now)
    system_measure(actor=asha, now=now)
    first = verdict(asha)
    again = system_measure(actor=asha, now=now + timedelta(minutes=5))
    assert again.measured == 0
    assert verdict(asha).digest == first.digest


@pytest.mark.slow
@pytest.mark.req("V-05")
@pytest.mark.django_db(transaction=True)
def test_twelve_answers_make_a_draft_and_nothing_of_it_is_green(asha: Actor, now: datetime) -> None:
    made = system_start(actor=asha, answers=ANSWERS, now=now)
    assert made >= 25
    assert Record.objects.filter(register="ai-systems").count() == 3
    assert Record.objects.filter(register="risks").count() >= 5
    assert set(Record.objects.filter(register="soa").values_list("state", flat=True)) == {"undecided"}
    assert [each.number for each in stands(tally(asha.organization, today=now.date())) if each.gap == "met"] == []
    system_measure(actor=asha, now=now)
    for key in ("obligations", "controls", "documents"):
        assert verdict(asha, key).coverage.measured == 0
        assert glyph_of(verdict(asha, key)).texture != "solid"
    assert glyph_of(verdict(asha, "owners")).texture == "crossed"  # nobody stands in for anybody yet
    integrate(log=asha.log, now=now)
    assert verify_live().differences == ()


def test_a_second_draft_is_refused_and_so_is_one_without_answers(asha: Actor, now: datetime) -> None:
    with pytest.raises(InvalidInput):
        system_start(actor=asha, answers={"does": ""}, now=now)
    assert system_start(actor=asha, answers={"does": "x", "systems": "y"}, now=now) >= 20
    with pytest.raises(Conflict):
        system_start(actor=asha, answers=ANSWERS, now=now)
