"""Rules over AI systems and impact assessments."""

from __future__ import annotations

import re

from assay.registers.queries.standing import Held, Holding
from assay.registers.records.impacts.rules import READING_LIMIT, reading_level
from assay.registers.rules.base import alike, each, pointing, text_of

NOBODY = re.compile(r"^\W*(nobody|none|no one|not yet|not applicable|internal only)\W*$", re.I)


@each("SY-01", "error", "Prohibited and in operation", "ai-systems")
def prohibited(held: Held, row: Holding) -> str:
    return (
        "Its tier is prohibited, and it is in operation."
        if row.data.get("tier") == "prohibited" and row.state == "operating"
        else ""
    )


@each("SY-02", "error", "High tier, in operation, no approved impact assessment", "ai-systems")
def unassessed(held: Held, row: Holding) -> str:
    if row.state != "operating" or row.data.get("tier") != "high":
        return ""
    found = pointing(held, "impacts", "systems", f"record:{row.id}")
    return "" if any(each.state == "approved" for each in found) else "No approved impact assessment covers it."


@each("SY-03", "error", "High tier, in operation, no gate passed", "ai-systems")
def ungated(held: Held, row: Holding) -> str:
    if row.state != "operating" or row.data.get("tier") != "high":
        return ""
    gates = pointing(held, "gates", "systems", f"record:{row.id}")
    passed = any(each.state == "passed" and each.data.get("phase") == "deployment" for each in gates)
    return "" if passed else "It is in operation, and no deployment gate let it through."


@each("SY-04", "warning", "No components named", "ai-systems")
def hollow(held: Held, row: Holding) -> str:
    return (
        "" if row.data.get("components") or row.state in ("idea", "retired") else "What it is made of is not recorded."
    )


@each("SY-05", "warning", "No risk names it", "ai-systems")
def riskless(held: Held, row: Holding) -> str:
    if row.state in ("idea", "retired") or pointing(held, "risks", "systems", f"record:{row.id}"):
        return ""
    return "No risk names it: either none was looked for, or none was linked."


@each("IM-01", "warning", "Individuals and societies told alike", "impacts")
def blurred(held: Held, row: Holding) -> str:
    if alike(text_of(row, "individuals"), text_of(row, "societies")) >= 0.8:
        return "What happens to societies is told in the words used for individuals."
    return ""


@each("IM-02", "warning", "The summary is hard to read", "impacts")
def hard(held: Held, row: Holding) -> str:
    level = reading_level(text_of(row, "summary"))
    return f"Its summary asks for about {level} years of schooling." if level > READING_LIMIT else ""


@each("IM-03", "error", "Approved and unacceptable", "impacts")
def unacceptable(held: Held, row: Holding) -> str:
    return (
        "Its rating is unacceptable, and it is approved."
        if row.state == "approved" and row.data.get("rating") == "unacceptable"
        else ""
    )


@each("IM-04", "warning", "High impact that feeds no risk", "impacts")
def unfed(held: Held, row: Holding) -> str:
    if row.data.get("rating") in ("high", "unacceptable") and not pointing(
        held, "risks", "impacts", f"record:{row.id}"
    ):
        return "Its outcome is high, and no risk takes it up (6.1.4)."
    return ""


@each("IM-05", "warning", "Nobody affected was consulted", "impacts")
def unheard(held: Held, row: Holding) -> str:
    return "It says that nobody was consulted." if NOBODY.match(text_of(row, "consulted")) else ""


@each("DA-01", "error", "Special categories without a look for bias", "data-resources")
def biased(held: Held, row: Holding) -> str:
    return (
        "It holds special categories of personal data, and bias was not looked for."
        if row.data.get("personal") == "special" and not text_of(row, "bias")
        else ""
    )


@each("DA-02", "warning", "Quality is defined and not measured", "data-resources")
def unmeasured(held: Held, row: Holding) -> str:
    return (
        "It says what quality means and not what was measured."
        if row.state == "current" and not text_of(row, "quality_result")
        else ""
    )


@each("CP-01", "warning", "Agent without permissions named", "components")
def unbounded(held: Held, row: Holding) -> str:
    return (
        "What this agent or tool may do is not recorded."
        if row.data.get("kind") in ("agent", "tool") and not text_of(row, "permissions")
        else ""
    )
