"""Everything that the server's administrator can reach is put back to an older state: database, marks, keys. A witness of another
user, in a folder of its own, and a checkpoint kept outside still tell."""

import multiprocessing
import os
import pwd
import shutil
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import mkdtemp

import pytest

from assay.cli import witness as command
from tests.command import assay

pytestmark = [
    pytest.mark.slow,
    pytest.mark.req("L-06", "P-19"),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can run a witness as another user"),
]


def _serve(folder: Path, uid: int, gid: int, told: Connection) -> None:
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    server = command.server_of(command.witness_of(folder), "127.0.0.1", 0)
    told.send(server.server_address[1])
    server.serve_forever()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    place = tmp_path / "data"
    assert assay("ledger", "stamps", "--data", place).code == 0
    return place


@pytest.fixture
def witness(data: Path) -> Iterator[tuple[str, str]]:
    """(address, verifier key) of a running witness of the user nobody, whose folder nobody else can open."""
    own = pwd.getpwnam("nobody")
    folder = Path(mkdtemp(prefix="witness-"))
    key = assay("witness", "init", folder, "--name", "witness.elsewhere").out.strip()
    assert assay("witness", "watch", folder, assay("ledger", "vkey", "--data", data).out.strip()).code == 0
    (folder / "state").mkdir(exist_ok=True)
    for place in (folder, *folder.rglob("*")):
        os.chown(place, own.pw_uid, own.pw_gid)
        place.chmod(0o700 if place.is_dir() else 0o600)
    forked = multiprocessing.get_context("fork")
    heard, told = forked.Pipe(duplex=False)
    process = forked.Process(target=_serve, args=(folder, own.pw_uid, own.pw_gid, told), daemon=True)
    process.start()
    assert heard.poll(30)
    yield f"http://127.0.0.1:{heard.recv()}", key
    process.terminate()
    process.join()
    shutil.rmtree(folder)


def grown(data: Path, kind: str) -> None:
    given = ("ledger", "retention", "set", kind, "365", "--basis", "our schedule", "--data", data)
    done = assay(*given)
    assert done.code == 0, done.err


def test_a_whole_installation_put_back_is_refused_by_a_witness_of_another_user(
    data: Path, witness: tuple[str, str], tmp_path: Path
) -> None:
    address, key = witness
    ask = ("ledger", "witness-ask", address, "--witness", key, "--data", data)
    grown(data, "gate.decided")
    done = assay(*ask)
    assert done.code == 0, done.err
    shutil.copytree(data, tmp_path / "backup")
    grown(data, "finding.disposed")
    done = assay(*ask)
    assert done.code == 0, done.err
    (tmp_path / "kept").write_text(assay("ledger", "checkpoint", "--data", data).out, "utf-8")
    assert assay("verify", data, "--checkpoint", tmp_path / "kept").code == 0

    shutil.rmtree(data)
    shutil.copytree(tmp_path / "backup", data)
    assert assay("verify", data).code == 0  # what was put back is a state that was good once, with its own mark
    named = assay("verify", data, "--checkpoint", tmp_path / "kept")
    assert (named.code, "rolled-back" in named.out + named.err) == (1, True)
    for kind in ("session.opened", "session.closed", "record.changed"):
        grown(data, kind)
    refused = assay(*ask)
    assert refused.code != 0
    assert "witness" in refused.message
    assert assay("verify", data, "--checkpoint", tmp_path / "kept").code == 1
