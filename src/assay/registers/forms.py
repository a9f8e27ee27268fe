"""What a posted form says: raw values by field, system fields, errors beside the answers that need another look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.http import QueryDict

from assay.accounts.access import Actor
from assay.accounts.models import Person
from assay.core.errors import InvalidInput
from assay.registers.declaration import Field, Register
from assay.registers.models import Record
from assay.registers.queries.records import options_of, people_of, targets_of
from assay.registers.values import MOST_IN_ROWS, Refused, date_read, shown, values_read

EMPTY_LINES = 2


@dataclass(frozen=True)
class Asked:
    """One question of the form. `values` are those chosen, as strings; `options` for choices, links and people; `rows` are
    the lines of a small table, each with a question per column, a few empty ones at the end. `later`: no record needs the
    answer to be saved, but it will."""

    name: str
    label: str
    kind: str
    value: str
    values: tuple[str, ...]
    options: tuple[tuple[str, str], ...]
    hint: str
    error: str
    required: bool
    rows: tuple[tuple[Asked, ...], ...] = ()
    later: bool = False


@dataclass(frozen=True)
class RecordForm:
    """A form for a register, filled from a record or from what was sent."""

    register: Register
    title: Asked
    fields: tuple[Asked, ...]
    system: tuple[Asked, ...]
    errors: tuple[tuple[str, str], ...]
    version: int


def posted_data(register: Register, post: QueryDict) -> dict[str, Any]:
    """Raw values of every field that a form can hold; a field that is absent from it counts as emptied."""
    data: dict[str, Any] = {}
    for field in register.fields:
        if field.derived or field.kind == "snapshot":
            continue
        if field.kind in ("multi", "link"):
            data[field.key] = post.getlist(field.key)
        elif field.kind == "rows":
            data[field.key] = posted_rows(field, post)
        elif field.kind == "bool":
            data[field.key] = post.get(field.key, "") if field.key in post else None
        else:
            data[field.key] = post.get(field.key, "")
    return data


def posted_rows(field: Field, post: QueryDict) -> list[dict[str, str]]:
    """The lines of a small table, named `<field>-<line>-<column>`; empty ones are left out."""
    found = []
    for line in range(MOST_IN_ROWS):
        cells = {column.key: post.get(f"{field.key}-{line}-{column.key}", "").strip() for column in field.columns}
        if any(cells.values()):
            found.append(cells)
    return found


def differing(actor: Actor, register: Register, record: Record, post: QueryDict) -> tuple[tuple[str, str, str], ...]:
    """Where what was posted differs from what is saved now: (label, saved, posted), as they read."""
    people = people_of(actor)
    sent, _wrong = values_read(register, posted_data(register, post))
    keys = {key for f in register.links for key in (*record.data.get(f.key, ()), *sent.get(f.key, ()))}
    targets = targets_of(actor, keys)
    found = [("Title", record.title, post.get("title", record.title))]
    found += [
        (
            field.label,
            shown(field, record.data.get(field.key), people=people, targets=targets),
            shown(field, sent.get(field.key), people=people, targets=targets),
        )
        for field in register.fields
        if not field.derived and field.kind != "snapshot"
    ]
    return tuple(each for each in found if each[1] != each[2])


def posted_system(actor: Actor, post: Mapping[str, str]) -> dict[str, Any]:
    """Owner, deputy and review date. Raises InvalidInput with `errors`."""
    found: dict[str, Any] = {}
    for key in ("owner", "deputy"):
        if key in post:
            found[key] = person_of(actor, post[key], key)
    if post.get("review_on"):
        found["review_on"] = day_of(post["review_on"], "review_on")
    return found


def person_of(actor: Actor, text: str, key: str = "owner") -> Person | None:
    """A member by id; None for an empty text. Raises InvalidInput with `errors`."""
    if not text:
        return None
    if text in people_of(actor):
        return Person.objects.get(pk=text)
    raise InvalidInput(
        "Choose a person of the organization.", hint="", errors={key: "Choose a person of the organization."}
    )


def day_of(text: str, key: str) -> date:
    """A date. Raises InvalidInput with `errors`."""
    try:
        return date_read(text)
    except Refused as refused:
        raise InvalidInput(str(refused), hint="", errors={key: str(refused)}) from None


def record_form(
    actor: Actor,
    register: Register,
    *,
    record: Record | None = None,
    post: QueryDict | None = None,
    errors: Mapping[str, str] | None = None,
) -> RecordForm:
    """The form as it is shown: with what was sent, else with what the record holds, else empty."""
    wrong = dict(errors or {})
    people = tuple(people_of(actor).items())
    sent = posted_data(register, post) if post is not None else dict(record.data if record is not None else {})
    fields = tuple(
        _asked(
            actor,
            field,
            sent.get(field.key),
            wrong.get(field.key, ""),
            people,
            register.state(field.since).title if field.since else "",
        )
        for field in register.fields
        if not field.derived and field.kind != "snapshot"
    )
    plain: Mapping[str, str] = post if post is not None else _system_of(record, actor)
    title = plain.get("title", "")
    again = f"Left empty: {register.review_days} days from now."
    system = (
        Asked("owner", "Owner", "person", plain.get("owner", ""), (), people, "Answers for it.", wrong.get("owner", ""), False),
        Asked("deputy", "Deputy", "person", plain.get("deputy", ""), (), people, "Acts when the owner cannot.", wrong.get("deputy", ""), False),
        Asked("review_on", "Next review", "date", plain.get("review_on", ""), (), (), again, wrong.get("review_on", ""), False),
    )  # fmt: skip
    return RecordForm(
        register=register,
        title=Asked("title", register.title_label, "text", title, (), (), "", wrong.get("title", ""), True),
        fields=fields,
        system=system,
        errors=tuple((f"field-{key}", words) for key, words in wrong.items()),
        version=record.version if record is not None else 0,
    )


def _system_of(record: Record | None, actor: Actor) -> dict[str, str]:
    if record is None:
        return {"owner": str(actor.person.pk)}
    return {
        "title": record.title,
        "owner": str(record.owner_id or ""),
        "deputy": str(record.deputy_id or ""),
        "review_on": record.review_on.isoformat() if record.review_on else "",
    }


def _lines(
    actor: Actor, field: Field, value: Any, people: tuple[tuple[str, str], ...]
) -> tuple[tuple[Asked, ...], ...]:
    lines = [*value, *({} for _ in range(EMPTY_LINES))][:MOST_IN_ROWS]
    return tuple(
        tuple(
            replace(_asked(actor, column, line.get(column.key), "", people), name=f"{field.key}-{place}-{column.key}", required=False)
            for column in field.columns
        )
        for place, line in enumerate(lines)
    )  # fmt: skip


def _asked(
    actor: Actor, field: Field, value: Any, error: str, people: tuple[tuple[str, str], ...], since: str = ""
) -> Asked:
    options: tuple[tuple[str, str], ...] = field.choices
    if field.kind == "link":
        options = options_of(actor, field)
    elif field.kind == "person":
        options = people
    elif field.kind == "bool":
        options = (("yes", "Yes"), ("no", "No"))
    values = tuple(str(each) for each in value) if isinstance(value, (list, tuple)) else ()
    if field.kind == "rows":
        lines = _lines(actor, field, value or (), people)
        later = f"Needed before it can be “{since}”." if since else ""
        hint = f"{field.help} {later}".strip()
        return Asked(field.key, field.label, "rows", "", (), (), hint, error, field.required, lines, bool(since))
    text = (
        ("yes" if value else "no")
        if isinstance(value, bool)
        else ""
        if value is None or values or value == []
        else str(value)
    )
    later = f"Needed before it can be “{since}”." if since else ""
    hint = " ".join(part for part in (field.help, f"In {field.unit}." if field.unit else "", later) if part)
    return Asked(
        field.key, field.label, field.kind, text, values, options, hint, error, field.required, (), bool(since)
    )
