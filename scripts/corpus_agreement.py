"""How far the labelling passes of the corpus agree: Cohen's kappa with its interval, per label and per language.

    python scripts/corpus_agreement.py                      compare label1 with label2
    python scripts/corpus_agreement.py --blind FILE [SEED]  write the texts without labels, shuffled, for another labeller
    python scripts/corpus_agreement.py --against FILE       compare the adjudicated label with labels from a file
    python scripts/corpus_agreement.py --draw FILE          write the passages drawn for the second reader, blind
    python scripts/corpus_agreement.py --second             compare the labels before that reading with the reader's

FILE holds JSON lines; a labeller adds "label" to each line of the blind file and may leave lines out. What the second
reader said is kept in `src/assay/detect/corpus/second.jsonl`: id, label, and where it differed what was settled and why.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from assay.detect import corpus
from assay.detect.corpus import LABELS, Passage, passages_load

SECOND = Path(corpus.__file__).parent / "second.jsonl"
DRAWN = 53  # per cent of every group of a label and a hard case, rounded up
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


def drawn() -> list[Passage]:
    """Return the passages for the second reader: a share of every label and hard case of the development half.

    The held-back half is not drawn from, so that the reading spends nothing of it. Within a group the digests of the ids
    decide, so nobody chose; labels of the first pass make the groups, because those never change.
    """
    groups: dict[tuple[str, tuple[str, ...]], list[Passage]] = defaultdict(list)
    for passage in passages_load("dev"):
        groups[passage.label1, passage.hard_case[:1]].append(passage)
    chosen: list[Passage] = []
    for group in groups.values():
        group.sort(key=lambda p: _digest("second", p))
        chosen += group[: -(-len(group) * DRAWN // 100)]
    return sorted(chosen, key=lambda p: _digest("order", p))


def _digest(purpose: str, passage: Passage) -> str:
    return hashlib.sha256(f"{purpose} {passage.id}".encode()).hexdigest()


def second_reading() -> tuple[dict[str, dict[str, str]], list[tuple[Passage, Pair]]]:
    """Return what the second reader said per id, and each passage with the label before that reading and the reader's."""
    said = {row["id"]: row for row in map(json.loads, SECOND.read_text("utf-8").splitlines())}
    pairs = [
        (p, (said[p.id].get("before", p.label), said[p.id]["label"])) for p in passages_load("dev") if p.id in said
    ]
    return said, pairs


def settled() -> list[str]:
    """Return one line per difference of the second reader: what it was, what it is now, and why."""
    said, _ = second_reading()
    return [
        f"  {row['id']}: {row['before']} / {row['label']}, settled {row['settled']}: {row['reason']}"
        for row in said.values()
        if "settled" in row
    ]


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
    shuffled = list(passages_load())
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - an order, not a secret
    return bare(shuffled)


def bare(passages: Sequence[Passage]) -> list[str]:
    """Return passages as JSON lines with what a labeller may know, in the given order."""
    rows = [
        {
            "id": p.id,
            "standard": p.standard,
            "companions": list(p.companions),
            "artefact": p.artefact,
            "lang": p.lang,
            "text": p.text,
        }
        for p in passages
    ]
    return [json.dumps(row, ensure_ascii=False) for row in rows]


def main(arguments: Sequence[str]) -> int:
    """Run one of the three uses; returns the exit code."""
    match list(arguments):
        case []:
            pairs = [(p, (p.label1, p.label2)) for p in passages_load() if p.label2 is not None]
        case ["--blind", file, *seed]:
            Path(file).write_text("\n".join(blind(int(seed[0]) if seed else 1)) + "\n", "utf-8")
            return 0
        case ["--draw", file]:
            Path(file).write_text("\n".join(bare(drawn())) + "\n", "utf-8")
            return 0
        case ["--second"]:
            _, pairs = second_reading()
            print("\n".join([*report(pairs), *settled()]))
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
