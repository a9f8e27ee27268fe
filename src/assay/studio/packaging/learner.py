"""The files that a learner opens: the shell, one page an artefact, and the player. Shared by SCORM, cmi5 and HTML."""

from __future__ import annotations

import json
from hashlib import sha256
from importlib import resources
from typing import Literal

from assay.core.errors import InvalidInput
from assay.studio.packaging.course import Course, Page, require_pages
from assay.studio.packaging.draft import NOT_FOR_LEARNERS
from assay.studio.packaging.render import headings_of, item_form, prose
from assay.studio.packaging.tags import Xml, clean, tag

Profile = Literal["scorm12", "scorm2004", "cmi5", "none"]
_SPEAKS = {"scorm12": "lms-scorm.js", "scorm2004": "lms-scorm.js", "cmi5": "lms-cmi5.js", "none": "lms-none.js"}
# SCORM 1.2 run-time, 3.4.4: cmi.suspend_data holds 4096 characters; SCORM 2004 4th edition: 64000.
_KEPT = {"scorm12": 4096, "scorm2004": 64000, "cmi5": 10_000_000, "none": 10_000_000}
# Nothing is loaded but the package's own files. cmi5 talks to the record store that launched it, wherever that is.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; frame-src 'self'; connect-src {}"
)
_DOCTYPE = "<!doctype html>\n"


def learner_files(course: Course, profile: Profile) -> dict[str, bytes]:
    """Return the files by name, `index.html` to be opened first. Raises InvalidInput for a course without pages, or
    with more items than a platform of this profile can remember.
    """
    require_pages(course)
    length = 12 + len(course.pages) // 4 + 2 * sum(len(page.items) for page in course.pages)
    if length > _KEPT[profile]:
        raise InvalidInput(
            f"A learner's state would take {length} characters; {profile} keeps {_KEPT[profile]}.",
            hint="Choose SCORM 2004 or cmi5, or split the programme.",
        )
    files = {page.file: _page(page, course) for page in course.pages}
    files["index.html"] = _shell(course, profile)
    for name in ("player.css", "page.js", "shell.js", _SPEAKS[profile]):
        files[f"player/{name}"] = player_file(name)
    return files | {f"provenance/{name}": data for name, data in course.files.items()}


def player_file(name: str) -> bytes:
    """The bytes of a file of the player."""
    return resources.files("assay.studio.packaging.player").joinpath(name).read_bytes()


def _head(title: str, folder: str, *more: Xml, connect: str = "'none'") -> Xml:
    return tag(
        "head",
        None,
        tag("meta", {"charset": "utf-8"}),
        tag("meta", {"http-equiv": "Content-Security-Policy", "content": _POLICY.format(connect)}),
        tag("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        tag("title", None, title),
        *more,
        tag("link", {"rel": "stylesheet", "href": f"{folder}player/player.css"}),
    )


def _script(name: str, folder: str = "") -> Xml:
    return tag("script", {"defer": "defer", "src": f"{folder}player/{name}"}, "")


def _page(page: Page, course: Course) -> bytes:
    stamp = [tag("meta", {"name": "assay:artefact", "content": page.key})]
    if page.meta:
        meta = json.dumps(dict(page.meta), sort_keys=True, ensure_ascii=False)
        stamp.append(tag("meta", {"name": "assay:generation-meta", "content": meta}))
    parts: list[Xml] = []
    if headings_of(page.blocks) != 1:
        parts.append(tag("h1", None, page.title))
    number = 0
    for block in page.blocks:
        if isinstance(block, str):
            parts.append(prose(block, page.media_type))
        else:
            number += 1
            parts.append(item_form(block, page.id, number, page.media_type))
    body = tag("body", {"data-page": page.id}, *_draft(course), tag("main", {"class": "page"}, *parts))
    head = _head(page.title, "../", *stamp, _script("page.js", "../"))
    return f"{_DOCTYPE}{tag('html', {'lang': course.language}, head, body)}\n".encode()


def _shell(course: Course, profile: Profile) -> bytes:
    head = _head(
        course.title, "", _script(_SPEAKS[profile]), _script("shell.js"), connect="*" if profile == "cmi5" else "'none'"
    )
    parts = [
        Xml(tag("h2", None, name) + tag("ol", None, *(tag("li", None, _link(page)) for page in pages)))
        for name, pages in course.parts()
    ]
    contents = tag(
        "nav",
        {"class": "toc", "aria-label": "Contents"},
        tag("details", {"open": "open"}, tag("summary", None, "Contents"), *parts),
    )
    first = course.pages[0]
    frame = tag("iframe", {"id": "page", "title": first.title, "name": "page"}, "")
    body = tag(
        "body",
        {"class": "shell"},
        tag(
            "header",
            {"class": "shell__head"},
            tag("a", {"class": "skip", "href": "#page"}, "To the page"),
            tag("h1", None, course.title),
            tag("p", {"class": "shell__state", "id": "standing"}, ""),
        ),
        *_why_draft(course),
        tag("p", {"class": "shell__word", "id": "word", "role": "status", "hidden": "hidden"}, ""),
        tag(
            "main",
            {"class": "shell__body"},
            contents,
            tag(
                "noscript",
                None,
                tag(
                    "p",
                    None,
                    "The player needs JavaScript to record anything; each entry of the contents opens without it.",
                ),
            ),
            frame,
        ),
        tag(
            "footer",
            {"class": "shell__foot"},
            tag("button", {"type": "button", "id": "back", "class": "quiet"}, "Back"),
            tag("button", {"type": "button", "id": "next"}, "Next page"),
        ),
        tag("script", {"type": "application/json", "id": "course"}, _facts(course, profile)),
    )
    return f"{_DOCTYPE}{tag('html', {'lang': course.language}, head, body)}\n".encode()


def _draft(course: Course) -> list[Xml]:
    """The mark on every page of a draft."""
    return [tag("p", {"class": "draft", "role": "note"}, NOT_FOR_LEARNERS)] if course.draft else []


def _why_draft(course: Course) -> list[Xml]:
    """The mark around all pages of a draft, with what is in the way of publishing it."""
    if not course.draft:
        return []
    why = tag("ul", None, *(tag("li", None, reason) for reason in course.draft))
    return [tag("details", {"class": "draft"}, tag("summary", None, "Why this is a draft"), why)]


def _link(page: Page) -> Xml:
    return tag("a", {"href": page.file, "target": "page"}, page.title, tag("span", {"class": "seen"}, ""))


def _facts(course: Course, profile: Profile) -> Xml:
    pages = [
        {
            "id": page.id,
            "file": page.file,
            "title": page.title,
            "scored": page.scored,
            "items": [item.id for item in page.items],
            "keys": [list(item.key) for item in page.items],
        }
        for page in course.pages
    ]
    shape = json.dumps([[page["id"], page["items"]] for page in pages])
    facts = {
        "profile": profile,
        "passMark": course.pass_mark,
        "fingerprint": sha256(shape.encode()).hexdigest()[:8],
        "pages": pages,
    }
    # Inside a script element only "<" could end it; as an escape it is the same JSON.
    return Xml(clean(json.dumps(facts, ensure_ascii=False, sort_keys=True)).replace("<", "\\u003c"))
