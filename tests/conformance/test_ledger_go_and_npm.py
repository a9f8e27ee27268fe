"""Go's `x/mod/sumdb` and npm's `@sigstore/verify` accept the log and its receipts, and refuse each tampered copy.

Go's library comes from Debian (`golang-golang-x-mod-dev`), the other by `scripts/fetch_verifiers.sh`. Two short programs
that every pack carries read the formats and put them to the libraries; no judgement is theirs.
"""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.django_setup import prepare

prepare()

from assay.ledger import export, pack, queries, services  # noqa: E402 — Django must be configured first
from tests.conformance.tampering import INDEX, LOGS, RECEIPTS, SIZE  # noqa: E402
from tests.conftest import NOW  # noqa: E402
from tests.ledger_flush import forget  # noqa: E402
from tests.rooms.conftest import kept  # noqa: E402, F401 — a fixture
from tests.rooms.ledger_log import LOG, fill, opened  # noqa: E402

pytestmark = pytest.mark.django_db
MODULES = Path(__file__).parent / "verifiers" / "node_modules"
PROGRAMS = Path(pack.__file__).parent / "others"
GO_LIBRARY = Path("/usr/share/gocode")


@pytest.fixture(scope="module")
def tlogcheck(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Go program, built."""
    go = shutil.which("go")
    if go is None or not (GO_LIBRARY / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        pytest.skip("Debian's golang-go and golang-golang-x-mod-dev are not installed")
    folder = tmp_path_factory.mktemp("go")
    cache = Path(os.environ.get("GOCACHE") or folder / "cache")
    settings = {"GO111MODULE": "off", "GOPATH": str(GO_LIBRARY), "GOCACHE": str(cache), "GOFLAGS": ""}
    command = [go, "build", "-o", str(folder / "tlogcheck"), str(PROGRAMS / "tlogcheck.go")]
    subprocess.run(command, env={**os.environ, **settings}, check=True, capture_output=True, text=True)
    return folder / "tlogcheck"


@pytest.fixture(scope="module")
def files(kept: None, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: F811 — a fixture
    """A log of 1,503 entries, and its files, which nobody may change."""
    opened(SIZE - 3, NOW)
    place = tmp_path_factory.mktemp("files") / "log"
    export.folder_export(log=LOG, target=place)
    return place


@pytest.fixture
def exported(files: Path, db: None, tmp_path: Path) -> Iterator[Path]:
    """The files of the log, of the test's own."""
    yield Path(shutil.copytree(files, tmp_path / "log"))
    forget()


def go_says(tool: Path, *arguments: object) -> str:
    """ "accepted", or "refused: …"."""
    command = [str(tool), *map(str, arguments)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.stderr == "", done.stderr
    assert (done.returncode == 0) == (done.stdout == "accepted\n"), done.stdout
    return done.stdout.strip()


def sigstore_says(cases: list[tuple[str, bytes, str]]) -> list[str]:
    """For each (receipt, leaf, verifier key): "" if accepted, else why it was refused."""
    node = shutil.which("node")
    if node is None or not (MODULES / "@sigstore/verify").is_dir():
        pytest.skip("node, or @sigstore/verify, is not here: scripts/fetch_verifiers.sh fetches it")
    given = [{"proof": proof, "leaf": base64.b64encode(leaf).decode(), "vkey": vkey} for proof, leaf, vkey in cases]
    done = subprocess.run(
        [node, str(PROGRAMS / "sigstore_check.cjs")],
        input=json.dumps(given),
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "NODE_PATH": str(MODULES)},
    )
    assert done.returncode == 0, done.stderr
    answers: list[str] = json.loads(done.stdout)
    return answers


def receipt(index: int) -> tuple[str, bytes, str]:
    """The receipt of an entry, its leaf and the key of the log."""
    leaf = queries.entry_get(log=LOG, index=index).leaf
    return queries.proof_text(log=LOG, index=index), leaf, queries.vkeys(LOG)[0]


@pytest.mark.req("L-06", "L-09")
def test_go_accepts_the_exported_log(exported: Path, tlogcheck: Path) -> None:
    for index in (0, 255, 256, 1024, SIZE - 1):
        assert go_says(tlogcheck, "log", exported, queries.vkeys(LOG)[0], index) == "accepted"


def test_go_refuses_every_tampered_copy_of_the_log(exported: Path, tlogcheck: Path, tmp_path: Path) -> None:
    accepted = []
    for number, change in enumerate(LOGS.values()):
        copy = tmp_path / f"copy-{number}"
        shutil.copytree(exported, copy)
        change(copy)
        if go_says(tlogcheck, "log", copy, queries.vkeys(LOG)[0], 300) == "accepted":
            accepted.append(list(LOGS)[number])
    assert accepted == []
    assert len(LOGS) >= 10


def test_go_judges_receipts(exported: Path, tlogcheck: Path, tmp_path: Path) -> None:
    proof, leaf, vkey = receipt(INDEX)
    (tmp_path / "leaf").write_bytes(leaf)
    other = receipt(INDEX + 1)[1]
    (tmp_path / "other").write_bytes(other)

    def says(text: str, name: str = "leaf") -> str:
        (tmp_path / "proof").write_text(text)
        return go_says(tlogcheck, "receipt", tmp_path / "proof", tmp_path / name, vkey)

    assert says(proof) == "accepted"
    assert says(proof, "other") != "accepted"
    assert [what for what, change in RECEIPTS.items() if says(change(proof)) == "accepted"] == []


def test_go_judges_growth(exported: Path, tlogcheck: Path, tmp_path: Path, now: datetime) -> None:
    first = queries.checkpoint_latest(LOG)
    fill(300, now)
    services.integrate(log=LOG, now=now)
    steps = [base64.b64encode(step).decode() for step in queries.consistency(log=LOG, first=first.size)]
    (tmp_path / "old").write_text(first.note)
    (tmp_path / "new").write_text(queries.checkpoint_latest(LOG).note)

    def says(lines: list[str]) -> str:
        (tmp_path / "steps").write_text("\n".join(lines))
        places = (tmp_path / "old", tmp_path / "new", tmp_path / "steps")
        return go_says(tlogcheck, "growth", *places, queries.vkeys(LOG)[0])

    assert says(steps) == "accepted"
    assert says(steps[1:]) != "accepted"
    for number in range(len(steps)):
        changed = [*steps[:number], base64.b64encode(bytes(32)).decode(), *steps[number + 1 :]]
        assert says(changed) != "accepted", number


@pytest.mark.req("L-06", "L-09")
def test_sigstore_accepts_receipts_and_refuses_tampered_ones(exported: Path, now: datetime) -> None:
    good = [receipt(index) for index in (0, 255, 256, INDEX, 1024, SIZE - 1)]
    assert sigstore_says(good) == [""] * len(good)
    proof, leaf, vkey = receipt(INDEX)
    services.log_open(log="second", origin="assay.test/second/1", now=now)
    bad = [(change(proof), leaf, vkey) for change in RECEIPTS.values()]
    bad += [(proof, receipt(INDEX + 1)[1], vkey), (proof, leaf, queries.vkeys("second")[0])]
    answers = dict(zip([*RECEIPTS, "another leaf", "another key"], sigstore_says(bad), strict=True))
    assert [what for what, why in answers.items() if not why] == []
