"""Findings as pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assay.accounts.access import Actor
from assay.assurance.models import DispositionRow, FindingRow, Surface
from assay.assurance.queries import finding_list
from assay.catalog import load_families
from assay.detect import joint
from assay.detect.explain import family_name as name_in_detection
from assay.detect.registry import DETECTORS, DetectorSpec
from assay.reports.queries.passage import Passage, passage_around
from assay.studio.advice.services import advice_of
from assay.studio.models import Artefact
from assay.studio.programmes import SURFACE_KIND
from assay.studio.records import FindingAdvice
from assay.studio.remediation.plan import FixPlan, fix_plan
from assay.studio.whole import KIND as WHOLE_KIND

if TYPE_CHECKING:
    from django.db.models import QuerySet

KINDS = (SURFACE_KIND, WHOLE_KIND)
BUCKET_WORDS = {
    "A": "A, presented as governing",
    "own": "own standard, wrong edition or number",
    "read": "to be read by a person",
    "B": "B, in titles or structure",
    "C": "C, comparative or contextual",
}


@dataclass(frozen=True)
class FindingFilters:
    """What the address asks for; unknown values fall back to all open findings."""

    status: str
    bucket: str
    programme: str
    pathway: str
    detector: str
    search: str

    @classmethod
    def read(cls, params: Mapping[str, str]) -> FindingFilters:
        """Read a query string."""
        status = params.get("status", "open")
        bucket = params.get("bucket", "")
        return cls(
            status=status if status in ("open", "dismissed", "closed", "all") else "open",
            bucket=bucket if bucket in BUCKET_WORDS else "",
            programme=params.get("programme", ""),
            pathway=params.get("pathway", ""),
            detector=params.get("detector", ""),
            search=params.get("q", "").strip(),
        )

    def sentence(self, total: int) -> str:
        """What the list holds, in one sentence."""
        status = {"open": "open", "dismissed": "decided as not a defect", "closed": "closed", "all": "recorded"}[
            self.status
        ]
        what = f" of category {self.bucket}" if self.bucket in ("A", "B", "C") else ""
        if self.bucket == "read":
            passages = "passage waits" if total == 1 else "passages wait"
            if self.status == "open":
                return (
                    f"{total:,} {passages} for a person's reading{f' in {self.programme}' if self.programme else ''}."
                )
            what = " once held for reading"
        where = f" in {self.programme}" if self.programme else ""
        noun = "finding" if total == 1 else "findings"
        verb = "is" if total == 1 else "are"
        return f"{total:,} {noun}{what}{where} {verb} {status}."


def finding_rows(actor: Actor, filters: FindingFilters) -> QuerySet[FindingRow]:
    """The findings that the filters leave, defects first."""
    rows = finding_list(
        actor=actor,
        status=filters.status,
        bucket="A" if filters.bucket == "read" else filters.bucket or None,
        stratum=filters.pathway or None,
        detector=filters.detector or None,
        search=filters.search,
    ).filter(surface__kind__in=KINDS)
    if filters.programme:
        rows = rows.filter(surface__key=filters.programme)
    return rows.filter(defect=filters.bucket == "A") if filters.bucket in ("A", "read") else rows


@dataclass(frozen=True)
class FindingPage:
    """One finding with everything a reader needs to judge it. `status` is open, dismissed or closed."""

    row: FindingRow
    programme: str
    programme_title: str
    pathway: str
    family: str
    bucket: str
    status: str
    passage: Passage
    detector: DetectorSpec | None
    reasons: tuple[str, ...]
    dispositions: tuple[DispositionRow, ...]
    advice: tuple[FindingAdvice, ...]
    plan: FixPlan

    @property
    def is_whole(self) -> bool:
        """Whether it concerns the programme as a whole rather than one artefact."""
        return self.row.surface.kind == WHOLE_KIND

    @property
    def sentence(self) -> str:
        """What was found and where, in one sentence."""
        if self.is_whole:
            if self.row.in_doubt:
                return f"{self.family} may run through “{self.row.title}” as a whole; a person should read it."
            return f"“{self.row.title}” as a whole is about {self.family}."
        what = {
            "A": f"{self.family} is presented as governing",
            "B": f"{self.family} stands in a title or structure",
            "C": f"{self.family} is mentioned for comparison or context",
            "own": f"{self.family or 'The standard of the programme'} is named with a wrong edition or number",
        }.get(self.row.category, "")
        if self.row.in_doubt:
            where = f"A passage in “{self.row.title}”" if self.row.title else "A passage"
            return f"{where} may teach {self.family}; a person should read it."
        return f"{what} in “{self.row.title}”." if self.row.title else f"{what}."


def family_name(ident: str) -> str:
    """The name of a family of standards: the catalog's, else the one that its detection gives it."""
    known = load_families().index.get(ident)
    return known.name if known is not None else name_in_detection(ident)


def stratum_title(surface: Surface, name: str) -> str:
    """The title of a stratum as the surface declares it."""
    strata: list[dict[str, Any]] = surface.strata
    return next((str(each["title"]) for each in strata if each["name"] == name), name)


def _passage(row: FindingRow) -> Passage:
    """The words in their sentence, where the artefact still has the text in which they were found."""
    artefact = Artefact.objects.filter(pk=row.subject_id, digest=row.digest).only("text").first()
    return Passage("", row.quote, "") if artefact is None else passage_around(artefact.text, row.start, row.end)


def finding_page(actor: Actor, row: FindingRow) -> FindingPage:
    """The page of a finding that `actor` may read."""
    status = "dismissed" if row.disposed_at else "closed" if row.closed_at else "open"
    return FindingPage(
        row=row,
        programme=row.surface.key,
        programme_title=row.surface.title,
        pathway=stratum_title(row.surface, row.stratum),
        family=family_name(row.family) if row.family else "",
        bucket=BUCKET_WORDS[row.category],
        status=status,
        passage=_passage(row),
        detector=DETECTORS.get(row.detector) or (joint.SPEC if row.detector == joint.NAME else None),
        reasons=tuple(str(each) for each in row.reasons),
        dispositions=tuple(row.dispositions.order_by("at")),
        advice=advice_of(row),
        plan=fix_plan(row),
    )
