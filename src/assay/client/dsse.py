"""DSSE v1 envelopes with Ed25519: a signature over the exact bytes of a payload and its type.

Source: secure-systems-lab/dsse, protocol and envelope v1.
"""

import base64
import binascii
import json
from collections.abc import Iterable
from typing import Any

from assay.core.errors import IntegrityBroken, InvalidInput
from assay.core.note import Signer, VerifierKey

IN_TOTO = "application/vnd.in-toto+json"


def pre_authentication(payload_type: str, payload: bytes) -> bytes:
    """The bytes that are signed: "DSSEv1", then type and payload, each with its length in bytes before it."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def envelope_sign(payload: bytes, signers: Iterable[Signer], *, payload_type: str = IN_TOTO) -> bytes:
    """The envelope of `payload` as JSON. The key id of a signature is the name and id of the signer's verifier key."""
    message = pre_authentication(payload_type, payload)
    signatures = [
        {"keyid": f"{one.name}+{one.key_id.hex()}", "sig": base64.b64encode(one.sign(message)).decode()}
        for one in signers
    ]
    if not signatures:
        raise InvalidInput("An envelope needs at least one signature.")
    envelope = {"payload": base64.b64encode(payload).decode(), "payloadType": payload_type, "signatures": signatures}
    return (json.dumps(envelope, indent=1, sort_keys=True) + "\n").encode()


def envelope_open(data: bytes, keys: Iterable[VerifierKey], *, payload_type: str = IN_TOTO) -> bytes:
    """The payload of an envelope that one of `keys` signed.

    Raises InvalidInput if it is no envelope of this type, IntegrityBroken if none of `keys` signed it or one of theirs
    does not verify.
    """
    payload, found_type, signatures = _parts(data)
    if found_type != payload_type:
        raise InvalidInput(f"The envelope holds {found_type!r}, not {payload_type!r}.")
    message = pre_authentication(payload_type, payload)
    signed = 0
    for key in keys:
        for keyid, signature in signatures:
            if keyid == f"{key.name}+{key.key_id.hex()}":
                key.verify(message, signature)
                signed += 1
    if not signed:
        raise IntegrityBroken("The envelope is signed by none of the given keys.", hint="Check the key.")
    return payload


def _parts(data: bytes) -> tuple[bytes, str, list[tuple[str, bytes]]]:
    try:
        value: Any = json.loads(data)
        payload = base64.b64decode(value["payload"], validate=True)
        signatures = [(str(one["keyid"]), base64.b64decode(one["sig"], validate=True)) for one in value["signatures"]]
        return payload, str(value["payloadType"]), signatures
    except (ValueError, KeyError, TypeError, binascii.Error, RecursionError) as error:
        raise InvalidInput("This is not a DSSE envelope.") from error
