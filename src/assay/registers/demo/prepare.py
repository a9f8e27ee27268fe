"""Putting the example management system into the organization of the example, through the services, day by day.

All or nothing, in one transaction: whoever interrupts it finds an empty system, and the next call makes it. Every approval is
given by another person than the author, and its words say that it belongs to the example.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from assay.accounts.access import Actor
from assay.accounts.models import Membership
from assay.accounts.services import membership_end, person_add
from assay.assurance.models import VerdictRow
from assay.core.canonical import text_digest
from assay.registers.declaration import Field, Register
from assay.registers.demo.place import is_example
from assay.registers.demo.story import Shown, Step, Story, Told, story
from assay.registers.demo.story import shown as shown_read
from assay.registers.models import Record
from assay.registers.registry import registers
from assay.registers.services.evidence import evidence_add
from assay.registers.services.measuring import system_measure
from assay.registers.services.publishing import record_publish
from assay.registers.services.reading import document_acknowledge
from assay.registers.services.records import record_bulk_update, record_create, record_move, record_update
from assay.registers.services.reviews import review_fill
from assay.registers.services.soa import soa_decide, soa_open, statement_issue

JOINED = 330
COUNTS = 365
"""How many days the evidence of a control counts."""
WORDS = "Part of the example."
OWN = {"read": document_acknowledge, "fill": review_fill, "publish": record_publish}


@dataclass
class _Making:
    """The example while it is made: who acts, the records by their short name, and what happens when."""

    owner: Actor
    now: datetime
    story: Story
    actors: dict[str, Actor] = field(default_factory=dict)
    made: dict[str, Record] = field(default_factory=dict)
    events: list[tuple[int, int, Callable[[datetime], object]]] = field(default_factory=list)

    def at(self, day: int, what: Callable[[datetime], object]) -> None:
        """Let something happen `day` days ago, after everything that was planned for that day before."""
        self.events.append((-day, len(self.events), what))

    def run(self) -> None:
        """What was planned, oldest first, a minute apart within a day."""
        for place, (back, _order, what) in enumerate(sorted(self.events, key=lambda each: each[:2])):
            what(self.now + timedelta(days=back) - timedelta(minutes=len(self.events) - place))


def example_prepare(*, actor: Actor, now: datetime) -> bool:
    """Make the example if the organization is that of the example and has no record yet, and judge it; return whether it
    was made.

    Any other organization stays as it is, with or without records. Called again it changes nothing, whatever was done to
    the records in between. Raises NotPermitted.
    """
    actor.require("administer")
    if not is_example(actor.organization):
        return False
    made = False
    if not Record.objects.filter(organization=actor.organization).exists():
        _make(actor, now)
        made = True
    judged = VerdictRow.objects.filter(surface__organization=actor.organization, surface__kind__startswith="registers.")
    if not judged.exists():
        system_measure(actor=actor, now=now)
    return made


@transaction.atomic
def _make(actor: Actor, now: datetime) -> None:
    making = _Making(actor, now, story())
    making.actors["you"] = actor
    _people(making)
    for told in making.story.records:
        _record(making, told)
    _statement(making)
    making.run()


def _people(making: _Making) -> None:
    for member in making.story.people.values():
        row = person_add(
            organization=making.owner.organization, email=member.email, name=member.name, role=member.role, by=None,
            now=making.now - timedelta(days=JOINED),
        )  # fmt: skip
        making.actors[member.key] = Actor(person=row.person, organization=row.organization, role=row.role)
        if member.left:
            making.at(member.left, partial(_leave, making, row))


def _leave(making: _Making, membership: Membership, at: datetime) -> None:
    membership_end(membership=membership, by=making.owner, now=at)


def _record(making: _Making, told: Told) -> None:
    """Plan one record: made without what its later states ask for, which is set when it gets there, and without what
    happened after that day, which is set on the day it happened."""
    register = registers()[told.register]
    later = {each.key for each in register.fields if each.since and each.since != register.initial}
    happened = {key: -value for key, value in told.data.items() if _happened_later(register, key, value, told.day)}
    moves = bool(told.steps) and told.steps[0].to in {each.name for each in register.states if not each.signs}
    waiting = {key: value for key, value in told.data.items() if moves and key in later and key not in happened}
    first = {key: value for key, value in told.data.items() if key not in waiting and key not in happened}
    making.at(told.day, partial(_create, making, told, first))
    for key, day in happened.items():
        making.at(day, partial(_set, making, told, Step(day, told.by, data={key: told.data[key]})))
    for place, step in enumerate(told.steps):
        if place == 0 and waiting:
            making.at(step.day, partial(_set, making, told, Step(0, step.by, data=waiting)))
        making.at(step.day, partial(_step, making, told, step))
    for piece in told.shown:
        making.at(min(piece.day, told.day), partial(_evidence, making, told.by, piece, ref=told.ref))
    if told.verdicts:
        making.at(0, partial(_verdicts, making, told))


def _happened_later(register: Register, key: str, value: Any, day: int) -> bool:
    """Whether a value is the date of something that had not happened `day` days ago; what is still to be done is none."""
    field = register.field(key)
    return field.kind == "date" and not field.due and -day < value <= 0


def _create(making: _Making, told: Told, data: Mapping[str, Any], at: datetime) -> None:
    making.made[told.ref] = record_create(
        actor=making.actors[told.by], register=told.register, title=told.title, now=at,
        data=_values(making, registers()[told.register], data), owner=making.actors[told.owner].person,
        deputy=making.actors[told.deputy].person, review_on=(making.now + timedelta(days=told.review)).date(),
    )  # fmt: skip


def _set(making: _Making, told: Told, step: Step, at: datetime) -> None:
    record_update(
        record=making.made[told.ref], actor=making.actors[step.by], now=at,
        data=_values(making, registers()[told.register], step.data or {}),
    )  # fmt: skip


def _step(making: _Making, told: Told, step: Step, at: datetime) -> None:
    record, actor = making.made[told.ref], making.actors[step.by]
    if step.data is not None:
        _set(making, told, step, at)
    elif step.to in OWN:
        record.refresh_from_db()
        OWN[step.to](record=record, actor=actor, now=at)
    else:
        signs = registers()[told.register].state(step.to).signs
        record_move(record=record, to=step.to, actor=actor, now=at, words=WORDS if signs else "")


def _evidence(making: _Making, by: str, piece: Shown, at: datetime, *, ref: str, digest: str = "") -> None:
    """Evidence as it is told. There is no thing behind it, so its digest is that of the line which describes it."""
    collected = (making.now - timedelta(days=piece.day)).date()
    evidence_add(
        actor=making.actors[by], record=making.made[ref], title=piece.title,
        kind=piece.kind, strength=piece.strength, source=piece.source, collected_on=collected, now=at,
        digest=digest or (text_digest(f"{piece.title}\n{piece.source}") if piece.strength > 1 else ""),
        expires_on=collected + timedelta(days=piece.days) if piece.days else None,
    )  # fmt: skip


def _verdicts(making: _Making, told: Told, at: datetime) -> None:
    """The verdicts of programmes that are there, as evidence with their own digests."""
    rows = VerdictRow.objects.filter(
        surface__organization=making.owner.organization, surface__key__in=told.verdicts, is_latest=True
    ).select_related("surface")
    for row in rows.order_by("surface__key"):
        piece = Shown(0, "log", 3, f"Verdict of {row.surface.title}: {row.state}", f"verdict of {row.surface.key}")
        _evidence(making, told.by, piece, at, ref=told.ref, digest=row.digest)


def _values(making: _Making, register: Register, data: Mapping[str, Any]) -> dict[str, Any]:
    """Data with people, links and days of the example in place of its short names."""
    return {key: _value(making, register.field(key), value) for key, value in data.items()}


def _value(making: _Making, field: Field, value: Any) -> Any:
    if field.kind == "person":
        return str(making.actors[value].person.pk)
    if field.kind == "date":
        return (making.now + timedelta(days=value)).date().isoformat()
    if field.kind == "link":
        return [
            _number(each) if each[:2] == "A." or each[0].isdigit() else f"record:{making.made[each].pk}"
            for each in value
        ]
    if field.kind == "rows":
        columns = {each.key: each for each in field.columns}
        return [{key: _value(making, columns[key], cell) for key, cell in row.items()} for row in value]
    return value


def _number(name: str) -> str:
    return f"control:{name}" if name.startswith("A.") else f"obligation:{name}"


# the Statement of Applicability


def _statement(making: _Making) -> None:
    told = making.story.statement
    rows = {control: Decision(control, each) for control, each in told["rows"].items()}
    making.at(told["opened"], partial(_open, making, told["by"]))
    for row in rows.values():
        making.at(told["decided"], partial(_decide, making, told["by"], row, row.told))
        if "later" in row.told:
            later = row.told["later"]
            making.at(later["day"], partial(_decide, making, told["by"], row, later))
        if "shown" in row.told:
            piece = shown_read(row.told["shown"])
            planned = min(piece.day, told["decided"])
            making.at(planned, partial(_evidence, making, row.owner, replace(piece, days=COUNTS), ref=row.control))
    for owner in sorted({row.owner for row in rows.values()}):
        making.at(told["decided"], partial(_hand_out, making, told["by"], owner, rows))
    for version in told["versions"]:
        making.at(version["day"], partial(_issue, making, version))
        making.at(version["approved"], partial(_approve, making, version))


def _open(making: _Making, by: str, at: datetime) -> None:
    """Make the rows; each is called by its control from then on."""
    soa_open(actor=making.actors[by], now=at)
    for row in Record.objects.filter(organization=making.owner.organization, register="soa"):
        making.made[row.data["control"]] = row


@dataclass(frozen=True)
class Decision:
    """The decision on one control as the data tells it."""

    control: str
    told: Mapping[str, Any]

    @property
    def owner(self) -> str:
        return str(self.told["owner"])


def _decide(making: _Making, by: str, row: Decision, told: Mapping[str, Any], at: datetime) -> None:
    data = {"applies": told.get("applies", "included")} if "why" in told else {}
    names = {
        "is": "implementation", "because": "reasons", "why": "justification", "how": "description", "law": "legal_basis",
        "due": "due_on", "risks": "risks", "impacts": "impacts", "objectives": "objectives",
    }  # fmt: skip
    data |= {names[key]: value for key, value in told.items() if key in names}
    soa_decide(
        actor=making.actors[by], control=row.control, data=_values(making, registers()["soa"], data), now=at
    )  # fmt: skip


def _hand_out(making: _Making, by: str, owner: str, rows: Mapping[str, Decision], at: datetime) -> None:
    """Give the controls of one owner to them and their deputy, at once."""
    controls = [row.control for row in rows.values() if row.owner == owner]
    found = Record.objects.filter(organization=making.owner.organization, register="soa", data__control__in=controls)
    deputy = making.actors[making.story.people[owner].deputy].person
    changes = {
        "owner": making.actors[owner].person, "deputy": deputy,
        "review_on": (making.now + timedelta(days=245)).date().isoformat(),
    }  # fmt: skip
    record_bulk_update(
        actor=making.actors[by], register="soa", ids=list(found.values_list("pk", flat=True)), now=at, changes=changes
    )


def _issue(making: _Making, version: Mapping[str, Any], at: datetime) -> None:
    making.made["statement"] = statement_issue(actor=making.actors[version["by"]], note=version["note"], now=at)


def _approve(making: _Making, version: Mapping[str, Any], at: datetime) -> None:
    signer = making.actors[version["who"]]
    record_move(record=making.made["statement"], to="approved", actor=signer, now=at, words=WORDS)
    _evidence(making, version["by"], shown_read(version["shown"]), at, ref="statement")
