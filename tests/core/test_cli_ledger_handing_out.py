"""`assay pack`, `assay ledger erase` and `assay ledger retention` as somebody types them."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from assay.client.pack import verify_pack
from tests.command import assay, copied
from tests.families import by_turns


@pytest.fixture
def data(audited_folder: Path, tmp_path: Path) -> Path:
    return copied(audited_folder, tmp_path / "data")


def rows(data: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(data / "assay.sqlite3")) as database:
        return database.execute(sql).fetchall()


@pytest.mark.slow
@pytest.mark.req("L-09")
def test_a_pack_for_a_programme_is_made_and_verifies(data: Path, tmp_path: Path) -> None:
    ((slug,),) = rows(data, "SELECT slug FROM studio_programme")
    ran = assay("pack", tmp_path / "p.zip", "--for", f"programme:{slug}", "--hide", "name", "--data", data)
    assert (ran.code, ran.err) == (0, "")
    assert "Check it: assay verify" in ran.out
    vkey = assay("ledger", "vkey", "--data", data).out.split()[0]
    assert verify_pack(tmp_path / "p.zip", vkeys=[vkey]).differences == ()
    again = assay("pack", tmp_path / "p.zip", "--for", "log", "--data", data)
    assert (again.code, "exists already" in again.err) == (1, True)


@pytest.mark.parametrize(
    ("wish", "words"),
    by_turns([("programme:none", "known under"), ("x", "nothing that a pack"), ("period:1..2", "no period")], 3),
)
def test_a_wish_that_cannot_be_met_says_why(data: Path, tmp_path: Path, wish: str, words: str) -> None:
    ran = assay("pack", tmp_path / "p.zip", "--for", wish, "--data", data)
    assert ran.code != 0
    assert words in ran.err
    assert not (tmp_path / "p.zip").exists()


@pytest.mark.slow
def test_erasing_asks_first_then_takes_content_and_leaves_a_log_that_verifies(data: Path) -> None:
    ((subject,),) = rows(data, "SELECT subject FROM ledger_entry WHERE subject LIKE 'person:%' LIMIT 1") or [
        ("person:x",)
    ]
    command = ("ledger", "erase", subject, "--reason", "asked", "--basis", "GDPR Art. 17", "--data", data)
    assert "cannot be undone" in assay(*command).err
    ran = assay(*command, "--yes")
    assert (ran.code, ran.err) == (0, "")
    assert "Every proof still verifies" in ran.out
    assert rows(data, f"SELECT * FROM ledger_payloadkey WHERE subject = '{subject}'") == []
    verified = assay("verify", data, "--json")
    assert (verified.code, json.loads(verified.out)["differences"]) == (0, [])
    assert assay(*command, "--yes").code != 0


@pytest.mark.slow
def test_a_schedule_is_set_shown_and_run(data: Path) -> None:
    told = ("--data", data)
    assert assay("ledger", "retention", "set", "verdict.recorded", "30", "--basis", "schedule 4.2", *told).code == 0
    assert "schedule 4.2" in assay("ledger", "retention", "show", *told).out
    assert "Nothing is due" in assay("ledger", "retention", "run", *told).out
    refused = assay("ledger", "retention", "set", "log.opened", "30", "--basis", "x", *told)
    assert (refused.code != 0, "needed to read the log" in refused.err) == (True, True)
