"""The linter of the Statement of Applicability."""

from __future__ import annotations

import re
from collections import Counter

from assay.catalog import load_catalog
from assay.registers.queries.standing import Held, Holding
from assay.registers.records.soa.rules import DEAD
from assay.registers.rules.base import Found, day, each, plain, rule, text_of
from assay.registers.rules.whole import EMPTY

NO_REASON = re.compile(
    r"\b(too (expensive|costly)|costs?|budget|no (time|priority)|not a priority|not yet|later|low priority|resources?)\b",
    re.I,
)
BOILERPLATE = re.compile(
    r"^\W*((not )?(applicable|relevant|required|needed)|see policy|as per (iso|standard).*|best practice"
    r"|required by (the standard|iso.*)|annex a.*|yes|no|ok)\W*$",
    re.I,
)
KEPT = {
    "A.2.2": "clause 5.2 demands an AI policy", "A.5.2": "clause 6.1.4 demands an impact assessment process",
    "A.5.3": "clause 6.1.4 demands documented results", "A.3.2": "clause 5.3 demands assigned roles",
}  # fmt: skip


def numbers() -> frozenset[str]:
    return frozenset(each.number for each in load_catalog().controls)


def included(row: Holding) -> bool:
    return row.data.get("applies") == "included"


def left_out(row: Holding) -> bool:
    return row.data.get("applies") == "excluded"


def needs(held: Held, row: Holding) -> list[str]:
    """What needs the control of a row, in words."""
    key = f"control:{row.data.get('control')}"
    asking = [other for other in held.by_control.get(key, ()) if other.state not in DEAD]
    found = [
        f"{slug[:-1]} {other.number}"
        for slug in ("treatments", "risks", "impacts")
        for other in asking
        if other.register == slug
    ]
    found += [
        f"the requirement of {party.title}"
        for party in asking
        if party.register == "interested-parties" and party.data.get("binding") in ("legal", "contract")
    ]
    return found + ([text_of(row, "legal_basis")] if text_of(row, "legal_basis") else [])


@rule("SOA-01", "error", "A control is missing", "soa")
def missing(held: Held) -> Found:
    rows = held.by_register.get("soa", ())
    there = {row.data.get("control") for row in rows}
    return [(None, f"There is no row for {number}.") for number in sorted(numbers() - there)] if rows else []


@rule("SOA-02", "error", "A control is there twice", "soa")
def twice(held: Held) -> Found:
    counts = Counter(row.data.get("control") for row in held.by_register.get("soa", ()))
    return [
        (row, f"{row.data.get('control')} has {counts[row.data.get('control')]} rows.")
        for row in held.by_register.get("soa", ())
        if counts[row.data.get("control")] > 1
    ]


@each("SOA-03", "error", "A row of Annex B", "soa")
def annex_b(held: Held, row: Holding) -> str:
    return "Annex B is guidance: it is not decided on." if text_of(row, "control").startswith("B.") else ""


@each("SOA-04", "error", "No such control", "soa")
def unknown(held: Held, row: Holding) -> str:
    number = text_of(row, "control")
    return f"Annex A has no control {number}." if number not in numbers() and not number.startswith("B.") else ""


@each("SOA-05", "error", "Not decided", "soa")
def undecided(held: Held, row: Holding) -> str:
    return "" if included(row) or left_out(row) else "It is neither included nor excluded."


@each("SOA-06", "error", "No justification", "soa")
def unjustified(held: Held, row: Holding) -> str:
    return "The decision has no justification." if row.data.get("applies") and not text_of(row, "justification") else ""


@each("SOA-07", "error", "Boilerplate justification", "soa")
def boilerplate(held: Held, row: Holding) -> str:
    text = text_of(row, "justification")
    return f"“{text}” is no reason." if text and (EMPTY.match(text) or BOILERPLATE.match(text)) else ""


@rule("SOA-08", "warning", "One justification for many controls", "soa")
def copied(held: Held) -> Found:
    rows = held.by_register.get("soa", ())
    counts = Counter(plain(text_of(row, "justification")) for row in rows)
    for row in rows:
        text = plain(text_of(row, "justification"))
        if text and counts[text] >= 3:
            yield row, f"{counts[text]} rows have the same justification."


@each("SOA-09", "error", "Excluded, yet implemented", "soa")
def used(held: Held, row: Holding) -> str:
    return (
        "It is excluded, and its implementation says otherwise."
        if left_out(row) and row.data.get("implementation") in ("planned", "partly", "done")
        else ""
    )


@each("SOA-10", "error", "Excluded, yet needed", "soa")
def needed(held: Held, row: Holding) -> str:
    found = needs(held, row) if left_out(row) else []
    return f"It is excluded, and needed by {'; '.join(found)}." if found else ""


@each("SOA-11", "warning", "Included without a reason", "soa")
def reasonless(held: Held, row: Holding) -> str:
    return (
        "It does not say whether risk, impact, law, contract or policy needs it."
        if included(row) and not row.data.get("reasons")
        else ""
    )


@each("SOA-12", "warning", "Included without a description", "soa")
def undescribed(held: Held, row: Holding) -> str:
    return (
        "How it is put in place here is not described (DI-09)."
        if included(row) and not text_of(row, "description")
        else ""
    )


@each("SOA-13", "error", "In operation without evidence", "soa")
def unshown(held: Held, row: Holding) -> str:
    pieces = [*held.by_subject.get(f"control:{row.data.get('control')}", ()), *held.by_record.get(row.id, ())]
    return (
        "It counts as in operation, and nothing shows it."
        if row.data.get("implementation") == "done" and included(row) and not any(p.fresh(held.today) for p in pieces)
        else ""
    )


@each("SOA-14", "warning", "In operation by claim", "soa")
def claimed(held: Held, row: Holding) -> str:
    pieces = [
        p
        for p in (*held.by_subject.get(f"control:{row.data.get('control')}", ()), *held.by_record.get(row.id, ()))
        if p.fresh(held.today)
    ]
    return (
        "It counts as in operation; its evidence is a claim."
        if row.data.get("implementation") == "done" and pieces and max(p.strength for p in pieces) == 1
        else ""
    )


@each("SOA-15", "warning", "Planned without a date", "soa")
def dateless(held: Held, row: Holding) -> str:
    return (
        "It is planned, and no date is set."
        if row.data.get("implementation") in ("planned", "partly") and not row.data.get("due_on")
        else ""
    )


@each("SOA-16", "warning", "Planned for a day that has passed", "soa")
def overdue(held: Held, row: Holding) -> str:
    due = day(row.data.get("due_on"))
    return (
        f"It was to be in operation by {due}."
        if row.data.get("implementation") in ("planned", "partly") and due and due < held.today
        else ""
    )


@each("SOA-17", "error", "Excluded for cost or time", "soa")
def excuse(held: Held, row: Holding) -> str:
    found = NO_REASON.search(text_of(row, "justification")) if left_out(row) else None
    return f"“{found.group(0)}” is a reason to plan, not to exclude." if found else ""


@each("SOA-18", "warning", "Needed by a risk that is not named", "soa")
def riskless(held: Held, row: Holding) -> str:
    return (
        "It is needed because of a risk, and no risk is linked."
        if "risk" in row.data.get("reasons", ()) and not row.data.get("risks")
        else ""
    )


@each("SOA-19", "warning", "Needed by an impact that is not named", "soa")
def impactless(held: Held, row: Holding) -> str:
    return (
        "It is needed because of an impact, and no assessment is linked."
        if "impact" in row.data.get("reasons", ()) and not row.data.get("impacts")
        else ""
    )


@each("SOA-20", "warning", "Needed by law that is not named", "soa")
def lawless(held: Held, row: Holding) -> str:
    return (
        "It is needed by law or contract, and none is named."
        if {"law", "contract"} & set(row.data.get("reasons", ())) and not text_of(row, "legal_basis")
        else ""
    )


@each("SOA-21", "warning", "Linked to a risk that is closed or gone", "soa")
def stale_link(held: Held, row: Holding) -> str:
    linked = (*row.data.get("risks", ()), *row.data.get("impacts", ()))
    there = (held.by_key.get(key) for key in linked)
    gone = [each for each in there if each is None or each.register not in ("risks", "impacts") or each.state in DEAD]
    return "What it was needed for is closed or retired: decide again." if gone else ""


@each("SOA-22", "warning", "Decision not looked at for a year", "soa")
def stale(held: Held, row: Holding) -> str:
    return (
        f"It was last decided on {row.updated_on}."
        if row.data.get("applies") and (held.today - row.updated_on).days > 365
        else ""
    )


@each("SOA-23", "warning", "Implemented, and nothing needs it", "soa")
def orphan(held: Held, row: Holding) -> str:
    if row.data.get("implementation") != "done" or not included(row) or needs(held, row):
        return ""
    linked = any(row.data.get(key) for key in ("risks", "impacts", "objectives")) or set(
        row.data.get("reasons", ())
    ) & {"law", "contract", "policy"}
    return "" if linked else "It is in operation, and no risk, impact, duty or objective needs it."


@each("SOA-24", "warning", "In operation without an owner", "soa")
def ownerless(held: Held, row: Holding) -> str:
    return "Nobody answers for it." if row.data.get("implementation") == "done" and row.owner is None else ""


@each("SOA-25", "error", "Excluded against a clause", "soa")
def mandatory(held: Held, row: Holding) -> str:
    why = KEPT.get(text_of(row, "control"))
    return f"It cannot be left out: {why}." if left_out(row) and why else ""


@rule("SOA-26", "warning", "The signed statement is not what is decided now", "soa")
def drifted(held: Held) -> Found:
    signed = [row for row in held.by_register.get("statements", ()) if row.state == "approved"]
    if not signed:
        return
    then = {each["control"]: each for each in signed[-1].data.get("rows") or ()}
    for row in held.by_register.get("soa", ()):
        before = then.get(text_of(row, "control"), {})
        if before.get("applies") != row.data.get("applies") or before.get("justification", "") != text_of(
            row, "justification"
        ):
            yield row, f"It differs from {signed[-1].title}: issue and sign a new version."
