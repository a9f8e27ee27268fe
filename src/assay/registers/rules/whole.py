"""Rules that hold for every register: ownership, review, approval, words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assay.registers.queries.standing import Held, Holding
from assay.registers.registry import registers
from assay.registers.rules.base import Found, plain, rule, text_of
from assay.registers.values import content_digest

EMPTY = re.compile(
    r"^\W*(tbd|tba|to[- ]?do|n/?a|none yet|lorem ipsum.*|xxx+|to be (done|defined|determined|completed)|placeholder|\.\.\.)\W*$",
    re.I,
)
LONG = 80


def working(held: Held) -> Iterator[Holding]:
    """Records on which something is left to do or that are in force."""
    for row in held.records:
        register = registers()[row.register]
        if row.state not in register.closed and row.register != "statements" and row.state != "undecided":
            yield row


@rule("G-01", "error", "Nobody owns it", "ownership")
def vacant(held: Held) -> Found:
    return [(row, "It has no owner.") for row in working(held) if row.owner is None]


@rule("G-02", "error", "The owner has left", "ownership")
def left(held: Held) -> Found:
    return [
        (row, "Its owner is no member of the organization any more.")
        for row in working(held)
        if row.owner and row.owner not in held.members
    ]


@rule("G-03", "error", "No deputy", "ownership")
def alone(held: Held) -> Found:
    return [(row, "Nobody stands in for the owner.") for row in working(held) if row.owner and row.deputy is None]


@rule("G-04", "warning", "The deputy has left", "ownership")
def deputy_left(held: Held) -> Found:
    return [
        (row, "Its deputy is no member any more.")
        for row in working(held)
        if row.deputy and row.deputy not in held.members
    ]


@rule("G-05", "warning", "Review overdue", "freshness")
def overdue(held: Held) -> Found:
    return [
        (row, f"Its review was due on {row.review_on}.")
        for row in working(held)
        if row.review_on and row.review_on <= held.today
    ]


@rule("G-06", "error", "Approved content is not what was signed", "approval")
def altered(held: Held) -> Found:
    for row in held.records:
        signed = held.approved.get(row.id)
        if signed is None or not registers()[row.register].state(row.state).signs:
            continue
        if signed[1] != content_digest(row.register, row.number, row.title, row.data, row.owner, row.deputy):
            yield row, "It says or assigns something else than what was signed."


@rule("G-07", "error", "Approved without a signature", "approval")
def unsigned(held: Held) -> Found:
    for row in held.records:
        if registers()[row.register].state(row.state).signs and row.id not in held.approved:
            yield row, "It stands as approved and nobody signed it."


@rule("G-08", "error", "Empty words", "words")
def empty_words(held: Held) -> Found:
    for row in held.records:
        for field in registers()[row.register].fields:
            if field.kind in ("text", "long") and EMPTY.match(text_of(row, field.key)):
                yield row, f"{field.label} says only “{text_of(row, field.key)}”."


@rule("G-09", "warning", "One text in two answers", "words")
def same_in_record(held: Held) -> Found:
    for row in held.records:
        seen: dict[str, str] = {}
        for field in registers()[row.register].fields:
            text = plain(text_of(row, field.key)) if field.kind == "long" else ""
            if len(text) >= LONG // 2 and text in seen:
                yield row, f"{field.label} repeats {seen[text]}."
            seen.setdefault(text, field.label)


@rule("G-10", "warning", "Copied from another record", "words")
def same_in_register(held: Held) -> Found:
    for slug, rows in held.by_register.items():
        if slug in ("soa", "statements"):
            continue
        for field in registers()[slug].fields:
            if field.kind != "long":
                continue
            seen: dict[str, Holding] = {}
            for row in rows:
                text = plain(text_of(row, field.key))
                if len(text) >= LONG and text in seen:
                    yield row, f"{field.label} is copied from {registers()[slug].name.lower()} {seen[text].number}."
                seen.setdefault(text, row)
