"""What bare matching costs: the detectors' phrases over the same bytes, with the library that they use."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from ahocorasick_rs import AhoCorasick, MatchKind

from assay import detect
from assay.catalog import load_families
from assay.cli.bench.material import texts
from assay.detect.context import Context
from assay.detect.measure import measure
from assay.detect.piece import forget
from assay.detect.registry import DETECTORS
from assay.detect.segment import sentences


def figures(count: int, per_second: float) -> dict[str, Any]:
    """Megabytes per second of one processor, and how many times as long measuring takes on all that the sweep used.

    The material's texts share their sentences, which a sweep remembers; `unremembered_artefacts_per_second` is what one
    processor measures where everything is forgotten before each text, as if all texts were different throughout.
    """
    phrases = sorted(set(_phrases()))
    automaton = AhoCorasick(phrases, matchkind=MatchKind.Standard)
    bodies = [text.casefold() for text in texts(count)]
    size = sum(len(text.encode()) for text in bodies)
    start = time.process_time()
    hits = sum(len(automaton.find_matches_as_indexes(text, overlapping=True)) for text in bodies)
    seconds = time.process_time() - start
    return {
        "matching_phrases": len(phrases),
        "matching_hits": hits,
        "matching_megabytes_per_second": round(size / seconds / 1e6, 1),
        "matching_artefacts_per_second": round(count / seconds),
        "full_to_matching": round(count / seconds / per_second, 2),
        **_unremembered(count, seconds),
    }


def _unremembered(count: int, matching: float) -> dict[str, Any]:
    """The rate without anything remembered, and the material's sentences; `matching` is what bare matching took (s)."""
    bodies, context, detectors = (
        list(texts(count)),
        Context("iso42001", artefact="lesson", language="en"),
        tuple(DETECTORS),
    )
    start = time.process_time()
    for body in bodies:
        forget()
        measure(body, context, detectors)
    seconds = time.process_time() - start
    cut = [body[first:last] for body in bodies for first, last in sentences(body, 0, len(body))]
    return {
        "sentences": len(cut),
        "sentences_different": len(set(cut)),
        "unremembered_artefacts_per_second": round(count / seconds),
        "unremembered_to_matching": round(seconds / matching, 1),
    }


def _phrases() -> Iterator[str]:
    """Names of all families and every phrase in the detectors' data, of 3 to 80 characters, folded."""
    for family in load_families().families:
        yield from (name.casefold() for name in (family.name, *family.aliases) if 3 <= len(name) <= 80)
    room = Path(detect.__file__).parent
    words = (path for path in room.glob("families/*/*.yaml") if not path.match("canaries*.yaml"))
    for path in sorted((*room.glob("data/**/*.yaml"), *words)):
        yield from (
            text.casefold()
            for text in _strings(yaml.safe_load(path.read_text(encoding="utf-8")))
            if 3 <= len(text) <= 80
        )


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _strings(key)
            yield from _strings(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _strings(each)
