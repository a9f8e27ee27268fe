"""The proof that a text holds nothing never hides anything: with it and without it, the answers are the same."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from assay.cli.bench.material import texts
from assay.detect import piece, quiet
from assay.detect.canaries import generate, generate_clean
from assay.detect.context import Context
from assay.detect.corpus import passages_load
from assay.detect.measure import hits_by_detector, measure
from assay.detect.piece import Piece, Pieces, crossing, forget
from assay.detect.registry import DETECTORS
from assay.detect.view import read

NAMES = tuple(quiet.KNOWN)
PLAIN = Context("iso42001", artefact="lesson", language="en")
TRICKY = (
    "# Scope\n\nThe AIMS follows ISO. 14001 is another number.",
    "We read E. coli counts. The kitchen has a hygiene plan. The AI sorts plates.",
    "# 6.1 Actions to address risks and opportunities\n# 6.2 AI objectives and planning to achieve them\n"
    "# 5.2 AI policy\n# 9.9 Management review\nText.",
    "# 6.1 Actions to address risks and opportunities\n# 6.2 AI objectives and planning to achieve them\n"
    "# 5.2 AI policy\n\uff03 9.9 Management review\nText.",
    "ISO/IEC 42001:2025 rules. The AIMS has 40 controls in Annex A.",
    "Our standard (see below. It is long) and 27001 matter here.",
    "Steps to take:\n\n- Draft the emergency evacuation drill\n- Keep the first aid box full\n",
    "An aim\nemissions\nemissions register\nwaste log\n",
    '{"label": "Emissions to air", "alt": "Waste log of the plant", "next": "ISO/IEC 42001"}',
    "The AIMS follows ISO/IEC 42001. 38507 is a number. Prepare the evacuation drill of the site.",
)


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    forget()
    yield
    forget()


def proves(text: str, context: Context) -> bool:
    def alone(part: str, names: object) -> object:
        return hits_by_detector(read(part, context), names, review=True)  # type: ignore[arg-type]

    return quiet.is_quiet(text, context, NAMES, alone)  # type: ignore[arg-type]


def material() -> list[tuple[str, Context]]:
    rng = random.Random(8)
    passages = passages_load("dev")[::6]
    found = [(p.text, Context(p.standard, frozenset(p.companions), p.artefact, p.lang)) for p in passages]
    found += [(p.text, Context(p.standard, frozenset(p.companions), p.artefact)) for p in passages[::5]]
    for _ in range(25):
        several = [rng.choice(passages).text for _ in range(rng.randint(2, 8))]
        found.append((rng.choice(("\n\n", "\n## More\n", "\n- ")).join(several), PLAIN))
    found += [(text, PLAIN) for text in (*texts(30), *TRICKY)]
    found += [(text, Context("iso9001", frozenset({"iso42001"}), "rubric", None, "Compared")) for text in TRICKY]
    for artefact in ("lesson", "rubric", "cover-image", "lesson-quiz"):
        found += [(t.text, t.context) for t in generate_clean(artefact, 8, 3)]
        found += [(t.text, t.context) for t in generate("implicit", artefact, 4, 3)]
    return found


def test_with_the_proof_and_without_it_every_answer_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    given = material()
    rounds = [[measure(text, context, NAMES) for text, context in given] for _ in range(3)]
    proved = sum(proves(text, context) for text, context in given)
    monkeypatch.setattr("assay.detect.measure.is_quiet", lambda *_: False)
    whole = [measure(text, context, NAMES) for text, context in given]
    assert rounds == [whole] * 3
    empty = sum(not any(each.hits for each in answers.values()) for answers in whole)
    assert empty // 2 <= proved <= empty  # in other languages nothing is proved


def test_a_sentence_is_remembered_when_it_comes_again_and_then_proves_the_same() -> None:
    text = next(texts(1))
    assert [proves(text, PLAIN) for _ in range(3)] == [False, True, True]


def test_a_detector_that_is_not_known_here_is_never_passed_over() -> None:
    text = next(texts(1))
    assert [quiet.is_quiet(text, PLAIN, (*DETECTORS, "another"), lambda *_: {}) for _ in range(3)] == [False] * 3


def test_what_leans_on_its_surroundings_is_left_to_the_whole_text() -> None:
    for text in (
        "The AIMS follows ISO.",
        "Read 27001 with care.",
        "Audit against ISO 14001.",
        "ISO/IEC 42001:2025 rules.",
    ):
        assert not Piece(text, text.lower(), "iso42001", frozenset()).told
    assert Piece(
        "The AIMS follows ISO/IEC 42001:2023.", "the aims follows iso/iec 42001:2023.", "iso42001", frozenset()
    ).told
    assert "e. coli" in crossing()


def test_remembered_sentences_are_bounded_in_number_and_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(piece, "KEPT", 3)
    monkeypatch.setattr(piece, "SEEN", 4)
    known = Pieces("iso42001", frozenset())
    for number in range(5):
        known.of(f"Lesson {number}", f"lesson {number}")
    assert len(known) == 2
    long = "Risk " * 200
    assert known.of(long, long.lower()).told
    assert len(known) == 2
    assert not known.familiar([str(number) for number in range(20)])
    assert not known.familiar(["new"])
    assert len(known.seen) == 1
