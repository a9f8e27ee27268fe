"""Payloads of a pack against the commitments of their entries."""

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from assay.client.fields import Opening, commitment_by_field, commitment_of_digests
from assay.client.report import Findings
from assay.client.statement import commitment_of
from assay.core.errors import AssayError, InvalidInput


class Committed(NamedTuple):
    """What the leaf of an entry says: the commitment to its payload, whether it is one to fields, the kind."""

    commitment: str = ""
    by_field: bool = False
    kind: str = ""


# What each entry in the pack commits to, by index.
Commitments = dict[int, Committed]


class Files(Protocol):
    """The files of a pack by name. `read` raises NotFound."""

    def names(self) -> list[str]: ...

    def read(self, name: str) -> bytes: ...


def check_payloads(files: Files, listed: Mapping[str, str], commitments: Commitments, findings: Findings) -> None:
    """Compare every payload of a pack, whole or shown in part, with the commitment of its entry."""
    for name in sorted(name for name in listed if name.startswith("payloads/")):
        try:
            lines = files.read(name).splitlines()
        except AssayError:
            continue
        for number, line in enumerate(lines, 1):
            findings.count("payloads")
            try:
                index, whole, by_field = _payload(line)
            except InvalidInput as error:
                findings.add("malformed", f"{name} line {number}", str(error))
                continue
            wanted, form, _ = commitments.get(index, Committed())
            if not wanted or wanted != (by_field if form else whole)():
                message = "the payload or its salt is not what was committed"
                findings.add("edited", f"{name} line {number}", message, index=index)


def bodies(files: Files, listed: Iterable[str], *, holding: bytes = b"") -> Iterator[tuple[int, Mapping[str, Any]]]:
    """(index, content or the fields of it that are shown) of the payloads that are JSON objects.

    `holding` leaves out whole contents without these bytes. What cannot be read is named by `check_payloads`.
    """
    for name in sorted(name for name in listed if name.startswith("payloads/")):
        try:
            lines = files.read(name).splitlines()
        except AssayError:
            continue
        for line in lines:
            try:
                value: Any = json.loads(line)
                if "fields" in value:
                    body: Any = {one["name"]: one["value"] for one in value["fields"]}
                else:
                    data = from_base64(value["data"])
                    body = json.loads(data) if holding in data else None
                index = int(value["index"])
            except (ValueError, KeyError, TypeError, RecursionError):
                continue
            if isinstance(body, dict):
                yield index, body


def _payload(line: bytes) -> tuple[int, Callable[[], str], Callable[[], str]]:
    """(index, the commitment to the whole, the commitment by field) of one line; the one that it cannot give is ""."""
    try:
        value: Any = json.loads(line)
        index = value["index"]
        if type(index) is not int:
            raise ValueError("an index is a whole number")
        if "fields" in value:
            shown = [Opening(str(one["name"]), from_base64(one["salt"]), one["value"]) for one in value["fields"]]
            hidden = [from_base64(one) for one in value["hidden"]]
            found = commitment_of_digests([*(each.digest for each in shown), *hidden])
            return index, str, lambda: found
        salt, data = from_base64(value["salt"]), from_base64(value["data"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InvalidInput("A line of payloads cannot be read.") from error
    return index, lambda: commitment_of(salt, data), lambda: _by_field(salt, data)


def _by_field(salt: bytes, data: bytes) -> str:
    try:
        return commitment_by_field(salt, data)
    except InvalidInput:
        return ""


def from_base64(text: str) -> bytes:
    """The bytes of standard base64. Raises ValueError or TypeError."""
    return base64.b64decode(text, validate=True)
