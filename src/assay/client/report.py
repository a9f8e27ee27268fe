"""What a verification found: every difference with its place, and how much was looked at."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from assay.core.errors import IntegrityBroken

MOST_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where the evidence does not add up.

    `place` names it for a person; `kind` is one of edited, missing, extra, unsigned, malformed, rolled-back. Facts that
    do not apply are None.
    """

    kind: str
    place: str
    message: str
    log: str | None = None
    index: int | None = None
    table: str | None = None
    key: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The difference as JSON, without facts that do not apply."""
        facts = {"log": self.log, "index": self.index, "table": self.table, "key": self.key}
        stated = {name: value for name, value in facts.items() if value is not None}
        return {"kind": self.kind, "place": self.place, "message": self.message, **stated}


@dataclass
class Findings:
    """Collects differences and counts while a verification runs; keeps the first 1,000 and counts the rest."""

    differences: list[Difference] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    left_out: int = 0

    def add(self, kind: str, place: str, message: str, **facts: Any) -> None:
        """Record a difference."""
        if len(self.differences) < MOST_KEPT:
            self.differences.append(Difference(kind, place, message, **facts))
        else:
            self.left_out += 1

    def count(self, what: str, number: int = 1) -> None:
        """Count what was looked at."""
        self.counts[what] = self.counts.get(what, 0) + number

    def note(self, text: str) -> None:
        """Say something that limits what the verification shows, once."""
        if text not in self.notes:
            self.notes.append(text)

    def report(self) -> "Report":
        """The finished report."""
        return Report(tuple(self.differences), dict(self.counts), tuple(self.notes), self.left_out)


@dataclass(frozen=True)
class Report:
    """The outcome of a verification. `notes` say what it could not show; `left_out` counts differences beyond 1,000."""

    differences: tuple[Difference, ...]
    counts: Mapping[str, int]
    notes: tuple[str, ...]
    left_out: int = 0

    def require(self) -> None:
        """Return if nothing differs. Raises IntegrityBroken naming the first difference and how many there are."""
        if not self.differences:
            return
        total = len(self.differences) + self.left_out
        first = self.differences[0]
        raise IntegrityBroken(
            f"{total} difference{'s' if total > 1 else ''} found; the first: {first.place}: {first.message}",
            hint="Keep everything as it is and compare it with a backup and your newest outside checkpoint.",
            total=total,
        )

    def to_json(self) -> dict[str, Any]:
        """The report as JSON."""
        return {
            "differences": [difference.to_json() for difference in self.differences],
            "left_out": self.left_out,
            "counts": dict(sorted(self.counts.items())),
            "notes": list(self.notes),
        }


def merged(reports: Iterable[Report]) -> Report:
    """Several reports as one."""
    findings = Findings()
    for report in reports:
        for difference in report.differences:
            if len(findings.differences) < MOST_KEPT:
                findings.differences.append(difference)
            else:
                findings.left_out += 1
        findings.left_out += report.left_out
        for what, number in report.counts.items():
            findings.count(what, number)
        for text in report.notes:
            findings.note(text)
    return findings.report()
