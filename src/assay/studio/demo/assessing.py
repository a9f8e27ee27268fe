"""Texts that assess: quizzes, diagnostics, exams, capstone, briefs, rubrics, explainers, item banks."""

from __future__ import annotations

from collections.abc import Sequence

from assay.studio.demo.syllabus import Syllabus, Topic, Unit
from assay.studio.demo.words import Company, lower, number, pick, shuffled, words

_LETTERS = "ABCD"


def _item(at: int, topic: Topic, others: Sequence[Topic], place: object) -> list[str]:
    """A question with one point of the topic among points of others, its key and the reason."""
    right = pick(topic.points, topic.ref, place, at)
    pool = [point for other in others if other.ref != topic.ref for point in other.points if point not in topic.points]
    wrong = shuffled(sorted(set(pool)), topic.ref, place, at)[:3]
    options = shuffled([right, *wrong], "options", topic.ref, place, at)
    stems = (
        f"Which of these belongs to {topic.ref}, {topic.name}?",
        f"A colleague says that {lower(topic.name)} is in place. Which of these would you expect to see?",
        f"You look into {topic.ref}. What is asked there?",
        f"One of these four is what {lower(topic.name)} comes to. Which?",
    )
    lines = [f"{at}. {pick(stems, topic.ref, place, at)}"]
    lines += [f"   {letter}) {option}" for letter, option in zip(_LETTERS, options, strict=False)]
    letter = _LETTERS[options.index(right)]
    return [
        *lines,
        f"   Answer: {letter}. It is part of {topic.ref}; the others are asked elsewhere in the programme.",
        "",
    ]


def _items(topics: Sequence[Topic], pool: Sequence[Topic], place: object, count: int) -> list[str]:
    chosen = (shuffled(topics, place) * (count // max(1, len(topics)) + 1))[:count]
    lines: list[str] = []
    for at, topic in enumerate(chosen, start=1):
        lines += _item(at, topic, pool, place)
    return lines


def quiz(syllabus: Syllabus, unit: Unit) -> str:
    """Five questions on one unit."""
    return "\n".join(
        [
            f"# Quiz on unit {unit.number}: {unit.title} ({syllabus.standard})",
            "",
            *_items(unit.topics, syllabus.topics, f"quiz {unit.number}", 5),
        ]
    ).rstrip()


def diagnostic(syllabus: Syllabus, title: str) -> str:
    """Ten questions before the course, with advice by result."""
    lines = _items(syllabus.topics, syllabus.topics, "diagnostic", 10)
    return "\n".join(
        [
            f"# Diagnostic for {title}",
            "",
            "Ten questions, no mark. Guess as little as you can: the result chooses where you start.",
            "",
            *lines,
            "Eight or more right: begin with the exercises of unit 1. Four to seven: read unit 1 first. Fewer: read the outline, "
            "then come back after two lessons.",
        ]
    )


def module_exam(syllabus: Syllabus, unit: Unit) -> str:
    """Open questions on one unit, with what a full answer has."""
    lines = [
        f"# Module exam {unit.number}: {unit.title} ({syllabus.standard})",
        "",
        "Forty minutes. Answer in full sentences.",
        "",
    ]
    for at, topic in enumerate(shuffled(unit.topics, "exam")[:5], start=1):
        point = pick(topic.points, "exam", at)
        asks = (
            f"Explain {lower(topic.name)} ({topic.ref}) to somebody who has to decide about it tomorrow.",
            f"Name two signs by which you would see that {lower(topic.name)} is lived, and one that it is only claimed.",
            f"Describe how {topic.ref} and the topic before it lean on each other.",
        )
        lines += [
            f"{at}. {pick(asks, unit.number, topic.ref)}",
            f"   A full answer says, among other things: {lower(point)}.",
            "",
        ]
    return "\n".join(lines).rstrip()


def final_exam(syllabus: Syllabus, title: str, company: Company) -> str:
    """Questions over all units, the last part on a case."""
    lines = _items([pick(unit.topics, "final", unit.number) for unit in syllabus.units], syllabus.topics, "final", 12)
    return "\n".join(
        [
            f"# Final exam of {title}",
            "",
            "Part one: choose one answer each.",
            "",
            *lines,
            f"Part two: the case of {company.name}, {company.place}. Its AI system is {company.system}. {_told(company)}",
            "",
            "13. Say who should have been asked before the change, and what they would have needed to see.",
            "14. Write the two sentences that you would send to the people affected.",
            "15. Choose one measurement that would have shown the trouble earlier, with its limit and its owner.",
        ]
    )


def course_assessment(syllabus: Syllabus, title: str, company: Company) -> str:
    """How the parts of the final assessment are put together, with its last task."""
    first, second = shuffled(syllabus.units, "course")[:2]
    return "\n".join(
        [
            f"# Final assessment of {title}",
            "",
            "Three parts count: module exams 30 %, assignment 30 %, final exam 40 %. Each has to reach half of its points.",
            "",
            f"Closing task, spoken, fifteen minutes. {company.name} decides with an AI system: {company.system}. {_told(company)}",
            "",
            f"- Start from unit {first.number}, {lower(first.title)}: what would you want to know first?",
            f"- Go on to unit {second.number}, {lower(second.title)}: what follows for the people who run the system?",
            "- End with one thing that you would leave as it is, and why.",
        ]
    )


def capstone(syllabus: Syllabus, title: str, company: Company) -> str:
    """One case through all units."""
    steps = [
        f"{at}. {unit.title}: show {lower(pick(unit.topics, 'capstone', at).name)} at work, or that it is missing."
        for at, unit in enumerate(syllabus.units, start=1)
    ]
    return "\n".join(
        [
            f"# Capstone of {title}: {company.name}",
            "",
            f"{company.name} is {company.place}. You have four weeks and access to everything about {company.system}: its data "
            f"({company.data}), its logs, and the people who know it. {_told(company)}",
            "",
            "Work through the units in this order and keep a trail that another person can follow:",
            "",
            *steps,
            "",
            "Hand in a report of at most ten pages, your trail, and one page for the people affected.",
        ]
    )


def brief(syllabus: Syllabus, title: str, unit: Unit, company: Company, *, again: bool = False) -> str:
    """A graded piece of work on a case company."""
    topics = shuffled(unit.topics, "brief", again)[:3]
    tasks = [
        f"{at}. {topic.name} ({topic.ref}): {pick(topic.points, 'brief', at, again)}"
        for at, topic in enumerate(topics, start=1)
    ]
    return "\n".join(
        [
            f"# {'Revised assignment' if again else 'Assignment'}: {lower(unit.title)} at {company.name}",
            "",
            f"{company.name} is {company.place}. Its AI system is {company.system}, which matters to {company.people}. {_told(company)}",
            "",
            f"You advise its management on {syllabus.subject}. For each line, say how things stand, by what you can tell, and what "
            "should happen next:",
            "",
            *tasks,
            "",
            f"Length: {1400 + 100 * (number(title, unit.number, again) % 7)} words. Name your sources. Say what you could not find out.",
        ]
    )


def rubric(syllabus: Syllabus, unit: Unit) -> str:
    """Levels for the assignment of a unit."""
    levels = words().levels
    lines = [f"# Rubric for the assignment of unit {unit.number} on {syllabus.standard}", ""]
    lines += [f"| Criterion | {' | '.join(level.name for level in levels)} |", "|---" * (len(levels) + 1) + "|"]
    lines += [
        f"| {topic.name} ({topic.ref}) | {' | '.join(level.says for level in levels)} |" for topic in unit.topics[:5]
    ]
    lines += [
        "| Use of the case | quotes it | uses it once | rests every claim on it | shows where the case is silent |",
        "",
        "Weights: each topic 20 %, the use of the case the rest. A mark without a reason in writing does not count.",
    ]
    return "\n".join(lines)


def explainer(syllabus: Syllabus, title: str, unit: Unit) -> str:
    """How the exams work and how one answer is judged."""
    topic = pick(unit.topics, "explainer")
    return "\n".join(
        [
            f"# How you are assessed in {title}",
            "",
            "Quizzes are for you alone. Module exams and the assignment are marked by a tutor, the final exam by two. You see every "
            "mark with its reason.",
            "",
            f"An example from unit {unit.number}. Asked about {lower(topic.name)}, a learner wrote: 'The document exists.' That is "
            "a quarter of the points: it says what is there, not whether it works. Full points go to an answer that also says "
            f"this: {lower(pick(topic.points, 'explainer'))}.",
            "",
            "You may repeat each exam once. What you handed in before stays on record beside the new version.",
        ]
    )


def bank(syllabus: Syllabus, topic: Topic) -> str:
    """Three fresh items on one topic."""
    lines = [
        f"# Item bank: {topic.name} ({topic.ref} of {syllabus.standard})",
        "",
        *_items([topic], syllabus.topics, "bank", 3),
    ]
    company = pick(words().companies, "bank", topic.ref)
    return "\n".join(
        [
            *lines,
            f"4. At {company.name}, {company.change}. Say in three sentences what that means for {lower(topic.name)}.",
            f"   A full answer names who is affected ({company.people}) and what is kept.",
        ]
    )


def _told(company: Company) -> str:
    return f"Two things are known: {company.change}, and {company.worry}."
