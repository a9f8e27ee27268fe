"""The example programme in which all 22 pathways are governed, as a course to pack; no database."""

from assay.studio.demo.programmes import EXAMPLES, compose
from assay.studio.packaging.course import Course
from tests.courses import AT, Row, course_of_rows


def example_course() -> Course:
    """238 pages, 238 questions for learners."""
    example = next(each for each in EXAMPLES if each.slug == "lead-implementer")
    rows = [Row(p.key, p.title, p.pathway or "unmapped", p.text) for p in compose(example, AT)]
    return course_of_rows(rows, example.title)
