"""Check a pack of evidence with Python's standard library and the package "cryptography"; nothing of Assay is needed.

    python3 verify.py PACK [--vkey KEY]... [--witness KEY]... [--compromised KEY@TIME]... [further options, see below]

PACK is a folder or a zip file. Give with --vkey the verifier key that you got from elsewhere; without it the key inside
the pack is used, which shows only that the pack is whole. Exit code 0: everything adds up; 1: it does not; 2: wrong use.

--witness       the key of a witness that you trust: its cosignatures are checked and show when it saw a checkpoint
--tsa-ca        certificates (PEM) of the time authority that you trust: its stamps are checked by the program openssl
--checkpoint    a signed checkpoint of the log that you kept: the pack has to continue it
--compromised   a key that is lost, and since when: what only it signed counts where a witness or an authority saw it
                before, or a sound key signed the same tree later. Keys that entries of the pack declare as lost are known

Checked, in this order: the signature of the manifest; the digest of every file; the signature of the checkpoint; every
leaf, tile and the root of a full log, or the inclusion proof of every entry of a part, or its place among the hashes of
the whole log; that the log continues each checkpoint that others saw; every payload, whole or shown in part, against its
commitment; every signature of a person in them, by passkey or by a key that the server held; what a lost key signed.
Formats: DSSE v1, C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-tiles, tlog-proof, tlog-witness, RFC 6962,
RFC 9162 (2.1.4.2), RFC 3161, W3C WebAuthn level 2, in-toto Statement v1.
"""

import argparse
import base64
import hashlib
import hmac
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

MANIFEST = "MANIFEST.dsse.json"
IN_TOTO = "application/vnd.in-toto+json"
SEEN = re.compile(r"(time|seen)/[0-9]+\.note")
# What an entry commits to: the commitment, whether it is one to fields, the kind of the entry.
Commitments = dict[int, tuple[str, bool, str]]
# A tree by its size and root; from each older one to those that are shown to continue it.
At = tuple[int, bytes]
Links = dict[At, set[At]]


class Broken(Exception):
    """Something does not add up."""


# What a file that was made to mislead may raise while it is read; anything else would be a fault of this program.
REFUSED = (
    Broken, ValueError, KeyError, TypeError, IndexError, AttributeError, OSError, OverflowError, RecursionError,
    zipfile.BadZipFile,
)  # fmt: skip


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
            names = [one.filename for one in self.zip.infolist()]
            if len(names) != len(set(names)):
                raise Broken("the zip file holds more than one file of the same name")
            return {name for name in names if not name.endswith("/")}
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
    """A verifier key: name+hash+base64(type || key), type 1 = Ed25519, type 4 = the same for cosignatures."""

    def __init__(self, text: str, kind: bytes = b"\x01") -> None:
        self.name, self.id, material = text.split("+", 2)
        raw = unbase64(material)
        if raw[:1] != kind or sha256(self.name.encode() + b"\n" + raw)[:4].hex() != self.id:
            raise Broken(f"the verifier key {text} is not an Ed25519 key with its own id")
        self.raw = raw[1:]
        self.public = ed25519.Ed25519PublicKey.from_public_bytes(self.raw)

    def check(self, signature: bytes, message: bytes) -> None:
        try:
            self.public.verify(signature, message)
        except InvalidSignature:
            raise Broken(f"a signature of {self.name} does not verify") from None


class Known:
    """What the reader knows beside the keys of the log, and which keys are lost since when; `told`: says an entry."""

    def __init__(
        self, witnesses: Sequence[str] = (), lost: Sequence[str] = (), tsa_ca: str = "", kept: Sequence[str] = ()
    ) -> None:
        self.witnesses = [Key(text, b"\x04") for text in witnesses]
        self.tsa_ca, self.kept = tsa_ca, kept
        self.lost: dict[bytes, datetime] = {}
        self.told: dict[int, tuple[bytes, int]] = {}
        self.notes: list[str] = []
        self.given = [(Key(text.rpartition("@")[0]), text.rpartition("@")[2]) for text in lost]
        for key, since in self.given:
            self.lose(key.raw, since)

    def lose(self, public: bytes, since: str) -> None:
        moment = datetime.fromisoformat(since).astimezone(UTC)
        self.lost[public] = min(self.lost.get(public, moment), moment)

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)


class Head:
    """A signed checkpoint: origin, size and root, and which of the trusted keys signed it."""

    def __init__(self, note: str, keys: list[Key]) -> None:
        text, _, lines = note.rpartition("\n\n")
        self.text = text + "\n"
        self.origin, size, root = self.text.split("\n")[:3]
        self.at = self.size, self.root = int(size), unbase64(root)
        self.lines = []
        for line in lines.splitlines():
            dash, name, blob = line.split(" ")
            if dash != "\u2014":
                raise Broken("a line of signature does not begin with a dash")
            self.lines.append((name, unbase64(blob)[:4].hex(), unbase64(blob)[4:], line))
        self.signers = set()
        for key in keys:
            for name, number, signature, _ in self.lines:
                if name == key.name == self.origin and number == key.id:
                    key.check(signature, self.text.encode())
                    self.signers.add(key.raw)
        if not self.signers:
            raise Broken("the checkpoint is not signed by a trusted key")

    def cosigned(self, witnesses: list[Key]) -> list[datetime]:
        """When the witnesses saw it."""
        found = []
        for key in witnesses:
            for name, number, signature, _ in self.lines:
                if name == key.name and number == key.id:
                    at = int.from_bytes(signature[:8], "big")
                    key.check(signature[8:], f"cosignature/v1\ntime {at}\n{self.text}".encode())
                    found.append(datetime.fromtimestamp(at, UTC))
        return found

    def stamped_bytes(self) -> bytes:
        """The checkpoint with the signatures of its log, without cosignatures: what a time stamp is over."""
        own = "".join(f"{line}\n" for name, _, _, line in self.lines if name == self.origin)
        return f"{self.text}\n{own}".encode()


Heads = dict[str, Head]
# With the largest index of the entries that lead to each.
Held = dict[str, tuple[Head, int]]


def signed_bytes(envelope: dict[str, Any]) -> tuple[bytes, bytes]:
    """(payload, the bytes that DSSE signs) of an envelope."""
    kind, payload = envelope["payloadType"].encode(), unbase64(envelope["payload"])
    return payload, b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def signed_by(envelope: dict[str, Any], keys: list[Key], message: bytes) -> set[bytes]:
    """Which of the keys signed an envelope."""
    found = set()
    for one in envelope["signatures"]:
        for key in keys:
            if one["keyid"] == f"{key.name}+{key.id}":
                key.check(unbase64(one["sig"]), message)
                found.add(key.raw)
    return found


def open_manifest(data: bytes, keys: list[Key]) -> tuple[dict[str, str], set[bytes]]:
    """(the digests of the files, the keys that signed them)."""
    envelope = json.loads(data)
    payload, message = signed_bytes(envelope)
    signed = signed_by(envelope, keys, message)
    statement = json.loads(payload)
    if not signed or statement["predicateType"] != "urn:assay:evidence-pack:v1":
        raise Broken("the manifest is not signed by a trusted key")
    return {one["name"]: one["digest"]["sha256"] for one in statement["subject"]}, signed


def tile_name(level: str, index: int, width: int) -> str:
    digits = str(index).zfill(-(-len(str(index)) // 3) * 3)
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    name = "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
    return f"log/tile/{level}/{name}" + ("" if width == 256 else f".p/{width}")


def entries_of(pack: Pack, begin: int, width: int, commitments: Commitments) -> list[bytes]:
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


def chosen_of(pack: Pack, begin: int, width: int, commitments: Commitments) -> list[bytes]:
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


def roots_at(hashes: list[bytes], sizes: set[int]) -> dict[int, bytes]:
    """The roots that a growing tree had at some sizes (RFC 6962)."""
    found, edge = {0: sha256(b"")}, list[bytes]()
    for size, node in enumerate(hashes, 1):
        rest = size - 1
        while rest & 1:
            node, rest = sha256(b"\x01" + edge.pop() + node), rest >> 1
        edge.append(node)
        if size in sizes:
            root = edge[-1]
            for left in reversed(edge[:-1]):
                root = sha256(b"\x01" + left + root)
            found[size] = root
    return found


def check_log(pack: Pack, keys: list[Key], seen: Heads, commitments: Commitments) -> Head:
    head = Head(pack.read("log/checkpoint").decode(), keys)
    size, root = head.at
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
        level = [roots_at(level[i : i + 256], {256})[256] for i in range(0, len(level) // 256 * 256, 256)]
        number += 1
    roots = roots_at(whole, {size, *(one.size for one in seen.values())})
    if roots.get(size) != root:
        raise Broken("the root of the entries is not the root that was signed")
    for name, one in seen.items():
        if one.origin != head.origin or roots.get(one.size) != one.root:
            raise Broken(f"the log does not continue the checkpoint {name}")
    return head


def commitment(leaf: bytes) -> tuple[str, bool, str]:
    """The commitment of a leaf, whether it is one to fields, and the kind of entry."""
    statement = json.loads(leaf)
    if statement["_type"] != "https://in-toto.io/Statement/v1":
        raise Broken("a leaf is not a statement")
    by_field = statement["predicate"].get("opens") == "fields"
    kind = sys.intern(str(statement["predicateType"]).removeprefix("urn:assay:evidence:").removesuffix(":v1"))
    return str(statement["subject"][0]["digest"]["sha256"]), by_field, kind


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


def check_proof(text: str, leaf: bytes, keys: list[Key], index: int) -> Head:
    top, _, note = text.partition("\n\n")
    lines = top.split("\n")
    if lines[0] != "c2sp.org/tlog-proof@v1" or lines[1] != f"index {index}":
        raise Broken(f"the proof of entry {index} is of something else")
    head = Head(note, keys)
    size, root = head.at
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
    return head


def check_growth(name: str, text: str, seen: Heads, keys: list[Key]) -> tuple[Head, Head]:
    """The older and the newer checkpoint of a consistency proof, `old <size>`, hashes, empty line, the newer one."""
    proof, _, note = text.partition("\n\n")
    newer, (first, *lines) = Head(note, keys), proof.split("\n")
    wanted = f"consistency/{first.removeprefix('old ')}-{newer.size}.txt"
    older = next((one for one in seen.values() if f"old {one.size}" == first and one.origin == newer.origin), None)
    path = [unbase64(line) for line in lines]
    if older is None or wanted != name or not 0 < older.size < newer.size or any(len(step) != 32 for step in path):
        raise Broken(f"{name} is not between the checkpoints that its name says")
    if older.size & (older.size - 1) == 0:
        path.insert(0, older.root)
    at, last = older.size - 1, newer.size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = path[0] if path else b""
    for step in path[1:]:
        if at & 1 or at == last:
            old, new = sha256(b"\x01" + step + old), sha256(b"\x01" + step + new)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            new = sha256(b"\x01" + new + step)
        if last == 0:
            raise Broken(f"{name} is too long")
        at, last = at >> 1, last >> 1
    if last or old != older.root or new != newer.root:
        raise Broken(f"{name}: the log does not continue the checkpoint of {older.size} that others saw")
    return older, newer


def stamped_at(token: bytes, data: bytes, tsa_ca: str) -> datetime:
    """When a time authority saw some bytes, checked by the program openssl at the moment that the stamp claims."""
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "data").write_bytes(data)
        (Path(place) / "answer").write_bytes(token)

        def openssl(*arguments: str) -> bytes:
            done = subprocess.run(["openssl", "ts", *arguments], cwd=place, capture_output=True)
            if done.returncode:
                raise Broken("a time stamp is over something else, or not by an authority that you trust")
            return done.stdout

        try:  # only what the authority signed is read: the answer around it has a text that anybody can write
            openssl("-reply", "-in", "answer", "-token_out", "-out", "token")
            said = re.findall(rb"^Time stamp:.*", openssl("-reply", "-in", "token", "-token_in", "-text"), re.MULTILINE)
            found = re.fullmatch(rb"Time stamp: (\w{3}) +(\d+) ([0-9:]{8})(?:\.\d+)? (\d{4}) GMT", b"\n".join(said))
            if found is None:
                raise Broken("a time stamp does not say one time")
            moment = datetime.strptime(b" ".join(found.groups()).decode() + "Z", "%b %d %H:%M:%S %Y%z")
            trusted = ["-CAfile", str(Path(tsa_ca).resolve()), "-attime", str(int(moment.timestamp()))]
            openssl("-verify", "-data", "data", "-in", "token", "-token_in", *trusted)
        except FileNotFoundError:
            raise Broken("time stamps are checked by the program openssl, and it is not here") from None
    return moment


def check_person(body: dict[str, Any]) -> None:
    """The signature of a person: DSSE by a key that the server held for them, or by a passkey (WebAuthn)."""
    envelope, public = json.loads(body["envelope"]), body["public_key"]
    payload, message = signed_bytes(envelope)
    if envelope["payloadType"] != IN_TOTO:
        raise Broken("what a person signed is not a statement")
    if public.startswith("spki:"):
        check_passkey(envelope, unbase64(public[5:]), sha256(message))
    elif not signed_by(envelope, [Key(public)], message):
        raise Broken("the key of a person did not sign what they are said to have signed")
    way = json.loads(payload)["predicate"]["authentication"]
    if body.get("authentication", way) != way:
        raise Broken("a person confirmed in another way than their signed statement says")


def check_passkey(envelope: dict[str, Any], public: bytes, challenge: bytes) -> None:
    (one,) = envelope["signatures"]
    data, seen = unbase64(one["webauthn"]["authenticatorData"]), unbase64(one["webauthn"]["clientDataJSON"])
    client = json.loads(seen)
    wanted = base64.urlsafe_b64encode(challenge).decode().rstrip("=")
    if client["type"] != "webauthn.get" or client["challenge"] != wanted or client.get("crossOrigin", False):
        raise Broken("a passkey signed something else")
    host = re.fullmatch(r"https?://([a-z0-9._-]+)(?::[0-9]{1,5})?", client["origin"])
    labels = host[1].split(".") if host else []
    sites = [sha256(".".join(labels[at:]).encode()) for at in range(len(labels)) if ".".join(labels[at:])]
    if len(data) < 37 or data[:32] not in sites or data[32] & 5 != 5:
        raise Broken("a passkey is of another site, or did not verify its person")
    if one["keyid"] != f"passkey+{sha256(public).hex()[:32]}":
        raise Broken("another passkey signed than the one that is named")
    try:
        key, signature, message = load_der_public_key(public), unbase64(one["sig"]), data + sha256(seen)
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(SHA256()))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, padding.PKCS1v15(), SHA256())
        elif isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, message)
        else:
            raise Broken("a passkey is of a kind that cannot be checked here")
    except (InvalidSignature, UnsupportedAlgorithm):
        raise Broken("the signature of a passkey does not verify") from None


def seen_times(pack: Pack, place: str, head: Head, known: Known) -> list[datetime]:
    """When others saw a checkpoint, as far as the reader brought keys and certificates to check it."""
    times = head.cosigned(known.witnesses)
    if place.startswith("time/") and known.tsa_ca:
        times.append(stamped_at(pack.read(place.removesuffix(".note") + ".tsr"), head.stamped_bytes(), known.tsa_ca))
    elif place.startswith("time/"):
        known.note("There are time stamps, and none was checked: give --tsa-ca with the authority's certificates.")
    return times


def covered(head: Head, links: Links, sound: set[At]) -> int:
    """The largest size of a tree that a sound key signed and that is the one of this checkpoint or continues it."""
    return max((newer[0] for newer in {head.at, *links.get(head.at, ())} & sound), default=0)


def check_trust(pack: Pack, held: Held, seen: Heads, links: Links, known: Known) -> int:
    """Refuse entries that only a lost key vouches for; return how many times others saw a checkpoint.

    `held`: the checkpoints that entries of the pack lead to, each with the largest index of those; `seen`: those that
    others saw; `links`: which of the former continue each of the latter.
    """
    heads = {**{place: head for place, (head, _) in held.items()}, **seen}
    newest = max((head.at for head, _ in held.values()), default=None)
    for place, (head, _) in held.items():
        if newest not in {head.at, *links.get(head.at, ())}:
            raise Broken(f"nothing shows that {place} is of the same log as the other entries in the pack")
    sound = {head.at for head in heads.values() if head.signers - known.lost.keys()}
    until: dict[bytes, int] = {}
    for index, (public, size) in known.told.items():
        head, _ = held.get(f"proofs/{index}.tlog-proof") or held["log/checkpoint"]
        if index < covered(head, links, sound):
            until[public] = min(until.get(public, size), size)
    count, proven = 0, dict[At, int]()
    for place, head in heads.items():
        times = seen_times(pack, place, head, known)
        count += len(times)
        most = covered(head, links, sound)
        lost = [(known.lost[key], min(until.get(key, 0), most)) for key in head.signers & known.lost.keys()]
        old = any(head.size <= size or any(time < since for time in times) for since, size in lost)
        if len(lost) < len(head.signers) or old:
            for newer in {head.at, *links.get(head.at, ())}:
                proven[newer] = max(proven.get(newer, 0), head.size)
        else:
            known.note(f"{place} is signed by a lost key alone and was seen by nobody before: it counts for nothing.")
    most = max(proven.values(), default=0)
    for head, index in held.values():
        if index >= proven.get(head.at, 0):
            raise Broken(f"only a lost key vouches for entry {index}; of the log, the first {most} entries are proven")
    return count


def check_pack(place: str, vkeys: list[str], known: Known | None = None) -> dict[str, int]:
    """Check everything; return how much was looked at. Raises Broken at the first thing that does not add up."""
    pack = Pack(place)
    policy = pack.read("policy.txt").decode().splitlines()
    keys = [Key(one) for one in vkeys or [line.split()[1] for line in policy if line[:4] == "log "]]
    return check_files(pack, keys, known)


def check_files(pack: Pack, keys: list[Key], known: Known | None = None) -> dict[str, int]:
    """The same for a pack that is open, with keys that are trusted."""
    known = known or Known()
    listed, signers = open_manifest(pack.read(MANIFEST), keys)
    names = pack.all - {MANIFEST}
    for name in sorted(names ^ set(listed)):
        raise Broken(f"{name} is {'not listed in the manifest' if name in names else 'missing'}")
    for name, digest in listed.items():
        if sha256(pack.read(name)).hex() != digest:
            raise Broken(f"{name} is not the file that the manifest lists")
    commitments: Commitments = {}
    seen = {name: Head(pack.read(name).decode(), keys) for name in sorted(listed) if SEEN.fullmatch(name)}
    kept = {f"that you kept ({number})": Head(text, keys) for number, text in enumerate(known.kept, 1)}
    held, links = Held(), Links()
    if "log/checkpoint" in listed:
        head = check_log(pack, keys, {**seen, **kept}, commitments)
        held["log/checkpoint"] = head, max(commitments, default=0)
        links = {one.at: {head.at} for one in seen.values()}
    entries = len(commitments)
    grown = check_proofs(pack, listed, keys, seen, held, links, commitments)
    for name, one in kept.items() if "log/checkpoint" not in held else ():
        roots = {head.root for head in (*seen.values(), *(head for head, _ in held.values())) if head.size == one.size}
        if roots - {one.root}:
            raise Broken(f"the log does not continue the checkpoint {name}")
        if not roots:
            known.note(f"The pack has no checkpoint of {one.size} entries: yours was compared with nothing.")
    payloads, people = check_payloads(pack, listed, commitments, known, {key.name for key in keys})
    times = check_trust(pack, held, seen, links, known)
    if signers <= known.lost.keys():
        known.note("A lost key signed the manifest: that nothing was left out of the pack is not shown.")
    counts = {"files": len(listed), "entries": entries, "proofs": len(held) - ("log/checkpoint" in held)}
    return counts | {"payloads": payloads, "growth": grown, "seen": times, "signatures": people}


def check_proofs(
    pack: Pack, listed: dict[str, str], keys: list[Key], seen: Heads, held: Held, links: Links, commitments: Commitments
) -> int:
    """Every inclusion proof, and every proof that the log continues a checkpoint that others saw; how many of these."""
    for name in sorted(listed):
        match = re.fullmatch(r"proofs/(0|[1-9][0-9]*)\.tlog-proof", name)
        if match:
            leaf = pack.read(f"leaves/{int(match[1])}.json")
            held[name] = check_proof(pack.read(name).decode(), leaf, keys, int(match[1])), int(match[1])
            if commitments.setdefault(int(match[1]), commitment(leaf)) != commitment(leaf):
                raise Broken(f"{name} is of another entry than the log in the pack has")
    grown = sorted(name for name in listed if name.startswith("consistency/"))
    for name in grown:
        older, newer = check_growth(name, pack.read(name).decode(), seen, keys)
        links.setdefault(older.at, set()).add(newer.at)
    own = {head.at for head, _ in held.values()}
    for name, head in seen.items():
        if own.isdisjoint({head.at, *links.get(head.at, ())}):
            raise Broken(f"nothing shows that the log of the pack continues the checkpoint {name}")
    return len(grown)


def check_payloads(
    pack: Pack, listed: dict[str, str], commitments: Commitments, known: Known, logs: set[str]
) -> tuple[int, int]:
    """Every payload against its commitment, every signature of a person, every key that was declared as lost."""
    payloads = people = 0
    told = {index for index, (_, _, kind) in commitments.items() if kind == "key.compromised"}
    for name in sorted(listed):
        for line in pack.read(name).splitlines() if name.startswith("payloads/") else ():
            value = json.loads(line)
            wanted, by_field, _ = commitments.get(value["index"], ("", False, ""))
            if not wanted or opened(value, by_field) != wanted:
                raise Broken(f"the payload of entry {value['index']} is not what was committed")
            payloads += 1
            body: Any = None
            if "fields" in value:
                body = {one["name"]: one["value"] for one in value["fields"]}
            elif b'"envelope"' in unbase64(value["data"]) or value["index"] in told:
                body = json.loads(unbase64(value["data"]))
            if isinstance(body, dict) and "envelope" in body and "public_key" in body:
                check_person(body)
                people += 1
            if isinstance(body, dict) and value["index"] in told and {"public", "since", "until_size"} <= set(body):
                known.lose(unbase64(body["public"]), body["since"])
                known.told[value["index"]] = unbase64(body["public"]), body["until_size"]
                told.discard(value["index"])
    for index in sorted(told):
        known.note(f"Entry {index} declares a key as lost, not shown which: that you know it is taken for given.")
    given = {key.raw for key, _ in known.given if key.name in logs}
    if len(told) > len(given - {public for public, _ in known.told.values()}):
        raise Broken(f"entry {min(told)} declares a key as lost, and the pack does not show which: give --compromised")
    return payloads, people


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Check a pack of evidence.")
    parser.add_argument("pack")
    parser.add_argument("--vkey", action="append", default=[], help="a verifier key that you trust")
    parser.add_argument("--witness", action="append", default=[], help="the verifier key of a witness that you trust")
    parser.add_argument("--compromised", action="append", default=[], help="a lost key and since when, KEY@TIME")
    parser.add_argument("--tsa-ca", default="", help="certificates (PEM) of the time authority that you trust")
    parser.add_argument("--checkpoint", action="append", default=[], help="a file with a checkpoint that you kept")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    notes: list[str] = []
    try:
        kept = [Path(name).read_text("utf-8") for name in given.checkpoint]
        known = Known(given.witness, given.compromised, given.tsa_ca, kept)
        notes = known.notes
        counts = check_pack(given.pack, given.vkey, known)
    except REFUSED as error:
        said = f"{error}" if isinstance(error, Broken) else f"a file is malformed ({type(error).__name__}: {error})"
        print(json.dumps({"ok": False, "message": said, "notes": notes}) if given.json else f"BROKEN: {said}")
        return 1
    shown = ", ".join(f"{number} {what}" for what, number in counts.items())
    print(json.dumps({"ok": True, **counts, "notes": notes}) if given.json else f"OK: {shown}")
    if not given.vkey:
        notes.append("The key was taken from the pack itself: give --vkey with a key that you trust.")
    for note in notes:
        print(note, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
