"""The published packs: both verifiers accept and refuse the same; the script makes the file again, byte for byte."""

import json
from collections.abc import Mapping

import pytest
from scripts.make_pack_vectors import FILE, text

from assay.client import standalone
from assay.client.compromised import compromised_given
from assay.client.pack import verify_files
from assay.client.trust import Trust
from assay.core.errors import NotFound
from assay.core.note import VerifierKey

pytestmark = pytest.mark.req("L-06", "L-09", "L-14")
VECTORS = json.loads(FILE.read_text("utf-8"))


class Kept(standalone.Pack):
    """A pack in memory, for both verifiers."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files
        self.all = set(files)

    def names(self) -> list[str]:  # type: ignore[override]
        return sorted(self._files)

    def read(self, name: str) -> bytes:
        if name not in self._files:
            raise NotFound("file of the pack", name)
        return self._files[name].encode()


def judged(files: Mapping[str, str], *lost: str) -> tuple[bool, bool]:
    """Whether the product's verifier and the single file accept a pack."""
    trust = Trust([compromised_given(one) for one in lost], [VerifierKey.parse(VECTORS["witness"])])
    report = verify_files(Kept(files), vkeys=[VECTORS["log"]], trust=trust)
    try:
        known = standalone.Known([VECTORS["witness"]], list(lost))
        counts = standalone.check_files(Kept(files), [standalone.Key(VECTORS["log"])], known)
    except (*standalone.REFUSED, NotFound):
        return not report.differences, False
    assert {name: counts[name] for name in VECTORS["counts"]} == VECTORS["counts"]
    return not report.differences, True


def test_the_script_makes_the_published_packs_again() -> None:
    assert FILE.read_text("utf-8") == text()


def test_the_published_pack_is_accepted_and_rests_on_its_witness_when_the_key_is_lost() -> None:
    assert judged(VECTORS["accepted"]) == (True, True)
    assert judged(VECTORS["accepted"], VECTORS["accepted_with_the_key_lost_at"]) == (True, True)
    assert judged(VECTORS["accepted"], VECTORS["refused_with_the_key_lost_at"]) == (False, False)


@pytest.mark.parametrize("what", VECTORS["refused"])
def test_each_wrong_pack_is_refused_by_both(what: str) -> None:
    assert judged(VECTORS["refused"][what]) == (False, False)
