"""Texts that are nearly the same are found among many that are not; the estimate is that of the runs they share."""

import random
import re

import pytest

from assay.studio.portfolio.alike import BINS, RUN, equal_bins, groups, sketch, sketches_of, spread

WORDS = [f"w{n}" for n in range(3000)]


def text(rng: random.Random, words: int = 150) -> list[str]:
    return [rng.choice(WORDS) for _ in range(words)]


def shared(one: list[str], other: list[str]) -> float:
    a, b = ({tuple(t[n : n + RUN]) for n in range(len(t) - RUN + 1)} for t in (one, other))
    return len(a & b) / len(a | b)


def edited(rng: random.Random, words: list[str], edits: int) -> list[str]:
    new = list(words)
    for place in rng.sample(range(len(new)), edits):
        new[place] = rng.choice(WORDS)
    return new


def test_the_estimate_is_near_the_shared_runs() -> None:
    rng = random.Random(1)
    off = []
    for _ in range(300):
        one = text(rng)
        other = edited(rng, one, rng.randint(0, 12))
        first, second = sketch(" ".join(one)), sketch(" ".join(other))
        assert first is not None
        assert second is not None
        off.append(equal_bins(first, second) / BINS - shared(one, other))
    assert abs(sum(off) / len(off)) < 0.02
    assert max(map(abs, off)) < 0.25


def test_copies_of_a_template_are_found_and_nothing_else() -> None:
    rng = random.Random(2)
    template = text(rng)
    texts = [text(rng) for _ in range(400)] + [edited(rng, template, 1) for _ in range(12)]
    order = list(range(len(texts)))
    rng.shuffle(order)
    (found,) = groups(sketches_of([sketch(" ".join(texts[n])) for n in order]))
    assert sorted(order[place] for place in found) == list(range(400, 412))


def test_case_and_punctuation_do_not_count_and_short_texts_say_nothing() -> None:
    one = "Name the people affected, say who decides about it; keep what was decided. " * 4
    assert sketch(one) == sketch(re.sub(r"[,;.]", " -", one.upper()))
    assert sketch("Too short to say anything.") is None
    assert groups(sketches_of([None, None, sketch(one), None, sketch(one)])) == [[2, 4]]


@pytest.mark.parametrize(
    ("programmes", "left"), [([0, 0, 1, 1], [[1, 2]]), ([0, 0, 0, 0], []), ([0, 1, 2, 3], [[0, 3], [1, 2]])]
)
def test_only_what_lies_in_several_programmes_spreads(programmes: list[int], left: list[list[int]]) -> None:
    assert spread([[0, 3], [1, 2]] if programmes != [0, 0, 1, 1] else [[0, 1], [1, 2]], programmes.__getitem__) == left
