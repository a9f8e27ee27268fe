"""What the rules found when the system was last measured: for organizations too large to read for every page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from assay.accounts.models import Organization
from assay.assurance.models import FindingRow
from assay.registers.models import Record

READ_NOW = 5_000
"""Live records up to which a page lets the rules read everything there and then."""


@dataclass(frozen=True)
class Told:
    """One problem that stands: the rule, the record (empty: the system as a whole), the sentence."""

    rule: str
    record: str
    title: str
    words: str


@dataclass(frozen=True)
class Measured:
    """The problems that stand since the last measurement, each once however many places it matters in: how many, how many of
    them errors, when they were last seen (None: never measured or nothing found), and the first of them. Where they were not
    all read, `whole` is false and the numbers are what there is at least."""

    count: int
    errors: int
    at: datetime | None
    first: tuple[Told, ...]
    whole: bool


def too_many(organization: Organization) -> int:
    """The number of live records where it is above READ_NOW, else 0."""
    many = Record.objects.filter(organization=organization, retired_at=None).order_by().count()
    return many if many > READ_NOW else 0


def problems_measured(organization: Organization, *, limit: int) -> Measured:
    """At most three statements, whatever the number of records. Errors come first; a problem that matters in several places
    is told once."""
    rows = FindingRow.objects.filter(
        surface__organization=organization, surface__kind__startswith="registers.", closed_at=None, disposed_at=None
    )
    at = rows.aggregate(at=Max("seen_at"))["at"]
    found: dict[tuple[str, str, str], bool] = {}
    read = list(rows.order_by("-blocking", "key").values_list("reasons", "quote", "blocking")[: 4 * limit])
    for reasons, words, blocking in read:
        rule, about = reasons[0].partition(":")[0], reasons[1] if len(reasons) > 1 else ""
        found.setdefault((rule, about.removeprefix("record:") if about.startswith("record:") else "", words), blocking)
    first = list(found)[:limit]
    titles = _titles(organization, {record for _rule, record, _words in first if record})
    told = tuple(
        Told(rule, record, titles.get(record, "a record that is gone"), words) for rule, record, words in first
    )
    return Measured(len(found), sum(found.values()), at, told, len(read) < 4 * limit)


def _titles(organization: Organization, ids: set[str]) -> dict[str, str]:
    rows = Record.objects.filter(pk__in=[UUID(each) for each in ids])
    return {
        str(pk): title
        for pk, home, title in rows.values_list("pk", "organization_id", "title")
        if home == organization.pk
    }
