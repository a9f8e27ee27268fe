"""The signatures of people in a pack: each lies in the payload of the entry of its act, with what verifies it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from assay.client.pack_payloads import Files, bodies
from assay.client.person_signature import signed_payload
from assay.client.report import Findings
from assay.core.errors import AssayError


def check_pack_signatures(files: Files, listed: Mapping[str, str], findings: Findings) -> None:
    """Verify every signature of a person whose payload the pack shows, envelope and key at least.

    That a payload is the one of its entry is for others to check; this shows that what it says was signed was signed.
    """
    for index, body in bodies(files, listed, holding=b'"envelope"'):
        if "envelope" not in body or "public_key" not in body:
            continue
        findings.count("signatures of people")
        try:
            stated: Any = json.loads(signed_payload(str(body["envelope"]).encode(), str(body["public_key"])))
            way = stated["predicate"]["authentication"]
            if body.get("authentication", way) != way:
                raise ValueError("the signed statement says that its signer confirmed in another way")
        except (AssayError, ValueError, KeyError, TypeError) as error:
            findings.add("unsigned", f"signature in entry {index}", str(error), index=index)
