"""What a pack is for, turned into entries: a programme, a system or other record, a control, a period, or all of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q

from assay.accounts.access import Actor
from assay.assurance.models import FindingRow, VerdictRow
from assay.catalog import load_catalog
from assay.core.errors import InvalidInput, NotFound
from assay.ledger import queries as ledger
from assay.registers.models import Evidence, Record, RecordLink
from assay.studio.models import Artefact
from assay.studio.queries import access_programme, programme_list

SYSTEMS = "ai-systems"
STEPS = 2
HINT = "Write programme:SLUG, system:NUMBER, control:A.6.2.4, period:2026-01-01..2026-06-30, or log."
_PERIOD = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})", re.ASCII)


@dataclass(frozen=True)
class Selection:
    """Entries of a pack. `indexes` None: the whole log. `about` says in words what it is for; `parts` counts things."""

    about: str
    indexes: tuple[int, ...] | None
    parts: tuple[tuple[str, int], ...]


def pack_select(*, actor: Actor, wanted: Iterable[str]) -> Selection:
    """The entries for one or more of programme:SLUG, system:NUMBER, control:NUMBER, period:FROM..TO, log.

    Several are taken together. What the log says about itself (its opening, keys, witnesses) always comes along. Raises
    NotFound for something that is not the actor's organization's, InvalidInput for a form that is none of these, or when
    nothing is selected.
    """
    actor.require("read")
    wishes = list(dict.fromkeys(each.strip() for each in wanted if each.strip()))
    if not wishes:
        raise InvalidInput("A pack needs something that it is for.", hint=HINT)
    if "log" in wishes:
        return Selection("the whole log", None, ())
    found: set[int] = set()
    words, parts = [], dict[str, int]()
    for wish in wishes:
        noun, colon, name = wish.partition(":")
        select = _SELECT.get(noun)
        if select is None or not colon or not name:
            raise InvalidInput(f"{wish!r} is nothing that a pack can be for.", hint=HINT)
        indexes, about, counted = select(actor, name)
        found |= indexes
        words.append(about)
        for what, number in counted.items():
            parts[what] = parts.get(what, 0) + number
    if not found:
        raise InvalidInput("No published entry is about that.", hint="Choose something else, or a longer period.")
    found |= set(
        ledger.entry_indexes_about(log=actor.log, subjects=[f"log:{actor.log}"], kinds_without=("pack.exported",))
    )
    return Selection(" and ".join(words), tuple(sorted(found)), tuple(parts.items()))


def pack_choices(actor: Actor) -> tuple[tuple[str, str], ...]:
    """What a page offers: (wish, words), programmes first, then systems, then controls."""
    found = [("", "Nothing more")]
    found += [(f"programme:{row.slug}", f"Programme: {row.title}") for row in programme_list(actor=actor)]
    systems = Record.objects.filter(organization=actor.organization, register=SYSTEMS).order_by("number")
    found += [(f"system:{row.number}", f"AI system {row.number}: {row.title}") for row in systems[:500]]
    found += [(f"control:{each.number}", f"Control {each.number} {each.title}") for each in load_catalog().controls]
    return tuple(found)


_Selected = tuple[set[int], str, Mapping[str, int]]


def _programme(actor: Actor, slug: str) -> _Selected:
    programme = access_programme(actor=actor, slug=slug)
    surface = programme.surface_id
    artefacts = Artefact.objects.filter(programme=programme).values_list("pk", flat=True)
    findings = FindingRow.objects.filter(surface=surface).values_list("pk", flat=True)
    subjects = [f"programme:{programme.pk}", f"surface:{surface}"]
    subjects += [f"artefact:{pk}" for pk in artefacts] + [f"finding:{pk}" for pk in findings]
    indexes = set(ledger.entry_indexes_about(log=actor.log, subjects=subjects))
    events = list(VerdictRow.objects.filter(surface=surface).values_list("event_id", flat=True))
    indexes |= set(ledger.positions_of(events).values())
    counted = {"artefact": len(artefacts), "finding": len(findings), "verdict": len(events)}
    return indexes, f"programme “{programme.title}”", counted


def _system(actor: Actor, number: str) -> _Selected:
    rows = Record.objects.filter(organization=actor.organization, register=SYSTEMS)
    row = rows.filter(number=int(number)).first() if number.isdecimal() and len(number) < 10 else None
    if row is None:
        raise NotFound("AI system", number)
    records = _around(actor, {row.pk})
    indexes, counted = _records(actor, records, Q())
    return indexes, f"AI system {row.number} “{row.title}”", counted


def _control(actor: Actor, number: str) -> _Selected:
    control = next((each for each in load_catalog().controls if each.number == number), None)
    if control is None:
        raise NotFound("control", number)
    own = Record.objects.filter(organization=actor.organization, register="soa", data__control=number)
    links = RecordLink.objects.filter(organization=actor.organization, target_key=f"control:{number}")
    start = set(own.values_list("pk", flat=True)) | set(links.values_list("source", flat=True))
    indexes, counted = _records(actor, _around(actor, start, steps=1), Q(subject=f"control:{number}"))
    return indexes, f"control {number} {control.title}", counted


def _period(actor: Actor, span: str) -> _Selected:
    found = _PERIOD.fullmatch(span)
    try:
        begin, end = (datetime.fromisoformat(day) for day in found.groups()) if found else (None, None)
    except ValueError:
        begin = end = None
    if begin is None or end is None or end < begin:
        raise InvalidInput(
            f"{span!r} is no period.", hint="Write two days, as 2026-01-01..2026-06-30; both are included."
        )
    first = datetime.combine(begin, time.min, UTC)
    after = datetime.combine(end, time.min, UTC) + timedelta(days=1)
    indexes = set(ledger.entry_indexes_between(log=actor.log, begin=first, end=after))
    return indexes, f"the time from {begin:%d %B %Y} to {end:%d %B %Y}", {}


_SELECT: Mapping[str, Callable[[Actor, str], _Selected]] = {
    "programme": _programme, "system": _system, "control": _control, "period": _period,
}  # fmt: skip


def _around(actor: Actor, start: set[UUID], steps: int = STEPS) -> set[UUID]:
    """The records that link to those of `start` or are linked by them, and so on for a few steps."""
    found, edge = set(start), set(start)
    for _ in range(steps):
        links = RecordLink.objects.filter(organization=actor.organization, target__isnull=False)
        near = set(links.filter(source__in=edge).values_list("target", flat=True))
        near |= set(links.filter(target__in=edge).values_list("source", flat=True))
        edge = near - found
        found |= edge
    return found


def _records(actor: Actor, records: set[UUID], more: Q) -> tuple[set[int], Mapping[str, int]]:
    evidence = Evidence.objects.filter(organization=actor.organization).filter(
        Q(record__in=records) | more if more else Q(record__in=records)
    )
    keys = list(evidence.values_list("pk", flat=True))
    subjects = [f"record:{pk}" for pk in records] + [f"evidence:{pk}" for pk in keys]
    indexes = set(ledger.entry_indexes_about(log=actor.log, subjects=subjects))
    # Records that were made many at once have their entry under their register or import.
    events = Record.objects.filter(pk__in=records).values_list("versions__event_id", flat=True)
    indexes |= set(ledger.positions_of([event for event in events if event]).values())
    return indexes, {"record": len(records), "item of evidence": len(keys)}
