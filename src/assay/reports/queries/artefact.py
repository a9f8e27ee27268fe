"""One artefact as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from assay.accounts.access import Actor
from assay.assurance.models import CellRow, FindingRow
from assay.assurance.queries import finding_list
from assay.assurance.results import read_results
from assay.ledger.queries import EntryPage, entry_list
from assay.reports.queries.findings import BUCKET_WORDS, family_name
from assay.reports.queries.programme import NAMES, NUMBERS
from assay.studio.models import Artefact
from assay.studio.packaging.screen import Screen, screen_of, source_only
from assay.studio.packaging.tags import Xml
from assay.ui.marks import Mark


@dataclass(frozen=True)
class Measured:
    """The latest result of one detector: outcome in words, version, reason."""

    detector: str
    version: str
    outcome: str
    reason: str


@dataclass(frozen=True)
class ArtefactPage:
    """An artefact with its marks, measurements, stamp and history.

    `reading` is its content rendered, not even made in the view of the source; `why` says why there is only the source.
    """

    artefact: Artefact
    pathway: str
    number: int
    marks: tuple[Mark, ...]
    buckets: dict[str, str]
    findings: tuple[FindingRow, ...]
    measured: tuple[Measured, ...]
    fresh: bool
    history: EntryPage
    reading: Markup
    why: str

    @property
    def sentence(self) -> str:
        """What is known of this artefact, in one sentence."""
        title = self.artefact.title or self.artefact.key
        defects = sum(1 for row in self.findings if row.defect)
        if defects:
            return f"{title}: {defects} open {'defect' if defects == 1 else 'defects'}."
        if not self.fresh:
            return f"{title}: not looked at in its present form."
        waiting = sum(row.in_doubt for row in self.findings)
        if waiting:
            return f"{title}: {waiting} {'passage waits' if waiting == 1 else 'passages wait'} for a person's reading."
        unclear = [each.detector for each in self.measured if each.outcome not in ("clean", "defect")]
        if unclear:
            return f"{title}: {len(unclear)} of {len(self.measured)} detectors came to no clear result."
        return f"{title}: {len(self.measured)} detectors looked and found no defect."


def artefact_page(actor: Actor, artefact: Artefact, *, source: bool = False) -> ArtefactPage:
    """The page of an artefact that `actor` may read, as it reads or, with `source`, as its source."""
    told = (artefact.text, artefact.media_type)
    screen = Screen(Xml(""), source_only(*told)) if source else screen_of(*told)
    surface = artefact.programme.surface
    found = tuple(finding_list(actor=actor, surface=surface, subject_id=str(artefact.pk)))
    current = tuple(row for row in found if row.digest == artefact.digest)
    cell = CellRow.objects.filter(surface=surface, subject_id=str(artefact.pk)).select_related("measured").first()
    measured, fresh = _measured(cell, artefact.digest)
    return ArtefactPage(
        artefact=artefact,
        pathway=NAMES.get(artefact.pathway_slug, "unmapped"),
        number=NUMBERS.get(artefact.pathway_slug, 0),
        marks=tuple(_mark(row) for row in current if row.end > row.start and row.end <= len(artefact.text)),
        buckets={
            bucket: words for bucket, words in BUCKET_WORDS.items() if any(row.category == bucket for row in current)
        },
        findings=current,
        measured=measured,
        fresh=fresh,
        history=entry_list(log=actor.log, subject=str(artefact.pk), limit=20),
        reading=Markup(screen.html),  # noqa: S704 - rendered without raw HTML by screen_of
        why=screen.why,
    )


def _mark(row: FindingRow) -> Mark:
    family = family_name(row.family) if row.family else row.kind
    label = f"{BUCKET_WORDS[row.category]}: {family}"
    return Mark(row.start, row.end, row.category, label, row.key, f"/findings/{row.pk}")


def _measured(cell: CellRow | None, digest: str) -> tuple[tuple[Measured, ...], bool]:
    row = getattr(cell, "measured", None)
    if cell is None or row is None:
        return (), False
    found = tuple(
        Measured(name, str(version), str(outcome), str(reason))
        for name, (version, outcome, _strength, reason, _batch) in sorted(read_results(row.results).items())
    )
    return found, row.digest == digest
