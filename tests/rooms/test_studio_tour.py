"""The tour shows the false PASS and its cure with numbers that the product's own functions compute."""

import re
from functools import cache

import pytest

from assay.core.verdict import Canary
from assay.detect.registry import DETECTORS
from assay.studio.pathways import PATHWAYS, view_before_the_cure
from assay.studio.tour import PHASES, tour_state
from tests.families import by_turns
from tests.rooms.studio_material import verify_detectors

CANARIES = tuple(
    Canary(detector.name, detector.version, pathway.slug, kind, 200, 200)
    for detector in DETECTORS.values()
    for pathway in PATHWAYS
    if detector.name in pathway.required
    for kind in detector.kinds
)


tour_state = cache(tour_state)  # the same inputs give the same state; computed once for all tests here


def colours(state):
    return [state.view.colour(number) for number in range(1, 23)]


@pytest.mark.req("R12", "R14", "R06")
def test_before_the_cure_nine_of_22_pathways_pass_and_the_verdict_says_40_9_percent():
    state = tour_state(0, CANARIES)
    value = state.verdict.coverage.value
    assert state.old_pass
    assert (value.numerator, value.denominator) == (9, 22)
    assert value.numerator * 1000 // value.denominator == 409
    assert str(state.verdict.state) == "unproven"
    assert state.view.audited == tuple(sorted(view_before_the_cure().audited))


@pytest.mark.req("R13", "P-08")
def test_five_pathways_are_red_before_alignment_and_amber_after_it():
    assert [number for number in range(1, 23) if tour_state(0, CANARIES).view.colour(number) == "red"] == [
        5,
        8,
        13,
        14,
        15,
    ]
    assert [number for number in range(1, 23) if tour_state(1, CANARIES).view.colour(number) == "red"] == [
        5,
        8,
        13,
        14,
        15,
    ]
    after = tour_state(2, CANARIES)
    assert "red" not in colours(after)
    assert [after.view.colour(number) for number in (5, 8, 13, 14, 15)] == ["amber"] * 5
    assert set(colours(tour_state(3, CANARIES))) == {"green"}


@pytest.mark.req("R25", "R30")
def test_no_phase_does_the_work_of_another():
    states = [tour_state(phase.step, CANARIES) for phase in PHASES]
    assert len({state.content for state in states[:4]}) == 1
    assert len({state.content for state in states[4:]}) == 1
    assert [bool(state.findings) for state in states] == [False, False, False, True, False, False, False]
    assert [bool(state.gates) for state in states] == [False] * 5 + [True] * 2
    assert [bool(state.lines) for state in states] == [False] * 6 + [True]


@pytest.mark.req("P-11", "R05")
def test_detection_finds_the_planted_brief_with_its_attributions():
    state = tour_state(3, CANARIES)
    assert not state.old_pass
    assert str(state.verdict.state) == "fail"
    assert {each.pathway for each in state.findings} == {13}
    assert all(each.legacy for each in state.findings)


@pytest.mark.req("P-16", "R60")
def test_the_gate_refuses_the_brief_then_the_missing_signature_then_nothing():
    answers = [(each.allowed, len(each.blockers)) for each in tour_state(5, CANARIES).gates]
    assert answers == [(True, 0), (False, 1), (False, 1), (True, 0)]


@pytest.mark.req("R62", "R64")
def test_the_last_step_answers_with_coverage():
    state = tour_state(6, CANARIES)
    assert state.answer == "CLEAN / ISOLATED"
    assert all(line.measured == line.cells == 22 for line in state.lines)


def test_without_canaries_no_step_claims_coverage():
    assert tour_state(3, ()).verdict.coverage.value == 0


@pytest.mark.django_db
@pytest.mark.parametrize("step", by_turns(range(7), 3))
def test_every_step_has_its_page(asha, client_of, now, step):
    verify_detectors(asha, now)
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client_of(asha).get(f"/tour?step={step}").content.decode()))
    assert PHASES[step].title in page
    assert "22 pathways" in page
