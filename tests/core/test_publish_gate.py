"""The publish gate, row by row: 2^7 blockers × switch × audience × bucket. Pure, no database."""

import itertools

import pytest

from assay.studio.publishing.gate import (
    BLOCKER_KEYS,
    ORDER,
    Blocker,
    CourseFact,
    FindingFact,
    GateFacts,
    Place,
    Supply,
    publish_gate,
)

SUBSETS = [frozenset(chosen) for size in range(8) for chosen in itertools.combinations(ORDER, size)]
SOMEWHERE = Place("somewhere", "artefact", "1")
ENOUGH, NONE = Supply(1, 1), Supply(0, 1)


def facts_with(blocked, bucket="A", learner_facing=True):
    """Facts in which exactly the things in `blocked` are wrong; governance by a finding of this bucket and audience."""
    findings = []
    if "qa" in blocked:
        findings.append(FindingFact(SOMEWHERE, "own", True, True))
    if "governance" in blocked:
        findings.append(FindingFact(SOMEWHERE, bucket, bucket == "A", learner_facing))
    return GateFacts(
        courses=(CourseFact(SOMEWHERE, 0 if "courses" in blocked else 3),),
        findings=tuple(findings),
        unsigned=(SOMEWHERE,) if "signoff" in blocked else (),
        briefs=NONE if "assignment" in blocked else ENOUGH,
        rubrics=ENOUGH,
        module_exams=Supply(1, 2) if "module_exams" in blocked else ENOUGH,
        final_exams=NONE if "final_exam" in blocked else ENOUGH,
    )


@pytest.mark.req("P-16", "R57")
def test_the_blocker_keys_are_exactly_these_seven():
    assert {"courses", "qa", "signoff", "assignment", "module_exams", "final_exam", "governance"} == BLOCKER_KEYS
    assert frozenset(ORDER) == BLOCKER_KEYS


@pytest.mark.req("P-16", "P-17", "R56", "R58", "R59")
def test_the_whole_truth_table():
    rows = 0
    for blocked, enforced, learner, bucket in itertools.product(SUBSETS, (True, False), (True, False), ("A", "B", "C")):
        answer = publish_gate(facts_with(blocked, bucket, learner), enforced=enforced)
        governs = "governance" in blocked and bucket == "A" and learner
        expected = (blocked - {"governance"}) | ({"governance"} if governs and enforced else set())
        assert {each.key for each in answer.blockers} == expected
        assert {each.key for each in answer.waived} == ({"governance"} if governs and not enforced else set())
        assert answer.allowed == (not expected)
        rows += 1
    assert rows == 2**7 * 2 * 2 * 3


@pytest.mark.req("P-16")
@pytest.mark.parametrize("key", ORDER)
def test_each_refusal_says_what_and_which_act_mends_it(key):
    (blocker,) = publish_gate(facts_with({key}), enforced=True).blockers
    assert blocker.key == key
    assert blocker.what.endswith(".")
    assert blocker.remedy in {"import", "fix", "sign", "measure"}
    assert blocker.places or key in {"assignment", "module_exams", "final_exam"}


@pytest.mark.req("P-16")
@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"courses": ()}, "courses"),
        ({"rubrics": NONE}, "assignment"),
        ({"module_exams": NONE}, "module_exams"),
        ({"final_exams": Supply(1, 2)}, "final_exam"),
    ],
)
def test_missing_and_too_few_both_block(change, key):
    clean = facts_with(frozenset())
    facts = GateFacts(**{name: getattr(clean, name) for name in GateFacts.__slots__} | change)
    assert [each.key for each in publish_gate(facts, enforced=True).blockers] == [key]


@pytest.mark.req("P-16", "R55", "R58")
def test_nothing_expected_and_nothing_there_does_not_block():
    clean = facts_with(frozenset())
    nothing = Supply(0, 0)
    facts = GateFacts(clean.courses, (), (), nothing, nothing, nothing, nothing)
    assert publish_gate(facts, enforced=True).allowed


@pytest.mark.req("P-16", "P-17")
def test_a_gate_that_cannot_compute_refuses_with_its_own_reason_unless_switched_off():
    clean = facts_with(frozenset())
    facts = GateFacts(
        **{name: getattr(clean, name) for name in GateFacts.__slots__} | {"incomputable": "detector down."}
    )
    (blocker,) = publish_gate(facts, enforced=True).blockers
    assert (blocker.key, blocker.remedy) == ("governance", "measure")
    assert "detector down" in blocker.what
    off = publish_gate(facts, enforced=False)
    assert off.allowed
    assert [each.key for each in off.waived] == ["governance"]


@pytest.mark.req("R58")
def test_an_own_standard_finding_that_is_no_defect_or_that_no_learner_sees_does_not_block():
    clean = facts_with(frozenset())
    for finding in (FindingFact(SOMEWHERE, "own", False, True), FindingFact(SOMEWHERE, "own", True, False)):
        facts = GateFacts(**{name: getattr(clean, name) for name in GateFacts.__slots__} | {"findings": (finding,)})
        assert publish_gate(facts, enforced=True).allowed


def test_a_passage_found_by_two_detectors_is_shown_once_and_artefacts_of_one_title_each():
    found = [Place("“spill” in Brief", "finding", "f1"), Place("“spill” in Brief", "finding", "f2")]
    exams = [Place("Exam", "artefact", "a1"), Place("Exam", "artefact", "a2")]
    blocker = Blocker("governance", "Passages.", (*found, *exams), "fix")
    assert [each.key for each in blocker.shown] == ["f1", "a1", "a2"]
