"""Levels of a risk, and what fields alone cannot know about it."""

from collections.abc import Mapping
from typing import Any

from assay.registers.declaration import Checked


def derive(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """`level` and `residual_level`: likelihood times consequence, 1 to 25; left out while either is unknown."""
    found: dict[str, Any] = {}
    for level, left, right in (
        ("level", "likelihood", "consequence"),
        ("residual_level", "residual_likelihood", "residual_consequence"),
    ):
        if data.get(left) and data.get(right):
            found[level] = int(data[left]) * int(data[right])
    return found


def check(checked: Checked) -> Mapping[str, str]:
    """Ranges in order; a level above the appetite is not retained."""
    data, wrong = checked.data, {}
    for low, high in (("yearly_low", "yearly_high"), ("loss_low", "loss_high")):
        if data.get(low) is not None and data.get(high) is not None and data[low] > data[high]:
            wrong[high] = "The high end must not lie below the low end."
    if (
        data.get("residual_level")
        and data.get("level")
        and data["residual_level"] < data["level"]
        and not treated(checked)
    ):
        wrong["residual_likelihood"] = "The residual is lower than the risk, and no treatment is linked to it."
    return wrong


def treated(checked: Checked) -> bool:
    """Whether a treatment that was not dropped points at the risk."""
    return any(each.register == "treatments" and each.state != "dropped" for each in checked.inward("self"))
