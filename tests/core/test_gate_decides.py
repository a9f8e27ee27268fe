"""A gate opens for the states that it admits, says why it holds, and is bound to the bytes of the verdict."""

import pytest

from assay.core.canonical import canonical_bytes
from assay.core.decide import Gate, Ruling, decide
from assay.core.errors import InvalidInput
from assay.core.verdict import State

from .worlds import plain_world

PASSING = plain_world({"lesson": 50}).verdict()
UNPROVEN = plain_world({"lesson": 50}).but(measurements=()).verdict()


def test_a_pass_opens_the_gate() -> None:
    decision = decide(PASSING, gate=Gate("publish"))
    assert (decision.ruling, decision.passed, decision.reasons) == (Ruling.PASS, True, ())
    assert decision.verdict_digest == PASSING.digest


def test_anything_else_holds_it_and_says_why() -> None:
    decision = decide(UNPROVEN, gate="publish")
    assert (decision.ruling, decision.passed) == (Ruling.HOLD, False)
    assert decision.reasons == ("state_unproven", *UNPROVEN.reasons)


def test_a_gate_may_admit_more_but_never_a_failure() -> None:
    assert decide(UNPROVEN, gate=Gate("draft", admits=(State.PASS, State.UNPROVEN))).passed
    with pytest.raises(InvalidInput):
        Gate("publish", admits=(State.PASS, State.FAIL))


def test_a_decision_has_canonical_bytes() -> None:
    assert canonical_bytes(decide(PASSING, gate="publish").to_json()).startswith(b'{"format":"assay-decision/1"')
