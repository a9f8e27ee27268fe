"""What a pathway declares of itself, and the detectors that every text answers for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assay.studio.tasks import Generator, PromptBuilder, Schema

# What every text answers for: other standards named, other standards' concepts taught, the own standard misquoted.
READS = ("standard-mention", "concept-drift", "own-standard")
# Texts that play in an organization, or mark work done in one, can drift by their company alone: an energy supplier's
# emissions in an AI assignment name no standard at all. Exams and banks are among them because their questions hang on
# scenarios; rubrics and quizzes are not, for they describe no company of their own.
PLAYS = (*READS, "context-mismatch")

# Kinds of planted defects by which these detectors are measured, pathway by pathway.
READ_CANARIES = ("explicit", "implicit", "ai-wrapped", "wrong-edition", "wrong-number")
PLAY_CANARIES = (*READ_CANARIES, "case-mismatch")


@dataclass(frozen=True)
class RemediationPolicy:
    """How far a fix reaches: replaced in place, or a new version that needs a signature. The pathway itself writes again."""

    in_place: bool
    sign_off: bool


@dataclass(frozen=True)
class Pathway:
    """One way in which an artefact comes about.

    `slug` names the stratum of the surface and the kind of artefact; `route` is how a stamp writes it. `stakes` is
    "credential" where somebody's certificate rests on the artefact, "practice" elsewhere. `required` names the
    detectors without which no artefact of the pathway is measured; `canaries` the kinds of planted defects that they are
    measured with here. The last four come from the pathway's folder; without them it fails the self-test.
    """

    number: int
    slug: str
    name: str
    learner_facing: bool
    stakes: Literal["practice", "credential"]
    required: tuple[str, ...]
    audience: str = ""
    canaries: tuple[str, ...] = ()
    policy: RemediationPolicy | None = None
    generator: Generator | None = None
    schema: Schema | None = None
    prompt: PromptBuilder | None = None

    @property
    def route(self) -> str:
        return self.slug.replace("-", "_")
