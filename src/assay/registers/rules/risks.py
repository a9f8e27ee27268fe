"""Rules over risks and treatments."""

from __future__ import annotations

from datetime import timedelta

from assay.registers.queries.standing import Held, Holding
from assay.registers.rules.base import alike, day, each, first, pointing, text_of

TREATED = ("planned", "approved", "running", "done", "verified")


def appetite(held: Held) -> int | None:
    method = first(held, "risk-criteria")
    return None if method is None else method.data.get("appetite")


def treatments(held: Held, risk: Holding) -> list[Holding]:
    return [row for row in pointing(held, "treatments", "risks", f"record:{risk.id}") if row.state in TREATED]


@each("RK-01", "error", "Accepted risk above appetite", "risks")
def above(held: Held, row: Holding) -> str:
    limit, level = appetite(held), row.data.get("residual_level") or row.data.get("level")
    if row.state == "accepted" and limit and level and level > limit:
        return f"It is accepted at level {level}; the appetite ends at {limit}."
    return ""


@each("RK-02", "error", "Residual lowered without treatment", "risks")
def lowered(held: Held, row: Holding) -> str:
    level, residual = row.data.get("level"), row.data.get("residual_level")
    if level and residual and residual < level and not treatments(held, row):
        return f"The residual is {residual} instead of {level}, and no treatment points here."
    return ""


@each("RK-03", "error", "Accepted without an estimate", "risks")
def blind(held: Held, row: Holding) -> str:
    return "It is accepted and its level is unknown." if row.state == "accepted" and not row.data.get("level") else ""


@each("RK-04", "warning", "Hangs on nothing", "risks")
def loose(held: Held, row: Holding) -> str:
    return "" if row.data.get("systems") or row.data.get("objectives") else "It names no AI system and no objective."


@each("RK-05", "error", "In treatment without a treatment", "risks")
def untreated(held: Held, row: Holding) -> str:
    return (
        "It is in treatment, and nothing is planned." if row.state == "treating" and not treatments(held, row) else ""
    )


@each("RK-06", "warning", "Loss without frequency", "risks")
def half(held: Held, row: Holding) -> str:
    loss, often = row.data.get("loss_high") is not None, row.data.get("yearly_high") is not None
    return "The quantified view has losses and no frequency, or the other way round." if loss != often else ""


@each("RK-07", "error", "Retained above appetite", "risks")
def retained(held: Held, row: Holding) -> str:
    limit, level = appetite(held), row.data.get("level")
    if row.data.get("option") == "retain" and row.state != "accepted" and limit and level and level > limit:
        return f"It is to be retained at level {level}; the appetite ends at {limit}."
    return ""


@each("RK-08", "warning", "Copied from an impact assessment", "risks")
def copied(held: Held, row: Holding) -> str:
    for other in held.by_register.get("impacts", ()):
        for key in ("individuals", "societies"):
            for mine in ("event", "consequence_text"):
                if alike(text_of(row, mine), text_of(other, key)) >= 0.8:
                    return f"It repeats impact assessment {other.number}: a risk is about the organization, an impact about people."
    return ""


@each("RK-09", "error", "Assessed without criteria in force", "risks")
def lawless(held: Held, row: Holding) -> str:
    method = first(held, "risk-criteria")
    if row.data.get("level") and (method is None or method.state != "approved"):
        return "It is assessed, and no approved criteria say what the level means."
    return ""


@each("RK-10", "warning", "Estimate without a basis", "risks")
def baseless(held: Held, row: Holding) -> str:
    return (
        "Its level rests on nothing that is written down."
        if row.data.get("level") and not text_of(row, "basis")
        else ""
    )


@each("TR-01", "warning", "Treatment overdue", "treatments")
def late(held: Held, row: Holding) -> str:
    due = day(row.data.get("due_on"))
    if due and due < held.today and row.state in ("planned", "approved", "running"):
        return f"It was due on {due}."
    return ""


@each("TR-02", "error", "Verified and not effective", "treatments")
def useless(held: Held, row: Holding) -> str:
    return (
        "Its effect is verified as none, and it counts as closed."
        if row.state == "verified" and row.data.get("effective") == "no"
        else ""
    )


@each("TR-03", "warning", "Effect not verified", "treatments")
def unverified(held: Held, row: Holding) -> str:
    if row.state == "done" and held.today - row.updated_on > timedelta(days=60):
        return f"It has been done since {row.updated_on} and nobody verified its effect."
    return ""


@each("TR-04", "warning", "Modifies a risk without a control", "treatments")
def controlless(held: Held, row: Holding) -> str:
    return (
        "It modifies a risk and names no control."
        if row.data.get("option") == "modify" and not row.data.get("controls")
        else ""
    )


@each("TR-05", "error", "Uses a control that is excluded", "treatments")
def excluded(held: Held, row: Holding) -> str:
    out = {
        f"control:{each.data.get('control')}"
        for each in held.by_register.get("soa", ())
        if each.data.get("applies") == "excluded"
    }
    clash = sorted(out & set(row.data.get("controls", ())))
    return f"It uses {clash[0].partition(':')[2]}, which the Statement of Applicability excludes." if clash else ""
