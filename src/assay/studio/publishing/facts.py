"""What the gate is told about one programme, read from artefacts, findings and signatures as they are now."""

from __future__ import annotations

from collections import Counter
from textwrap import shorten

from django.db.models import QuerySet

from assay.assurance.models import CellRow, FindingRow
from assay.core.canonical import digest
from assay.studio.models import Artefact, Programme
from assay.studio.pathways import BY_NUMBER, BY_SLUG
from assay.studio.publishing.gate import CourseFact, FindingFact, GateFacts, Place, Supply
from assay.studio.signoff.standing import Standing, programme_standings
from assay.studio.whole import whole_surface

LONGEST = 80
COURSE, LESSONS = BY_SLUG["course"].number, (BY_SLUG["lesson"].number, BY_SLUG["lesson-regeneration"].number)


def gate_facts(programme: Programme, *, incomputable: str = "") -> GateFacts:
    """The facts of a programme. `incomputable`: why measuring failed just now, empty where it did not."""
    rows = list(published_artefacts(programme).defer("text", "line_map"))
    counts = Counter(row.pathway_slug for row in rows)
    return GateFacts(
        courses=_courses(rows),
        findings=_findings(programme, rows),
        unsigned=tuple(
            Place(f"{each.artefact.title or each.artefact.key} ({each.words})", "artefact", str(each.artefact.pk))
            for each in programme_standings(programme)
            if each.state is not Standing.SIGNED
        ),
        briefs=supply(programme, counts, "assignment-brief"),
        rubrics=supply(programme, counts, "rubric"),
        module_exams=supply(programme, counts, "module-exam"),
        final_exams=supply(programme, counts, "final-exam"),
        incomputable=incomputable or _unread(programme, rows),
    )


def published_artefacts(programme: Programme) -> QuerySet[Artefact]:
    """The artefacts that learners get when the programme is published, by key."""
    return Artefact.objects.filter(programme=programme, removed_at=None, internal=False).order_by("key")


def supply(programme: Programme, counts: Counter[str], slug: str) -> Supply:
    """What there is of a pathway against what the blueprint asks for; a blueprint without the pathway asks for none."""
    expected = not programme.blueprint or slug in programme.blueprint
    return Supply(counts[slug], int(programme.minimums.get(slug, 1)) if expected else 0)


def manifest_of(programme: Programme) -> tuple[list[list[object]], str]:
    """[[key, pathway slug, version, digest], …] of what learners get, and the digest of that list."""
    rows = published_artefacts(programme).values_list("key", "pathway", "version", "digest")
    listed: list[list[object]] = [
        [key, BY_NUMBER[number].slug if number else "unmapped", version, of] for key, number, version, of in rows
    ]
    return listed, digest(listed)


def _courses(rows: list[Artefact]) -> tuple[CourseFact, ...]:
    """Each course with its lessons: those in its folder or below, where keys have folders."""
    lessons = [row.key for row in rows if row.pathway in LESSONS]
    found = []
    for row in rows:
        if row.pathway == COURSE:
            folder = row.key.rpartition("/")[0]
            own = [key for key in lessons if not folder or key.startswith(f"{folder}/")]
            found.append(CourseFact(_place(row), len(own)))
    return tuple(found)


def _findings(programme: Programme, rows: list[Artefact]) -> tuple[FindingFact, ...]:
    """Open findings of the texts as they would be published; one of an earlier text says nothing about this one."""
    present = {row.key: row.digest for row in rows}
    open_ones = FindingRow.objects.filter(surface=programme.surface, closed_at=None, disposed_at=None)
    return (*_together(programme), *_alone(open_ones, rows, present))


def _together(programme: Programme) -> tuple[FindingFact, ...]:
    """Open findings about the programme as a whole: learners see it."""
    surface = whole_surface(programme)
    rows = FindingRow.objects.filter(surface=surface, closed_at=None, disposed_at=None).order_by("family")
    return tuple(
        FindingFact(Place(shortened(row.quote), "finding", str(row.pk)), row.bucket, row.defect, True)
        for row in (rows if surface is not None else ())
    )


def _alone(open_ones: QuerySet[FindingRow], rows: list[Artefact], present: dict[str, str]) -> tuple[FindingFact, ...]:
    return tuple(
        FindingFact(
            Place(f"“{shortened(row.quote)}” in {row.title or row.cell_key}", "finding", str(row.pk)),
            row.bucket,
            row.defect,
            present.get(row.cell_key) == row.digest and _learner_facing(row.stratum),
        )
        for row in open_ones.order_by("stratum", "cell_key", "start")
    )


def shortened(quote: str) -> str:
    """A quotation in one line of at most about 80 characters, cut at a word."""
    return shorten(quote, width=LONGEST, placeholder=" …")


def _learner_facing(stratum: str) -> bool:
    pathway = BY_SLUG.get(stratum)
    return pathway is None or pathway.learner_facing


def _unread(programme: Programme, rows: list[Artefact]) -> str:
    """Findings are those of the texts as they are: a cell with another digest was measured before a change."""
    cells = dict(CellRow.objects.filter(surface=programme.surface, missing=False).values_list("key", "digest"))
    stale = [row.key for row in rows if cells.get(row.key) != row.digest]
    if not stale:
        return ""
    return f"{len(stale)} of {len(rows)} texts changed since they were last laid out for measuring."


def _place(row: Artefact) -> Place:
    return Place(row.title or row.key, "artefact", str(row.pk))
