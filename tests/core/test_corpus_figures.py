"""The figures of `detect.evaluate`, computed by hand on a few passages."""

from __future__ import annotations

from fractions import Fraction

import pytest

from assay.core.errors import InvalidInput
from assay.detect.context import Context
from assay.detect.corpus import Passage, passages_load, split_of
from assay.detect.evaluate import Outcome, Share, evaluate, evaluate_split, outcomes_of, report_lines, wilson
from assay.detect.hits import Classification, Label


def _outcome(number: int, label: str, said: Label, kind: str = "none", said_kind: str = "", **facts: object) -> Outcome:
    identity = f"x-{number}"
    passage = Passage(
        id=identity,
        text="Text.",
        standard="iso42001",
        companions=(),
        artefact="lesson",
        lang=str(facts.get("lang", "en")),
        label=label,
        kind=kind,
        families=(),
        hard_case=("negation",) if facts.get("hard") else (),
        label1=label,
        label2=None,
        split=split_of(identity),
    )
    return Outcome(passage, Classification(said, said_kind, (), (), 900, ()))


OUTCOMES = (
    _outcome(1, "A", "A", "explicit", "explicit"),
    _outcome(2, "A", "A", "implicit", "explicit", hard=True),
    _outcome(3, "A", "C", "implicit", hard=True),
    _outcome(4, "A", "INCONCLUSIVE", "ai-wrapped"),
    _outcome(5, "B", "B", lang="de"),
    _outcome(6, "C", "A", lang="de"),
    _outcome(7, "C", "C"),
    _outcome(8, "NONE", "NONE", "wrong-edition", "wrong-edition"),
    _outcome(9, "NONE", "NONE", "wrong-number", "wrong-edition"),
    _outcome(10, "NONE", "NONE", "none", "wrong-edition"),
)
FIGURES = evaluate(OUTCOMES, split="dev")


def test_precision_recall_and_f1_of_each_label() -> None:
    scores = {score.label: (score.precision, score.recall, score.f1) for score in FIGURES.labels}
    assert scores == {
        "A": (Share(2, 3), Share(2, 4), Fraction(4, 7)),
        "B": (Share(1, 1), Share(1, 1), Fraction(1)),
        "C": (Share(1, 2), Share(1, 2), Fraction(1, 2)),
        "NONE": (Share(3, 3), Share(3, 3), Fraction(1)),
    }


def test_macro_f1_is_the_mean_over_four_labels() -> None:
    assert FIGURES.macro_f1 == (Fraction(4, 7) + 1 + Fraction(1, 2) + 1) / 4


def test_recall_of_drift_needs_the_label_and_of_own_faults_the_very_kind() -> None:
    assert FIGURES.kinds == {
        "ai-wrapped": Share(0, 1),
        "explicit": Share(1, 1),
        "implicit": Share(1, 2),
        "wrong-edition": Share(1, 1),
        "wrong-number": Share(0, 1),
    }


def test_false_alarms_are_counted_by_label_and_for_the_own_standard() -> None:
    assert FIGURES.alarms == {"B": Share(0, 1), "C": Share(1, 2), "NONE": Share(0, 3)}
    assert FIGURES.own_alarms == Share(1, 8)


def test_hard_cases_languages_and_undecided_passages_are_listed() -> None:
    assert FIGURES.hard_cases == {"negation": Share(1, 2)}
    assert FIGURES.languages == {"de": Share(1, 2), "en": Share(6, 8)}
    assert FIGURES.inconclusive == Share(1, 10)
    assert FIGURES.mistakes == ("x-3", "x-4", "x-6")


def test_the_confusion_counts_every_passage_once() -> None:
    assert sum(sum(given.values()) for given in FIGURES.confusion.values()) == len(OUTCOMES)
    assert FIGURES.confusion["A"] == {"A": 2, "B": 0, "C": 1, "NONE": 0, "INCONCLUSIVE": 1}


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [(0, 10, 0.0, 0.2776), (5, 10, 0.2365, 0.7635), (10, 10, 0.7224, 1.0), (0, 0, 0.0, 1.0)],
)
def test_wilson_intervals_equal_published_values(hits: int, total: int, low: float, high: float) -> None:
    assert wilson(hits, total) == pytest.approx((low, high), abs=2e-4)


def test_more_hits_than_trials_is_refused() -> None:
    with pytest.raises(InvalidInput):
        wilson(3, 2)


def test_figures_of_nothing_are_shares_of_nothing() -> None:
    empty = evaluate(())
    assert {score.precision.value for score in empty.labels} == {None}
    assert empty.macro_f1 == 0


def test_each_passage_is_read_in_the_context_it_was_labelled_for() -> None:
    seen: list[Context] = []

    def record(text: str, context: Context) -> Classification:
        seen.append(context)
        return Classification("NONE", "", (), (), 0, ())

    passages = passages_load("dev")[:40]
    outcomes_of(passages, record)
    assert [(c.standard, c.companions, c.artefact, c.language) for c in seen] == [
        (p.standard, frozenset(p.companions), p.artefact, p.lang) for p in passages
    ]


def test_a_half_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no half called 'both'"):
        evaluate_split("both")


def test_the_report_gives_value_interval_and_counts() -> None:
    lines = report_lines(FIGURES)
    assert lines[0] == "10 passages (dev), macro-F1 0.768"
    assert "  precision                          0.667  [0.2076, 0.9386]  2/3" in lines
