"""Compare what the detectors say about labelled passages with their labels. Pure functions over counts.

All shares are exact fractions; intervals are Wilson's at 95 %, rounded to four decimals for showing. A passage on which
the detectors are undecided (`INCONCLUSIVE`) counts as not found for every label: it is no hit and no false alarm.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, cast

from assay.core.errors import InvalidInput
from assay.detect.classify import classify
from assay.detect.context import Context
from assay.detect.corpus import LABELS, Passage, passages_load
from assay.detect.corpus.passages import Split
from assay.detect.hits import Classification

_Z: Final = 1.959963984540054  # 97.5 % quantile of the standard normal distribution

OWN_KINDS: Final = ("wrong-edition", "wrong-number")

Classifier = Callable[[str, Context], Classification]


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `total`. `value` is None and the interval 0 to 1 where `total` is 0."""

    hits: int
    total: int

    @property
    def value(self) -> Fraction | None:
        """The exact share, or None of nothing."""
        return Fraction(self.hits, self.total) if self.total else None

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's score interval at 95 %."""
        return wilson(self.hits, self.total)

    def to_json(self) -> dict[str, object]:
        """Counts, share and interval, rounded to four decimals."""
        low, high = self.interval
        return {"hits": self.hits, "total": self.total, "value": _rounded(self.value), "low": low, "high": high}


@dataclass(frozen=True, slots=True)
class LabelScore:
    """How well one label was found. `f1` is 0 where the label was neither present nor given."""

    label: str
    precision: Share
    recall: Share

    @property
    def f1(self) -> Fraction:
        """Harmonic mean of precision and recall: 2 TP / (given + present)."""
        both = self.precision.total + self.recall.total
        return Fraction(2 * self.recall.hits, both) if both else Fraction(0)

    def to_json(self) -> dict[str, object]:
        """Precision, recall and F1."""
        return {"precision": self.precision.to_json(), "recall": self.recall.to_json(), "f1": _rounded(self.f1)}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One passage with what the detectors said about it."""

    passage: Passage
    said: Classification


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything `assay bench detect` prints for one half of the corpus.

    `kinds` is recall per kind of drift (label A was given) and per fault in the own standard (that very kind was
    given). `own_alarms` are passages without such a fault in which one was seen. `hard_cases` and `languages` are the
    share of passages labelled rightly. `alarms` is, per label other than A, the share wrongly given A.
    `confusion[label][given]` counts passages; `mistakes` are the ids of those wrongly labelled, in corpus order.
    """

    split: str
    passages: int
    labels: tuple[LabelScore, ...]
    kinds: Mapping[str, Share]
    own_alarms: Share
    alarms: Mapping[str, Share]
    hard_cases: Mapping[str, Share]
    languages: Mapping[str, Share]
    inconclusive: Share
    confusion: Mapping[str, Mapping[str, int]]
    mistakes: tuple[str, ...]

    @property
    def macro_f1(self) -> Fraction:
        """Unweighted mean of F1 over the four labels."""
        return sum((score.f1 for score in self.labels), Fraction(0)) / len(self.labels)

    def to_json(self) -> dict[str, object]:
        """Everything as numbers rounded to four decimals, for `--json` and the detector's page."""
        shares = {name: getattr(self, name) for name in ("kinds", "alarms", "hard_cases", "languages")}
        return {
            "split": self.split,
            "passages": self.passages,
            "macro_f1": _rounded(self.macro_f1),
            "labels": {score.label: score.to_json() for score in self.labels},
            **{name: {key: share.to_json() for key, share in value.items()} for name, value in shares.items()},
            "own_alarms": self.own_alarms.to_json(),
            "inconclusive": self.inconclusive.to_json(),
            "confusion": {label: dict(given) for label, given in self.confusion.items()},
            "mistakes": list(self.mistakes),
        }


def wilson(hits: int, total: int) -> tuple[float, float]:
    """Return Wilson's 95 % score interval of hits / total, rounded outwards to four decimals; (0, 1) of nothing.

    Source: E. B. Wilson, 1927; without continuity correction. Raises InvalidInput unless 0 <= hits <= total.
    """
    if not 0 <= hits <= total:
        raise InvalidInput(f"{hits} of {total} is no share.")
    if total == 0:
        return 0.0, 1.0
    share, square = hits / total, _Z * _Z
    centre = share + square / (2 * total)
    spread = _Z * math.sqrt(share * (1 - share) / total + square / (4 * total * total))
    scale = 1 + square / total
    low, high = (centre - spread) / scale, (centre + spread) / scale
    return max(0.0, math.floor(low * 10_000) / 10_000), min(1.0, math.ceil(high * 10_000) / 10_000)


def _rounded(value: Fraction | None) -> float | None:
    return None if value is None else round(float(value), 4)


def outcomes_of(passages: Iterable[Passage], classifier: Classifier = classify) -> tuple[Outcome, ...]:
    """Classify each passage in the context that it was labelled for."""
    return tuple(
        Outcome(p, classifier(p.text, Context(p.standard, frozenset(p.companions), p.artefact, p.lang)))
        for p in passages
    )


def label_scores(outcomes: Sequence[Outcome]) -> tuple[LabelScore, ...]:
    """Return precision and recall of each label, in the order of `LABELS`."""
    scores = []
    for label in LABELS:
        both = sum(o.passage.label == label == o.said.label for o in outcomes)
        given = sum(o.said.label == label for o in outcomes)
        present = sum(o.passage.label == label for o in outcomes)
        scores.append(LabelScore(label, Share(both, given), Share(both, present)))
    return tuple(scores)


def kind_recalls(outcomes: Sequence[Outcome]) -> dict[str, Share]:
    """Return recall per kind that occurs: label A for drift, the very kind for faults in the own standard."""
    shares: dict[str, Share] = {}
    for kind in sorted({o.passage.kind for o in outcomes} - {"none"}):
        of_kind = [o for o in outcomes if o.passage.kind == kind]
        found = sum(o.said.kind == kind if kind in OWN_KINDS else o.said.label == "A" for o in of_kind)
        shares[kind] = Share(found, len(of_kind))
    return shares


def _right(outcomes: Sequence[Outcome]) -> Share:
    return Share(sum(o.passage.label == o.said.label for o in outcomes), len(outcomes))


def _grouped(outcomes: Sequence[Outcome], groups: Callable[[Passage], Iterable[str]]) -> dict[str, Share]:
    names = sorted({name for o in outcomes for name in groups(o.passage)})
    return {name: _right([o for o in outcomes if name in groups(o.passage)]) for name in names}


def evaluate(outcomes: Sequence[Outcome], *, split: str = "") -> Evaluation:
    """Return all figures for classified passages. Every figure of an empty sequence is a share of nothing."""
    sound = [o for o in outcomes if o.passage.kind not in OWN_KINDS]
    given = (*LABELS, "INCONCLUSIVE")
    return Evaluation(
        split=split,
        passages=len(outcomes),
        labels=label_scores(outcomes),
        kinds=kind_recalls(outcomes),
        own_alarms=Share(sum(o.said.kind in OWN_KINDS for o in sound), len(sound)),
        alarms={
            label: Share(sum(o.said.label == "A" for o in of_label), len(of_label))
            for label in LABELS[1:]
            for of_label in ([o for o in outcomes if o.passage.label == label],)
        },
        hard_cases=_grouped(outcomes, lambda passage: passage.hard_case),
        languages=_grouped(outcomes, lambda passage: (passage.lang,)),
        inconclusive=Share(sum(o.said.label == "INCONCLUSIVE" for o in outcomes), len(outcomes)),
        confusion={
            label: {name: sum(o.passage.label == label and o.said.label == name for o in outcomes) for name in given}
            for label in LABELS
        },
        mistakes=tuple(o.passage.id for o in outcomes if o.passage.label != o.said.label),
    )


def evaluate_split(split: str, classifier: Classifier = classify) -> Evaluation:
    """Evaluate on one half of the corpus, "dev" or "test". Raises InvalidInput for any other name."""
    if split not in ("dev", "test"):
        raise InvalidInput(f"The corpus has no half called '{split}'.", hint="Say dev or test.")
    return evaluate(outcomes_of(passages_load(cast("Split", split)), classifier), split=split)


def _line(name: str, share: Share) -> str:
    value = "   –" if share.value is None else f"{float(share.value):.3f}"
    low, high = share.interval
    return f"  {name:<34} {value}  [{low:.4f}, {high:.4f}]  {share.hits}/{share.total}"


def report_lines(evaluation: Evaluation) -> list[str]:
    """Return the figures as lines for a terminal: value, 95 % interval, counts."""
    lines = [f"{evaluation.passages} passages ({evaluation.split}), macro-F1 {float(evaluation.macro_f1):.3f}"]
    for score in evaluation.labels:
        lines.append(f"{score.label}: F1 {float(score.f1):.3f}")
        lines += [_line("precision", score.precision), _line("recall", score.recall)]
    sections = (
        ("Recall by kind", evaluation.kinds),
        ("Wrongly given A", evaluation.alarms),
        ("Labelled rightly, by hard case", evaluation.hard_cases),
        ("Labelled rightly, by language", evaluation.languages),
    )
    for title, shares in sections:
        lines += [title, *(_line(name, share) for name, share in shares.items())]
    lines += [
        "Other",
        _line("undecided", evaluation.inconclusive),
        _line("own standard wrongly faulted", evaluation.own_alarms),
    ]
    return lines
