"""Records: the way from an id to a row, lists with their filters, and the names that they show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.db.models.fields.json import KeyTextTransform

from assay.accounts.access import Actor
from assay.accounts.models import Membership
from assay.catalog import load_catalog
from assay.core.errors import NotFound
from assay.registers.declaration import CONTROLS, OBLIGATIONS, Field, Inward, Register
from assay.registers.models import Comment, Evidence, ImportRun, Record, RecordLink
from assay.registers.registry import register_of

SORTS = ("number", "title", "state", "owner", "review_on", "updated")


@dataclass(frozen=True)
class ListFilters:
    """What a list leaves: words, state, owner (id, `mine`, `vacant`), due reviews only, retired ones, choices by field."""

    search: str = ""
    state: str = ""
    owner: str = ""
    due: bool = False
    retired: bool = False
    choices: tuple[tuple[str, str], ...] = ()


def access_record(*, actor: Actor, record_id: UUID | str, register: str = "") -> Record:
    """The record, if it is the organization's (and of that register). Raises NotFound."""
    actor.require("read")
    rows = Record.objects.filter(organization=actor.organization, pk=record_id).select_related(
        "owner", "deputy", "author", "organization"
    )
    row = (rows.filter(register=register) if register else rows).first()
    if row is None:
        raise NotFound("record", str(record_id))
    return row


def access_evidence(*, actor: Actor, evidence_id: UUID) -> Evidence:
    """The evidence, if it is the organization's. Raises NotFound."""
    row = Evidence.objects.filter(organization=actor.organization, pk=evidence_id).select_related("record").first()
    if row is None:
        raise NotFound("evidence", str(evidence_id))
    return row


def access_comment(*, actor: Actor, comment_id: UUID) -> Comment:
    """The contribution, if it is the organization's. Raises NotFound."""
    row = Comment.objects.filter(record__organization=actor.organization, pk=comment_id).first()
    if row is None:
        raise NotFound("comment", str(comment_id))
    return row


def access_run(*, actor: Actor, run_id: UUID) -> ImportRun:
    """The import, if it is the organization's. Raises NotFound."""
    row = ImportRun.objects.filter(organization=actor.organization, pk=run_id).first()
    if row is None:
        raise NotFound("import", str(run_id))
    return row


def record_list(
    actor: Actor, register: Register, filters: ListFilters, *, today: date, order: str = "number"
) -> QuerySet[Record]:
    """Records of a register that the filters leave, in `order` (one of SORTS or a declared column, minus: descending)."""
    actor.require("read")
    rows = Record.objects.filter(organization=actor.organization, register=register.slug)
    rows = rows.filter(retired_at__isnull=not filters.retired)
    for word in sorted(filters.search.casefold().split(), key=len, reverse=True):  # the rarest first spares the rest
        rows = rows.filter(search_text__contains=word)
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.owner == "vacant":
        rows = rows.filter(owner=None)
    elif filters.owner == "mine":
        rows = rows.filter(Q(owner=actor.person) | Q(deputy=actor.person))
    elif filters.owner:
        known = _uuid(filters.owner)
        rows = rows.filter(owner__pk=known) if known is not None else rows.none()
    if filters.due:
        rows = rows.filter(review_on__lte=today).exclude(state__in=register.closed)
    for key, value in filters.choices:
        field = register.field(key)
        rows = rows.filter(**{f"data__{key}": int(value) if field.kind == "scale" else value})
    return _ordered(rows, register, order)


def record_search(actor: Actor, words: str, *, limit: int) -> list[Record]:
    """Live records of every register that hold all the words, those whose title does first."""
    actor.require("read")
    rows = Record.objects.filter(organization=actor.organization, retired_at=None)
    titled = Q()
    for word in words.casefold().split():
        rows = rows.filter(search_text__contains=word)
        titled &= Q(title__icontains=word)
    best = Case(When(titled, then=0), default=1, output_field=IntegerField()) if titled else Value(0)
    return list(rows.order_by(best, "register", "number").only("register", "number", "title", "state")[:limit])


def _ordered(rows: QuerySet[Record], register: Register, order: str) -> QuerySet[Record]:
    sign, key = ("-", order[1:]) if order.startswith("-") else ("", order)
    columns = {"updated": "updated_at", "owner": "owner__name"}
    if key in SORTS:
        return rows.order_by(f"{sign}{columns.get(key, key)}", "number")
    field = next((each for each in register.fields if each.key == key and each.column), None)
    if field is None:
        return rows.order_by("number")
    if field.kind in ("int", "scale"):
        return rows.order_by(f"{sign}data__{key}", "number")
    return rows.annotate(sorted_by=KeyTextTransform(key, "data")).order_by(f"{sign}sorted_by", "number")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def people_of(actor: Actor) -> dict[str, str]:
    """Name by id of everybody who is a member now, by name."""
    rows = Membership.objects.filter(organization=actor.organization, ended_at=None)
    return {str(pk): name for pk, name in rows.order_by("person__name").values_list("person_id", "person__name")}


def targets_of(actor: Actor, keys: Iterable[str]) -> dict[str, str]:
    """How link targets read, by key; a record of another organization is not among them."""
    wanted = set(keys)
    ids = [each.partition(":")[2] for each in wanted if each.startswith("record:")]
    found = {key: key.partition(":")[2] for key in wanted if not key.startswith("record:")}
    rows = Record.objects.filter(organization=actor.organization, pk__in=ids).values_list(
        "pk", "register", "number", "title"
    )
    for pk, slug, number, title in rows:
        found[f"record:{pk}"] = f"{register_of(slug).name} {number}: {title}"
    return found


def options_of(actor: Actor, field: Field, *, limit: int = 500) -> tuple[tuple[str, str], ...]:
    """What a link field can point at: (key, words), at most `limit` records of each register."""
    found: list[tuple[str, str]] = []
    catalog = load_catalog()
    for slug in field.to:
        if slug == CONTROLS:
            found += [(f"control:{each.number}", f"{each.number} {each.title}") for each in catalog.controls]
        elif slug == OBLIGATIONS:
            found += [(f"obligation:{each.number}", f"{each.number} {each.text}") for each in catalog.obligations]
        else:
            rows = Record.objects.filter(organization=actor.organization, register=slug, retired_at=None)
            name = register_of(slug).name
            for pk, number, title in rows.order_by("number").values_list("pk", "number", "title")[:limit]:
                found.append(
                    (f"record:{pk}", f"{name} {number}: {title}" if len(field.to) > 1 else f"{number}. {title}")
                )
    return tuple(found)


def inward_facts(organization_id: UUID, target: str) -> tuple[Inward, ...]:
    """Live records that point at a target key."""
    rows = (
        RecordLink.objects.filter(organization=organization_id, target_key=target, source__retired_at=None)
        .select_related("source")
        .order_by("source__register", "source__number")
    )
    return tuple(
        Inward(row.source.register, row.source.number, row.source.title, row.source.state, row.source.data, row.field)
        for row in rows
    )


def links_known(organization_id: UUID, register: Register, data: Mapping[str, Any]) -> dict[str, str]:
    """A sentence for each link field that points at something it must not or that is not there."""
    wrong: dict[str, str] = {}
    wanted = {key for field in register.links for key in data.get(field.key, ()) if key.startswith("record:")}
    ids = [key.partition(":")[2] for key in wanted]
    rows = Record.objects.filter(organization=organization_id, pk__in=ids).values_list("pk", "register") if ids else ()
    there = {f"record:{pk}": slug for pk, slug in rows}
    catalog = load_catalog()
    there |= {f"control:{each.number}": CONTROLS for each in catalog.controls}
    there |= {f"obligation:{each.number}": OBLIGATIONS for each in catalog.obligations}
    for field in register.links:
        for key in data.get(field.key, ()):
            if there.get(key) not in field.to:
                wrong[field.key] = f"There is nothing to link at {key}."
    return wrong


def register_counts(actor: Actor) -> dict[str, dict[str, int]]:
    """Live records by register and state."""
    from_rows: dict[str, dict[str, int]] = {}
    rows: Sequence[tuple[str, str]] = list(
        Record.objects.filter(organization=actor.organization, retired_at=None).values_list("register", "state")
    )
    for slug, state in rows:
        states = from_rows.setdefault(slug, {})
        states[state] = states.get(state, 0) + 1
    return from_rows
