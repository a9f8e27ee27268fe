"""Offline verification: no server, no Django, no network.

`verify_folder` checks a data folder, `verify_source` any database with the ledger's tables. Trust starts at the
verifier keys: those given by the caller; else that of the key file in the folder; else those the database itself names,
which show only that it is as whoever wrote it last has signed it (the report says so).
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from assay.client.attest import check_live_rows
from assay.client.attested import Attested
from assay.client.bundles import Ahead
from assay.client.compromised import NAME as COMPROMISED_FILE
from assay.client.compromised import compromised_read, is_sound
from assay.client.keyfile import published_keys
from assay.client.log_check import LogCheck, head_rows
from assay.client.pack import is_pack, verify_pack
from assay.client.report import Findings, Report
from assay.client.signature_check import check_signatures
from assay.client.source import DATABASE_FILE, Source, SqliteSource
from assay.client.trust import Trust
from assay.core.errors import AssayError, InvalidInput, NotFound
from assay.core.note import ED25519, VerifierKey, parse_checkpoint, verify_checkpoint

KEY_FILE = "ledger-key.pem"
PUBLIC_FILE = "ledger-keys.txt"
MARK_FOLDER = "high-water"
MARK_SLOT = 4096


def verify_folder(
    path: str | Path,
    *,
    vkeys: Sequence[str] = (),
    checkpoints: Sequence[str] = (),
    trust: Trust = Trust(),  # noqa: B008 — frozen
    workers: int = 1,
) -> Report:
    """Verify a data folder: every leaf, tile, root, checkpoint, payload, high-water mark, and every tracked live row.

    `vkeys` are trusted verifier keys, `checkpoints` signed notes kept outside, both as text. The folder is only read;
    a server may be running on it. `trust` says which keys are lost, beside those that the folder names, and who
    witnesses. `workers` processes read a long log. Raises NotFound or InvalidInput if there is no ledger to verify; what
    does not add up is in the report.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise NotFound("data folder", folder)
    # The marks first: a mark that is younger than the snapshot of the database would look like a roll-back.
    marks = marks_read(folder / MARK_FOLDER)
    known = trust.with_compromised(compromised_read(folder / COMPROMISED_FILE))
    public = _public_keys(folder)
    given: Any = {"vkeys": vkeys, "checkpoints": checkpoints, "public": public, "marks": marks, "trust": known}
    with Ahead(folder / DATABASE_FILE, workers) as ahead, closing(SqliteSource(folder / DATABASE_FILE)) as source:
        return verify_source(source, ahead=ahead, **given)


def verify_path(
    path: str | Path,
    *,
    vkeys: Sequence[str] = (),
    checkpoints: Sequence[str] = (),
    trust: Trust = Trust(),  # noqa: B008 — frozen
    workers: int = 1,
) -> Report:
    """Verify whatever `path` is: a pack (a zip file, or a folder with a manifest) or a data folder."""
    place = Path(path)
    if is_pack(place):
        return verify_pack(place, vkeys=vkeys, checkpoints=checkpoints, trust=trust)
    return verify_folder(place, vkeys=vkeys, checkpoints=checkpoints, trust=trust, workers=workers)


def verify_source(
    source: Source,
    *,
    vkeys: Sequence[str] = (),
    checkpoints: Sequence[str] = (),
    public: Sequence[bytes] = (),
    marks: Mapping[str, bytes] | None = None,
    trust: Trust = Trust(),  # noqa: B008 — frozen
    ahead: Ahead | None = None,
) -> Report:
    """Verify the ledger in `source`. `public` are the trusted Ed25519 keys of the installation (32 bytes each).

    `marks` are the high-water marks by log, read before the snapshot of `source` began; None: there is no place for any.
    """
    findings = Findings()
    attested = Attested()
    trusted = [VerifierKey.parse(text) for text in vkeys]
    outside = [(parse_checkpoint(text)[0].origin, text) for text in checkpoints]
    heads = list(head_rows(source))
    checks: list[LogCheck] = []
    for log, origin, size, root in heads:
        findings.count("logs")
        keys = _keys(source, log, origin, trusted, public, findings)
        notes = [(text, "outside checkpoint") for at, text in outside if at == origin]
        if marks is not None:
            notes += _mark_notes(marks, log, findings)
        covered = _soundly_signed(source, log, keys, origin, size, trust) if notes else 0
        known = _opened_marks(notes, keys, origin, covered, trust, log, findings)
        checks.append(LogCheck(source, log, keys, findings, attested, trust, ahead))
        checks[-1].run(origin, size, root, known)
    payloads = sum(int(count) for (count,) in source.ledger("SELECT count(*) FROM ledger_payload"))
    if payloads != sum(check.payloads for check in checks):
        for check in checks:
            check.check_orphans()
    for log in sorted(set(marks or ()) - {head[0] for head in heads}):
        findings.add("rolled-back", f"log {log}", "there is a high-water mark of a log that the database does not hold")
    for origin, _ in outside:
        if origin not in {head[1] for head in heads}:
            findings.add("missing", f"outside checkpoint of {origin}", "there is no log with this origin")
    check_live_rows(source, attested, findings)
    check_signatures(source, findings)
    _check_orphans(source, {head[0] for head in heads}, findings)
    return findings.report()


def _public_keys(folder: Path) -> tuple[bytes, ...]:
    """The keys that the folder vouches for outside its database: that of the key file, and those published before."""
    try:
        key = load_pem_private_key((folder / KEY_FILE).read_bytes(), password=None)
        own = [key.public_key().public_bytes_raw()] if isinstance(key, Ed25519PrivateKey) else []
    except (OSError, ValueError, TypeError):
        own = []
    return tuple(dict.fromkeys([*own, *published_keys(folder / PUBLIC_FILE)]))


def _keys(
    source: Source, log: str, origin: str, trusted: Sequence[VerifierKey], public: Sequence[bytes], findings: Findings
) -> list[VerifierKey]:
    """The keys to trust for a log; each key that the database names must be among them."""
    named = []
    for (text,) in source.ledger("SELECT vkey FROM ledger_logkey WHERE log = ? ORDER BY from_size, id", log):
        try:
            named.append(VerifierKey.parse(bytes(text).decode()))
        except (AssayError, ValueError):
            findings.add("malformed", f"log {log}, keys", "a verifier key of the log cannot be read", log=log)
    keys = [key for key in trusted if key.name == origin]
    if trusted and not keys:
        findings.add("unsigned", f"log {log}, keys", "none of the given keys belongs to this log", log=log)
    elif not keys and public:
        keys = [VerifierKey(origin, ED25519, one) for one in public]
    elif not keys:
        findings.note(
            f"The keys of log {log} come from the database itself: give --vkey to check against a key that you trust."
        )
        keys = named
    for key in named:
        if key not in keys:
            findings.add("edited", f"log {log}, keys", f"the log names a key that is not trusted: {key.text}", log=log)
    return keys


def marks_read(folder: Path) -> dict[str, bytes]:
    """The high-water marks in a folder, by log."""
    return {path.stem: path.read_bytes() for path in sorted(folder.glob("*.mark"))}


def _mark_notes(marks: Mapping[str, bytes], log: str, findings: Findings) -> list[tuple[str, str]]:
    data = marks.get(log)
    if data is None:
        findings.note(f"Log {log} has no high-water mark: a database put back to an older backup cannot be noticed.")
        return []
    slots = (data[:MARK_SLOT], data[MARK_SLOT : 2 * MARK_SLOT])
    return [
        (slot.rstrip(b"\0").decode("utf-8", "replace"), f"high-water mark {log}.mark")
        for slot in slots
        if slot.strip(b"\0")
    ]


def _soundly_signed(source: Source, log: str, keys: Sequence[VerifierKey], origin: str, size: int, trust: Trust) -> int:
    """The largest size up to which a key that is not lost signs what the database holds; the roots are compared elsewhere."""
    if not trust.compromised:
        return size
    sql = "SELECT size, note FROM ledger_checkpoint WHERE log = ? AND size <= ? ORDER BY size DESC"
    for at, note in source.ledger(sql, log, size):
        text = bytes(note).decode("utf-8", "replace")
        try:
            head = verify_checkpoint(text, keys, origin=origin)
            if head.size == at and is_sound(text, keys, trust.compromised):
                return int(at)
        except AssayError:
            continue  # told where the checkpoints are checked
    return 0


def _opened_marks(
    notes: Sequence[tuple[str, str]],
    keys: Sequence[VerifierKey],
    origin: str,
    covered: int,
    trust: Trust,
    log: str,
    findings: Findings,
) -> Mapping[int, tuple[bytes, str]]:
    found: dict[int, tuple[bytes, str]] = {}
    for text, whence in notes:
        try:
            times = trust.seen_at(text, (), f"log {log}, {whence}", findings)
            checkpoint = trust.opened(text, keys, origin=origin, covered=covered, times=times)
        except AssayError as error:
            findings.add("unsigned", f"log {log}, {whence}", str(error), log=log)
            continue
        if checkpoint.size in found and found[checkpoint.size][0] != checkpoint.root:
            findings.add("edited", f"log {log}, {whence}", "two signed roots of one size: the log was forked", log=log)
        found[checkpoint.size] = (checkpoint.root, whence)
    return found


def _check_orphans(source: Source, logs: set[str], findings: Findings) -> None:
    """Rows of logs that have no head: a log cannot disappear by losing one row."""
    for table in ("ledger_entry", "ledger_tile", "ledger_checkpoint", "ledger_outbox", "ledger_payload"):
        try:
            rows = source.ledger(f"SELECT DISTINCT log FROM {table}")  # noqa: S608 — a name from the line above
            for (log,) in rows:
                name = bytes(log).decode("utf-8", "replace")
                if name not in logs:
                    findings.add("missing", f"log {name}, head", f"{table} holds rows of a log without head", log=name)
        except LookupError as error:
            raise InvalidInput(f"The database lacks a table of the ledger: {error}.") from error
