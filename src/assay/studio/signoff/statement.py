"""What a signature covers: an in-toto statement about the digests of whole versions of artefacts.

    {"_type": "https://in-toto.io/Statement/v1", "predicateType": "urn:assay:sign-off:v1",
     "subject": [{"name": "<programme>/<key>@<version>", "digest": {"sha256": …}}, …],
     "predicate": {"programme", "signer", "authentication", "at", "says", "nonce"?,
                   "versions": [{"artefact", "key", "version", "pathway", "title", "text", "author"}, …]}}

The digest of a version is that of its canonical JSON, in which the text stands with its own digest computed anew, so
that a text edited behind the product's back no longer matches. Source: in-toto attestation framework, Statement v1.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assay.client.statement import STATEMENT_TYPE, timestamp
from assay.core.canonical import canonical_bytes, digest, text_digest
from assay.core.errors import IntegrityBroken
from assay.studio.models import Artefact, ArtefactVersion

PREDICATE = "urn:assay:sign-off:v1"
SAYS = "I have read these versions, and I stand for them as a subject-matter expert who did not make them."


@dataclass(frozen=True, slots=True)
class Signable:
    """One version as it is put before a signer. `digest` is "sha256:<hex>" of the whole version."""

    artefact: str
    key: str
    version: int
    pathway: str
    title: str
    text: str
    author: str
    digest: str


def version_digest(row: Artefact | ArtefactVersion) -> str:
    """The digest of everything a version says: place, title, text as it is now, stamp, provenance."""
    artefact = row.artefact if isinstance(row, ArtefactVersion) else row
    return digest(
        {
            "format": "assay/version/v1",
            "artefact": str(artefact.pk),
            "key": artefact.key,
            "version": row.version,
            "pathway": row.pathway_slug,
            "title": row.title,
            "media_type": row.media_type,
            "language": row.language,
            "text": text_digest(row.text) if row.readable else row.digest,
            "generation_meta": row.generation_meta,
            "provenance": row.provenance,
        }
    )


def signable_of(row: Artefact, author: str) -> Signable:
    """An artefact's present version, ready to be shown and signed."""
    return Signable(
        artefact=str(row.pk),
        key=row.key,
        version=row.version,
        pathway=row.pathway_slug,
        title=row.title or row.key,
        text=text_digest(row.text) if row.readable else row.digest,
        author=author,
        digest=version_digest(row),
    )


def statement_bytes(
    *, programme: str, versions: Sequence[Signable], signer: str, authentication: str, now: datetime, nonce: str = ""
) -> bytes:
    """The canonical bytes that are signed. `nonce` makes those that a passkey signs unpredictable."""
    ordered = sorted(versions, key=lambda each: each.key)
    value = {
        "_type": STATEMENT_TYPE,
        "predicateType": PREDICATE,
        "subject": [
            {
                "name": f"{programme}/{each.key}@{each.version}",
                "digest": {"sha256": each.digest.removeprefix("sha256:")},
            }
            for each in ordered
        ],
        "predicate": {
            "programme": programme,
            "signer": signer,
            "authentication": authentication,
            "at": timestamp(now),
            "says": SAYS,
            **({"nonce": nonce} if nonce else {}),
            "versions": [
                {
                    "artefact": each.artefact,
                    "key": each.key,
                    "version": each.version,
                    "pathway": each.pathway,
                    "title": each.title,
                    "text": each.text,
                    "author": each.author,
                }
                for each in ordered
            ],
        },
    }
    return canonical_bytes(value)


def digests_of(payload: bytes) -> Mapping[str, str]:
    """Artefact id to the digest of the version that a statement covers. Raises IntegrityBroken for anything else."""
    try:
        value: Any = json.loads(payload)
        if value["predicateType"] != PREDICATE:
            raise IntegrityBroken("A signature is over something else than versions of artefacts.")
        pairs = zip(value["predicate"]["versions"], value["subject"], strict=True)
        return {str(each["artefact"]): f"sha256:{subject['digest']['sha256']}" for each, subject in pairs}
    except (ValueError, KeyError, TypeError) as error:
        raise IntegrityBroken("A signature is over something that is no statement.") from error
