"""Every command that VERIFY.txt of a pack names is run, word for word, on a pack of each form; and on a tampered one."""

import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from tests.django_setup import prepare

prepare()

from assay.ledger import pack, queries, services  # noqa: E402 — Django must be configured first
from tests.families import by_turns  # noqa: E402
from tests.rooms.ledger_log import LOG, ORIGIN, fill  # noqa: E402

MODULES = Path(__file__).parent / "verifiers" / "node_modules"
NEEDED = {
    "tlog-tiles": Path(sys.executable).with_name("tlog-tiles"),
    "proofbundle": Path(sys.executable).with_name("proofbundle"),
    "Go": Path(shutil.which("go") or "/nowhere"),
    "Go's x/mod": Path("/usr/share/gocode/src/golang.org/x/mod/sumdb"),
    "node": Path(shutil.which("node") or "/nowhere"),
    "@sigstore/verify": MODULES / "@sigstore/verify",
}
MISSING = [name for name, path in NEEDED.items() if not path.exists()]
pytestmark = [pytest.mark.django_db, pytest.mark.skipif(bool(MISSING), reason=f"not here: {', '.join(MISSING)}")]


@pytest.fixture(autouse=True)
def _log(now: datetime) -> None:
    services.log_open(log=LOG, origin=ORIGIN, now=now)
    fill(1500, now)
    services.integrate(log=LOG, now=now)


def commands(place: Path) -> list[str]:
    """The commands of VERIFY.txt, in order; preparations are those that make files."""
    _, _, text = (place / "VERIFY.txt").read_text("utf-8").partition("0. Everything at once")
    return [line[4:] for line in text.splitlines() if line.startswith("    ")]


def run(place: Path, command: str, cache: Path) -> int:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", command.replace("python3 ", f"{sys.executable} ", 1)],
        cwd=place,
        env={**os.environ, "PATH": path, "NODE_PATH": str(MODULES), "GOCACHE": str(cache)},
        check=False,
        capture_output=True,
        text=True,
    )
    return done.returncode


@pytest.mark.req("L-06", "L-09")
@pytest.mark.parametrize("form", by_turns(["whole", "some", "many"], 3, 1))
def test_the_commands_accept_a_pack_and_refuse_a_tampered_one(
    form: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, now: datetime
) -> None:
    place, cache = tmp_path / "pack", tmp_path_factory.getbasetemp() / "go-cache"
    indexes = {"whole": None, "some": [3, 300, 1200], "many": range(200, 1300)}[form]
    pack.pack_write(log=LOG, target=place, actor="p-1", now=now, indexes=indexes)
    listed = commands(place)
    # The single file first; it lists every file, so before the others make theirs.
    assert [command for command in listed if run(place, command, cache)] == []
    checks = [line for line in listed if any(word in line for word in ("verify-proof", "go run", "node ", "openssl "))]
    assert len(checks) == (5 if form == "whole" else 4)
    note = (place / "checkpoint.txt").read_text("utf-8")
    (place / "text.txt").write_text(note.partition("\n\n")[0].replace(ORIGIN, "assay.test/trial/2") + "\n")
    (place / "one.json").write_bytes((place / "one.json").read_bytes().replace(b"artefact:", b"artefacT:"))
    log_check = [line for line in checks if "tlogcheck.go log" in line]
    assert [line for line in checks if line not in log_check and not run(place, line, cache)] == []
    assert queries.position(LOG) > 1300
