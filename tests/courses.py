"""Courses to pack, small and with traps; pure, no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from assay.core.canonical import text_digest
from assay.studio.packaging.course import Course, Page
from assay.studio.packaging.items import Item, items_read
from assay.studio.packaging.ordering import SCORED, SECURE, ordered

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
QUIZ = """# A short quiz

1. Who decides on the scope of an AI management system?
   A) the organization
   B) the certification body
   C) the supplier of the model
   Answer: A. The organization sets its own scope.
   Clause: 4.3

2. Which two are kept of an impact assessment?
   A) its result
   B) a photograph of the team
   C) who took part
   Answer: A, C. Result and people.

3. Is an internal audit planned?
   A) yes
   B) no
   Answer: A
"""
HOSTILE = """# Words & <b>marks</b>

<script>alert(1)</script> ![a drawing](https://elsewhere.example/x.png) [away](https://elsewhere.example) [near](other.md)
[bad](javascript:alert(1)) \u0007 end
"""


@dataclass(frozen=True)
class Row:
    key: str
    title: str
    pathway_slug: str
    text: str


def page_of(row: Row, part: str, ident: str) -> Page:
    return Page(
        id=ident, key=row.key, title=row.title, pathway=row.pathway_slug, part=part, blocks=items_read(row.text).blocks,
        media_type="text/markdown", digest=text_digest(row.text), version=1, scored=row.pathway_slug in SCORED,
        meta={"route": row.pathway_slug.replace("-", "_"), "governance_version": "gv1", "at": AT.isoformat()},
    )  # fmt: skip


def course_of_rows(rows: list[Row], title: str = "A course") -> Course:
    pages: list[Page] = []
    assessors: list[Page] = []
    for part, row in ordered(rows):
        target = assessors if row.pathway_slug in SECURE else pages
        target.append(page_of(row, part, f"{'a' if target is assessors else 'p'}{len(target) + 1:03}"))
    return Course(
        "a-course",
        title,
        "iso42001",
        "en",
        "Halvorsen",
        tuple(pages),
        tuple(assessors),
        at="2026-11-21",
        files={"VERIFY.txt": b"how\n"},
    )


def small_course() -> Course:
    """Two lessons, a quiz of three questions, an exam."""
    rows = [
        Row("unit-1/lesson-2", "Second", "lesson", "# Second lesson\n\nWords.\n"),
        Row("unit-1/lesson-10", "Hostile", "lesson", HOSTILE),
        Row("unit-1/quiz", "Quiz", "lesson-quiz", QUIZ),
        Row("unit-1/exam", "Exam", "module-exam", QUIZ.replace("planned", "carried out")),
    ]
    return course_of_rows(rows, "A small course & more")


def items_of(course: Course) -> list[Item]:
    return [item for page in course.pages for item in page.items]
