"""Writing a pack: a log, or some of its entries, as files that anybody can verify offline (`assay.client.pack`)."""

import base64
import json
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from django.db import transaction

from assay.client.dsse import envelope_sign
from assay.client.pack import CHECKPOINT, MANIFEST, POLICY, manifest_payload
from assay.client.standalone import __file__ as STANDALONE
from assay.client.statement import timestamp
from assay.core.errors import Conflict, InvalidInput
from assay.ledger import export, queries, services, signing
from assay.ledger.payloads import Opened, payloads_open
from assay.ledger.timestamping import stamp_files

VERIFIER = "verify.py"
VERIFY_TEXT = """How to check this pack without the product that made it
=======================================================

1. Python, with the package "cryptography" and nothing else:
       python3 verify.py . --vkey '{vkey}'
2. The product's own verifier, without a server:
       assay verify . --vkey '{vkey}'
3. Independent tools for C2SP transparency logs (PyPI: tlog-scales, proofbundle), on the folder log/ of a full pack:
       tlog-tiles get-leaf -c ./log 0
       tlog-tiles gen-proof ./log 0 > 0.tlog-proof
       tlog-tiles get-leaf ./log 0 > 0.json
       proofbundle verify-proof 0.tlog-proof --payload-file 0.json --log-vkey '{vkey}'
4. OpenSSL 3, for the signature of the checkpoint alone. The public key is the part of the verifier key after the
   second "+" without its first byte; the signature is the part of the last line after the name, without its first
   four bytes; the signed text is everything before the blank line:
       openssl pkeyutl -verify -rawin -pubin -inkey key.pem -sigfile signature.bin -in text.txt

Take the verifier key from a source other than this pack: the organization's site, or a witness.

    origin        {origin}
    verifier key  {vkey}
    entries       {size}
    contents      {contents}
"""


class _Target(Protocol):
    def put(self, name: str, data: bytes) -> None: ...


class _Folder:
    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: str, data: bytes) -> None:
        path = self._root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


class _Zip:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def put(self, name: str, data: bytes) -> None:
        # One fixed date: the same evidence gives the same bytes.
        self._archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)


def pack_write(
    *, log: str, target: Path, actor: str, now: datetime, indexes: Sequence[int] | None = None, about: str = ""
) -> int:
    """Write a pack to `target`, a new folder or a new file whose name ends in .zip; return the number of entries in it.

    With `indexes` only those entries, with their proofs; else the whole published log. `about` says what it is for.
    Appends `pack.exported`. Memory does not grow with the log. Raises Conflict if `target` exists.
    """
    if target.exists():
        raise Conflict(f"{target.name} exists already.", hint="Name a new folder or file.")
    latest = queries.checkpoint_latest(log)
    chosen = None if indexes is None else sorted(set(indexes))
    if chosen is not None and (not chosen or not 0 <= chosen[0] <= chosen[-1] < latest.size):
        raise InvalidInput(f"The entries asked for are not all in a log of {latest.size}.")
    if target.suffix == ".zip":
        with zipfile.ZipFile(target, "x") as archive:
            _fill(_Zip(archive), log, latest, chosen, about, now)
    else:
        target.mkdir(parents=True)
        _fill(_Folder(target), log, latest, chosen, about, now)
    count = latest.size if chosen is None else len(chosen)
    with transaction.atomic():
        body = {"about": about, "size": latest.size, "entries": count, "full": chosen is None}
        services.append(log=log, kind="pack.exported", subject=f"log:{log}", actor=actor, body=body, now=now)
    return count


def _fill(
    target: _Target,
    log: str,
    latest: queries.CheckpointView,
    chosen: Sequence[int] | None,
    about: str,
    now: datetime,
) -> None:
    digests: dict[str, str] = {}
    vkey = signing.vkey_of(latest.origin)
    contents = "the whole log" if chosen is None else f"{len(chosen)} entries with proofs"
    text = VERIFY_TEXT.format(vkey=vkey, origin=latest.origin, size=latest.size, contents=contents)

    def put(name: str, data: bytes) -> None:
        digests[name] = sha256(data).hexdigest()
        target.put(name, data)

    for name, data in _log_files(log, latest) if chosen is None else _proof_files(log, chosen):
        put(name, data)
    for name, data in _payload_files(log, latest.size, chosen):
        put(name, data)
    for name, data in stamp_files(log, latest.size) if chosen is None else ():
        put(name, data)
    put(POLICY, f"# The key of the log; a reader brings a policy of his own.\nlog {vkey}\nquorum none\n".encode())
    put("VERIFY.txt", text.encode())
    put(VERIFIER, Path(STANDALONE).read_bytes())
    facts = {"log": log, "origin": latest.origin, "size": latest.size, "at": timestamp(now), "about": about}
    target.put(MANIFEST, envelope_sign(manifest_payload(digests, facts), [signing.signer_of(latest.origin)]))


def _log_files(log: str, latest: queries.CheckpointView) -> Iterator[tuple[str, bytes]]:
    for path in export.paths(latest.size):
        if path != "checkpoint":
            yield f"log/{path}", export.resource(log, path)
    yield CHECKPOINT, latest.note.encode("utf-8")


def _proof_files(log: str, chosen: Sequence[int]) -> Iterator[tuple[str, bytes]]:
    for index in chosen:
        yield f"leaves/{index}.json", queries.entry_get(log=log, index=index).leaf
        yield f"proofs/{index}.tlog-proof", queries.proof_text(log=log, index=index).encode("utf-8")


def _payload_files(log: str, size: int, chosen: Sequence[int] | None) -> Iterator[tuple[str, bytes]]:
    for begin in range(0, size, 256):
        end = min(begin + 256, size)
        wanted = range(begin, end) if chosen is None else [index for index in chosen if begin <= index < end]
        if not wanted:
            continue
        events = queries.events_at(log=log, indexes=wanted)
        rows = payloads_open(log, events.values())
        lines = [_payload_line(index, event, rows[event]) for index, event in sorted(events.items()) if event in rows]
        if lines:
            yield f"payloads/{begin // 256:09d}.jsonl", b"".join(lines)


def _payload_line(index: int, event: str, row: Opened) -> bytes:
    value = {
        "data": base64.b64encode(row.payload).decode(),
        "event": event,
        "index": index,
        "salt": base64.b64encode(row.salt).decode(),
    }
    return json.dumps(value, sort_keys=True).encode() + b"\n"
