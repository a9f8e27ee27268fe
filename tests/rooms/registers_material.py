"""Material for tests over all registers: valid values for any declaration, and records made through the services."""

from datetime import datetime
from typing import Any

from assay.accounts.access import Actor
from assay.accounts.models import Membership, Person
from assay.accounts.services import person_add
from assay.registers.declaration import Field, Register
from assay.registers.models import Record
from assay.registers.registry import register_of
from assay.registers.services import record_create
from assay.registers.services.soa import soa_open

TARGETS = {"controls": "control:A.6.2.4", "obligations": "obligation:4.1-01"}


def value_of(field: Field, actor: Actor, place: int = 0) -> Any:
    """One valid value of a field; texts differ from field to field."""
    if field.kind in ("text", "long"):
        return f"{field.label} {place}, in words of Halvorsen."
    if field.kind in ("choice", "scale"):
        return field.choices[0][0]
    if field.kind == "multi":
        return [field.choices[0][0]]
    if field.kind == "int":
        return max(field.least or 0, 1)
    if field.kind == "rows":
        return [{each.key: value_of(each, actor, place) for each in field.columns}]
    return {"money": "1200.50", "date": "2026-11-01", "person": str(actor.person.pk), "bool": True}[field.kind]


def data_of(register: Register, actor: Actor, now: datetime, place: int = 0, *, whole: bool = False) -> dict[str, Any]:
    """Values for every field that is required, or for all; links to records that are made for it."""
    found: dict[str, Any] = {}
    for field in register.fields:
        if field.derived or field.kind == "snapshot" or not (whole or field.required or field.since):
            continue
        if field.kind == "link":
            if field.required:
                found[field.key] = [target_of(field, actor, now)]
        else:
            found[field.key] = value_of(field, actor, place)
    if register.slug == "audits":
        found.pop("audited_person", None)
    if register.slug == "nonconformities":
        found["effect_checked_on"] = "2026-12-20"
    return found


def target_of(field: Field, actor: Actor, now: datetime) -> str:
    """Something that a link field can point at."""
    slug = field.to[0]
    return TARGETS[slug] if slug in TARGETS else f"record:{record_of(slug, actor, now).pk}"


def record_of(slug: str, actor: Actor, now: datetime, *, title: str = "", other: Actor | None = None) -> Record:
    """A record of any register with everything filled that a later state needs."""
    register = register_of(slug)
    if slug == "soa":
        soa_open(actor=actor, now=now)
        return Record.objects.filter(organization=actor.organization, register="soa").order_by("number")[0]
    held = Record.objects.filter(organization=actor.organization, register=slug, retired_at=None).first()
    if register.single and held is not None:
        return held
    data = data_of(register, actor, now)
    if slug == "audits":
        data |= {"audited_person": str((other or actor).person.pk)}
        data.pop("lead_auditor") if other is None else None
        if other is None:
            return _audit(actor, now, data, title)
    if slug == "impacts":
        data["approver"] = str((other.person if other is not None else _second(actor, now)).pk)
    return record_create(
        actor=actor, register=slug, title=title or f"Halvorsen {register.name}", data=data, now=now, owner=actor.person, by_product=register.fixed
    )  # fmt: skip


def _audit(actor: Actor, now: datetime, data: dict[str, Any], title: str) -> Record:
    """An audit needs two people: one is borrowed from the organization, or added."""
    data |= {"lead_auditor": str(_second(actor, now).pk), "audited_person": str(actor.person.pk)}
    return record_create(
        actor=actor, register="audits", title=title or "Halvorsen audit", data=data, now=now, owner=actor.person
    )


def _second(actor: Actor, now: datetime) -> Person:
    """Another member of the organization; added if there is none."""
    row = Membership.objects.filter(organization=actor.organization, ended_at=None).exclude(person=actor.person).first()
    if row is None:
        row = person_add(
            organization=actor.organization, email="lead@halvorsen.example", name="Lead", role="contributor", by=None, now=now
        )  # fmt: skip
    return row.person


def posted(data: dict[str, Any]) -> dict[str, Any]:
    """Values as a form posts them."""
    sent: dict[str, Any] = {}
    for key, value in data.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            sent |= {f"{key}-{place}-{name}": cell for place, row in enumerate(value) for name, cell in row.items()}
        else:
            sent[key] = "yes" if value is True else value
    return sent
