"""Measure what each weight of the detectors does on the dev split of the labelled passages, and propose changes.

Usage: python scripts/calibrate_detect.py [--group mention] [--step 60] [--write]

For every weight of a group in `src/assay/detect/data/weights.yaml` the script tries it one step lower and higher and keeps
the value with the best objective: F0.5 of category A (precision counts double) plus a tenth of the macro-F1. Only the dev
split is read; the test split is never loaded. Without `--write` nothing is changed. A change is worth keeping only where
it also leaves the honest texts of the canaries (comparisons, clean artefacts) without an alarm, which is printed.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from assay.detect.attachment import weights
from assay.detect.canaries import generate_clean, generate_comparison
from assay.detect.classify import classify
from assay.detect.context import Context
from assay.detect.corpus.passages import passages_load
from assay.detect.lexicon import DATA
from assay.detect.measure import measure
from assay.detect.registry import DETECTORS

LABELS = ("A", "B", "C", "NONE")
ARTEFACTS = ("lesson", "assignment-brief", "module-exam", "scenario", "rubric")
FIXED = {"threshold", "blocking", "slope", "band", "discount_comparative", "discount_declared"}


def objective() -> tuple[float, float, float]:
    """Return (objective, F0.5 of A, macro-F1) on the dev split with the weights in memory."""
    pairs = [
        (p.label, classify(p.text, Context(p.standard, frozenset(p.companions), p.artefact, p.lang)).label)
        for p in passages_load("dev")
    ]
    scores: dict[str, tuple[float, float]] = {}
    for label in LABELS:
        hit = sum(true == seen == label for true, seen in pairs)
        precision = hit / max(1, sum(seen == label for _, seen in pairs))
        recall = hit / max(1, sum(true == label for true, _ in pairs))
        scores[label] = (precision, recall)
    f_half = _f(*scores["A"], beta=0.5)
    macro = sum(_f(*scores[label], beta=1) for label in LABELS) / len(LABELS)
    return f_half + macro / 10, f_half, macro


def _f(precision: float, recall: float, *, beta: float) -> float:
    weight = beta * beta
    return (1 + weight) * precision * recall / (weight * precision + recall) if precision + recall else 0.0


def false_alarms(*, seed: int = 11, count: int = 6) -> int:
    """Return how many honest canary texts any detector takes for a defect."""
    texts = [t for a in ARTEFACTS for make in (generate_clean, generate_comparison) for t in make(a, count, seed)]
    return sum(
        any(h.defect for r in measure(t.text, t.context, tuple(DETECTORS)).values() for h in r.hits) for t in texts
    )


def tune(group: str, step: int) -> dict[str, int]:
    """Return the weights of `group` that differ from the file after one round of single steps."""
    table = weights()[group]
    changed: dict[str, int] = {}
    best = objective()[0]
    for name in sorted(k for k, v in table.items() if k not in FIXED and isinstance(v, int)):
        start = table[name]
        for value in (start - step, start + step):
            table[name] = value
            now = objective()[0]
            if now > best + 1e-9:
                best, changed[name] = now, value
                break
            table[name] = start
    return changed


def write(group: str, changed: dict[str, int]) -> None:
    """Write the changed values into weights.yaml, leaving its comments as they are."""
    path = DATA / "weights.yaml"
    head, tail = re.split(rf"(?m)^{group}:", path.read_text("utf-8"), maxsplit=1)
    for name, value in changed.items():
        tail = re.sub(rf"(?m)^(  {name}: )-?\d+", rf"\g<1>{value}", tail, count=1)
    path.write_text(f"{head}{group}:{tail}", "utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--group", default="mention", choices=("mention", "concepts", "objects", "topic", "case"))
    parser.add_argument("--step", type=int, default=60)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    _, f_half, macro = objective()
    print(f"before: A F0.5 {f_half:.4f}, macro-F1 {macro:.4f}, false alarms on honest texts {false_alarms()}")
    changed = tune(options.group, options.step)
    _, f_half, macro = objective()
    print(f"after:  A F0.5 {f_half:.4f}, macro-F1 {macro:.4f}, false alarms on honest texts {false_alarms()}")
    for name, value in changed.items():
        print(f"  {options.group}.{name}: {value}")
    if options.write and changed:
        write(options.group, changed)
        print(f"written to {Path(DATA / 'weights.yaml').name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
