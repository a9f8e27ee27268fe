"""The rating of an impact, and the reading level of its summary."""

import re
from collections.abc import Mapping
from typing import Any

from assay.registers.declaration import Checked, words

RATINGS = words("low: Low", "medium: Medium", "high: High", "unacceptable: Unacceptable")
_HARD = {"hardly": 1, "never": 2}
_ORDER = tuple(key for key, _label in RATINGS)
READING_LIMIT = 16


def derive(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """`rating`: the worse of that for individuals and that for societies, once both are complete."""
    mine = _rating(*(data.get(key) for key in ("severity", "scale", "likelihood", "reversibility")))
    theirs = _rating(*(data.get(f"society_{key}") for key in ("severity", "scale", "likelihood", "reversibility")))
    if not mine or not theirs:
        return {}
    return {"rating": max(mine, theirs, key=_ORDER.index)}


def _rating(severity: Any, scale: Any, likelihood: Any, reversibility: Any) -> str:
    """From severity, scale, likelihood (1 to 5 each) and reversibility; empty where one is missing. What cannot be undone
    weighs more; grave and irreversible is unacceptable however rare."""
    if not (severity and scale and likelihood and reversibility):
        return ""
    worse = _HARD.get(str(reversibility), 0)
    if int(severity) >= 4 and worse == 2:
        return "unacceptable"
    points = int(severity) * 2 + int(scale) + int(likelihood) + worse * 2
    return "high" if points >= 14 or int(severity) == 5 else "medium" if points >= 9 else "low"


def check(checked: Checked) -> Mapping[str, str]:
    """Individuals and societies are two answers; an unacceptable impact is not approved."""
    data, wrong = checked.data, {}
    mine, theirs = str(data.get("individuals", "")).strip(), str(data.get("societies", "")).strip()
    if mine and mine == theirs:
        wrong["societies"] = "This repeats the effects on individuals. Say what happens to societies."
    if checked.state == "approved" and data.get("rating") == "unacceptable":
        wrong["severity"] = "An unacceptable impact cannot be approved: change the system or its use."
    return wrong


def reading_level(text: str) -> int:
    """A rough school year for English text: words per sentence and share of long words. 0 for an empty text.

    Source: the form of the Gunning fog index (0.4 times the sum of both), rounded.
    """
    sentences = [each for each in re.split(r"[.!?]+", text) if each.strip()]
    found = re.findall(r"[A-Za-zÀ-ÿ']+", text)
    if not sentences or not found:
        return 0
    long = sum(1 for word in found if len(re.findall(r"[aeiouyà-ü]+", word.lower())) >= 3)
    return round(0.4 * (len(found) / len(sentences) + 100 * long / len(found)))
