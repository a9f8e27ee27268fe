"""How far the labelling passes of the corpus agree: Cohen's kappa with its interval, per label and per language.

    python scripts/corpus_agreement.py                      compare label1 with label2
    python scripts/corpus_agreement.py --blind FILE [SEED]  write the texts without labels, shuffled, for another labeller
    python scripts/corpus_agreement.py --against FILE       compare the adjudicated label with labels from a file

FILE holds JSON lines; a labeller adds "label" to each line of the blind file and may leave lines out.
"""

from __future__ import annotations

import json
import math
import random
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from assay.detect.corpus import LABELS, Passage, passages_load

Pair = tuple[str, str]


def kappa(pairs: Sequence[Pair]) -> tuple[float, float]:
    """Return Cohen's kappa and its large-sample standard error; (nan, nan) of nothing.

    Kappa is 1 where both labellers used one label throughout and agreed. Source: J. Cohen, 1960.
    """
    if not pairs:
        return math.nan, math.nan
    total = len(pairs)
    observed = sum(first == second for first, second in pairs) / total
    left, right = Counter(first for first, _ in pairs), Counter(second for _, second in pairs)
    chance = sum(left[label] * right[label] for label in left) / total**2
    if chance == 1:
        return 1.0, 0.0
    error = math.sqrt(observed * (1 - observed) / (total * (1 - chance) ** 2))
    return (observed - chance) / (1 - chance), error


def report(pairs: Sequence[tuple[Passage, Pair]]) -> list[str]:
    """Return the comparison as lines: overall, per label of the first labeller, per language, and the differences."""
    value, error = kappa([pair for _, pair in pairs])
    agreed = sum(first == second for _, (first, second) in pairs)
    lines = [
        f"{len(pairs)} passages labelled twice, {agreed} alike; "
        f"kappa {value:.3f} (95 % {value - 1.96 * error:.3f} to {min(1.0, value + 1.96 * error):.3f})"
    ]
    for label in LABELS:
        binary = [("yes" if a == label else "no", "yes" if b == label else "no") for _, (a, b) in pairs]
        lines.append(f"  {label:<5} against the rest: kappa {kappa(binary)[0]:.3f}")
    for language in sorted({passage.lang for passage, _ in pairs}):
        own = [pair for passage, pair in pairs if passage.lang == language]
        lines.append(f"  {language:<5} {sum(a == b for a, b in own)} of {len(own)} alike")
    lines += [f"  {p.id}: {a} / {b}, adjudicated {p.label}" for p, (a, b) in pairs if a != b]
    return lines


def blind(seed: int) -> list[str]:
    """Return the passages as JSON lines without any label, kind, family or hard case, in a seeded random order."""
    rows = [
        {
            "id": p.id,
            "standard": p.standard,
            "companions": list(p.companions),
            "artefact": p.artefact,
            "lang": p.lang,
            "text": p.text,
        }
        for p in passages_load()
    ]
    random.Random(seed).shuffle(rows)  # noqa: S311 - an order, not a secret
    return [json.dumps(row, ensure_ascii=False) for row in rows]


def main(arguments: Sequence[str]) -> int:
    """Run one of the three uses; returns the exit code."""
    match list(arguments):
        case []:
            pairs = [(p, (p.label1, p.label2)) for p in passages_load() if p.label2 is not None]
        case ["--blind", file, *seed]:
            Path(file).write_text("\n".join(blind(int(seed[0]) if seed else 1)) + "\n", "utf-8")
            return 0
        case ["--against", file]:
            rows = [json.loads(line) for line in Path(file).read_text("utf-8").splitlines() if line.strip()]
            given = {row["id"]: row["label"] for row in rows if "label" in row}
            pairs = [(p, (p.label, given[p.id])) for p in passages_load() if p.id in given]
        case _:
            print(__doc__)
            return 2
    print("\n".join(report(pairs)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
