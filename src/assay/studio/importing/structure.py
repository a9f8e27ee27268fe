"""Which pathway a section is an output of, by its heading, its file's title and its file's name; and cutting by it.

Headings are matched as a whole from their beginning, never by a word somewhere in them: "AI system impact assessment" is
a lesson, "Assessment questions" is an exam.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from assay.studio.importing.pieces import Document, Heading

# Number, "Module 3:", "Step 2 -" and the like before the words that count.
_LEAD = re.compile(
    r"^(?:(?:module|unit|chapter|lesson|part|section|day|week|session|appendix|annex)\s+)?[\divxlc]{1,5}(?:\.\d+)*\s*[.:)\-–—]\s*",
    re.IGNORECASE,
)
_UNIT = r"(?:module|unit|chapter|section|day|week)"
_WHO = (
    r"(?:(?:team|group|individual|pair(?:ed)?|class|practical|practice|learning|training|module|lesson|interactive|audit"
    r"|company|worked|example|role|hands-on|mini|short|detailed) )?"
)
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
    _rule("final-exam", r"(?:the )?(?:final|certification|mock|practice) (?:exam(?:ination)?|test)\b|exam(?:ination)?\s*$"),
    _rule("module-exam", rf"(?:end[ -]of[ -])?{_UNIT}(?: \d+)?[ -](?:exam(?:ination)?|assessment|quiz|test)\b"
          rf"|end[ -]of[ -]{_UNIT}\b|assessment questions\s*$|{_UNIT} review questions\b"),
    _rule("diagnostic", r"diagnostics?\b(?! (?:ai|imaging|system|support|model))"
          r"|(?:pre|entry|placement)[ -](?:test|assessment|course (?:quiz|test))\b|readiness (?:check|quiz|self-assessment)\b"
          r"|(?:what|how much) do you (?:already )?know\b|self[ -]assessment before\b"),
    _rule("lesson-quiz", rf"(?:lesson |short |quick |pop )?quiz(?:zes)?\b|(?:knowledge|comprehension|concept|quick|self)[ -]checks?\b"
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
    _rule("applied-exercise", rf"{_WHO}(?:exercises?|activit(?:y|ies)|workshops?|worksheets?)(?:\s*$|\s*[\d:(–—]|\s+-)"
          r"|(?:applied|practical|hands[ -]on|group|individual|team|case) (?:exercises?|activit(?:y|ies)|tasks?|labs?)\b"
          r"|role[ -]?plays?\b|try it yourself\b|lab\s*[\d:]|your turn\b|practice task\b"),
    _rule("scenario", rf"{_WHO}(?:case[ -]stud(?:y|ies)|scenarios?|vignettes?)(?:\s*$|\s*[\d:(–—]|\s+-)"
          r"|(?:real[ -]world|common|worked|industry|practical|classification) (?:[\w-]+ )?"
          r"(?:case[ -]stud(?:y|ies)|scenarios?)\b|case company\b|the case of\b"),
    _rule("competency-map", r"(?:competenc(?:y|e|ies)|skills?) (?:map(?:ping)?|matrix|framework|profile)\b"),
    _rule("family-faq", r"(?:family )?faqs?\b|frequently asked questions\b|questions and answers\s*$|q\s*&\s*a\s*$"),
    _rule("smart-hotspots", r"(?:smart )?hot[ -]?spots?\b|(?:interactive |annotated )(?:figures?|diagrams?|images?|maps?)\b"
          r"|figures?\s*(?:$|\d)|label the\b"),
    _rule("cover-image", r"cover(?:\s*$| (?:image|picture|art|illustration|page))"),
    _rule("lesson-regeneration", r"(?:revised|regenerated|rewritten|reworked) lesson\b"),
    _rule("blueprint", r"(?:course |programme |program |curriculum |assessment |exam )?blueprint\b"
          r"|(?:programme|program|course) specification\b|curriculum map\b"),
    _rule("outline", rf"(?:(?:key |main )?learning (?:objectives?|outcomes?|goals?))\b|objectives\s*$"
          rf"|(?:{_UNIT}|course|programme|program|training) (?:overview|outline|agenda|plan|schedule|structure|contents?)\b"
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
    r"^(?:licen[cs]e|copying|notice|changelog|changes|history|releases?|contributing|contributors|authors|code of conduct"
    r"|security|readme|acknowledge?ments|credits|todo|colophon|imprint|copyright)(?: \w+)?$",
    re.IGNORECASE,
)
# Inside a document that is itself of one kind, only these stand out as artefacts of their own.
_STANDS_OUT = frozenset({"rubric", "cover-image", "smart-hotspots", "family-faq", "competency-map"})
_MANY = frozenset({"lesson-quiz", "applied-exercise", "scenario", "module-exam", "assignment-brief", "smart-hotspots"})


@dataclass(frozen=True)
class Section:
    """Lines `first` up to, but not including, `last` of a document; the heading they begin with; the pathway or None."""

    first: int
    last: int
    heading: Heading | None
    trail: tuple[str, ...]
    pathway: str | None


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


def cut(document: Document, also: Callable[[str], bool] = lambda _words: False) -> Iterator[Section]:
    """Yield the sections of a document in order; together they are all of its lines, each once.

    A heading for whose words `also` is true begins a section of its own whatever its level. A section without words but
    its headings is joined to what follows.
    """
    plan = _plan_of(document)
    open_: Section | None = None
    trail: list[Heading] = []
    for index, heading in _marks(document):
        if heading is not None:
            trail = [above for above in trail if above.level < heading.level] + [heading]
        starts, pathway = plan.at(index, heading)
        if open_ is not None and not starts and not (heading is not None and also(heading.words)):
            continue
        first = index
        if open_ is not None and _bare(document, open_, index):
            first = open_.first
        elif open_ is not None:
            yield Section(open_.first, index, open_.heading, open_.trail, open_.pathway)
        open_ = Section(first, 0, heading, tuple(above.words for above in trail), pathway)
    assert open_ is not None
    yield Section(open_.first, len(document.lines), open_.heading, open_.trail, open_.pathway)


def _marks(document: Document) -> Iterator[tuple[int, Heading | None]]:
    if not document.headings or document.headings[0].index > 0:
        yield 0, None
    for heading in document.headings:
        yield heading.index, heading


class _Whole:
    """A file that is one artefact of `kind`, or several where more than one heading announces that kind."""

    def __init__(self, document: Document, kind: str | None) -> None:
        self.kind = kind
        self.declared = document.declared is not None
        self.many = kind in _MANY and sum(pathway_of_words(each.words) == kind for each in document.headings[1:]) > 1
        self.now = kind

    def at(self, index: int, heading: Heading | None) -> tuple[bool, str | None]:
        """Return whether a section begins here, and its pathway."""
        slug = pathway_of_words(heading.words) if heading is not None and index > 0 else None
        before, self.now = self.now, slug if slug in _STANDS_OUT and not self.declared else self.kind
        return self.now != before or (self.many and slug == self.kind), self.now


class _Mixed:
    """A file of sections: those at the top levels stand alone, deeper ones where they announce another pathway."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.depth = max(2, min((heading.level for heading in document.headings), default=1))
        self.base: str | None = "lesson"
        self.inside: int | None = None

    def at(self, index: int, heading: Heading | None) -> tuple[bool, str | None]:
        """Return whether a section begins here, and its pathway."""
        slug = pathway_of_words(heading.words) if heading is not None else None
        if heading is None or heading.level <= self.depth:
            self.inside = None
            if heading is not None and is_not_course(heading.words):
                self.base = None
            else:
                self.base = slug or _by_text(self.document, index, heading) or "lesson"
            return True, self.base
        announced = slug not in (None, "lesson", "outline") and (slug != self.base or slug in _MANY)
        if announced and (self.base in ("lesson", "outline", "course", slug, None) or slug in _STANDS_OUT):
            self.inside = heading.level
            return True, slug
        if self.inside is not None and heading.level <= self.inside:
            self.inside = None
            return True, self.base
        return False, self.base


def _plan_of(document: Document) -> _Whole | _Mixed:
    if document.declared is not None:
        return _Whole(document, document.declared)
    stem = re.sub(r"[_\-]+", " ", PurePosixPath(document.path).stem)
    stem = re.sub(r"^\d+[. ]*", "", stem)
    first = document.headings[0].words if document.headings else ""
    if _NOT_COURSE_FILE.match(stem) or is_not_course(first):
        return _Whole(document, None)
    for words in (document.title, first, stem):
        slug = pathway_of_words(words) if words else None
        if slug not in (None, "lesson"):
            return _Whole(document, slug)
    return _Mixed(document)


def _by_text(document: Document, index: int, heading: Heading | None) -> str | None:
    """Return `outline` for a list of modules under "Next steps", or for objectives before the first section."""
    later = [other.index for other in document.headings if other.index > index]
    text = "\n".join(document.lines[index : later[0] if later else len(document.lines)])
    if heading is not None and _NEXT_STEPS.match(_LEAD.sub("", heading.words, count=1)):
        return "outline" if len(_MODULE_LIST.findall(text)) >= 2 else None
    if (heading is None or heading.level == 1) and index <= 3 + _front_lines(document) and _OBJECTIVES.search(text):
        return "outline"
    return None


def _front_lines(document: Document) -> int:
    return document.headings[0].index if document.headings else 0


def _bare(document: Document, section: Section, end: int) -> bool:
    """Whether a section has no words but its headings, so that it belongs to what follows."""
    headings = {heading.index for heading in document.headings}
    return not any(
        re.search(r"\w", line) for place, line in enumerate(document.lines[section.first : end], section.first)
        if place not in headings
    )  # fmt: skip
