"""What changed between two sweeps, and why. Pure, over two report bodies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assay.studio.portfolio.report import ProgrammeLine, percent_of, ratio_text

VALUES = ("verdict", "programme_count", "affected_programme_ratio", "total_remediations", "publications_refused")
TITLES = {
    "verdict": "Verdict",
    "programme_count": "Programmes",
    "affected_programme_ratio": "Affected share",
    "total_remediations": "Artefacts written again",
    "publications_refused": "Publications refused",
}


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One figure of the whole portfolio at both times."""

    title: str
    before: str
    after: str

    @property
    def changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class ProgrammeChange:
    """One programme that differs: what is different, and why as far as the reports tell."""

    slug: str
    title: str
    what: tuple[str, ...]
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SweepComparison:
    """Two sweeps, the earlier one first. `same` counts programmes without a difference."""

    values: tuple[ValueChange, ...]
    pathways: tuple[ValueChange, ...]
    rules: tuple[str, ...]
    programmes: tuple[ProgrammeChange, ...]
    same: int


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> SweepComparison:
    """Compare two report bodies."""
    values = [ValueChange(TITLES[key], str(before[key]), str(after[key])) for key in VALUES]
    looked = [f"{percent_of(each['coverage']['share'])} %" for each in (before, after)]
    values.insert(3, ValueChange("Looked at", *looked))
    old, new = (each["category_a_by_pathway"] for each in (before, after))
    rules = _rules(before, after)
    found = _programmes(before, after, bool(rules))
    return SweepComparison(
        values=tuple(values),
        pathways=tuple(
            ValueChange(slug.replace("-", " "), str(old.get(slug, 0)), str(new.get(slug, 0)))
            for slug in sorted(old.keys() | new.keys())
        ),
        rules=rules,
        programmes=tuple(found),
        same=len(_lines(before).keys() | _lines(after).keys()) - len(found),
    )


def _lines(body: Mapping[str, Any]) -> dict[str, ProgrammeLine]:
    return {each["slug"]: ProgrammeLine.from_json(each) for each in body["programmes"]}


def _rules(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """What changed about how was looked: detectors, governance, thresholds, canaries caught."""
    told = []
    old = {each["name"]: each for each in before["detectors"]}
    new = {each["name"]: each for each in after["detectors"]}
    for name in sorted(old.keys() | new.keys()):
        if name not in old or name not in new:
            told.append(f"{name} {'was added' if name in new else 'was taken out'}.")
        elif old[name]["version"] != new[name]["version"]:
            told.append(f"{name} went from version {old[name]['version']} to {new[name]['version']}.")
        elif old[name] != new[name]:
            told.append(
                f"{name} caught {new[name]['caught']:,} of {new[name]['planted']:,} planted defects, "
                f"before {old[name]['caught']:,} of {old[name]['planted']:,}."
            )
    if before["governance_version"] != after["governance_version"]:
        told.append(f"Governance went from {before['governance_version']} to {after['governance_version']}.")
    if before["thresholds"] != after["thresholds"]:
        told.append("The thresholds were changed.")
    return tuple(told)


def _programmes(before: Mapping[str, Any], after: Mapping[str, Any], rules: bool) -> list[ProgrammeChange]:
    old, new = _lines(before), _lines(after)
    found = []
    for slug in sorted(old.keys() | new.keys()):
        one, other = old.get(slug), new.get(slug)
        if one is None or other is None:
            line = one or other
            title = line.title if line is not None else slug
            words = "It was not there before." if one is None else "It is gone."
            found.append(ProgrammeChange(slug, title, (words,), ()))
            continue
        what = _what(one, other)
        if what:
            found.append(ProgrammeChange(slug, other.title, what, _why(one, other, rules)))
    return found


def _what(one: ProgrammeLine, other: ProgrammeLine) -> tuple[str, ...]:
    told = []
    if one.state != other.state:
        told.append(f"{one.state} became {other.state}")
    if dict(one.by_pathway) != dict(other.by_pathway):
        told.append(f"category A: {_counts(one)} became {_counts(other)}")
    if (one.cells, one.measured) != (other.cells, other.measured):
        told.append(
            f"looked at {percent_of(ratio_text(one.measured, one.cells))} % ({one.measured:,} of {one.cells:,}), then "
            f"{percent_of(ratio_text(other.measured, other.cells))} % ({other.measured:,} of {other.cells:,})"
        )
    if (one.residual, one.remaining) != (other.residual, other.remaining):
        told.append(f"up to {one.remaining:,} might remain, then {other.remaining:,}")
    return tuple(told)


def _counts(line: ProgrammeLine) -> str:
    return ", ".join(f"{slug.replace('-', ' ')} {count}" for slug, count in line.by_pathway.items()) or "none"


def _why(one: ProgrammeLine, other: ProgrammeLine, rules: bool) -> tuple[str, ...]:
    told = []
    if one.after != other.after:
        told.append("its content changed")
    if one.readings != other.readings:
        told.append(f"{one.readings:,} readings by detectors became {other.readings:,}")
    if rules:
        told.append("how is looked changed (see above)")
    if not told:
        told.append("the content is the same: decisions of people, or measurements that expired or were renewed")
    return tuple(told)
