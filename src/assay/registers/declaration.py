"""What a register is: its fields, states, links, the clauses and obligations it meets, the evidence it expects.

Pure data. Everything a register can do (list, form, history, import, export, endpoints, permissions, ledger entries) comes from
its declaration; a folder under `records/` holds one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

KINDS = (
    "text", "long", "choice", "multi", "int", "money", "date", "person", "link", "bool", "scale", "rows", "snapshot",
)  # fmt: skip
IN_ROWS = ("text", "choice", "int", "date", "person", "scale")
OWN_KEYS = ("title", "owner", "deputy", "review_on", "state", "number")
SYSTEMS, CONTROLS, OBLIGATIONS = "ai-systems", "controls", "obligations"
STRENGTHS = (
    (1, "Claimed"),
    (2, "Documented"),
    (3, "Observed by machine"),
    (4, "Exercised"),
    (5, "Independently verified"),
)

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Field:
    """One question of a record.

    `kind` is one of KINDS: `scale` is a whole number with named steps in `choices`, `money` a decimal as text in `unit`,
    `link` a list of targets in the registers (or controls, obligations) that `to` names, `snapshot` is written by the
    product and never by a form. `rows` is a small table: a list of objects whose keys are those of `columns` (fields of the
    kinds in IN_ROWS). `least` and `most` bound numbers. `derived` fields are computed and cannot be set. `public` fields are
    those that a published version shows to anybody. A `due` date is one by which something has to be done while the record
    is not closed: what, in a sentence, for reminders.
    """

    key: str
    label: str
    kind: str = "text"
    required: bool = False
    help: str = ""
    unit: str = ""
    choices: Choices = ()
    to: tuple[str, ...] = ()
    column: bool = False
    searchable: bool = False
    derived: bool = False
    least: int | None = None
    most: int | None = None
    since: str = ""  # required only once the record has reached this state
    columns: tuple[Field, ...] = ()
    public: bool = False
    due: str = ""  # what has to be done by this date, for reminders


@dataclass(frozen=True)
class State:
    """Where a record stands. `to` are the states it may be moved to from here.

    `signs`: entering it is an approval, signed by somebody who is no author of what is approved. `settled`: a record here
    counts as meeting its obligations. `closed`: nothing is left to do. `on_edit`: the state that a change of content leads
    back to, so that an approval never covers what was not approved. `who`: the action that moving here needs. `replaces`:
    where the records of the register that stand here go when another one enters. `signer`: the field that names the one
    person who may enter it; empty: anybody who is no author. A record in a state that `waits` is ready for somebody else to
    approve: reminders name it.
    """

    name: str
    title: str
    to: tuple[str, ...] = ()
    signs: bool = False
    settled: bool = False
    closed: bool = False
    on_edit: str = ""
    who: str = "write"
    replaces: str = ""
    signer: str = ""
    waits: bool = False


@dataclass(frozen=True)
class Expected:
    """Evidence that a settled record should have: at least of `strength` (1 to 5), not older than `days`."""

    what: str
    days: int = 365
    strength: int = 2


@dataclass(frozen=True)
class Inward:
    """A live record that points at something: what a check may know of its neighbours."""

    register: str
    number: int
    title: str
    state: str
    data: Mapping[str, Any]
    link: str


@dataclass(frozen=True)
class Checked:
    """What a register's own check is told: the values as they would be, the subject's key and who points at a target."""

    data: Mapping[str, Any]
    state: str
    today: date
    inward: Callable[[str], Sequence[Inward]]


Derive = Callable[[Mapping[str, Any]], Mapping[str, Any]]
Check = Callable[[Checked], Mapping[str, str]]


@dataclass(frozen=True)
class Register:
    """One kind of record. `clauses` are numbers such as 6.1.2; `obligations`, `documents`, `controls` are numbers of the
    catalog that records here meet. `review_days` sets the next review when a record is made. `derive` computes derived
    fields, `check` answers field-level errors that the fields alone cannot know. `covers` names a register whose records an
    approval here covers too: who changed these cannot approve."""

    slug: str
    name: str
    plural: str
    about: str
    group: str
    clauses: tuple[str, ...]
    fields: tuple[Field, ...]
    states: tuple[State, ...]
    obligations: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    evidence: Expected = field(default_factory=lambda: Expected("A document or log that shows it."))
    four_eyes: bool = False
    review_days: int = 365
    single: bool = False
    fixed: bool = False
    covers: str = ""
    title_label: str = "Title"
    derive: Derive | None = None
    check: Check | None = None

    @property
    def initial(self) -> str:
        return self.states[0].name

    def state(self, name: str) -> State:
        """The state of that name. Raises KeyError."""
        return {each.name: each for each in self.states}[name]

    def field(self, key: str) -> Field:
        """The field of that key. Raises KeyError."""
        return {each.key: each for each in self.fields}[key]

    @property
    def links(self) -> tuple[Field, ...]:
        return tuple(each for each in self.fields if each.kind == "link")

    @property
    def settled(self) -> frozenset[str]:
        return frozenset(each.name for each in self.states if each.settled)

    @property
    def closed(self) -> frozenset[str]:
        return frozenset(each.name for each in self.states if each.closed)

    def has_reached(self, state: str, since: str) -> bool:
        """Whether `state` stands at or after `since` in the order of declaration."""
        names = [each.name for each in self.states]
        return names.index(state) >= names.index(since)


def register_check(register: Register) -> list[str]:
    """What is wrong with a declaration, in sentences; empty for a sound one."""
    if not register.states:
        return [f"{register.slug} has no states"]
    wrong = [*_fields_check(register), *_states_check(register)]
    if register.four_eyes and not any(each.signs for each in register.states):
        wrong.append(f"{register.slug} wants four eyes and has no state that signs")
    if not any(each.settled for each in register.states):
        wrong.append(f"{register.slug} has no settled state")
    return wrong


def _fields_check(register: Register) -> list[str]:
    states = {each.name for each in register.states}
    keys = [each.key for each in register.fields]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    wrong = [f"{register.slug}: field {key} is declared twice" for key in twice]
    for each in register.fields:
        name = f"{register.slug}.{each.key}"
        for broken, words in (
            (each.kind not in KINDS, f"{name}: no kind {each.kind}"),
            (each.kind in ("choice", "multi", "scale") and not each.choices, f"{name} has no choices"),
            (each.kind == "link" and not each.to, f"{name} links to nothing"),
            (each.kind == "rows" and not each.columns, f"{name} has no columns"),
            (
                any(column.kind not in IN_ROWS for column in each.columns),
                f"{name} has a column of a kind that no row can hold",
            ),
            (bool(each.since) and each.since not in states, f"{name}: no state {each.since}"),
            (each.key in OWN_KEYS, f"{name}: every record has that already"),
        ):
            if broken:
                wrong.append(words)
    return wrong


def _states_check(register: Register) -> list[str]:
    states = {each.name for each in register.states}
    wrong = []
    reached, front = {register.initial}, [register.initial]
    while front:
        for name in register.state(front.pop()).to:
            if name not in states:
                wrong.append(f"{register.slug}: a state leads to {name}, which does not exist")
            elif name not in reached:
                reached.add(name)
                front.append(name)
    wrong += [f"{register.slug}: the state {name} cannot be reached" for name in sorted(states - reached)]
    wrong += [
        f"{register.slug}: {each.name} goes back to {each.on_edit}, which does not exist"
        for each in register.states
        if each.on_edit and each.on_edit not in states
    ]
    people = {each.key for each in register.fields if each.kind == "person"}
    wrong += [
        f"{register.slug}: {each.name} is signed by {each.signer}, which is no person of the record"
        for each in register.states
        if each.signer and each.signer not in people
    ]
    return wrong


def draft_approve(*, done: str = "In force") -> tuple[State, ...]:
    """Draft, in review, approved by another person; a change leads back to draft."""
    return (
        State("draft", "Draft", ("review",)),
        State("review", "In review", ("draft", "approved"), waits=True),
        State("approved", done, ("draft", "withdrawn"), signs=True, settled=True, on_edit="draft"),
        State("withdrawn", "Withdrawn", ("draft",), closed=True),
    )


def open_done(open_title: str = "Open", done_title: str = "Done") -> tuple[State, ...]:
    """Open, in hand, done."""
    return (
        State("open", open_title, ("active",)),
        State("active", "In hand", ("open", "done"), settled=True),
        State("done", done_title, ("active",), settled=True, closed=True),
    )


def live_states() -> tuple[State, ...]:
    """Draft, current, no longer current."""
    return (
        State("draft", "Draft", ("current",)),
        State("current", "Current", ("draft", "ended"), settled=True),
        State("ended", "No longer current", ("current",), closed=True),
    )


def reading_fields() -> tuple[Field, ...]:
    """What a document says about who has to read it; the page of what is to be read follows it."""
    return (
        Field("acknowledge", "Must be read and acknowledged", "bool"),
        Field(
            "readers", "By whom", "multi", help="None chosen, and no role below: by everybody.",
            choices=words("everybody: Everybody", "owner: Owners of the organization", "contributor: Contributors", "auditor: Auditors", "viewer: Viewers"),
        ),
        Field("reader_roles", "By holders of these roles", "link", to=("roles",)),
        Field("read_within", "Within", "int", unit="days", least=1, most=365, help="Left empty: 14 days after approval."),
    )  # fmt: skip


def words(*pairs: str) -> Choices:
    """Choices from `key: label` texts, or plain words that are both."""
    found = []
    for pair in pairs:
        key, _, label = pair.partition(": ")
        found.append((key.strip().lower().replace(" ", "-"), label or pair))
    return tuple(found)


def steps(*labels: str) -> Choices:
    """A scale from 1 upwards."""
    return tuple((str(number), label) for number, label in enumerate(labels, 1))
