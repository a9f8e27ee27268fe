"""The right edge of a tree: its root is that of all leaves, however they came."""

import random

import pytest

from assay.core.merkle import leaf_hash, root_hash
from assay.ledger.tree import FEW, edge_of, peaks_of, root_of


@pytest.mark.req("L-06")
@pytest.mark.parametrize("seed", range(4))
def test_the_root_is_that_of_all_leaves_after_each_step(seed: int) -> None:
    rng = random.Random(seed)
    leaves: list[bytes] = []
    edge, stored = edge_of(0, {}), {}
    while len(leaves) < 1500:
        step = [leaf_hash(rng.randbytes(8)) for _ in range(rng.choice([1, 1, 1, 2, FEW, FEW + 1, 300]))]
        leaves += step
        edge, changed = edge.extend(step)
        stored |= changed
        assert edge.root == root_hash(leaves) == root_of(len(leaves), edge.tiles)
        assert edge == edge_of(len(leaves), stored)
        assert edge.peaks == peaks_of(len(leaves), edge.tiles)
