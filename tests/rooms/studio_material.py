"""Programmes to fix, sign and publish with: verified detectors, complete pathways, one planted brief."""

from __future__ import annotations

from datetime import datetime

from assay.accounts.access import Actor
from assay.assurance.models import FindingRow
from assay.assurance.services import canaries_record
from assay.core.verdict import Canary
from assay.detect.registry import DETECTORS
from assay.studio.demo.programmes import GREENTECH
from assay.studio.governance import CURRENT
from assay.studio.importing import Piece, Stamp
from assay.studio.models import Artefact, Programme
from assay.studio.pathways import PATHWAYS, Pathway, pathway_of
from assay.studio.remediation.writing import SpineWriter, WritingContext, Written
from assay.studio.services import pieces_import, programme_create, programme_sweep

HONEST = "Name the people affected, say who decides about the model, and keep what was decided."
SECOND = "Ask who is affected by the model, and write down what the overseer decided about it."
DRIFTED = "# Exercise\n\nAudit the company against ISO 14001:2015 and list its environmental aspects.\n"


def verify_detectors(actor: Actor, now: datetime) -> None:
    """Record canary results for all detectors and pathways; planting them for real takes longer than the tests."""
    for detector in DETECTORS.values():
        strata = [pathway.slug for pathway in PATHWAYS if detector.name in pathway.required]
        found = [
            Canary(detector.name, detector.version, slug, kind, 200, 200) for slug in strata for kind in detector.kinds
        ]
        canaries_record(organization=actor.organization, canaries=found, by=actor, now=now)


def piece(slug: str, text: str = HONEST, key: str = "", stamped: bool = True) -> Piece:
    """One artefact to import."""
    stamp = Stamp(pathway_of(slug).route, CURRENT.version, "2026-11-01T08:00:00+00:00", {"directive": CURRENT.digest})
    return Piece(
        key=key or slug, pathway=slug, title=slug, text=text, path=f"{slug}.md", line=1, end_line=text.count("\n") + 1,
        media_type="text/markdown", language="en", how="stamp" if stamped else "mapping",
        stamp=stamp if stamped else None,
    )  # fmt: skip


def programme_of(actor: Actor, now: datetime, *more: Piece, title: str = "Course", **texts: str) -> Programme:
    """A complete programme, swept. `texts` replace the text of a pathway, `more` are further artefacts."""
    programme = programme_create(actor=actor, title=title, standard="iso42001", now=now)
    pieces = [piece(each.slug, texts.get(each.slug.replace("-", "_"), HONEST)) for each in PATHWAYS]
    pieces_import(actor=actor, programme=programme, pieces=[*pieces, *more], now=now)
    programme_sweep(actor=actor, programme=programme, now=now, workers=1)
    return Programme.objects.get(pk=programme.pk)


def greentech(actor: Actor, now: datetime) -> Programme:
    """A complete programme whose brief is the one of GreenTech, without a stamp."""
    brief = piece("assignment-brief", GREENTECH, key="greentech", stamped=False)
    return programme_of(actor, now, brief, title="Lead Auditor")


def defect_of(programme: Programme, key: str) -> FindingRow:
    """The first open category-A defect of an artefact."""
    rows = FindingRow.objects.filter(surface=programme.surface, cell_key=key, closed_at=None, defect=True, bucket="A")
    return rows.order_by("start", "pk")[0]


def artefact_of(programme: Programme, key: str) -> Artefact:
    return Artefact.objects.select_related("programme__organization", "programme__surface").get(
        programme=programme, key=key
    )


class SpyWriter(SpineWriter):
    """Writes as the spine does and keeps all that it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[tuple[Pathway, WritingContext, str]] = []

    def write(self, pathway: Pathway, context: WritingContext, key: str) -> Written:
        self.given.append((pathway, context, key))
        return super().write(pathway, context, key)


class DriftingWriter(SpineWriter):
    """A writer that has learnt nothing: its texts drift."""

    def write(self, pathway: Pathway, context: WritingContext, key: str) -> Written:
        return Written("Drifted", DRIFTED)
