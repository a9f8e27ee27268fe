"""Planted defects: for every rule, a way to spoil the clean example so that exactly this rule has something to find.

They test the rules, and they are the canaries of the detectors that rest on them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from assay.catalog import load_catalog
from assay.registers.queries.standing import Held, Holding
from assay.registers.rules import example
from assay.registers.rules.example import AUDITOR, LEFT, OWNER, ident, key, signed

Plant = Callable[[Held], Held]


def edit(
    held: Held,
    slug: str,
    number: int = 1,
    *,
    sign: bool = True,
    state: str = "",
    data: Mapping[str, Any] | None = None,
    **facts: Any,
) -> Held:
    """The example with one record changed; signed anew unless the plant is about signatures."""
    rows, touched = [], list[Holding]()
    for row in held.records:
        if (row.register, row.number) == (slug, number):
            row = replace(row, data={**row.data, **(data or {})}, state=state or row.state, **facts)
            touched.append(row)
        rows.append(row)
    changed = replace(held, records=tuple(rows))
    if not sign:
        return changed
    return replace(changed, approved={**changed.approved, **signed(replace(changed, records=tuple(touched))).approved})


def drop(held: Held, slug: str, number: int = 1) -> Held:
    """The example without one record and its evidence."""
    gone = ident(slug, number)
    return replace(
        held,
        records=tuple(row for row in held.records if row.id != gone),
        evidence=tuple(piece for piece in held.evidence if piece.record != gone),
    )


def add(held: Held, slug: str, number: int, **data: Any) -> Held:
    """The example with a copy of a record's first one under another number."""
    base = next(row for row in held.records if row.register == slug)
    row: Holding = replace(base, id=ident(slug, number), number=number, data={**base.data, **data})
    return signed(replace(held, records=(*held.records, row)))


def pieces(held: Held, about: Any, **facts: Any) -> Held:
    """The example with the evidence under a record or subject changed."""
    found = tuple(replace(p, **facts) if about in (p.record, p.subject) else p for p in held.evidence)
    return replace(held, evidence=found)


def row(control: int | str = 1, /, **data: Any) -> Plant:
    """A plant in one row of the Statement of Applicability, named by its place or its control; the issued statement
    follows it."""
    return lambda held: issued(edit(held, "soa", _place(control), data=data))


def _place(control: int | str) -> int:
    """The place of a control among all, counted from one. Looked up when it is planted: reading the catalog takes time
    that a program which only imports this has no use for."""
    if isinstance(control, int):
        return control
    return 1 + [each.number for each in load_catalog().controls].index(control)


def issued(held: Held) -> Held:
    """The example with the issued statement brought to what is decided."""
    rows = [
        {name: each.data.get(name, "") for name in ("control", "applies", "justification")}
        for each in held.records
        if each.register == "soa"
    ]
    return edit(held, "statements", data={"rows": rows})


def out(control: int | str, /, justification: str, **data: Any) -> Plant:
    return row(control, applies="excluded", implementation="none", justification=justification, **data)


INSIDE = "The system is used inside only and has no such part."
HARD = (
    "Notwithstanding considerable multidimensional methodological heterogeneity, organizational accountability necessitates "
    "comprehensive documentation, continuously recalibrating probabilistic classification methodologies."
)
TEXT = "The system may refuse people a service that they are entitled to without any person looking."


def risk(state: str = "", **data: Any) -> Plant:
    return lambda held: edit(held, "risks", 1, state=state, data=data)


def on(slug: str, number: int = 1, state: str = "", **data: Any) -> Plant:
    return lambda held: edit(held, slug, number, state=state, data=data)


def day(held: Held, back: int) -> str:
    return (held.today - timedelta(days=back)).isoformat()


def aged(slug: str, field: str, back: int, number: int = 1, state: str = "", **data: Any) -> Plant:
    return lambda held: edit(held, slug, number, state=state, data={field: day(held, back), **data})


def untreated(held: Held) -> Held:
    return drop(drop(drop(held, "treatments", 1), "treatments", 2), "treatments", 3)


def alike(held: Held) -> Held:
    for number in (5, 6, 7):
        held = edit(held, "soa", number, data={"justification": TEXT})
    return issued(held)


def unlinked(held: Held) -> Held:
    for number in (1, 2):
        held = edit(held, "risks", number, data={"systems": [], "objectives": [key("objectives")]})
    return held


WHOLE: dict[str, Plant] = {
    "G-01": lambda held: edit(held, "suppliers", owner=None),
    "G-02": lambda held: edit(held, "suppliers", owner=LEFT),
    "G-03": lambda held: edit(held, "suppliers", deputy=None),
    "G-04": lambda held: edit(held, "suppliers", deputy=LEFT),
    "G-05": lambda held: edit(held, "suppliers", review_on=held.today),
    "G-06": lambda held: edit(held, "risk-criteria", data={"process": "Another process than the one that was signed."}, sign=False),
    "G-07": lambda held: replace(held, approved={pk: each for pk, each in held.approved.items() if pk != ident("risk-criteria")}),
    "G-08": on("suppliers", exit="TBD"),
    "G-09": on("suppliers", exit=TEXT, evaluation=TEXT),
    "G-10": lambda held: add(add(held, "suppliers", 8, exit=TEXT), "suppliers", 9, exit=TEXT),
    "E-01": lambda held: pieces(held, ident("suppliers"), expires_on=held.today - timedelta(days=1)),
    "E-02": lambda held: pieces(pieces(held, "control:A.2.2", digest="sha256:" + "a" * 64), "control:A.7.4", digest="sha256:" + "a" * 64),
    "E-03": lambda held: pieces(held, ident("suppliers"), strength=1),
    "E-04": lambda held: pieces(held, ident("gates"), collected_on=held.today - timedelta(days=1)),
    "E-05": lambda held: pieces(held, ident("suppliers"), strength=5, by=OWNER),
}  # fmt: skip
RISKS: dict[str, Plant] = {
    "RK-01": risk(residual_likelihood=4, residual_level=12),
    "RK-02": untreated,
    "RK-03": risk(level=None, residual_level=None),
    "RK-04": risk(systems=[], objectives=[]),
    "RK-05": untreated,
    "RK-06": risk(loss_high=None),
    "RK-07": lambda held: edit(held, "risks", 2, data={"option": "retain"}),
    "RK-08": lambda held: edit(edit(held, "risks", data={"event": TEXT}), "impacts", data={"individuals": TEXT}),
    "RK-09": on("risk-criteria", state="draft"),
    "RK-10": risk(basis=""),
    "TR-01": aged("treatments", "due_on", 3),
    "TR-02": on("treatments", 3, effective="no"),
    "TR-03": lambda held: edit(held, "treatments", 2, updated_on=held.today - timedelta(days=90)),
    "TR-04": on("treatments", controls=[]),
    "TR-05": lambda held: edit(held, "treatments", data={"controls": [f"control:{example.OUT[0]}"]}),
}  # fmt: skip
SYSTEMS: dict[str, Plant] = {
    "SY-01": on("ai-systems", tier="prohibited"),
    "SY-02": on("impacts", state="review"),
    "SY-03": on("gates", state="held"),
    "SY-04": on("ai-systems", components=[]),
    "SY-05": unlinked,
    "IM-01": on("impacts", individuals=TEXT, societies=TEXT + " Always."),
    "IM-02": on("impacts", summary=HARD),
    "IM-03": on("impacts", rating="unacceptable"),
    "IM-04": lambda held: edit(edit(held, "risks", 1, data={"impacts": []}), "risks", 2, data={"impacts": []}),
    "IM-05": on("impacts", consulted="Nobody."),
    "DA-01": on("data-resources", bias=""),
    "DA-02": on("data-resources", quality_result=""),
    "CP-01": on("components", permissions=""),
}  # fmt: skip
PLANS: dict[str, Plant] = {
    "OB-01": on("objectives", data_source=""),
    "OB-02": aged("objectives", "measured_on", 200),
    "OB-03": aged("objectives", "due_on", 5),
    "OB-04": on("objectives", 2, latest_value=""),
    "CO-01": aged("competence", "valid_until", 1),
    "CO-02": on("competence", gained_by="gap", gap_action=""),
    "SU-01": aged("suppliers", "evaluated_on", 400),
    "SU-02": on("suppliers", change_notice="never"),
    "RE-01": lambda held: edit(held, "responsibilities", 2, title="Watching outputs"),
    "CH-01": aged("channels", "tested_on", 300),
    "CX-01": on("context-issues", topic="market"),
    "RO-01": on("roles", duty="risk"),
    "CM-01": on("communication", reached=30),
    "MO-01": aged("monitoring", "measured_on", 200),
    "AU-01": on("audits", 2, audited_person=str(AUDITOR)),
    "AU-02": on("audits", sample=41),
    "AU-03": on("audits", sample=None),
    "AU-04": lambda held: edit(held, "audits", 2, review_on=held.today - timedelta(days=9)),
    "AF-01": on("audit-findings", seen=""),
    "AF-02": on("audit-findings", modal="should"),
    "AF-03": on("audit-findings", nonconformity=[]),
    "NC-01": on("nonconformities", effect=""),
    "NC-02": aged("nonconformities", "action_done_on", 200, 2),
    "NC-03": aged("nonconformities", "action_done_on", 20),
    "NC-04": on("nonconformities", nature=TEXT, cause=TEXT),
    "NC-05": aged("nonconformities", "found_on", 100, 3),
    "RV-01": on("reviews", inputs=None),
    "RV-02": on("reviews", decisions=[]),
    "RV-03": on("reviews", decisions=[{"decision": "Look at it again."}]),
    "RV-04": aged("reviews", "held_on", 500),
}  # fmt: skip
STATEMENT: dict[str, Plant] = {
    "SOA-01": lambda held: drop(held, "soa", 5),
    "SOA-02": lambda held: issued(add(held, "soa", 39)),
    "SOA-03": row(5, control="B.3.3"),
    "SOA-04": row(5, control="A.5.9"),
    "SOA-05": row(5, applies=""),
    "SOA-06": row(5, justification=""),
    "SOA-07": row(5, justification="Best practice."),
    "SOA-08": alike,
    "SOA-09": row("A.8.4", implementation="done"),
    "SOA-10": out("A.6.2.4", INSIDE),
    "SOA-11": row(5, reasons=[]),
    "SOA-12": row(5, description=""),
    "SOA-13": lambda held: pieces(pieces(held, "control:A.3.3", expires_on=held.today), ident("soa", 5), expires_on=held.today),
    "SOA-14": lambda held: pieces(pieces(held, "control:A.3.3", strength=1), ident("soa", 5), strength=1),
    "SOA-15": row(5, implementation="planned"),
    "SOA-16": lambda held: edit(held, "soa", 5, data={"implementation": "partly", "due_on": day(held, 3)}),
    "SOA-17": out("A.4.5", "It is too expensive for a team of our size this year."),
    "SOA-18": row(5, reasons=["risk"]),
    "SOA-19": row(5, reasons=["impact"]),
    "SOA-20": row(5, reasons=["law"]),
    "SOA-21": row(5, risks=["record:00000000-0000-4000-8000-000000000000"]),
    "SOA-22": lambda held: edit(held, "soa", 5, updated_on=held.today - timedelta(days=400)),
    "SOA-23": row("A.4.5", reasons=[]),
    "SOA-24": lambda held: edit(held, "soa", 5, owner=None),
    "SOA-25": out("A.2.2", INSIDE),
    "SOA-26": lambda held: edit(held, "soa", 5, data={"justification": "Other words than those that were signed last spring."}),
}  # fmt: skip
PLANTS: Mapping[str, Plant] = {**WHOLE, **RISKS, **SYSTEMS, **PLANS, **STATEMENT}
