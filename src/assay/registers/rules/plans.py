"""Rules over objectives, competence, suppliers, roles, channels, context."""

from __future__ import annotations

from datetime import timedelta

from assay.registers.queries.standing import Held, Holding
from assay.registers.rules.base import Found, day, each, plain, rule, text_of


@each("OB-01", "error", "Objective without data", "objectives")
def dataless(held: Held, row: Holding) -> str:
    return (
        "It is pursued, and nothing says where its data comes from."
        if row.state in ("active", "reached") and not text_of(row, "data_source")
        else ""
    )


@each("OB-02", "warning", "Objective not measured lately", "objectives")
def silent(held: Held, row: Holding) -> str:
    measured = day(row.data.get("measured_on"))
    if row.state == "active" and (measured is None or held.today - measured > timedelta(days=120)):
        return "It was never measured." if measured is None else f"It was last measured on {measured}."
    return ""


@each("OB-03", "warning", "Objective past its date", "objectives")
def past(held: Held, row: Holding) -> str:
    due = day(row.data.get("due_on"))
    return f"It was to be reached by {due}." if row.state == "active" and due and due < held.today else ""


@each("OB-04", "error", "Reached without a value", "objectives")
def unproven(held: Held, row: Holding) -> str:
    return (
        "It counts as reached, and no value was recorded."
        if row.state == "reached" and not text_of(row, "latest_value")
        else ""
    )


@each("CO-01", "error", "Competence expired", "competence")
def expired(held: Held, row: Holding) -> str:
    until = day(row.data.get("valid_until"))
    return f"It expired on {until}." if row.state == "current" and until and until <= held.today else ""


@each("CO-02", "warning", "A gap that nothing closes", "competence")
def gap(held: Held, row: Holding) -> str:
    return (
        "There is a gap and no action." if row.data.get("gained_by") == "gap" and not text_of(row, "gap_action") else ""
    )


@each("SU-01", "warning", "Supplier not evaluated for a year", "suppliers")
def unseen(held: Held, row: Holding) -> str:
    seen = day(row.data.get("evaluated_on"))
    return f"It was last evaluated on {seen}." if seen and held.today - seen > timedelta(days=365) else ""


@each("SU-02", "error", "Critical supplier that tells of no change", "suppliers")
def mute(held: Held, row: Holding) -> str:
    return (
        "It is critical and does not tell when its model changes."
        if row.data.get("criticality") == "high" and row.data.get("change_notice") == "never"
        else ""
    )


@rule("RE-01", "error", "Two accountable for one duty", "responsibilities")
def doubled(held: Held) -> Found:
    seen: dict[str, Holding] = {}
    for row in held.by_register.get("responsibilities", ()):
        other = seen.setdefault(plain(row.title), row)
        same = set(row.data.get("systems", ())) & set(other.data.get("systems", ())) or row.data.get(
            "systems"
        ) == other.data.get("systems")
        if other is not row and same and other.data.get("accountable_name") != row.data.get("accountable_name"):
            yield row, f"{other.data.get('accountable_name')} is accountable for the same duty in {other.number}."


@each("CH-01", "warning", "Channel not tested", "channels")
def untested(held: Held, row: Holding) -> str:
    tested = day(row.data.get("tested_on"))
    if row.state == "current" and (tested is None or held.today - tested > timedelta(days=180)):
        return "It was never tested." if tested is None else f"It was last tested on {tested}."
    return ""


@rule("CX-01", "error", "No decision on climate change", "context-issues")
def climate(held: Held) -> Found:
    rows = held.by_register.get("context-issues", ())
    if rows and not any(row.data.get("topic") == "climate" for row in rows):
        yield None, "No context issue says whether climate change is relevant (4.1)."


@rule("RO-01", "error", "Nobody keeps the system in line", "roles")
def uncharged(held: Held) -> Found:
    rows = held.by_register.get("roles", ())
    for duty, words in (
        ("conformity", "keeping the system in line with the standard"),
        ("reporting", "reporting to top management"),
    ):
        if rows and not any(row.data.get("duty") == duty and row.owner for row in rows):
            yield None, f"No role with a holder is charged with {words} (5.3)."


@each("CM-01", "warning", "Awareness that reaches few", "communication")
def few(held: Held, row: Holding) -> str:
    reached = row.data.get("reached")
    return (
        f"It reached {reached} %."
        if row.state == "current" and row.data.get("covers") and reached is not None and reached < 80
        else ""
    )


@each("MO-01", "warning", "Measure without a recent result", "monitoring")
def resultless(held: Held, row: Holding) -> str:
    measured = day(row.data.get("measured_on"))
    if row.state == "current" and (measured is None or held.today - measured > timedelta(days=100)):
        return "It has no result." if measured is None else f"Its last result is of {measured}."
    return ""
