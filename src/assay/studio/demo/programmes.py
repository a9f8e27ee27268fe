"""The example programmes: what each teaches, how large it is, what is planted in it, and how it was looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from assay.studio.demo import assessing, teaching
from assay.studio.demo.syllabus import Syllabus, ai_act, management_system
from assay.studio.demo.words import Company, pick, shuffled, words
from assay.studio.governance import CURRENT
from assay.studio.importing import Piece, Stamp
from assay.studio.pathways import pathway_of, view_before_the_cure

GENERATOR = "example-composer/1"
# A brief as it was found once: the words of AI around a task about a company's burden on nature. Own words throughout.
GREENTECH = """# Assignment: GreenTech Energy and the governance of AI

GreenTech Energy operates four wind parks and a biomass plant. Its board wants to be known for responsible AI, and asks you
for advice.

Prepare an environmental management system for GreenTech Energy in line with ISO 14001:2015:

1. Identify the significant environmental aspects of the four sites, emissions, waste water and noise among them.
2. Draw up the register of compliance obligations under environmental law and evaluate compliance for each permit.
3. Set environmental objectives for the biomass plant with a target for waste reduction, and plan how to reach them.
4. Write the emergency preparedness procedure for a spill of fuel.

Say in your conclusion how artificial intelligence could support the environmental policy. Length: 1,800 words. The audit
criteria are the requirements of ISO 14001.
"""


@dataclass(frozen=True)
class Example:
    """One programme of the example.

    `wide` makes artefacts for every topic, else for each unit's first. `planted` replaces the assignment brief. `seen`
    limits the sweep to these pathways. `ungoverned` artefacts bear no stamp. `age` is how long ago it was swept as a
    whole, `renewed` names the pathways swept again now. `shape` says what to look at.
    """

    slug: str
    title: str
    standard: str
    shape: str
    companions: tuple[str, ...] = ()
    kind: str = "course"
    wide: bool = True
    planted: bool = False
    seen: tuple[str, ...] = ()
    ungoverned: tuple[str, ...] = ()
    age: timedelta = timedelta(0)
    renewed: tuple[str, ...] = ()
    units: tuple[str, ...] = ()

    def syllabus(self) -> Syllabus:
        """What it teaches."""
        if self.standard == "eu_ai_act":
            return ai_act()
        return management_system(controls=not self.units, only=self.units)


def _slugs(numbers: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(pathway_of(number).slug for number in numbers)


_OLD = view_before_the_cure()
_RED = tuple(number for number in range(1, 23) if number not in _OLD.governed)
EXAMPLES: tuple[Example, ...] = (
    Example(
        "internal-auditor-refresher", "AIMS Internal Auditor Refresher", "iso42001",
        "looked at completely, most of it too long ago: what was clean then may not be now",
        kind="internal-auditor", age=timedelta(days=120), renewed=("lesson", "lesson-quiz", "module-exam"),
    ),
    Example(
        "lead-implementer", "AIMS Lead Implementer", "iso42001",
        "all 22 pathways looked at, nothing found, and a bound on what may remain",
        kind="lead-implementer",
    ),
    Example(
        "lead-implementer-2025", "AIMS Lead Implementer, seen as in 2025", "iso42001",
        "the same course with 9 of 22 pathways looked at: nothing found is not the same as clean",
        kind="lead-implementer", seen=_slugs(_OLD.audited), ungoverned=_slugs(_RED),
    ),
    Example(
        "lead-auditor", "AIMS Lead Auditor", "iso42001",
        "its assignment brief teaches environmental management around the word AI",
        kind="lead-auditor", planted=True,
    ),
    Example(
        "integrated-auditor", "Integrated Internal Auditor", "iso42001",
        "speaks of a second standard in many places, and may, because it is an approved companion",
        companions=("iso27001",), kind="internal-auditor", units=("4", "6", "8", "9", "10"),
    ),
    Example(
        "foundation-briefing", "AIMS Foundation Briefing", "iso42001",
        "complete and small: nothing found, but so few texts say little about what may remain",
        kind="foundation", wide=False, units=("5", "6"),
    ),
    Example(
        "ai-literacy", "AI Literacy for All Staff", "eu_ai_act",
        "the same pathways with a law instead of a standard",
        kind="awareness",
    ),
)  # fmt: skip


def compose(example: Example, now: datetime) -> tuple[Piece, ...]:
    """All artefacts of an example, stamped with `now` less its age; the same for the same time."""
    at = (now - example.age).isoformat()
    return tuple(_piece(example, key, slug, title, text, at) for key, slug, title, text in _texts(example))


def _texts(example: Example) -> Iterator[tuple[str, str, str, str]]:
    """Key, pathway, title and text of each artefact."""
    course, title = example.syllabus(), example.title
    cases = shuffled(words().companies, example.slug.removesuffix("-2025"))
    main = cases[0]
    yield "blueprint", "blueprint", f"Blueprint of {title}", teaching.blueprint(course, title)
    yield "outline", "outline", f"Outline of {title}", teaching.outline(course, title)
    yield "course", "course", f"About {title}", teaching.course(course, title, main)
    yield "cover", "cover-image", f"Cover of {title}", teaching.cover(course, title, main)
    yield "competencies", "competency-map", "Competency map", teaching.competency_map(course, title)
    yield "faq", "family-faq", "Questions and answers", teaching.faq(course, title)
    yield "diagnostic", "diagnostic", "Diagnostic", assessing.diagnostic(course, title)
    yield "final-exam", "final-exam", "Final exam", assessing.final_exam(course, title, cases[1])
    yield (
        "final-assessment",
        "course-final-assessment",
        "Final assessment",
        assessing.course_assessment(course, title, cases[2]),
    )
    yield "capstone", "capstone", f"Capstone: {main.name}", assessing.capstone(course, title, main)
    yield from _by_unit(example, course, cases)
    for topic in course.topics if example.wide else course.topics[:1]:
        yield f"bank/{topic.key}", "exam-bank-regeneration", f"Items on {topic.name}", assessing.bank(course, topic)
    if example.companions:
        yield from _companion(cases)


def _by_unit(example: Example, course: Syllabus, cases: list[Company]) -> Iterator[tuple[str, str, str, str]]:
    for unit in course.units if example.wide else course.units[:1]:
        at, case = f"unit-{unit.number:02}", cases[unit.number % len(cases)]
        yield f"{at}/outline", "outline", f"Unit {unit.number}: {unit.title}", teaching.outline(course, "", unit)
        for number, topic in enumerate(unit.topics if example.wide else unit.topics[:2]):
            text = teaching.lesson(course, unit, topic, pick(cases, unit.number, number))
            yield f"{at}/lesson-{topic.key}", "lesson", topic.name, text
        first, last = unit.topics[0], unit.topics[-1]
        again = teaching.lesson(course, unit, first, case, again=True)
        yield f"{at}/lesson-again", "lesson-regeneration", f"Revised: {first.name}", again
        yield f"{at}/quiz", "lesson-quiz", f"Quiz {unit.number}", assessing.quiz(course, unit)
        yield (
            f"{at}/exercise",
            "applied-exercise",
            f"Exercise: {last.name}",
            teaching.exercise(course, unit, last, case),
        )
        yield f"{at}/exam", "module-exam", f"Module exam {unit.number}", assessing.module_exam(course, unit)
        yield f"{at}/scenario", "scenario", f"Scenario: {case.name}", teaching.scenario(course, unit, case)
        yield f"{at}/hotspots", "smart-hotspots", f"Hotspots: {unit.title}", teaching.hotspots(course, unit)
        yield f"{at}/rubric", "rubric", f"Rubric {unit.number}", assessing.rubric(course, unit)
        yield (
            f"{at}/explainer",
            "assessment-explainer",
            "How you are assessed",
            assessing.explainer(course, example.title, unit),
        )
        planted = example.planted and unit.number == 3
        text = GREENTECH if planted else assessing.brief(course, example.title, unit, case)
        yield f"{at}/brief", "assignment-brief", text.split("\n")[0].lstrip("# "), text
        other = cases[(unit.number + 3) % len(cases)]
        text = assessing.brief(course, example.title, unit, other, again=True)
        yield f"{at}/brief-again", "assignment-regeneration", text.split("\n")[0].lstrip("# "), text


def _companion(cases: list[Company]) -> Iterator[tuple[str, str, str, str]]:
    """Lessons and an exercise of the integrated course that speak of information security on purpose."""
    company = cases[3]
    yield (
        "joint/one-system",
        "lesson",
        "One audit, two standards",
        (
            "# One audit, two standards\n\n"
            f"{company.name} has an information security management system under ISO/IEC 27001 and is adding ISO/IEC 42001. Both are "
            "read in this course, and both are audited in one visit.\n\n"
            "The clauses of ISO/IEC 27001 and ISO/IEC 42001 carry the same numbers from 4 to 10, so one management review and one "
            "internal audit programme can serve both. What differs is the object: access control policy and vulnerability management "
            f"protect information; impact assessment looks at {company.people}.\n\n"
            "Keep two statements of applicability. A control that appears in both lists still has two reasons for being there."
        ),
    )
    yield (
        "joint/shared-risk",
        "lesson",
        "Where the two risk assessments meet",
        (
            "# Where the two risk assessments meet\n\n"
            f"Ask two questions about {company.system}. The information security risk assessment under ISO/IEC 27001 asks what happens "
            "if its training data leak or are altered. The AI risk assessment asks what happens to people if it is wrong.\n\n"
            f"One event can be on both lists. At {company.name}, {company.change}: for security that is a supplier question, for the "
            "AI management system it is a reason to look at the results again, group by group."
        ),
    )
    yield (
        "joint/exercise",
        "applied-exercise",
        "Exercise: one visit, two lists",
        (
            f"# Exercise: one visit, two lists\n\nPlan one day at {company.name}, which works with {company.system}. In the morning you "
            "follow an information security incident through the records that ISO/IEC 27001 asks for; in the afternoon you follow one "
            f"decision of the model to a person affected. Worry to keep in mind: {company.worry}.\n\nHand in the plan with times, people "
            "and the clause that each talk serves."
        ),
    )


def _piece(example: Example, key: str, slug: str, title: str, text: str, at: str) -> Piece:
    stamp = None
    if slug not in example.ungoverned:
        facts: dict[str, object] = {"directive": CURRENT.digest, "generator": GENERATOR, "programme": example.slug}
        stamp = Stamp(pathway_of(slug).route, CURRENT.version, at, facts)
    return Piece(
        key=key,
        pathway=slug,
        title=title[:300],
        text=text,
        path=f"{key}.md",
        line=1,
        end_line=text.count("\n") + 1,
        media_type="text/markdown",
        language="en",
        how="stamp" if stamp is not None else "mapping",
        stamp=stamp,
    )
