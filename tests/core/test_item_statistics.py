"""Figures of items against values worked out by hand and by laws; responses as platforms export them; unknown stays unknown."""

import json
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.core.errors import InvalidInput
from assay.studio.itemstats.figures import bank_figures, correlation, f_point, kr20, wilson
from assay.studio.itemstats.responses import Response, responses_read
from assay.studio.itemstats.states import item_state
from assay.studio.packaging.items import Item, item_make, items_parse
from tests.courses import QUIZ

ONE, TWO, THREE = items_parse(QUIZ)
BANK = {item.id: item for item in (ONE, TWO, THREE)}


def responses(item: Item, *options: int, start: int = 0) -> list[Response]:
    return [Response(f"l{start + at}", item.id, frozenset({option}), None) for at, option in enumerate(options)]


def test_wilson_gives_the_published_interval() -> None:
    figure = wilson(8, 10)
    assert figure is not None
    assert [round(value, 4) for value in (figure.value, figure.low, figure.high)] == [0.8, 0.4902, 0.9433]
    assert wilson(0, 0) is None


def test_kr20_of_a_small_table_is_the_one_worked_out_by_hand() -> None:
    rows = [[True, True, True], [True, True, False], [True, False, False], [False, False, False]]
    # shares 3/4, 2/4, 1/4: within = 0.1875 + 0.25 + 0.1875 = 0.625; totals 3, 2, 1, 0: variance 1.25
    figure = kr20(rows)
    assert figure is not None
    assert math.isclose(figure.value, 3 / 2 * (1 - 0.625 / 1.25))
    assert figure.low < figure.value < figure.high


@pytest.mark.parametrize(
    ("probability", "one", "two", "point"),
    [
        (0.975, 9, 36, 2.492245),
        (0.025, 9, 36, 0.283775),
        (0.025, 199, 7761, 0.811369),
        (0.975, 1, 1, 647.789011),
        (0.5, 10, 10, 1.0),
    ],
)
def test_points_of_the_f_distribution_are_those_of_the_tables(
    probability: float, one: int, two: int, point: float
) -> None:
    assert math.isclose(f_point(probability, one, two), point, rel_tol=1e-5)


@pytest.mark.slow
def test_the_interval_of_kr20_covers_the_true_value_about_95_times_of_100() -> None:
    rng = random.Random(11)
    k, covered = 12, 0
    truth = kr20([[rng.gauss(0, 1) < able for _ in range(k)] for able in (rng.gauss(0, 1) for _ in range(60_000))])
    assert truth is not None
    for _ in range(300):
        figure = kr20([[rng.gauss(0, 1) < able for _ in range(k)] for able in (rng.gauss(0, 1) for _ in range(60))])
        covered += figure is not None and figure.low <= truth.value <= figure.high
    assert 0.90 <= covered / 300 <= 0.99


def test_the_point_biserial_is_the_correlation_with_the_other_items() -> None:
    pairs = [(1.0, 1.0), (1.0, 0.5), (0.0, 0.5), (0.0, 0.0)]
    figure = correlation(pairs)
    assert figure is not None
    assert math.isclose(figure.value, 0.5 / math.sqrt(1 * 0.5))
    assert correlation(pairs[:3]) is None
    assert correlation([(1.0, 0.1), (1.0, 0.4), (1.0, 0.2), (1.0, 0.3)]) is None


def test_an_item_that_better_learners_get_wrong_is_told_to_have_its_key_checked() -> None:
    found = []
    for at in range(40):
        good = at % 2 == 0
        found += responses(ONE, 1 if good else 0, start=at) + responses(THREE, 0 if good else 1, start=at)
    figures = bank_figures(BANK, found)
    standing = item_state(ONE, figures.items[ONE.id], signed=True)
    assert (standing.state, standing.check_key) == ("pilot", True)
    assert "check the key" in "; ".join(standing.reasons)


def test_an_item_that_works_is_live_when_signed_and_not_before() -> None:
    item = item_make("Which?", ["a", "b", "c"], [0])
    other = item_make("And?", ["a", "b"], [0])
    found = []
    for at in range(60):
        good = at % 3 != 0
        found += responses(item, 0 if good and at % 7 else 1 + at % 2, start=at) + responses(
            other, 0 if good else 1, start=at
        )
    figures = bank_figures({item.id: item, other.id: other}, found)
    assert item_state(item, figures.items[item.id], signed=True).state == "live"
    assert item_state(item, figures.items[item.id], signed=False).reasons == (
        "nobody has signed its artefact as it is",
    )


def test_without_responses_everything_is_unknown_and_the_item_a_draft() -> None:
    figures = bank_figures(BANK, [])
    found = figures.items[ONE.id]
    assert (found.difficulty, found.point_biserial, found.options, figures.kr20) == (None, None, None, None)
    standing = item_state(ONE, found, signed=True)
    assert (standing.state, "unknown" in standing.reasons[0]) == ("draft", True)


def test_distractors_are_counted_only_where_the_platform_says_what_was_chosen() -> None:
    judged = [Response(f"l{at}", ONE.id, None, at % 2 == 0) for at in range(10)]
    assert bank_figures(BANK, judged).items[ONE.id].options is None
    figures = bank_figures(BANK, responses(ONE, *[0] * 30, *[1] * 10)).items[ONE.id]
    assert [round(share.value, 2) for share in figures.options or ()] == [0.75, 0.25, 0.0]
    assert figures.idle(ONE.key) == ("C",)


CSV = f'learner,item,response,correct\nmia,p003-{ONE.id},A,1\nmia,{TWO.id},"A, C",1\nmia,{ONE.id},B,0\nbo,{ONE.id},b,0\nbo,nothing,A,\n'
XAPI = json.dumps(
    {
        "statements": [
            {
                "actor": {"account": {"name": learner}}, "verb": {"id": "http://adlnet.gov/expapi/verbs/answered"},
                "object": {"id": f"urn:au/p003/{item.id}"}, "result": {"response": answer, "success": right}, "timestamp": at,
            }
            for learner, item, answer, right, at in [
                ("mia", ONE, "b", False, "2026-02-02T00:00:00Z"), ("mia", ONE, "a", True, "2026-01-01T00:00:00Z"),
                ("mia", TWO, "a[,]c", True, "2026-01-02T00:00:00Z"), ("bo", ONE, "b", False, "2026-01-01T00:00:00Z"),
            ]
        ]
        + [{"actor": {"account": {"name": "mia"}}, "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"}, "object": {"id": ONE.id}}]
    }
)  # fmt: skip
QTI = f"""<results xmlns="http://www.imsglobal.org/xsd/imsqti_result_v2p1"><assessmentResult><context sourcedId="mia"/>
<itemResult identifier="{ONE.id}"><responseVariable identifier="numAttempts"><candidateResponse><value>1</value>
</candidateResponse></responseVariable><responseVariable identifier="RESPONSE"><candidateResponse><value>A</value>
</candidateResponse></responseVariable><outcomeVariable identifier="SCORE"><value>1.0</value></outcomeVariable></itemResult>
<itemResult identifier="{TWO.id}"><responseVariable identifier="RESPONSE"><candidateResponse><value>A</value><value>C</value>
</candidateResponse></responseVariable></itemResult></assessmentResult><assessmentResult><context sourcedId="bo"/>
<itemResult identifier="{ONE.id}"><responseVariable identifier="RESPONSE"><candidateResponse><value>B</value></candidateResponse>
</responseVariable></itemResult></assessmentResult></results>"""


@pytest.mark.parametrize("text", [CSV, XAPI, QTI], ids=["csv", "xapi", "qti"])
def test_the_same_responses_are_read_from_each_format(text: str) -> None:
    read = responses_read(text.encode(), "responses")
    mia = read.first[0].learner
    (bo,) = {each.learner for each in read.first} - {mia}
    assert {(each.learner, each.item, each.chosen) for each in read.first} == {
        (mia, ONE.id, frozenset({0})), (mia, TWO.id, frozenset({0, 2})), (bo, ONE.id, frozenset({1})),
    }  # fmt: skip
    assert "mia" not in (mia, bo)
    figures = bank_figures(BANK, read.first)
    assert (figures.items[ONE.id].n, figures.items[TWO.id].n, figures.learners) == (2, 1, 2)


def test_where_platform_and_key_differ_the_key_decides_and_the_difference_is_counted() -> None:
    found = bank_figures(BANK, [Response("l", ONE.id, frozenset({0}), False)]).items[ONE.id]
    assert (found.difficulty is not None and found.difficulty.value, found.disagreements) == (1.0, 1)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a,b\n1,2\n", "has the columns a, b"),
        ("learner,item,correct\nmia,q0,perhaps\n", "line 2: 'correct' is 'perhaps'"),
        ('learner,item,response\nmia,q0,"open\n', "line"),
        ("{", "not readable as JSON"),
        ("<results/>", "no QTI result"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "declares a document type"),
        ("", "has the columns none"),
    ],
)
def test_files_that_hold_no_responses_are_refused(text: str, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        responses_read(text.encode(), "responses")


@given(st.lists(st.lists(st.booleans(), min_size=3, max_size=3), min_size=2, max_size=30))
def test_kr20_is_never_above_1_and_lies_in_its_interval(rows: list[list[bool]]) -> None:
    figure = kr20(rows)
    if figure is not None:
        assert figure.value <= 1 + 1e-12
        assert figure.low - 1e-9 <= figure.value <= figure.high + 1e-9


@given(st.integers(0, 200), st.integers(1, 200))
def test_a_share_lies_in_its_interval(count: int, n: int) -> None:
    figure = wilson(min(count, n), n)
    assert figure is not None
    assert 0 <= figure.low <= figure.value <= figure.high <= 1
