"""Rules over evidence: its age, its strength, its independence, its dates."""

from __future__ import annotations

from uuid import UUID

from assay.catalog import load_catalog
from assay.registers.queries.standing import Held, Piece
from assay.registers.registry import registers
from assay.registers.rules.base import Found, day, rule

CONCLUDED = {
    "gates": "decided_on", "nonconformities": "effect_checked_on", "audits": "held_on", "objectives": "measured_on",
    "monitoring": "measured_on", "suppliers": "evaluated_on",
}  # fmt: skip


@rule("E-01", "warning", "All its evidence has expired", "freshness")
def expired(held: Held) -> Found:
    for row in held.records:
        pieces = held.by_record.get(row.id, ())
        if (
            pieces
            and row.state in registers()[row.register].settled
            and not any(each.fresh(held.today) for each in pieces)
        ):
            yield (
                row,
                f"The last of its evidence expired on {max(each.expires_on for each in pieces if each.expires_on)}.",
            )


@rule("E-02", "error", "The same evidence under unrelated controls", "consistency")
def shared(held: Held) -> Found:
    domains = {f"control:{each.number}": each.domain for each in load_catalog().controls}
    by_digest: dict[str, list[Piece]] = {}
    for piece in held.evidence:
        if piece.digest and piece.subject in domains:
            by_digest.setdefault(piece.digest, []).append(piece)
    for pieces in by_digest.values():
        if len({domains[each.subject] for each in pieces}) > 1:
            names = ", ".join(sorted({each.subject.partition(":")[2] for each in pieces}))
            yield None, f"“{pieces[0].title}” is offered for {names}, which have nothing in common."


@rule("E-03", "warning", "Only claimed", "strength")
def claimed(held: Held) -> Found:
    for row in held.records:
        pieces = [each for each in held.by_record.get(row.id, ()) if each.fresh(held.today)]
        if pieces and row.state in registers()[row.register].settled and max(each.strength for each in pieces) == 1:
            yield row, "All its evidence is a claim."


@rule("E-04", "error", "Concluded before its evidence", "consistency")
def early(held: Held) -> Found:
    for row in held.records:
        concluded = day(row.data.get(CONCLUDED.get(row.register, "")))
        pieces = held.by_record.get(row.id, ())
        if concluded and pieces and all(each.collected_on > concluded for each in pieces):
            yield (
                row,
                f"It was concluded on {concluded}; its earliest evidence is of {min(each.collected_on for each in pieces)}.",
            )


@rule("E-05", "error", "Verified by somebody concerned", "strength")
def not_independent(held: Held) -> Found:
    rows = {row.id: row for row in held.records}
    for piece in held.evidence:
        row = rows.get(piece.record) if isinstance(piece.record, UUID) else None
        if row is not None and piece.strength == 5 and piece.by in (row.owner, row.deputy):
            yield row, f"“{piece.title}” counts as verified, by somebody who answers for it."
