"""Signed notes, checkpoints, cosignatures and log proofs: the specification's own examples, and many things that are wrong."""

from __future__ import annotations

import base64
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.core.errors import AssayError, IntegrityBroken, InvalidInput
from assay.core.merkle import inclusion_proof, leaf_hash, root_hash
from assay.core.note import (
    COSIGNATURE_V1,
    MAX_SIGNATURES,
    Checkpoint,
    Cosignature,
    Ed25519Signer,
    LogProof,
    VerifierKey,
    cosign,
    format_proof,
    parse_checkpoint,
    parse_note,
    parse_proof,
    sign_checkpoint,
    sign_note,
    verify_checkpoint,
    verify_cosignatures,
    verify_note,
    verify_proof,
)

pytestmark = pytest.mark.req("L-06")
ORIGIN = "gov.example.org/evidence/1"
LOG = Ed25519Signer.from_seed(ORIGIN, b"\x01" * 32)
NEW = Ed25519Signer.from_seed(ORIGIN, b"\x02" * 32)
WITNESS = Ed25519Signer.from_seed("witness.example/w1", b"\x03" * 32, kind=COSIGNATURE_V1)
ENTRIES = [f"entry {i}".encode() for i in range(11)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
HEAD = Checkpoint(ORIGIN, len(LEAVES), root_hash(LEAVES))
SIGNED = sign_checkpoint(HEAD, [LOG])
WITNESSED = SIGNED + cosign(SIGNED, WITNESS, at=1_700_000_000).text
PROOF = format_proof(LogProof(4, tuple(inclusion_proof(LEAVES, 4)), WITNESSED, b"more"))

# The worked example of the specification "c2sp.org/tlog-cosignature"; its keys are not published, its shape is.
EXAMPLE = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""


def flipped(text: str, place: int) -> str:
    """Change one character of a base64 text into another one."""
    return text[:place] + ("B" if text[place] == "A" else "A") + text[place + 1 :]


def test_the_published_example_is_taken_apart_and_put_together() -> None:
    head, note = parse_checkpoint(EXAMPLE)
    assert (head.origin, head.size) == ("example.com/behind-the-sofa", 20_852_163)
    assert head.text == note.text
    assert [line.name for line in note.signatures] == ["example.com/behind-the-sofa", "witness.example.com/w1"]
    assert int.from_bytes(note.signatures[1].signature[:8], "big") == 1_679_315_147
    assert str(note) == EXAMPLE


def test_a_checkpoint_is_verified_by_its_own_log_only() -> None:
    assert verify_checkpoint(SIGNED, [LOG.verifier]) == HEAD
    for keys in ([NEW.verifier], [], [WITNESS.verifier]):
        with pytest.raises(IntegrityBroken):
            verify_checkpoint(SIGNED, keys)
    with pytest.raises(IntegrityBroken):
        verify_checkpoint(SIGNED, [LOG.verifier], origin="gov.example.org/evidence/2")


def test_while_a_key_is_changed_old_and_new_both_verify() -> None:
    both = sign_checkpoint(HEAD, [LOG, NEW])
    assert verify_note(parse_note(both), [NEW.verifier, LOG.verifier]) == (NEW.verifier, LOG.verifier)
    assert verify_checkpoint(both, [NEW.verifier]) == verify_checkpoint(both, [LOG.verifier]) == HEAD


def test_signatures_of_unknown_keys_are_passed_over() -> None:
    stray = "— somebody.example " + base64.b64encode(b"\x00" * 68).decode() + "\n"
    assert verify_checkpoint(SIGNED + stray + stray, [LOG.verifier]) == HEAD


def test_one_bad_signature_of_a_known_key_condemns_the_note() -> None:
    both = sign_checkpoint(HEAD, [LOG, NEW])
    lines = both.split("\n")
    lines[5] = flipped(lines[5], len(lines[5]) - 10)
    with pytest.raises(IntegrityBroken):
        verify_checkpoint("\n".join(lines), [LOG.verifier, NEW.verifier])


def test_a_key_that_signs_twice_is_refused() -> None:
    with pytest.raises(IntegrityBroken):
        verify_checkpoint(SIGNED + SIGNED.split("\n\n")[1], [LOG.verifier])


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(WITNESSED) - 1), st.integers(1, 127))
def test_one_changed_character_never_gives_another_head(place: int, by: int) -> None:
    changed = WITNESSED[:place] + chr(ord(WITNESSED[place]) ^ by) + WITNESSED[place + 1 :]
    try:
        head = verify_checkpoint(changed, [LOG.verifier])
        seen = verify_cosignatures(changed, [WITNESS.verifier])
    except AssayError:
        return
    # What is left is a change in a line that names a key nobody trusts, so that one signature less is found.
    assert head == HEAD
    assert seen == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no blank line\n",
        "text\n\n",
        "text\n\nno dash\n",
        "text\n\n— name\n",
        "text\n\n— name AAAA\n",
        "text\n\n— na+me AAAAAAAA\n",
        "text\n\n— name AAAA AAAA\n",
        "text\n\n— name AAAAAAA\n",
        "text\n\n— name AAAAAAB=\n",
        "te\rxt\n\n— name AAAAAAAA\n",
        "text\n\n— name AAAAAAAA",
        "text\n\n" + "— name AAAAAAAA\n" * (MAX_SIGNATURES + 1),
    ],
)
def test_malformed_notes_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_note(text)


def test_bytes_that_are_not_text_are_refused() -> None:
    with pytest.raises(InvalidInput):
        parse_note(b"\xff\n\n")
    with pytest.raises(InvalidInput):
        parse_note("\ud800\n\n— name AAAAAAAA\n")


@pytest.mark.parametrize(
    "body",
    [
        "origin\n1\n",
        "origin\n01\n" + "A" * 43 + "=\n",
        "origin\n-1\n" + "A" * 43 + "=\n",
        "origin\n٣\n" + "A" * 43 + "=\n",
        "origin\n1\nAAAA\n",
        "origin\n1\n" + "A" * 43 + "\n",
        "\n1\n" + "A" * 43 + "=\n",
    ],
)
def test_malformed_checkpoints_are_refused(body: str) -> None:
    with pytest.raises(InvalidInput):
        parse_checkpoint(sign_note(body, [LOG]))


def test_a_note_may_hold_blank_lines() -> None:
    note = parse_note(sign_note("one\n\ntwo\n", [LOG]))
    assert note.text == "one\n\ntwo\n"
    assert verify_note(note, [LOG.verifier]) == (LOG.verifier,)


def test_nothing_can_be_signed_that_does_not_read_back() -> None:
    for checkpoint in (
        Checkpoint("a\nb", 1, b"\0" * 32),
        Checkpoint("", 1, b"\0" * 32),
        Checkpoint("a", -1, b"\0" * 32),
    ):
        with pytest.raises(InvalidInput):
            sign_checkpoint(checkpoint, [LOG])
    with pytest.raises(InvalidInput):
        sign_note("no newline", [LOG])
    with pytest.raises(InvalidInput):
        sign_note("nobody\n", [])


def test_verifier_keys_read_back_and_bad_ones_are_refused() -> None:
    text = WITNESS.verifier.text
    assert VerifierKey.parse(text) == WITNESS.verifier
    name, number, material = text.split("+", 2)
    other = f"{name}+{int(number, 16) ^ 1:08x}+{material}"
    short = f"{name}+{number}+" + base64.b64encode(b"\x04" + b"k" * 31).decode()
    for bad in ("", name, f"{name}+{number}", other, short, f"{name}+{number}+", f"na me+{number}+{material}"):
        with pytest.raises(InvalidInput):
            VerifierKey.parse(bad)


def test_a_seed_has_32_bytes() -> None:
    with pytest.raises(InvalidInput):
        Ed25519Signer.from_seed("a", b"short")


def test_a_cosignature_says_who_and_when() -> None:
    assert verify_cosignatures(WITNESSED, [WITNESS.verifier]) == (Cosignature("witness.example/w1", 1_700_000_000),)
    assert verify_cosignatures(SIGNED, [WITNESS.verifier]) == ()


def test_a_cosignature_of_another_head_or_time_is_refused() -> None:
    other = sign_checkpoint(Checkpoint(ORIGIN, 10, root_hash(LEAVES[:10])), [LOG])
    with pytest.raises(IntegrityBroken):
        verify_cosignatures(SIGNED + cosign(other, WITNESS, at=1).text, [WITNESS.verifier])
    line = cosign(SIGNED, WITNESS, at=1)
    late = type(line)(line.name, line.key_id, (2).to_bytes(8, "big") + line.signature[8:])
    short = type(line)(line.name, line.key_id, line.signature[:-1])
    for forged in (late, short):
        with pytest.raises(IntegrityBroken):
            verify_cosignatures(SIGNED + forged.text, [WITNESS.verifier])


def test_a_log_proof_leads_from_the_entry_to_the_signed_head() -> None:
    head = verify_proof(PROOF, leaf=ENTRIES[4], log=[LOG.verifier], witnesses=[WITNESS.verifier], quorum=1)
    assert head == HEAD
    assert parse_proof(PROOF).extra == b"more"
    assert format_proof(parse_proof(PROOF)) == PROOF


def test_a_log_proof_is_refused_for_another_entry_key_origin_or_quorum() -> None:
    wrong = [
        {"leaf": ENTRIES[5], "log": [LOG.verifier]},
        {"leaf": ENTRIES[4], "log": [NEW.verifier]},
        {"leaf": ENTRIES[4], "log": [LOG.verifier], "origin": "elsewhere"},
        {"leaf": ENTRIES[4], "log": [LOG.verifier], "witnesses": [WITNESS.verifier], "quorum": 2},
        {"leaf": ENTRIES[4], "log": [LOG.verifier], "quorum": 1},
    ]
    for arguments in wrong:
        with pytest.raises(IntegrityBroken):
            verify_proof(PROOF, **arguments)  # type: ignore[arg-type]


@settings(max_examples=300, deadline=None)
@given(st.integers())
def test_a_garbled_proof_is_an_error_and_never_a_crash_or_a_false_yes(seed: int) -> None:
    rng = random.Random(seed)
    head, _, rest = PROOF.partition("index ")
    place = rng.randrange(len(rest))
    garbled = head + "index " + rest[:place] + rng.choice(["", "\n", "x", "—", "\x00", "A"]) + rest[place + 1 :]
    try:
        found = verify_proof(garbled, leaf=ENTRIES[4], log=[LOG.verifier])
    except AssayError:
        return
    assert found == HEAD
    assert parse_proof(garbled).index == 4


def test_proofs_that_are_no_proofs_are_refused() -> None:
    lines = PROOF.split("\n")
    bad = [
        "",
        "c2sp.org/tlog-proof@v2\n" + "\n".join(lines[1:]),
        "\n".join(lines[:2] + lines[3:]),
        PROOF.replace("index 4", "index 04"),
        PROOF.replace("index 4", "index four"),
        PROOF.replace(lines[3], "AAAA"),
        "\n".join(lines[:5]),
    ]
    for text in bad:
        with pytest.raises(InvalidInput):
            parse_proof(text)
