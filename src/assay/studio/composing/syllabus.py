"""The syllabus of a context: its plan with every topic resolved, and where each topic is taught."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from assay.studio.context import ProgrammeGenerationContext
from assay.studio.governed import case_companies, standard_name
from assay.studio.knowledge import Case, Exercise, ProgrammePlan, Topic, exercises, plan_of, topics_of


@dataclass(frozen=True)
class Session:
    """A session with its topics. `hours` is decimal text."""

    id: str
    day: int
    title: str
    hours: str
    lo: str
    domain: str
    topics: tuple[Topic, ...]


@dataclass(frozen=True)
class Day:
    """A day of the course; day 0 has no sessions."""

    day: int
    title: str
    bloom: str
    sessions: tuple[Session, ...]


@dataclass(frozen=True)
class Syllabus:
    """Everything a programme teaches. `standard` is how its texts call what they teach."""

    standard: str
    plan: ProgrammePlan
    days: tuple[Day, ...]
    cases: tuple[Case, ...]
    exercises: tuple[Exercise, ...]

    @property
    def sessions(self) -> tuple[Session, ...]:
        return tuple(session for day in self.days for session in day.sessions)

    @property
    def topics(self) -> tuple[Topic, ...]:
        return tuple(topic for session in self.sessions for topic in session.topics)

    def session_of(self, topic: Topic) -> Session:
        """The session that teaches a topic. Raises StopIteration for one that is not taught."""
        return next(session for session in self.sessions if topic in session.topics)

    def topic(self, key: str) -> Topic:
        """The topic of a key, as keys of artefacts name it."""
        return next(topic for topic in self.topics if topic.key == key)

    def session(self, ident: str) -> Session:
        return next(session for session in self.sessions if session.id == ident)

    def case(self, key: str) -> Case:
        """The case company of a key; the first one where the context leaves that one out."""
        return next((case for case in self.cases if case.key == key), self.cases[0])


@lru_cache(maxsize=16)
def syllabus_of(context: ProgrammeGenerationContext) -> Syllabus:
    """The syllabus of a context."""
    plan = plan_of(context.kind, context.standard)
    days = tuple(
        Day(
            day.day,
            day.title,
            day.bloom,
            tuple(
                Session(
                    each.id, day.day, each.title, each.hours, each.lo, each.domain,
                    tuple(topic for name in each.topics for topic in topics_of(name)),
                )
                for each in day.sessions
            ),
        )
        for day in plan.days
    )  # fmt: skip
    return Syllabus(standard_name(context), plan, days, case_companies(context), exercises(plan.exercises))


def session_key(session: Session) -> str:
    """The folder of a session: its day and itself, so that what is made sorts from the first day to the last."""
    return f"day-{session.day}/{session.id.lower()}"


def lesson_key(syllabus: Syllabus, topic: Topic) -> str:
    """The key of the lesson that teaches a topic: its session's folder and its place in the session."""
    session = syllabus.session_of(topic)
    return f"{session_key(session)}/{session.topics.index(topic) + 1:02}-{topic.key}"
