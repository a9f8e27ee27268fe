"""May a package of a programme be handed out? Yes while it is what was published and the gate would publish it again.

What is up on a learning platform stays up whatever is found later; a new package of it is another act, and refused as
publishing would be. Whoever needs one before that, to review it or to sign, takes a draft that says so inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assay.core.errors import Conflict
from assay.studio.models import Programme
from assay.studio.packaging.collect import course_of
from assay.studio.packaging.course import Course
from assay.studio.packaging.draft import drafted, released
from assay.studio.packaging.formats import Format
from assay.studio.publishing.gate import Blocker
from assay.studio.publishing.queries import Publication, publication
from assay.studio.publishing.services import programme_gate


@dataclass(frozen=True)
class ReleaseAnswer:
    """`up`: the publication a package would be of. `why_not`: one sentence, empty where packages are handed out.

    `blockers` are those of the gate as it is now; without any, publishing (again) is all that is missing.
    """

    up: Publication | None
    why_not: str
    blockers: tuple[Blocker, ...]

    @property
    def allowed(self) -> bool:
        return not self.why_not

    @property
    def reasons(self) -> tuple[str, ...]:
        """Everything that is in the way, in whole sentences."""
        if self.allowed:
            return ()
        return (self.why_not, *(f"{each.title}: {each.what}" for each in self.blockers))


@dataclass(frozen=True)
class Package:
    """A package as a file, and what its maker should know about it."""

    content: bytes
    file_name: str
    course: Course


def release_answer(programme: Programme, *, now: datetime) -> ReleaseAnswer:
    """Whether packages of a programme are handed out as it is now. Changes nothing."""
    up = publication(programme)
    blockers = programme_gate(programme, now=now).blockers
    if up is None:
        why = "No version of it is published."
    elif up.changed:
        why = f"It changed since version {up.decision.number} was published."
    elif blockers:
        why = f"Version {up.decision.number} is published and would not be today."
    else:
        why = ""
    return ReleaseAnswer(up, why, blockers)


def package_make(
    programme: Programme, chosen: Format, *, draft: bool, now: datetime, exams: bool = False, pass_mark: int = 70
) -> Package:
    """Make a package of the published version, or with `draft` one of whatever is there, marked inside and by its name.

    A programme that may be handed out is never marked a draft. Raises Conflict, with `answer`, where it may not be and
    no draft was asked for.
    """
    answer = release_answer(programme, now=now)
    if not answer.allowed and not draft:
        raise Conflict(
            f"No package of {programme.slug} is handed out: {' '.join(answer.reasons)}",
            hint=f"Publish it (/programmes/{programme.slug}/publish), or take a draft, which says so inside.",
            answer=answer,
        )
    course = course_of(programme, exams=exams, pass_mark=pass_mark)
    if answer.allowed and answer.up is not None:
        decision = answer.up.decision
        course = released(course, number=decision.number or 0, at=decision.at, manifest=decision.digest)
        return Package(chosen.write(course), f"{programme.slug}{chosen.suffix}", course)
    course = drafted(course, answer.reasons)
    return Package(chosen.write(course), f"{programme.slug}-draft{chosen.suffix}", course)
