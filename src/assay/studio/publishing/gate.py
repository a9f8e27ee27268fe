"""The publish gate: seven things that block, each with what, where and the button that fixes it. Pure.

`courses`: no course, or one without lessons. `qa`: an open quality defect other than governance. `signoff`: a
credential-bearing version that is not signed. `assignment`: brief or rubric missing. `module_exams`, `final_exam`:
missing or fewer than the blueprint asks for. `governance`: an open category-A finding on an artefact that learners see,
or findings that cannot be computed. Nothing else blocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

BLOCKER_KEYS = frozenset({"courses", "qa", "signoff", "assignment", "module_exams", "final_exam", "governance"})
ORDER = ("courses", "qa", "signoff", "assignment", "module_exams", "final_exam", "governance")
TITLES = {
    "courses": "Courses",
    "qa": "Quality",
    "signoff": "Sign-off",
    "assignment": "Assignment",
    "module_exams": "Module exams",
    "final_exam": "Final exam",
    "governance": "Governance",
}
BUCKET_A, BUCKET_OWN = "A", "own"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is: words, and the id of the artefact or finding that they name, empty where it is missing."""

    words: str
    kind: Literal["artefact", "finding", "none"] = "none"
    key: str = ""


@dataclass(frozen=True, slots=True)
class CourseFact:
    """One course and how many lessons belong to it."""

    place: Place
    lessons: int


@dataclass(frozen=True, slots=True)
class FindingFact:
    """One open finding: neither closed nor decided. `learner_facing`: learners see its artefact."""

    place: Place
    bucket: str
    defect: bool
    learner_facing: bool


@dataclass(frozen=True, slots=True)
class Supply:
    """How many artefacts of a kind there are and how many the blueprint asks for; 0 needed: none expected."""

    there: int
    needed: int

    @property
    def short(self) -> bool:
        return self.there < self.needed


@dataclass(frozen=True, slots=True)
class GateFacts:
    """All that the gate may know. `unsigned` are credential-bearing versions without a valid signature.

    `incomputable` says why the findings could not be computed, empty where they could.
    """

    courses: tuple[CourseFact, ...]
    findings: tuple[FindingFact, ...]
    unsigned: tuple[Place, ...]
    briefs: Supply
    rubrics: Supply
    module_exams: Supply
    final_exams: Supply
    incomputable: str = ""


@dataclass(frozen=True, slots=True)
class Blocker:
    """Why it may not be published: what is wrong, where, and which act mends it.

    `remedy` names the act: `import` (bring in or generate what is missing), `fix` (open the finding and fix it), `sign`
    (the sign-off page), `measure` (measure again).
    """

    key: str
    what: str
    places: tuple[Place, ...]
    remedy: Literal["import", "fix", "sign", "measure"]

    @property
    def title(self) -> str:
        return TITLES[self.key]

    @property
    def shown(self) -> tuple[Place, ...]:
        """The places, each passage once: two detectors may have found the same one."""
        once = {each.key if each.kind == "artefact" else each.words: each for each in reversed(self.places)}
        return tuple(reversed(once.values()))


@dataclass(frozen=True, slots=True)
class GateAnswer:
    """May it be published? `blockers` refuse; `waived` would, if governance were enforced. In the order of `ORDER`."""

    blockers: tuple[Blocker, ...]
    waived: tuple[Blocker, ...]
    enforced: bool

    @property
    def allowed(self) -> bool:
        return not self.blockers


def publish_gate(facts: GateFacts, *, enforced: bool) -> GateAnswer:
    """Decide. `enforced` false waives the governance blocker and no other."""
    found = [
        _courses(facts),
        _quality(facts),
        _sign_off(facts),
        _assignment(facts),
        _exams("module_exams", "module exam", facts.module_exams),
        _exams("final_exam", "final exam", facts.final_exams),
        _governance(facts),
    ]
    blockers = [blocker for blocker in found if blocker is not None]
    return GateAnswer(
        blockers=tuple(each for each in blockers if enforced or each.key != "governance"),
        waived=tuple(each for each in blockers if not enforced and each.key == "governance"),
        enforced=enforced,
    )


def _courses(facts: GateFacts) -> Blocker | None:
    if not facts.courses:
        return Blocker("courses", "There is no course.", (), "import")
    empty = tuple(each.place for each in facts.courses if not each.lessons)
    if not empty:
        return None
    count = "One course has" if len(empty) == 1 else f"{len(empty)} courses have"
    return Blocker("courses", f"{count} no lesson.", empty, "import")


def _quality(facts: GateFacts) -> Blocker | None:
    """Open quality defects; category A is governance, B and C are no defects."""
    places = tuple(
        each.place for each in facts.findings if each.bucket == BUCKET_OWN and each.defect and each.learner_facing
    )
    if not places:
        return None
    what = "An own standard is" if len(places) == 1 else f"Own standards are, {len(places)} times,"
    return Blocker("qa", f"{what} named with a wrong edition or number.", places, "fix")


def _sign_off(facts: GateFacts) -> Blocker | None:
    count = len(facts.unsigned)
    if not count:
        return None
    what = (
        "One version on which a credential rests is"
        if count == 1
        else f"{count} versions on which a credential rests are"
    )
    return Blocker("signoff", f"{what} not signed.", facts.unsigned, "sign")


def _assignment(facts: GateFacts) -> Blocker | None:
    lacking = [name for name, supply in (("assignment brief", facts.briefs), ("rubric", facts.rubrics)) if supply.short]
    if not lacking:
        return None
    return Blocker("assignment", f"There is no {' and no '.join(lacking)}.", (), "import")


def _exams(key: str, name: str, supply: Supply) -> Blocker | None:
    if not supply.short:
        return None
    if not supply.there:
        return Blocker(key, f"There is no {name}.", (), "import")
    return Blocker(key, f"{supply.there} of {supply.needed} {name}s of the blueprint are there.", (), "import")


def _governance(facts: GateFacts) -> Blocker | None:
    places = tuple(
        each.place for each in facts.findings if each.bucket == BUCKET_A and each.defect and each.learner_facing
    )
    if facts.incomputable:
        return Blocker(
            "governance",
            f"It cannot be computed whether another standard governs a text: {facts.incomputable}",
            places,
            "measure",
        )
    if not places:
        return None
    what = "One passage presents" if len(places) == 1 else f"{len(places)} passages present"
    return Blocker("governance", f"{what} another standard as governing, where learners see it.", places, "fix")
