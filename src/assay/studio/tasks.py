"""What passes between the spine, pathways and writers: tasks, prompts, and the Protocols of generators and writers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict, Field

from assay.core.canonical import digest
from assay.studio.context import ProgrammeGenerationContext


@dataclass(frozen=True)
class Task:
    """One artefact to be written: its key within the programme, its title, and what it is about, by name.

    `seed_text` is what the directive lets through of a replaced text; under gv1 always empty.
    """

    pathway: str
    key: str
    title: str
    focus: tuple[tuple[str, str], ...] = ()
    seed_text: str = ""

    def about(self, name: str) -> str:
        """The value of `name` in the focus; "" where it is not there."""
        return dict(self.focus).get(name, "")

    @property
    def digest(self) -> str:
        return digest(
            {
                "pathway": self.pathway, "key": self.key, "title": self.title,
                "focus": [list(pair) for pair in self.focus], "seed": self.seed_text,
            }
        )  # fmt: skip


@dataclass(frozen=True)
class Prompt:
    """What a model is told: the system's part carries the directive, the user's part context, grounding and task."""

    system: str
    user: str

    @property
    def digest(self) -> str:
        return digest({"system": self.system, "user": self.user})


@dataclass(frozen=True)
class Written:
    """What a writer gives back: the output in the pathway's schema, and facts for provenance (digests, no secrets)."""

    output: BaseModel
    facts: Mapping[str, object] = field(default_factory=dict)


@runtime_checkable
class Generator(Protocol):
    """The module `generator` of a pathway's folder."""

    def plan(self, context: ProgrammeGenerationContext) -> tuple[Task, ...]:
        """The artefacts of this pathway in a whole programme, in order."""

    def compose(self, context: ProgrammeGenerationContext, task: Task) -> BaseModel:
        """The output for one task, from catalog and knowledge alone: same context and task, same output."""


@runtime_checkable
class Schema(Protocol):
    """The module `schema` of a pathway's folder."""

    @property
    def Output(self) -> type[BaseModel]:
        """The model that every output of the pathway is checked against."""

    def render(self, output: Any) -> str:
        """The artefact's text, as learners read and detectors measure it."""


class PromptBuilder(Protocol):
    """The function `prompt` of a pathway's module `prompt`."""

    def __call__(self, context: ProgrammeGenerationContext, task: Task) -> Prompt: ...


@dataclass(frozen=True)
class Way:
    """What a writer needs to know of a pathway: where it is told what to write, and in which form."""

    slug: str
    route: str
    generator: Generator
    schema: Schema
    prompt: PromptBuilder


class Writer(Protocol):
    """Somebody who writes: the offline composer or a model provider. Works only under a permit of the spine."""

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...

    def write(self, way: Way, context: ProgrammeGenerationContext, task: Task) -> Written:
        """Write one artefact. Raises NotPermitted outside the spine, Unavailable where a provider fails for good."""


class Opinion(BaseModel):
    """A model's answer about a passage. `quotation` is 3 to 600 characters of the passage, `reason` at most 600."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)
    vote: Literal["drift", "honest", "unsure"]
    quotation: str = Field(min_length=3, max_length=600)
    reason: str = Field(min_length=3, max_length=600)


@dataclass(frozen=True)
class Advised:
    """An opinion with the name of the model and the digests of what it was asked and what it answered."""

    opinion: Opinion
    model: str
    prompt: str
    answer: str


class Adviser(Protocol):
    """Asks a model for an opinion. `fault` says why an opinion cannot be used, empty where it can."""

    @property
    def model(self) -> str: ...

    def advise(self, prompt: Prompt, fault: Callable[[Opinion], str]) -> Advised: ...
