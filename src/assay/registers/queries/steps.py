"""What comes next, for an organization that builds up its management system or keeps it: a short list, the first thing first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assay.core.canonical import digest
from assay.registers.queries.standing import Held, Holding
from assay.registers.registry import registers


@dataclass(frozen=True)
class NextStep:
    """One thing to do, with how many there are and where: the name of an address, its argument, and a query."""

    words: str
    address: str
    argument: str = ""
    query: str = ""


def waiting(found: Held) -> tuple[Holding, ...]:
    """Records that wait for somebody to approve them."""
    return tuple(row for row in found.records if registers()[row.register].state(row.state).waits)


def next_steps(found: Held) -> tuple[NextStep, ...]:
    """In the order in which they depend on each other; empty where nothing was begun."""
    if not found.records:
        return ()
    return tuple(
        each for each in (*_systems(found), *_risks(found), *_impacts(found), *_soa(found), *_approval(found)) if each
    )


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _rows(found: Held, slug: str, *states: str) -> list[Holding]:
    return [row for row in found.by_register.get(slug, ()) if not states or row.state in states]


def _systems(found: Held) -> Iterable[NextStep]:
    systems = _rows(found, "ai-systems")
    if not systems:
        yield NextStep("Record your first AI system", "record-new", "ai-systems")
    proposed = [row for row in systems if row.state == "idea"]
    if proposed:
        yield NextStep(
            f"Check {_count(len(proposed), 'AI system')} and say where each stands",
            "register",
            "ai-systems",
            "state=idea",
        )


def _risks(found: Held) -> Iterable[NextStep]:
    unrated = [row for row in _rows(found, "risks", "identified") if not row.data.get("level")]
    rated = [row for row in _rows(found, "risks", "identified") if row.data.get("level")]
    if unrated:
        yield NextStep(f"Rate {_count(len(unrated), 'risk')}", "register", "risks", "state=identified")
    if rated:
        yield NextStep(f"Mark {_count(len(rated), 'rated risk')} as assessed", "register", "risks", "state=identified")


def _impacts(found: Held) -> Iterable[NextStep]:
    open_ones = _rows(found, "impacts", "draft", "reopened")
    if len(open_ones) == 1:
        yield NextStep(f"Go on with “{open_ones[0].title}”", "impact", str(open_ones[0].id))
    elif open_ones:
        yield NextStep(f"Go on with {len(open_ones)} impact assessments", "register", "impacts", "state=draft")
    elif _rows(found, "ai-systems") and not _rows(found, "impacts"):
        yield NextStep("Begin the first impact assessment", "impact-new")


def _soa(found: Held) -> Iterable[NextStep]:
    rows = _rows(found, "soa")
    if not rows:
        yield NextStep("Make the 38 rows of the Statement of Applicability", "soa")
        return
    undecided = [row for row in rows if row.state == "undecided"]
    if undecided:
        first = min(undecided, key=lambda row: row.number)
        yield NextStep(f"Decide on {_count(len(undecided), 'control')}", "soa", "", f"row={first.data.get('control')}")
        return
    issued = _rows(found, "statements", "draft", "approved")
    latest = max(issued, key=lambda row: row.number) if issued else None
    if latest is None or _differs(latest, rows):
        yield NextStep("Issue the Statement of Applicability for approval", "soa", "", "#issue")


def _differs(statement: Holding, rows: Iterable[Holding]) -> bool:
    """Whether a decision or a justification differs from what was issued."""
    then = {
        each.get("control"): (each.get("applies"), each.get("justification"))
        for each in statement.data.get("rows") or ()
    }
    now = {row.data.get("control"): (row.data.get("applies"), row.data.get("justification")) for row in rows}
    return digest({str(k): list(v) for k, v in then.items()}) != digest({str(k): list(v) for k, v in now.items()})


def _approval(found: Held) -> Iterable[NextStep]:
    wait = waiting(found)
    if len(wait) == 1:
        yield NextStep(f"“{wait[0].title}” waits for approval", "record", str(wait[0].id))
    elif wait:
        yield NextStep(f"{len(wait)} records wait for approval", "system-due", "", "kind=approval")
