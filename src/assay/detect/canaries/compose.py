"""Compose artefacts with one planted defect at a known place, their clean twins, and honest comparisons.

Everything is a pure function of its arguments: the same seed gives the same bytes on every machine.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from assay.core.errors import InvalidInput
from assay.detect.canaries.pieces import (
    PLACEHOLDER,
    PLACES,
    Language,
    Pieces,
    Shelf,
    Stock,
    plural_of,
    stock_load,
)
from assay.detect.context import Context
from assay.detect.discovery import DRIFT, KINDS

STANDARD = "iso42001"
_OWN_KINDS = frozenset(KINDS) - frozenset(DRIFT)
_PLACE_KINDS = ("explicit", "implicit", "ai-wrapped")
_COMPANIONS = ((), (), ("iso19011",), ("iso19011", "iso17021_1"), ("iso42005",))
_TITLES = ("", "Module 3", "Auditing an AI management system", "Unit 2, part B", "Day 4")
Source = Literal["clean", "comparative", "structural"]
_Phrase = Callable[[str], str]
_Located = tuple[str, int, int]  # a text with the offsets of its decisive phrase

_SLOT = re.compile(r"\[\[([a-z]+)\]\]")


@dataclass(frozen=True, slots=True)
class PlantedDefect:
    """An artefact that is clean except for `text[start:end]`, which drifts to `family`.

    `place` is "body" or one of `PLACES`. For the kinds about the programme's own standard `family` is that standard.
    The id is derived from the content.
    """

    id: str
    kind: str
    place: str
    artefact: str
    text: str
    context: Context
    family: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class HonestText:
    """An artefact without any defect. `text[start:end]` is the phrase that a careless detector may trip over."""

    id: str
    source: Source
    artefact: str
    text: str
    context: Context
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Draft:
    text: str
    start: int
    end: int
    family: str
    language: str


def _render(rng: random.Random, frame: str, pieces: Pieces, people: Pieces, stock: Stock) -> str:
    """Fill one frame. `people` gives company names, `pieces` the rest; one company per frame."""
    drawn: dict[str, str] = {}

    def value(match: re.Match[str]) -> str:
        key = match.group(1)
        if key not in drawn:
            if key == "ai":
                drawn[key] = rng.choice(stock.ais)
            elif key == "own":
                drawn[key] = f"{rng.choice(stock.designations)}:{rng.choice(stock.wrong_years)}"
            elif key == "bad":
                drawn[key] = rng.choice(stock.wrong_numbers)
            else:
                drawn[key] = rng.choice((people if key == "company" else pieces)[plural_of(key)])
        return drawn[key]

    phrase = PLACEHOLDER.sub(value, frame)
    return phrase[0].upper() + phrase[1:] if frame.startswith("{") else phrase


def _phrase(rng: random.Random, kind: str, form: str, family: str, stock: Stock) -> str:
    """Return a phrase of a kind and form about a foreign family, or about the own standard."""
    frame = rng.choice(stock.frames[kind][form])
    pieces = stock.own if family == STANDARD else stock.families[family]
    people = pieces if kind in ("case-mismatch", "ai-wrapped") else stock.own
    return _render(rng, frame, pieces, people, stock)


def _clean_phrase(rng: random.Random, form: str, stock: Stock) -> str:
    return _phrase(rng, rng.choice(DRIFT), form, STANDARD, stock)


def _fill(rng: random.Random, carrier: str, chosen: int, phrase: _Phrase, stock: Stock) -> _Located:
    """Fill the slots of a carrier: slot number `chosen` with `phrase(form)`, all others cleanly."""
    carrier = carrier.strip().replace("{firm}", rng.choice(stock.own["companies"]))
    parts: list[str] = []
    length = position = start = end = 0
    for number, match in enumerate(_SLOT.finditer(carrier)):
        before = carrier[position : match.start()]
        filling = phrase(match.group(1)) if number == chosen else _clean_phrase(rng, match.group(1), stock)
        if number == chosen:
            start, end = length + len(before), length + len(before) + len(filling)
        parts += (before, filling)
        length += len(before) + len(filling)
        position = match.end()
    return "".join([*parts, carrier[position:]]), start, end


def _with_block(rng: random.Random, text: str, block: str, filling: str) -> _Located:
    """Put a block with its slot filled between two paragraphs of a clean text, or at its end."""
    paragraphs = text.split("\n\n")
    at = rng.randint(1, len(paragraphs))
    lead = "\n\n".join(paragraphs[:at]) + "\n\n"
    before = block[: block.index("[[slot]]")]
    whole = lead + block.replace("[[slot]]", filling) + "".join(f"\n\n{part}" for part in paragraphs[at:])
    start = len(lead) + len(before)
    return whole, start, start + len(filling)


def _body(rng: random.Random, artefact: str, phrase: _Phrase, stock: Stock) -> _Located:
    carrier = rng.choice(stock.carriers[artefact])
    return _fill(rng, carrier, rng.randrange(len(_SLOT.findall(carrier))), phrase, stock)


def _in_place(rng: random.Random, artefact: str, place: str, phrase: _Phrase, stock: Stock) -> _Located:
    clean, _, _ = _fill(rng, rng.choice(stock.carriers[artefact]), -1, phrase, stock)
    return _with_block(rng, clean, rng.choice(stock.places[place].blocks), phrase(stock.places[place].form))


def _translated(rng: random.Random, kind: str, family: str, code: str, stock: Stock) -> _Located:
    language: Language = stock.languages[code]
    own = family == STANDARD
    things = language.own if own else language.things[family]
    cases = language.own_cases if own else language.cases.get(family, ())
    values = {"name": "ISO/IEC 42001" if own else stock.plain_names[family], "thing": rng.choice(things)}
    if cases:
        values["case"] = rng.choice(cases)
    frames = language.comparison if kind == "comparative" else language.frames[kind]
    filling = PLACEHOLDER.sub(lambda match: values[match.group(1)], rng.choice(frames))
    document = rng.choice(language.documents)
    start = document.index("[[slot]]")
    return document.replace("[[slot]]", filling), start, start + len(filling)


def _context(rng: random.Random, artefact: str, language: str) -> Context:
    title = rng.choice(_TITLES) if language == "en" else ""
    return Context(STANDARD, frozenset(rng.choice(_COMPANIONS)), artefact, language, title)


def _key(*parts: str) -> str:
    return "cn-" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def _distinct(count: int, draw: Callable[[int], _Draft]) -> Iterator[_Draft]:
    """Yield `count` drafts whose decisive phrases all differ; gives up after 3,000 draws without a new one."""
    seen: set[str] = set()
    attempt = last = 0
    while len(seen) < count:
        draft = draw(attempt)
        decisive = draft.text[draft.start : draft.end]
        if decisive not in seen:
            seen.add(decisive)
            last = attempt
            yield draft
        elif attempt - last > 3000:
            raise InvalidInput(f"Only {len(seen)} of {count} distinct texts can be composed.", hint="Ask for fewer.")
        attempt += 1


def _checked(artefact: str, stock: Stock) -> None:
    if artefact not in stock.carriers:
        raise InvalidInput(f"No carrier documents exist for '{artefact}'.", hint="Name a pathway by its slug.")


def _plant_translation(rng: random.Random, kind: str, families: list[str], turn: int, stock: Stock) -> _Draft:
    """Draw a translated document; families that the language has no material for are passed over."""
    code = rng.choice(sorted(stock.languages))
    material = stock.languages[code].cases if kind == "case-mismatch" else stock.languages[code].things
    usable = [family for family in families if family in material]
    family = usable[turn % len(usable)]
    return _Draft(*_translated(rng, kind, family, code, stock), family, code)


def _plant(rng: random.Random, kind: str, place: str, artefact: str, family: str, stock: Stock) -> _Draft:
    def phrase(form: str) -> str:
        return _phrase(rng, kind, form, family, stock)

    made = _body(rng, artefact, phrase, stock) if place == "body" else _in_place(rng, artefact, place, phrase, stock)
    return _Draft(*made, family, "en")


def generate(
    kind: str,
    artefact: str,
    count: int,
    seed: int,
    *,
    within: tuple[str, ...] = _PLACE_KINDS,
    shelf: Shelf = "practice",
) -> tuple[PlantedDefect, ...]:
    """Return `count` artefacts of a pathway with one planted defect each, all phrases distinct.

    `kind` is one of `KINDS`, or one of `PLACES`: then the defect sits in that place, its kind taken in turn from
    `within`. Families take turns in a seeded order. The shelf "reserve" is for measuring only. Raises InvalidInput for
    an unknown kind or pathway, or where so many distinct ones cannot be composed.
    """
    stock = stock_load(shelf)
    _checked(artefact, stock)
    if kind not in (*KINDS, *PLACES):
        known = ", ".join((*KINDS, *PLACES))
        raise InvalidInput(f"'{kind}' is neither a kind nor a place of planted defects.", hint=f"Known: {known}.")
    rng = random.Random(f"{shelf}/{kind}/{artefact}/{seed}")  # noqa: S311 - reproducible composition, not a secret
    place = kind if kind in PLACES else "body"
    families = sorted(stock.plain_names if place == "translation" else stock.families)
    rng.shuffle(families)
    kinds: dict[str, str] = {}

    def draw(attempt: int) -> _Draft:
        planted = within[attempt % len(within)] if kind in PLACES else kind
        if place == "translation":
            draft = _plant_translation(rng, planted, families, attempt // len(within), stock)
        else:
            family = STANDARD if planted in _OWN_KINDS else families[attempt % len(families)]
            draft = _plant(rng, planted, place, artefact, family, stock)
        kinds[draft.text] = planted
        return draft

    return tuple(
        PlantedDefect(
            id=_key(kind, artefact, draft.text),
            kind=kinds[draft.text],
            place=place,
            artefact=artefact,
            text=draft.text,
            context=_context(rng, artefact, draft.language),
            family=draft.family,
            start=draft.start,
            end=draft.end,
        )
        for draft in _distinct(count, draw)
    )


def _honest(source: Source, artefact: str, draft: _Draft, rng: random.Random) -> HonestText:
    context = _context(rng, artefact, draft.language)
    return HonestText(_key(source, artefact, draft.text), source, artefact, draft.text, context, draft.start, draft.end)


def generate_clean(artefact: str, count: int, seed: int, *, shelf: Shelf = "practice") -> tuple[HonestText, ...]:
    """Return `count` clean twins: the same carriers, frames and places, filled with the programme's own material."""
    stock = stock_load(shelf)
    _checked(artefact, stock)
    rng = random.Random(f"{shelf}/clean/{artefact}/{seed}")  # noqa: S311 - reproducible composition, not a secret

    def phrase(form: str) -> str:
        return _clean_phrase(rng, form, stock)

    def draw(attempt: int) -> _Draft:
        if attempt % 12 == 5:
            code = rng.choice(sorted(stock.languages))
            return _Draft(*_translated(rng, rng.choice(stock.translated), STANDARD, code, stock), STANDARD, code)
        if attempt % 4 == 3:
            return _Draft(*_in_place(rng, artefact, rng.choice(sorted(stock.places)), phrase, stock), STANDARD, "en")
        return _Draft(*_body(rng, artefact, phrase, stock), STANDARD, "en")

    return tuple(_honest("clean", artefact, draft, rng) for draft in _distinct(count, draw))


def generate_comparison(artefact: str, count: int, seed: int, *, shelf: Shelf = "practice") -> tuple[HonestText, ...]:
    """Return `count` artefacts that name another standard honestly: most compare, one in five lists or titles."""
    stock = stock_load(shelf)
    _checked(artefact, stock)
    rng = random.Random(f"{shelf}/comparison/{artefact}/{seed}")  # noqa: S311 - reproducible composition, not a secret
    families = sorted(stock.families)
    rng.shuffle(families)
    sources: dict[str, Source] = {}

    def draw(attempt: int) -> _Draft:
        source: Source = "structural" if attempt % 5 == 4 else "comparative"
        family = families[attempt % len(families)]
        if attempt % 15 == 7 and family in stock.plain_names:
            codes = [code for code in sorted(stock.languages) if family in stock.languages[code].things]
            code = rng.choice(codes)
            draft = _Draft(*_translated(rng, "comparative", family, code, stock), family, code)
            source = "comparative"
        else:

            def phrase(form: str) -> str:
                frame = rng.choice(stock.comparisons[source][form])
                return _render(rng, frame, stock.families[family], stock.own, stock)

            draft = _Draft(*_body(rng, artefact, phrase, stock), family, "en")
        sources[draft.text] = source
        return draft

    return tuple(_honest(sources[draft.text], artefact, draft, rng) for draft in _distinct(count, draw))
