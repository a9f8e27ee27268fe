"""Whole verdicts on hand-made surfaces: what counts, why not, what is open, which state follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from time import process_time

import pytest

from assay.core.errors import InvalidInput
from assay.core.verdict import Canary, Cell, Disposition, Level, Outcome, Policy, State, Stratum, Strength, Verdict

from .worlds import GOVERNANCE, NOW, UNCLEAR, World, detector, finding_of, measured, plain_world

BY = detector()


def reasons(world: World) -> dict[str, int]:
    return dict(world.verdict().coverage.unmeasured)


def with_first(world: World, **changes: object) -> World:
    first, *rest = world.measurements
    return world.but(measurements=(replace(first, **changes), *rest))  # type: ignore[arg-type]


def defect_world(*, blocking: bool = True) -> World:
    """A hundred cells, all measured; the first holds a defect that was found two days ago."""
    world = plain_world({"lesson": 100})
    defect = measured(world.cells[0], BY, Outcome.DEFECT, days_ago=2)
    return world.but(measurements=(defect, *world.measurements[1:]), findings=(finding_of(defect, blocking=blocking),))


@pytest.mark.req("P-09", "P-10")
def test_everything_measured_clean_passes_and_says_what_may_remain() -> None:
    verdict = plain_world({"lesson": 1500, "rubric": 40}).verdict()
    assert (verdict.state, verdict.coverage.level, verdict.content.level) == (State.PASS, Level.HIGH, Level.HIGH)
    assert verdict.coverage.value == 1
    assert (verdict.content.residual, verdict.content.remaining) == (1, 1)
    assert verdict.content.sensitivity == {"lesson": "0.940370", "rubric": "0.940370"}
    assert verdict.reasons == ()


@pytest.mark.req("P-10")
def test_bounds_that_hold_together_are_wider_than_one_alone() -> None:
    world = plain_world({f"s{i}": 30 for i in range(22)}, caught=10, planted=10)
    content = world.verdict().content
    assert (content.residual, content.residual_simultaneous) == (3, 5)


@pytest.mark.req("P-08", "P-10")
def test_the_weakest_stratum_counts_and_not_the_mean() -> None:
    world = plain_world({"lesson": 990, "brief": 10})
    kept = tuple(m for m in world.measurements if not m.cell.startswith("brief/"))
    verdict = world.but(measurements=kept).verdict()
    assert verdict.coverage.value == Fraction(99, 100)
    assert verdict.coverage.weakest == ("brief", 0)
    assert (verdict.coverage.strata_measured, verdict.coverage.strata_total) == (1, 2)
    assert (verdict.coverage.level, verdict.state) == (Level.LOW, State.UNPROVEN)
    assert verdict.reasons == ("weakest_stratum_not_high",)


@pytest.mark.req("P-08")
def test_an_absent_stratum_is_named_and_enters_no_minimum() -> None:
    world = plain_world({"lesson": 100})
    coverage = world.but(strata=(*world.strata, Stratum("rubric", "Rubric", (BY.name,)))).verdict().coverage
    assert (coverage.absent, coverage.weakest, coverage.strata_total) == (("rubric",), ("lesson", 1), 1)


@pytest.mark.req("P-08")
def test_a_missing_piece_is_an_unmeasured_cell() -> None:
    world = plain_world({"lesson": 10})
    assert reasons(world.but(cells=(*world.cells, Cell("lesson/exam", "lesson", None)))) == {"missing": 1}


def test_weight_decides_coverage_and_counts_decide_what_remains() -> None:
    world = plain_world({"lesson": 10})
    heavy = replace(world.cells[0], weight=91)
    verdict = world.but(cells=(heavy, *world.cells[1:]), measurements=world.measurements[1:]).verdict()
    assert verdict.coverage.value == Fraction(9, 100)
    assert verdict.content.remaining == verdict.content.residual + 1


@pytest.mark.req("P-10")
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"outcome": Outcome.INCONCLUSIVE}, "inconclusive"),
        ({"outcome": Outcome.NOT_RUN}, "not_run"),
        ({"outcome": Outcome.PRECONDITION_UNMET}, "precondition_unmet"),
        ({"outcome": Outcome.CONTRADICTED}, "contradicted"),
        ({"expires": NOW}, "expired"),
        ({"digest": "sha256:other"}, "outdated"),
        ({"version": "0"}, "outdated"),
        ({"governance": "gv0"}, "outdated"),
        ({"at": NOW + timedelta(days=1)}, "not_run"),
        ({"cell": "elsewhere"}, "not_run"),
    ],
)
def test_only_a_fresh_conclusive_measurement_counts(change: dict[str, object], reason: str) -> None:
    assert reasons(with_first(plain_world({"lesson": 5}), **change)) == {reason: 1}


@pytest.mark.req("P-10", "P-22")
@pytest.mark.parametrize(("caught", "planted"), [(0, 0), (0, 60), (3, 3), (35, 60)])
def test_a_detector_that_finds_less_than_half_measures_nothing(caught: int, planted: int) -> None:
    assert reasons(plain_world({"lesson": 5}, caught=caught, planted=planted)) == {"unverified_detector": 5}


@pytest.mark.req("P-22")
def test_kinds_are_never_pooled_and_old_versions_prove_nothing() -> None:
    by = detector(kinds=("explicit", "implicit"))
    world = plain_world({"lesson": 5}, by=by)
    good, implicit = world.canaries
    assert reasons(world.but(canaries=(good, replace(implicit, caught=20)))) == {"unverified_detector": 5}
    assert reasons(world.but(canaries=(good, replace(implicit, version="0")))) == {"unverified_detector": 5}
    assert reasons(world.but(canaries=(good,))) == {"unverified_detector": 5}


def test_a_language_out_of_reach_is_a_precondition_that_is_not_met() -> None:
    world = plain_world({"lesson": 4})
    spoken = (replace(world.cells[0], language="ja"), replace(world.cells[1], language="en-GB"), *world.cells[2:])
    assert reasons(world.but(cells=spoken)) == {"precondition_unmet": 1}


def test_every_required_detector_must_have_measured_a_cell() -> None:
    world, other = plain_world({"lesson": 4}), detector("mention")
    both = world.but(
        detectors=(BY, other),
        strata=(Stratum("lesson", "Lesson", (BY.name, other.name)),),
        canaries=(*world.canaries, Canary("mention", "1", "lesson", "explicit", 60, 60)),
    )
    assert reasons(both) == {"not_run": 4}
    assert reasons(both.but(measurements=(*both.measurements, measured(both.cells[0], other)))) == {"not_run": 3}


def test_a_stratum_that_requires_no_detector_is_never_measured() -> None:
    world = plain_world({"unmapped": 3})
    assert reasons(world.but(strata=(Stratum("unmapped", "Unmapped", ()),))) == {"not_run": 3}


@pytest.mark.parametrize("outcome", UNCLEAR)
def test_an_unclear_later_result_takes_nothing_away(outcome: Outcome) -> None:
    world = plain_world({"lesson": 40})
    later = measured(world.cells[0], BY, outcome, days_ago=0)
    verdict = world.but(measurements=(*world.measurements, later)).verdict()
    assert verdict.coverage.value == 1
    assert ("contradicted_later" in verdict.reasons) == (outcome is Outcome.CONTRADICTED)


@pytest.mark.req("P-11", "P-12")
@pytest.mark.parametrize(("blocking", "state"), [(True, State.FAIL), (False, State.UNPROVEN)])
def test_an_open_defect_is_never_a_pass(blocking: bool, state: State) -> None:
    verdict = defect_world(blocking=blocking).verdict()
    assert (verdict.state, verdict.content.found, verdict.content.level) == (state, 1, Level.LOW)
    assert verdict.reasons == ("open_blocking_defect" if blocking else "open_defect",)
    assert verdict.coverage.by_stratum[0].defects == 1


@pytest.mark.req("P-12")
def test_a_finding_that_is_no_defect_keeps_nobody_from_passing() -> None:
    world = plain_world({"lesson": 100})
    quiet = replace(finding_of(world.measurements[0]), bucket="C", defect=False, blocking=False)
    assert world.but(findings=(quiet,)).verdict().state is State.PASS


def test_a_defect_stays_open_until_a_newer_clean_measurement() -> None:
    world = defect_world()
    older = measured(world.cells[0], BY, days_ago=3)
    same = measured(world.cells[0], BY, days_ago=2)
    newer = measured(world.cells[0], BY, days_ago=1)
    foreign = measured(world.cells[0], detector("other"), days_ago=1)
    states = [world.but(measurements=(*world.measurements, m)).verdict().state for m in (older, same, foreign, newer)]
    assert states == [State.FAIL, State.FAIL, State.FAIL, State.PASS]


def test_a_defect_outlives_the_measurement_that_found_it() -> None:
    world = defect_world()
    verdict = world.but(measurements=world.measurements[1:]).verdict()
    assert (verdict.state, verdict.content.found, verdict.coverage.measured) == (State.FAIL, 1, 99)


def test_a_changed_text_keeps_its_defect_until_it_is_measured_clean() -> None:
    world = defect_world()
    changed = replace(world.cells[0], digest="sha256:rewritten")
    after = world.but(cells=(changed, *world.cells[1:]))
    assert after.verdict().state is State.FAIL
    assert after.but(measurements=(*after.measurements, measured(changed, BY))).verdict().state is State.PASS


def test_a_disposition_closes_a_finding_and_its_removal_opens_it_again() -> None:
    world = defect_world()
    settled = world.but(dispositions=(Disposition("f1", "not-a-defect", NOW - timedelta(days=1)),))
    assert (settled.verdict().state, world.verdict().state) == (State.PASS, State.FAIL)


def test_a_defect_without_a_finding_counts_as_a_blocking_one() -> None:
    world = defect_world().but(findings=())
    assert (world.verdict().state, world.verdict().content.found) == (State.FAIL, 1)


def test_a_defect_that_came_back_is_not_hidden_by_its_closed_finding() -> None:
    world = defect_world()
    cleaned = measured(world.cells[0], BY, days_ago=1)
    again = measured(world.cells[0], BY, Outcome.DEFECT, days_ago=0)
    back = world.but(measurements=(*world.measurements, cleaned, again))
    disposed = back.but(dispositions=(Disposition("f1", "not-a-defect", NOW),))
    assert (back.verdict().state, back.verdict().content.found) == (State.FAIL, 1)
    assert disposed.verdict().state is State.PASS


def test_a_detector_that_proves_nothing_closes_nothing() -> None:
    world = defect_world()
    clean = world.but(measurements=(*world.measurements, measured(world.cells[0], BY)), canaries=())
    assert clean.verdict().state is State.FAIL


def test_a_pass_that_has_only_expired_is_stale() -> None:
    world = plain_world({"lesson": 100}).but(now=NOW + timedelta(days=200))
    verdict = world.verdict()
    assert (verdict.state, verdict.coverage.value) == (State.STALE, 0)
    assert verdict.reasons[-1] == "expired"
    assert world.but(canaries=()).verdict().state is State.UNPROVEN


@pytest.mark.req("P-10")
def test_without_a_population_nothing_is_proven() -> None:
    verdict = World(cells=(), strata=(Stratum("lesson", "Lesson", ("drift",)),), detectors=(BY,)).verdict()
    assert (verdict.state, verdict.coverage.level, verdict.coverage.weakest) == (State.UNPROVEN, Level.LOW, None)
    assert verdict.reasons == ("population_unknown",)
    assert verdict.at is None


def test_a_second_source_that_is_missing_caps_coverage_at_medium() -> None:
    world = plain_world({"lesson": 100}).but(policy=Policy("default", GOVERNANCE, second_source="missing"))
    verdict = world.verdict()
    assert (verdict.state, verdict.coverage.level) == (State.UNPROVEN, Level.MEDIUM)
    assert verdict.reasons == ("population_unreconciled",)


def test_a_stricter_policy_holds_what_the_default_lets_pass() -> None:
    world = plain_world({"lesson": 100})
    strict = Policy("strict", GOVERNANCE, max_remaining_share=Fraction(0), max_remaining=0)
    assert world.verdict().state is State.PASS
    assert world.but(policy=strict).verdict().reasons == ("too_much_may_remain",)


@pytest.mark.parametrize("loose", [{"max_remaining_share": Fraction(1, 10)}, {"max_remaining": 2}])
def test_a_looser_policy_cannot_be_made(loose: dict[str, Fraction | int]) -> None:
    with pytest.raises(InvalidInput):
        Policy("loose", GOVERNANCE, **loose)  # type: ignore[arg-type]


def test_age_and_strength_are_those_of_what_counts() -> None:
    world = with_first(plain_world({"lesson": 4}), at=NOW - timedelta(days=9), strength=Strength.CLAIMED)
    old = measured(world.cells[1], BY, days_ago=80)
    verdict = world.but(measurements=(*world.measurements, old)).verdict()
    assert verdict.freshness.oldest == NOW - timedelta(days=9)
    assert verdict.freshness.next_expiry == NOW + timedelta(days=89)
    assert (verdict.strength.lowest, verdict.strength.observed_share) == (Strength.CLAIMED, Fraction(3, 4))


def test_a_verdict_holds_since_its_last_input_or_expiry() -> None:
    world = plain_world({"lesson": 4})
    assert world.verdict().at == NOW - timedelta(days=1)
    assert world.but(now=NOW + timedelta(days=300)).verdict().at == NOW + timedelta(days=89)


@pytest.mark.parametrize("twice", ["cells", "strata", "detectors", "canaries"])
def test_two_of_one_name_are_refused(twice: str) -> None:
    world = plain_world({"lesson": 2})
    with pytest.raises(InvalidInput):
        world.but(**{twice: getattr(world, twice) * 2}).verdict()


def test_a_cell_of_an_undeclared_stratum_is_refused() -> None:
    world = plain_world({"lesson": 2})
    with pytest.raises(InvalidInput):
        world.but(cells=(*world.cells, Cell("x", "nowhere", "sha256:x"))).verdict()


def test_a_thousand_verdicts_over_22_strata_take_seconds() -> None:
    world = plain_world({f"s{i}": 3 for i in range(22)})
    began = NOW.now()
    verdicts: list[Verdict] = [world.verdict() for _ in range(100)]
    assert (NOW.now() - began).total_seconds() < 1
    assert len({verdict.digest for verdict in verdicts}) == 1


def test_ten_thousand_cells_are_judged_in_a_third_of_a_second() -> None:
    world = plain_world({f"s{i}": 455 for i in range(22)})
    began = process_time()
    assert world.verdict().coverage.cells == 10_010
    assert process_time() - began < 1  # of this process, for a busy machine must not decide
