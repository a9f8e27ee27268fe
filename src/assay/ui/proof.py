"""The way from one ledger entry to the root that a checkpoint signs, as a list of steps and as a picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from markupsafe import Markup, escape

_ROW: Final = 56
_WIDTH: Final = 340
_X: Final = {"left": 52, "here": 170, "right": 288}


@dataclass(frozen=True)
class ProofStep:
    """One sibling on the way up: its side, the entries [first, last] under it, its hash in hex."""

    side: Literal["left", "right"]
    first: int
    last: int
    digest: str


def proof_steps(index: int, size: int, path: Sequence[str]) -> list[ProofStep]:
    """Name side and range of each hash of an inclusion proof, nearest sibling first.

    Raises ValueError where the number of hashes does not fit the tree. Source: RFC 6962 section 2.1.1.
    """
    if not 0 <= index < size:
        raise ValueError(f"Entry {index} is not in a tree of {size} entries.")
    low, high = 0, size
    down: list[tuple[Literal["left", "right"], int, int]] = []
    while high - low > 1:
        split = low + (1 << ((high - low - 1).bit_length() - 1))
        if index < split:
            down.append(("right", split, high - 1))
            high = split
        else:
            down.append(("left", low, split - 1))
            low = split
    if len(down) != len(path):
        raise ValueError(f"A proof for entry {index} of {size} has {len(down)} hashes, not {len(path)}.")
    return [
        ProofStep(side, first, last, digest) for (side, first, last), digest in zip(reversed(down), path, strict=True)
    ]


def _span(first: int, last: int) -> str:
    return f"{first:,}" if first == last else f"{first:,}–{last:,}"


def _node(x: int, y: int, kind: str, top: str, below: str) -> str:
    return (
        f'<rect class="proof__node proof__node--{kind}" fill="#ffffff" stroke="#6b6a66" x="{x - 50}" y="{y - 16}" '
        f'width="100" height="32" rx="6"/><text class="proof__name" x="{x}" y="{y - 3}" text-anchor="middle">'
        f'{escape(top)}</text><text class="proof__hash" x="{x}" y="{y + 10}" text-anchor="middle">'
        f"{escape(below)}</text>"
    )


def proof_svg(index: int, size: int, steps: Sequence[ProofStep], leaf: str, root: str) -> Markup:
    """Draw the path: the entry at the foot, the given siblings left and right, the root at the top.

    `leaf` and `root` are hex digests. The picture is decoration for the list of steps that stands beside it.
    """
    height = _ROW * len(steps) + 48
    lines, nodes = [], []
    low = high = index
    for level, step in enumerate([*steps, None]):
        y = height - 24 - level * _ROW
        kind = "root" if step is None else ("leaf" if level == 0 else "made")
        digest = root if step is None else leaf
        below = f"{digest[:10]}…" if kind != "made" else "computed"
        name = f"root of {size:,}" if kind == "root" else (f"entry {index:,}" if level == 0 else _span(low, high))
        nodes.append(_node(_X["here"], y, kind, name, below))
        if step is not None:
            for x in (_X["here"], _X[step.side]):
                lines.append(f'<path class="proof__line" d="M{x} {y - 16}C{x} {y - 30} 170 {y - 26} 170 {y - 40}"/>')
            nodes.append(_node(_X[step.side], y, "given", _span(step.first, step.last), f"{step.digest[:10]}…"))
            low, high = min(low, step.first), max(high, step.last)
    return Markup(  # noqa: S704 - every text is escaped in _node
        f'<svg class="proof__picture" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        f'aria-hidden="true" focusable="false" fill="none" stroke-width="1.25">'
        f'<g stroke="#6b6a66">{"".join(lines)}</g>{"".join(nodes)}</svg>'
    )
