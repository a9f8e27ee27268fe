"""A drawn graph: no two boxes overlap, every box and edge is there, words are escaped, the same input gives the same bytes."""

import re
import xml.etree.ElementTree as ET  # our own output is read

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.ui.graph import BOX_HEIGHT, BOX_WIDTH, Edge, Node, graph_svg, layout

FEW = settings(max_examples=60, deadline=None)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[Node], list[Edge]]:
    count = draw(st.integers(1, 14))
    nodes = [
        Node(f"n{number}", draw(st.integers(-2, 3)), "Risk <1>", draw(st.text("ab<&\"' ", min_size=1, max_size=40)), f"/r/{number}", number == 0)
        for number in range(count)
    ]  # fmt: skip
    keys = st.sampled_from([node.key for node in nodes])
    pairs = draw(st.lists(st.tuples(keys, keys), max_size=20))
    return nodes, [Edge(left, right, left == "n0") for left, right in pairs]


@FEW
@given(graphs())
def test_boxes_stand_apart_inside_the_drawing(graph: tuple[list[Node], list[Edge]]) -> None:
    nodes, edges = graph
    found = layout(nodes, edges)
    assert set(found.places) == {node.key for node in nodes}
    boxes = list(found.places.values())
    for place, (x, y) in enumerate(boxes):
        assert 0 <= x <= found.width - BOX_WIDTH
        assert 0 <= y <= found.height - BOX_HEIGHT
        for other_x, other_y in boxes[place + 1 :]:
            assert abs(x - other_x) >= BOX_WIDTH or abs(y - other_y) >= BOX_HEIGHT
    for left in nodes:
        for right in nodes:
            if left.layer < right.layer:
                assert found.places[left.key][0] < found.places[right.key][0]


@FEW
@given(graphs())
def test_everything_is_in_the_drawing_and_nothing_breaks_out_of_it(graph: tuple[list[Node], list[Edge]]) -> None:
    nodes, edges = graph
    drawn = str(graph_svg(nodes, edges, {0: "Things & more"}, label='a "picture" <of> things'))
    assert drawn == str(graph_svg(nodes, edges, {0: "Things & more"}, label='a "picture" <of> things'))
    root = ET.fromstring(drawn)
    assert [each.get("href") for each in root.iter("a")] == [
        node.url for node in sorted(nodes, key=lambda each: layout(nodes, edges).places[each.key])
    ]
    assert {each.findtext("title") for each in root.iter("a")} == {f"{node.kind}: {node.name}" for node in nodes}
    assert len(list(root.iter("path"))) == len(edges)
    assert not re.search(r"\sstyle=|<script|on\w+=\"", drawn)


def test_a_graph_that_does_not_add_up_is_refused() -> None:
    one = Node("a", 0, "Risk", "A", "/a")
    with pytest.raises(ValueError, match="two nodes"):
        layout([one, one], [])
    with pytest.raises(ValueError, match="leads nowhere"):
        layout([one], [Edge("a", "b")])
