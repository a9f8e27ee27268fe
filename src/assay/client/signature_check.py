"""Checks the signatures of people in a database: each over the bytes that it holds, by the key that its row and passkey name.

The rows themselves are attested like any other; this shows that what they say was signed was signed.
"""

from __future__ import annotations

import json
from typing import Any

from assay.client.person_signature import signed_payload
from assay.client.report import Findings
from assay.client.source import Source
from assay.core.errors import AssayError

COLUMNS = "SELECT s.id, s.means, s.public_key, s.envelope, k.public_key FROM accounts_personsignature s"
JOIN = " LEFT JOIN accounts_passkey k ON k.id = s.passkey_id ORDER BY s.at, s.id"


def check_signatures(source: Source, findings: Findings) -> None:
    """Verify every signature of a person; nothing in a database from before there were any."""
    try:
        for identity, means, public_key, envelope, passkey in source.ledger(COLUMNS + JOIN):
            findings.count("signatures of people")
            place = f"signature {_text(identity)}"
            try:
                _check(_text(means), _text(public_key), bytes(envelope), None if passkey is None else _text(passkey))
            except AssayError as error:
                findings.add("unsigned", place, str(error), table="accounts_personsignature", key=_text(identity))
            except ValueError as error:
                findings.add("malformed", place, str(error), table="accounts_personsignature", key=_text(identity))
    except LookupError:
        return


def _check(means: str, public_key: str, envelope: bytes, passkey: str | None) -> None:
    if (means == "passkey") != (passkey is not None) or passkey not in (None, public_key):
        raise ValueError("the row names another key than the one of its passkey")
    stated: Any = json.loads(signed_payload(envelope, public_key))
    if not isinstance(stated, dict) or stated.get("predicate", {}).get("authentication") != means:
        raise ValueError("the signed statement says that its signer confirmed in another way")


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
