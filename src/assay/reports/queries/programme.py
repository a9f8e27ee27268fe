"""One programme: its verdict, its surface map, what the verdict is silent about, its artefacts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from assay.accounts.access import Actor
from assay.assurance.maps import StratumMap, SurfaceMap, open_defects_by_subject, surface_map
from assay.assurance.models import FindingRow, Surface, VerdictRow
from assay.assurance.queries import finding_list, glyph_of_row, verdict_latest, verdict_list
from assay.core.reading import REASON_WORDS, UNMEASURED_WORDS, Glyph, silent_about
from assay.core.stored import verdict_from_bytes
from assay.core.verdict import Verdict
from assay.reports.queries.findings import family_name
from assay.reports.queries.passage import passage_around
from assay.reports.queries.portfolio import words_of
from assay.reports.shapes import AuditReport, ReportFinding, WholeReport
from assay.studio.models import Artefact, Programme
from assay.studio.pathways import PATHWAYS
from assay.studio.queries import artefact_list
from assay.studio.whole import CELL, whole_said, whole_surface
from assay.ui.surface import MapCell, Tone
from assay.ui.table import Column, TableView

NUMBERS = {pathway.slug: pathway.number for pathway in PATHWAYS}
NAMES = {pathway.slug: pathway.name for pathway in PATHWAYS}
TONES: dict[str, Tone] = {"green": "green", "amber": "amber", "red": "red", "empty": "absent"}


@dataclass(frozen=True)
class ArtefactRow:
    """One artefact in the list of its programme; `defects` counts open ones."""

    artefact: Artefact
    pathway: str
    pathway_name: str
    number: int
    legacy: bool
    defects: int


ARTEFACT_COLUMNS = (
    Column("artefact", "Artefact", fixed=True),
    Column("pathway", "Pathway", fixed=True),
    Column("defects", "Open defects", align="end", narrow=False),
    Column("stamp", "Stamp", narrow=False),
    Column("place", "Place", narrow=False),
)


@dataclass(frozen=True)
class ArtefactList:
    """One page of the artefacts of a programme, as the address filters them. `total` counts all, unfiltered."""

    view: TableView
    rows: tuple[ArtefactRow, ...]
    total: int
    search: str
    pathway: str
    pathways: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ProgrammePage:
    """What the programme template shows; `verdict` is None before the first sweep."""

    programme: Programme
    surface: Surface
    standard: str
    companions: tuple[str, ...]
    row: VerdictRow | None
    verdict: Verdict | None
    glyph: Glyph | None
    words: str
    reasons: tuple[str, ...]
    silent: tuple[str, ...]
    map: SurfaceMap
    cells: tuple[MapCell, ...]
    counts: dict[str, int]
    artefacts: ArtefactList
    findings: tuple[FindingRow, ...]
    finding_total: int
    waiting: int
    history: tuple[VerdictRow, ...]
    position: int | None
    now: datetime

    @property
    def sentence(self) -> str:
        """What is known of the programme and what is not."""
        verdict = self.verdict
        if verdict is None:
            return f"{self.programme.title} was not looked at yet."
        percent = verdict.coverage.value.numerator * 100 // verdict.coverage.value.denominator
        found = verdict.content.found
        what = f"{found:,} {'defect' if found == 1 else 'defects'} found" if found else "nothing found"
        return f"{self.programme.title}: {what} in the {percent} % that we looked at."

    @property
    def lede(self) -> str:
        """What may remain, and in how many pathways nobody looked."""
        verdict = self.verdict
        if verdict is None:
            return "Sweep it to measure every artefact with every detector that applies."
        coverage, content = verdict.coverage, verdict.content
        blind = coverage.strata_total - coverage.strata_measured
        unseen = coverage.cells - coverage.measured
        text = f"Up to {content.residual:,} may remain where we looked"
        text += (
            f", and {unseen:,} {'cell was' if unseen == 1 else 'cells were'} not looked at."
            if unseen
            else "; nothing was left out."
        )
        if blind:
            text += f" The verdict is silent about {blind} of {coverage.strata_total} pathways."
        return text


def programme_page(
    actor: Actor, programme: Programme, *, now: datetime, params: Mapping[str, str], position: int | None = None
) -> ProgrammePage:
    """The page of a programme that `actor` may read, with the map as it is now or as it was at a ledger position.

    `params` are the filters of the list of artefacts: q, pathway, page, size, columns, density.
    """
    surface = programme.surface
    row = verdict_latest(surface)
    verdict = None if row is None else verdict_from_bytes(bytes(row.body))
    strata = surface_map(surface, at=position)
    found = finding_list(actor=actor, surface=surface)
    return ProgrammePage(
        programme=programme,
        surface=surface,
        standard=family_name(programme.standard),
        companions=tuple(family_name(each) for each in programme.companions),
        row=row,
        verdict=verdict,
        glyph=None if row is None else glyph_of_row(row),
        words="not looked at" if row is None else words_of(row.state, row.found, row.texture),
        reasons=() if verdict is None else tuple(REASON_WORDS[reason] for reason in verdict.reasons),
        silent=() if verdict is None else silent_about(verdict),
        map=strata,
        cells=tuple(map_cell(each) for each in strata.strata),
        counts=tone_counts(strata),
        artefacts=artefact_page(programme, params),
        findings=tuple(found[:8]),
        finding_total=found.count(),
        waiting=found.filter(bucket="A", defect=False).count(),
        history=tuple(verdict_list(surface)[:12]),
        position=position,
        now=now,
    )


def map_cell(stratum: StratumMap) -> MapCell:
    """One square of the surface map, with its facts in words."""
    return MapCell(
        number=NUMBERS.get(stratum.name, 0),
        name=stratum.title,
        tone=TONES[stratum.colour],
        words=stratum_words(stratum),
        url=f"?pathway={stratum.name}#artefacts" if stratum.cells > stratum.missing else "",
        found=stratum.defects,
    )


def stratum_words(stratum: StratumMap) -> str:
    """What is known of one pathway, in one sentence."""
    if not stratum.cells:
        return "nothing of it is expected or there"
    parts = [f"{stratum.measured} of {stratum.cells} looked at"]
    parts += [f"{count} {UNMEASURED_WORDS.get(reason, reason)}" for reason, count in sorted(stratum.unmeasured.items())]
    if stratum.defects:
        parts.append(f"{stratum.defects} open {'defect' if stratum.defects == 1 else 'defects'}")
    parts.append("governed" if stratum.governed else "not governed at generation")
    return ", ".join(parts)


def tone_counts(strata: SurfaceMap) -> dict[str, int]:
    """How many squares have each tone; tones without one are left out."""
    counts = {TONES[colour]: strata.count(colour) for colour in TONES}
    return {tone: count for tone, count in counts.items() if count}


def artefact_page(programme: Programme, params: Mapping[str, str]) -> ArtefactList:
    """The artefacts that the filters leave, in order of pathway and place, one page of them. Three queries."""
    rows = artefact_list(programme)
    total = rows.count()
    search, pathway = params.get("q", "").strip(), params.get("pathway", "")
    if pathway in NUMBERS:
        rows = rows.filter(pathway=NUMBERS[pathway])
    elif pathway == "unmapped":
        rows = rows.filter(pathway=None)
    if search:
        rows = rows.filter(Q(title__icontains=search) | Q(source_path__icontains=search) | Q(key__icontains=search))
    view = TableView.read(params, columns=ARTEFACT_COLUMNS, size=50).counted(
        rows.count() if search or pathway else total
    )
    defects = open_defects_by_subject(programme.surface)
    shown = rows[view.offset : view.offset + view.limit]
    choices = (
        ("", "Any pathway"),
        *((slug, f"{NUMBERS[slug]} {name}") for slug, name in NAMES.items()),
        ("unmapped", "Unmapped"),
    )
    return ArtefactList(view, tuple(_artefact_row(each, defects) for each in shown), total, search, pathway, choices)


def _artefact_row(artefact: Artefact, defects: Mapping[str, int]) -> ArtefactRow:
    slug = artefact.pathway_slug
    return ArtefactRow(
        artefact=artefact,
        pathway=slug,
        pathway_name=NAMES.get(slug, "unmapped"),
        number=NUMBERS.get(slug, 0),
        legacy=artefact.is_legacy,
        defects=defects.get(str(artefact.pk), 0),
    )


def audit_report(actor: Actor, programme: Programme) -> AuditReport:
    """The verdict with its findings for exports. Raises NotFound when nothing was measured yet."""
    surface = programme.surface
    row = VerdictRow.objects.get(surface=surface, is_latest=True)
    verdict = verdict_from_bytes(bytes(row.body))
    artefacts = {str(each.pk): each for each in artefact_list(programme)}
    counts: dict[str, int] = {}
    for each in artefacts.values():
        counts[each.pathway_slug] = counts.get(each.pathway_slug, 0) + 1
    return AuditReport(
        programme=programme.slug,
        title=programme.title,
        standard=programme.standard,
        standard_name=family_name(programme.standard),
        verdict=verdict,
        verdict_digest=row.digest,
        findings=tuple(_report_finding(each, artefacts) for each in finding_list(actor=actor, surface=surface)),
        silent_about=silent_about(verdict),
        artefacts_by_pathway={slug: counts[slug] for slug in (*NAMES, "unmapped") if slug in counts},
        unmapped=counts.get("unmapped", 0),
        whole=_whole_report(actor, programme),
    )


def _whole_report(actor: Actor, programme: Programme) -> WholeReport | None:
    """The joint result with its findings; None before the programme was looked at as a whole."""
    surface = whole_surface(programme)
    row = None if surface is None else verdict_latest(surface)
    if surface is None or row is None:
        return None
    found = tuple(_report_finding(each, {}) for each in finding_list(actor=actor, surface=surface))
    return WholeReport(verdict_from_bytes(bytes(row.body)), row.digest, whole_said(surface, CELL), found)


def _passage(row: FindingRow, artefact: Artefact | None) -> str:
    if artefact is None or artefact.digest != row.digest:
        return row.quote
    return str(passage_around(artefact.text, row.start, row.end))


def _report_finding(row: FindingRow, artefacts: dict[str, Artefact]) -> ReportFinding:
    artefact = artefacts.get(row.subject_id)
    line, line_end = row.line_start, row.line_end
    if artefact is not None:
        line, line_end = artefact.source_line_of(line), artefact.source_line_of(line_end)
    return ReportFinding(
        key=row.key,
        bucket=row.bucket,
        kind=row.kind,
        detector=row.detector,
        version=row.version,
        family=row.family,
        family_name=family_name(row.family) if row.family else "",
        defect=row.defect,
        blocking=row.blocking,
        quote=row.quote,
        passage=_passage(row, artefact),
        path=artefact.source_path if artefact is not None else row.cell_key,
        line=line,
        line_end=line_end,
        title=row.title,
        pathway=row.stratum,
        pathway_name=NAMES.get(row.stratum, row.stratum),
        route=row.route,
        governance=row.governance_version,
        legacy=row.is_legacy,
        confidence=row.confidence,
        reasons=tuple(str(each) for each in row.reasons),
        rule=row.rule,
    )
