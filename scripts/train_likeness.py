"""Learn how near a sentence's meaning is to drift (`src/assay/detect/data/likeness.json`), and print honest figures.

Usage: ASSAY_EMBED=FOLDER_OR_PACKAGE python scripts/train_likeness.py [--write]        (needs the extra `embed`)

Learned from canaries and clean twins of the practice shelf, and from sentences of the training passages and of the dev half.
The test half and the reserve shelf are never read. The border is where 1 of 250 honest sentences with a sign of another
family lies above it, in pathways that were left out of what the score was learned from (five parts).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from assay.detect.canaries import generate, generate_clean, generate_comparison
from assay.detect.canaries.pieces import stock_load
from assay.detect.corpus.passages import passages_load
from assay.detect.embedding import encoder
from assay.detect.lexicon import DATA
from assay.detect.likeness import digest_of_weights, place_of

SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")
STANDARD = "iso42001"
LEAST = 5  # words of a sentence
COUNT = 30  # canaries of a kind per pathway
HONEST = 0.996
PARTS = 5
STEPS, RATE, DECAY = 4000, 0.5, 1e-4


@dataclass(frozen=True)
class Row:
    """A sentence, whether it drifts, and the part in which it is left out."""

    text: str
    truth: bool
    part: int


def part_of(group: str) -> int:
    return hashlib.sha256(group.encode()).digest()[0] % PARTS


def cut(text: str) -> Iterator[str]:
    for match in SENTENCE.finditer(text):
        found = match.group().strip(" -*#>|")
        if len(found.split()) >= LEAST:
            yield found


def rows() -> list[Row]:
    """All examples, each sentence once."""
    found: dict[str, Row] = {}
    for pathway in sorted(stock_load("practice").carriers):
        part = part_of(pathway)
        for kind in ("implicit", "ai-wrapped"):
            for planted in generate(kind, pathway, COUNT, 7, shelf="practice"):
                text = planted.text[planted.start : planted.end]
                found.setdefault(text, Row(text, True, part))
        for make in (generate_clean, generate_comparison):
            for honest in make(pathway, 8, 7, shelf="practice"):
                for sentence in cut(honest.text):
                    found.setdefault(sentence, Row(sentence, False, part))
    for passage in (*passages_load("train"), *passages_load("dev")):
        if passage.standard != STANDARD or passage.lang != "en":
            continue
        part, drifts = part_of(passage.id), passage.label == "A"
        if not drifts:
            for sentence in cut(passage.text):
                found.setdefault(sentence, Row(sentence, False, part))
        elif passage.kind in ("implicit", "ai-wrapped"):
            found.setdefault(passage.text, Row(passage.text, True, part))
    return list(found.values())


def learn(vectors: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, float]:
    """Logistic regression by gradient descent from zero: the same steps on every machine."""
    weights, bias = np.zeros(vectors.shape[1]), 0.0
    scaled = vectors * 10
    for _ in range(STEPS):
        off = 1 / (1 + np.exp(-(scaled @ weights + bias))) - truth
        weights -= RATE * (scaled.T @ off / len(truth) / 10 + DECAY * weights)
        bias -= RATE * float(off.mean())
    return weights * 10, bias


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--write", action="store_true")
    chosen = options.parse_args()
    place = place_of(os.environ.get("ASSAY_EMBED", ""))
    if place is None:
        raise SystemExit("Set ASSAY_EMBED to the folder or package of the model.")
    examples = rows()
    vectors = encoder(place).encode([row.text for row in examples]).astype(np.float64)
    truth = np.array([row.truth for row in examples], float)
    parts = np.array([row.part for row in examples])
    held = np.zeros(len(examples))
    for part in range(PARTS):
        weights, bias = learn(vectors[parts != part], truth[parts != part])
        held[parts == part] = vectors[parts == part] @ weights + bias
    border = float(np.quantile(held[truth == 0], HONEST))
    print(f"{len(examples)} sentences, {int(truth.sum())} of them drift")
    for share in (0.98, 0.99, HONEST, 0.999):
        at = np.quantile(held[truth == 0], share)
        print(
            f"honest above the border {100 * (1 - share):.1f} %: drift above it {100 * (held[truth == 1] > at).mean():.1f} %"
        )
    weights, bias = learn(vectors, truth)
    data = {
        "model": digest_of_weights(place),
        "bias": round(100 * bias),
        "border": round(100 * border),
        "weights": [round(100 * float(weight)) for weight in weights],
    }
    if chosen.write:
        (DATA / "likeness.json").write_text(json.dumps(data) + "\n", encoding="utf-8")
        print("written: data/likeness.json")


if __name__ == "__main__":
    main()
