"""What the last measurement said of each single cell of a surface of the management system: one word, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Literal

from assay.accounts.access import Actor
from assay.assurance.models import CellRow, FindingRow, Surface
from assay.assurance.results import Latest, read_results, terms_of
from assay.core.evidence import Outcome
from assay.core.reading import Glyph

Word = Literal["absent", "stale", "defect", "unproven", "clean"]
Texture = Literal["solid", "hatched", "crossed", "empty"]
WORDS: Mapping[Word, str] = {
    "absent": "nothing there", "stale": "to be judged again", "defect": "defect", "unproven": "unproven", "clean": "nothing found",
}  # fmt: skip
TEXTURES: Mapping[Word, Texture] = {
    "absent": "empty",
    "stale": "empty",
    "defect": "crossed",
    "unproven": "empty",
    "clean": "hatched",
}


@dataclass(frozen=True)
class CellVerdict:
    """One cell: the word, the reason in words, its square, and where its findings are."""

    word: Word
    reason: str
    findings: int = 0

    @property
    def words(self) -> str:
        return WORDS[self.word]

    @property
    def glyph(self) -> Glyph:
        full = self.word in ("defect", "clean")
        fill = Fraction(1 if full else 0)
        letter = {"defect": "F", "unproven": "U", "stale": "S"}.get(self.word, "")
        return Glyph(
            fill=fill, fill_permille=1000 if full else 0, texture=TEXTURES[self.word], stale=self.word == "stale", letter=letter
        )  # fmt: skip


def cell_verdicts(actor: Actor, key: str, *, now: datetime) -> dict[str, CellVerdict]:
    """By cell key, for the surface `key` (obligations, documents …) of the organization; empty before the first measurement."""
    surface = Surface.objects.filter(organization=actor.organization, kind__startswith="registers.", key=key).first()
    if surface is None:
        return {}
    terms = terms_of(surface)
    wrong: dict[str, int] = {}
    rows = FindingRow.objects.filter(surface=surface, closed_at=None, disposed_at=None, defect=True)
    for cell in rows.values_list("cell_key", flat=True):
        wrong[cell] = wrong.get(cell, 0) + 1
    cells = CellRow.objects.filter(surface=surface).values_list(
        "key", "missing", "digest", "measured__digest", "measured__results"
    )
    found = {}
    for cell, missing, digest, measured, text in cells:
        latest = read_results(text) if text and measured == digest else {}
        under = [terms.get(result[4]) for result in latest.values()]
        fresh = bool(latest) and all(
            each is not None and (each.expires is None or now < each.expires) for each in under
        )
        found[cell] = _verdict(missing, fresh, wrong.get(cell, 0), latest)
    return found


def _verdict(missing: bool, fresh: bool, defects: int, latest: Latest) -> CellVerdict:
    if missing:
        return CellVerdict("absent", "No record and no evidence.")
    if defects:
        return CellVerdict("defect", f"{defects} open defect{'s' if defects > 1 else ''}.", defects)
    if not fresh:
        return CellVerdict("stale", "Something changed, or a week passed, since it was judged.")
    reasons = [
        reason or detector
        for detector, (_version, outcome, _strength, reason, _batch) in sorted(latest.items())
        if not Outcome(outcome).conclusive
    ]
    if reasons:
        return CellVerdict("unproven", f"{'; '.join(dict.fromkeys(reasons)).capitalize()}.")
    return CellVerdict("clean", "In force, shown by evidence, owned, and no rule objects.")
