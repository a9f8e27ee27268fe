"""SCORM packages: the learner's files under a manifest of SCORM 1.2 or SCORM 2004 4th edition. One SCO a course.

Status and score come from the player, act by act. The manifests therefore give no mastery score: with one, platforms
replace the status of somebody who only paused by `failed`.
Sources: SCORM 1.2 Content Aggregation Model 2.3; SCORM 2004 4th edition CAM 3.4 and SN 3.
"""

from __future__ import annotations

from collections.abc import Iterable

from assay.studio.packaging.course import Course
from assay.studio.packaging.learner import learner_files
from assay.studio.packaging.tags import Xml, document, tag
from assay.studio.packaging.zips import zip_bytes

MANIFEST = "imsmanifest.xml"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"


def scorm12_package(course: Course) -> bytes:
    """Return the zip of a SCORM 1.2 package."""
    files = learner_files(course, "scorm12")
    return zip_bytes(files | {MANIFEST: manifest12(course, files)}, first=(MANIFEST,))


def scorm2004_package(course: Course) -> bytes:
    """Return the zip of a SCORM 2004 4th edition package."""
    files = learner_files(course, "scorm2004")
    return zip_bytes(files | {MANIFEST: manifest2004(course, files)}, first=(MANIFEST,))


def manifest12(course: Course, files: Iterable[str]) -> bytes:
    """Return the manifest for SCORM 1.2 that lists exactly these files."""
    spaces = {
        "xmlns": "http://www.imsproject.org/xsd/imscp_rootv1p1p2",
        "xmlns:adlcp": "http://www.adlnet.org/xsd/adlcp_rootv1p2",
        "xmlns:xsi": _XSI,
        "xsi:schemaLocation": (
            "http://www.imsproject.org/xsd/imscp_rootv1p1p2 imscp_rootv1p1p2.xsd "
            "http://www.adlnet.org/xsd/adlcp_rootv1p2 adlcp_rootv1p2.xsd"
        ),
    }
    return _manifest(course, files, spaces, "1.2", "adlcp:scormtype")


def manifest2004(course: Course, files: Iterable[str]) -> bytes:
    """Return the manifest for SCORM 2004 4th edition that lists exactly these files."""
    spaces = {
        "xmlns": "http://www.imsglobal.org/xsd/imscp_v1p1",
        "xmlns:adlcp": "http://www.adlnet.org/xsd/adlcp_v1p3",
        "xmlns:imsss": "http://www.imsglobal.org/xsd/imsss",
        "xmlns:xsi": _XSI,
        "xsi:schemaLocation": (
            "http://www.imsglobal.org/xsd/imscp_v1p1 imscp_v1p1.xsd "
            "http://www.adlnet.org/xsd/adlcp_v1p3 adlcp_v1p3.xsd "
            "http://www.imsglobal.org/xsd/imsss imsss_v1p0.xsd"
        ),
    }
    delivery = {"tracked": "true", "completionSetByContent": "true", "objectiveSetByContent": "true"}
    rules = tag(
        "imsss:sequencing",
        None,
        tag(
            "imsss:objectives",
            None,
            tag("imsss:primaryObjective", {"objectiveID": "course", "satisfiedByMeasure": "false"}),
        ),
        tag("imsss:deliveryControls", delivery),
    )
    return _manifest(course, files, spaces, "2004 4th Edition", "adlcp:scormType", rules)


def _manifest(
    course: Course, files: Iterable[str], spaces: dict[str, str], version: str, kind: str, *rules: Xml
) -> bytes:
    listed = [tag("file", {"href": name}) for name in sorted(set(files) - {MANIFEST})]
    resource = {"identifier": "RES-1", "type": "webcontent", kind: "sco", "href": "index.html"}
    return document(
        tag(
            "manifest",
            {"identifier": f"ASSAY-{course.identifier}", "version": "1.0", **spaces},
            tag("metadata", None, tag("schema", None, "ADL SCORM"), tag("schemaversion", None, version)),
            tag(
                "organizations",
                {"default": "ORG-1"},
                tag(
                    "organization",
                    {"identifier": "ORG-1"},
                    tag("title", None, course.title[:200]),
                    tag(
                        "item",
                        {"identifier": "ITEM-1", "identifierref": "RES-1"},
                        tag("title", None, course.title[:200]),
                        *rules,
                    ),
                ),
            ),
            tag("resources", None, tag("resource", resource, *listed)),
        )
    )
