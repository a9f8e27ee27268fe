"""The item bank of a programme: candidates from knowledge and catalog, each with its record and its evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from assay.studio.composing.balance import Candidate, balanced
from assay.studio.composing.choice import lower, shuffled, upper
from assay.studio.composing.questions import FINAL, MODULE, PRACTICE, USES, Evidence, Item
from assay.studio.composing.syllabus import Session, Syllabus, lesson_key, syllabus_of
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.knowledge import Topic

# Requirements that ask nearly the same in different places: one is never a wrong answer to a question about the other.
_NEAR = (
    ("6.1.1", "6.1.2", "8.2"), ("6.1.3", "8.3", "8.1"), ("6.1.4", "8.4", "A.5.2", "A.5.3", "A.5.4", "A.5.5"),
    ("4.4", "8.1", "A.6.1.3"), ("9.3.1", "9.3.2", "9.3.3"), ("9.2.1", "9.2.2"), ("7.5.1", "7.5.2", "7.5.3", "4.4"),
    ("5.2", "A.2.2", "A.2.4", "A.2.3"), ("5.3", "A.3.2", "A.10.2"), ("7.2", "7.3", "A.4.6"), ("10.1", "10.2", "8.3"),
    ("A.4.2", "A.4.3", "A.4.4", "A.4.5", "A.4.6"), ("A.4.3", "A.7.2", "A.7.3", "A.7.5"), ("A.7.4", "A.7.6", "A.7.2"),
    ("A.6.1.2", "A.9.3", "6.2"), ("A.6.2.3", "A.6.2.7", "A.8.2"), ("A.8.3", "A.3.3", "A.8.4", "A.8.5"),
    ("A.10.3", "A.10.2", "A.10.4"), ("A.9.2", "A.9.4"), ("4.1", "4.2", "4.3"), ("9.1", "A.6.2.6", "8.1"),
    ("5.1", "7.1", "9.3.1"), ("6.3", "8.1"), ("A.6.2.2", "A.6.2.4", "A.6.1.2"), ("A.6.2.5", "A.6.1.3", "A.6.2.4"),
    ("A.6.2.8", "A.6.2.6"), ("7.4", "A.8.2", "A.8.4", "A.8.5"), ("A.2.2", "A.9.2"), ("A.4.4", "A.6.2.3"),
)  # fmt: skip
_STEMS = {
    "case": (
        "{text} Which requirement does a finding cite?",
        "{text} Against which requirement is the nonconformity written?",
        "{text} Which requirement is not met?",
    ),
    "asked": (
        "Which clause asks this of an AI management system? {text}",
        "{text} Which clause asks an organization that works with AI to do so?",
        "An AI team is told: '{text}' From which clause does that come?",
    ),
    "shown": (
        "You are handed this record of an AI system: {text}. For which control does it speak first?",
        "Which control on AI is shown at work by this record: {text}?",
        "Among the records of an AI system you find this one: {text}. Which control does it serve?",
    ),
    "ask": (
        "In an audit of AI somebody asks: '{text}' Which requirement is being examined?",
        "'{text}' To which requirement on AI does this question lead?",
    ),
    "exclusion": (
        "An organization leaves {option} out of its Statement of Applicability for AI. Which reason could hold?",
        "Four reasons are offered for excluding {option} from an AI management system. Which of them can be argued?",
        "In a Statement of Applicability for AI, {option} is excluded. Which reason would you not reject at once?",
    ),
    "next": (
        "The lesson '{name}' goes through its work on AI in steps. Which step follows this one: {text}?",
        "In the lesson '{name}', which step of the work on AI comes after this: {text}?",
    ),
    "document": (
        "Which requirement of an AIMS calls for this: {text}?",
        "{text}: where is this documented information of an AIMS called for?",
    ),
}
# A demand that leans on the sentence before it cannot be asked about alone.
_LEANING = re.compile(r"\b(them|they|it|its|these|those|their|for each)\b", re.I)
# These say why a control can hardly be left out, which is no reason for doing so.
_NO_REASON = ("Hard to", "Rarely", "Practically never", "Only if no AI system")
_MOST = 1  # of a form whose answer is a place: these ask for less than written questions do
# Records that, standing alone, speak for another standard or law first: no task hangs on them (rule own-tasks).
_ELSEWHERE = ("technical file", "legal-basis", "data-processing", "personal-data", "vulnerab")
# Records that any control might leave behind: nobody could say which one is meant.
_ANYWHERE = ("against a template", "deviations with approval", "dashboard", "meeting records")
_BAD_REASONS = (
    "Putting it in place would cost more than this year's budget allows for such work.",
    "Other matters have priority, so that the decision was put off to next year.",
    "A competitor of the same size in the same market does without it as well.",
    "The supplier holds a certificate of its own, which is taken to cover this.",
    "No auditor or customer has asked for anything of the kind until now.",
    "It will be put in place soon and can therefore be left out for now.",
    "The risk was rated low, so that a control on it was not looked at.",
    "Another unit of the group has the control, outside of the scope.",
    "Nothing has gone wrong in this respect since the system went live.",
    "The people concerned are too few and too busy to carry it out.",
)


# What exams prefer: questions written for the subject and cases, then records and reasons, then where something belongs.
_RANK = {"written": 0, "case": 0, "next": 1, "exclusion": 1, "shown": 1, "asked": 2, "document": 2, "ask": 2}


@dataclass(frozen=True)
class _Place:
    session: Session
    topic: Topic
    lesson: str


@lru_cache(maxsize=16)
def bank_of(context: ProgrammeGenerationContext) -> tuple[Item, ...]:
    """All items of the programme's bank, distinct, by the order of its topics; the same for the same context."""
    syllabus = syllabus_of(context)
    found = [each for topic in syllabus.topics for each in _of_topic(context, syllabus, topic)]
    return _parted(balanced(tuple(found), context.seed), context.seed)


def _parted(items: tuple[Item, ...], seed: int) -> tuple[Item, ...]:
    """The items with their use: those of one lesson go in turn to practice, so that none is without, and to the exams."""
    turns: dict[str, int] = {}
    found = {}
    ranked = sorted(shuffled(items, seed, "use"), key=lambda item: (item.form != "written", _RANK.get(item.form, 3)))
    for item in ranked:
        lesson = item.evidence.lesson
        turn = turns.get(lesson, 0)
        turns[lesson] = turn + 1
        found[item.stem] = item.model_copy(update={"use": (PRACTICE, *_exams(seed, lesson))[turn % len(USES)]})
    return tuple(found[item.stem] for item in items)


def _exams(seed: int, lesson: str) -> tuple[str, ...]:
    return tuple(shuffled((FINAL, MODULE), seed, "use", lesson))


def items_of(context: ProgrammeGenerationContext, topics: tuple[Topic, ...], *, use: str = "") -> tuple[Item, ...]:
    """The items of the bank on these topics, for one use or for all."""
    lessons = {lesson_key(syllabus_of(context), topic) for topic in topics}
    return tuple(item for item in bank_of(context) if item.evidence.lesson in lessons and use in ("", item.use))


def exam_order(items: tuple[Item, ...], *place: object) -> list[Item]:
    """The items in the order in which an exam takes them: better forms first, and within one in an order of the place."""
    return sorted(shuffled(items, *place), key=lambda item: _RANK.get(item.form, 3))


def _of_topic(context: ProgrammeGenerationContext, syllabus: Syllabus, topic: Topic) -> Iterator[Candidate]:
    place = _Place(syllabus.session_of(topic), topic, lesson_key(syllabus, topic))
    for question in topic.questions:
        yield _candidate(place, "written", question.s, question.a, question.w, question.b, question.bloom, question.b)
    yield from _steps(context, place)
    pool = _pool(context, syllabus, topic)
    if len(pool) >= 4:
        for form, text, quote, bloom in _pointers(topic):
            yield _pointed(context, place, form, text, pool, quote, bloom)
    if topic.exclusion and len(topic.exclusion) < 150 and not topic.exclusion.startswith(_NO_REASON):
        stems = _STEMS["exclusion"]
        stem = stems[_index(context.seed, "exclusion", topic.ref) % len(stems)].format(option=topic.option)
        because = f"A reason has to lie in the activity itself: {topic.exclusion}"
        wrong = tuple(shuffled(_BAD_REASONS, context.seed, "reason", topic.ref))
        yield _candidate(place, "exclusion", stem, topic.exclusion, wrong, because, "evaluate", topic.exclusion)


def _pool(context: ProgrammeGenerationContext, syllabus: Syllabus, topic: Topic) -> tuple[str, ...]:
    """Other requirements as wrong answers, those of the same chapter first: they are what people mistake it for."""
    near = {ref for group in _NEAR if topic.ref in group for ref in group} | {topic.ref}
    others = [each for each in syllabus.topics if each.kind == topic.kind and each.ref not in near]
    mixed = shuffled(others, context.seed, topic.ref)
    chapter = topic.ref.rpartition(".")[0]
    beside = [each for each in mixed if each.ref.rpartition(".")[0] == chapter or each.ref.startswith(f"{chapter}.")]
    return tuple(each.option for each in [*beside[:4], *(each for each in mixed if each not in beside[:4])][:10])


def _steps(context: ProgrammeGenerationContext, place: _Place) -> Iterator[Candidate]:
    """Which step follows another, every second one; the wrong answers are other steps of the same work."""
    how = place.topic.how
    for at in range(0, len(how) - 1, 2):
        wrong = tuple(upper(step) for index, step in enumerate(how) if index not in (at, at + 1))
        stems = _STEMS["next"]
        stem = stems[_index(context.seed, "next", place.topic.ref, at) % len(stems)]
        text = lower(how[at])
        because = f"In the lesson, this comes first: {lower(how[at])}; and this comes next: {lower(how[at + 1])}."
        yield _candidate(
            place, "next", stem.format(name=place.topic.name, text=text), upper(how[at + 1]), wrong, because, "apply",
            how[at + 1],
        )  # fmt: skip


def _pointers(topic: Topic) -> Iterator[tuple[str, str, str, str]]:
    """Form, text, evidence and level of each question whose answer is the requirement to which something belongs."""
    if topic.kind in ("skill", "duty"):
        return
    if topic.nc:
        yield "case", topic.case, topic.nc, "analyse"
    for question in topic.ask[:_MOST]:
        yield "ask", question, question, "understand"
    if topic.kind == "clause":
        alone = [each.text for each in topic.asked if len(each.text.split()) >= 8 and not _LEANING.search(each.text)]
        for text in alone[:_MOST]:
            yield "asked", text, text, "remember"
        for name, kind, what in topic.documents:
            yield "document", f"{name} ({kind})", what, "remember"
    fit = [
        each.item for each in topic.shown if not any(word in each.item.lower() for word in (*_ELSEWHERE, *_ANYWHERE))
    ]
    for item in fit[:_MOST]:
        yield "shown", item, item, "apply"


def _pointed(
    context: ProgrammeGenerationContext,
    place: _Place,
    form: str,
    text: str,
    pool: tuple[str, ...],
    quote: str,
    bloom: str,
) -> Candidate:
    """A question whose answer is a requirement or control."""
    stems = _STEMS[form]
    stem = stems[_index(context.seed, form, place.topic.ref, text) % len(stems)].format(text=text)
    topic = place.topic
    return _candidate(place, form, stem, topic.option, pool, f"{upper(quote)} See {topic.label}.", bloom, quote)


def _index(*place: object) -> int:
    return shuffled(range(97), *place)[0]


def _candidate(
    place: _Place, form: str, stem: str, right: str, wrong: tuple[str, ...], because: str, bloom: str, quote: str
) -> Candidate:
    topic, session = place.topic, place.session
    return Candidate(
        stem=stem,
        right=right,
        wrong=wrong,
        make=Item(
            stem=stem,
            options=(right, *wrong[:3]),  # type: ignore[arg-type]
            key=0,
            because=because,
            bloom=bloom,
            objective=session.lo,
            clause=topic.ref if topic.kind != "skill" else topic.name,
            domain=session.domain,
            evidence=Evidence(lesson=place.lesson, quote=quote[:600]),
            form=form,
        ),
    )
