"""The guided tour: a platform as it once was, and the phases that cured it, computed by the functions of the product.

The dated fixture (`pathways.view_before_the_cure`) says what was governed and audited. The texts come from
the spine, but for one planted brief. Every colour, verdict and refusal below is derived from them by `measure`, `assess`,
`publish_gate` and `verdict_of`; none is typed in, and nothing is stored.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise

from assay.assurance.engines.partition import CellResult, Work, measure_partition
from assay.assurance.shapes import MeasureItem
from assay.core.assess import assess
from assay.core.canonical import digest
from assay.core.reading import sentence
from assay.core.verdict import Canary, Cell, Detector, FindingFact, Measurement, Policy, Stratum, Verdict
from assay.detect.context import Context
from assay.detect.registry import DETECTORS
from assay.studio.context import ProgrammeGenerationContext, context_build
from assay.studio.demo.programmes import GREENTECH
from assay.studio.governance import CURRENT, is_legacy
from assay.studio.importing import Piece
from assay.studio.knowledge.programmes import plans
from assay.studio.pathways import BY_NUMBER, PATHWAYS, Pathway, View, pathway_of, view_before_the_cure
from assay.studio.portfolio.report import ProgrammeLine, thresholds, verdict_of
from assay.studio.publishing import gate
from assay.studio.spine import regenerate

BRIEF = "assignment-brief"
PROGRAMME = "lead-auditor"
BESIDE = ("lead-implementer", "ai-literacy")  # the rest of the small portfolio of the last step
GREENTECH_TITLE = GREENTECH.split("\n", 1)[0].lstrip("# ")
_ROUNDS = 4
_PARTS = re.compile(r"^(?=\d+\. |#+ )|(?<=\n\n)(?=[^\s\d])", re.MULTILINE)
_DAY = datetime(2025, 12, 31, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Phase:
    """One step of the tour: what it may do, and what it is forbidden to do because a later one does it."""

    step: int
    title: str
    does: str
    leaves: str


PHASES = (
    Phase(0, "Before the cure", "The platform as it was: 17 of 22 pathways governed, 9 audited.", ""),
    Phase(
        1, "Spine and provenance", "One context reaches every generator, and each artefact that is governed says so in its stamp.",
        "It changes no output: every text is the same, byte for byte.",
    ),
    Phase(
        2, "Alignment", "The five red pathways follow the same directive as all the others. What was made before stays as it was made.",
        "It audits nothing yet.",
    ),
    Phase(
        3, "Detection", "Every pathway is audited by every detector that it needs.",
        "It repairs nothing: what it finds stays, and is counted.",
    ),
    Phase(
        4, "Remediation", "The finding is fixed by one click: written again from context, never from the text it replaces.",
        "It changes nothing about publishing.",
    ),
    Phase(
        5, "Publish gate", "An open category-A finding where learners look now refuses, and nothing else is new.",
        "It reads; it writes nothing again.",
    ),
    Phase(
        6, "Sweep and report", "The whole portfolio is measured again, and one blunt question is answered with numbers.",
        "It changes no content at all.",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class TourFinding:
    """A defect that is visible at this step."""

    title: str
    pathway: int
    pathway_name: str
    route: str
    governance: str
    legacy: bool
    quote: str
    detector: str


@dataclass(frozen=True)
class GateAnswer:
    """What the publish gate answers in one situation of the tour."""

    situation: str
    allowed: bool
    blockers: tuple[str, ...]


@dataclass(frozen=True)
class TourState:
    """Everything that a step shows. `old_pass` is what the old platform said: no blocker in the pathways it audited.

    `content` is the digest over all texts. `lines` are the programmes of the small portfolio, for the last step alone.
    """

    phase: Phase
    view: View
    verdict: Verdict
    sentence: str
    old_pass: bool
    old_audited: int
    findings: tuple[TourFinding, ...]
    content: str
    gates: tuple[GateAnswer, ...]
    lines: tuple[ProgrammeLine, ...]
    answer: str
    brief: str


@lru_cache(maxsize=16)
def tour_state(step: int, canaries: tuple[Canary, ...]) -> TourState:
    """The state at a step from 0 to 6, given what is known of the detectors. The same for the same arguments."""
    pieces = _pieces(step)
    old = view_before_the_cure()
    audited = frozenset(old.audited) if step < 3 else frozenset(BY_NUMBER)
    measured = _measure(pieces, audited)
    verdict = _verdict(PROGRAMME, pieces, measured, canaries)
    lines = _portfolio(step, canaries)
    blocked = [found for result in measured for found in result.found if found.hit.blocking]
    return TourState(
        phase=PHASES[step],
        view=View(
            as_of=old.as_of,
            title=PHASES[step].title,
            governed=_governed(step),
            audited=_audited(verdict),
            source="computed",
        ),
        verdict=verdict,
        sentence=sentence(verdict),
        old_pass=not blocked,
        old_audited=len(audited),
        findings=tuple(_findings(pieces, measured)),
        content=digest([[piece.key, piece.digest] for piece in pieces]),
        gates=_gates(step),
        lines=lines,
        answer=verdict_of(lines, thresholds()) if lines else "",
        brief=next(piece.text for piece in pieces if piece.pathway == BRIEF),
    )


@lru_cache(maxsize=8)
def _context(slug: str) -> ProgrammeGenerationContext:
    """The context of a kind of programme, all of it taken from its plan."""
    plan = next(each for each in plans() if each.kind == slug)
    return context_build(standard=plan.standard, kind=plan.kind)


@lru_cache(maxsize=8)
def _composed(slug: str) -> tuple[Piece, ...]:
    """One text of each pathway, so that a pathway is a 22nd of the surface. Of the lead auditor,
    the assignment brief is the one that was found once."""
    context = _context(slug)
    found = []
    for pathway in PATHWAYS:
        piece = _undoubted(pathway, context)
        planted = slug == PROGRAMME and pathway.slug == BRIEF
        found.append(replace(piece, title=GREENTECH_TITLE, text=GREENTECH) if planted else piece)
    return tuple(found)


def _undoubted(pathway: Pathway, context: ProgrammeGenerationContext) -> Piece:
    """A text of a pathway without the questions and paragraphs that a detector holds for a person's reading.

    In the tour nobody reads them. What is left out is not written again, so numbers of questions may be missing.
    """
    piece = regenerate(pathway.slug, context, key=pathway.slug, at=_DAY).piece
    for _ in range(_ROUNDS):
        found = [each.hit for result in measure_partition([_work(piece, context)]) for each in result.found]
        held = [(hit.start, hit.end) for hit in found if hit.in_doubt]
        if not held:
            break
        cuts = [0, *(m.start() for m in _PARTS.finditer(piece.text)), len(piece.text)]
        kept = [(a, b) for a, b in pairwise(cuts) if not any(start < b and a < end for start, end in held)]
        piece = replace(piece, text="".join(piece.text[a:b] for a, b in kept))
    return piece


def _pieces(step: int) -> list[Piece]:
    """The texts of the programme at a step. Before phase 2 nothing of the five red pathways bears a stamp; the planted
    brief keeps having none until it is written again."""
    governed = view_before_the_cure().governed if step < 2 else tuple(BY_NUMBER)
    found = []
    for piece in _composed(PROGRAMME):
        pathway = pathway_of(piece.pathway or "")
        bare = step < 1 or pathway.number not in governed or (piece.pathway == BRIEF and step < 4)
        given = replace(piece, stamp=None) if bare else piece
        found.append(_rewritten(given) if piece.pathway == BRIEF and step >= 4 else given)
    return found


def _rewritten(piece: Piece) -> Piece:
    """The brief as a fix writes it: from pathway, context and key alone."""
    return regenerate(BRIEF, _context(PROGRAMME), key=piece.key, at=_DAY).piece


def _legacy(piece: Piece) -> bool:
    return is_legacy(piece.stamp.meta() if piece.stamp else None, piece.stamp.provenance if piece.stamp else None)


def _governed(step: int) -> tuple[int, ...]:
    """The pathways whose generator follows the directive: by the fixture before alignment, by what it writes after."""
    if step < 2:
        return view_before_the_cure().governed
    return tuple(pathway_of(piece.pathway or "").number for piece in _composed(PROGRAMME) if not _legacy(piece))


def _audited(verdict: Verdict) -> tuple[int, ...]:
    """The pathways of which something is measured, as the verdict has it."""
    return tuple(pathway_of(each.name).number for each in verdict.coverage.by_stratum if each.measured)


def _measure(pieces: Sequence[Piece], audited: frozenset[int], slug: str = PROGRAMME) -> tuple[CellResult, ...]:
    looked_at = [piece for piece in pieces if pathway_of(piece.pathway or "").number in audited]
    return measure_partition([_work(piece, _context(slug)) for piece in looked_at])


def _work(piece: Piece, of: ProgrammeGenerationContext) -> Work:
    pathway = pathway_of(piece.pathway or "")
    context = Context(of.standard, frozenset(of.companions), pathway.slug, piece.language, piece.title)
    return Work(MeasureItem(piece.key, piece.digest, piece.text, context), pathway.required)


def _verdict(slug: str, pieces: Sequence[Piece], measured: Sequence[CellResult], canaries: Sequence[Canary]) -> Verdict:
    """The verdict over these texts, by the function that judges every surface."""
    return assess(
        surface=f"tour/{slug}",
        cells=[Cell(piece.key, piece.pathway or "", piece.digest, 1, piece.language) for piece in pieces],
        strata=[Stratum(pathway.slug, pathway.name, pathway.required) for pathway in PATHWAYS],
        detectors=[Detector(each.name, each.version, each.kinds, each.languages) for each in DETECTORS.values()],
        measurements=[
            Measurement(
                result.item.cell_key, result.item.digest, one.detector, one.version, CURRENT.version, _DAY, None,
                one.outcome, one.strength, one.reason,
            )
            for result in measured
            for one in result.results
        ],
        findings=[
            FindingFact(
                found.key, result.item.cell_key, result.item.digest, found.detector, found.hit.kind, found.hit.bucket,
                found.hit.defect, found.hit.blocking, _DAY,
            )
            for result in measured
            for found in result.found
        ],
        dispositions=[],
        canaries=canaries,
        policy=Policy(name="programme", governance=CURRENT.version),
        now=_DAY,
        position=0,
    )  # fmt: skip


def _findings(pieces: Sequence[Piece], measured: Sequence[CellResult]) -> list[TourFinding]:
    by_key = {piece.key: piece for piece in pieces}
    found = []
    for result in measured:
        piece = by_key[result.item.cell_key]
        pathway = pathway_of(piece.pathway or "")
        found += [
            TourFinding(
                title=piece.title,
                pathway=pathway.number,
                pathway_name=pathway.name,
                route=piece.stamp.route if piece.stamp else "",
                governance=piece.stamp.governance_version if piece.stamp else "",
                legacy=_legacy(piece),
                quote=each.hit.quote,
                detector=each.detector,
            )
            for each in result.found
            if each.hit.defect and each.hit.bucket == gate.BUCKET_A
        ]
    return found


def _gates(step: int) -> tuple[GateAnswer, ...]:
    """From phase 4 on, four questions to the gate; before that there is none to ask."""
    if step < 5:
        return ()
    broken, mended = _pieces(3), _pieces(4)
    return (
        _gate("The planted brief, before the gate", broken, (), enforced=False),
        _gate("The planted brief, with the gate", broken, (), enforced=True),
        _gate("The brief written again, not yet signed", mended, (BRIEF,), enforced=True),
        _gate("The brief written again and signed", mended, (), enforced=True),
    )


def _gate(situation: str, pieces: Sequence[Piece], unsigned: Sequence[str], *, enforced: bool) -> GateAnswer:
    measured = _measure(pieces, frozenset(BY_NUMBER))
    count = {pathway.slug: sum(1 for piece in pieces if piece.pathway == pathway.slug) for pathway in PATHWAYS}
    facts = gate.GateFacts(
        courses=tuple(
            gate.CourseFact(gate.Place(piece.title), count["lesson"]) for piece in pieces if piece.pathway == "course"
        ),
        findings=tuple(
            gate.FindingFact(
                gate.Place(result.item.cell_key), found.hit.bucket, found.hit.defect,
                pathway_of(result.item.context.artefact).learner_facing,
            )
            for result in measured
            for found in result.found
        ),
        unsigned=tuple(gate.Place(words) for words in unsigned),
        briefs=gate.Supply(count["assignment-brief"], 1),
        rubrics=gate.Supply(count["rubric"], 1),
        module_exams=gate.Supply(count["module-exam"], 1),
        final_exams=gate.Supply(count["final-exam"], 1),
    )  # fmt: skip
    answer = gate.publish_gate(facts, enforced=enforced)
    return GateAnswer(situation, answer.allowed, tuple(f"{each.title}: {each.what}" for each in answer.blockers))


def _portfolio(step: int, canaries: tuple[Canary, ...]) -> tuple[ProgrammeLine, ...]:
    """The programme and two others, all measured through all pathways; only for the last step."""
    if step < 6:
        return ()
    found = [(PROGRAMME, _pieces(step)), *((slug, list(_composed(slug))) for slug in BESIDE)]
    return tuple(_line(slug, pieces, canaries) for slug, pieces in found)


def _line(slug: str, pieces: Sequence[Piece], canaries: tuple[Canary, ...]) -> ProgrammeLine:
    measured = _measure(pieces, frozenset(BY_NUMBER), slug)
    verdict = _verdict(slug, pieces, measured, canaries)
    by_pathway: dict[str, int] = {}
    for finding in _findings(pieces, measured):
        name = BY_NUMBER[finding.pathway].slug
        by_pathway[name] = by_pathway.get(name, 0) + 1
    readings = sum(len(result.results) for result in measured)
    content = digest([[piece.key, piece.digest] for piece in pieces])
    coverage = verdict.coverage
    return ProgrammeLine(
        slug=slug,
        title=_context(slug).title,
        state=str(verdict.state),
        sentence=sentence(verdict),
        coverage=f"{coverage.value.numerator}/{coverage.value.denominator}",
        cells=coverage.cells,
        measured=coverage.measured,
        strata_measured=coverage.strata_measured,
        strata_total=coverage.strata_total,
        found=verdict.content.found,
        residual=verdict.content.residual,
        remaining=verdict.content.remaining,
        verdict=verdict.digest,
        by_pathway=by_pathway,
        findings=(),
        readings=readings,
        readings_due=sum(len(pathway_of(piece.pathway or "").required) for piece in pieces),
        before=content,
        after=content,
    )
