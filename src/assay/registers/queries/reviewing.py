"""What a management review is to look at (9.3.2), read from live records: one section per input, with trends and digests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from assay.accounts.models import Organization
from assay.assurance.models import VerdictRow
from assay.registers.models import Record, RecordVersion
from assay.registers.queries.standing import Held, Holding, held_records
from assay.registers.records.reviews import SECTIONS
from assay.registers.registry import registers
from assay.registers.values import content_digest

READ = (
    "reviews", "improvements", "context-issues", "interested-parties", "nonconformities", "monitoring", "audits",
    "audit-findings", "objectives", "risk-criteria", "risks", "impacts",
)  # fmt: skip
"""The registers that the inputs of a review are read from: those of no other are loaded."""
MOST_LINES, MOST_VALUES = 100, 8
A_YEAR = timedelta(days=365)
CADENCE = {"continuous": 2, "daily": 3, "weekly": 10, "monthly": 40, "quarterly": 110}
Line = dict[str, Any]
Series = Mapping[str, Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class Period:
    """The time under review, `since` to `today`, and the time of the same length before it."""

    since: date
    today: date

    @property
    def before(self) -> date:
        return self.since - (self.today - self.since)

    def now(self, day: str | date | None) -> bool:
        """Whether a day lies in the time under review."""
        found = date.fromisoformat(day) if isinstance(day, str) else day
        return found is not None and self.since < found <= self.today

    def then(self, day: str | date | None) -> bool:
        """Whether a day lies in the time before."""
        found = date.fromisoformat(day) if isinstance(day, str) else day
        return found is not None and self.before < found <= self.since


def review_held(organization: Organization, *, today: date) -> Held:
    """What the inputs are read from, in one statement: live records of `READ`, without closed risks, of which none tells."""
    rows = Record.objects.filter(organization=organization, retired_at=None, register__in=READ)
    return held_records(rows.exclude(register="risks", state="closed").order_by("register", "number"), today=today)


def period_of(found: Held, *, own: Holding | None = None) -> Period:
    """Since the latest approved review before this one; a year back without one."""
    earlier = [
        date.fromisoformat(row.data["held_on"])
        for row in found.by_register.get("reviews", ())
        if row.state == "approved" and row.data.get("held_on") and (own is None or row.id != own.id)
    ]
    return Period(max((day for day in earlier if day < found.today), default=found.today - A_YEAR), found.today)


def review_inputs(organization: Organization, found: Held, period: Period) -> dict[str, Any]:
    """All sections as they stand now, ready to be stored: {"since", "at", "verdicts", "sections": [{"key", "number",
    "title", "sentence", "lines", "more"}]}. A line names its record with version and digest of its content."""
    makers: Mapping[str, Callable[[Held, Period], tuple[str, list[Line]]]] = {
        "earlier": _earlier,
        "issues": partial(_changed, slug="context-issues", name="issue"),
        "parties": partial(_changed, slug="interested-parties", name="interested party", many="interested parties"),
        "nonconformities": _nonconformities,
        "monitoring": partial(_measured, slug="monitoring", series=_series(organization, "monitoring", period)),
        "audits": _audits,
        "objectives": partial(_measured, slug="objectives", series=_series(organization, "objectives", period)),
        "risks": _risks,
        "opportunities": _opportunities,
    }
    sections = []
    for key, number, title in SECTIONS:
        sentence, lines = makers[key](found, period)
        sections.append(
            {"key": key, "number": number, "title": title, "sentence": sentence, "lines": lines[:MOST_LINES], "more": max(0, len(lines) - MOST_LINES)}
        )  # fmt: skip
    return {
        "since": period.since.isoformat(),
        "at": period.today.isoformat(),
        "verdicts": _verdicts(organization),
        "sections": sections,
    }


def _verdicts(organization: Organization) -> list[dict[str, str]]:
    rows = VerdictRow.objects.filter(
        surface__organization=organization, surface__kind__startswith="registers.", is_latest=True
    ).select_related("surface")
    return [
        {"title": row.surface.title, "state": row.state, "sentence": row.sentence, "digest": row.digest}
        for row in rows.order_by("surface__key")
    ]


def _line(row: Holding, words: str) -> Line:
    return {
        "record": str(row.id), "register": row.register, "number": row.number, "title": row.title,
        "state": registers()[row.register].state(row.state).title, "words": words, "version": row.version,
        "digest": content_digest(row.register, row.number, row.title, row.data, row.owner, row.deputy),
    }  # fmt: skip


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _trend(now: int, then: int) -> str:
    return f"{now} in this period, {then} in the one before"


def _earlier(found: Held, period: Period) -> tuple[str, list[Line]]:
    rows = [row for row in found.by_register.get("improvements", ()) if row.data.get("review") or row.data.get("origin") == "review"]  # fmt: skip
    lines = []
    for row in rows:
        due = str(row.data.get("due_on") or "")
        late = bool(due) and row.state != "done" and date.fromisoformat(due) < found.today
        lines.append(_line(row, f"{'Overdue since' if late else 'Due'} {due}." if due else "No day was set."))
    done = sum(1 for row in rows if row.state == "done")
    overdue = sum(1 for line in lines if line["words"].startswith("Overdue"))
    if not rows:
        return "No action comes from an earlier review.", []
    return f"{done} of {_count(len(rows), 'action')} are done, {overdue} overdue.", lines


def _changed(found: Held, period: Period, *, slug: str, name: str, many: str = "") -> tuple[str, list[Line]]:
    rows = found.by_register.get(slug, ())
    new = [row for row in rows if period.now(row.created_on)]
    ended = [row for row in rows if row.state == "ended" and period.now(row.updated_on)]
    changed = [row for row in rows if row not in new and row not in ended and period.now(row.updated_on)]
    lines = [_line(row, f"New on {row.created_on}.") for row in new]
    lines += [_line(row, f"Changed on {row.updated_on}.") for row in changed]
    lines += [_line(row, f"Ended on {row.updated_on}.") for row in ended if row not in new]
    told = f"{len(new)} new, {len(changed)} changed, {len(ended)} ended"
    return f"{_count(len(rows), name, many)}: {told} since {period.since}.", lines


def _nonconformities(found: Held, period: Period) -> tuple[str, list[Line]]:
    rows = found.by_register.get("nonconformities", ())
    now = sum(1 for row in rows if period.now(row.data.get("found_on")))
    then = sum(1 for row in rows if period.then(row.data.get("found_on")))
    closed = sum(1 for row in rows if row.state == "closed" and period.now(row.data.get("effect_checked_on")))
    standing = [row for row in rows if row.state != "closed"]
    lines = [_line(row, f"Found on {row.data.get('found_on', 'no day')}.") for row in standing]
    return f"Found: {_trend(now, then)}. {closed} closed in this period, {len(standing)} open.", lines


def _audits(found: Held, period: Period) -> tuple[str, list[Line]]:
    held = [row for row in found.by_register.get("audits", ()) if period.now(row.data.get("held_on"))]
    keys = {f"record:{row.id}" for row in held}
    findings = [row for row in found.by_register.get("audit-findings", ()) if keys & set(row.data.get("audit", ()))]
    grades = dict(registers()["audit-findings"].field("grade").choices)
    lines = [
        _line(row, f"Held on {row.data['held_on']}. {row.data.get('conclusion', '')}".strip()[:500]) for row in held
    ]
    lines += [_line(row, f"{grades.get(row.data.get('grade', ''), 'No grade')}.") for row in findings]
    before = sum(1 for row in found.by_register.get("audits", ()) if period.then(row.data.get("held_on")))
    hard = sum(1 for row in findings if row.data.get("grade") in ("major", "minor"))
    return (
        f"Audits: {_trend(len(held), before)}. {_count(len(findings), 'finding')}, {hard} of them nonconformities.",
        lines,
    )


def _measured(found: Held, period: Period, *, slug: str, series: Series) -> tuple[str, list[Line]]:
    """Latest values with those before them: what is not measured in its time is said, not left out."""
    register = registers()[slug]
    rows = [
        row for row in found.by_register.get(slug, ()) if row.state not in register.closed or period.now(row.updated_on)
    ]
    lines, silent = [], 0
    for row in rows:
        on, value = str(row.data.get("measured_on") or ""), str(row.data.get("latest_value") or "")
        limit = CADENCE.get(str(row.data.get("cadence")), 120)
        quiet = not on or (found.today - date.fromisoformat(on)).days > limit
        silent += quiet
        target = row.data.get("target") or row.data.get("threshold") or ""
        earlier = [each for each in series.get(str(row.id), ()) if each != (on, value)]
        words = f"{value or 'No value'}{f' on {on}' if on else ''}, against: {str(target).rstrip('.')}."
        words += f" Before: {'; '.join(f'{past} on {day}' for day, past in earlier[:3])}." if earlier else ""
        lines.append(_line(row, words + (" Not measured in its time." if quiet else "")))
    name = register.name.lower()
    return (
        f"{_count(len(rows), name, 'objectives' if slug == 'objectives' else 'measures')}, {silent} not measured in time.",
        lines,
    )


def _series(organization: Organization, slug: str, period: Period) -> Series:
    """Distinct (day, value) pairs of each record over both periods, newest first."""
    rows = RecordVersion.objects.filter(
        record__organization=organization, record__register=slug, record__retired_at=None, at__date__gt=period.before
    ).order_by("record", "-number")
    found: dict[str, list[tuple[str, str]]] = {}
    for pk, data in rows.values_list("record_id", "data"):
        pair = (str(data.get("measured_on") or ""), str(data.get("latest_value") or ""))
        mine = found.setdefault(str(pk), [])
        if all(pair) and pair not in mine and len(mine) < MOST_VALUES:
            mine.append(pair)
    return found


def _risks(found: Held, period: Period) -> tuple[str, list[Line]]:
    method = next(iter(found.by_register.get("risk-criteria", ())), None)
    appetite = int(method.data.get("appetite") or 0) if method is not None else 0
    risks = [row for row in found.by_register.get("risks", ()) if row.state != "closed"]
    above = [
        row
        for row in risks
        if appetite and int(row.data.get("residual_level") or row.data.get("level") or 0) > appetite
    ]
    impacts = [
        row for row in found.by_register.get("impacts", ()) if row.state == "reopened" or period.now(row.updated_on)
    ]
    again = sum(1 for row in impacts if row.state == "reopened")
    lines = [
        _line(
            row, f"Level {row.data.get('residual_level') or row.data.get('level')}, above the appetite of {appetite}."
        )
        for row in above
    ]
    lines += [_line(row, f"Changed on {row.updated_on}.") for row in _once(risks, above) if period.now(row.updated_on)]
    lines += [_line(row, f"Rated {row.data.get('rating') or 'not yet'}.") for row in impacts]
    told = f"{len(above)} above the appetite" if appetite else "no appetite is set"
    return f"{_count(len(risks), 'risk')} open, {told}; {_count(again, 'impact assessment')} reopened.", lines  # fmt: skip


def _once(rows: Iterable[Holding], without: Sequence[Holding]) -> list[Holding]:
    return [row for row in rows if row not in without]


def _opportunities(found: Held, period: Period) -> tuple[str, list[Line]]:
    rows = [row for row in found.by_register.get("improvements", ()) if row.state != "done" and row.data.get("origin") != "review"]  # fmt: skip
    rows += [row for row in found.by_register.get("risks", ()) if row.data.get("kind") == "opportunity" and row.state != "closed"]  # fmt: skip
    lines = [_line(row, str(row.data.get("idea") or row.data.get("event") or "")[:300]) for row in rows]
    return f"{_count(len(rows), 'chance')} to improve {'is' if len(rows) == 1 else 'are'} open.", lines
