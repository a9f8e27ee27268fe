"""Check a pack of evidence with Python's standard library and the package "cryptography"; nothing of Assay is needed.

    python3 verify.py PACK [--vkey KEY]... [--json]

PACK is a folder or a zip file. Give with --vkey the verifier key that you got from elsewhere; without it the key inside
the pack is used, which shows only that the pack is whole. Exit code 0: everything adds up; 1: it does not; 2: wrong use.

Checked, in this order: the signature of the manifest; the digest of every file; the signature of the checkpoint; every
leaf, tile and the root of a full log, or the inclusion proof of every entry of a part, or its place among the hashes of
the whole log; every payload, whole or shown in part, against its commitment. Formats: DSSE v1, C2SP signed-note,
tlog-checkpoint, tlog-tiles, tlog-proof, RFC 6962, in-toto Statement v1.
"""

import argparse
import base64
import hashlib
import hmac
import json
import re
import sys
import zipfile
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MANIFEST = "MANIFEST.dsse.json"


class Broken(Exception):
    """Something does not add up."""


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def unbase64(text: str) -> bytes:
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise Broken(f"base64 in another than its one form: {text[:30]}")
    return data


class Pack:
    """The files of a folder or zip file."""

    def __init__(self, place: str) -> None:
        path = Path(place)
        self.folder = path if path.is_dir() else None
        self.zip = None if self.folder else zipfile.ZipFile(path)
        self.all = self.names()

    def names(self) -> set[str]:
        if self.zip:
            return {one.filename for one in self.zip.infolist() if not one.is_dir()}
        assert self.folder
        return {one.relative_to(self.folder).as_posix() for one in self.folder.rglob("*") if not one.is_dir()}

    def read(self, name: str) -> bytes:
        try:
            if self.zip:
                return self.zip.read(name)
            assert self.folder
            if (self.folder / name).is_symlink():
                raise Broken(f"{name} is a link")
            return (self.folder / name).read_bytes()
        except (KeyError, OSError) as error:
            raise Broken(f"{name} is missing") from error


class Key:
    """A verifier key: name+hash+base64(type || key), type 1 = Ed25519."""

    def __init__(self, text: str) -> None:
        self.name, self.id, material = text.split("+", 2)
        raw = unbase64(material)
        if raw[:1] != b"\x01" or sha256(self.name.encode() + b"\n" + raw)[:4].hex() != self.id:
            raise Broken(f"the verifier key {text} is not an Ed25519 key with its own id")
        self.public = Ed25519PublicKey.from_public_bytes(raw[1:])

    def check(self, signature: bytes, message: bytes) -> None:
        try:
            self.public.verify(signature, message)
        except InvalidSignature:
            raise Broken(f"a signature of {self.name} does not verify") from None


def open_manifest(data: bytes, keys: list[Key]) -> dict[str, str]:
    envelope = json.loads(data)
    kind, payload = envelope["payloadType"].encode(), unbase64(envelope["payload"])
    message = b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
    signed = 0
    for one in envelope["signatures"]:
        for key in keys:
            if one["keyid"] == f"{key.name}+{key.id}":
                key.check(unbase64(one["sig"]), message)
                signed += 1
    statement = json.loads(payload)
    if not signed or statement["predicateType"] != "urn:assay:evidence-pack:v1":
        raise Broken("the manifest is not signed by a trusted key")
    return {one["name"]: one["digest"]["sha256"] for one in statement["subject"]}


def open_checkpoint(note: str, keys: list[Key]) -> tuple[int, bytes]:
    """Size and root of a signed checkpoint."""
    text, _, lines = note.rpartition("\n\n")
    text += "\n"
    origin, size, root = text.split("\n")[:3]
    signed = 0
    for line in lines.splitlines():
        dash, name, blob = line.split(" ")
        raw = unbase64(blob)
        for key in keys:
            if dash == "\u2014" and name == key.name == origin and raw[:4].hex() == key.id:
                key.check(raw[4:], text.encode())
                signed += 1
    if not signed:
        raise Broken("the checkpoint is not signed by a trusted key")
    return int(size), unbase64(root)


def tree_hash(hashes: list[bytes]) -> bytes:
    """RFC 6962: split at the largest power of two below the number of leaves."""
    if not hashes:
        return sha256(b"")
    while len(hashes) > 1:
        pairs = [sha256(b"\x01" + hashes[i] + hashes[i + 1]) for i in range(0, len(hashes) - 1, 2)]
        hashes = pairs + hashes[len(pairs) * 2 :]
    return hashes[0]


def tile_name(level: str, index: int, width: int) -> str:
    digits = f"{index:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    name = "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
    return f"log/tile/{level}/{name}" + ("" if width == 256 else f".p/{width}")


def entries_of(pack: Pack, begin: int, width: int, commitments: dict[int, tuple[str, bool]]) -> list[bytes]:
    """The hashes of up to 256 entries of a whole log, from their bundle."""
    data, place, hashes = pack.read(tile_name("entries", begin // 256, width)), 0, []
    for index in range(begin, begin + width):
        length = int.from_bytes(data[place : place + 2], "big")
        leaf = data[place + 2 : place + 2 + length]
        place += 2 + length
        commitments[index] = commitment(leaf)
        hashes.append(sha256(b"\x00" + leaf))
    if place != len(data):
        raise Broken(f"the bundle of entries from {begin} on has another length")
    return hashes


def chosen_of(pack: Pack, begin: int, width: int, commitments: dict[int, tuple[str, bool]]) -> list[bytes]:
    """The hashes of up to 256 entries from their tile, with those leaves that the pack holds compared."""
    data = pack.read(tile_name("0", begin // 256, width))
    hashes = [data[at : at + 32] for at in range(0, len(data), 32)]
    name = f"leaves/{begin // 256:09d}.jsonl"
    for line in pack.read(name).splitlines() if name in pack.all else ():
        value = json.loads(line)
        index, leaf = value["index"], unbase64(value["leaf"])
        if not begin <= index < begin + width or hashes[index - begin] != sha256(b"\x00" + leaf):
            raise Broken(f"entry {index} is not in the log that was signed")
        commitments[index] = commitment(leaf)
    if len(data) != 32 * width:
        raise Broken(f"the tile of the entries from {begin} on has another length")
    return hashes


def check_log(pack: Pack, keys: list[Key], commitments: dict[int, tuple[str, bool]]) -> int:
    size, root = open_checkpoint(pack.read("log/checkpoint").decode(), keys)
    read = entries_of if any(name.startswith("log/tile/entries/") for name in pack.all) else chosen_of
    level: list[bytes] = []
    for begin in range(0, size, 256):
        level += read(pack, begin, min(256, size - begin), commitments)
    number, whole = 0, level
    while level:
        for begin in range(0, len(level), 256):
            tile = level[begin : begin + 256]
            if pack.read(tile_name(str(number), begin // 256, len(tile))) != b"".join(tile):
                raise Broken(f"tile {number}/{begin // 256} does not hold the hashes of the entries")
        level = [tree_hash(level[i : i + 256]) for i in range(0, len(level) // 256 * 256, 256)]
        number += 1
    if tree_hash(whole) != root:
        raise Broken("the root of the entries is not the root that was signed")
    return len(commitments)


def commitment(leaf: bytes) -> tuple[str, bool]:
    """The commitment of a leaf, and whether it is one to fields."""
    statement = json.loads(leaf)
    if statement["_type"] != "https://in-toto.io/Statement/v1":
        raise Broken("a leaf is not a statement")
    by_field = statement["predicate"].get("opens") == "fields"
    return str(statement["subject"][0]["digest"]["sha256"]), by_field


def canonical(value: object) -> bytes:
    """JSON with sorted keys and no spaces, as RFC 8785 for text, whole numbers, lists and objects with plain keys."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def field_digest(salt: bytes, name: str, value: object) -> bytes:
    return sha256(salt + canonical([name, value]))


def opened(line: dict[str, Any], by_field: bool) -> str:
    """The commitment that a line of payloads gives, whole or by field."""
    if "fields" in line:
        digests = [field_digest(unbase64(one["salt"]), one["name"], one["value"]) for one in line["fields"]]
        digests += [unbase64(one) for one in line["hidden"]]
        if not by_field or any(len(one) != 32 for one in digests) or len(set(digests)) != len(digests):
            raise Broken(f"entry {line['index']} is shown in part and does not allow it")
        return sha256(b"".join(sorted(digests))).hex()
    salt, data = unbase64(line["salt"]), unbase64(line["data"])
    if not by_field:
        return sha256(salt + data).hex()
    fields = json.loads(data).items()
    digests = [field_digest(hmac.digest(salt, name.encode(), "sha256"), name, value) for name, value in fields]
    return sha256(b"".join(sorted(digests))).hex()


def check_proof(text: str, leaf: bytes, keys: list[Key], index: int) -> None:
    head, _, note = text.partition("\n\n")
    lines = head.split("\n")
    if lines[0] != "c2sp.org/tlog-proof@v1" or lines[1] != f"index {index}":
        raise Broken(f"the proof of entry {index} is of something else")
    size, root = open_checkpoint(note, keys)
    path, found = [unbase64(line) for line in lines[2:]], sha256(b"\x00" + leaf)
    begin, end, sides = 0, size, []
    if not 0 <= index < size:
        raise Broken(f"entry {index} is not in a log of {size}")
    while end - begin > 1:
        middle = begin + (1 << ((end - begin - 1).bit_length() - 1))
        sides.append(index >= middle)
        begin, end = (middle, end) if index >= middle else (begin, middle)
    if len(sides) != len(path) or any(len(step) != 32 for step in path):
        raise Broken(f"the proof of entry {index} has another length")
    for left, step in zip(reversed(sides), path, strict=True):
        found = sha256(b"\x01" + step + found) if left else sha256(b"\x01" + found + step)
    if found != root:
        raise Broken(f"entry {index} is not in the log that was signed")


def check_pack(place: str, vkeys: list[str]) -> dict[str, int]:
    """Check everything; return how much was looked at. Raises Broken at the first thing that does not add up."""
    pack = Pack(place)
    policy = pack.read("policy.txt").decode().splitlines()
    return check_files(pack, [Key(one) for one in vkeys or [line.split()[1] for line in policy if line[:4] == "log "]])


def check_files(pack: Pack, keys: list[Key]) -> dict[str, int]:
    """The same for a pack that is open, with keys that are trusted."""
    listed = open_manifest(pack.read(MANIFEST), keys)
    names = pack.all - {MANIFEST}
    for name in sorted(names ^ set(listed)):
        raise Broken(f"{name} is {'not listed in the manifest' if name in names else 'missing'}")
    for name, digest in listed.items():
        if sha256(pack.read(name)).hex() != digest:
            raise Broken(f"{name} is not the file that the manifest lists")
    commitments: dict[int, tuple[str, bool]] = {}
    entries = check_log(pack, keys, commitments) if "log/checkpoint" in listed else 0
    proofs = payloads = 0
    for name in listed:
        match = re.fullmatch(r"proofs/([0-9]+)\.tlog-proof", name)
        if match:
            leaf = pack.read(f"leaves/{int(match[1])}.json")
            check_proof(pack.read(name).decode(), leaf, keys, int(match[1]))
            commitments[int(match[1])] = commitment(leaf)
            proofs += 1
    for name in listed:
        for line in pack.read(name).splitlines() if name.startswith("payloads/") else ():
            value = json.loads(line)
            wanted, by_field = commitments.get(value["index"], ("", False))
            if not wanted or opened(value, by_field) != wanted:
                raise Broken(f"the payload of entry {value['index']} is not what was committed")
            payloads += 1
    return {"files": len(listed), "entries": entries, "proofs": proofs, "payloads": payloads}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Check a pack of evidence.")
    parser.add_argument("pack")
    parser.add_argument("--vkey", action="append", default=[], help="a verifier key that you trust")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    try:
        counts = check_pack(given.pack, given.vkey)
    except (Broken, ValueError, KeyError, TypeError, IndexError, OSError, zipfile.BadZipFile, RecursionError) as error:
        said = f"{error}" if isinstance(error, Broken) else f"a file is malformed ({type(error).__name__}: {error})"
        print(json.dumps({"ok": False, "message": said}) if given.json else f"BROKEN: {said}")
        return 1
    shown = ", ".join(f"{number} {what}" for what, number in counts.items())
    print(json.dumps({"ok": True, **counts}) if given.json else f"OK: {shown}")
    if not given.vkey:
        print("The key was taken from the pack itself: give --vkey with a key that you trust.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
