"""The state of an item: draft, pilot or live, with the reasons; live takes responses, good figures and a signature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assay.studio.itemstats.figures import ItemFigures
from assay.studio.packaging.items import Item

State = Literal["draft", "pilot", "live"]


@dataclass(frozen=True)
class Bounds:
    """What an item must reach to be live; printed with every result."""

    learners: int = 30
    easiest: float = 0.80
    hardest: float = 0.20
    discrimination: float = 0.20

    def words(self) -> str:
        return (
            f"live needs {self.learners} learners, {self.hardest:.2f} to {self.easiest:.2f} of them right, a point-biserial of "
            f"{self.discrimination:.2f}, every distractor chosen by 5 %, and a signature under the artefact"
        )


@dataclass(frozen=True)
class Standing:
    """An item's state and why it is not further on; `check_key` when better learners chose other options than the key."""

    state: State
    reasons: tuple[str, ...]
    check_key: bool


def item_state(item: Item, figures: ItemFigures | None, *, signed: bool, bounds: Bounds = Bounds()) -> Standing:
    """Return the standing. Without responses an item is a draft; with some it is in pilot until nothing speaks against it."""
    if figures is None or figures.n == 0 or figures.difficulty is None:
        return Standing(
            "draft", ("nobody has answered it yet: difficulty, discrimination and distractors are unknown",), False
        )
    reasons = []
    if figures.n < bounds.learners:
        reasons.append(f"{figures.n} of {bounds.learners} learners have answered it")
    share = figures.difficulty.value
    if not bounds.hardest <= share <= bounds.easiest:
        reasons.append(f"{share:.0%} answered it right: too {'easy' if share > bounds.easiest else 'hard'}")
    check_key = figures.point_biserial is not None and figures.point_biserial.value < 0
    if figures.point_biserial is None:
        reasons.append("its discrimination is unknown")
    elif figures.point_biserial.value < bounds.discrimination:
        asked = ": check the key" if check_key else ""
        reasons.append(f"it discriminates too little ({figures.point_biserial.value:.2f}){asked}")
    if figures.options is None:
        reasons.append("which options were chosen is unknown")
    elif idle := figures.idle(item.key):
        reasons.append(f"hardly anybody chose {', '.join(idle)}")
    if not signed:
        reasons.append("nobody has signed its artefact as it is")
    return Standing("pilot" if reasons else "live", tuple(reasons), check_key)
