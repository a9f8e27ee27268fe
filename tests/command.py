"""The command line as a person runs it: a process of its own, its exit code, and what it said."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from tests import warm

ROOT = Path(__file__).parents[1]
LESSON = (
    "# Roles\n\nThe organization shall assign who answers for each AI system, and keep documented information of it.\n"
)
DRIFT = "# Assignment\n\nAudit the plant against ISO 14001:2015 and report every nonconformity with its environmental aspect.\n"


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def message(self) -> str:
        """The lines that tell what went wrong: not progress, and never a stack trace."""
        assert "Traceback" not in self.err, self.err
        assert "unexpected" not in self.err, self.err
        return "\n".join(line for line in self.err.splitlines() if not line.endswith("…"))


def environment(**more: str) -> dict[str, str]:
    """The environment of a command: this checkout, nothing of Assay's from outside, modules compiled once."""
    outside = ("ASSAY_", "DJANGO_", "PYTEST", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(outside)}
    return {**kept, "PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1", **more}


def assay(
    *arguments: object,
    env: Mapping[str, str] | None = None,
    stdin: bytes | None = None,
    cwd: Path | None = None,
    before: Callable[[], None] | None = None,
    timeout: float = 180,
) -> Ran:
    """Run one command to its end. `before` runs in the new process before the program starts; with it, or with another
    PYTHONPATH, the process starts cold, else from one that has read the code (`tests.warm`)."""
    if before is None and "PYTHONPATH" not in (env or {}):
        return forked("assay", *arguments, environ=environment(**(env or {})), stdin=stdin, cwd=cwd, timeout=timeout)
    done = subprocess.run(
        [sys.executable, "-m", "assay", *map(str, arguments)],
        env=environment(**(env or {})),
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        cwd=cwd,
        preexec_fn=before,
        timeout=timeout,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))


def forked(
    module: str,
    *arguments: object,
    environ: Mapping[str, str],
    stdin: bytes | None = None,
    cwd: Path | None = None,
    timeout: float = 180,
) -> Ran:
    """Run `python -m module` to its end, in a process forked from one that has read the code of Assay."""
    words = [str(each) for each in arguments]
    with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as err:
        given.write(stdin or b"")
        given.seek(0)
        code = warm.run(words, environ=environ, cwd=cwd, files=(given, out, err), timeout=timeout, module=module)
        out.seek(0)
        err.seek(0)
        return Ran(code, out.read().decode(errors="replace"), err.read().decode(errors="replace"))


def course(folder: Path, lessons: int = 3, *, drift: bool = False) -> Path:
    """A folder with that many lessons, each different, and an assignment that teaches another standard if asked for."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(lessons):
        (folder / f"lesson-{number:04}.md").write_text(LESSON.replace("Roles", f"Roles {number}"), encoding="utf-8")
    if drift:
        (folder / "assignment-brief.md").write_text(DRIFT, encoding="utf-8")
    return folder


def rows(data: Path) -> dict[str, int]:
    """How many rows each table of a data folder has; nothing where there is no database yet."""
    path = data / "assay.sqlite3"
    if not path.exists():
        return {}
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in sorted(names)}


def copied(data: Path, target: Path) -> Path:
    """A copy of a data folder that nobody works on."""
    shutil.copytree(data, target)
    return target
