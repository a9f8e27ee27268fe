"""A log read by bundles and by several processes gives the same report as one read entry by entry."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from assay.client import bundles
from assay.client.growing_tree import GrowingTree
from assay.client.report import Report
from assay.client.verify import verify_folder
from assay.core.merkle import leaf_hash, root_hash
from assay.ledger import folder, services
from tests.conftest import NOW
from tests.django_setup import chosen_database
from tests.families import by_turns
from tests.rooms.ledger_log import LOG, ORIGIN, fill

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(chosen_database() != "sqlite", reason="works on the files of an SQLite data folder"),
]
COMMITS = (700, 30, 256, 512, 1, 90)


@pytest.fixture(scope="module")
def made(kept: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a log of some bundles, its checkpoints inside and between them. Nobody may change it."""
    services.log_open(log=LOG, origin=ORIGIN, now=NOW)
    for count in COMMITS:
        fill(count, NOW)
        services.integrate(now=NOW)
    place = tmp_path_factory.mktemp("made") / "data"
    place.mkdir()
    with closing(sqlite3.connect(":memory:")) as memory, closing(sqlite3.connect(place / "assay.sqlite3")) as file:
        memory.deserialize(connection.connection.serialize())
        memory.backup(file)
    (place / folder.KEY_NAME).write_bytes(folder.key_file().read_bytes())
    return place


@pytest.fixture
def data(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that folder, and no log too short for bundles and processes."""
    monkeypatch.setattr(bundles, "STRETCH", 2)
    monkeypatch.setattr(bundles, "WORTH", 1)
    return Path(shutil.copytree(made, tmp_path / "data"))


def said(report: Report) -> tuple[list[dict[str, object]], dict[str, int]]:
    found = sorted((dict(each.to_json()) for each in report.differences), key=repr)
    return found, dict(report.counts)


CHANGES = {
    "nothing": "SELECT 1",
    "a leaf": "UPDATE ledger_entry SET leaf = replace(leaf, 'p-1', 'p-2') WHERE log = 'trial' AND idx = 300",
    "a column": "UPDATE ledger_entry SET subject = 'artefact:x' WHERE log = 'trial' AND idx = 301",
    "a payload": "UPDATE ledger_payload SET data = zeroblob(90) WHERE event = (SELECT event FROM ledger_entry WHERE log = 'trial' AND idx = 302)",
    "a payload gone": "DELETE FROM ledger_payload WHERE event = (SELECT event FROM ledger_entry WHERE log = 'trial' AND idx = 303)",
    "a payload of another log": "UPDATE ledger_payload SET log = 'x' WHERE event = (SELECT event FROM ledger_entry WHERE log = 'trial' AND idx = 306)",
    "a payload too many": "INSERT INTO ledger_payload SELECT 'no-one', log, salt, data, key_id FROM ledger_payload WHERE log = 'trial' LIMIT 1",
    "an entry gone": "DELETE FROM ledger_entry WHERE log = 'trial' AND idx = 304",
    "the last entry gone": "DELETE FROM ledger_entry WHERE log = 'trial' AND idx = (SELECT max(idx) FROM ledger_entry WHERE log = 'trial')",
    "a negative index": "UPDATE ledger_entry SET idx = -1 WHERE log = 'trial' AND idx = 10",
    "an index that is none": "UPDATE ledger_entry SET idx = 'x' WHERE log = 'trial' AND idx = 20",
    "nothing, but a leaf as text": "UPDATE ledger_entry SET leaf = CAST(leaf AS TEXT) WHERE log = 'trial' AND idx = 40",
    "a key": "UPDATE ledger_payloadkey SET key = zeroblob(32) WHERE subject = 'artefact:12' AND log = 'trial'",
    "a key of another": "UPDATE ledger_payloadkey SET subject = 'artefact:zz' WHERE subject = 'artefact:13' AND log = 'trial'",
    "a tile": "UPDATE ledger_tile SET data = zeroblob(8192) WHERE log = 'trial' AND level = 0 AND n = 1",
    "a salt": "UPDATE ledger_payload SET salt = x'00' WHERE event = (SELECT event FROM ledger_entry WHERE log = 'trial' AND idx = 305)",
}  # fmt: skip


@pytest.mark.req("L-06")
@pytest.mark.parametrize("what", by_turns(CHANGES, 3))
def test_bundles_and_processes_find_what_reading_one_by_one_finds(
    data: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(sqlite3.connect(data / "assay.sqlite3")) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("PRAGMA ignore_check_constraints = ON")
        database.execute(CHANGES[what])
        database.commit()
    alone, beside = verify_folder(data), verify_folder(data, workers=2)
    monkeypatch.setattr("assay.client.log_check.contiguous", lambda *_: 0)
    one_by_one = verify_folder(data)
    assert said(alone) == said(beside) == said(one_by_one)
    assert bool(one_by_one.differences) == (not what.startswith("nothing"))


def test_processes_that_find_another_state_leave_it_to_the_one_that_asked(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = iter(range(1000))
    monkeypatch.setattr(bundles, "_state", lambda _: (next(states),))
    assert verify_folder(data, workers=2).differences == ()


@pytest.mark.parametrize("count", [256, 512, 1000, 256 * 17 + 5])
def test_a_tree_grown_by_tiles_is_the_tree(count: int) -> None:
    hashes = [leaf_hash(str(number).encode()) for number in range(count)]
    made: dict[bool, list[tuple[int, int, bytes]]] = {True: [], False: []}

    def noting(by_tile: bool) -> Callable[[int, int, bytes], None]:
        return lambda *tile: made[by_tile].append(tile)

    slow, quick = GrowingTree(noting(False)), GrowingTree(noting(True))
    for each in hashes:
        slow.append_hash(each)
    for at in range(0, count // 256 * 256, 256):
        quick.append_tile(b"".join(hashes[at : at + 256]))
    for each in hashes[count // 256 * 256 :]:
        quick.append_hash(each)
    assert quick.root() == slow.root() == root_hash(hashes)
    assert sorted(made[True]) == sorted(made[False])
    assert quick.partial_tiles() == slow.partial_tiles()
