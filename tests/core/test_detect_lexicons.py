"""A change of one family's words leaves every text alone that holds none of the changed forms."""

from __future__ import annotations

import copy
import random
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from assay.detect import concepts, lexicon, lexicons, profile
from assay.detect.context import Context
from assay.detect.corpus import passages_load
from assay.detect.families import FamilyFolder, folders
from assay.detect.folding import fold
from assay.detect.measure import DetectorResult, measure
from assay.detect.mentions import find_mentions
from assay.detect.registry import DETECTORS

NAMES = tuple(DETECTORS)
Folders = dict[str, FamilyFolder]


def forget() -> None:
    """Empty every cache of the room, for the tables are read once."""
    for name, module in list(sys.modules.items()):
        if name.startswith("assay.detect"):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear") and str(getattr(value, "__module__", "")).startswith("assay.detect"):
                    value.cache_clear()


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    def give(changed: Mapping[str, FamilyFolder]) -> None:
        for module in (lexicon, concepts, profile):
            monkeypatch.setattr(module, "folders", lambda: changed)
        forget()

    yield give
    monkeypatch.undo()
    forget()


def texts(count: int) -> list[tuple[str, Context]]:
    passages = sorted(passages_load(), key=lambda each: each.id)
    step = max(1, len(passages) // count)
    return [
        (each.text, Context(each.standard, frozenset(each.companions), each.artefact, each.lang))
        for each in passages[::step]
    ]


def measured(material: list[tuple[str, Context]]) -> list[dict[str, DetectorResult]]:
    return [measure(text, context, NAMES) for text, context in material]


def fresh() -> Folders:
    return {
        ident: FamilyFolder(ident, *(copy.deepcopy(dict(each)) for each in (f.naming, f.concepts, f.words)))
        for ident, f in folders().items()
    }


def words_from(rng: random.Random, material: list[tuple[str, Context]], count: int) -> list[str]:
    found = [word.strip(".,:;()*") for text, _ in rng.sample(material, 6) for word in text.split()]
    return rng.sample([word for word in found if len(word) > 3], count)


def change_randomly(rng: random.Random, now: Folders, material: list[tuple[str, Context]]) -> str:
    """Change one family in place, in one of the ways in which somebody would; return which."""
    kind = rng.choice(("add", "remove", "strength", "sure", "everyday", "number", "acronym", "new", "gone", "name"))
    owner = now[rng.choice([each.id for each in now.values() if each.concepts])]
    speaker = now[rng.choice([each.id for each in now.values() if each.words])]
    named = now[rng.choice([each.id for each in now.values() if each.naming.get("acronyms")])]
    if kind == "add":
        owner.concepts["concepts"].setdefault(3, {}).setdefault("9", []).extend(words_from(rng, material, 3))
    elif kind in ("remove", "strength"):
        strength = rng.choice([each for each, by_clause in owner.concepts["concepts"].items() if by_clause])
        for clause, phrases in owner.concepts["concepts"][strength].items():
            taken, phrases[:] = phrases[::2], phrases[1::2]
            if kind == "strength":
                owner.concepts["concepts"].setdefault(1 if strength > 1 else 3, {}).setdefault(clause, []).extend(taken)
            break
    elif kind == "sure":
        for group, listed in speaker.words["sure"].items():
            taken, listed[:] = listed[::2], listed[1::2]
            speaker.words["usual"].setdefault(group, []).extend(taken)
            break
    elif kind == "everyday":
        speaker.words["usual"].setdefault("new", []).extend(words_from(rng, material, 4))
    elif kind == "number":
        number = rng.choice((42010, 14091, 27032, 9002, 24027, 39001))
        named.naming["numbers"] = [number, *named.naming.get("numbers", ())]
    elif kind == "acronym":
        named.naming["acronyms"] = [*words_from(rng, material, 2), "ISO"]
    elif kind == "new":
        naming = {"family": {"name": "ISO 42010", "kind": "standard", "domain": "architecture"}, "phrases": ["model"]}
        now["iso42010"] = FamilyFolder(
            "iso42010", naming, {}, {"sure": {"a": words_from(rng, material, 3)}, "usual": {}}
        )
    elif kind == "gone":
        del now[owner.id]
    else:
        now[owner.id] = replace(owner, concepts={**owner.concepts, "system": "another subject"})
    return kind


def try_changes(use: Any, seed: int, rounds: int, count: int) -> None:
    rng = random.Random(seed)
    material = texts(count)
    before, meanings = measured(material), lexicons.meanings()
    bases = {name: lexicons.base_of(name) for name in NAMES}
    differing = spared = 0
    for _ in range(rounds):
        now = fresh()
        kind = change_randomly(rng, now, material)
        use(now)
        change = lexicons.change_between(meanings, lexicons.meanings())
        assert change.forms, kind
        assert {name: lexicons.base_of(name) for name in NAMES} == bases, kind
        for (text, context), old, new in zip(material, before, measured(material), strict=True):
            if not change.may_affect(text, context):
                spared += 1
                assert new == old, (kind, sorted(change.families), text)
            differing += new != old
    assert differing, "no change changed anything: the test shows nothing"
    assert spared > rounds * len(material) / 3, "nearly every text is taken for affected: nothing is spared"


@pytest.mark.req("R72")
def test_texts_without_the_changed_forms_are_answered_alike(use: Any) -> None:
    try_changes(use, seed=1, rounds=8, count=120)


@pytest.mark.req("R72")
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 4))
def test_many_changes_leave_all_other_passages_alone(use: Any, seed: int) -> None:
    try_changes(use, seed=seed, rounds=20, count=400)


def test_a_text_without_any_form_of_a_family_shows_no_hit_of_it() -> None:
    forms = lexicons.lexicon()
    for text, context in texts(120):
        low = fold(text)
        for result in measure(text, context, NAMES).values():
            for hit in result.hits:
                slip = any(mention.typo for mention in find_mentions(hit.quote))
                if hit.bucket != "own" and hit.family in forms and not slip:
                    assert any(form in low for form in forms[hit.family]), (hit, text)


def test_letters_that_are_read_as_digits_are_forms_of_a_number() -> None:
    assert {"14001", "140o1", "14ool", "l4001"} - lexicons.lexicon()["iso14001"] == set()


def test_the_programmes_own_family_affects_every_text(use: Any) -> None:
    before, now = lexicons.meanings(), fresh()
    now["iso9001"].naming["earlier_editions"] = ["1987"]
    use(now)
    change = lexicons.change_between(before, lexicons.meanings())
    assert change.families == {"iso9001"}
    assert change.may_affect("Nothing at all.", Context("iso9001"))
    assert change.may_affect("Nothing at all.", Context("ISO 9001:2015"))
    assert not change.may_affect("Nothing at all.", Context("iso42001"))


def test_nothing_changed_affects_nothing() -> None:
    change = lexicons.change_between(lexicons.meanings(), lexicons.meanings())
    assert not change.families
    assert not change.may_affect("Audit against ISO 9001.", Context("iso9001"))


def test_the_base_is_blind_to_words_and_canaries_and_sees_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {path.name for name in NAMES for path in lexicons.base_paths(name)}
    assert files.isdisjoint({"naming.yaml", "concepts.yaml", "words.yaml", "canaries.yaml", "canaries_reserve.yaml"})
    assert files >= {
        "model.json",
        "weights.yaml",
        "relations.yaml",
        "numbers.yaml",
        "en.yaml",
        "scan.py",
        "detector.py",
    }
    with pytest.raises(KeyError):
        lexicons.base_of("no-such-detector")
