"""One programme: its verdict, its surface map, what the verdict is silent about, its artefacts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assay.accounts.access import Actor
from assay.assurance.maps import StratumMap, SurfaceMap, open_defects_by_subject, surface_map
from assay.assurance.models import FindingRow, Surface, VerdictRow
from assay.assurance.queries import finding_list, glyph_of_row, verdict_latest, verdict_list
from assay.core.reading import REASON_WORDS, UNMEASURED_WORDS, Glyph, silent_about
from assay.core.stored import verdict_from_bytes
from assay.core.verdict import Verdict
from assay.reports.queries.findings import family_name
from assay.reports.queries.portfolio import words_of
from assay.reports.shapes import AuditReport, ReportFinding
from assay.studio.models import Artefact, Programme
from assay.studio.pathways import PATHWAYS
from assay.studio.queries import artefact_list
from assay.ui.surface import MapCell, Tone

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
    artefacts: tuple[ArtefactRow, ...]
    findings: tuple[FindingRow, ...]
    finding_total: int
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


def programme_page(actor: Actor, programme: Programme, *, now: datetime, position: int | None = None) -> ProgrammePage:
    """The page of a programme that `actor` may read, as it is now or as it was at a ledger position."""
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
        artefacts=artefact_rows(programme),
        findings=tuple(found[:8]),
        finding_total=found.count(),
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
        url=f"#pathway-{stratum.name}" if stratum.cells else "",
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


def artefact_rows(programme: Programme) -> tuple[ArtefactRow, ...]:
    """The artefacts of a programme in order of pathway and place."""
    defects = open_defects_by_subject(programme.surface)
    rows = [
        ArtefactRow(
            artefact=each,
            pathway=each.pathway_slug,
            pathway_name=NAMES.get(each.pathway_slug, "unmapped"),
            number=NUMBERS.get(each.pathway_slug, 0),
            legacy=each.is_legacy,
            defects=defects.get(str(each.pk), 0),
        )
        for each in artefact_list(programme)
    ]
    return tuple(sorted(rows, key=lambda row: (row.number or 99, row.artefact.source_path, row.artefact.source_line)))


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
    )


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
