"""A key file is whole or not there."""

import os
from pathlib import Path

import pytest

from assay.client.keyfile import keyfile_create, keyfile_load
from assay.core.errors import Conflict


@pytest.mark.slow
def test_who_is_stopped_before_the_end_leaves_no_key_by_halves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(made: str, path: Path) -> None:
        assert not path.exists()
        keyfile_load(Path(made))
        raise OSError("stopped")

    monkeypatch.setattr(os, "link", stopped)
    with pytest.raises(OSError, match="stopped"):
        keyfile_create(tmp_path / "key.pem")
    assert list(tmp_path.iterdir()) == []


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    keyfile_create(tmp_path / "key.pem")
    before = (tmp_path / "key.pem").read_bytes()
    with pytest.raises(Conflict):
        keyfile_create(tmp_path / "key.pem")
    assert [each.name for each in tmp_path.iterdir()] == ["key.pem"]
    assert (tmp_path / "key.pem").read_bytes() == before
    assert (tmp_path / "key.pem").stat().st_mode & 0o777 == 0o600
