"""A programme as a whole: laced and blocked programmes are found, honest ones and the real courses are not."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from assay.core.evidence import Outcome
from assay.detect.context import Context
from assay.detect.joint import (
    KINDS,
    NAME,
    STRATUM,
    JointResult,
    Tally,
    figures,
    judge,
    judging,
    planting,
    tally,
    version,
)
from assay.detect.joint.tallies import Word, common, unread
from assay.studio.importing.source import read_source

pytestmark = [pytest.mark.req("P-12"), pytest.mark.req("P-22")]
REAL = os.environ.get(
    "ASSAY_TEST_COURSES", ""
)  # a folder with the three real courses, which are no part of the product
COURSES = {"eu-ai-act": "eu_ai_act", "iso-42001": "iso42001", "nist-ai-rmf": "nist_ai_rmf"}


def made(count: int = 22, *, words: int = 0, touched: int = 0, family: str = "iso14001", mass: int = 6) -> list[Tally]:
    """Tallies of `count` texts, `touched` of them with `words` distinct telling words each; words repeat every fifth text."""
    return [
        Tally(
            f"t{n:03}", "lesson", "", "en", 5,
            tuple(Word(family, f"zz{(n % 5) * 10 + w}", True, mass) for w in range(words)) if n < touched else (),
        )
        for n in range(count)
    ]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_planted_programme_is_held_with_its_family_artefacts_and_words(kind: str) -> None:
    caught = 0
    for programme in planting.planted(kind, 10, seed=11):
        result = planting.result_of(programme)
        share = next((each for each in result.held if each.family == programme.family), None)
        if share is None:
            continue
        caught += 1
        said = judging.sentences(share, result, {})
        assert share.words
        assert share.touched
        assert set(share.thick) <= set(share.touched)
        assert f"of {result.read} artefacts" in said[0]
        assert share.words[0][0] in said[1]
    assert caught >= 8


def test_fewer_than_twelve_artefacts_are_not_judged_as_a_whole() -> None:
    programme = planting.planted("laced", 1, seed=3)[0]
    tallies = planting.tallies_of(programme)
    assert judge(tallies, standard="iso42001").outcome is Outcome.INCONCLUSIVE
    assert judge(tallies[:11], standard="iso42001").outcome is Outcome.PRECONDITION_UNMET


def test_honest_programmes_with_comparisons_or_companions_are_clean() -> None:
    assert [planting.result_of(each).outcome for each in planting.honest(12, seed=11)] == [Outcome.CLEAN] * 12


def test_an_approved_companion_is_no_drift_and_without_it_the_same_texts_are_held() -> None:
    programme = next(each for each in planting.honest(4, seed=11) if each.companions)
    context = Context("iso42001", frozenset(), "lesson", "en")
    alone = [tally(text, context, key=pathway) for pathway, text in programme.texts]
    assert judge(alone, standard="iso42001").held[0].family in programme.companions
    assert planting.result_of(programme).outcome is Outcome.CLEAN


def test_planting_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    assert planting.planted("laced", 3, seed=5) == planting.planted("laced", 3, seed=5)
    assert planting.planted("laced", 3, seed=5) != planting.planted("laced", 3, seed=6)


def test_order_of_artefacts_changes_nothing() -> None:
    tallies = list(planting.tallies_of(planting.planted("block", 1, seed=4)[0]))
    first = judge(tallies, standard="iso42001")
    random.Random(2).shuffle(tallies)
    assert judge(tallies, standard="iso42001") == first


def test_only_half_of_all_artefacts_thick_with_a_foreign_family_make_a_defect() -> None:
    few, half = made(words=3, touched=10), made(words=3, touched=11)
    assert judge(few, standard="iso42001").outcome is Outcome.INCONCLUSIVE
    result = judge(half, standard="iso42001")
    assert result.outcome is Outcome.DEFECT
    assert result.held[0].percent > 20
    cited = judge(made(words=3, touched=22, family="iso27001"), standard="iso42001")
    assert cited.outcome is Outcome.INCONCLUSIVE, "a family that may be cited is never accused"


def test_one_word_repeated_everywhere_is_no_subject() -> None:
    same = [Tally(f"t{n}", "lesson", "", "en", 5, (Word("iso14001", "zz", True, 6),)) for n in range(40)]
    assert judge(same, standard="iso42001").outcome is Outcome.CLEAN


def test_words_that_honest_programmes_use_tell_nothing() -> None:
    word = sorted(common())[0]
    one = Tally("t", "lesson", "", "en", 5, (Word(word[0], word[1], word[2], 6),))
    assert one.telling == ()


def test_what_cannot_be_read_or_was_never_measured_is_not_clean() -> None:
    few = [*made(20), unread("x", "lesson", ""), unread("y", "lesson", "")]
    assert judge(few, standard="iso42001").outcome is Outcome.CLEAN
    more = judge([*few, unread("z", "lesson", "")], standard="iso42001")
    assert more.outcome is Outcome.PRECONDITION_UNMET
    assert "3 of 23" in more.reason
    assert judge(made(22), standard="iso9001").outcome is Outcome.PRECONDITION_UNMET
    assert judge([], standard="iso42001").outcome is Outcome.PRECONDITION_UNMET


def test_an_artefact_more_never_turns_held_into_accused_by_being_clean() -> None:
    tallies = made(words=3, touched=10)
    assert judge([*tallies, *made(30)[22:]], standard="iso42001").outcome in (Outcome.INCONCLUSIVE, Outcome.CLEAN)


def test_kept_figures_are_those_of_a_version_or_are_planted_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "_planted", lambda: planting.tally_kinds(count=2))
    fresh = figures.canaries(tmp_path / "none.json")
    assert [(each.detector, each.stratum, each.kind) for each in fresh] == [(NAME, STRATUM, kind) for kind in KINDS]
    file = tmp_path / "kept.json"
    file.write_text(
        f'{{"version": "{version()}", "canaries": {{"laced": [9, 10], "block": [8, 10]}}}}', encoding="utf-8"
    )
    assert [(each.caught, each.planted) for each in figures.canaries(file)] == [(9, 10), (8, 10)]
    file2 = tmp_path / "older.json"
    file2.write_text('{"version": "1+00000000", "canaries": {"laced": [9, 10], "block": [8, 10]}}', encoding="utf-8")
    assert [each.planted for each in figures.canaries(file2)] == [2, 2]


def course(name: str) -> JointResult:
    """A real course judged as a whole; skips where it is not there."""
    folder = Path(REAL) / name
    if not REAL or not folder.is_dir():
        pytest.skip("ASSAY_TEST_COURSES names no folder with the real courses")
    standard = COURSES[name]
    tallies = [
        tally(each.text, Context(standard, frozenset(), str(each.pathway or "unmapped"), "en"), key=f"{n:04}")
        for n, each in enumerate(read_source(folder).pieces)
    ]
    return judge(tallies, standard=standard)


@pytest.mark.parametrize("name", sorted(COURSES))
def test_a_real_course_is_clean_by_what_the_other_two_show(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (course(name).outcome, course(name).held) == (Outcome.CLEAN, ())
    others = [each for other in sorted(COURSES) if other != name for each in course(other).shares]
    highest = {each.family: max(o.spread for o in others if o.family == each.family) for each in others}
    monkeypatch.setattr(judging, "shown", lambda: highest)
    assert course(name).held == ()


def test_more_is_asked_of_families_that_honest_programmes_speak_of() -> None:
    assert judging.limit("iso50001", "foreign") == judging.FLOOR["foreign"]
    assert judging.limit("iso22301", "foreign") > 2 * judging.FLOOR["foreign"]
    assert judging.limit("iso27001", "adjacent") > judging.limit("iso22301", "foreign")
    assert judging.limit("iso27701", "adjacent") == judging.FLOOR["adjacent"]


@pytest.mark.slow
def test_no_text_of_a_thin_programme_is_held_alone() -> None:
    for programme in planting.thin(3, seed=2):
        assert all(planting._is_quiet(text, pathway) for pathway, text in programme.texts)
