"""From a path to pieces: files found, decoded, read, cut by structure, and mapped."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from assay.core.errors import InvalidInput
from assay.detect.language import language_of
from assay.studio.importing.archive import Archive
from assay.studio.importing.bundle import read_bundle
from assay.studio.importing.docx import read_docx
from assay.studio.importing.files import (
    ACCEPTED,
    BUNDLE,
    HTML,
    MARKDOWN,
    PACKAGE,
    PLAIN,
    READABLE,
    UNREAD,
    WORD,
    Found,
    decode,
    direction_marks,
    file_digest,
    find_files,
    read_bytes,
)
from assay.studio.importing.html import read_html
from assay.studio.importing.mapping import MAPPING_FILE, Mapping, parse_mapping
from assay.studio.importing.markdown import read_markdown
from assay.studio.importing.pieces import Document, Limits, Note, Piece, Source, line_of
from assay.studio.importing.plain import read_plain
from assay.studio.importing.scorm import is_package, read_scorm
from assay.studio.importing.structure import Section, cut
from assay.studio.pathways import pathway_of


def read_source(path: Path, *, mapping: Mapping | None = None, limits: Limits | None = None) -> Source:
    """Return the pieces of a folder, a text file or a JSON bundle, in the order of file names and lines.

    `mapping` overrides the `assay-mapping.yaml` of a folder. Every line of every file read is in exactly one piece.
    Raises InvalidInput, naming the file, where the source is empty, too large, not text, or not what it claims to be.
    """
    limits = limits or Limits()
    root = Path(path)
    files, notes = find_files(root, limits)
    if root.is_file():
        _check_single(files[0])
    declared = mapping or _own_mapping(files, limits)
    pieces: list[Piece] = []
    said: dict[str, object] = {}
    read = 0
    for found in files:
        reason = declared.left_out(found.name)
        if found.name == MAPPING_FILE:
            continue
        if reason is not None:
            notes.append(Note("left-out", found.name, f"left out by the mapping: {reason}"))
        elif found.suffix in UNREAD:
            pieces.append(_unread(found.name, UNREAD[found.suffix], file_digest(found)))
            notes.append(
                Note("unread", found.name, f"{found.suffix} is not read by this version; counted as not looked at")
            )
        elif found.suffix in BUNDLE and (root.is_file() or _looks_like_bundle(found)):
            text = decode(read_bytes(found, limits), found.name)
            about, artefacts = read_bundle(text, found.name, limits)
            said = said or about
            pieces += (
                artefacts if root.is_file() else [replace(each, key=f"{found.name}#{each.key}") for each in artefacts]
            )
            read += 1
        elif found.suffix in PACKAGE:
            about, opened = _package(found, declared, limits, notes, alone=root.is_file())
            said = said or about
            pieces += opened
            read += 1
        elif found.suffix in READABLE:
            document, more = _read(found, limits)
            notes += more
            pieces += _pieces(document, declared)
            read += 1
        else:
            notes.append(Note("other", found.name, "not a format of texts; left out"))
    if not pieces:
        raise InvalidInput(
            f"There is nothing to read in {root.name or root}: {len(files)} files, none of them with text.",
            hint=f"Give {ACCEPTED}.",
            path=str(root),
        )
    said = {
        **said,
        **{
            key: getattr(declared, key)
            for key in ("title", "standard", "companions", "locale")
            if getattr(declared, key)
        },
    }
    return Source(_name(root), _unique(pieces), tuple(notes), read, declared.blueprint, said)


def _check_single(found: Found) -> None:
    if found.suffix in READABLE | BUNDLE | PACKAGE:
        return
    if found.suffix in UNREAD:
        raise InvalidInput(
            f"{found.name} is a {found.suffix[1:].upper()} file, which this version does not read.",
            hint=f"Accepted: {ACCEPTED}.",
            path=found.name,
        )
    raise InvalidInput(
        f"{found.name} is not of a format that Assay reads.", hint=f"Accepted: {ACCEPTED}.", path=found.name
    )


def _own_mapping(files: list[Found], limits: Limits) -> Mapping:
    for found in files:
        if found.name == MAPPING_FILE:
            return parse_mapping(read_bytes(found, limits), found.name)
    return Mapping()


def _looks_like_bundle(found: Found) -> bool:
    with found.path.open("rb") as stream:
        return b'"artefacts"' in stream.read(65536)


def _package(
    found: Found, mapping: Mapping, limits: Limits, notes: list[Note], *, alone: bool
) -> tuple[dict[str, object], list[Piece]]:
    """Return what a SCORM package says of its course, and its pieces. In a folder, another zip counts as not read."""
    raw = read_bytes(found, limits)
    if not alone and not is_package(Archive(raw, found.name, limits)):
        notes.append(Note("unread", found.name, "a zip without a manifest; counted as not looked at"))
        return {}, [_unread(found.name, "application/zip", file_digest(found))]
    package = read_scorm(raw, found.name, limits)
    notes += package.notes
    pieces = []
    for page in package.documents:
        pieces += _pieces(replace(page, language=_language("\n".join(page.lines), page.language)), mapping)
    for name in package.unread:
        path = f"{found.name}/{name}"
        notes.append(Note("unread", path, "not read by this version; counted as not looked at"))
        digest = "sha256:" + sha256(Archive(raw, found.name, limits).read(name)).hexdigest()
        pieces.append(_unread(path, UNREAD["." + name.rsplit(".", 1)[-1].lower()], digest))
    return ({"title": package.title} if package.title else {}), pieces


def _read(found: Found, limits: Limits) -> tuple[Document, list[Note]]:
    if found.suffix in WORD:
        document = read_docx(read_bytes(found, limits), found.name, limits)
        text = "\n".join(document.lines)
        return replace(document, language=_language(text, document.language)), list(document.notes)
    text = decode(read_bytes(found, limits), found.name)
    if found.suffix in MARKDOWN:
        document = read_markdown(text, found.name)
    elif found.suffix in HTML:
        document = read_html(text, found.name)
    else:
        assert found.suffix in PLAIN
        document = read_plain(text, found.name)
    notes = list(document.notes)
    if turned := direction_marks(text):
        notes.append(Note("direction", found.name, f"{turned} characters change the direction of the text around them"))
    if not text.strip():
        notes.append(Note("empty", found.name, "the file is empty"))
    return replace(document, language=_language(text, document.language)), notes


def _language(text: str, said: str | None) -> str | None:
    hint = said if said and re.fullmatch(r"[A-Za-z]{2,3}([-_].*)?", said) else None
    return language_of(text[:20_000], hint=hint)


def _pieces(document: Document, mapping: Mapping) -> list[Piece]:
    pieces = []
    sections = cut(document, also=lambda heading: mapping.splits(document.path, heading))
    if document.stamp is not None and document.media_type == "text/html":
        # A page that we wrote is one artefact, and its stamp speaks of the whole of it.
        heading = document.headings[0] if document.headings else None
        trail = (heading.words,) if heading is not None else ()
        sections = iter([Section(0, len(document.lines), heading, trail, pathway_of(document.stamp.route).slug)])
    for section in sections:
        text = "\n".join(document.lines[section.first : section.last])
        if not text.strip():
            continue
        pieces.append(_piece(document, section, text, mapping))
    return pieces


def _piece(document: Document, section: Section, text: str, mapping: Mapping) -> Piece:
    title = section.heading.words if section.heading is not None else document.title
    title = title or document.path.rsplit("/", 1)[-1]
    ruled, slug = mapping.pathway(document.path, section.heading.words if section.heading is not None else "")
    how: str = "mapping"
    if not ruled:
        slug, how = section.pathway, "structure" if section.pathway else "none"
        if document.declared is not None and slug == document.declared:
            how = "front-matter"
        if document.stamp is not None:
            slug, how = pathway_of(document.stamp.route).slug, "stamp"
    return Piece(
        key="#".join(filter(None, (document.path, "/".join(filter(None, map(_slug, section.trail)))))),
        pathway=slug,
        title=title[:300],
        text=text,
        path=document.path,
        line=line_of(document.starts, section.first),
        end_line=line_of(document.starts, section.last - 1),
        media_type=document.media_type,
        language=document.language,
        how=how,  # type: ignore[arg-type]  # one of the words above
        starts=document.starts[section.first : section.last],
        stamp=document.stamp,
    )


def _unread(name: str, media_type: str, digest: str) -> Piece:
    return Piece(
        key=name,
        pathway=None,
        title=name.rsplit("/", 1)[-1],
        text="",
        path=name,
        line=1,
        end_line=1,
        media_type=media_type,
        language=None,
        how="none",
        read=False,
        file_digest=digest,
    )


def _slug(words: str) -> str:
    plain = unicodedata.normalize("NFKC", words).casefold()
    return re.sub(r"[^\w]+", "-", plain).strip("-")[:60]


def _unique(pieces: list[Piece]) -> tuple[Piece, ...]:
    """Number keys that occur again (`~2`), case and Unicode form aside, so that no two artefacts share one."""
    seen: dict[str, int] = {}
    found = []
    for piece in pieces:
        key = unicodedata.normalize("NFC", piece.key)[:240]
        count = seen[key.casefold()] = seen.get(key.casefold(), 0) + 1
        found.append(replace(piece, key=key if count == 1 else f"{key}~{count}"))
    return tuple(found)


def _name(root: Path) -> str:
    resolved = root.resolve()
    return resolved.name if resolved.is_dir() else resolved.stem
