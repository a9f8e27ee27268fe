"""Verification of a pack: a folder or zip file that holds a log or parts of it, with payloads, under a signed manifest.

MANIFEST.dsse.json        DSSE over an in-toto Statement v1 whose subjects are all other files with their SHA-256
VERIFY.txt, policy.txt    how to check without us; the trusted keys as C2SP tlog-policy (the reader brings his own)
log/checkpoint, log/tile/**                   a full pack: the whole log in the layout of C2SP tlog-tiles
proofs/<index>.tlog-proof, leaves/<index>.json   a partial pack: entries with their proofs
payloads/<bundle>.jsonl   {"data", "event", "index", "salt"} per line, data and salt in base64; erased ones are absent
                          {"event", "fields": [{"name", "salt", "value"}], "hidden": [digest], "index"} shown in part
time/<size>.note, .tsr    a signed checkpoint that a time authority stamped, and its answer (RFC 3161)
seen/<size>.note          a signed checkpoint with cosignatures of witnesses
consistency/<old>-<new>.txt   a partial pack: that the log of the proofs continues each of those (C2SP tlog-witness body)
index.html, index.xlsx    the same entries for people

A selection of many entries has no proofs of its own: log/tile holds the hashes of the whole log without its entries, and
leaves/<bundle>.jsonl {"index", "leaf"} per line, the chosen leaves in base64.
"""

import json
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from assay.client.dsse import envelope_open
from assay.client.growing_tree import GrowingTree
from assay.client.pack_payloads import Commitments, Committed, Files, check_payloads, from_base64
from assay.client.pack_signatures import check_pack_signatures
from assay.client.pack_trust import At, PackKeys, Shown, check_kept, check_trust, stamped_notes
from assay.client.report import Findings, Report
from assay.client.statement import read_leaf
from assay.client.trust import Trust
from assay.core.canonical import canonical_bytes
from assay.core.errors import AssayError, IntegrityBroken, InvalidInput, NotFound
from assay.core.merkle import Tile, leaf_hash, tile_path, unbundle_entries
from assay.core.note import Checkpoint, VerifierKey, parse_checkpoint, verify_checkpoint, verify_proof

MANIFEST = "MANIFEST.dsse.json"
MANIFEST_TYPE = "urn:assay:evidence-pack:v1"
STATEMENT = "https://in-toto.io/Statement/v1"
POLICY = "policy.txt"
CHECKPOINT = "log/checkpoint"
LARGEST_FILE = 256 * 1024 * 1024
_NAME = re.compile(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*", re.ASCII)
_PROOF = re.compile(r"proofs/(0|[1-9][0-9]{0,18})\.tlog-proof", re.ASCII)


class FolderFiles:
    """A pack as a folder. Links are not followed out of it: a name is a plain file below the folder or nothing."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def names(self) -> list[str]:
        found = (path for path in self._root.rglob("*") if path.is_symlink() or path.is_file())
        return sorted(path.relative_to(self._root).as_posix() for path in found)

    def read(self, name: str) -> bytes:
        path = self._root / name
        if path.is_symlink() or not path.is_file():
            raise NotFound("file of the pack", name)
        if path.stat().st_size > LARGEST_FILE:
            raise InvalidInput(f"{name} is larger than a file of a pack can be.")
        return path.read_bytes()


class ZipFiles:
    """A pack as a zip file. `names` gives a name as often as the zip file holds it."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError) as error:
            raise InvalidInput(f"{path.name} is not a zip file.") from error

    def names(self) -> list[str]:
        return sorted(info.filename for info in self._zip.infolist() if not info.is_dir())

    def read(self, name: str) -> bytes:
        try:
            info = self._zip.getinfo(name)
            if info.file_size > LARGEST_FILE:
                raise InvalidInput(f"{name} is larger than a file of a pack can be.")
            return self._zip.read(info)
        except KeyError:
            raise NotFound("file of the pack", name) from None
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
            raise InvalidInput(f"{name} cannot be read from the zip file.") from error


def is_pack(path: Path) -> bool:
    """Whether `path` looks like a pack: a zip file, or a folder with a manifest."""
    return (path / MANIFEST).is_file() or (path.is_file() and zipfile.is_zipfile(path))


def verify_pack(
    path: str | Path,
    *,
    vkeys: Sequence[str] = (),
    checkpoints: Sequence[str] = (),
    trust: Trust = Trust(),  # noqa: B008 — frozen
) -> Report:
    """Verify a pack: manifest, every file, checkpoint, tree or proofs, payloads. Nothing outside the pack is read.

    `vkeys` are the keys that you trust; without them those of the pack itself are used, and the report says so. `trust`
    says which keys are lost, who witnesses, and whose time counts. Raises InvalidInput if there is no pack to verify.
    """
    place = Path(path)
    files: Files = FolderFiles(place) if place.is_dir() else ZipFiles(place)
    return verify_files(files, vkeys=vkeys, checkpoints=checkpoints, trust=trust)


def verify_files(
    files: Files,
    *,
    vkeys: Sequence[str] = (),
    checkpoints: Sequence[str] = (),
    trust: Trust = Trust(),  # noqa: B008 — frozen
) -> Report:
    """Verify the files of a pack, wherever they are. Parameters and report as `verify_pack`."""
    findings = Findings()
    keys = [VerifierKey.parse(text) for text in vkeys] or _own_keys(files, findings)
    listed = _manifest(files, keys, findings)
    _check_files(files, listed, findings)
    commitments: Commitments = {}
    held: dict[str, int] = {}
    roots: set[At] = set()
    if CHECKPOINT in listed:
        hashes_only = not any(name.startswith("log/tile/entries/") for name in listed)
        check = check_selection if hashes_only else _check_log
        roots = check(files, keys, [*checkpoints, *stamped_notes(files, listed)], commitments, findings)
        held[CHECKPOINT] = max(commitments, default=0)
    else:
        check_kept(files, listed, checkpoints, keys, findings)
    held |= _check_proofs(files, listed, keys, commitments, findings)
    check_payloads(files, listed, commitments, findings)
    check_pack_signatures(files, listed, findings)
    check_trust(files, MANIFEST, listed, Shown(commitments, held, roots), PackKeys(keys, trust), findings)
    return findings.report()


def _own_keys(files: Files, findings: Findings) -> list[VerifierKey]:
    findings.note("The trusted keys come from the pack itself: give --vkey to check against a key that you trust.")
    try:
        lines = files.read(POLICY).decode("utf-8").splitlines()
        return [VerifierKey.parse(line.split()[1]) for line in lines if line.startswith("log ")]
    except (AssayError, UnicodeDecodeError, IndexError) as error:
        raise InvalidInput("The pack names no key of its log.", hint="Give one with --vkey.") from error


def _manifest(files: Files, keys: Sequence[VerifierKey], findings: Findings) -> Mapping[str, str]:
    """The digests of all files by name. Raises InvalidInput when there is no manifest at all."""
    try:
        data = files.read(MANIFEST)
    except NotFound:
        raise InvalidInput("This is not a pack: it has no manifest.") from None
    try:
        payload = envelope_open(data, keys)
    except IntegrityBroken as error:
        findings.add("unsigned", MANIFEST, str(error))
        return {}
    except InvalidInput as error:
        findings.add("malformed", MANIFEST, str(error))
        return {}
    try:
        value = json.loads(payload)
        if value["_type"] != STATEMENT or value["predicateType"] != MANIFEST_TYPE:
            raise ValueError("another type")
        return {str(subject["name"]): str(subject["digest"]["sha256"]) for subject in value["subject"]}
    except (ValueError, KeyError, TypeError, RecursionError):
        findings.add("malformed", MANIFEST, "the manifest is not a statement about files")
        return {}


def _check_files(files: Files, listed: Mapping[str, str], findings: Findings) -> None:
    names = files.names()
    for name in sorted(name for name, times in Counter(names).items() if times > 1):
        findings.add("extra", name, "the pack holds more than one file of this name")
    present = set(names) - {MANIFEST}
    for name in sorted(present - set(listed)):
        findings.add("extra", name, "the manifest does not list this file")
    for name in sorted(listed):
        findings.count("files")
        if name not in present or _NAME.fullmatch(name) is None or ".." in name.split("/"):
            findings.add("missing", name, "the file is listed in the manifest and is not there")
            continue
        try:
            found = sha256(files.read(name)).hexdigest()
        except AssayError as error:
            findings.add("malformed", name, str(error))
            continue
        if found != listed[name]:
            findings.add("edited", name, "the file is not the one that the manifest lists")


def _check_log(
    files: Files, keys: Sequence[VerifierKey], checkpoints: Sequence[str], commitments: Commitments, findings: Findings
) -> set[At]:
    """Check the whole log; return which of the checkpoints, and of its own, are of this very tree."""
    try:
        checkpoint = verify_checkpoint(files.read(CHECKPOINT), keys)
    except AssayError as error:
        findings.add("unsigned", CHECKPOINT, str(error))
        return set()
    roots = {(checkpoint.size, checkpoint.root)}
    tiles: dict[tuple[int, int], bytes] = {}
    tree = GrowingTree(lambda level, index, hashes: _compare(files, Tile(level, index), hashes, findings))
    sizes = _outside(checkpoints, keys, checkpoint, findings)
    for leaf in _leaves(files, checkpoint.size, findings):
        _meet(tree, sizes, roots, findings)
        commitments[tree.size] = _commitment(leaf, tree.size, findings)
        tree.append(leaf)
    tiles.update(tree.partial_tiles())
    for (level, index), hashes in tiles.items():
        _compare(files, Tile(level, index, len(hashes) // 32), hashes, findings)
    findings.count("entries", tree.size)
    if tree.size != checkpoint.size or tree.root() != checkpoint.root:
        findings.add("edited", CHECKPOINT, "its root is not the root of the entries in the pack")
    return roots


def check_selection(
    files: Files, keys: Sequence[VerifierKey], checkpoints: Sequence[str], commitments: Commitments, findings: Findings
) -> set[At]:
    """As `_check_log` for the hashes of the whole log and some of its leaves: tree, root, and each leaf at its place."""
    try:
        checkpoint = verify_checkpoint(files.read(CHECKPOINT), keys)
    except AssayError as error:
        findings.add("unsigned", CHECKPOINT, str(error))
        return set()
    roots = {(checkpoint.size, checkpoint.root)}
    tree = GrowingTree(
        lambda level, index, hashes: _compare(files, Tile(level, index), hashes, findings) if level else None
    )
    sizes = _outside(checkpoints, keys, checkpoint, findings)
    for begin in range(0, checkpoint.size, 256):
        width = min(256, checkpoint.size - begin)
        name = f"log/{tile_path(Tile(0, begin // 256, width))}"
        findings.count("tiles")
        try:
            hashes = files.read(name)
        except AssayError as error:
            findings.add("missing", name, str(error))
            return set()
        if len(hashes) != 32 * width:
            findings.add("edited", name, "the tile has another width")
            return set()
        for at in range(0, len(hashes), 32):
            _meet(tree, sizes, roots, findings)
            tree.append_hash(hashes[at : at + 32])
        _check_chosen(files, begin, hashes, commitments, findings)
    for (level, index), hashes in tree.partial_tiles().items():
        if level:
            _compare(files, Tile(level, index, len(hashes) // 32), hashes, findings)
    if tree.root() != checkpoint.root:
        findings.add("edited", CHECKPOINT, "its root is not the root of the hashes in the pack")
    return roots


def _meet(tree: GrowingTree, sizes: Mapping[int, bytes], roots: set[At], findings: Findings) -> None:
    """Compare the growing tree with the outside checkpoint of its present size, if there is one."""
    if tree.size not in sizes:
        return
    if tree.root() == sizes[tree.size]:
        roots.add((tree.size, sizes[tree.size]))
    else:
        findings.add("edited", "outside checkpoint", f"the first {tree.size} entries are not those that were signed")


def _check_chosen(files: Files, begin: int, hashes: bytes, commitments: Commitments, findings: Findings) -> None:
    name = f"leaves/{begin // 256:09d}.jsonl"
    try:
        lines = files.read(name).splitlines()
    except NotFound:
        return
    except AssayError as error:
        findings.add("malformed", name, str(error))
        return
    for number, line in enumerate(lines, 1):
        findings.count("entries")
        try:
            value = json.loads(line)
            index, leaf = value["index"], from_base64(value["leaf"])
            at = 32 * (index - begin)
            stored = hashes[at : at + 32] if at >= 0 else b""
        except (ValueError, KeyError, TypeError, RecursionError):
            findings.add("malformed", f"{name} line {number}", "the line cannot be read")
            continue
        if stored != leaf_hash(leaf):
            findings.add("edited", f"{name} line {number}", "the leaf is not in the log that was signed", index=index)
            continue
        commitments[index] = _commitment(leaf, index, findings)


def _outside(
    checkpoints: Sequence[str], keys: Sequence[VerifierKey], present: Checkpoint, findings: Findings
) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for text in checkpoints:
        try:
            kept = verify_checkpoint(text, keys, origin=present.origin)
        except AssayError as error:
            findings.add("unsigned", "outside checkpoint", str(error))
            continue
        if kept.size > present.size:
            findings.add(
                "rolled-back", CHECKPOINT, f"an outside checkpoint has {kept.size} entries, this {present.size}"
            )
        elif kept.size == present.size and kept.root != present.root:
            findings.add("edited", CHECKPOINT, "an outside checkpoint of the same size has another root")
        if found.setdefault(kept.size, kept.root) != kept.root:
            findings.add("edited", "outside checkpoint", f"two of {kept.size} entries have different roots")
    return found


def _leaves(files: Files, size: int, findings: Findings) -> Iterator[bytes]:
    for begin in range(0, size, 256):
        tile = Tile(0, begin // 256, min(256, size - begin))
        name = f"log/{tile_path(tile, entries=True)}"
        try:
            leaves = unbundle_entries(files.read(name))
        except AssayError as error:
            findings.add("missing" if isinstance(error, NotFound) else "malformed", name, str(error))
            return
        if len(leaves) != tile.width:
            findings.add("edited", name, f"it holds {len(leaves)} entries instead of {tile.width}")
            return
        yield from leaves


def _compare(files: Files, tile: Tile, hashes: bytes, findings: Findings) -> None:
    name = f"log/{tile_path(tile)}"
    findings.count("tiles")
    try:
        stored = files.read(name)
    except AssayError as error:
        findings.add("missing", name, str(error))
        return
    if stored != hashes:
        findings.add("edited", name, "the tile does not hold the hashes of the entries")


def _commitment(leaf: bytes, index: int, findings: Findings) -> Committed:
    try:
        statement = read_leaf(leaf)
    except InvalidInput as error:
        findings.add("malformed", f"entry {index}", str(error), index=index)
        return Committed()
    return Committed(statement.commitment, statement.by_field, sys.intern(statement.kind))


def _check_proofs(
    files: Files,
    listed: Mapping[str, str],
    keys: Sequence[VerifierKey],
    commitments: Commitments,
    findings: Findings,
) -> dict[str, int]:
    """Check every proof; return the index of each that is good, by name."""
    held: dict[str, int] = {}
    for name in sorted(listed):
        match = _PROOF.fullmatch(name)
        if match is None:
            continue
        index = int(match[1])
        findings.count("proofs")
        try:
            leaf = files.read(f"leaves/{index}.json")
            text = files.read(name)
            verify_proof(text, leaf=leaf, log=keys)
            if f"\nindex {index}\n" not in text.decode("utf-8").partition("\n\n")[0] + "\n":
                raise IntegrityBroken("The proof is of another entry.")
        except AssayError as error:
            findings.add("unsigned", name, str(error), index=index)
            continue
        found = _commitment(leaf, index, findings)
        if commitments.setdefault(index, found) != found:
            findings.add("edited", name, "the proof is of another entry than the log in the pack has", index=index)
            continue
        held[name] = index
    return held


def manifest_payload(digests: Mapping[str, str], facts: Mapping[str, object]) -> bytes:
    """The statement that a manifest signs: every file with its SHA-256 in hex, and what the pack is about."""
    subjects = [{"digest": {"sha256": digests[name]}, "name": name} for name in sorted(digests)]
    return canonical_bytes(
        {"_type": STATEMENT, "predicateType": MANIFEST_TYPE, "predicate": dict(facts), "subject": subjects}
    )


def origin_of(note: str) -> str:
    """The origin of a checkpoint."""
    return parse_checkpoint(note)[0].origin
