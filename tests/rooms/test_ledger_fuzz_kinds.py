"""`assay bench fuzz` damages every kind of file that a pack may hold, and believes none of it."""

import random
from hashlib import sha256

import pytest

from assay.cli.bench import fuzz, fuzz_seen
from assay.client.dsse import envelope_sign
from assay.client.pack import MANIFEST, manifest_payload, verify_files


def test_the_packs_hold_every_kind_of_file_and_are_accepted_as_they_are() -> None:
    made = fuzz.world()
    assert {fuzz_seen.kind_of(name) for pack in made.packs for name in (*pack, MANIFEST)} == set(fuzz_seen.KINDS)
    for pack in made.packs:
        digests = {name: sha256(data).hexdigest() for name, data in pack.items()}
        files = {**pack, MANIFEST: envelope_sign(manifest_payload(digests, {}), [made.signer])}
        for lost in (False, True):
            trust, known = fuzz_seen.trusts(made.signer, lost=lost)
            assert verify_files(fuzz.Memory(files), vkeys=[made.key.text], trust=trust).differences == ()
            assert fuzz._alone(files, made, known)


@pytest.mark.req("L-06")
def test_each_kind_of_file_is_damaged_and_none_believed() -> None:
    made, rng = fuzz.world(), random.Random(5)
    counts: dict[str, object] = {"false_accepts": 0, "accepted_as_the_same": 0}
    for _ in range(150):
        fuzz._try_pack(made, rng, counts)
    mutated = counts["mutated"]
    assert isinstance(mutated, dict)
    assert set(mutated) == set(fuzz_seen.KINDS)
    assert counts["false_accepts"] == 0


def test_another_history_is_told_from_the_own() -> None:
    made = fuzz.world()
    pack, rng = made.packs[1], random.Random(1)
    growth, note = f"consistency/200-{fuzz.SIZE}.txt", "seen/200.note"

    def same(files: dict[str, bytes], *, lost: bool) -> bool:
        return fuzz_seen.says_nothing_else(files, made.hashes, made.key, ["leaves/0.json"], lost=lost)

    assert same(pack, lost=True)
    unseen = {name: data for name, data in pack.items() if not name.startswith("seen/")}
    assert (same(unseen, lost=False), same(unseen, lost=True)) == (True, False)
    forged = {**pack, note: fuzz_seen.damaged_note(pack[note], rng, [*made.hashes[:199], bytes(32)], made.signer)}
    assert not same(forged, lost=False)
    assert not same({**pack, growth: pack[growth].replace(b"old 200", b"old 137")}, lost=False)
