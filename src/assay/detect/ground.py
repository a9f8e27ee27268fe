"""The programme's own ground in the catalog's words: what the standard itself asks for is never another family's subject.

"Manage distribution, access, storage, retention and disposal" is an obligation of ISO/IEC 42001 and reads like records
management; "technical file per release" is evidence for one of its controls. Where a stretch consists mostly of
such words of the catalog, it is not held for reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache

from ahocorasick_rs import AhoCorasick, MatchKind

from assay.catalog import load_catalog
from assay.detect.folding import fold

_WORDS = 3  # words from which a text of the catalog is a phrase of its own rather than a common word
_SHARE = 50  # per cent of a stretch that such phrases must make up


def is_own_ground(standard: str, low: str) -> bool:
    """Return whether at least half of the folded text `low` consists of the catalog's words for `standard`."""
    covered = sum(end - start for _, start, end in _phrases(standard).find_matches_as_indexes(low))
    return covered * 100 >= len(low.strip()) * _SHARE > 0


def without_own_ground(standard: str, low: str) -> str:
    """Return the folded text `low` with the catalog's words for `standard` blanked out, same length."""
    parts, at = [], 0
    for _, start, end in _phrases(standard).find_matches_as_indexes(low):
        parts += [low[at:start], " " * (end - start)]
        at = end
    return "".join([*parts, low[at:]])


@cache
def _phrases(standard: str) -> AhoCorasick:
    catalog = load_catalog()
    sources: dict[str, object] = {
        "iso42001": (
            catalog.obligations,
            catalog.controls,
            catalog.documented_information,
            catalog.domains,
            catalog.lifecycle,
            catalog.impact_assessment,
        ),
        "eu_ai_act": catalog.eu_ai_act,
        "nist_ai_rmf": tuple(item.title for item in catalog.items_of("nist_ai_rmf")),
    }
    said = {fold(text).strip(" .;:") for text in _texts(sources.get(standard, ()))}
    return AhoCorasick(
        sorted(text for text in said if len(text.split()) >= _WORDS), matchkind=MatchKind.LeftmostLongest
    )


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts(tuple(value.values()))
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _texts(each)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))
