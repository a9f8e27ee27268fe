"""A proof reads few tiles in few statements, and what is kept in memory changes no proof."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assay.accounts.access import Actor
from assay.core.merkle import consistency_proof, inclusion_proof, leaf_hash, node_hash
from assay.ledger import queries, services
from assay.ledger.queries import tiles_near

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 600


def filled(actor: Actor, now: datetime, many: int = MANY) -> list[bytes]:
    with transaction.atomic():
        for number in range(many):
            services.append(
                log=actor.log, kind="evidence.added", subject=f"evidence:{number}", actor=actor.pseudonym,
                body={"n": number}, now=now,
            )  # fmt: skip
    services.integrate(log=actor.log, now=now)
    return [leaf_hash(leaf) for leaf in queries.leaves(actor.log, 0, queries.position(actor.log))]


@pytest.mark.req("L-06")
def test_proofs_are_those_of_the_leaves_before_and_after_growth(asha: Actor, now: datetime) -> None:
    for grown in (MANY, 3, 90):
        leaves = filled(asha, now, grown)
        size = len(leaves)
        for index in (0, 1, 254, 255, 256, 511, 512, size - 2, size - 1):
            assert queries.inclusion(log=asha.log, index=index) == inclusion_proof(leaves, index)
        for first in (1, 2, 255, 256, 257, 512, size - 1, size):
            assert queries.consistency(log=asha.log, first=first) == consistency_proof(leaves, first)


def test_a_cold_proof_takes_two_statements_and_a_warm_one_no_more(asha: Actor, now: datetime) -> None:
    size = len(filled(asha, now))
    for index in (3, 300, size - 1):
        queries.forget_nodes()
        for most in (2, 1):
            with CaptureQueriesContext(connection) as captured:
                queries.inclusion(log=asha.log, index=index)
            assert len(captured) <= most, [each["sql"][:200] for each in captured.captured_queries]
    queries.forget_nodes()
    with CaptureQueriesContext(connection) as captured:
        queries.consistency(log=asha.log, first=300)
    assert len(captured) <= 2


def test_nothing_read_inside_a_transaction_is_kept(asha: Actor, now: datetime) -> None:
    leaves = filled(asha, now)
    queries.forget_nodes()
    with transaction.atomic():
        inside = queries.inclusion(log=asha.log, index=7)
        with CaptureQueriesContext(connection) as captured:
            assert queries.nodes(asha.log)(1, 3) == node_hash(leaves[6], leaves[7])
    assert len(captured) == 1
    assert inside == queries.inclusion(log=asha.log, index=7)


@pytest.mark.parametrize("size", [1, 255, 256, 257, 70_000])
def test_the_tiles_near_a_leaf_are_there(size: int) -> None:
    for level, index in tiles_near((0, size // 2, size - 1), size):
        assert index * 256 < size >> (8 * level)


def test_the_ledger_page_takes_at_most_12_statements(
    asha: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    for number in range(8):
        filled(asha, now, 2 + number)
    with transaction.atomic():
        services.append(
            log=asha.log, kind="evidence.added", subject="evidence:w", actor=asha.pseudonym, body={"n": 1}, now=now
        )
    client = client_of(asha)
    for address in ("/ledger", "/ledger?kind=evidence.*&before=40", "/ledger/tail"):
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(address)
        assert answer.status_code == 200
        assert len(captured) <= 12, [each["sql"][:120] for each in captured.captured_queries]
    page = client.get("/ledger").content.decode()
    assert "more wait for it" in page
