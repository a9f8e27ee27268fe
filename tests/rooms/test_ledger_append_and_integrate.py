"""Accepting entries in the caller's transaction and sequencing them into a signed tree."""

import json
import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from assay.client.statement import RecordRef, commitment_of, read_leaf, salted
from assay.core.canonical import canonical_bytes
from assay.core.errors import Conflict, InvalidInput, NotFound, UsageError
from assay.core.merkle import leaf_hash, root_hash, verify_consistency, verify_inclusion
from assay.core.note import VerifierKey, parse_checkpoint, verify_checkpoint, verify_proof
from assay.ledger import queries, services
from assay.ledger.live import verify_live
from assay.ledger.models import Entry, Outbox, Payload, Tile
from assay.ledger.payloads import payload_open
from tests.families import by_turns
from tests.rooms.ledger_log import LOG, ORIGIN, fill

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _log(now: datetime) -> None:
    services.log_open(log=LOG, origin=ORIGIN, now=now)


def append(now: datetime, **changes: object) -> str:
    facts = {"log": LOG, "kind": "artefact.imported", "subject": "artefact:1", "actor": "p-1", "body": {"n": 1}}
    return services.append(**{**facts, "now": now, **changes})  # type: ignore[arg-type]


@pytest.mark.req("L-06")
def test_an_accepted_entry_waits_and_then_has_an_index(now: datetime) -> None:
    event = append(now)
    assert queries.entry_get(log=LOG, event=event).state == "accepted"
    waiting = queries.pending_count(LOG)
    assert services.integrate(log=LOG, now=now) == waiting
    entry = queries.entry_get(log=LOG, event=event)
    assert (entry.state, entry.index, queries.pending_count(LOG)) == ("published", waiting - 1, 0)


@pytest.mark.req("L-06")
def test_an_entry_goes_away_with_the_transaction_that_made_it(now: datetime) -> None:
    before = Outbox.objects.count()
    with transaction.atomic():
        append(now)
        transaction.set_rollback(True)
    assert Outbox.objects.count() == before
    assert Payload.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused(now: datetime) -> None:
    with pytest.raises(UsageError):
        append(now)


def test_a_leaf_is_a_canonical_statement_that_names_no_person_and_shows_no_content(now: datetime) -> None:
    event = append(now, body={"title": "Secret words", "email": "asha@example.org"})
    leaf = queries.entry_get(log=LOG, event=event).leaf
    value = json.loads(leaf)
    assert leaf == canonical_bytes(value)
    assert value["_type"] == "https://in-toto.io/Statement/v1"
    assert value["predicateType"] == "urn:assay:evidence:artefact.imported:v1"
    assert b"Secret" not in leaf
    assert b"asha" not in leaf


def test_the_commitment_opens_with_salt_and_payload_only(now: datetime) -> None:
    event = append(now, body={"b": 2, "a": [True, None, "ü"]})
    opened = payload_open(LOG, event)
    assert opened is not None
    assert opened.payload == '{"a":[true,null,"ü"],"b":2}'.encode()
    committed = queries.entry_get(log=LOG, event=event).statement.commitment
    assert committed == commitment_of(opened.salt, opened.payload)
    assert committed != commitment_of(b"", opened.payload)


def test_equal_payloads_have_unequal_commitments(now: datetime) -> None:
    first, second = (queries.entry_get(log=LOG, event=append(now)).statement for _ in range(2))
    assert first.commitment != second.commitment


def test_the_digest_of_a_record_is_salted(now: datetime) -> None:
    digest = "sha256:" + "ab" * 32
    event = append(now, record=RecordRef("studio_artefact", "k", digest, "s"))
    statement = queries.entry_get(log=LOG, event=event).statement
    opened = payload_open(LOG, event)
    assert opened is not None
    salt = opened.salt
    assert statement.record == ("studio_artefact", "k", "s")
    assert statement.record_digest == salted(salt, digest)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"kind": "artefact.invented"}, InvalidInput),
        ({"actor": "asha@example.org"}, InvalidInput),
        ({"actor": "Asha Rao"}, InvalidInput),
        ({"subject": ""}, InvalidInput),
        ({"subject": "x" * 256}, InvalidInput),
        ({"body": {"share": 0.5}}, InvalidInput),
        ({"body": {"n": 2**53}}, InvalidInput),
        ({"body": {"text": "\ud800"}}, InvalidInput),
        ({"log": "nobody"}, NotFound),
        ({"now": datetime(2026, 1, 1)}, InvalidInput),  # noqa: DTZ001
    ],
)
def test_what_has_no_canonical_form_is_refused(now: datetime, changes: dict[str, object], error: type) -> None:
    with pytest.raises(error):
        append(**{"now": now, **changes})


def test_a_log_and_an_origin_are_opened_once(now: datetime) -> None:
    with pytest.raises(Conflict):
        services.log_open(log=LOG, origin="other.test/1", now=now)
    with pytest.raises(Conflict):
        services.log_open(log="other", origin=ORIGIN, now=now)


@pytest.mark.parametrize(
    ("log", "origin"), [("a/b", "x.test/1"), ("ab", "x test"), ("ab", "x+y"), ("", "x"), ("..", "x")]
)
def test_a_log_has_a_plain_name_and_an_origin_without_space_or_plus(now: datetime, log: str, origin: str) -> None:
    with pytest.raises(InvalidInput):
        services.log_open(log=log, origin=origin, now=now)


@pytest.mark.parametrize("count", by_turns([1, 2, 255, 256, 257, 1023, 1024, 1025, 2600], 3))
def test_the_signed_root_is_that_of_all_leaves(now: datetime, count: int) -> None:
    fill(count, now)
    services.integrate(log=LOG, now=now)
    leaves = list(queries.leaves(LOG, 0, queries.position(LOG)))
    key = VerifierKey.parse(queries.vkeys(LOG)[0])
    checkpoint = verify_checkpoint(queries.checkpoint_latest(LOG).note, [key], origin=ORIGIN)
    assert checkpoint.size == len(leaves)
    assert checkpoint.root == root_hash([leaf_hash(leaf) for leaf in leaves])


def test_the_tree_grows_the_same_in_whatever_batches(now: datetime) -> None:
    rng = random.Random(7)
    for _ in range(30):
        fill(rng.randrange(1, 120), now)
        services.integrate(log=LOG, now=now)
    hashes = [leaf_hash(leaf) for leaf in queries.leaves(LOG, 0, queries.position(LOG))]
    sizes = [row.size for row in queries.checkpoint_list(log=LOG, limit=100)]
    assert len(sizes) == 30
    for size in sizes:
        assert queries.checkpoint_get(LOG, size).root == root_hash(hashes[:size])


def test_proofs_of_inclusion_and_consistency_verify_and_one_changed_bit_does_not(now: datetime) -> None:
    fill(700, now)
    services.integrate(log=LOG, now=now)
    first = queries.checkpoint_latest(LOG)
    fill(900, now)
    services.integrate(log=LOG, now=now)
    second = queries.checkpoint_latest(LOG)
    proof = queries.consistency(log=LOG, first=first.size)
    verify_consistency(first.size, second.size, first.root, second.root, proof)
    for index in (0, 1, 255, 256, 511, 700, second.size - 1):
        leaf = queries.entry_get(log=LOG, index=index).leaf
        verify_inclusion(leaf_hash(leaf), index, second.size, queries.inclusion(log=LOG, index=index), second.root)
    key = VerifierKey.parse(queries.vkeys(LOG)[0])
    leaf = queries.entry_get(log=LOG, index=300).leaf
    text = queries.proof_text(log=LOG, index=300)
    assert verify_proof(text, leaf=leaf, log=[key]).size == second.size
    with pytest.raises(Exception, match="not in the tree"):
        verify_proof(text, leaf=bytes([leaf[0] ^ 1]) + leaf[1:], log=[key])


def test_a_receipt_exists_only_after_publication(now: datetime) -> None:
    services.integrate(log=LOG, now=now)
    append(now)
    with pytest.raises(NotFound):
        queries.proof_text(log=LOG, index=queries.position(LOG))


def test_order_comes_from_the_index_when_the_clock_goes_backwards(now: datetime) -> None:
    for hours in (0, 5, -5, 100, -100):
        append(now + timedelta(hours=hours))
        services.integrate(log=LOG, now=now + timedelta(hours=hours))
    page = queries.entry_list(log=LOG, kind="artefact.imported")
    assert [entry.index for entry in page.entries] == sorted((entry.index for entry in page.entries), reverse=True)
    assert len(page.entries) == 5


def test_entries_are_filtered_and_paged_without_gaps(now: datetime) -> None:
    fill(120, now)
    append(now, kind="verdict.recorded", subject="surface:9", actor="p-9")
    services.integrate(log=LOG, now=now)
    assert [entry.kind for entry in queries.entry_list(log=LOG, subject="surface:9").entries] == ["verdict.recorded"]
    assert len(queries.entry_list(log=LOG, actor="p-9").entries) == 1
    assert len(queries.entry_list(log=LOG, kind="verdict.*").entries) == 1
    seen, before = [], None
    while True:
        page = queries.entry_list(log=LOG, before=before, limit=17)
        seen += [entry.index for entry in page.entries]
        if page.next_before is None:
            break
        before = page.next_before
    assert seen == list(range(queries.position(LOG)))[::-1]


def test_a_page_of_entries_costs_two_queries(now: datetime, django_assert_num_queries: object) -> None:
    fill(200, now)
    services.integrate(log=LOG, now=now)
    with django_assert_num_queries(2):  # type: ignore[operator]
        queries.entry_list(log=LOG)


def test_one_log_knows_nothing_of_another(now: datetime) -> None:
    services.log_open(log="other", origin="other.test/1", now=now)
    event = append(now, log="other")
    services.integrate(now=now)
    with pytest.raises(NotFound):
        queries.entry_get(log=LOG, event=event)
    assert queries.position("other") == 4
    assert queries.position(LOG) == 3


def test_a_bulk_entry_commits_to_each_row(now: datetime) -> None:
    rows = [RecordRef("t", str(n), f"sha256:{n:064x}", "s") for n in range(5)]
    event = services.append_bulk(
        log=LOG, kind="measurement.recorded", subject="surface:1", actor="p-1", body={"m": 1}, now=now, records=rows
    )
    entry = queries.entry_get(log=LOG, event=event)
    payload = json.loads(queries.payload_get(log=LOG, event=event) or b"")
    assert entry.statement.records == 5
    assert payload["m"] == 1
    assert payload["records"] == [{"table": "t", "schema": "s", "rows": [[row.key, row.digest] for row in rows]}]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_entry SET kind = 'x' WHERE idx = 0",
        "DELETE FROM ledger_entry WHERE idx = 0",
        "UPDATE ledger_checkpoint SET note = 'x'",
        "DELETE FROM ledger_checkpoint",
        "UPDATE ledger_tile SET n = 9 WHERE level = 0",
        "DELETE FROM ledger_tile",
        "UPDATE ledger_head SET size = 0",
        "DELETE FROM ledger_head",
        "UPDATE ledger_payload SET log = 'x'",
        "UPDATE ledger_outbox SET log = 'x'",
    ],
)
def test_the_database_refuses_to_change_what_is_written(now: datetime, sql: str) -> None:
    services.integrate(now=now)
    append(now)
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_full_tile_is_frozen(now: datetime) -> None:
    fill(300, now)
    services.integrate(log=LOG, now=now)
    tile = Tile.objects.get(log=LOG, level=0, n=0)
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        Tile.objects.filter(log=LOG, level=0, n=0).update(data=bytes(tile.data) + bytes(32))


def test_the_columns_of_an_entry_repeat_its_leaf(now: datetime) -> None:
    append(now, subject='odd:"\\<>', actor="p-ü".encode().hex())
    services.integrate(log=LOG, now=now)
    row = Entry.objects.filter(log=LOG).order_by("-idx")[0]
    statement = read_leaf(bytes(row.leaf))
    assert (row.event, row.kind, row.actor, row.subject) == (
        statement.event,
        statement.kind,
        statement.actor,
        statement.subject,
    )
    assert row.at == now.astimezone(UTC)
    assert parse_checkpoint(queries.checkpoint_latest(LOG).note)[0].size == row.idx + 1


def test_a_clock_that_jumps_ahead_and_back_leaves_a_log_that_verifies(now: datetime) -> None:
    for years in (0, 10, -10, 40, 0):
        moment = now + timedelta(days=365 * years)
        append(moment)
        services.integrate(log=LOG, now=moment)
    assert verify_live().differences == ()
    times = [entry.at[:4] for entry in reversed(queries.entry_list(log=LOG, kind="artefact.imported").entries)]
    assert times == ["2026", "2036", "2016", "2066", "2026"]  # claims, kept as they were made
