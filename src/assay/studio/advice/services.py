"""Asking a model about everything that waits for a person in one programme, and keeping each vote as evidence of its own.

A vote changes no result: the cell stays unmeasured until a person decides, and nothing is refused because of a vote. It is
kept with the model's name, the digests of prompt and answer, and the words that decided, so that a reader can see in which
cases the model was of use. Who asked the same model the same question before is not asked to pay again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from assay.accounts.access import Actor
from assay.assurance.models import FindingRow
from assay.catalog import load_families
from assay.core.errors import NotFound, Unavailable
from assay.ledger import tracking
from assay.ledger.services import append
from assay.studio.advice.question import Question, passage_of, question_of
from assay.studio.models import Artefact, Programme
from assay.studio.records import FindingAdvice
from assay.studio.shapes import Step
from assay.studio.spine import advise
from assay.studio.tasks import Advised, Adviser


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a round of asking came to: passages that waited, votes recorded now, voted on before, answers unusable."""

    waiting: int
    voted: int
    known: int
    unusable: tuple[str, ...]

    def lines(self) -> list[str]:
        """The same for a terminal."""
        if not self.waiting:
            return ["Nothing waits for a person's reading."]
        passages = "1 passage waits" if self.waiting == 1 else f"{self.waiting} passages wait"
        votes = "1 vote was" if self.voted == 1 else f"{self.voted} votes were"
        first = f"{passages} for a person's reading; {votes} recorded, {self.known} known from before."
        return [first, *(f"no vote: {each}" for each in self.unusable)]


def advice_gather(
    *,
    actor: Actor,
    programme: Programme,
    adviser: Adviser,
    now: datetime,
    progress: Callable[[Step], None] | None = None,
) -> Gathered:
    """Ask about each passage of a programme that waits for a person's reading, and record the votes one by one.

    Raises NotPermitted unless the role may write, NotFound for another organization's programme, Unavailable where the
    provider gives nothing or the budget is used up; votes recorded until then stay.
    """
    actor.require("write")
    if programme.organization_id != actor.organization.pk:
        raise NotFound("programme", programme.slug)
    rows = list(_waiting(programme))
    voted = known = 0
    unusable: list[str] = []
    for done, row in enumerate(rows):
        question = _question(programme, row)
        if question is None:
            unusable.append(f"{row.title or row.cell_key}, line {row.line_start}: the text has changed since.")
        elif FindingAdvice.objects.filter(finding=row, model=adviser.model, prompt=question.prompt.digest).exists():
            known += 1
        else:
            try:
                said = advise(question.prompt, question.fault, adviser=adviser)
            except Unavailable as error:
                if not error.facts.get("unusable"):
                    raise
                unusable.append(f"{row.title or row.cell_key}, line {row.line_start}: {error}")
            else:
                voted += _advice_record(actor, row, said, now)
        if progress is not None:
            progress(Step("asking", done + 1, len(rows)))
    return Gathered(len(rows), voted, known, tuple(unusable))


def advice_of(finding: FindingRow) -> tuple[FindingAdvice, ...]:
    """The votes about a finding, the newest first."""
    return tuple(FindingAdvice.objects.filter(finding=finding).order_by("-at", "id"))


@transaction.atomic
def _advice_record(actor: Actor, finding: FindingRow, said: Advised, now: datetime) -> int:
    """Keep one vote, unless a round at the same time kept it; how many were kept."""
    held = FindingRow.objects.select_for_update().get(pk=finding.pk)
    if FindingAdvice.objects.filter(finding=held, model=said.model, prompt=said.prompt).exists():
        return 0
    row = FindingAdvice(
        finding=held, by=actor.pseudonym, at=now, model=said.model, prompt=said.prompt, answer=said.answer,
        vote=said.opinion.vote, quotation=said.opinion.quotation, reason=said.opinion.reason,
    )  # fmt: skip
    row.event_id = append(
        log=actor.log,
        kind="finding.advised",
        subject=f"finding:{held.pk}",
        actor=actor.pseudonym,
        body={
            "finding": held.key, "model": row.model, "prompt": row.prompt, "answer": row.answer, "vote": row.vote,
            "quotation": row.quotation, "reason": row.reason,
        },
        record=tracking.record(row),
        now=now,
    )  # fmt: skip
    row.save(force_insert=True)
    return 1


def _waiting(programme: Programme) -> list[FindingRow]:
    rows = FindingRow.objects.filter(
        surface=programme.surface_id, bucket="A", defect=False, closed_at=None, disposed_at=None
    )
    return list(rows.order_by("stratum", "cell_key", "start", "id"))


def _question(programme: Programme, row: FindingRow) -> Question | None:
    artefact = Artefact.objects.filter(programme=programme, key=row.cell_key, digest=row.digest).first()
    if artefact is None:
        return None
    names = {family.id: family.name for family in load_families().families}
    return question_of(
        standard=names.get(programme.standard, programme.standard),
        companions=tuple(names.get(each, each) for each in programme.companions),
        title=artefact.title,
        family=names.get(row.family, row.family or "another standard"),
        passage=passage_of(artefact.text, row.start, row.end),
    )
