"""The JSON bundle of stamped artefacts: read strictly, refused at the artefact and the key that is wrong."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from assay.core.errors import InvalidInput, NotFound
from assay.detect.language import language_of
from assay.studio.importing.files import printable
from assay.studio.importing.html import read_html
from assay.studio.importing.pieces import Limits, Piece, Stamp
from assay.studio.importing.stamps import stamp_check
from assay.studio.pathways import pathway_of

_TOP = ("programme", "artefacts")
_PROGRAMME = ("title", "standard", "companions", "locale", "kind", "slug")
_ARTEFACT = ("key", "pathway", "title", "text", "media_type", "language", "generation_meta", "provenance")
MEDIA_TYPES = ("text/markdown", "text/html", "text/plain", "image/svg+xml", "application/json")
# Kept as their words, as files of these formats are: what a learner reads is measured, and no markup comes back out.
MARKED_UP = ("text/html", "image/svg+xml")
_KEY = re.compile(r"[^\s/][^/]*(?:/[^\s/][^/]*)*")


def read_bundle(text: str, path: str, limits: Limits) -> tuple[dict[str, object], list[Piece]]:
    """Return what the bundle says of the programme, and its artefacts as pieces.

    Raises InvalidInput with the place for anything that the format does not have, for keys that climb out of their
    folder, and for a key given twice.
    """
    data = _parse(text, path)
    if not isinstance(data, dict) or not {"artefacts"} <= set(data) <= set(_TOP):
        _refuse(path, f"the bundle must be an object with the keys {' and '.join(_TOP)}")
    programme = data.get("programme", {})
    if isinstance(programme, str):
        programme = {"title": programme}
    declared = _programme(programme, path)
    artefacts = data["artefacts"]
    if not isinstance(artefacts, list) or not artefacts:
        _refuse(path, "'artefacts' must be a list with at least one artefact")
    if len(artefacts) > limits.artefacts:
        _refuse(path, f"'artefacts' has {len(artefacts)} entries; at most {limits.artefacts} are read at once")
    pieces: list[Piece] = []
    seen: set[str] = set()
    for number, value in enumerate(artefacts, start=1):
        piece = artefact_check(value, f"{path}, artefact {number}", path)
        if piece.key.casefold() in seen:
            _refuse(f"{path}, artefact {number}", f"the key '{piece.key}' is given twice (case aside)")
        seen.add(piece.key.casefold())
        pieces.append(piece)
    return declared, pieces


def artefact_check(value: object, place: str, path: str = "") -> Piece:
    """Return the piece that one stamped artefact makes. Raises InvalidInput that names `place` and the key.

    HTML and SVG are kept as the words they put before a learner, with the line each came from.
    """
    if not isinstance(value, dict):
        _refuse(place, "must be an object")
    unknown = sorted(set(value) - set(_ARTEFACT))
    if unknown:
        _refuse(place, f"the key '{printable(str(unknown[0]))}' is not known (known: {', '.join(_ARTEFACT)})")
    key = key_check(value.get("key"), place)
    text = _words(value, "text", place, 50 * 1024 * 1024)
    title = _words(value, "title", place, 300)
    media_type = value.get("media_type", "text/markdown")
    if media_type not in MEDIA_TYPES:
        _refuse(place, f"'media_type' is '{printable(str(media_type))}', must be one of {', '.join(MEDIA_TYPES)}")
    language = value.get("language")
    if language is not None and not (
        isinstance(language, str) and re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", language)
    ):
        _refuse(place, "'language' must be a language tag such as en or en-GB")
    stamp = None
    if value.get("generation_meta") is not None:
        stamp = stamp_check(value["generation_meta"], value.get("provenance"), place)
    elif value.get("provenance") is not None:
        _refuse(place, "'provenance' needs a 'generation_meta' beside it")
    slug = _pathway(value.get("pathway"), stamp, place)
    end = text.count("\n") + 1
    starts: tuple[int, ...] = ()
    if media_type in MARKED_UP:
        page = read_html(text, path)
        text, starts = "\n".join(page.lines), page.starts
    return Piece(
        key=key,
        pathway=slug,
        title=title or key,
        text=text,
        path=path,
        line=1,
        end_line=end,
        media_type=str(media_type),
        language=language or language_of(text[:20_000]),
        how="stamp" if slug is not None else "none",
        starts=starts,
        stamp=stamp,
    )


def key_check(key: object, place: str) -> str:
    """Return the key. Raises InvalidInput unless it is a relative path of printable names without `.` and `..`."""
    if not isinstance(key, str) or not 1 <= len(key) <= 250:
        _refuse(place, "'key' must be text of 1 to 250 characters")
    parts = key.split("/")
    if (
        any(part in (".", "..") for part in parts)
        or "\\" in key
        or re.match(r"[A-Za-z]:", key)
        or not _KEY.fullmatch(key)
    ):
        _refuse(place, f"'key' is '{printable(key)}': it must be a relative path that stays where it is")
    if key.startswith("missing:"):
        _refuse(place, f"'key' is '{printable(key)}': keys that begin with missing: stand for what is not there")
    if printable(key) != key:
        _refuse(place, f"'key' is '{printable(key)}': it holds characters that cannot be shown")
    return key


def _parse(text: str, path: str) -> Any:
    try:
        return json.loads(
            text, object_pairs_hook=lambda pairs: _once(pairs, path), parse_constant=lambda word: _number(word, path)
        )
    except json.JSONDecodeError as error:
        _refuse(f"{path}, line {error.lineno}, column {error.colno}", f"not valid JSON ({error.msg})")
    except RecursionError:
        _refuse(path, "the JSON is nested too deeply")
    except ValueError as error:
        _refuse(path, f"not readable as JSON ({error})")


def _once(pairs: list[tuple[str, Any]], path: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            _refuse(path, f"the key '{printable(key)}' stands twice in one object")
        found[key] = value
    return found


def _number(word: str, path: str) -> NoReturn:
    _refuse(path, f"{word} is not a JSON number")


def _programme(value: object, path: str) -> dict[str, object]:
    if not isinstance(value, dict) or not set(value) <= set(_PROGRAMME):
        _refuse(path, f"'programme' may have the keys {', '.join(_PROGRAMME)}")
    for key, entry in value.items():
        texts = entry if key == "companions" and isinstance(entry, list) else [entry]
        most = 300 if key == "title" else 35
        if not all(isinstance(text, str) and text.strip() and len(text) <= most for text in texts):
            _refuse(path, f"'programme.{key}' must be text of 1 to {most} characters")
    return dict(value)


def _words(value: dict[str, Any], key: str, place: str, most: int) -> str:
    text = value.get(key, "" if key == "title" else None)
    if not isinstance(text, str):
        _refuse(place, f"'{key}' must be text")
    if len(text) > most:
        _refuse(place, f"'{key}' is {len(text)} characters long; at most {most} are kept")
    if "\0" in text:
        _refuse(place, f"'{key}' holds a NUL at character {text.index(chr(0))}")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        _refuse(place, f"'{key}' holds half a surrogate pair at character {error.start}")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _pathway(named: object, stamp: Stamp | None, place: str) -> str | None:
    if named is None:
        return pathway_of(stamp.route).slug if stamp is not None else None
    if isinstance(named, bool) or not isinstance(named, (str, int)):
        _refuse(place, "'pathway' must be the slug or the number of a pathway")
    if named == "unmapped" and stamp is None:
        return None
    try:
        slug = pathway_of(named).slug
    except NotFound:
        _refuse(place, f"'pathway' is '{printable(str(named))}', which is not one of the 22")
    if stamp is not None and pathway_of(stamp.route).slug != slug:
        _refuse(place, f"'pathway' is '{slug}' and the stamp says that the route was '{stamp.route}'")
    return slug


def _refuse(place: str, reason: str) -> NoReturn:
    raise InvalidInput(f"{place}: {reason}.", hint="docs/formats describes the bundle.", place=place, reason=reason)
