"""The labelled passages that detectors are measured with, and those they may learn from.

Belongs here: the passages (JSON lines; `passages-NN.jsonl` to measure, `train-<voice>.jsonl` to learn from), their shape
and the one loader. Does not belong here: detection, scoring (`detect.evaluate`) and planted defects
(`detect.canaries`). May import `core`.

The labels follow docs/corpus.md. Half of the passages (`split == "test"`) is for measuring only: nobody tunes on it.
"""

from assay.detect.corpus.passages import HARD_CASES, KINDS, LABELS, Passage, passages_load, split_of

__all__ = ["HARD_CASES", "KINDS", "LABELS", "Passage", "passages_load", "split_of"]
