"""From a verdict to a gate: may the thing be published, released or closed? Pure; the decision is recorded by its
caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from assay.core.errors import InvalidInput
from assay.core.parts import State
from assay.core.verdict import Verdict


class Ruling(StrEnum):
    PASS = "pass"  # noqa: S105 - a ruling, not a password
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Gate:
    """A decision point. `admits` are the states that open it; an open blocking defect is never admitted."""

    name: str
    admits: tuple[State, ...] = (State.PASS,)

    def __post_init__(self) -> None:
        if not self.name or State.FAIL in self.admits:
            raise InvalidInput(f"Gate {self.name!r} may not admit a failed surface.", gate=self.name)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a gate made of a verdict, bound to its exact bytes. `reasons` are empty exactly when the gate opens."""

    gate: str
    surface: str
    ruling: Ruling
    state: State
    reasons: tuple[str, ...]
    verdict_digest: str
    position: int

    @property
    def passed(self) -> bool:
        return self.ruling is Ruling.PASS

    def to_json(self) -> dict[str, Any]:
        """Return the decision as canonical-JSON-safe data."""
        return {
            "format": "assay-decision/1",
            "gate": self.gate,
            "surface": self.surface,
            "ruling": self.ruling.value,
            "state": self.state.value,
            "reasons": list(self.reasons),
            "verdict": self.verdict_digest,
            "position": self.position,
        }


def decide(verdict: Verdict, *, gate: Gate | str) -> Decision:
    """Open the gate if the verdict's state is one that it admits; otherwise hold, with the reasons of the verdict.

    A gate given by its name alone admits `pass` and nothing else.
    """
    gate = Gate(gate) if isinstance(gate, str) else gate
    opens = verdict.state in gate.admits
    return Decision(
        gate=gate.name,
        surface=verdict.surface,
        ruling=Ruling.PASS if opens else Ruling.HOLD,
        state=verdict.state,
        reasons=() if opens else (f"state_{verdict.state.value}", *verdict.reasons),
        verdict_digest=verdict.digest,
        position=verdict.position,
    )
