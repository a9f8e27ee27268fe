"""Planted programmes: 22 artefacts, one per pathway, honest but for another family's words laced or put in a block.

`laced` is one mild mention in each of 18 artefacts, in passing and governing nothing; `block` is four plain mentions of the
other field's work in each of five artefacts in a row. Words come from the canaries' stock, which no detector was made
with. Everything is a pure function of its arguments.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from assay.core.evidence import Canary, Outcome
from assay.detect.canaries import ROTATION, generate_clean, generate_comparison
from assay.detect.canaries.pieces import Shelf, stock_load
from assay.detect.context import Context
from assay.detect.joint.judging import JointResult, judge
from assay.detect.joint.spec import KINDS, NAME, STRATUM, version
from assay.detect.joint.tallies import Tally, tally
from assay.detect.measure import measure

QUOTA: Final = 200
STANDARD: Final = "iso42001"
LACED: Final = 18
BLOCK: Final = 5
_ALONE: Final = ("standard-mention", "concept-drift", "context-mismatch")
_EACH = 4
_POOL = 40
_PASSING = (
    "On the way to the first interview you pass {piece}; a colleague makes a note of it.",
    "The photograph on the next page shows {piece}.",
    "Somebody in the group asks about {piece}, and the tutor promises to come back to it.",
    "Bring what you have on {piece} as well.",
)
_WORK = (
    "One group keeps {piece}.",
    "You will also come across {piece}.",
    "Have a look at {piece}.",
    "Next to it lies {piece}.",
)


@dataclass(frozen=True, slots=True)
class PlantedProgramme:
    """The texts of a programme by pathway, the family planted in it ("" for an honest one), and its companions."""

    kind: str
    family: str
    companions: tuple[str, ...]
    texts: tuple[tuple[str, str], ...]


def planted(kind: str, count: int, seed: int = ROTATION, *, shelf: Shelf = "reserve") -> tuple[PlantedProgramme, ...]:
    """Return `count` programmes of a kind of `KINDS`; families take turns in a seeded order. KeyError for another kind."""
    stock = stock_load(shelf)
    families = sorted(stock.families)
    random.Random(f"joint/{shelf}/{kind}/{seed}").shuffle(families)  # noqa: S311 - reproducible composition, not a secret
    lace = {"laced": _lace, "block": _block}[kind]
    return tuple(_programme(kind, families[n % len(families)], n, seed, shelf, lace) for n in range(count))


def honest(count: int, seed: int = ROTATION, *, shelf: Shelf = "reserve") -> tuple[PlantedProgramme, ...]:
    """Return `count` honest programmes: clean texts, each fifth a comparison with another standard.

    In every second one the same mild mentions run through as in a laced one, of a family that it has as a companion.
    """
    stock = stock_load(shelf)
    families = sorted(stock.families)
    made = []
    for n in range(count):
        if n % 2:
            family = families[n % len(families)]
            laced = _programme("honest", family, n, seed, shelf, _lace)
            made.append(PlantedProgramme("honest", "", (family,), laced.texts))
        else:
            made.append(_programme("honest", "", n, seed, shelf, _compare))
    return tuple(made)


def thin(count: int, seed: int = ROTATION, *, shelf: Shelf = "reserve") -> tuple[PlantedProgramme, ...]:
    """Return `count` laced programmes no text of which is accused or held alone by the detectors of single texts.

    One mild mention in each artefact, chosen among up to eight; where none passes alone, the artefact goes without.
    """
    families = sorted(stock_load(shelf).families)
    return tuple(_programme("thin", families[n % len(families)], n, seed, shelf, _thin) for n in range(count))


def tallies_of(programme: PlantedProgramme) -> tuple[Tally, ...]:
    """Read each text of a programme."""
    companions = frozenset(programme.companions)
    return tuple(
        tally(text, Context(STANDARD, companions, pathway, "en"), key=pathway) for pathway, text in programme.texts
    )


def result_of(programme: PlantedProgramme) -> JointResult:
    """What the detector says of a programme."""
    return judge(tallies_of(programme), standard=STANDARD, companions=programme.companions)


def is_caught(programme: PlantedProgramme) -> bool:
    """Whether the planted family, and it before any other, is held or accused."""
    held = result_of(programme).held
    return any(share.family == programme.family for share in held)


def tally_kinds(*, count: int = QUOTA, seed: int = ROTATION) -> tuple[Canary, ...]:
    """One tally per kind: of `count` planted programmes, how many do not pass as clean."""
    return tuple(
        Canary(NAME, version(), STRATUM, kind, sum(map(is_caught, planted(kind, count, seed))), count) for kind in KINDS
    )


def false_alarms(*, count: int = QUOTA, seed: int = ROTATION) -> tuple[int, int, int]:
    """Of `count` honest programmes: accused, held, and all."""
    outcomes = [result_of(each).outcome for each in honest(count, seed)]
    return outcomes.count(Outcome.DEFECT), outcomes.count(Outcome.INCONCLUSIVE), count


_Lace = Callable[[random.Random, str, Shelf, list[str]], None]


def _programme(kind: str, family: str, number: int, seed: int, shelf: Shelf, lace: _Lace) -> PlantedProgramme:
    rng = random.Random(f"joint/{shelf}/{kind}/{family}/{number}/{seed}")  # noqa: S311 - reproducible, not a secret
    pathways = sorted(stock_load(shelf).carriers)
    texts = [rng.choice(_clean(pathway, seed, shelf)) for pathway in pathways]
    lace(rng, family, shelf, texts)
    return PlantedProgramme(kind, family, (), tuple(zip(pathways, texts, strict=True)))


def _lace(rng: random.Random, family: str, shelf: Shelf, texts: list[str]) -> None:
    pieces = stock_load(shelf).families[family]
    mild = [*(_article(each) for each in pieces["shorts"]), *pieces["sites"]]
    rng.shuffle(mild)
    for turn, place in enumerate(sorted(rng.sample(range(len(texts)), min(LACED, len(texts))))):
        texts[place] += f"\n\n{rng.choice(_PASSING).format(piece=mild[turn % len(mild)])}"


def _thin(rng: random.Random, family: str, shelf: Shelf, texts: list[str]) -> None:
    pieces = stock_load(shelf).families[family]
    mild = [*(_article(each) for each in pieces["shorts"]), *pieces["sites"]]
    pathways = sorted(stock_load(shelf).carriers)
    for place, pathway in enumerate(pathways):
        pool = _clean(pathway, ROTATION, shelf)
        tries = (texts[place], *rng.sample(pool, min(8, len(pool))))
        texts[place] = next((each for each in tries if _is_quiet(each, pathway)), pool[0])
        for _ in range(8):
            told = f"{texts[place]}\n\n{rng.choice(_PASSING).format(piece=rng.choice(mild))}"
            if _is_quiet(told, pathway):
                texts[place] = told
                break


def _is_quiet(text: str, pathway: str) -> bool:
    """Whether every detector of drift finds the text clean by itself."""
    context = Context(STANDARD, frozenset(), pathway, "en")
    return all(each.outcome is Outcome.CLEAN for each in measure(text, context, _ALONE).values())


def _block(rng: random.Random, family: str, shelf: Shelf, texts: list[str]) -> None:
    things: Sequence[str] = stock_load(shelf).families[family]["things"]
    first = rng.randrange(len(texts) - BLOCK + 1)
    for place in range(first, first + BLOCK):
        told = [rng.choice(_WORK).format(piece=each) for each in rng.sample(things, min(_EACH, len(things)))]
        texts[place] += f"\n\n{' '.join(told)}"


def _compare(rng: random.Random, family: str, shelf: Shelf, texts: list[str]) -> None:
    pathways = sorted(stock_load(shelf).carriers)
    for place in range(family == "", len(texts), 5):
        texts[place] = rng.choice(_comparing(pathways[place], shelf))


def _article(short: str) -> str:
    return short if short.startswith(("a ", "an ", "the ")) else f"{'an' if short[0] in 'aeiou' else 'a'} {short}"


@lru_cache(maxsize=64)
def _clean(pathway: str, seed: int, shelf: Shelf) -> tuple[str, ...]:
    found = generate_clean(pathway, _POOL, seed, shelf=shelf)
    return tuple(each.text for each in found if each.context.language == "en")


@lru_cache(maxsize=64)
def _comparing(pathway: str, shelf: Shelf) -> tuple[str, ...]:
    found = generate_comparison(pathway, _POOL, ROTATION, shelf=shelf)
    return tuple(each.text for each in found if each.context.language == "en")
