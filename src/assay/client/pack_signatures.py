"""The signatures of people in a pack: each lies in the payload of the entry of its act, with what verifies it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from assay.client.pack_payloads import Files, from_base64
from assay.client.person_signature import signed_payload
from assay.client.report import Findings
from assay.core.errors import AssayError


def check_pack_signatures(files: Files, listed: Mapping[str, str], findings: Findings) -> None:
    """Verify every signature of a person whose payload the pack shows, envelope and key at least.

    That a payload is the one of its entry is for others to check; this shows that what it says was signed was signed.
    """
    for name in sorted(name for name in listed if name.startswith("payloads/")):
        try:
            lines = files.read(name).splitlines()
        except AssayError:
            continue
        for index, body in _signed(lines):
            findings.count("signatures of people")
            try:
                stated: Any = json.loads(signed_payload(str(body["envelope"]).encode(), str(body["public_key"])))
                way = stated["predicate"]["authentication"]
                if body.get("authentication", way) != way:
                    raise ValueError("the signed statement says that its signer confirmed in another way")
            except (AssayError, ValueError, KeyError, TypeError) as error:
                findings.add("unsigned", f"signature in entry {index}", str(error), index=index)


def _signed(lines: list[bytes]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """(index, content) of the lines that hold a signature; a line that cannot be read is named by others."""
    for line in lines:
        try:
            value: Any = json.loads(line)
            if "fields" in value:
                body: Any = {one["name"]: one["value"] for one in value["fields"]}
            else:
                data = from_base64(value["data"])
                body = json.loads(data) if b'"envelope"' in data else {}
            index = int(value["index"])
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
        if isinstance(body, dict) and "envelope" in body and "public_key" in body:
            yield index, body
