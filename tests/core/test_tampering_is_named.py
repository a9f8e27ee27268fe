"""One byte changed by hand in the files of a data folder is named by `assay verify`; nothing changed verifies.

The folder comes from the real command line. Every table that the product keeps is gone through, column by column: a new
table is either attested, or listed here with the reason why nothing is lost when it is not.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from assay.client.verify import verify_folder
from tests.command import assay, copied, course
from tests.families import by_turns

ATTESTED = (
    "accounts_organization", "accounts_person", "accounts_membership", "assurance_canarybatch", "assurance_canaryrow",
    "assurance_cellrow", "assurance_definitionbatch", "assurance_findingrow", "assurance_measurementbatch",
    "assurance_populationbatch", "assurance_surface", "assurance_verdictrow", "assurance_wordsrow", "ledger_checkpoint", "ledger_entry", "ledger_head",
    "ledger_logkey", "ledger_payload", "ledger_payloadkey", "ledger_tile", "studio_artefact", "studio_programme",
)  # fmt: skip
NOT_KEPT_AS_EVIDENCE = {
    "django_migrations": "which migrations ran; the schema itself decides whether the program starts",
    "django_content_type": "names of tables, made again from the code",
    "auth_permission": "not used: roles decide",
    "sqlite_sequence": "SQLite's own counters",
    "assurance_measurementrow": "an index over batches that are attested; the server compares the two",
}
POINTERS = {
    ("ledger_head", "epoch"): "counts writers, to fence off one that lost its lease",
    ("ledger_logkey", "id"): "a number that nothing refers to",
    ("ledger_logkey", "log"): "a key that belongs to no log is not used",
    ("ledger_logkey", "from_size"): "says where to begin looking with a key; each signature is checked all the same",
}
POINTER_NAMES = {"event_id", "batch_id", "position"}
"""Columns that say where in the log a row is spoken of, written after the row was attested."""


@pytest.fixture(scope="module")
def kept(audited_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a course that has a finding, a person, a verdict, and a log that is up to date."""
    return copied(audited_folder, tmp_path_factory.mktemp("kept") / "data")


def tables(data: Path) -> dict[str, list[str]]:
    """The tables that have rows, each with its columns."""
    with closing(sqlite3.connect(data / "assay.sqlite3")) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        filled = [name for name in names if database.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone()]
        return {name: [row[1] for row in database.execute(f'PRAGMA table_info("{name}")')] for name in filled}


def other(value: object) -> object:
    """Nearly the same value: one character, one bit or one count away."""
    if isinstance(value, bytes):
        return value[:-1] + bytes([value[-1] ^ 1])
    if isinstance(value, str):
        at = len(value) // 2
        wanted = ("6" if value[at] == "5" else "5") if value[at].isdigit() else ("y" if value[at] == "x" else "x")
        return value[:at] + wanted + value[at + 1 :]
    assert isinstance(value, int)
    return value + 1


def edited(data: Path, table: str, column: str) -> bool:
    """Change the column in the last row where it holds something, past all constraints; whether there was one."""
    with closing(sqlite3.connect(data / "assay.sqlite3")) as database:
        filled = f'SELECT rowid, "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL AND length("{column}") > 0'
        row = database.execute(f"{filled} ORDER BY rowid DESC LIMIT 1").fetchone()
        if row is None:
            return False
        database.execute("PRAGMA ignore_check_constraints = ON")
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = ?', (other(row[1]), row[0]))
        database.commit()
        return True


@pytest.mark.req("L-06", "P-19")
def test_nothing_changed_verifies(kept: Path, tmp_path: Path) -> None:
    ran = assay("verify", copied(kept, tmp_path / "copy"))
    assert (ran.code, "Nothing differs" in ran.out, ran.err) == (0, True, "")


def test_every_table_with_rows_is_attested_or_says_why_not(kept: Path) -> None:
    assert set(tables(kept)) == {*ATTESTED, *NOT_KEPT_AS_EVIDENCE}


@pytest.mark.parametrize("table", by_turns(ATTESTED, 5, 4))
def test_a_change_in_any_column_is_named(kept: Path, tmp_path: Path, table: str) -> None:
    seen = 0
    for column in tables(kept)[table]:
        if (table, column) in POINTERS or (column in POINTER_NAMES and not table.startswith("ledger_")):
            continue
        data = copied(kept, tmp_path / column)
        if not edited(data, table, column):
            continue
        differences = verify_folder(data).differences
        assert differences, (table, column)
        place = " ".join(each.place + each.message for each in differences)
        assert table in place or "log " in place, (table, column, place)
        seen += 1
    assert seen


@pytest.mark.parametrize(
    "table", ["studio_artefact", "assurance_findingrow", "assurance_verdictrow", "assurance_cellrow"]
)
def test_a_row_that_was_taken_out_is_named(kept: Path, tmp_path: Path, table: str) -> None:
    data = copied(kept, tmp_path / "copy")
    with closing(sqlite3.connect(data / "assay.sqlite3")) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute(f'DELETE FROM "{table}" WHERE rowid = (SELECT max(rowid) FROM "{table}")')
        database.commit()
    assert any(table in each.place for each in verify_folder(data).differences)


def test_the_command_names_the_place_with_exit_code_1(kept: Path, tmp_path: Path) -> None:
    data = copied(kept, tmp_path / "copy")
    assert edited(data, "studio_artefact", "text")
    ran = assay("verify", data)
    assert (ran.code, ran.err) == (1, "")
    assert "studio_artefact" in ran.out
    assert "1 difference found" in ran.out


@pytest.mark.slow
def test_one_byte_of_a_high_water_mark_is_named(kept: Path, tmp_path: Path) -> None:
    (mark,) = (kept / "high-water").iterdir()
    size = len(mark.read_bytes().rstrip(b"\x00\n "))
    for at in range(0, size, 17):
        data = copied(kept, tmp_path / str(at))
        content = bytearray(mark.read_bytes())
        if not content[at]:
            continue
        content[at] ^= 1
        (data / "high-water" / mark.name).write_bytes(bytes(content))
        report = verify_folder(data)
        assert report.differences or report.notes, at


@pytest.mark.parametrize("keep", by_turns([0, 1, 100, 4096, 20_000], 3))
def test_a_database_cut_short_is_told_and_not_believed(kept: Path, tmp_path: Path, keep: int) -> None:
    data = copied(kept, tmp_path / "copy")
    with (data / "assay.sqlite3").open("r+b") as file:
        file.truncate(keep)
    ran = assay("verify", data)
    assert ran.code == 1
    assert "Nothing differs" not in ran.out
    assert ran.message.startswith("assay: ") or "found" in ran.out, ran.err


@pytest.mark.slow
def test_an_older_copy_is_found_by_who_kept_a_checkpoint(kept: Path, tmp_path: Path) -> None:
    older, newer = copied(kept, tmp_path / "older"), copied(kept, tmp_path / "newer")
    (tmp_path / "course").mkdir()
    assert assay("audit", course(tmp_path / "course", 1), "--standard", "iso42001", "--data", newer).code == 11
    note = tmp_path / "checkpoint.txt"
    note.write_text(assay("ledger", "checkpoint", "--data", newer).out, encoding="utf-8")
    assert assay("verify", newer, "--checkpoint", note).code == 0
    ran = assay("verify", older, "--checkpoint", note)
    assert (ran.code, "checkpoint" in ran.out) == (1, True), ran.out
