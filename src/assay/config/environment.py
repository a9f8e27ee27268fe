"""The environment variables of Assay, read once and checked.

Every variable that starts with ASSAY_ is listed in `VARIABLES`; an unknown name or a malformed value raises
`UsageError` that names the variable and what is allowed. Reading writes nothing; of files it
reads those that a variable with the suffix _FILE names, and the secret key of a data folder that is there.
"""

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

from assay.core.errors import UsageError

SECRET_KEY_FILE = "secret-key"  # noqa: S105 — the name of a file
SECRET_KEY_LENGTH = 32
DATABASE_FILE = "assay.sqlite3"
TEST_PREFIX = "ASSAY_TEST_"

VARIABLES: Mapping[str, str] = MappingProxyType(
    {
        "ASSAY_DATA": "the data folder; default: ./assay-data if it exists, else the platform's data folder",
        "ASSAY_DATABASE_URL": "empty for SQLite in the data folder, or postgres://user:password@host:port/name",
        "ASSAY_DATABASE_URL_FILE": "a file that holds the database address",
        "ASSAY_SECRET_KEY": f"at least {SECRET_KEY_LENGTH} characters; default: the data folder's secret-key",
        "ASSAY_SECRET_KEY_FILE": "a file that holds the secret key",
        "ASSAY_DEBUG": "true or false; default: false",
        "ASSAY_ALLOWED_HOSTS": "host names with commas between; default: this machine and the host of the origin",
        "ASSAY_ORIGIN": "where people reach this server, as http(s)://host[:port]; default: http://127.0.0.1:8000",
        "ASSAY_LOG_LEVEL": "debug, info, warning or error; default: info",
        "ASSAY_GOVERNANCE_PUBLISH_ENFORCEMENT": "on (default), or off-until:<date or time with offset, ISO 8601>",
        "ASSAY_SWEEP_ENGINE": "local (default), daft, ray, or ray: and the address of a cluster",
        "ASSAY_MODEL_KEY": "the key of a model provider, read by the model writer only",
        "ASSAY_MODEL_KEY_FILE": "a file that holds that key",
        "ASSAY_EMBED": "the model that holds sentences near to drift for reading: a package or folder; default: none",
        "ASSAY_SIGNER": "where the next signing key is made: file (default), pkcs11:…, exec:PROGRAM, http(s)://…",
        "ASSAY_SIGNER_SECRET": "the PIN of the token, or the bearer token of the signing service",
        "ASSAY_SIGNER_SECRET_FILE": "a file that holds that secret",
        "ASSAY_TSA_URL": "where time stamps (RFC 3161) are asked for, http(s)://…; default: nowhere",
        "ASSAY_TSA_CA": "a file with the certificates of that authority (PEM); without it answers are kept unchecked",
        "ASSAY_PYTHON": "read by the launcher only: the Python to set up with",
    }
)
_WITH_FILE = ("ASSAY_DATABASE_URL", "ASSAY_SECRET_KEY", "ASSAY_SIGNER_SECRET")
_SWEEP_ENGINE = re.compile(r"local|daft|ray(:[\x21-\x7e]+)?")
_SIGNER = re.compile(r"file|pkcs11:token=[^?]+\?module-path=.+|exec:.*\S.*|https?://\S+", re.ASCII)
_SWITCH = MappingProxyType(
    {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
)
_LOG_LEVELS = MappingProxyType({"debug": "DEBUG", "info": "INFO", "warning": "WARNING", "error": "ERROR"})

T = TypeVar("T")


@dataclass(frozen=True)
class Database:
    """One database. `engine` is `sqlite` or `postgres`; for SQLite only `name` (a path) is set."""

    engine: str
    name: str
    user: str = ""
    password: str = ""
    host: str = ""
    port: str = ""
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Environment:
    """All settings that come from outside. `secret_key` is None when the data folder has none yet."""

    data: Path
    database: Database
    secret_key: str | None
    debug: bool
    allowed_hosts: tuple[str, ...]
    origin: str
    log_level: str
    governance_off_until: datetime | None = None
    signer: str = "file"
    signer_secret: str = field(default="", repr=False)
    tsa_url: str = ""
    tsa_ca: Path | None = None
    sweep_engine: str = "local"

    @property
    def https(self) -> bool:
        return self.origin.startswith("https://")

    @property
    def log_origin(self) -> str:
        """The origin without its scheme: what the names of ledgers begin with."""
        return self.origin.partition("://")[2]


def read_environment(
    environ: Mapping[str, str], *, cwd: Path | None = None, home: Path | None = None, platform: str = sys.platform
) -> Environment:
    """Return the checked settings. Raises UsageError naming the variable and the allowed values."""
    _refuse_unknown(environ)
    values = _with_files(environ)
    data = _data_folder(values, cwd=cwd or Path.cwd(), home=home, platform=platform)
    origin = _origin(values.get("ASSAY_ORIGIN", ""))
    return Environment(
        data=data,
        database=_database(values.get("ASSAY_DATABASE_URL", ""), data),
        secret_key=_secret_key(values.get("ASSAY_SECRET_KEY", ""), data),
        debug=_choice("ASSAY_DEBUG", values.get("ASSAY_DEBUG") or "false", _SWITCH),
        allowed_hosts=_hosts(values.get("ASSAY_ALLOWED_HOSTS", ""), origin),
        origin=origin,
        log_level=_choice("ASSAY_LOG_LEVEL", values.get("ASSAY_LOG_LEVEL") or "info", _LOG_LEVELS),
        governance_off_until=_off_until(values.get("ASSAY_GOVERNANCE_PUBLISH_ENFORCEMENT", "")),
        signer=_signer(values.get("ASSAY_SIGNER", "")),
        signer_secret=values.get("ASSAY_SIGNER_SECRET", ""),
        sweep_engine=_sweep_engine(values.get("ASSAY_SWEEP_ENGINE", "")),
        tsa_url=_tsa_url(values.get("ASSAY_TSA_URL", "")),
        tsa_ca=_tsa_ca(values.get("ASSAY_TSA_CA", ""), cwd or Path.cwd()),
    )


def malformed(variable: str) -> UsageError:
    """The error for a value that cannot be read; the value itself is not repeated, for it may be a secret."""
    return UsageError(
        f"The environment variable {variable} has a value that cannot be used.",
        hint=f"Allowed: {VARIABLES[variable]}.",
        variable=variable,
    )


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    unknown = sorted(
        name
        for name in environ
        if name.startswith("ASSAY_") and name not in VARIABLES and not name.startswith(TEST_PREFIX)
    )
    if unknown:
        raise UsageError(
            f"The environment variable {unknown[0]} is not known.",
            hint=f"Known: {', '.join(VARIABLES)}.",
            variable=unknown[0],
        )


def _with_files(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables of Assay, those with the suffix _FILE replaced by the text of their file."""
    values = {name: environ[name] for name in VARIABLES if name in environ}
    for name in _WITH_FILE:
        path = values.pop(f"{name}_FILE", "")
        if not path:
            continue
        if values.get(name):
            raise UsageError(
                f"Both {name} and {name}_FILE are set.", hint="Set one of the two and unset the other.", variable=name
            )
        try:
            values[name] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise malformed(f"{name}_FILE") from error
    return values


def _data_folder(values: Mapping[str, str], *, cwd: Path, home: Path | None, platform: str) -> Path:
    given = values.get("ASSAY_DATA", "")
    if given:
        return (cwd / Path(given).expanduser()).resolve()
    beside = cwd / "assay-data"
    if beside.is_dir():
        return beside.resolve()
    return platform_data_folder(os.environ, home=home or Path.home(), platform=platform)


def platform_data_folder(environ: Mapping[str, str], *, home: Path, platform: str) -> Path:
    """Where programs of this platform keep their data: XDG base directories, Application Support or LOCALAPPDATA."""
    if platform == "darwin":
        return home / "Library" / "Application Support" / "assay"
    if platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "assay"
    return Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "assay"


def _database(text: str, data: Path) -> Database:
    if not text:
        return Database("sqlite", str(data / DATABASE_FILE))
    try:
        url = urlsplit(text)
        port = "" if url.port is None else str(url.port)
        options = tuple(parse_qsl(url.query, strict_parsing=bool(url.query)))
    except ValueError as error:
        raise malformed("ASSAY_DATABASE_URL") from error
    name = unquote(url.path.lstrip("/"))
    if url.scheme not in {"postgres", "postgresql"} or not name or "/" in name:
        raise malformed("ASSAY_DATABASE_URL")
    # urlsplit lowers the host, which would break the path of a socket folder: take it from the network location.
    host = unquote(url.netloc.rpartition("@")[2].rpartition(":")[0] if port else url.netloc.rpartition("@")[2])
    return Database(
        "postgres", name, unquote(url.username or ""), unquote(url.password or ""), host.strip("[]"), port, options
    )


def _secret_key(text: str, data: Path) -> str | None:
    if not text:
        try:
            return (data / SECRET_KEY_FILE).read_text(encoding="utf-8").strip() or None
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise UsageError(
                f"The secret key {data / SECRET_KEY_FILE} cannot be read.",
                hint="Let the account that runs Assay own the data folder.",
                variable="ASSAY_DATA",
            ) from error
    if len(text) < SECRET_KEY_LENGTH:
        raise malformed("ASSAY_SECRET_KEY")
    return text


def _origin(text: str) -> str:
    if not text:
        return "http://127.0.0.1:8000"
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError as error:
        raise malformed("ASSAY_ORIGIN") from error
    if url.scheme not in {"http", "https"} or not url.hostname or url.username or url.query or url.fragment:
        raise malformed("ASSAY_ORIGIN")
    if url.path not in {"", "/"}:
        raise malformed("ASSAY_ORIGIN")
    return f"{url.scheme}://{url.netloc}".lower()


def _hosts(text: str, origin: str) -> tuple[str, ...]:
    own = urlsplit(origin).hostname or ""
    if not text:
        return tuple(dict.fromkeys(("127.0.0.1", "localhost", "[::1]", f"[{own}]" if ":" in own else own)))
    hosts = tuple(host.strip().lower() for host in text.split(","))
    if any(not host or "/" in host or " " in host or host == "*" for host in hosts):
        raise malformed("ASSAY_ALLOWED_HOSTS")
    return hosts


def _signer(text: str) -> str:
    """Where new signing keys are made. Commands are names on this machine, so they are taken as they are written."""
    place = text.strip() or "file"
    if _SIGNER.fullmatch(place) is None:
        raise malformed("ASSAY_SIGNER")
    return place


def _sweep_engine(text: str) -> str:
    name = text.strip() or "local"
    if _SWEEP_ENGINE.fullmatch(name) is None:
        raise malformed("ASSAY_SWEEP_ENGINE")
    return name


def _tsa_url(text: str) -> str:
    if text and not text.startswith(("http://", "https://")):
        raise malformed("ASSAY_TSA_URL")
    return text


def _tsa_ca(text: str, cwd: Path) -> Path | None:
    if not text:
        return None
    path = (cwd / Path(text).expanduser()).resolve()
    if not path.is_file():
        raise malformed("ASSAY_TSA_CA")
    return path


def _off_until(text: str) -> datetime | None:
    """When the governance blocker of publishing is enforced again; None where it is not switched off here."""
    if text.strip().lower() in ("", "on"):
        return None
    word, found, end = text.strip().partition(":")
    try:
        at = datetime.fromisoformat(end)
    except ValueError as error:
        raise malformed("ASSAY_GOVERNANCE_PUBLISH_ENFORCEMENT") from error
    if word.lower() != "off-until" or not found:
        raise malformed("ASSAY_GOVERNANCE_PUBLISH_ENFORCEMENT")
    return at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _choice(variable: str, text: str, allowed: Mapping[str, T]) -> T:
    try:
        return allowed[text.strip().lower()]
    except KeyError as error:
        raise malformed(variable) from error
