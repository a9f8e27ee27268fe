"""What headings, titles and file names announce: the pathway of what follows, or that it is not for learners.

Words are matched from their beginning, never somewhere inside: "AI system impact assessment" announces nothing,
"Assessment questions" an exam.
"""

from __future__ import annotations

import re

# Number, "Module 3:", "Step 2 -" and the like before the words that count.
_LEAD = re.compile(
    r"^(?:(?:module|unit|chapter|lesson|part|section|day|week|session|appendix|annex)\s+)?"
    r"(?:\d{1,3}(?:\.\d+)*(?:\s*[.:)\-–—]\s*|\s+)|[ivxlc]{1,5}\s*[.:)\-–—]\s*)",
    re.IGNORECASE,
)
_UNIT = r"(?:module|unit|chapter|section|day|week)"
_WHO = (
    r"(?:(?:team|group|individual|pair(?:ed)?|class|practical|practice|learning|training|module|lesson|interactive|audit"
    r"|company|worked|example|role|hands-on|mini|short|detailed) )?"
)
_ALONE = r"(?:\s*$|\s*[\d:(–—]|\s+-)"
_QUESTIONS = r"(?:questions?|items?|checks?|quiz(?:zes)?|tests?)"


def _rule(pathway: str, pattern: str) -> tuple[str, re.Pattern[str]]:
    return pathway, re.compile(rf"^(?:{pattern})", re.IGNORECASE)


# First match decides; the end `\b` or `$` of each keeps a longer subject heading out.
_RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    _rule("exam-bank-regeneration", r"(?:the )?(?:exam|question|item)[ -]?banks?\b"),
    _rule("assessment-explainer", r"(?:how (?:you|learners|participants) (?:are|will be) (?:assessed|examined|marked)"
          r"|about (?:the|your) (?:assessments?|exams?)|(?:[\w-]+ ){0,3}(?:assessments?|exams?|answers?) explained"
          r"|explanations? of (?:the )?answers|assessment (?:explainer|guide|overview)|exam (?:guide|explainer))\b"),
    _rule("course-final-assessment", r"(?:course[ -])?final (?:course )?assessment\b|end[ -]of[ -]course assessment\b"
          r"|course assessment\s*$|summative assessment\b"),
    _rule("final-exam", r"(?:the )?(?:final|certification|mock|practice) (?:exam(?:ination)?|test)\b"
          r"|exam(?:ination)?\s*$"),
    _rule("module-exam", rf"(?:end[ -]of[ -])?{_UNIT}(?: \d+)?[ -](?:exam(?:ination)?|assessment|quiz|test)\b"
          rf"|end[ -]of[ -]{_UNIT}\b|assessment questions\s*$|{_UNIT} review questions\b"),
    _rule("diagnostic", r"diagnostics?\b(?! (?:ai|imaging|system|support|model))"
          r"|(?:pre|entry|placement)[ -](?:test|assessment|course (?:quiz|test))\b"
          r"|readiness (?:check|quiz|self-assessment)\b"
          r"|(?:what|how much) do you (?:already )?know\b|self[ -]assessment before\b"),
    _rule("lesson-quiz", r"(?:lesson |short |quick |pop )?quiz(?:zes)?\b"
          r"|(?:knowledge|comprehension|concept|quick|self)[ -]checks?\b"
          rf"|(?:review|practice|reflection|discussion|study|check|quiz|recap) {_QUESTIONS}\b"
          r"|check your (?:understanding|knowledge|learning)\b|test your(?:self| knowledge| understanding)\b"
          r"|questions (?:for (?:review|discussion|reflection)|to check)\b"),
    _rule("rubric", r"(?:[\w-]+ ){0,2}(?:rubrics?)\b|(?:marking|grading) (?:criteria|scheme|grid|guide)\b"
          r"|(?:assessment|scoring|evaluation) (?:criteria|scheme|grid|guide)\s*$"
          r"|(?:criteria for|how) (?:marking|grading)\b|grade descriptors?\b|level descriptors?\b"),
    _rule("assignment-regeneration", r"(?:revised|regenerated|reworked) assignment\b"),
    _rule("assignment-brief", r"(?:the |graded |written |final |course |group |individual )*assignments?(?: brief)?\b"
          r"(?! of | to )|coursework\b|homework\b|project brief\b"),
    _rule("capstone", r"(?:the |final |course )*capstone\b|final project\b"),
    _rule("applied-exercise", rf"{_WHO}(?:exercises?|activit(?:y|ies)|workshops?|worksheets?){_ALONE}"
          r"|(?:applied|practical|hands[ -]on|group|individual|team|case) (?:exercises?|activit(?:y|ies)|tasks?)\b"
          r"|role[ -]?plays?\b|try it yourself\b|lab\s*[\d:]|your turn\b|practice task\b"),
    _rule("scenario", rf"{_WHO}(?:case[ -]stud(?:y|ies)|scenarios?|vignettes?){_ALONE}"
          r"|(?:real[ -]world|common|worked|industry|practical|classification) (?:[\w-]+ )?"
          r"(?:case[ -]stud(?:y|ies)|scenarios?)\b|case company\b|the case of\b"),
    _rule("competency-map", r"(?:competenc(?:y|e|ies)|skills?) (?:map(?:ping)?|matrix|framework|profile)\b"),
    _rule("family-faq", r"(?:family )?faqs?\b|frequently asked questions\b|questions and answers\s*$|q\s*&\s*a\s*$"),
    _rule("smart-hotspots", r"(?:smart )?hot[ -]?spots?\b"
          r"|(?:interactive |annotated )(?:figures?|diagrams?|images?|maps?)\b"
          r"|figures?\s*(?:$|\d)|label the\b"),
    _rule("cover-image", r"cover(?:\s*$| (?:image|picture|art|illustration|page))"),
    _rule("lesson-regeneration", r"(?:revised|regenerated|rewritten|reworked) lesson\b"),
    _rule("blueprint", r"(?:course |programme |program |curriculum |assessment |exam )?blueprint\b"
          r"|(?:programme|program|course) specification\b|curriculum map\b"),
    _rule("outline", r"(?:(?:key |main )?learning (?:objectives?|outcomes?|goals?))\b|objectives\s*$"
          rf"|(?:{_UNIT}|course|programme|program|training) "
          r"(?:overview|outline|agenda|plan|schedule|structure|contents?)\b"
          r"|outline\s*$|syllabus\b|agenda\s*$|table of contents\b|contents\s*$|timetable\b"
          r"|what you(?: will|'ll) learn\b|in this (?:module|lesson|unit|course)\b"),
    _rule("course", r"about (?:this|the) (?:course|programme|program|training)\b|(?:course|programme|program) "
          r"(?:description|introduction|summary|information)\b|welcome\b|who (?:this course is|should attend)\b"),
    _rule("lesson", r"lesson\s*\d"),
)  # fmt: skip
_NEXT_STEPS = re.compile(r"^(?:(?:conclusion|resources) and )?next (?:steps|modules?)\b", re.IGNORECASE)
_MODULE_LIST = re.compile(
    r"^\s*(?:[-*+]|\d+[.)])\s.{0,6}\b(?:module|unit|chapter|lesson)\s+\d", re.IGNORECASE | re.MULTILINE
)
_OBJECTIVES = re.compile(r"^\W{0,4}(?:learning (?:objectives|outcomes)|you will learn)\b", re.IGNORECASE | re.MULTILINE)
_NOT_COURSE = re.compile(
    r"^(?:licen[cs]e|licensing|changelog|change log|contributing|contributors|code of conduct|acknowledge?ments"
    r"|copyright(?: notice)?|about the authors?)(?: (?:file|notes?|terms|information|and copyright))?\s*$",
    re.IGNORECASE,
)
_NOT_COURSE_FILE = re.compile(
    r"^(?:licen[cs]e|copying|notice|changelog|changes|history|releases?|contributing|contributors|authors"
    r"|code of conduct|security|readme|acknowledge?ments|credits|todo|colophon|imprint|copyright"
    r"|(?:licen[cs]e|readme|notice) \w+)$",
    re.IGNORECASE,
)


def pathway_of_words(words: str) -> str | None:
    """Return the slug of the pathway that a heading, title or file name announces, or None."""
    text = words.strip()
    for candidate in (text, _LEAD.sub("", text, count=1)):
        for slug, pattern in _RULES:
            if pattern.match(candidate):
                return slug
    return None


def is_not_course(words: str) -> bool:
    """Whether a heading says that what follows is about the files and not for learners (licence, changelog …)."""
    return _NOT_COURSE.match(_LEAD.sub("", words.strip(), count=1)) is not None


def is_not_course_file(stem: str) -> bool:
    """Whether a file name, without ending and with spaces for dashes, is that of a file about the files (readme …)."""
    return _NOT_COURSE_FILE.match(stem) is not None


def lists_modules(words: str, text: str) -> bool:
    """Whether a section headed "Next steps" is a list of the modules to come."""
    return bool(_NEXT_STEPS.match(_LEAD.sub("", words, count=1))) and len(_MODULE_LIST.findall(text)) >= 2


def states_objectives(text: str) -> bool:
    """Whether a text states learning objectives on a line of its own."""
    return _OBJECTIVES.search(text) is not None
