"""Shape and loader of the labelled passages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from assay.core.errors import InvalidInput

Split = Literal["dev", "test", "train"]

LABELS = ("A", "B", "C", "NONE")
KINDS = ("explicit", "implicit", "ai-wrapped", "case-mismatch", "wrong-edition", "wrong-number", "none")
HARD_CASES = (
    "ai-company-in-energy-sector",
    "comparison-with-governing-verb",
    "edition",
    "exam-distractor",
    "governing-with-comparative-word",
    "heading",
    "history",
    "hs-shared-text",
    "list-of-standards",
    "multilingual",
    "negation",
    "own-words-foreign-sounding",
    "quotation",
    "reference-list",
    "same-text-other-target",
    "typo",
)

_FIELDS = frozenset(
    (
        *("id", "text", "standard", "companions", "artefact", "lang", "label", "kind", "families"),
        *("hard_case", "label1", "label2", "split"),
    )
)
_TRAINING_FIELDS = _FIELDS | {"voice"}
_KINDS_OF_LABEL = {
    "A": frozenset(KINDS[:4]),
    "B": frozenset(("none",)),
    "C": frozenset(("none",)),
    "NONE": frozenset(("none", "wrong-edition", "wrong-number")),
}


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage of teaching material with its label relative to `standard` and `companions`.

    `label` is the adjudicated label; `label1` and `label2` are the two passes (`label2` is None until the second
    pass has seen the passage). `families` are the foreign families the passage draws on, most important first.
    `artefact` is a pathway slug, `lang` a two-letter language code. `voice` names the manner of writing of a training
    passage (one file per voice) and is empty in the two measuring halves.
    """

    id: str
    text: str
    standard: str
    companions: tuple[str, ...]
    artefact: str
    lang: str
    label: str
    kind: str
    families: tuple[str, ...]
    hard_case: tuple[str, ...]
    label1: str
    label2: str | None
    split: Split
    voice: str = ""


def split_of(passage_id: str) -> Split:
    """Return "dev" where SHA-256 of the id is an even number, "test" where it is odd.

    Training passages have no half: their split is "train" whatever their id.
    """
    return "dev" if hashlib.sha256(passage_id.encode()).digest()[-1] % 2 == 0 else "test"


def _passage(row: object, where: str, *, training: bool) -> Passage:
    if not isinstance(row, Mapping) or set(row) != (_TRAINING_FIELDS if training else _FIELDS):
        raise InvalidInput(f"{where} does not have exactly the fields of a passage.", hint="See docs/corpus.md.")
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    passage = Passage(**values)
    faults = [
        fault
        for fault, present in (
            ("the text is empty", not passage.text.strip()),
            ("the label is unknown", passage.label not in LABELS),
            ("the kind does not go with the label", passage.kind not in _KINDS_OF_LABEL.get(passage.label, ())),
            ("a hard case is unknown", not set(passage.hard_case) <= set(HARD_CASES)),
            (
                "the split is not that of the id or file",
                passage.split != ("train" if training else split_of(passage.id)),
            ),
            ("the voice is empty", training and not passage.voice.strip()),
            ("a labelling pass used an unknown label", not {passage.label1, passage.label2} <= {*LABELS, None}),
        )
        if present
    ]
    if faults:
        raise InvalidInput(f"{where}: {'; '.join(faults)}.", hint="See docs/corpus.md.", faults=tuple(faults))
    return passage


@lru_cache(maxsize=4)
def _read(folder: Path) -> tuple[Passage, ...]:
    passages: list[Passage] = []
    for path in (*sorted(folder.glob("passages-*.jsonl")), *sorted(folder.glob("train-*.jsonl"))):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            where = f"{path.name}, line {number}"
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise InvalidInput(f"{where} is not JSON: {error.msg}.", hint="One object per line.") from error
            passages.append(_passage(row, where, training=path.name.startswith("train-")))
    if len({passage.id for passage in passages}) != len(passages):
        raise InvalidInput("Two passages have the same id.", hint="Give the newer one a new id.")
    return tuple(passages)


def passages_load(split: Split | None = None, folder: Path | None = None) -> tuple[Passage, ...]:
    """Return the passages in order of file and line: both measuring halves, one of them, or the training passages.

    Training passages (`train-*.jsonl`) come only when asked for by name: figures are never taken from them.
    Raises InvalidInput naming file and line where a passage is malformed or two share an id.
    """
    wanted = ("dev", "test") if split is None else (split,)
    return tuple(p for p in _read(folder or Path(__file__).parent) if p.split in wanted)
