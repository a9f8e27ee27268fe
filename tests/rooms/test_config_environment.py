"""Settings come from the environment, are checked, and nothing is written by reading them."""

from pathlib import Path

import pytest

from assay.config.environment import VARIABLES, Database, Environment, platform_data_folder, read_environment
from assay.core.errors import UsageError
from tests import command

KEY = "k" * 32


def read(folder: Path, **variables: str) -> Environment:
    environ = {f"ASSAY_{name}": value for name, value in variables.items()}
    return read_environment(environ, cwd=folder, home=folder / "home", platform="linux")


def test_without_settings_the_platform_says_where_data_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    environment = read(tmp_path)
    assert environment.data == tmp_path / "home/.local/share/assay"
    assert environment.database == Database("sqlite", str(environment.data / "assay.sqlite3"))
    assert (environment.debug, environment.secret_key, environment.https) == (False, None, False)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_named_assay_data_beside_is_used(tmp_path: Path) -> None:
    (tmp_path / "assay-data").mkdir()
    assert read(tmp_path).data == tmp_path / "assay-data"


def test_the_named_folder_goes_before_all(tmp_path: Path) -> None:
    (tmp_path / "assay-data").mkdir()
    assert read(tmp_path, DATA="elsewhere").data == tmp_path / "elsewhere"


@pytest.mark.parametrize(
    ("platform", "expected"),
    [
        ("linux", "/home/me/.local/share/assay"),
        ("darwin", "/home/me/Library/Application Support/assay"),
        ("win32", "/home/me/AppData/Local/assay"),
    ],
)
def test_each_platform_has_its_place(platform: str, expected: str) -> None:
    assert platform_data_folder({}, home=Path("/home/me"), platform=platform).as_posix() == expected


def test_postgresql_is_one_setting(tmp_path: Path) -> None:
    url = "postgres://me:p%40ss@Db.example:6543/the%20name?sslmode=require"
    expected = Database("postgres", "the name", "me", "p@ss", "Db.example", "6543", (("sslmode", "require"),))
    assert read(tmp_path, DATABASE_URL=url).database == expected


def test_postgresql_by_socket_keeps_the_path(tmp_path: Path) -> None:
    database = read(tmp_path, DATABASE_URL="postgres://me@%2Fvar%2FRun/name").database
    assert (database.host, database.port) == ("/var/Run", "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://me@host/name"),
        ("DATABASE_URL", "postgres://me@host"),
        ("DATABASE_URL", "postgres://me@host:port/name"),
        ("DATABASE_URL", "postgres://me@host/a/b"),
        ("SECRET_KEY", "short"),
        ("DEBUG", "maybe"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "a, ,b"),
        ("ORIGIN", "ftp://host"),
        ("ORIGIN", "https://host/path"),
        ("ORIGIN", "https://me@host"),
        ("ORIGIN", "https://host:port"),
        ("LOG_LEVEL", "loud"),
        ("SECRET_KEY_FILE", "/nowhere/at/all"),
    ],
)
def test_a_malformed_value_names_its_variable_and_what_is_allowed(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(UsageError) as refused:
        read(tmp_path, **{name: value})
    assert f"ASSAY_{name}" in str(refused.value)
    assert VARIABLES[f"ASSAY_{name}"] in refused.value.hint
    assert value not in str(refused.value)


def test_an_unknown_variable_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="ASSAY_DEBGU"):
        read(tmp_path, DEBGU="true")


def test_a_secret_comes_from_a_file_too_but_not_from_both(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY + "\n")
    assert read(tmp_path, SECRET_KEY_FILE=str(tmp_path / "key")).secret_key == KEY
    with pytest.raises(UsageError, match="Both"):
        read(tmp_path, SECRET_KEY_FILE=str(tmp_path / "key"), SECRET_KEY=KEY)


@pytest.mark.parametrize(
    ("text", "expected"), [("true", True), ("On", True), ("1", True), ("no", False), ("", False), ("0", False)]
)
def test_switches_read_common_words(tmp_path: Path, text: str, expected: bool) -> None:
    assert read(tmp_path, DEBUG=text).debug is expected


def test_the_host_of_the_origin_is_allowed_and_https_noticed(tmp_path: Path) -> None:
    environment = read(tmp_path, ORIGIN="https://Assay.Example:8443/")
    assert environment.origin == "https://assay.example:8443"
    assert environment.log_origin == "assay.example:8443"
    assert environment.https
    assert "assay.example" in environment.allowed_hosts


def run(code: str, **variables: str) -> command.Ran:
    """Run the code in a process of its own, which has read no settings yet."""
    return command.forked("tests.given_code", code, environ=command.environment(**variables))


def test_importing_the_settings_makes_no_file(tmp_path: Path) -> None:
    done = run("import assay.config.settings", ASSAY_DATA=str(tmp_path / "data"))
    assert done.code == 0, done.err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_made_with_a_key_that_only_its_owner_reads(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    code = "from assay.config import boot; boot.setup(create=True); boot.setup(create=True)"
    done = run(code, ASSAY_DATA=str(folder))
    assert done.code == 0, done.err
    key = folder / "secret-key"
    assert (folder.stat().st_mode & 0o777, key.stat().st_mode & 0o777) == (0o700, 0o600)
    again = run("from assay.config import settings; print(settings.SECRET_KEY)", ASSAY_DATA=str(folder))
    assert again.out.strip() == key.read_text().strip()


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    done = run("from assay.config import boot; boot.setup(create=True)", ASSAY_DATA=str(tmp_path / "data"))
    assert "is a file, not a folder" in done.err


def test_sqlite_waits_and_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    code = (
        "from assay.config import boot; boot.setup(create=True)\n"
        "from django.db import connection\n"
        "cursor = connection.cursor()\n"
        "for name in ('journal_mode', 'synchronous', 'foreign_keys', 'busy_timeout'):\n"
        "    print(cursor.execute(f'PRAGMA {name}').fetchone()[0])\n"
    )
    done = run(code, ASSAY_DATA=str(tmp_path / "data"))
    assert done.out.split() == ["wal", "2", "1", "30000"], done.err


def test_a_folder_that_was_never_prepared_is_not_served(tmp_path: Path) -> None:
    code = (
        "from assay.config import boot; boot.setup(create=True)\n"
        "from assay.config import prepare\n"
        "from assay.core.errors import Unavailable\n"
        "try: prepare.require_ready()\n"
        "except Unavailable as error: print('refused:', error)\n"
        "print(prepare.migrate() > 0, prepare.migrate())\n"
        "prepare.require_ready()\n"
    )
    done = run(code, ASSAY_DATA=str(tmp_path / "data"))
    assert done.code == 0, done.err
    assert done.out.splitlines()[0].startswith("refused: The database lacks")
    assert done.out.splitlines()[1] == "True 0"
