"""What a dishonest hand may do to an exported log and to a receipt: the same changes for every verifier of others."""

import base64
from collections.abc import Callable
from pathlib import Path

from tests.rooms.ledger_log import ORIGIN

# The log that is tampered with: 1,503 entries, so that there are five full tiles, a partial one, and one above them.
SIZE = 1503
INDEX = 700


def _flip(name: str, at: float) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        data = bytearray((folder / name).read_bytes())
        data[int(len(data) * at)] ^= 4
        (folder / name).write_bytes(data)

    return change


def _shrink(folder: Path) -> None:
    lines = (folder / "checkpoint").read_text().split("\n")
    lines[1] = str(SIZE - 1)
    (folder / "checkpoint").write_text("\n".join(lines))


def _other_origin(folder: Path) -> None:
    text = (folder / "checkpoint").read_text()
    (folder / "checkpoint").write_text(text.replace(ORIGIN, "elsewhere.test/1", 1))


def _swap(folder: Path) -> None:
    first, second = folder / "tile/entries/001", folder / "tile/entries/002"
    data = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(data)


def _exchange_tiles(folder: Path) -> None:
    (folder / "tile/0/001").write_bytes((folder / "tile/0/002").read_bytes())


LOGS: dict[str, Callable[[Path], None]] = {
    "a byte of a leaf": _flip("tile/entries/001", 0.5),
    "a byte of the last leaf's bundle": _flip("tile/entries/005.p/223", 0.002),
    "a hash in a full tile": _flip("tile/0/001", 0.4),
    "a hash in the partial tile": _flip("tile/0/005.p/223", 0.4),
    "a hash in the tile above": _flip("tile/1/000.p/5", 0.4),
    "the root in the checkpoint": _flip("checkpoint", 0.18),
    "the signature": _flip("checkpoint", 0.9),
    "the size in the checkpoint": _shrink,
    "the origin in the checkpoint": _other_origin,
    "two bundles exchanged": _swap,
    "a tile in the place of another": _exchange_tiles,
}


def _other_byte(text: str) -> str:
    """The base64 of the same bytes but for one bit."""
    data = bytearray(base64.b64decode(text))
    data[len(data) // 2] ^= 4
    return base64.b64encode(data).decode()


def _line(number: int, change: Callable[[str], str]) -> Callable[[str], str]:
    """Change one line of a receipt; 0 is the first, -2 the last (a receipt ends in a newline)."""

    def changed(proof: str) -> str:
        lines = proof.split("\n")
        lines[number] = change(lines[number])
        return "\n".join(lines)

    return changed


def _without_first_hash(proof: str) -> str:
    lines = proof.split("\n")
    return "\n".join(lines[:2] + lines[3:])


def _one_hash_more(proof: str) -> str:
    lines = proof.split("\n")
    return "\n".join([*lines[:3], lines[2], *lines[3:]])


def _two_hashes_exchanged(proof: str) -> str:
    lines = proof.split("\n")
    lines[2], lines[3] = lines[3], lines[2]
    return "\n".join(lines)


def _signed_part(number: int, change: Callable[[str], str]) -> Callable[[str], str]:
    """Change one line of the checkpoint in a receipt: 0 its origin, 1 its size, 2 its root."""

    def changed(proof: str) -> str:
        head, _, note = proof.partition("\n\n")
        return f"{head}\n\n{_line(number, change)(note)}"

    return changed


def _other_signature(line: str) -> str:
    dash, name, blob = line.split(" ")
    return f"{dash} {name} {_other_byte(blob)}"


RECEIPTS: dict[str, Callable[[str], str]] = {
    "the index of the next entry": _line(1, lambda _: f"index {INDEX + 1}"),
    "an index beyond the log": _line(1, lambda _: f"index {SIZE}"),
    "a changed hash": _line(4, _other_byte),
    "a hash removed": _without_first_hash,
    "a hash twice": _one_hash_more,
    "two hashes exchanged": _two_hashes_exchanged,
    "another origin": _signed_part(0, lambda _: "elsewhere.test/1"),
    "another size": _signed_part(1, lambda _: str(SIZE - 1)),
    "another root": _signed_part(2, _other_byte),
    "another signature": _line(-2, _other_signature),
    "no signature": lambda proof: proof.rpartition("\n\n")[0] + "\n\n",
}
