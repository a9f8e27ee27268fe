"""The requirement rows, and which of them the collected tests mark with `req`."""

from collections.abc import Iterable
from pathlib import Path

ROWS = Path(__file__).with_name("requirements_rows.txt")


def known_rows() -> tuple[str, ...]:
    """All row ids in the order of the file; a line `P-01..P-22` stands for the whole range."""
    rows: list[str] = []
    for line in ROWS.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        first, _, last = line.partition("..")
        rows.extend(_between(first, last or first))
    return tuple(rows)


def unshown(marked: Iterable[str]) -> tuple[str, ...]:
    """The rows no collected test marks, in the order of the file."""
    shown = set(marked)
    return tuple(row for row in known_rows() if row not in shown)


def _between(first: str, last: str) -> list[str]:
    letters = first.rstrip("0123456789")
    width = len(first) - len(letters)
    return [f"{letters}{number:0{width}d}" for number in range(int(first[-width:]), int(last[-width:]) + 1)]
