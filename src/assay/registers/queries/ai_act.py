"""Duties of the EU AI Act for the AI systems of the register: whom they concern, from when, and what stays open. Pure.

Tiers and roles are those that the register says. The mapping of its roles to those of the act is ours: provider and producer
are read as provider, customer as deployer; no role of the register stands for importer, distributor, authorised
representative or provider of a general-purpose model, so such duties name no system.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assay.catalog import load_catalog
from assay.catalog.ai_act import Duty, Point
from assay.registers.queries.crosswalk import STANDS, Source, sources
from assay.registers.queries.standing import Held, Holding
from assay.registers.queries.tally import Tally

ROLES = {"provider": ("provider", "producer"), "deployer": ("customer",)}
TIERS = {
    "all": ("low", "limited", "high", "prohibited"),
    "high": ("high",),
    "transparency": ("limited", "high"),
    "prohibited": ("prohibited",),
}
TIER_WORDS = {
    "all": "every system", "high": "high risk", "transparency": "transparency", "prohibited": "prohibited practices",
    "gpai": "general-purpose models", "gpai_systemic": "general-purpose models with systemic risk",
}  # fmt: skip


@dataclass(frozen=True)
class DutyRow:
    """One duty, or one point of a duty. `stand` is a key of STANDS; only a duty that the standard answers in full and whose
    evidence is there is answered; one about systems of a tier also needs evidence under each system that it concerns."""

    number: str
    article: str
    title: str
    line: str
    who: tuple[str, ...]
    tier: str
    dates: tuple[tuple[str, date], ...]
    stand: str
    gap: str
    rests_on: tuple[Source, ...]
    systems: tuple[Holding, ...]
    unverified: bool
    amended: str

    @property
    def words(self) -> str:
        return STANDS[self.stand]

    @property
    def id(self) -> str:
        return f"eu_ai_act:{self.number}"

    def applies(self, today: date) -> bool:
        """Whether any of its dates has come."""
        return any(day <= today for _words, day in self.dates)


def duty_rows(found: Tally, held: Held) -> tuple[DutyRow, ...]:
    """All duties in the order of the act; a duty with points is told point by point. Of what is held, AI systems and evidence
    under them count."""
    act, known = load_catalog().eu_ai_act, sources(found)
    systems = [row for row in held.by_register.get("ai-systems", ()) if row.state != "retired"]
    rows = []
    for duty in act.obligations:
        concerned = tuple(row for row in systems if concerns(duty, row))
        bare = [row for row in concerned if not _evidenced(held, row)] if duty.tier != "all" else []
        rows += [_row(duty, point, concerned, known, bare) for point in duty.points or (None,)]
    return tuple(rows)


def concerns(duty: Duty, system: Holding) -> bool:
    """Whether the tier and the roles that the register gives a system put the duty on the organization."""
    roles = system.data.get("own_roles", ())
    bears = any(role in roles for who in duty.who for role in ROLES.get(who, ()))
    return bears and system.data.get("tier") in TIERS.get(duty.tier, ())


def _evidenced(held: Held, system: Holding) -> bool:
    """Whether evidence that still counts and is more than a claim lies under the system itself."""
    return any(piece.strength > 1 and piece.fresh(held.today) for piece in held.by_record.get(system.id, ()))


def _row(
    duty: Duty,
    point: Point | None,
    systems: tuple[Holding, ...],
    known: Mapping[str, Source],
    bare: Sequence[Holding],
) -> DutyRow:
    part: Duty | Point = point if point is not None else duty
    rests_on = tuple(known[key] for key in (f"iso42001:{number}" for number in part.iso42001) if key in known)
    stand, gap = _stand(part.coverage, rests_on), duty.gap
    if stand == "answered" and duty.tier != "all" and (bare or not systems):
        named = ", ".join(each.title for each in bare) or "a system that it concerns"
        stand, gap = "overlap", f"{gap} No evidence lies under {named}.".strip()
    return DutyRow(
        number=part.number, article=duty.article, title=duty.title if point is None else f"{duty.title}: point",
        line=part.line, who=duty.who, tier=duty.tier, dates=_dates(duty), stand=stand, gap=gap,
        rests_on=rests_on, systems=systems, unverified=duty.unverified, amended=duty.amended,
    )  # fmt: skip


def _stand(coverage: str, rests_on: Sequence[Source]) -> str:
    if coverage == "none" or not rests_on:
        return "none"
    if coverage == "full" and all(each.state == "shown" for each in rests_on):
        return "answered"
    return "overlap" if any(each.state in ("shown", "partly shown") for each in rests_on) else "open"


def _dates(duty: Duty) -> tuple[tuple[str, date], ...]:
    """From when it applies; high-risk duties have a day for listed uses and a later one for products."""
    if duty.applies_from != "high_risk":
        return (("", date.fromisoformat(duty.applies_from)),)
    days = load_catalog().eu_ai_act.high_risk_dates
    return (("listed uses", date.fromisoformat(days.annex_iii)), ("products", date.fromisoformat(days.annex_i)))
