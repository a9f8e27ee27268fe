"""Things and the links between them as a picture, drawn on the server: layers from left to right, boxes that are links.

A drawing keeps its own size, so that words never shrink; a narrow screen scrolls it. Everything in it stands in a table beside
it too. Boxes are links and can be reached by keyboard in reading order.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

BOX_WIDTH: Final = 150
WIDE: Final = 240
"""Boxes are wide where the layers are few, so that names are read whole."""
FEW: Final = 4
BOX_HEIGHT: Final = 58
GAP_X: Final = 34
GAP_Y: Final = 12
HEAD: Final = 26
EDGE: Final = 4
SWEEPS: Final = 6
LETTER: Final = 7
"""The room that a letter of a name takes, on average, in pixels."""
LOWEST: Final = 1
"""A short layer begins at most so many boxes below the tallest one, so that a narrow screen does not begin with nothing."""


@dataclass(frozen=True)
class Node:
    """One box: `layer` is its column (0 leftmost), `kind` the small word over its name, `here` marks the one in question."""

    key: str
    layer: int
    kind: str
    name: str
    url: str
    here: bool = False


@dataclass(frozen=True)
class Edge:
    """A link between two nodes by key; `strong` draws it in ink."""

    source: str
    target: str
    strong: bool = False


@dataclass(frozen=True)
class Layout:
    """Where each box stands (left, top), how wide a box and how large the drawing is."""

    places: Mapping[str, tuple[int, int]]
    box: int
    width: int
    height: int


def layout(nodes: Sequence[Node], edges: Sequence[Edge]) -> Layout:
    """Put the nodes of each layer under each other, near their neighbours. The same input gives the same places.

    Raises ValueError for a key used twice or an edge to a node that is not there.
    """
    layers: dict[int, list[str]] = {}
    known = {}
    for node in nodes:
        if node.key in known:
            raise ValueError(f"two nodes {node.key}")
        known[node.key] = node
        layers.setdefault(node.layer, []).append(node.key)
    near: dict[str, list[str]] = {key: [] for key in known}
    for edge in edges:
        if edge.source not in known or edge.target not in known:
            raise ValueError(f"an edge from {edge.source} to {edge.target} leads nowhere")
        near[edge.source].append(edge.target)
        near[edge.target].append(edge.source)
    columns = [layers[number] for number in sorted(layers)]
    for sweep in range(SWEEPS):
        _ordered(columns if sweep % 2 == 0 else columns[::-1], near)
    tallest = max((len(column) for column in columns), default=0)
    height = HEAD + tallest * (BOX_HEIGHT + GAP_Y) + EDGE
    box = WIDE if len(columns) <= FEW else BOX_WIDTH
    places = {}
    for place, column in enumerate(columns):
        left = EDGE + place * (box + GAP_X)
        top = HEAD + min((tallest - len(column)) / 2, LOWEST) * (BOX_HEIGHT + GAP_Y)
        for row, key in enumerate(column):
            places[key] = (left, int(top) + row * (BOX_HEIGHT + GAP_Y))
    return Layout(places, box, 2 * EDGE + len(columns) * box + max(0, len(columns) - 1) * GAP_X, height)


def _ordered(columns: Sequence[list[str]], near: Mapping[str, Sequence[str]]) -> None:
    """Sort each column by the mean place of its neighbours in the columns before; ties keep their order."""
    place = {key: row / max(1, len(column)) for column in columns for row, key in enumerate(column)}
    for number, column in enumerate(columns[1:], 1):
        before = {key for earlier in columns[:number] for key in earlier}
        weight = {}
        for row, key in enumerate(column):
            linked = [place[other] for other in near[key] if other in before]
            weight[key] = (sum(linked) / len(linked) if linked else place[key], row)
        column.sort(key=weight.__getitem__)
        place |= {key: row / max(1, len(column)) for row, key in enumerate(column)}


def graph_svg(nodes: Sequence[Node], edges: Sequence[Edge], heads: Mapping[int, str], *, label: str) -> Markup:
    """Draw the graph. `heads` names the layers; `label` says what it shows. Raises ValueError as `layout` does."""
    found = layout(nodes, edges)
    left = {node.layer: found.places[node.key][0] for node in nodes}
    parts = [
        Markup('<text class="graph__head" x="{}" y="14">{}</text>').format(x, heads.get(layer, ""))
        for layer, x in sorted(left.items())
    ]
    parts += [_edge(edge, found) for edge in sorted(edges, key=lambda each: each.strong)]
    reading = sorted(nodes, key=lambda node: found.places[node.key])
    parts += [_box(node, found) for node in reading]
    return Markup('<svg class="graph" viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="group" aria-label="{2}">{3}</svg>').format(
        found.width, found.height, label, Markup("").join(parts)
    )  # fmt: skip


def _edge(edge: Edge, found: Layout) -> Markup:
    """A curve from the right edge of the left box to the left edge of the right one; within a column, round its right side."""
    (x1, y1), (x2, y2) = sorted((found.places[edge.source], found.places[edge.target]))
    y1, y2 = y1 + BOX_HEIGHT // 2, y2 + BOX_HEIGHT // 2
    if x1 == x2:
        right = x1 + found.box
        path = f"M{right} {y1}C{right + 30} {y1} {right + 30} {y2} {right} {y2}"
    else:
        start = x1 + found.box
        bend = min(GAP_X, max(20, (x2 - start) // 2))
        path = f"M{start} {y1}C{start + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
    strong = " graph__edge--through" if edge.strong else ""
    return Markup('<path class="graph__edge{}" d="{}"/>').format(strong, path)


def _lines(name: str, letters: int) -> tuple[str, ...]:
    """A name in at most two lines of about so many letters, broken between words, cut where it is longer."""
    lines = textwrap.wrap(name, letters, max_lines=2, placeholder="…")
    return tuple(lines) if lines else (name[: letters - 1] + "…",)


def _box(node: Node, found: Layout) -> Markup:
    x, y = found.places[node.key]
    here = " graph__box--here" if node.here else ""
    told = Markup("").join(
        Markup('<tspan x="{}" y="{}">{}</tspan>').format(x + 8, y + 33 + 16 * row, line)
        for row, line in enumerate(_lines(node.name, (found.box - 16) // LETTER))
    )
    return Markup(
        '<a href="{url}"><title>{kind}: {whole}</title>'
        '<rect class="graph__box{here}" x="{x}" y="{y}" width="{width}" height="{height}" rx="6"/>'
        '<text class="graph__kind" x="{in_x}" y="{kind_y}">{kind} </text><text class="graph__name">{told}</text></a>'
    ).format(
        url=node.url, kind=node.kind, whole=node.name, here=here, x=x, y=y, width=found.box, height=BOX_HEIGHT, in_x=x + 8,
        kind_y=y + 16, told=told,
    )  # fmt: skip
