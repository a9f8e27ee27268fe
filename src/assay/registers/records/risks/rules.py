"""Levels of a risk, and what fields alone cannot know about it."""

from collections.abc import Mapping
from typing import Any

from assay.registers.declaration import Checked

RANGES = (
    ("yearly_low", "yearly_high"),
    ("loss_low", "loss_high"),
    ("residual_yearly_low", "residual_yearly_high"),
    ("residual_loss_low", "residual_loss_high"),
)


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
    for low, high in RANGES:
        if data.get(low) is not None and data.get(high) is not None and data[low] > data[high]:
            wrong[high] = "The high end must not lie below the low end."
    if (
        data.get("residual_level")
        and data.get("level")
        and data["residual_level"] < data["level"]
        and not treated(checked)
    ):
        wrong["residual_likelihood"] = "The residual is lower than the risk, and no treatment is linked to it."
    for key in ("yearly_high", "loss_high"):
        if (
            (data.get(f"residual_{key}") or 0) < (data.get(key) or 0)
            and f"residual_{key}" in data
            and not treated(checked)
        ):
            wrong[f"residual_{key}"] = "The residual is lower than the risk, and no treatment is linked to it."
    return wrong


def treated(checked: Checked) -> bool:
    """Whether a treatment that was not dropped points at the risk."""
    return any(each.register == "treatments" and each.state != "dropped" for each in checked.inward("self"))
