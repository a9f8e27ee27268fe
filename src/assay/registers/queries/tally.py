"""How each obligation, required document and control stands, from counts: nothing here grows with the number of records.

A `Tally` is counted by the database (`tally`), or from records that were read anyway (`tally_of`); both say the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform

from assay.accounts.models import Organization
from assay.catalog import load_catalog
from assay.registers.declaration import STRENGTHS, Register
from assay.registers.models import Evidence, Record
from assay.registers.queries.standing import Held, Piece
from assay.registers.registry import met_by, registers

GAPS = {
    "none": "no record yet",
    "draft": "only drafts",
    "no-evidence": "no evidence",
    "expired": "evidence expired",
    "claimed": "only claimed",
    "met": "shown",
}


@dataclass(frozen=True)
class Shown:
    """Evidence taken together: how many pieces, how many that still count, the best strength (0 none) and oldest day of these."""

    pieces: int = 0
    fresh: int = 0
    best: int = 0
    oldest: date | None = None

    def __add__(self, other: Shown) -> Shown:
        days = [each for each in (self.oldest, other.oldest) if each is not None]
        return Shown(
            self.pieces + other.pieces,
            self.fresh + other.fresh,
            max(self.best, other.best),
            min(days, default=None),
        )


NOTHING = Shown()


@dataclass(frozen=True)
class Tally:
    """Live records by (register, state), and evidence that was not withdrawn: under records, by the same; under
    requirements, by `kind:number`. `answering` are documents by (number they answer, state), with the evidence under them.
    `excluded` are the controls that the Statement of Applicability leaves out."""

    today: date
    records: Mapping[tuple[str, str], int] = field(default_factory=dict)
    under: Mapping[tuple[str, str], Shown] = field(default_factory=dict)
    subjects: Mapping[str, Shown] = field(default_factory=dict)
    answering: Mapping[tuple[str, str], tuple[int, Shown]] = field(default_factory=dict)
    excluded: frozenset[str] = frozenset()

    def count(self, register: str, *states: str) -> int:
        """Live records of a register, of these states if any are named."""
        return sum(
            n for (slug, state), n in self.records.items() if slug == register and (not states or state in states)
        )


@dataclass(frozen=True)
class Stand:
    """How one requirement stands. `gap` is a key of GAPS; `strength` that of the best evidence that still counts."""

    number: str
    kind: str
    text: str
    place: str
    registers: tuple[Register, ...]
    records: int
    settled: int
    gap: str
    strength: int
    oldest: date | None
    evidence: int

    @property
    def words(self) -> str:
        return GAPS[self.gap]

    @property
    def strength_words(self) -> str:
        return dict(STRENGTHS).get(self.strength, "none")


def tally(organization: Organization, *, today: date, records: Mapping[tuple[str, str], int] | None = None) -> Tally:
    """At most five statements, each of which the database answers by counting. `records` spares one where they were counted
    already."""
    live = Record.objects.filter(organization=organization, retired_at=None).order_by()
    counted = live.values_list("register", "state").annotate(many=Count("*"))  # an index answers this alone
    fresh = Q(expires_on=None) | Q(expires_on__gt=today)
    shown = {
        "pieces": Count("pk"),
        "fresh": Count("pk", filter=fresh),
        "best": Max("strength", filter=fresh),
        "oldest": Min("collected_on", filter=fresh),
    }
    pieces = Evidence.objects.filter(organization=organization, retired_at=None).order_by()
    pieces = pieces.exclude(record__retired_at__isnull=False)
    under: dict[tuple[str, str], Shown] = {}
    subjects: dict[str, Shown] = {}
    for row in pieces.values("subject", "record__register", "record__state").annotate(**shown):
        found = _shown(row)
        if row["record__register"] is not None:
            key = (row["record__register"], row["record__state"])
            under[key] = under.get(key, NOTHING) + found
        if row["subject"]:
            subjects[row["subject"]] = subjects.get(row["subject"], NOTHING) + found
    left_out = live.filter(register="soa", data__applies="excluded").values_list("data__control", flat=True)
    if records is None:
        records = {(slug, state): many for slug, state, many in counted}
    papers = any(slug == "documents" for slug, _state in records)
    answering = _answering(live, pieces, shown) if papers else {}
    return Tally(today, records, under, subjects, answering, frozenset(left_out))


def _answering(
    live: QuerySet[Record], pieces: QuerySet[Evidence], shown: Mapping[str, Any]
) -> dict[tuple[str, str], tuple[int, Shown]]:
    papers = live.filter(register="documents").annotate(answers=KeyTextTransform("answers", "data"))
    papers = papers.exclude(answers__isnull=True)
    below = pieces.filter(record__register="documents").annotate(answers=KeyTextTransform("answers", "record__data"))
    below = below.exclude(answers__isnull=True)
    evidence = {
        (row["answers"], row["record__state"]): _shown(row)
        for row in below.values("answers", "record__state").annotate(**shown)
    }
    return {
        (answers, state): (many, evidence.get((answers, state), NOTHING))
        for answers, state, many in papers.values_list("answers", "state").annotate(many=Count("pk"))
    }


def _shown(row: Mapping[str, Any]) -> Shown:
    return Shown(row["pieces"], row["fresh"], row["best"] or 0, row["oldest"])


def tally_of(found: Held) -> Tally:
    """The same from records that were read."""
    under: dict[tuple[str, str], Shown] = {}
    answering: dict[tuple[str, str], tuple[int, Shown]] = {}
    for row in found.records:
        below = _together(found.by_record.get(row.id, ()), found.today)
        place = (row.register, row.state)
        if below.pieces:
            under[place] = under.get(place, NOTHING) + below
        if row.register == "documents" and row.data.get("answers"):
            key = (row.data["answers"], row.state)
            many, before = answering.get(key, (0, NOTHING))
            answering[key] = (many + 1, before + below)
    return Tally(
        today=found.today,
        records=Counter((row.register, row.state) for row in found.records),
        under=under,
        subjects={key: _together(pieces, found.today) for key, pieces in found.by_subject.items()},
        answering=answering,
        excluded=frozenset(
            str(row.data.get("control"))
            for row in found.by_register.get("soa", ())
            if row.data.get("applies") == "excluded"
        ),
    )


def _together(pieces: Iterable[Piece], today: date) -> Shown:
    each = (
        Shown(1, 1, piece.strength, piece.collected_on) if piece.fresh(today) else Shown(pieces=1) for piece in pieces
    )
    return reduce(Shown.__add__, each, NOTHING)


def stands(found: Tally) -> tuple[Stand, ...]:
    """The 119 obligations and 22 required documents, in the order of the catalog."""
    catalog = load_catalog()
    duties = [
        _stand(found, each.number, "obligation", each.text, each.clause.partition(":")[2])
        for each in catalog.obligations
    ]
    papers = [
        _stand(found, each.number, "document", f"{each.name}. {each.what}", each.clause.partition(":")[2])
        for each in catalog.documented_information
    ]
    return (*duties, *papers)


def control_stands(found: Tally) -> tuple[Stand, ...]:
    """The 38 controls of Annex A."""
    return tuple(
        _stand(found, each.number, "control", each.title, each.domain.partition(":")[2])
        for each in load_catalog().controls
    )


def _stand(found: Tally, number: str, kind: str, text: str, place: str) -> Stand:
    """Evidence counts under records in force, and under the requirement itself."""
    meeting = met_by(number)
    records = settled = 0
    shown = found.subjects.get(f"{kind}:{number}", NOTHING)
    for register in meeting:
        for state in register.states:
            many = found.records.get((register.slug, state.name), 0)
            records += many
            if state.settled:
                settled += many
                shown += found.under.get((register.slug, state.name), NOTHING)
    if number.startswith("DI-") and all(each.slug != "documents" for each in meeting):
        for state in registers()["documents"].states:
            many, below = found.answering.get((number, state.name), (0, NOTHING))
            records += many
            if state.settled:
                settled += many
                shown += below
    return Stand(
        number=number, kind=kind, text=text, place=place, registers=meeting, records=records, settled=settled,
        gap=_gap(records > 0, settled > 0, shown.pieces > 0, shown.best), strength=shown.best, oldest=shown.oldest,
        evidence=shown.fresh,
    )  # fmt: skip


def _gap(any_record: bool, settled: bool, any_piece: bool, best: int) -> str:
    if not any_record and not any_piece:
        return "none"
    if not settled and not any_piece:
        return "draft"
    if not any_piece:
        return "no-evidence"
    if best == 0:
        return "expired"
    return "claimed" if best == 1 or not settled else "met"
