"""SCORM 1.2 and 2004 packages into documents: the pages in the order of the manifest. Nothing is run or unpacked to disk.

Sources: SCORM 1.2 Content Aggregation Model 2.3; SCORM 2004 4th edition CAM 3.4.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as Tree

from assay.core.errors import InvalidInput
from assay.studio.importing.archive import Archive
from assay.studio.importing.files import HTML, UNREAD, decode, printable
from assay.studio.importing.html import read_html
from assay.studio.importing.pieces import Document, Limits, Note
from assay.studio.importing.xmlsafe import local, xml_parse

MANIFEST = "imsmanifest.xml"
_FEW = 8


@dataclass(frozen=True)
class Package:
    """What a package holds: its title, its pages as documents, files that could not be read, notes."""

    title: str
    version: str
    documents: tuple[Document, ...]
    unread: tuple[str, ...]
    notes: tuple[Note, ...]


def is_package(archive: Archive) -> bool:
    """Whether a zip holds a manifest where a content package has one: at its root, or in its only folder."""
    return _root(archive) is not None


def read_scorm(raw: bytes, path: str, limits: Limits) -> Package:
    """Return the pages of a package. Raises InvalidInput for a zip without manifest, for what an archive may not hold,
    and where the manifest names files outside the package.
    """
    archive = Archive(raw, path, limits)
    root = _root(archive)
    if root is None:
        raise InvalidInput(
            f"{path} is a zip without {MANIFEST}, so it is no SCORM package.",
            hint="Unpack it and import the folder, or export it as SCORM 1.2 or 2004.",
            path=path,
        )
    manifest = xml_parse(archive.read(root + MANIFEST), f"{path}, {MANIFEST}")
    notes: list[Note] = []
    order: dict[str, str] = {}
    for title, href in _launched(manifest):
        name = _place(root, href, path, notes)
        if name is not None:
            order.setdefault(name, title)
    named = list(order)
    listed = (_place(root, href, path, notes) for href in _listed(manifest))
    named += [name for name in listed if name is not None and _suffix(name) in HTML]
    rest = sorted(name for name in archive.names() if _suffix(name) in HTML and name not in set(named))
    notes += [
        Note("not-in-manifest", f"{path}/{name}", "the manifest does not list this page; read all the same")
        for name in rest
    ]
    documents = []
    for name in dict.fromkeys([*named, *rest]):
        if name not in archive:
            notes.append(
                Note("missing", f"{path}/{printable(name)}", "the manifest lists this file and it is not there")
            )
        elif _suffix(name) in HTML:
            documents.append(_page(archive, name, order.get(name, ""), notes))
    unread = tuple(name for name in archive.names() if _suffix(name) in UNREAD)
    if not documents:
        raise InvalidInput(
            f"{path} has no page in HTML, so there is nothing to read in it.", hint="Export it as web pages.", path=path
        )
    return Package(_title(manifest), _version(manifest), tuple(documents), unread, tuple(notes))


def _root(archive: Archive) -> str | None:
    found = [name for name in archive.names() if name.rsplit("/", 1)[-1] == MANIFEST and name.count("/") <= 1]
    return min(found, key=len)[: -len(MANIFEST)] if found else None


def _page(archive: Archive, name: str, title: str, notes: list[Note]) -> Document:
    path = f"{archive.name}/{name}"
    document = read_html(decode(archive.read(name), path), path)
    notes += document.notes
    scripted = any(note.code == "script" and "script" in note.text for note in document.notes)
    if scripted and sum(len(line.split()) for line in document.lines) < _FEW:
        notes.append(
            Note("scripted", path, "its words are made by scripts, which are not run; nothing of them was looked at")
        )
    return replace(document, title=document.title or title, notes=())


def _launched(manifest: Tree.Element) -> Iterator[tuple[str, str]]:
    """Title and address of each item of the organizations, the default one first, in their order."""
    resources = {each.get("identifier", ""): each for each in manifest.iter() if local(each) == "resource"}
    for organization in _organizations(manifest):
        for item in organization.iter():
            resource = resources.get(item.get("identifierref", "")) if local(item) == "item" else None
            if resource is not None and resource.get("href"):
                yield _said(item, "title"), _base(resource) + resource.get("href", "")


def _organizations(manifest: Tree.Element) -> list[Tree.Element]:
    """The organizations of a manifest, the default one first."""
    found = next((each for each in manifest.iter() if local(each) == "organizations"), None)
    if found is None:
        return []
    default = found.get("default")
    all_ = [each for each in found if local(each) == "organization"]
    return sorted(all_, key=lambda each: each.get("identifier") != default)


def _listed(manifest: Tree.Element) -> Iterator[str]:
    for resource in manifest.iter():
        if local(resource) == "resource":
            for each in resource:
                if local(each) == "file" and each.get("href"):
                    yield _base(resource) + each.get("href", "")


def _base(element: Tree.Element) -> str:
    return element.get("{http://www.w3.org/XML/1998/namespace}base", "")


def _place(root: str, href: str, path: str, notes: list[Note]) -> str | None:
    """The name of the file in the package that an address means, None for one on the web."""
    parts = urlsplit(href.replace("\\", "/"))
    if parts.scheme or parts.netloc:
        note = Note("outside", path, f"{printable(href)[:200]} lies outside the package and was not fetched")
        if note not in notes:
            notes.append(note)
        return None
    name = posixpath.normpath(root + unquote(parts.path))
    if name.startswith(("../", "/")) or name == "..":
        raise InvalidInput(
            f"The manifest of {path} names {printable(href)[:200]}, which lies outside the package.",
            hint="Do not trust this file.",
            path=path,
        )
    return name


def _title(manifest: Tree.Element) -> str:
    return next((_said(each, "title") for each in _organizations(manifest)), "")[:300]


def _version(manifest: Tree.Element) -> str:
    return next(((each.text or "").strip() for each in manifest.iter() if local(each) == "schemaversion"), "")


def _said(element: Tree.Element, name: str) -> str:
    return next((" ".join("".join(each.itertext()).split()) for each in element if local(each) == name), "")


def _suffix(name: str) -> str:
    return posixpath.splitext(name)[1].lower()
