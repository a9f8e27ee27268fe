"""What a package says about its publication: that it is a draft and why, or which publication it is of. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from assay.studio.packaging.course import Course

FILE = "publication.json"
NOT_FOR_LEARNERS = "Draft, not for learners: this programme was not published as it stands here."


def drafted(course: Course, reasons: Sequence[str]) -> Course:
    """The course as a draft: its title begins with DRAFT, and every format shows `reasons` before anything else."""
    told = {"state": "draft", "reasons": list(reasons)}
    return replace(
        course, title=f"DRAFT: {course.title}", draft=tuple(reasons), files={**course.files, FILE: _bytes(told)}
    )


def released(course: Course, *, number: int, at: datetime, manifest: str) -> Course:
    """The course with the publication that it is of: its number, when it was, and the digest of its list of texts."""
    told = {"state": "published", "number": number, "at": at.isoformat(), "manifest": manifest}
    return replace(course, files={**course.files, FILE: _bytes(told)})


def _bytes(value: Mapping[str, object]) -> bytes:
    return (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
