"""Texts that teach: blueprint, outline, course, lessons, scenarios, exercises, hotspots, cover, map, questions and answers."""

from __future__ import annotations

from assay.studio.demo.syllabus import Syllabus, Topic, Unit
from assay.studio.demo.words import Company, lower, number, pick, sentence, shuffled, words


def blueprint(course: Syllabus, title: str) -> str:
    """Which unit has which outcome, how long it takes and how it is assessed."""
    rows = [
        f"| {unit.number} | {unit.title} | {len(unit.topics)} | {2 + len(unit.topics) // 2} h | "
        f"{'exam and exercise' if unit.number % 2 else 'exam and quiz'} |"
        for unit in course.units
    ]
    return "\n".join(
        [
            f"# Blueprint of {title}",
            "",
            f"The programme teaches {course.standard} to people who will work with {course.subject}. Every unit below has "
            "lessons, practice and a way to show what was learnt; no outcome is assessed that no lesson teaches.",
            "",
            "| Unit | Title | Topics | Hours | Shown by |",
            "|---|---|---|---|---|",
            *rows,
            "",
            f"Together: {len(course.topics)} topics in {len(course.units)} units. The final exam samples every unit; the "
            "capstone joins them in one case.",
        ]
    )


def outline(course: Syllabus, title: str, unit: Unit | None = None) -> str:
    """What the programme, or one unit of it, covers in which order."""
    if unit is not None:
        lines = [f"- {topic.name} ({topic.ref})" for topic in unit.topics]
        return "\n".join(
            [
                f"# Unit {unit.number}: {unit.title}",
                "",
                "After this unit you can explain each of these topics, find its traces in a real organization, and say what "
                "is missing:",
                "",
                *lines,
            ]
        )
    lines = [
        f"{unit.number}. {unit.title}: {', '.join(topic.ref for topic in unit.topics[:4])}" for unit in course.units
    ]
    return "\n".join([f"# Outline of {title}", "", "The units follow the order in which the work is done.", "", *lines])


def course(syllabus: Syllabus, title: str, company: Company) -> str:
    """What the course is, for whom, and how it goes."""
    return "\n".join(
        [
            f"# About {title}",
            "",
            f"This course is for people who have to make {syllabus.subject} work, and for those who have to judge whether it "
            f"does. It follows {syllabus.standard} from the first unit, {lower(syllabus.units[0].title)}, to the last, "
            f"{lower(syllabus.units[-1].title)}.",
            "",
            f"One case goes with you throughout: {company.name}, {company.place}. Its {lower(company.system)} will be "
            "explained, doubted, changed and defended before you are done.",
            "",
            "Bring a system of your own if you can. You will need no mathematics beyond percentages, and no licence of the "
            "standard for the first week; from then on, keep a copy of your own beside you.",
        ]
    )


def lesson(syllabus: Syllabus, unit: Unit, topic: Topic, company: Company, *, again: bool = False) -> str:
    """One topic: why, what is asked, what shows it, how it looks at the case company, what goes wrong."""
    bank = words()
    place = (syllabus.standard, unit.number, topic.ref, again)
    fill = {"topic": lower(topic.name), "company": company.name, "system": company.system, "people": company.people}
    asked = shuffled(topic.points, "again", topic.ref) if again else list(topic.points)
    lines = [
        f"# {'Revised lesson: ' if again else ''}{topic.name}",
        "",
        sentence(pick(bank.openings, *place, "open").format(**fill)),
        "",
        f"## What {topic.ref} of {syllabus.standard} asks",
        "",
        pick(bank.turns, *place, "turn"),
        "",
        *(f"- {point}" for point in asked),
        "",
    ]
    if topic.evidence:
        lines += ["## What shows it", "", *(f"- {item}" for item in topic.evidence), ""]
    lines += ["## At " + company.name, "", _story(topic, company, place), ""]
    if topic.practice:
        step = pick(topic.practice, *place, "practice")
        lines += [
            f"In the phase of {step.phase.lower()}, that means: {lower(step.do)}. What stays is this: {lower(step.record)}.",
            "",
        ]
    lines += [
        "## What goes wrong",
        "",
        f"The commonest failure here is that {pick(bank.mistakes, *place, 'm1')}. The next is that "
        f"{pick(shuffled(bank.mistakes, topic.ref)[1:], *place, 'm2')}. Both can be seen in an afternoon, by asking "
        f"{pick(bank.voices, *place, 'v')} to show the last occasion.",
        "",
        pick(bank.closings, *place, "close").format(**fill),
    ]
    return "\n".join(lines)


def _story(topic: Topic, company: Company, place: tuple[object, ...]) -> str:
    point = lower(pick(topic.points, *place, "story"))
    voice = pick(words().voices, *place, "voice")
    endings = (
        f"Asked about {lower(topic.name)}, {voice} points to {company.data}, and stops there.",
        f"When {company.change}, {voice} asked whether {lower(topic.name)} had to be looked at again. Nobody had an answer ready.",
        f"The worry is known: {company.worry}. What is missing is the line from that worry to {lower(topic.name)}.",
        f"{sentence(voice)[:-1]} can say how the system affects {company.people}, and not yet who would stop it.",
    )
    return (
        f"{company.name} is {company.place}. Its AI system is {company.system}. The lesson's line for it reads: {point}. "
        f"{pick(endings, *place, 'ending')}"
    )


def scenario(syllabus: Syllabus, unit: Unit, company: Company) -> str:
    """A case told with people and a difficulty, ending in questions."""
    topic = pick(unit.topics, company.name, unit.number)
    voice, other = shuffled(words().voices, company.name, unit.number)[:2]
    return "\n".join(
        [
            f"# Scenario: {company.name}",
            "",
            f"{company.name} is {company.place}. The AI system in question is {company.system}. It touches {company.people}. It "
            f"was trained on {company.data}.",
            "",
            f"On a Tuesday, {voice} notices that {company.worry}. It turns out that {company.change}. {sentence(other)[:-1]} says "
            "that the figures of the last release were good.",
            "",
            f"Use {topic.ref} of {syllabus.standard} ({topic.name}) to think it through:",
            "",
            f"1. By what would you tell whether this is done: {lower(topic.points[0])}?",
            "2. Whom would you talk to before you open a single file, and why that person?",
            "3. What would make you stop the system today, and who may decide that?",
            "4. Which sentence of your answer would the people affected want to read?",
        ]
    )


def exercise(syllabus: Syllabus, unit: Unit, topic: Topic, company: Company) -> str:
    """Something to do with the case company's system, and what to hand in."""
    place = (unit.number, topic.ref, company.name, "exercise")
    lines = [
        f"# Exercise: {topic.name}",
        "",
        f"You work for {company.name}, {company.place}. Time: {30 + 5 * (number(*place) % 7)} minutes, in pairs.",
        "",
        f"Take its AI system, {company.system}, and {topic.ref} of {syllabus.standard}.",
        "",
    ]
    if topic.practice:
        first, second = shuffled(topic.practice, *place)[:2]
        lines += [
            f"1. {first.phase}: {first.do}",
            f"2. {second.phase}: {second.do}",
            f"3. Hand in two records: {lower(first.record)}; and {lower(second.record)}.",
        ]
    else:
        lines += [
            f"1. Find out how far this is true at {company.name}: {lower(pick(topic.points, *place))}.",
            f"2. Write down what you would have to see, and from whom. {company.name} has {company.data}.",
            "3. Hand in half a page: what you know, what you assume, what you would ask next.",
        ]
    lines += [
        "",
        f"Keep in mind that {company.worry}. Whatever you write should help those whom the AI system affects: {company.people}.",
    ]
    return "\n".join(lines)


def hotspots(syllabus: Syllabus, unit: Unit) -> str:
    """A picture in words, with labels that can be opened."""
    labels = [
        f"- Spot {index}: {topic.name}. Opens {topic.ref} of {syllabus.standard}: {lower(topic.points[0])}."
        for index, topic in enumerate(unit.topics[:6], start=1)
    ]
    return "\n".join(
        [
            f"# Hotspots: {unit.title}",
            "",
            f"Alternative text: a path with {len(labels)} stations that leads from a plan to a running AI system and back. Each "
            f"station carries one topic of unit {unit.number}, taken from {syllabus.standard}.",
            "",
            *labels,
        ]
    )


def cover(syllabus: Syllabus, title: str, company: Company) -> str:
    """The words that stand for the cover picture."""
    return "\n".join(
        [
            f"# Cover of {title}",
            "",
            f"Alternative text: two people at a table look at one screen; on it, a row of decisions of {company.system}, one of "
            "them circled by hand.",
            "",
            f"Caption: {title}. Learn to see what an AI system decides, and to answer for it.",
        ]
    )


def competency_map(syllabus: Syllabus, title: str) -> str:
    """Which ability belongs to which topic, and by what it is shown."""
    verbs = ("explains", "finds traces of", "judges the state of", "sets up", "improves")
    shown = ("quiz", "exercise", "module exam", "assignment", "capstone")
    rows = []
    for unit in syllabus.units:
        for topic in unit.topics[:3]:
            at = number(unit.number, topic.ref, "verb") % len(verbs)
            rows.append(f"| {verbs[at]} {lower(topic.name)} | {topic.ref} | unit {unit.number} | {shown[at]} |")
    return "\n".join(
        [
            f"# Competency map of {title}",
            "",
            "| A graduate | Rests on | Taught in | Shown by |",
            "|---|---|---|---|",
            *rows,
        ]
    )


def faq(syllabus: Syllabus, title: str) -> str:
    """Questions that people ask before and during the course."""
    first, last = syllabus.units[0], syllabus.units[-1]
    busiest = max(syllabus.units, key=lambda unit: len(unit.topics))
    return "\n".join(
        [
            f"# Questions and answers about {title}",
            "",
            f"**Do I need a technical background?** No. The first unit, {lower(first.title)}, starts from decisions and people.",
            "",
            f"**Which unit takes longest?** Unit {busiest.number}, {lower(busiest.title)}, with {len(busiest.topics)} topics. "
            "Plan an extra evening for it.",
            "",
            f"**Is the text of {syllabus.standard} part of the course?** No. The lessons say in their own words what is asked; "
            "for the wording itself you need the publication.",
            "",
            "**May I use an AI assistant for the exercises?** Yes, if you say where and what you changed. In the exams you may not.",
            "",
            "**What if I disagree with a mark?** Write to your tutor within ten days. Somebody who did not mark it looks again.",
            "",
            f"**What comes after the last unit, {lower(last.title)}?** The capstone, then the final exam; most people need two "
            "weeks for both.",
        ]
    )
