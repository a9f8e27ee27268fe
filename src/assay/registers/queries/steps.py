"""What comes next, for an organization that builds up its management system or keeps it: a short list, the first thing first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models.fields.json import KeyTextTransform

from assay.accounts.models import Organization
from assay.registers.models import Record
from assay.registers.queries.standing import Held, Holding
from assay.registers.queries.tally import Tally
from assay.registers.registry import registers

OPEN_IMPACTS = ("draft", "reopened")
MOST = 200


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


@dataclass(frozen=True)
class Begun:
    """What the next steps follow from: counts, and the few records that are named. `rated` and `unrated` are identified
    risks; `wait` is a record that waits for approval, `assessment` an impact assessment in the making."""

    found: Tally
    rated: int
    unrated: int
    assessment: Record | None
    wait: Record | None
    decisions: tuple[Record, ...]
    statement: Record | None

    @property
    def waiting(self) -> int:
        return sum(self.found.records.get(place, 0) for place in _waits())


def begun(organization: Organization, found: Tally) -> Begun:
    """At most five statements beside the tally."""
    live = Record.objects.filter(organization=organization, retired_at=None).order_by("register", "number")
    identified = found.count("risks", "identified")
    risks = live.filter(register="risks", state="identified").order_by()
    rated = (
        risks.annotate(level=KeyTextTransform("level", "data")).exclude(level__isnull=True).count() if identified else 0
    )
    drafts = found.count("impacts", *OPEN_IMPACTS)
    wanted = {"soa": (), "statements": ("draft", "approved"), **({"impacts": OPEN_IMPACTS} if drafts else {})}
    some: list[Record] = []
    for slug, states in wanted.items():  # one by one: an index finds each
        rows = live.filter(register=slug, **({"state__in": states} if states else {}))
        some += rows.only("register", "number", "title", "state", "data")[:MOST]
    issued = [row for row in some if row.register == "statements"]
    places = [place for place in _waits() if found.records.get(place)]
    first = live.filter(register=places[0][0], state=places[0][1]).only("title").first() if places else None
    return Begun(
        found, rated, identified - rated, next((row for row in some if row.register == "impacts"), None), first,
        tuple(row for row in some if row.register == "soa"), issued[-1] if issued else None,
    )  # fmt: skip


def _waits() -> list[tuple[str, str]]:
    return [(each.slug, state.name) for each in registers().values() for state in each.states if state.waits]


def next_steps(now: Begun) -> tuple[NextStep, ...]:
    """In the order in which they depend on each other; empty where nothing was begun."""
    if not any(now.found.records.values()):
        return ()
    return tuple(each for each in (*_systems(now), *_risks(now), *_impacts(now), *_soa(now), *_approval(now)) if each)


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _systems(now: Begun) -> Iterable[NextStep]:
    if not now.found.count("ai-systems"):
        yield NextStep("Record your first AI system", "record-new", "ai-systems")
    proposed = now.found.count("ai-systems", "idea")
    if proposed:
        yield NextStep(
            f"Check {_count(proposed, 'AI system')} and say where each stands", "register", "ai-systems", "state=idea"
        )


def _risks(now: Begun) -> Iterable[NextStep]:
    if now.unrated:
        yield NextStep(f"Rate {_count(now.unrated, 'risk')}", "register", "risks", "state=identified")
    if now.rated:
        yield NextStep(f"Mark {_count(now.rated, 'rated risk')} as assessed", "register", "risks", "state=identified")


def _impacts(now: Begun) -> Iterable[NextStep]:
    many = now.found.count("impacts", *OPEN_IMPACTS)
    if many == 1 and now.assessment is not None:
        yield NextStep(f"Go on with “{now.assessment.title}”", "impact", str(now.assessment.pk))
    elif many:
        yield NextStep(f"Go on with {many:,} impact assessments", "register", "impacts", "state=draft")
    elif now.found.count("ai-systems") and not now.found.count("impacts"):
        yield NextStep("Begin the first impact assessment", "impact-new")


def _soa(now: Begun) -> Iterable[NextStep]:
    if not now.decisions:
        yield NextStep("Make the 38 rows of the Statement of Applicability", "soa")
        return
    undecided = [row for row in now.decisions if row.state == "undecided"]
    if undecided:
        yield NextStep(
            f"Decide on {_count(len(undecided), 'control')}", "soa", "", f"row={undecided[0].data.get('control')}"
        )
        return
    if now.statement is None or _differs(now.statement, now.decisions):
        yield NextStep("Issue the Statement of Applicability for approval", "soa", "", "#issue")


def _differs(statement: Record, rows: Iterable[Record]) -> bool:
    """Whether a decision or a justification differs from what was issued."""
    then = {
        each.get("control"): (each.get("applies"), each.get("justification"))
        for each in statement.data.get("rows") or ()
    }
    now = {row.data.get("control"): (row.data.get("applies"), row.data.get("justification")) for row in rows}
    return then != now


def _approval(now: Begun) -> Iterable[NextStep]:
    if now.waiting == 1 and now.wait is not None:
        yield NextStep(f"“{now.wait.title}” waits for approval", "record", str(now.wait.pk))
    elif now.waiting:
        yield NextStep(f"{now.waiting:,} records wait for approval", "system-due", "", "kind=approval")
