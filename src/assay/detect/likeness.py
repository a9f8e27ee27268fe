"""A second opinion on stretches that the words leave open: how near their meaning is to drift. Off unless asked for.

With `ASSAY_EMBED` (a folder, or the name of an installed package that carries the model) and the extra `assay[embed]`, a
sentence with a few signs of another family that the lexical models let pass is turned into a vector and weighed
(`data/likeness.json`, made by `scripts/train_likeness.py`). It can only hold a sentence for a person's reading: it never
accuses, and never clears. A detector with it is another version, with canaries of its own.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from assay.core.errors import UsageError
from assay.detect.lexicon import DATA

SETTING: Final = "ASSAY_EMBED"
LEARNED: Final = DATA / "likeness.json"
FILES: Final = ("config.json", "tokenizer.json", "model.safetensors")
_KEPT: Final = 20_000  # scores of sentences remembered; boilerplate repeats
_scores: OrderedDict[str, int] = OrderedDict()


@cache
def folder() -> Path | None:
    """Return the folder of the model, None where likeness is not asked for.

    Raises UsageError for a name that leads to no such folder, for weights other than those that the scores were learned
    with, and where the extra is not installed.
    """
    named = os.environ.get(SETTING, "")
    if not named:
        return None
    found = place_of(named)
    if found is None:
        raise UsageError(
            f"{SETTING} names neither a folder nor a package with {', '.join(FILES)}: '{named}'.",
            hint="See docs/guides/likeness.md.",
        )
    if digest_of_weights(found) != learned()["model"]:
        raise UsageError(
            f"The model in {found} is not the one that the scores were learned with.",
            hint="Use all-MiniLM-L6-v2, or learn again with scripts/train_likeness.py.",
        )
    for package in ("numpy", "safetensors", "tokenizers"):
        if find_spec(package) is None:
            raise UsageError(
                f"{SETTING} needs the package {package}.", hint="Install it with: pip install 'assay[embed]'."
            )
    return found


def likeness(sentences: Sequence[str]) -> list[int]:
    """Return a score per sentence, in hundredths of a logit. Only while `folder()` is not None."""
    new = [sentence for sentence in dict.fromkeys(sentences) if sentence not in _scores]
    if new:
        known = learned()
        for sentence, score in zip(new, _weigh(new, known["weights"], known["bias"]), strict=True):
            _scores[sentence] = score
    told = [_scores[sentence] for sentence in sentences]
    while len(_scores) > _KEPT:
        _scores.popitem(last=False)
    return told


def border() -> int:
    """Return the score from which a sentence is held for a person's reading."""
    return int(learned()["border"])


@cache
def learned() -> dict[str, Any]:
    """Return what was learned: `model` (SHA-256 of the weights), `weights` (one per dimension), `bias`, `border`."""
    data: dict[str, Any] = json.loads(LEARNED.read_text(encoding="utf-8"))
    return data


@cache
def digest_of_weights(place: Path) -> str:
    """Return the SHA-256 of the model's weights, hexadecimal."""
    whole = hashlib.sha256()
    with (place / "model.safetensors").open("rb") as file:
        while piece := file.read(1 << 20):
            whole.update(piece)
    return whole.hexdigest()


def _weigh(sentences: list[str], weights: list[int], bias: int) -> list[int]:
    place = folder()
    if place is None:
        raise UsageError("Likeness was not asked for.", hint=f"Set {SETTING}.")
    vectors = import_module("assay.detect.embedding").encoder(place).encode(sentences)
    return [round(float(value)) + bias for value in vectors @ weights]


def place_of(named: str) -> Path | None:
    """Return the folder of the model that a path or a package's name leads to, None where there is none."""
    places = [Path(named)]
    if named.isidentifier() and (spec := find_spec(named)) is not None and spec.submodule_search_locations:
        inside = Path(next(iter(spec.submodule_search_locations)))
        places += [inside, inside / "model"]
    return next((place for place in places if all((place / name).is_file() for name in FILES)), None)
