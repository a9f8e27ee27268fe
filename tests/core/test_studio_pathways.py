"""The registry of pathways is the table of the requirements, whole, audited, and refuses a 23rd without auditor."""

from dataclasses import replace

import pytest

from assay.core.errors import InvalidInput, NotFound
from assay.studio.governance import CURRENT, is_legacy
from assay.studio.pathways import PATHWAYS, Pathway, assert_complete, pathway_of, view_before_the_cure

TABLE = {
    1: "Blueprint", 2: "Outline / refine", 3: "Course generation", 4: "Lesson generation", 5: "Lesson regeneration",
    6: "Lesson quizzes", 7: "Diagnostics", 8: "Applied exercises", 9: "Capstone", 10: "Module exams", 11: "Final exam",
    12: "Course final assessment", 13: "Assignment brief", 14: "Assignment regen", 15: "Rubric generation",
    16: "Smart hotspots", 17: "Cover image", 18: "Scenario generation", 19: "Competency mapping", 20: "Family FAQ",
    21: "Assessment explainer", 22: "Exam-bank regen",
}  # fmt: skip


@pytest.mark.req("R07", "R38", "P-01")
def test_all_22_pathways_are_registered_with_these_numbers_and_names():
    assert {pathway.number: pathway.name for pathway in PATHWAYS} == TABLE


@pytest.mark.req("R08")
def test_every_pathway_faces_learners_and_is_read_for_drift():
    for pathway in PATHWAYS:
        assert pathway.learner_facing
        assert {"standard-mention", "concept-drift", "own-standard"} <= set(pathway.required)


@pytest.mark.req("R38")
def test_the_self_test_misses_a_deleted_pathway():
    with pytest.raises(InvalidInput, match="not 1 to 22"):
        assert_complete(pathway for pathway in PATHWAYS if pathway.number != 14)


@pytest.mark.req("R39")
def test_the_self_test_refuses_a_23rd_and_one_without_auditor():
    with pytest.raises(InvalidInput, match="not 1 to 22"):
        assert_complete((*PATHWAYS, Pathway(23, "podcast", "Podcast", True, "practice", ())))
    with pytest.raises(InvalidInput, match=r"Pathway 4 .* not audited by concept-drift"):
        assert_complete(
            replace(p, required=("standard-mention", "own-standard")) if p.number == 4 else p for p in PATHWAYS
        )
    with pytest.raises(InvalidInput, match="same slug"):
        assert_complete(replace(p, slug="lesson") if p.number == 5 else p for p in PATHWAYS)


def test_a_pathway_is_found_by_number_slug_and_route():
    assert pathway_of(13) is pathway_of("assignment-brief") is pathway_of("assignment_brief")
    with pytest.raises(NotFound):
        pathway_of("essay")


@pytest.mark.req("R11", "R12", "R13")
def test_the_old_view_has_9_green_and_5_red():
    view = view_before_the_cure()
    colours = {number: view.colour(number) for number in TABLE}
    assert sorted(number for number, colour in colours.items() if colour == "green") == [2, 3, 4, 6, 7, 9, 10, 11, 12]
    assert sorted(number for number, colour in colours.items() if colour == "red") == [5, 8, 13, 14, 15]
    assert colours[22] == "amber"
    assert f"{len(view.audited) / 22:.1%}" == "40.9%"


@pytest.mark.req("R10", "R46")
def test_a_stamp_of_other_rules_is_legacy():
    meta = {"route": "lesson", "governance_version": CURRENT.version, "at": "2026-05-01T10:00:00Z"}
    assert not is_legacy(meta, {"directive": CURRENT.digest})
    assert is_legacy(None, None)
    assert is_legacy(meta, None)
    assert is_legacy(meta, {"directive": "sha256:" + "0" * 64})
    assert is_legacy(meta | {"governance_version": "gv0"}, {"directive": CURRENT.digest})
