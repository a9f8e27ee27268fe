"""A sweep's report answers one question with numbers, prints its thresholds, and says why two sweeps differ. Pure."""

from datetime import UTC, datetime

import pytest

from assay.core.canonical import canonical_bytes
from assay.studio.portfolio.comparison import compare
from assay.studio.portfolio.report import (
    CLEAN,
    ISOLATED,
    QUESTION,
    WIDESPREAD,
    DetectorLine,
    ProgrammeLine,
    Thresholds,
    answer_of,
    ratio_text,
    report_body,
    sentinel_words,
    strictest,
)

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LIMITS = Thresholds("1/5", 3)
DETECTORS = (DetectorLine("concept-drift", "1.0", 198, 200, "0.964300"),)


def line(number, *, pathways=(), measured=22, readings=66, state=""):
    return ProgrammeLine(
        slug=f"p{number:02}", title=f"Programme {number}", state=state or ("fail" if pathways else "pass"), sentence="…",
        coverage=f"{measured}/22", cells=22, measured=measured, strata_measured=measured, strata_total=22,
        found=len(pathways), residual=1, remaining=1 + 22 - measured, verdict=f"sha256:{number}",
        by_pathway=dict.fromkeys(pathways, 1), findings=(), readings=readings, readings_due=66,
        before=f"sha256:c{number}", after=f"sha256:c{number}",
    )  # fmt: skip


def body(lines, **changes):
    given = {
        "organization": "halvorsen", "number": 1, "at": NOW, "detectors": DETECTORS, "governance": "gv1",
        "remediations": 36, "refusals": 2, "limits": LIMITS,
    }  # fmt: skip
    return report_body(lines=lines, **(given | changes))


@pytest.mark.req("P-18", "R62", "R63")
def test_twenty_clean_programmes_give_these_keys_and_values():
    report = body([line(number) for number in range(20)])
    assert report["programme_count"] == 20
    assert report["affected_programme_ratio"] == "0.0"
    assert report["category_a_by_pathway"] == {}
    assert report["total_remediations"] == 36
    assert report["verdict"] == CLEAN == "CLEAN / ISOLATED"
    assert report["question"] == QUESTION == "Widespread or isolated?"
    canonical_bytes(report)


@pytest.mark.req("P-18", "R63")
@pytest.mark.parametrize(
    ("dirty", "pathway_of", "ratio", "verdict"),
    [
        (1, lambda n: "rubric", "0.05", ISOLATED),
        (2, lambda n: "rubric", "0.1", ISOLATED),
        (3, lambda n: "rubric", "0.15", WIDESPREAD),
        (3, lambda n: ("rubric", "lesson", "capstone")[n], "0.15", ISOLATED),
        (4, lambda n: ("rubric", "lesson", "capstone", "outline")[n], "0.2", WIDESPREAD),
        (12, lambda n: "assignment-brief", "0.6", WIDESPREAD),
    ],
)
def test_the_thresholds_decide_between_isolated_and_widespread(dirty, pathway_of, ratio, verdict):
    report = body([line(n, pathways=(pathway_of(n),) if n < dirty else ()) for n in range(20)])
    assert (report["affected_programme_ratio"], report["verdict"]) == (ratio, verdict)
    assert report["thresholds"] == {"widespread_ratio": "1/5", "widespread_in_one_pathway": 3}


@pytest.mark.req("R64", "R22")
def test_zero_is_a_result_with_coverage_detectors_and_error_estimates():
    report = body([line(n, measured=9) for n in range(20)])
    assert report["coverage"] == {"cells": 440, "measured": 180, "share": "0.409", "may_remain": 280}
    assert report["detectors"][0] == {
        "name": "concept-drift", "version": "1.0", "caught": 198, "planted": 200, "weakest": "0.964300",
    }  # fmt: skip
    answer = answer_of(report)
    assert "40 % of what could be wrong was looked at" in answer
    assert "Up to 280 may remain" in answer


@pytest.mark.req("R65")
def test_the_same_programmes_give_the_same_report_but_for_time_and_number():
    lines = [line(n, pathways=("rubric",) if n == 3 else ()) for n in range(5)]
    one, other = body(lines), body(list(reversed(lines)), number=2, at=NOW.replace(year=2027))
    assert {key for key in one if one[key] != other[key]} == {"at", "number"}


def test_a_line_survives_its_json():
    one = line(1, pathways=("rubric", "lesson"))
    assert ProgrammeLine.from_json(one.to_json()) == one


@pytest.mark.parametrize(
    ("part", "whole", "text"), [(0, 0, "0.0"), (0, 3, "0.0"), (1, 3, "0.3333"), (1, 1, "1.0"), (2, 3, "0.6666")]
)
def test_ratios_are_decimal_text_rounded_down(part, whole, text):
    assert ratio_text(part, whole) == text


@pytest.mark.req("P-21", "R68")
def test_a_uniquely_measured_programme_is_told_from_a_uniquely_broken_one():
    lines = [line(n, measured=9, readings=27) for n in range(4)] + [line(9, pathways=("assignment-brief",))]
    assert strictest(lines).slug == "p09"
    assert "uniquely measured rather than uniquely broken" in sentinel_words(lines)
    equal = [line(n) for n in range(4)] + [line(9, pathways=("assignment-brief",))]
    assert strictest(equal) is None
    assert "can be compared" in sentinel_words(equal)
    assert sentinel_words([]) == "There is no programme yet."


@pytest.mark.req("P-19", "R65")
def test_a_comparison_says_what_changed_and_why():
    before = body([line(1), line(2, pathways=("rubric",)), line(3)])
    changed = ProgrammeLine.from_json(line(2).to_json() | {"after": "sha256:new"})
    newer = (DetectorLine("concept-drift", "1.1", 199, 200, "0.97"),)
    after = body([line(1), changed, line(4)], number=2, detectors=newer, remediations=37)
    found = compare(before, after)
    by_slug = {each.slug: each for each in found.programmes}
    assert set(by_slug) == {"p02", "p03", "p04"}
    assert "fail became pass" in by_slug["p02"].what
    assert "its content changed" in by_slug["p02"].why
    assert by_slug["p03"].what == ("It is gone.",)
    assert by_slug["p04"].what == ("It was not there before.",)
    assert found.rules == ("concept-drift went from version 1.0 to 1.1.",)
    assert found.same == 1
    remediations = next(each for each in found.values if each.title == "Artefacts written again")
    assert (remediations.before, remediations.after, remediations.changed) == ("36", "37", True)


@pytest.mark.req("P-19")
def test_a_sweep_compared_with_itself_shows_no_difference():
    one = body([line(1), line(2, pathways=("rubric",))])
    found = compare(one, one)
    assert (found.programmes, found.rules, found.same) == ((), (), 2)
    assert not any(each.changed for each in (*found.values, *found.pathways))
