"""A guided impact assessment as a page: how far it is, what each step holds, what the text looks like, what is public."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assay.accounts.access import Actor
from assay.core.errors import NotFound
from assay.registers.likeness import alike
from assay.registers.models import PublicVersion, Record
from assay.registers.queries.records import people_of, targets_of
from assay.registers.records.impacts.guide import Step, steps_for
from assay.registers.records.impacts.rules import READING_LIMIT, reading_level
from assay.registers.registry import register_of
from assay.registers.values import shown

ALIKE = 0.8
TEXTS = ("individuals", "societies", "misuse", "remaining")


@dataclass(frozen=True)
class Progress:
    """One step with where the record stands in it: `open` are the questions still without an answer that need one."""

    step: Step
    here: bool
    open: tuple[str, ...]
    answered: int

    @property
    def done(self) -> bool:
        return not self.open and self.answered > 0


@dataclass(frozen=True)
class Said:
    """One answer as it reads."""

    label: str
    text: str
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class ImpactPage:
    """What the summary of an assessment shows."""

    record: Record
    steps: tuple[Progress, ...]
    answers: tuple[tuple[Step, tuple[Said, ...]], ...]
    rating: str
    open: int
    reading: int
    hard: bool
    copied: tuple[str, ...]
    public: PublicVersion | None
    sentence: str


def systems_of(actor: Actor, record: Record | None) -> tuple[Record, ...]:
    """The AI systems that an assessment is about."""
    ids = [key.partition(":")[2] for key in (record.data.get("systems", ()) if record is not None else ())]
    return tuple(
        Record.objects.filter(organization=actor.organization, register="ai-systems", pk__in=ids).order_by("number")
    )


def steps_of(actor: Actor, record: Record) -> tuple[Step, ...]:
    """The steps that suit the tier of its systems."""
    return steps_for(str(each.data.get("tier", "")) for each in systems_of(actor, record))


def progress_of(record: Record, steps: Sequence[Step], here: str = "") -> tuple[Progress, ...]:
    """How far each step is: a question counts as open if the review needs an answer and there is none."""
    register = register_of("impacts")
    found = []
    for step in steps:
        fields = [register.field(key) for key in step.fields]
        held = [each for each in fields if record.data.get(each.key) not in (None, "", [])]
        lacking = tuple(each.label for each in fields if (each.required or each.since) and each not in held)
        found.append(Progress(step, step.name == here, lacking, len(held)))
    return tuple(found)


def impact_page(actor: Actor, record: Record) -> ImpactPage:
    """The summary."""
    steps = steps_of(actor, record)
    progress = progress_of(record, steps)
    unanswered = sum(len(each.open) for each in progress)
    level = reading_level(str(record.data.get("summary", "")))
    rating = shown(register_of("impacts").field("rating"), record.data.get("rating"), people={}, targets={})
    return ImpactPage(
        record=record, steps=progress, answers=_answers(actor, record, steps), rating=rating, open=unanswered, reading=level,
        hard=level > READING_LIMIT, copied=_copied(actor, record),
        public=record.public_versions.filter(withdrawn_at=None).first(), sentence=_sentence(record, rating, unanswered),
    )  # fmt: skip


def _sentence(record: Record, rating: str, unanswered: int) -> str:
    state = register_of("impacts").state(record.state).title.lower()
    if unanswered:
        answers = "1 answer is" if unanswered == 1 else f"{unanswered} answers are"
        return f"{record.title}: {answers} missing before it can be reviewed."
    return f"{record.title}: complete, rated {rating.lower()}, {state}."


def _answers(actor: Actor, record: Record, steps: Sequence[Step]) -> tuple[tuple[Step, tuple[Said, ...]], ...]:
    register = register_of("impacts")
    people = people_of(actor)
    targets = targets_of(actor, {key for each in register.links for key in record.data.get(each.key, ())})
    found = []
    for step in steps:
        said = []
        for field in (register.field(key) for key in step.fields):
            value = record.data.get(field.key)
            if field.kind == "rows":
                rows = tuple(
                    tuple(
                        shown(each, row.get(each.key), people=people, targets=targets) or "–" for each in field.columns
                    )
                    for row in value or ()
                )
                said.append(Said(field.label, "", tuple(each.label for each in field.columns), rows))
            else:
                said.append(Said(field.label, shown(field, value, people=people, targets=targets)))
        found.append((step, tuple(said)))
    return tuple(found)


def _copied(actor: Actor, record: Record) -> tuple[str, ...]:
    """Sentences about texts that repeat those of a risk: the consequence for the organization is another thing."""
    risks = Record.objects.filter(organization=actor.organization, register="risks", retired_at=None)
    texts = {key: str(record.data.get(key, "")) for key in TEXTS}
    found = []
    for number, data in risks.values_list("number", "data"):
        for key, text in texts.items():
            for other in ("event", "consequence_text", "causes"):
                if alike(text, str(data.get(other, ""))) >= ALIKE:
                    label = register_of("impacts").field(key).label
                    found.append(
                        f"“{label}” repeats risk {number}: a risk is about the organization, an impact about people."
                    )
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class PublicPage:
    """What anybody may read: only what was frozen, and whether it is being looked at again."""

    organization: str
    systems: tuple[str, ...]
    answers: Mapping[str, tuple[str, str]]
    on: date
    review_on: str
    again: bool
    digest: str


def public_page(address: str) -> PublicPage:
    """The public version at an address. Raises NotFound, also for one that was withdrawn or whose record is gone."""
    row = (
        PublicVersion.objects.filter(address=address, withdrawn_at=None, record__retired_at=None)
        .select_related("record")
        .first()
    )
    if row is None:
        raise NotFound("page", address)
    body: Mapping[str, Any] = row.body
    answers = {key: (str(label), str(text)) for key, (label, text) in body["answers"].items()}
    again = not register_of(row.record.register).state(row.record.state).signs
    return PublicPage(
        str(body["organization"]),
        tuple(body["systems"]),
        answers,
        row.at.date(),
        str(body["review_on"]),
        again,
        row.digest,
    )
