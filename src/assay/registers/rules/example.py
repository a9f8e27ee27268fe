"""A clean example: an organization whose records no rule objects to. What is planted into it must be found.

Composed, not taken from anybody; every id follows from a name, so that the same example comes out each time.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from assay.catalog import load_catalog
from assay.core.canonical import digest
from assay.registers.queries.standing import Held, Holding, Piece
from assay.registers.records.reviews import SECTIONS
from assay.registers.registry import registers
from assay.registers.values import content_digest

_SPACE = uuid.UUID("3c1a4c1e-90b1-5b1a-8a55-a1a500000042")
OWNER, DEPUTY, AUDITOR, LEFT = (uuid.uuid5(_SPACE, name) for name in ("owner", "deputy", "auditor", "left"))


def ident(slug: str, number: int = 1) -> uuid.UUID:
    return uuid.uuid5(_SPACE, f"{slug} {number}")


def key(slug: str, number: int = 1) -> str:
    return f"record:{ident(slug, number)}"


def clean_example(today: date, seed: int = 0) -> Held:
    """The example as of `today`; `seed` varies its words, so that rules meet more than one text."""
    word = ("tutoring", "triage", "forecasting", "matching", "translation", "inspection")[seed % 6]
    rows = [*_records(today, word), *_statement(today, word)]
    evidence = []
    for row in rows:
        evidence.append(_piece(f"log of {row.register} {row.number}", row.id, "", 3, today - timedelta(days=100)))
    for control in load_catalog().controls:
        evidence.append(
            _piece(f"run of {control.number}", None, f"control:{control.number}", 3, today - timedelta(days=20))
        )
    held = Held(today, tuple(rows), tuple(evidence), {}, frozenset({OWNER, DEPUTY, AUDITOR}))
    return signed(held)


def signed(held: Held) -> Held:
    """The example with a fresh signature under everything that stands as approved."""
    approved = {
        row.id: (
            row.version,
            content_digest(row.register, row.number, row.title, row.data, row.owner, row.deputy),
            AUDITOR,
        )
        for row in held.records
        if registers()[row.register].state(row.state).signs
    }
    return replace(held, approved=approved)


def _piece(title: str, record: uuid.UUID | None, subject: str, strength: int, on: date) -> Piece:
    mark = "sha256:" + uuid.uuid5(_SPACE, title).hex * 2
    return Piece(
        uuid.uuid5(_SPACE, title), record, subject, strength, on, on + timedelta(days=365), mark, AUDITOR, title
    )


def _row(slug: str, state: str, data: Mapping[str, Any], today: date, *, number: int = 1, title: str = "") -> Holding:
    register = registers()[slug]
    full = {
        field.key: f"{field.label}: said for {slug} {number}, in words of its own."
        for field in register.fields
        if field.kind == "long"
    }
    return Holding(
        id=ident(slug, number), register=slug, number=number, title=title or f"{register.name} {number}", state=state,
        data={**full, **data}, owner=OWNER, deputy=DEPUTY, author=OWNER, review_on=today + timedelta(days=90), version=3,
        created_on=today - timedelta(days=120), updated_on=today - timedelta(days=30),
    )  # fmt: skip


def _records(today: date, word: str) -> list[Holding]:
    soon, lately = (today + timedelta(days=60)).isoformat(), (today - timedelta(days=10)).isoformat()
    risk = {
        "kind": "risk", "source": "model", "likelihood": 4, "consequence": 3, "level": 12, "residual_likelihood": 2,
        "residual_consequence": 3, "residual_level": 6, "option": "modify", "systems": [key("ai-systems")],
        "controls": ["control:A.6.2.4"], "event": f"The {word} system gives answers that nobody checked, and a contract is lost.",
        "loss_low": 1, "loss_high": 9, "yearly_low": 1, "yearly_high": 9, "impacts": [key("impacts")],
    }  # fmt: skip
    impact = {
        "systems": [key("ai-systems")], "severity": 4, "scale": 3, "likelihood": 4, "reversibility": "hardly", "rating": "high",
        "society_severity": 2, "society_scale": 3, "society_likelihood": 2, "society_reversibility": "effort",
        "groups": [{"group": f"People who rely on {word}", "meets": "age and language", "how": "wrong answers", "worst": 4}],
        "triggers": ["system", "incident", "change"], "approver": str(AUDITOR),
        "individuals": f"People who rely on {word} may be treated unfairly without knowing why it happened.",
        "societies": "Trust in public services may fall where wrong decisions pile up over the years.",
        "summary": f"The system helps with {word}. It can be wrong. You can ask a person to look again.",
        "consulted": "Two groups of people affected, in March.", "controls": ["control:A.5.4"],
    }  # fmt: skip
    system = {
        "own_roles": ["provider"], "tier": "high", "components": [key("components")], "data": [key("data-resources")],
        "purpose": f"Helps people with {word}.",
    }  # fmt: skip
    agreed = {"grade": "minor", "modal": "shall", "requirement": ["obligation:8.1-03"], "nonconformity": [key("nonconformities")]}  # fmt: skip
    done, checked = (today - timedelta(days=90)).isoformat(), (today - timedelta(days=15)).isoformat()
    return [
        _row("context-issues", "current", {"topic": "climate", "climate_relevant": "no"}, today),
        _row("interested-parties", "current", {"binding": "legal", "controls": ["control:A.6.2.8"]}, today),
        _row("risk-criteria", "approved", {"appetite": 9, "review_level": 15}, today),
        _row("ai-systems", "operating", system, today),
        _row("components", "current", {"kind": "agent"}, today),
        _row("risks", "accepted", risk, today),
        _row("risks", "treating", {**risk, "event": f"A supplier changes the model for {word} without notice."}, today, number=2),
        _row("treatments", "running", {"option": "modify", "due_on": soon, "risks": [key("risks"), key("risks", 2)], "controls": ["control:A.6.2.4"]}, today),
        _row("impacts", "approved", impact, today),
        _row("objectives", "active", {"data_source": "query 7", "measured_on": lately, "due_on": soon, "latest_value": "97 %"}, today),
        _row("competence", "current", {"gained_by": "training", "valid_until": soon}, today),
        _row("suppliers", "current", {"criticality": "high", "change_notice": "days", "evaluated_on": lately}, today),
        _row("responsibilities", "current", {"accountable_name": "Us"}, today, title="Watching outputs"),
        _row("responsibilities", "current", {"accountable_name": "Them"}, today, number=2, title="Training the model"),
        _row("channels", "current", {"tested_on": lately}, today),
        _row("roles", "current", {"duty": "conformity"}, today),
        _row("roles", "current", {"duty": "reporting"}, today, number=2),
        _row("communication", "current", {"covers": ["policy"], "reached": 95}, today),
        _row("monitoring", "current", {"measured_on": lately}, today),
        _row("data-resources", "current", {"personal": "special"}, today),
        _row("gates", "passed", {"phase": "deployment", "systems": [key("ai-systems")], "decided_on": lately}, today),
        _row("audits", "reported", {"lead_auditor": str(AUDITOR), "audited_person": str(OWNER), "population": 40, "sample": 12, "held_on": lately}, today),
        _row("audit-findings", "agreed", agreed, today),
        _row("nonconformities", "closed", {"found_on": done, "action_done_on": done, "effect_checked_on": checked}, today),
        _row("nonconformities", "action-done", {"found_on": lately, "action_done_on": lately}, today, number=2),
        _row("nonconformities", "open", {"found_on": lately}, today, number=3),
        _row("reviews", "approved", {**_review(word, soon), "held_on": lately}, today),
        _row("improvements", "active", {"origin": "review"}, today),
        _row("audits", "planned", {"lead_auditor": str(AUDITOR), "audited_person": str(OWNER)}, today, number=2),
        _row("objectives", "reached", {"data_source": "query 8", "latest_value": "12"}, today, number=2),
        _row("treatments", "done", {"option": "share", "due_on": lately, "risks": [key("risks")]}, today, number=2),
        _row("treatments", "verified", {"option": "share", "due_on": lately, "risks": [key("risks")], "effective": "yes"}, today, number=3),
        _row("documents", "approved", {"kind": "procedure", "reference": "D-1", "edition": "2"}, today),
    ]  # fmt: skip


def _review(word: str, soon: str) -> dict[str, Any]:
    """Inputs as a review freezes them, and a decision that somebody carries."""
    inputs = {"sections": [{"key": name, "title": title, "lines": []} for name, _number, title in SECTIONS]}
    decided = [{"decision": f"Sample {word} twice a week.", "kind": "improve", "who": str(OWNER), "due_on": soon}]
    return {"inputs": inputs, "inputs_digest": digest(inputs), "decisions": decided}


OUT = ("A.8.4", "A.10.4")


def _statement(today: date, word: str) -> list[Holding]:
    rows = []
    for number, control in enumerate(load_catalog().controls, 1):
        data: dict[str, Any] = {"control": control.number}
        if control.number in OUT:
            data |= {
                "applies": "excluded", "implementation": "none", "description": "",
                "justification": f"{control.title}: the {word} system is used inside only, and nobody outside receives it.",
            }  # fmt: skip
        else:
            data |= {
                "applies": "included", "implementation": "done", "reasons": ["policy"],
                "justification": f"{control.title}: our policy on {word} asks for it in section {number}.",
                "description": f"Done for {word} as described in procedure {number}.",
            }  # fmt: skip
        rows.append(_row("soa", "decided", data, today, number=number, title=f"{control.number} {control.title}"))
    issued = [
        {name: value for name, value in row.data.items() if name in ("control", "applies", "justification")}
        for row in rows
    ]
    return [*rows, _row("statements", "approved", {"rows": issued, "note": "First."}, today)]
