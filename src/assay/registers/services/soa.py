"""Services of the Statement of Applicability: its 38 rows, the decision on each, the issue of a version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from assay.accounts.access import Actor
from assay.catalog import load_catalog
from assay.core.canonical import digest
from assay.core.errors import Conflict, NotFound
from assay.ledger.services import append_bulk
from assay.registers.models import Record
from assay.registers.services.records import record_create, record_move, record_update
from assay.registers.services.writing import attested

SOA, STATEMENTS = "soa", "statements"
ROW_FIELDS = (
    "control", "applies", "justification", "reasons", "implementation", "description", "guidance", "legal_basis", "due_on",
    "risks", "impacts", "objectives",
)  # fmt: skip


@transaction.atomic
def soa_open(*, actor: Actor, now: datetime) -> int:
    """Make the rows that are missing, one for each control of Annex A, undecided; return how many were made."""
    actor.require("write")
    there = set(
        Record.objects.filter(organization=actor.organization, register=SOA).values_list("data__control", flat=True)
    )
    refs: list[Any] = []
    made = 0
    for control in load_catalog().controls:
        if control.number in there:
            continue
        record = record_create(
            actor=actor, register=SOA, title=f"{control.number} {control.title}", data={"control": control.number}, now=now,
            owner=actor.person,
            by_product=True, log=False,
        )  # fmt: skip
        refs += attested(record._version)  # type: ignore[attr-defined]
        made += 1
    if refs:
        append_bulk(
            log=actor.log, kind="records.imported", subject="register:soa", actor=actor.pseudonym,
            body={"register": SOA, "count": made, "from": "Annex A"}, now=now, records=refs,
        )  # fmt: skip
    return made


def soa_row(actor: Actor, control: str) -> Record:
    """The row of a control. Raises NotFound."""
    row = Record.objects.filter(organization=actor.organization, register=SOA, data__control=control).first()
    if row is None:
        raise NotFound("control", control)
    return row


@transaction.atomic
def soa_decide(
    *,
    actor: Actor,
    control: str,
    data: Mapping[str, Any],
    now: datetime,
    expected: int | None = None,
    owner: Any = "keep",
) -> Record:
    """Decide on a control: include it or leave it out, with a justification.

    Leaving out is refused while a treated risk, an impact, a law or a contract needs the control. A row without a decision
    goes back to undecided. Raises InvalidInput with `errors` by field, Conflict for a version other than `expected`.
    """
    row = soa_row(actor, control)
    given = {key: value for key, value in data.items() if key != "control"}
    row = record_update(record=row, actor=actor, now=now, data=given, expected=expected, owner=owner)
    if row.data.get("applies") and row.state == "undecided" and row.data.get("justification"):
        row = record_move(record=row, to="decided", actor=actor, now=now)
    return row


def rows_now(actor: Actor) -> tuple[dict[str, Any], ...]:
    """The rows as they would be issued, in the order of Annex A."""
    order = {each.number: place for place, each in enumerate(load_catalog().controls)}
    rows = Record.objects.filter(organization=actor.organization, register=SOA, retired_at=None)
    found = [
        {"title": row.title, **{key: row.data[key] for key in ROW_FIELDS if key in row.data}}
        for row in rows
        if row.data.get("control") in order
    ]
    return tuple(sorted(found, key=lambda each: order[each["control"]]))


@transaction.atomic
def statement_issue(*, actor: Actor, note: str, now: datetime) -> Record:
    """Freeze the 38 decisions as a version for approval. Raises Conflict while a control is undecided or nothing changed."""
    actor.require("write")
    rows = rows_now(actor)
    whole = len(load_catalog().controls)
    undecided = [each["control"] for each in rows if not each.get("applies") or not each.get("justification")]
    if len(rows) < whole or undecided:
        missing = len(undecided) + whole - len(rows)
        raise Conflict(
            f"{missing} of {whole} controls are not decided with a justification.",
            hint="Decide them, then issue the statement.",
            undecided=undecided,
        )
    mark = digest(list(rows))
    last = Record.objects.filter(organization=actor.organization, register=STATEMENTS).order_by("-number").first()
    if last is not None and last.data.get("rows_digest") == mark and last.state in ("draft", "approved"):
        raise Conflict("Nothing changed since the last issue.", hint=f"That is version {last.number}.")
    number = 1 if last is None else last.number + 1
    return record_create(
        actor=actor, register=STATEMENTS, title=f"Statement of Applicability, version {number}", now=now, owner=actor.person,
        data={"rows": list(rows), "rows_digest": mark, "note": note}, by_product=True,
    )  # fmt: skip
