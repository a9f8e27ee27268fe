"""A cmi5 package: the learner's files under a course structure with one assignable unit.

Source: cmi5 specification (Quartz), sections 10 (launch), 13 (course structure), 14 (packages).
"""

from __future__ import annotations

from assay.studio.packaging.course import Course
from assay.studio.packaging.learner import learner_files
from assay.studio.packaging.tags import Xml, document, tag
from assay.studio.packaging.zips import zip_bytes

STRUCTURE = "cmi5.xml"


def cmi5_package(course: Course) -> bytes:
    """Return the zip. With scored questions a learner moves on when the course is completed and passed."""
    files = learner_files(course, "cmi5")
    return zip_bytes(files | {STRUCTURE: structure(course)}, first=(STRUCTURE,))


def structure(course: Course) -> bytes:
    """Return `cmi5.xml`."""

    def said(name: str, text: str) -> Xml:
        return tag(name, None, tag("langstring", {"lang": course.language}, text))

    ident = f"urn:assay:{course.slug}:{course.identifier}"
    scored = any(page.scored and page.items for page in course.pages)
    rules = (
        {"moveOn": "CompletedAndPassed", "masteryScore": f"{course.pass_mark / 100:.2f}"}
        if scored
        else {"moveOn": "Completed"}
    )
    told = (said("title", course.title), said("description", f"{course.title}: {len(course.pages)} pages."))
    return document(
        tag(
            "courseStructure",
            {"xmlns": "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"},
            tag("course", {"id": ident}, *told),
            tag(
                "au",
                {"id": f"{ident}:learn", **rules, "launchMethod": "AnyWindow"},
                *told,
                tag("url", None, "index.html"),
            ),
        )
    )
