"""Technical documentation of one AI system for one audience, composed from the records in force. Pure over `Held`.

Every audience reads the same sentences from the same fields; they differ only in which sections they get. So no two can
contradict each other, and what is changed in a record changes for all of them at once. What is not recorded, or not in force
yet, is said as missing and never filled in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assay.core.canonical import digest
from assay.registers.declaration import SYSTEMS
from assay.registers.queries.standing import Held, Holding
from assay.registers.registry import registers
from assay.registers.values import shown

AUDIENCES = {
    "users": "Users",
    "affected": "People affected",
    "partners": "Partners",
    "authorities": "Supervisory authorities",
}
LOOKED_AT = (
    SYSTEMS,
    "components",
    "data-resources",
    "impacts",
    "monitoring",
    "responsibilities",
    "channels",
    "gates",
    "risks",
)
WHOLE = ("channels",)
"""Registers that belong to the whole organization: their records stand in the documentation of every system."""


@dataclass(frozen=True)
class Part:
    """One section as it is declared: from which register and fields, for whom. `states`: only records in these are told;
    without any, records in force."""

    key: str
    title: str
    register: str
    fields: tuple[str, ...]
    audiences: tuple[str, ...]
    states: tuple[str, ...] = ()

    @property
    def told(self) -> frozenset[str]:
        """The states whose records are told."""
        return frozenset(self.states) or registers()[self.register].settled


_ALL = tuple(AUDIENCES)
PARTS = (
    Part("purpose", "What it is for", SYSTEMS, ("purpose", "deployments", "version_in_use"), _ALL),
    Part("misuse", "What it must not be used for", SYSTEMS, ("misuse",), ("users", "partners", "authorities")),
    Part("oversight", "Who can override it", SYSTEMS, ("oversight",), ("users", "affected", "authorities")),
    Part("information", "What users are told, and where", SYSTEMS, ("user_information",), ("users", "authorities")),
    Part("affected", "Who is affected", SYSTEMS, ("affected",), ("affected", "authorities")),
    Part("tier", "Tier, and why", SYSTEMS, ("tier", "tier_reason", "own_roles", "jurisdictions", "learns"), ("partners", "authorities")),
    Part("built", "What it is built of", "components", ("function", "exact_version", "licence"), ("partners", "authorities")),
    Part("limits", "Known limits", "components", ("limits",), ("users", "partners", "authorities")),
    Part("data", "Data", "data-resources", ("description", "quality_result", "bias"), ("partners", "authorities")),
    Part("provenance", "Where data comes from", "data-resources", ("acquired_from", "provenance", "preparation"), ("authorities",)),
    Part("effects", "What it means for people", "impacts", ("summary", "benefits", "remedies"), ("users", "affected", "authorities")),
    Part("assessment", "Effects assessed", "impacts", ("individuals", "societies", "rating", "measures", "remaining"), ("authorities",)),
    Part("measured", "How it performs", "monitoring", ("what", "latest_value", "measured_on", "threshold"), ("users", "partners", "authorities")),
    Part("duties", "Who is accountable for what", "responsibilities", ("duty", "accountable_name"), ("partners", "authorities")),
    Part("gates", "Gates passed", "gates", ("phase", "decided_on"), ("authorities",), states=("passed",)),
    Part("risks", "Risks", "risks", ("event", "level", "residual_level"), ("authorities",)),
    Part("channels", "Where to turn to", "channels", ("kind", "address", "for_whom", "clock"), ("users", "affected", "authorities")),
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """What one record says: its lines as (label, text)."""

    record: Holding
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Section:
    """One section of the documentation. `waiting` records exist and are not in force yet; `unpublished` ones are in force and
    not for this audience; `empty`: nothing can be said."""

    part: Part
    entries: tuple[Entry, ...]
    waiting: int
    unpublished: int

    @property
    def empty(self) -> bool:
        return not self.entries

    @property
    def gap(self) -> str:
        """A sentence for a section of which nothing can be said; empty for others."""
        if self.entries:
            return ""
        name = registers()[self.part.register].plural
        kept = f"{self.unpublished} {'is' if self.unpublished == 1 else 'are'} in force and not published"
        many = f"{self.waiting} {'record waits' if self.waiting == 1 else 'records wait'} to be in force"
        said = [words for count, words in ((self.unpublished, kept), (self.waiting, many)) if count]
        return f"{name}: {'; '.join(said) or 'nothing is recorded'}."


@dataclass(frozen=True)
class Documentation:
    """The documentation of a system for an audience as of a day; `mark` is the digest of what it says."""

    system: Holding
    audience: str
    sections: tuple[Section, ...]
    on: date
    newest: date
    mark: str

    @property
    def title(self) -> str:
        return AUDIENCES[self.audience]

    @property
    def gaps(self) -> int:
        return sum(1 for each in self.sections if each.empty)

    @property
    def sentence(self) -> str:
        told = len(self.sections) - self.gaps
        return f"{self.system.title} for {self.title.lower()}: {told} of {len(self.sections)} sections can be told from records in force."


def documentation(found: Held, system: Holding, audience: str, *, people: Mapping[str, str]) -> Documentation:
    """What records in force say of the system to an audience (a key of AUDIENCES). An impact assessment is told to people
    outside only where it may be published."""
    sections = tuple(_section(found, system, part, audience, people) for part in PARTS if audience in part.audiences)
    said = [
        [
            each.part.key,
            [
                [str(entry.record.id), entry.record.version, [list(line) for line in entry.lines]]
                for entry in each.entries
            ],
        ]
        for each in sections
    ]
    days = [entry.record.updated_on for each in sections for entry in each.entries]
    return Documentation(system, audience, sections, found.today, max(days, default=system.updated_on), digest(said))


def _section(found: Held, system: Holding, part: Part, audience: str, people: Mapping[str, str]) -> Section:
    rows = _about(found, system, part.register)
    closed = registers()[part.register].closed
    settled = [row for row in rows if row.state in part.told]
    told = [row for row in settled if _open_to(row, audience)]
    entries = [Entry(row, lines) for row in told if (lines := _lines(row, part, people))]
    waiting = sum(1 for row in rows if row.state not in part.told | closed)
    return Section(part, tuple(entries), waiting, len(settled) - len(told))


def _open_to(row: Holding, audience: str) -> bool:
    return row.register != "impacts" or audience == "authorities" or bool(row.data.get("public"))


def _about(found: Held, system: Holding, register: str) -> Sequence[Holding]:
    """Records of a register that are the system, are named by it, name it, or belong to the whole organization."""
    rows = found.by_register.get(register, ())
    if register == SYSTEMS:
        return [system]
    if register in WHOLE:
        return [row for row in rows if row.state not in registers()[register].closed]
    key = f"record:{system.id}"
    named = {target for field in registers()[SYSTEMS].links for target in system.data.get(field.key, ())}
    return [row for row in rows if key in row.data.get("systems", ()) or f"record:{row.id}" in named]


def _lines(row: Holding, part: Part, people: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    register = registers()[part.register]
    fields = [field for field in register.fields if field.key in part.fields]
    fields.sort(key=lambda field: part.fields.index(field.key))
    lines = [(field.label, shown(field, row.data.get(field.key), people=people, targets={})) for field in fields]
    return tuple(line for line in lines if line[1])
