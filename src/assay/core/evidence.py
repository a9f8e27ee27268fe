"""What a verdict is computed from: cells, strata, detectors, measurements, findings, dispositions, canaries, policy.

Plain facts, frozen, without a clock and without storage. All times are aware; every constructor refuses what cannot
be true.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from fractions import Fraction
from typing import Literal

from assay.core.errors import InvalidInput

ANY_LANGUAGE = "*"


class Outcome(StrEnum):
    """What one detector says of one cell. Only `clean` and `defect` are conclusive."""

    CLEAN = "clean"
    DEFECT = "defect"
    INCONCLUSIVE = "inconclusive"
    NOT_RUN = "not_run"
    PRECONDITION_UNMET = "precondition_unmet"
    CONTRADICTED = "contradicted"

    @property
    def conclusive(self) -> bool:
        return self in (Outcome.CLEAN, Outcome.DEFECT)


class Strength(IntEnum):
    """How well a measurement is founded, from somebody's word to an independent check."""

    CLAIMED = 1
    DOCUMENTED = 2
    OBSERVED = 3
    EXERCISED = 4
    VERIFIED = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """The smallest unit of a surface that is measured on its own.

    `digest` is None where the cell should exist and does not; such a cell cannot be measured. `language` is a BCP
    47 tag, or None where language does not matter to any detector. `weight` is a positive integer.
    """

    key: str
    stratum: str
    digest: str | None
    weight: int = 1
    language: str | None = None

    def __post_init__(self) -> None:
        if not self.key:
            raise InvalidInput("A cell has no key.", stratum=self.stratum)
        if type(self.weight) is not int or self.weight < 1:
            raise InvalidInput(
                f"The weight of cell {self.key!r} is not a positive integer: {self.weight!r}.", cell=self.key
            )


@dataclass(frozen=True, slots=True)
class Stratum:
    """A part of a surface that has its own coverage. `required` names the detectors without which no cell of it is
    measured.

    A stratum that requires no detector measures nothing: all its cells stay unmeasured (`not_run`).
    """

    name: str
    title: str
    required: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Detector:
    """The registered version of a detector; measurements by any other version do not count.

    `kinds` are the kinds of defect that it answers for. `languages` are BCP 47 tags, where `en` covers `en-GB`; the
    tag `*` covers every language.
    """

    name: str
    version: str
    kinds: tuple[str, ...]
    languages: tuple[str, ...]

    def covers(self, language: str | None) -> bool:
        """Return whether a cell in `language` is within reach; a cell for which language does not matter always is."""
        if language is None or ANY_LANGUAGE in self.languages:
            return True
        tag = language.lower().replace("_", "-")
        return any(tag == own.lower() or tag.startswith(own.lower() + "-") for own in self.languages)


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one version of one detector said of one state of one cell.

    It counts while `at` <= `now` < `expires`; None means that it does not expire.
    """

    cell: str
    digest: str
    detector: str
    version: str
    governance: str
    at: datetime
    expires: datetime | None
    outcome: Outcome
    strength: Strength
    reason: str = ""

    def __post_init__(self) -> None:
        if self.at.tzinfo is None or (self.expires is not None and self.expires.tzinfo is None):
            raise InvalidInput(f"A measurement of cell {self.cell!r} has a time without a time zone.", cell=self.cell)


@dataclass(frozen=True, slots=True)
class FindingFact:
    """One located result, as far as a verdict needs it.

    `at` is the time of the latest measurement that showed it: a clean measurement closes the finding only if it is
    newer. `digest` is the state of the cell in which it was seen; `key` must differ between states, so that a
    disposition of one state does not excuse the next. A finding that is blocking is a defect.
    """

    key: str
    cell: str
    digest: str
    detector: str
    kind: str
    bucket: Literal["A", "B", "C", "own"]
    defect: bool
    blocking: bool
    at: datetime

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise InvalidInput(f"Finding {self.key!r} has a time without a time zone.", finding=self.key)
        if self.blocking and not self.defect:
            raise InvalidInput(f"Finding {self.key!r} blocks without being a defect.", finding=self.key)


@dataclass(frozen=True, slots=True)
class Disposition:
    """A person's decision that a finding is not a defect. Evidence like any other: without it, the finding is open."""

    finding: str
    decision: Literal["not-a-defect"]
    at: datetime

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise InvalidInput(
                f"The disposition of {self.finding!r} has a time without a time zone.", finding=self.finding
            )
        if self.decision != "not-a-defect":
            raise InvalidInput(
                f"A finding cannot be disposed as {self.decision!r}.", hint="Only 'not-a-defect' is known."
            )


@dataclass(frozen=True, slots=True)
class Canary:
    """The tally of planted defects of one kind in one stratum: `caught` of `planted`, by one version of one detector.

    `planted` is the number registered; one without a fresh result counts as missed.
    """

    detector: str
    version: str
    stratum: str
    kind: str
    caught: int
    planted: int

    def __post_init__(self) -> None:
        if not 0 <= self.caught <= self.planted:
            raise InvalidInput(
                f"{self.caught} of {self.planted} canaries cannot have been caught.", detector=self.detector
            )


@dataclass(frozen=True, slots=True)
class Policy:
    """What a surface must reach to pass, and which version of the governance its measurements must carry.

    Passing needs, besides High coverage and no open defect, that the share U / N is at most `max_remaining_share`
    or that U is at most `max_remaining`. The defaults are the loosest that exist; a policy may only be stricter.
    `second_source` says whether the population was reconciled with a second list of what should exist.
    """

    name: str
    governance: str
    max_remaining_share: Fraction = Fraction(1, 20)
    max_remaining: int = 1
    second_source: Literal["none", "reconciled", "missing"] = "none"

    def __post_init__(self) -> None:
        if not 0 <= self.max_remaining_share <= Fraction(1, 20) or not 0 <= self.max_remaining <= 1:
            raise InvalidInput(
                f"Policy {self.name!r} is looser than allowed.",
                hint="At most 1/20 of the cells, or one cell, may remain.",
            )
        if self.second_source not in ("none", "reconciled", "missing"):
            raise InvalidInput(f"Policy {self.name!r} knows no second source {self.second_source!r}.")

    def admits(self, *, remaining: int, cells: int) -> bool:
        """Return whether so few of so many cells may remain bad."""
        share = self.max_remaining_share
        return remaining <= self.max_remaining or remaining * share.denominator <= share.numerator * cells
