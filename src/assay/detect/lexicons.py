"""Which texts a change of one family's words can affect, and which it cannot: what incremental sweeps rest on.

What `measure` answers about a text depends on the base (code, rules, weights, trained models, facts of the catalog) and on
the words by which each family is known. `base_of` tells the first, `lexicon` and `meanings` the second.

**A text cannot be affected** by a change from one state to another if all four hold:

1. `base_of(detector)` is the same in both. Everything that is derived from all families together is part of it: models and
   their borders, relations between families, the families of the catalog with numbers, editions and relations (a mistyped
   number is read as the nearest of theirs), and the numbers that are known to be real standards of no family.
2. None of the forms that changed stands anywhere in the folded text, not even inside a longer word. A form has changed
   where anything that the detectors' tables say of it has: who owns it, how strong, how it ends, in which language, as
   what it is read; so also where another family wins or loses a form that two claim. A family's name, system, first number
   and earlier editions are part of what is said of each of its forms, so another name changes all of them.
3. The programme's standard is none of the families that changed. Its own family takes part without being found in the text:
   its number decides which slips are read as it, its earlier editions which years are history.
4. No changed form stands in what the context calls its standard and companions, and neither is a new way of writing the
   id of a changed family. (Contexts that hold ids of families alone, as programmes do, need only rule 3.)

Why this is enough: the tables reach a text only through the automata of `scan`, which report each form that occurs as a
substring of the folded text, and through `Lexicon.numbers`, looked up with digits that stand in the text. A sentence read
again by itself is a part of the text. A form that does not occur is not reported in either state; a form that occurs and
means the same in both is reported alike; and no detector counts families, forms or hits beyond the text. Overlaps are
settled among the forms that were found. `tests/core/test_detect_lexicons.py` tries it with random changes on the corpus.

It holds for `measure` and `classify`, text by text. What judges several texts of a programme together is affected where
one of them is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from types import MappingProxyType

from ahocorasick_rs import AhoCorasick

from assay.catalog import load_families
from assay.detect.concepts import ownership
from assay.detect.context import Context
from assay.detect.folding import fold
from assay.detect.lexicon import lexicon as names
from assay.detect.profile import profiles
from assay.detect.versions import base_paths, digest_of
from assay.detect.view import resolve_family

Meanings = Mapping[str, Mapping[str, str]]
_LOOKALIKES = {"0": "0o", "1": "1l"}
_SIGMA = str.maketrans("ς", "σ")  # which of the two a capital one is folded to depends on its neighbours


def lexicon() -> Mapping[str, frozenset[str]]:
    """Return, per family, every form by which its data can matter, as it stands in folded text.

    A text in whose folded form none of them occurs as a substring shows no sign of the family, unless the family is the
    programme's own standard.
    """
    return MappingProxyType({family: frozenset(forms) for family, forms in meanings().items()})


@cache
def meanings() -> Meanings:
    """Return, per family and form, twelve hexadecimal digits that change with anything the tables say of the form."""
    said: dict[str, dict[str, list[str]]] = {}
    facts = {family: _facts(family) for family in {*names().families, *ownership().systems}}
    for family, form, told in (*_named(), *_conceived(), *_worded()):
        said.setdefault(family, {}).setdefault(_plain(form), [facts.get(family, "")]).append(told)
    return MappingProxyType(
        {
            family: MappingProxyType({form: _digest(told) for form, told in sorted(forms.items())})
            for family, forms in sorted(said.items())
        }
    )


@cache
def base_of(detector: str) -> str:
    """Return the SHA-256 of all that the detector's answers depend on except families' words. KeyError for an unknown one.

    Canaries are no part of it: they say how good answers are and change none.
    """
    catalog = load_families()
    families = [
        (f.id, f.name, f.domain, f.kind, f.relation_to_42001, f.edition, f.bare_number) for f in catalog.families
    ]
    parts = (digest_of(base_paths(detector)), families, catalog.hs_shared_terms, catalog.shared_terms)
    return hashlib.sha256(repr((*parts, sorted(names().real))).encode()).hexdigest()


@dataclass(frozen=True)
class Change:
    """What differs between two states of the families' words: `families` that changed and every form that did."""

    families: frozenset[str]
    forms: frozenset[str]
    _occurs: Callable[[str], bool]

    def may_affect(self, text: str, context: Context) -> bool:
        """Return False only where no answer about `text` can differ between the two states, the base being the same."""
        called = (context.standard, *context.companions)
        if self._occurs(text) or resolve_family(context.standard) in self.families:
            return True
        return any(
            self._occurs(name) or _squeezed(name) in self._ids for name in called if name not in names().families
        )

    @property
    def _ids(self) -> frozenset[str]:
        return frozenset(map(_squeezed, self.families))


def change_between(before: Meanings, after: Meanings) -> Change:
    """Return what differs between two answers of `meanings`, such as one kept from an earlier sweep and today's."""
    families, forms = set(), set()
    for family in before.keys() | after.keys():
        old, new = before.get(family, {}), after.get(family, {})
        differ = {form for form in old.keys() | new.keys() if old.get(form) != new.get(form)}
        if differ:
            families.add(family)
            forms |= differ
    return Change(frozenset(families), frozenset(forms), _finder(forms))


def _finder(forms: Iterable[str]) -> Callable[[str], bool]:
    """Return whether one of the forms stands in the folded form of a given text."""
    wanted = sorted(forms)
    if not wanted:
        return lambda text: False
    automaton = AhoCorasick(wanted)
    return lambda text: bool(automaton.find_matches_as_indexes(_plain(fold(text))))


def _named() -> Iterator[tuple[str, str, str]]:
    """Names, systems, acronyms and numbers; a number also with the letters that are read as its digits."""
    known = names()
    for form, name in zip(known.phrases, known.names, strict=True):
        if name.family:
            yield name.family, form, f"{name.kind} {name.exact} {name.ambiguous}"
    numbers = dict(known.numbers)
    numbers |= {family[3:]: family for family in known.families if family[:3] == "iso" and family[3:].isdigit()}
    for number, family in numbers.items():
        for form in map("".join, product(*(_LOOKALIKES.get(digit, digit) for digit in number))):
            yield family, form, f"number {number} {known.numbers.get(number)}"


def _conceived() -> Iterator[tuple[str, str, str]]:
    known = ownership()
    for form, concepts, open_ended in zip(known.phrases, known.concepts, known.open_ended, strict=True):
        for place, concept in enumerate(concepts):
            yield concept.family, form, f"concept {place} {open_ended} {concept}"


def _worded() -> Iterator[tuple[str, str, str]]:
    known = profiles()
    for form, owners, whole in zip(known.terms, known.owners, known.whole, strict=True):
        for place, (family, sure) in enumerate(owners):
            yield family, form, f"word {place} {whole} {sure}"


def _facts(family: str) -> str:
    """What is said of a family as a whole, also where it is the programme's own."""
    known = names()
    said = (known.families.get(family), ownership().systems.get(family), known.earlier_editions.get(family))
    return f"{said} {next((number for number, owner in known.numbers.items() if owner == family), '')}"


def _digest(told: list[str]) -> str:
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:12]


def _plain(folded: str) -> str:
    return folded.translate(_SIGMA)


def _squeezed(name: str) -> str:
    return "".join(char for char in name.lower() if char.isascii() and char.isalnum())
