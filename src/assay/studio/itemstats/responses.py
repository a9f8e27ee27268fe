"""Responses out of what learning platforms export: QTI result reports, xAPI statements, CSV.

Items are known by their id (`q` and twelve hexadecimal digits) wherever a platform puts it. The first attempt of a
learner at an item counts, later ones do not.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from xml.etree import ElementTree as Tree

from assay.core.errors import InvalidInput
from assay.studio.importing.files import decode
from assay.studio.importing.xmlsafe import local, xml_parse
from assay.studio.packaging.items import LETTERS

_ITEM = re.compile(r"q[0-9a-f]{12}")
_COLUMNS = ("learner", "item", "response", "correct")
MOST = 2_000_000


@dataclass(frozen=True)
class Response:
    """What one learner answered to one item. `chosen` are indexes from 0, None where the platform does not say;
    `correct` is the platform's own judgement, None where it gives none. `learner` is a digest."""

    learner: str
    item: str
    chosen: frozenset[int] | None
    correct: bool | None


@dataclass(frozen=True)
class Responses:
    """First attempts, in the order of the file; how many later attempts and how many lines about no item were left out."""

    first: tuple[Response, ...]
    repeated: int
    unknown: int


def responses_read(raw: bytes, name: str) -> Responses:
    """Return the responses of a file: QTI results (XML), xAPI statements (JSON or JSON lines), or CSV with the columns
    learner, item, response and, if known, correct. Raises InvalidInput naming file and line.
    """
    text = decode(raw, name)
    start = text.lstrip()[:1]
    if start == "<":
        found = _qti(xml_parse(raw, name))
    elif start in ("{", "["):
        found = _xapi(_statements(text, name), name)
    else:
        found = _csv(text, name)
    return _first(found)


def _first(found: Iterable[Response | None]) -> Responses:
    kept: dict[tuple[str, str], Response] = {}
    repeated = unknown = 0
    for response in found:
        if response is None:
            unknown += 1
        elif (response.learner, response.item) in kept:
            repeated += 1
        else:
            kept[(response.learner, response.item)] = response
        if len(kept) > MOST:
            raise InvalidInput(f"There are more than {MOST:,} responses.", hint="Read them in parts.")
    return Responses(tuple(kept.values()), repeated, unknown)


def _response(learner: str, item: str, answer: str | None, correct: bool | None) -> Response | None:
    named = _ITEM.findall(item)
    if not named or not learner:
        return None
    digest = sha256(learner.encode("utf-8", "replace")).hexdigest()[:24]
    return Response(digest, named[-1], None if answer is None else _chosen(answer), correct)


def _chosen(answer: str) -> frozenset[int] | None:
    """The options that letters such as `B`, `a[,]c`, `A, C` name; None for words that are no letters of options."""
    parts = [part for part in re.split(r"\[,\]|[\s,;]+", answer.strip()) if part]
    if any(len(part) != 1 or part.upper() not in LETTERS for part in parts):
        return None
    return frozenset(LETTERS.index(part.upper()) for part in parts)


def _csv(text: str, name: str) -> Iterator[Response | None]:
    head = text.split("\n", 1)[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ",", strict=True)
    columns = [column.strip().lower() for column in rows.fieldnames or []]
    if not {"learner", "item"} <= set(columns) or not {"response", "correct"} & set(columns):
        raise InvalidInput(
            f"{name} has the columns {', '.join(columns) or 'none'}.",
            hint=f"It needs learner, item, and response or correct ({', '.join(_COLUMNS)}).",
            path=name,
        )
    rows.fieldnames = columns
    try:
        for row in rows:
            said = (row.get("correct") or "").strip().lower()
            if said not in ("", *_YES, *_NO):
                raise InvalidInput(
                    f"{name}, line {rows.line_num}: 'correct' is '{said[:20]}'.",
                    hint="Write 1 or 0, or leave it empty.",
                    path=name,
                )
            correct = None if not said else said in _YES
            answer = (row["response"] or "") if "response" in columns else None
            yield _response((row["learner"] or "").strip(), row["item"] or "", answer, correct)
    except csv.Error as error:
        raise InvalidInput(
            f"{name}, line {rows.line_num}: {error}.", hint="Export it as CSV again.", path=name
        ) from None


_YES = ("1", "true", "yes", "correct")
_NO = ("0", "false", "no", "wrong", "incorrect")


def _statements(text: str, name: str) -> list[Any]:
    try:
        try:
            value = json.loads(text)
        except json.JSONDecodeError:
            value = [json.loads(line) for line in text.split("\n") if line.strip()]
    except (ValueError, RecursionError) as error:
        raise InvalidInput(
            f"{name} is not readable as JSON ({error}).", hint="Export the statements again.", path=name
        ) from None
    if isinstance(value, dict):
        value = value.get("statements", [value])
    if not isinstance(value, list):
        raise InvalidInput(f"{name} holds no list of statements.", hint="Export the statements again.", path=name)
    return value


def _xapi(statements: list[Any], name: str) -> Iterator[Response | None]:
    timed = sorted(
        (each for each in statements if isinstance(each, dict)), key=lambda each: str(each.get("timestamp", ""))
    )
    for statement in timed:
        verb = _of(statement, "verb", "id")
        if not str(verb).endswith("/answered"):
            continue
        actor = statement.get("actor")
        learner = (
            _of(actor, "account", "name") or _of(actor, "mbox") or _of(actor, "mbox_sha1sum") or _of(actor, "openid")
        )
        result = statement.get("result")
        answer, correct = _of(result, "response"), _of(result, "success")
        yield _response(
            str(learner or ""),
            str(_of(statement, "object", "id") or ""),
            answer if isinstance(answer, str) else None,
            correct if isinstance(correct, bool) else None,
        )


def _of(value: Any, *path: str) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _qti(root: Tree.Element) -> Iterator[Response | None]:
    results = [each for each in root.iter() if local(each) == "assessmentResult"]
    if not results:
        raise InvalidInput("The XML holds no QTI result.", hint="Export results as QTI assessmentResult.")
    for result in results:
        learner = next((each.get("sourcedId", "") for each in result if local(each) == "context"), "")
        for item in result.iter():
            if local(item) == "itemResult":
                yield _response(
                    learner,
                    item.get("identifier", ""),
                    _values(item, "responseVariable", "candidateResponse"),
                    _scored(item),
                )


def _values(item: Tree.Element, kind: str, inner: str) -> str | None:
    """The values of the first variable of a kind, joined; None without one. Numbers of attempts are no answers."""
    for variable in item:
        if local(variable) == kind and variable.get("identifier") not in ("numAttempts", "duration"):
            held = next((each for each in variable if local(each) == inner), None)
            return ",".join((each.text or "").strip() for each in held) if held is not None else ""
    return None


def _scored(item: Tree.Element) -> bool | None:
    for variable in item:
        if local(variable) == "outcomeVariable" and variable.get("identifier") == "SCORE":
            text = next((each.text or "" for each in variable if local(each) == "value"), "")
            try:
                return float(text) >= 1
            except ValueError:
                return None
    return None
