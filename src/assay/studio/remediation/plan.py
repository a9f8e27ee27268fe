"""The fix of one finding: what a click would do, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from assay.assurance.models import FindingRow
from assay.studio.models import Artefact, Remediation
from assay.studio.pathways import BY_SLUG, Pathway
from assay.studio.programmes import SURFACE_KIND
from assay.studio.remediation.writing import SpineWriter, Writer, context_of
from assay.studio.stakes import POLICIES, QUESTION_AFTER, FixPolicy
from assay.studio.whole import KIND as WHOLE_KIND


@dataclass(frozen=True)
class FixPlan:
    """What a fix of a finding would do. `why_not` is empty exactly when there is one; `done`: the finding is closed.

    `attempts` are earlier fixes of findings of the same detector and kind in the same artefact, the newest first; where
    the finding is open nevertheless, each of them failed.
    """

    finding: FindingRow
    artefact: Artefact | None
    pathway: Pathway | None
    policy: FixPolicy | None
    why_not: str
    done: bool
    attempts: tuple[Remediation, ...]

    @property
    def question_detector(self) -> bool:
        """Whether so many fixes failed that the detector, rather than the text, should be questioned."""
        return not self.done and len(self.attempts) >= QUESTION_AFTER


def writer_default() -> Writer:
    """The writer of this installation."""
    return SpineWriter()


def fix_plan(finding: FindingRow, *, writer: Writer | None = None) -> FixPlan:
    """The plan for a finding, whatever its state. `finding.surface` must be of the caller's organization."""
    artefact = _artefact_of(finding)
    pathway = BY_SLUG.get(artefact.pathway_slug) if artefact is not None else None
    attempts = () if artefact is None else tuple(attempts_of(artefact, finding.detector, finding.kind))
    return FixPlan(
        finding=finding,
        artefact=artefact,
        pathway=pathway,
        policy=None if pathway is None else POLICIES[pathway.slug],
        why_not=_why_not(finding, artefact, pathway, writer or writer_default()),
        done=finding.closed_at is not None,
        attempts=attempts,
    )


def attempts_of(artefact: Artefact, detector: str, kind: str) -> list[Remediation]:
    """Earlier fixes of findings of one detector and kind in one artefact, the newest first."""
    rows = Remediation.objects.filter(artefact=artefact, detector=detector, kind=kind)
    return list(rows.defer("before_text").order_by("-at", "id"))


def _artefact_of(finding: FindingRow) -> Artefact | None:
    if finding.surface.kind != SURFACE_KIND:
        return None
    rows = Artefact.objects.filter(programme__surface=finding.surface, key=finding.cell_key)
    return rows.select_related("programme__organization", "programme__surface").first()


def _why_not(finding: FindingRow, artefact: Artefact | None, pathway: Pathway | None, writer: Writer) -> str:
    if finding.closed_at is not None:
        return f"It is closed: {finding.get_closing_display()}."
    if finding.disposed_at is not None:
        return "A person decided that it is no defect."
    if not finding.defect:
        return "It is no defect: a mention of this category is allowed and stays."
    if finding.surface.kind == WHOLE_KIND:
        return "It concerns the programme as a whole. Fix the artefacts that it names, or approve the family as a companion."
    if artefact is None or artefact.removed_at is not None:
        return "Its artefact is not there any more."
    if pathway is None:
        return "No pathway fits the artefact, so nothing says how it would be written again. Give it a pathway first."
    if artefact.digest != finding.digest:
        return "The text has changed since. Measure the programme again first."
    return writer.why_not(pathway, context_of(artefact.programme))
