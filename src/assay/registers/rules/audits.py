"""Rules over audits, findings, reviews and nonconformities."""

from __future__ import annotations

from datetime import date, timedelta

from assay.core.canonical import digest
from assay.registers.queries.standing import Held, Holding
from assay.registers.records.reviews import SECTIONS
from assay.registers.rules.base import Found, alike, day, each, pointing, rule, text_of


@each("AU-01", "error", "Audited by the audited", "audits")
def own(held: Held, row: Holding) -> str:
    lead = row.data.get("lead_auditor")
    return (
        "The lead auditor answers for what is audited."
        if lead and lead in (row.data.get("audited_person"), str(row.owner or ""))
        else ""
    )


@each("AU-02", "error", "Sample larger than its population", "audits")
def sample(held: Held, row: Holding) -> str:
    size, whole = row.data.get("sample"), row.data.get("population")
    return f"{size} of {whole} were looked at." if size is not None and whole is not None and size > whole else ""


@each("AU-03", "warning", "Reported without a sample", "audits")
def unsampled(held: Held, row: Holding) -> str:
    return (
        "It is reported, and what was looked at is not recorded."
        if row.state == "reported" and not row.data.get("sample")
        else ""
    )


@each("AU-04", "warning", "Audit overdue", "audits")
def late(held: Held, row: Holding) -> str:
    return (
        f"It was planned to be reviewed by {row.review_on} and has not begun."
        if row.state == "planned" and row.review_on and row.review_on < held.today
        else ""
    )


@each("AF-01", "error", "Finding without requirement, evidence or criterion", "audit-findings")
def opinion(held: Held, row: Holding) -> str:
    gone = [
        words
        for key, words in (
            ("requirement", "no requirement"),
            ("seen", "no objective evidence"),
            ("criterion", "no criterion"),
        )
        if not row.data.get(key)
    ]
    return f"It names {', '.join(gone)}: contest it." if gone and row.state != "withdrawn" else ""


@each("AF-02", "error", "Nonconformity on a “should”", "audit-findings")
def advice(held: Held, row: Holding) -> str:
    return (
        "It is graded as a nonconformity against advice: a “should” is no “shall”."
        if row.data.get("grade") in ("major", "minor") and row.data.get("modal") == "should"
        else ""
    )


@each("AF-03", "warning", "Nonconformity that nobody follows", "audit-findings")
def unfollowed(held: Held, row: Holding) -> str:
    return (
        "It is agreed and leads to no nonconformity record."
        if row.data.get("grade") in ("major", "minor") and row.state == "agreed" and not row.data.get("nonconformity")
        else ""
    )


@each("NC-01", "error", "Closed, effect unchecked", "nonconformities")
def unchecked(held: Held, row: Holding) -> str:
    return (
        "It is closed, and its effect was not checked."
        if row.state == "closed" and not (row.data.get("effect") and row.data.get("effect_checked_on"))
        else ""
    )


@each("NC-02", "warning", "Effect long unchecked", "nonconformities")
def waiting(held: Held, row: Holding) -> str:
    done = day(row.data.get("action_done_on"))
    return (
        f"The action was done on {done}; nobody checked whether it worked."
        if row.state == "action-done" and done and held.today - done > timedelta(days=90)
        else ""
    )


@each("NC-03", "error", "Effect judged before it could show", "nonconformities")
def hasty(held: Held, row: Holding) -> str:
    done, judged = day(row.data.get("action_done_on")), day(row.data.get("effect_checked_on"))
    return (
        f"The action was done on {done}, its effect judged on {judged}."
        if done and judged and judged < done + timedelta(days=30)
        else ""
    )


@each("NC-04", "warning", "The cause repeats the nonconformity", "nonconformities")
def shallow(held: Held, row: Holding) -> str:
    return (
        "Its cause says what happened once more, not why."
        if alike(text_of(row, "nature"), text_of(row, "cause")) >= 0.8
        else ""
    )


@each("NC-05", "warning", "Nonconformity open for long", "nonconformities")
def long_open(held: Held, row: Holding) -> str:
    found = day(row.data.get("found_on"))
    return (
        f"It was found on {found} and is not corrected."
        if row.state == "open" and found and held.today - found > timedelta(days=60)
        else ""
    )


@each("RV-01", "error", "Review without its inputs", "reviews")
def blind(held: Held, row: Holding) -> str:
    if row.state not in ("held", "approved"):
        return ""
    inputs = row.data.get("inputs") or {}
    there = {each.get("key") for each in inputs.get("sections", ())}
    gone = [title for key, _number, title in SECTIONS if key not in there]
    if gone:
        return f"It was held without: {', '.join(gone).lower()}."
    if row.data.get("inputs_digest") != digest(inputs):
        return "Its inputs are not those that were frozen when it was held."
    return ""


@each("RV-02", "warning", "Review that decided nothing", "reviews")
def idle(held: Held, row: Holding) -> str:
    if row.state != "approved" or row.data.get("actions"):
        return ""
    tracked = pointing(held, "improvements", "review", f"record:{row.id}")
    return "" if tracked or row.data.get("decisions") else "It led to no action and no change."


@each("RV-03", "warning", "Decision that nobody carries", "reviews")
def loose(held: Held, row: Holding) -> str:
    open_ones = [
        each["decision"]
        for each in row.data.get("decisions", ())
        if each.get("kind") != "noted" and not (each.get("who") and each.get("due_on"))
    ]
    return f"Somebody and a day are missing for: {'; '.join(open_ones)}." if open_ones else ""


@rule("RV-04", "warning", "No management review for a year", "reviews")
def overdue(held: Held) -> Found:
    rows = held.by_register.get("reviews", ())
    days = [
        date.fromisoformat(row.data["held_on"]) for row in rows if row.data.get("held_on") and row.state != "planned"
    ]
    began = min((row.created_on for row in held.records), default=held.today)
    last = max(days, default=began)
    if held.today - last > timedelta(days=366):
        words = f"The latest was held on {last}." if days else f"None was held since the first record of {began}."
        yield (rows[-1] if rows else None), words
