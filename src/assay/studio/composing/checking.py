"""Figures on a generated programme: duplication, items, guessing, coverage of objectives, evidence of items."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from assay.studio.composing.balance import CHANCE, Guessing, guessing
from assay.studio.composing.questions import Item

GRAM = 8
MOST_DUPLICATION = Fraction(1, 20)
MOST_ADVANTAGE = Fraction(8, 100)


@dataclass(frozen=True)
class Figures:
    """What a check found. `duplication` is the share of 8-word sequences of lessons that occurred before, within one
    lesson or across them; `unanswerable` are stems whose evidence stands in no lesson; `unassessed` objectives without
    an item; `held` counts the passages that a detector cannot tell from drift and holds for a person's reading."""

    artefacts: int
    pathways: int
    words: int
    lessons: int
    duplication: Fraction
    paragraphs_repeated: int
    items: int
    bloom: Mapping[str, int]
    clauses: int
    guesses: Guessing
    unanswerable: tuple[str, ...]
    unassessed: tuple[str, ...]
    defects: tuple[str, ...]
    held: int = 0

    def faults(self, *, least_items: int = 0) -> tuple[str, ...]:
        """What does not hold, one sentence each."""
        found = []
        if self.pathways < 22:
            found.append(f"Only {self.pathways} of 22 pathways have an artefact.")
        if self.duplication > MOST_DUPLICATION:
            found.append(f"Lessons repeat {float(self.duplication):.1%} of their 8-word sequences; 5 % are allowed.")
        if self.paragraphs_repeated:
            found.append(f"{self.paragraphs_repeated} paragraphs stand in more than one lesson.")
        if self.items < least_items:
            found.append(f"The bank has {self.items} items; {least_items} are asked for.")
        if self.guesses.worst() > MOST_ADVANTAGE:
            found.append("A guessing strategy is more than 8 points away from chance.")
        found += [f"Not answerable from the lessons: {stem}" for stem in self.unanswerable]
        found += [f"No item assesses {each}." for each in self.unassessed]
        return (*found, *self.defects)

    def lines(self) -> tuple[str, ...]:
        """The figures as lines for people."""
        return (
            f"{self.artefacts} artefacts of {self.pathways} pathways, {self.words:,} words, {self.lessons} lessons",
            f"duplication across lessons (8-word sequences): {float(self.duplication):.1%} (at most 5 %)",
            f"paragraphs in more than one lesson: {self.paragraphs_repeated}",
            f"bank: {self.items} distinct items on {self.clauses} clauses, controls and subjects; "
            + ", ".join(f"{level} {count}" for level, count in sorted(self.bloom.items())),
            f"guessing, against {float(CHANCE):.0%} by chance: longest option {float(self.guesses.longest):.1%}, most words "
            f"shared with the stem {float(self.guesses.shared):.1%}, commonest letter {float(self.guesses.letter):.1%}",
            f"items whose evidence is missing from the lessons: {len(self.unanswerable)}",
            f"objectives without an item: {', '.join(self.unassessed) or 'none'}",
            f"defects found by the product's own detectors: {len(self.defects)}; "
            f"passages held for a person's reading: {self.held}",
        )


def figures(
    texts: Sequence[tuple[str, str, str]],
    items: Iterable[Item],
    *,
    objectives: Iterable[str],
    defects: Iterable[str] = (),
    held: int = 0,
) -> Figures:
    """Measure a programme. `texts` are (key, pathway slug, text); `items` those of the bank."""
    bank = {item.stem.casefold(): item for item in items}.values()
    lessons = {key: text for key, slug, text in texts if slug in ("lesson", "lesson-regeneration")}
    flat = {key: _flat(text) for key, text in lessons.items()}
    return Figures(
        artefacts=len(texts),
        pathways=len({slug for _, slug, _ in texts}),
        words=sum(len(text.split()) for _, _, text in texts),
        lessons=len(lessons),
        duplication=duplication(lessons.values()),
        paragraphs_repeated=_repeated(lessons.values()),
        items=len(bank),
        bloom=Counter(item.bloom for item in bank),
        clauses=len({item.clause for item in bank}),
        guesses=guessing(tuple(bank)),
        unanswerable=tuple(
            item.stem for item in bank if _flat(item.evidence.quote) not in flat.get(item.evidence.lesson, "")
        ),
        unassessed=tuple(sorted(set(objectives) - {item.objective for item in bank})),
        defects=tuple(defects),
        held=held,
    )


def duplication(texts: Iterable[str]) -> Fraction:
    """The share of 8-word sequences that occurred before in these texts; 0 where there are none."""
    seen: Counter[tuple[str, ...]] = Counter()
    for text in texts:
        words = re.findall(r"[\w'-]+", text.lower())
        seen.update(tuple(words[at : at + GRAM]) for at in range(len(words) - GRAM + 1))
    total = sum(seen.values())
    return Fraction(total - len(seen), total) if total else Fraction(0)


def _repeated(texts: Iterable[str]) -> int:
    """How many paragraphs of at least twelve words stand in more than one text."""
    found: Counter[str] = Counter()
    for text in texts:
        found.update({part.strip() for part in text.split("\n") if len(part.split()) >= 12})
    return sum(1 for count in found.values() if count > 1)


def _flat(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
