"""`assay bench fuzz`: damaged proofs, checkpoints, policies and packs, put to both verifiers; none may crash or believe.

What is damaged is signed again where a manifest would otherwise hide the damage from what lies behind it, as somebody with
the signing key could. A verifier believes falsely when it accepts something that says anything else than the original.
"""

from __future__ import annotations

import base64
import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Annotated, Any

import typer

from assay.cli.bench.fuzz_seen import (
    FOR_PEOPLE,
    damaged_growth,
    damaged_note,
    kind_of,
    others_saw,
    says_nothing_else,
    trusts,
)
from assay.cli.bench.material import show
from assay.client import standalone
from assay.client.dsse import envelope_sign
from assay.client.fields import commitment_by_field
from assay.client.pack import MANIFEST, manifest_payload, verify_files
from assay.client.policy import policy_read
from assay.client.statement import Statement, commitment_of, leaf_bytes
from assay.core.errors import AssayError, NotFound
from assay.core.merkle import Tile, bundle_entries, inclusion_proof, leaf_hash, root_hash, tile_path, tiles_of
from assay.core.note import (
    Checkpoint,
    Ed25519Signer,
    LogProof,
    VerifierKey,
    format_proof,
    sign_checkpoint,
    verify_checkpoint,
    verify_proof,
)

ORIGIN = "fuzz.example/1"
SIZE = 300
TOKENS = (
    b"\n", b"\n\n", b"0", b"-1", b"1e3", b"18446744073709551616", b"\xe2\x80\x94 ", b"\xff", b"\x00", b"{}", b"[]", b"null",
    b'"', b"\\ud800", b"NaN", b"index 0", b"extra ", b"AAAA", b"=", b"../", b'"fields":[]', b"quorum none\n", b"9" * 400, b"[" * 2000,
)  # fmt: skip
REFUSED = standalone.REFUSED


def fuzz(
    minutes: Annotated[float, typer.Option(help="How long to go on.", min=0.01)] = 10.0,
    seed: Annotated[int, typer.Option(help="The same seed makes the same damage.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> int:
    """Damage what verifiers read, for some minutes; exit code 1 if one crashed or believed something else."""
    figures = run(minutes * 60, seed)
    show(figures, as_json=as_json)
    return 1 if figures["crashes"] or figures["false_accepts"] else 0


class Memory:
    """A pack in memory, for both verifiers."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.all = set(files)

    def names(self) -> list[str]:
        return sorted(self.files)

    def read(self, name: str) -> bytes:
        if name not in self.files:
            raise NotFound("file of the pack", name)
        return self.files[name]


class _Alone(standalone.Pack):
    """The same for the single file, which tells what is missing in words of its own."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self.all = set(files)

    def read(self, name: str) -> bytes:
        if name not in self._files:
            raise standalone.Broken(f"{name} is missing")
        return self._files[name]


@dataclass
class World:
    """A small log with packs of each form, made from a fixed key."""

    signer: Ed25519Signer
    leaves: list[bytes] = field(default_factory=list)
    payloads: list[dict[str, Any]] = field(default_factory=list)
    note: str = ""
    packs: list[dict[str, bytes]] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=list)

    @property
    def key(self) -> VerifierKey:
        return self.signer.verifier


def world() -> World:
    """300 entries, every second one committed to by field, and packs of all forms over them."""
    made = World(Ed25519Signer.from_seed(ORIGIN, bytes(range(32))))
    for number in range(SIZE):
        salt, data = (
            sha256(str(number).encode()).digest(),
            json.dumps({"n": number, "who": "x"}, separators=(",", ":")).encode(),
        )
        by_field = number % 2 == 1
        committed = (commitment_by_field if by_field else commitment_of)(salt, data)
        event = f"00000000-0000-7000-8000-{number:012d}"
        made.leaves.append(
            leaf_bytes(
                Statement(
                    event,
                    committed,
                    "l",
                    "finding.disposed",
                    "f:1",
                    "p-1",
                    "2026-11-21T09:00:00.000000Z",
                    by_field=by_field,
                )
            )
        )
        made.payloads.append({"event": event, "index": number, "salt": _b64(salt), "data": _b64(data)})
    hashes = made.hashes = [leaf_hash(leaf) for leaf in made.leaves]
    made.note = sign_checkpoint(Checkpoint(ORIGIN, SIZE, root_hash(hashes)), [made.signer])
    tiles = {f"log/{tile_path(tile)}": _tile(hashes, tile) for tile in tiles_of(SIZE)}
    bundles = {
        f"log/{tile_path(Tile(0, n, width), entries=True)}": bundle_entries(made.leaves[n * 256 : n * 256 + width])
        for n, width in ((0, 256), (1, SIZE - 256))
    }
    contents = {f"payloads/{n:09d}.jsonl": _lines(made.payloads[n * 256 : (n + 1) * 256]) for n in (0, 1)}
    chosen = {
        f"leaves/{n:09d}.jsonl": _lines(
            [
                {"index": at, "leaf": _b64(made.leaves[at])}
                for at in range(n * 256, min(n * 256 + 256, SIZE))
                if at % 3 == 0
            ]
        )
        for n in (0, 1)
    }
    some = {"payloads/000000000.jsonl": _lines([made.payloads[at] for at in (0, 7)])}
    for at in (0, 7):
        some |= {f"leaves/{at}.json": made.leaves[at], f"proofs/{at}.tlog-proof": proof_of(made, at).encode()}
    few = {"payloads/000000000.jsonl": _lines([made.payloads[at] for at in (0, 3, 9)])}
    head = {"log/checkpoint": made.note.encode()}
    policy = {"policy.txt": f"log {made.key.text}\nquorum none\n".encode()}
    made.packs = [
        {**tiles, **bundles, **contents, **head, **policy, **FOR_PEOPLE},
        {**some, **policy},
        {**tiles, **chosen, **few, **head, **policy},
    ]
    for number, grown in ((0, False), (1, True), (2, False)):
        made.packs[number] |= others_saw(ORIGIN, hashes, made.signer, grown=grown)
    return made


def proof_of(made: World, index: int) -> str:
    """The receipt of an entry."""
    hashes = [leaf_hash(leaf) for leaf in made.leaves]
    return format_proof(LogProof(index, tuple(inclusion_proof(hashes, index)), made.note))


def run(seconds: float, seed: int) -> dict[str, Any]:
    """Damage and judge until the time is over; the figures that the command shows."""
    rng = random.Random(seed)  # noqa: S311 — reproducible, nothing secret
    made = world()
    counts: dict[str, Any] = {"cases": 0, "crashes": 0, "false_accepts": 0, "accepted_as_the_same": 0}
    tries = (_try_proof, _try_checkpoint, _try_pack, _try_pack, _try_policy)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        one = rng.choice(tries)
        counts["cases"] += 1
        try:
            one(made, rng, counts)
        except Exception as error:  # noqa: BLE001 — any other error is the finding
            counts["crashes"] += 1
            typer.echo(f"crash in {one.__name__}: {type(error).__name__}: {error}", err=True)
    return counts


def damaged(data: bytes, rng: random.Random) -> bytes:
    """The bytes with one to four changes: a bit, a cut, a piece doubled or moved, a token put in."""
    found = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        at = rng.randrange(len(found) + 1)
        end = min(len(found), at + rng.choice((1, 2, 8, 33, 200)))
        match rng.randrange(6):
            case 0 if found:
                found[at % len(found)] ^= 1 << rng.randrange(8)
            case 1:
                del found[at:end]
            case 2:
                found[at:at] = found[at:end]
            case 3:
                found[at:at] = rng.choice(TOKENS)
            case 4:
                found[at:end] = rng.choice(TOKENS)
            case _:
                piece = found[at:end]
                del found[at:end]
                place = rng.randrange(len(found) + 1)
                found[place:place] = piece
    return bytes(found)


def _believed(counts: dict[str, Any], same: bool, what: str, data: bytes) -> None:
    counts["accepted_as_the_same" if same else "false_accepts"] += 1
    if not same:
        typer.echo(f"believed: {what}: {data[:2000]!r}", err=True)


def _try_proof(made: World, rng: random.Random, counts: dict[str, Any]) -> None:
    index = rng.randrange(SIZE)
    proof, leaf = proof_of(made, index).encode(), made.leaves[index]
    if rng.random() < 0.2:
        leaf = damaged(leaf, rng)
    else:
        proof = damaged(proof, rng)
    try:
        head = verify_proof(proof, leaf=leaf, log=[made.key])
    except AssayError:
        pass
    else:
        _believed(counts, leaf in made.leaves and head.size == SIZE, "proof", proof)
    try:
        text = proof.decode()
        standalone.check_proof(text, leaf, [standalone.Key(made.key.text)], index)
    except REFUSED:
        return
    _believed(counts, leaf == made.leaves[index], "proof, alone", proof)


def _try_checkpoint(made: World, rng: random.Random, counts: dict[str, Any]) -> None:
    note = damaged(made.note.encode(), rng)
    wanted = (SIZE, made.note.split("\n")[2])
    try:
        found = verify_checkpoint(note, [made.key])
        _believed(counts, (found.size, _b64(found.root)) == wanted, "checkpoint", note)
    except AssayError:
        pass
    try:
        size, root = standalone.Head(note.decode(), [standalone.Key(made.key.text)]).at
        _believed(counts, (size, _b64(root)) == wanted, "checkpoint, alone", note)
    except REFUSED:
        return


def _try_policy(made: World, rng: random.Random, counts: dict[str, Any]) -> None:
    text = f"log {made.key.text}\nwitness a {made.key.text}\ngroup g any a\nquorum g\n".encode()
    try:
        policy_read(damaged(text, rng).decode("utf-8", "replace")).met(set())
    except AssayError:
        return
    counts["accepted_as_the_same"] += 1


def _try_pack(made: World, rng: random.Random, counts: dict[str, Any]) -> None:
    original = rng.choice(made.packs)
    files = dict(original)
    # A kind first: a pack has many tiles and one consistency proof.
    kinds: dict[str, list[str]] = {}
    for each in sorted([*files, MANIFEST]):
        kinds.setdefault(kind_of(each), []).append(each)
    kind = rng.choice(sorted(kinds))
    name = rng.choice(kinds[kind])
    if name != MANIFEST:
        _damage(files, name, kind, made, rng)
    signed = manifest_payload({each: sha256(data).hexdigest() for each, data in files.items() if _is_text(each)}, {})
    files[MANIFEST] = envelope_sign(signed, [made.signer])
    if name == MANIFEST:
        files[MANIFEST] = damaged(files[MANIFEST], rng)
    mutated = counts.setdefault("mutated", {})
    mutated[kind] = mutated.get(kind, 0) + 1
    lost = rng.random() < 0.5
    trust, known = trusts(made.signer, lost=lost)
    keys = [made.key.text]
    accepted = {
        "pack": lambda: not verify_files(Memory(files), vkeys=keys, trust=trust).differences,
        "pack, alone": lambda: _alone(files, made, known),
    }
    proved = [each for each in files if each.startswith(("leaves/", "payloads/", "log/tile/entries/"))]
    for what, judge in accepted.items():
        if _accepts(judge):
            same = _says_nothing_else(files, made) and says_nothing_else(
                files, made.hashes, made.key, proved, lost=lost
            )
            _believed(counts, same, what, name.encode() + b": " + files.get(name, b""))


def _damage(files: dict[str, bytes], name: str, kind: str, made: World, rng: random.Random) -> None:
    """Take a file away, give it another name or another's content, or damage what it says."""
    match rng.randrange(8):
        case 0:
            del files[name]
        case 1:
            files[damaged(name.encode(), rng).decode("utf-8", "replace")] = files[name]
        case 2:
            files[name] = files[rng.choice(sorted(files))]
        case 3 | 4 if kind == "consistency proof":
            files[name] = damaged_growth(files[name], rng)
        case 3 | 4 if kind in ("cosigned checkpoint", "stamped checkpoint"):
            files[name] = damaged_note(files[name], rng, made.hashes, made.signer)
        case _:
            files[name] = damaged(files[name], rng)


def _accepts(judge: Callable[[], bool]) -> bool:
    try:
        return judge()
    except AssayError:
        return False


def _alone(files: Mapping[str, bytes], made: World, known: standalone.Known) -> bool:
    try:
        standalone.check_files(_Alone(files), [standalone.Key(made.key.text)], known)
    except REFUSED:
        return False
    return True


def _says_nothing_else(files: Mapping[str, bytes], made: World) -> bool:
    """Whether every leaf and content in these files is one of the log's own, at its own place."""
    for name, data in files.items():
        if name.startswith("log/tile/entries/") and data not in (
            bundle_entries(made.leaves[:256]),
            bundle_entries(made.leaves[256:]),
        ):
            return False
        proved = name.startswith("leaves/") and f"proofs/{name[7:-5]}.tlog-proof" in files
        if proved and name.endswith(".json") and data != made.leaves[int(name[7:-5])]:
            return False
        if name.startswith(("leaves/", "payloads/")) and name.endswith(".jsonl"):
            for line in data.splitlines():
                value = json.loads(line)
                own = made.payloads[value["index"]]
                if "leaf" in value and "log/checkpoint" in files and value["leaf"] != _b64(made.leaves[value["index"]]):
                    return False
                if (
                    "data" in value
                    and "fields" not in value
                    and (value["data"], value["salt"]) != (own["data"], own["salt"])
                ):
                    return False
    return True


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return name != MANIFEST


def _tile(hashes: list[bytes], tile: Tile) -> bytes:
    if tile.level == 0:
        return b"".join(hashes[tile.index * 256 : tile.index * 256 + tile.width])
    return b"".join(root_hash(hashes[at * 256 : at * 256 + 256]) for at in range(tile.width))


def _lines(values: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(value, sort_keys=True).encode() + b"\n" for value in values)


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
