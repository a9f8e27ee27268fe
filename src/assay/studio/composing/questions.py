"""Questions as records, and their layout as text, in which packages and item statistics read them again.

Every question carries {objective, clause, domain, Bloom level, evidence}: `evidence` is the key of a lesson and the
sentence in it from which the question can be answered.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator

LETTERS = "ABCD"
PRACTICE, FINAL, MODULE = "practice", "final", "module"
USES = (PRACTICE, FINAL, MODULE)
BLOOM = ("remember", "understand", "apply", "analyse", "evaluate", "create")


class Evidence(BaseModel):
    """From which sentence of which lesson the question can be answered."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    lesson: str = Field(min_length=1, max_length=250)
    quote: str = Field(min_length=8, max_length=600)


class Item(BaseModel):
    """A question with four options of which one is right. `key` is its index from 0.

    `use` keeps questions apart: those for practice stand in lessons with their answers, so no exam takes them, and the
    final exam takes none of a module exam.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    stem: str = Field(min_length=15, max_length=900)
    options: tuple[str, str, str, str]
    key: int = Field(ge=0, le=3)
    because: str = Field(min_length=10, max_length=600)
    bloom: str
    objective: str = Field(min_length=2, max_length=10)
    clause: str = Field(min_length=1, max_length=80)
    domain: str = Field(min_length=1, max_length=10)
    evidence: Evidence
    form: str = "written"
    use: str = PRACTICE

    @model_validator(mode="after")
    def _sound(self) -> Item:
        if len({option.strip().casefold() for option in self.options}) != 4:
            raise ValueError("the four options must differ")
        if self.bloom not in BLOOM:
            raise ValueError(f"the Bloom level must be one of {', '.join(BLOOM)}")
        return self

    @property
    def right(self) -> str:
        return self.options[self.key]

    @property
    def letter(self) -> str:
        return LETTERS[self.key]


class Questions(BaseModel):
    """A set of questions under a title. `before` and `after` are paragraphs."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    title: str = Field(min_length=5, max_length=300)
    before: tuple[str, ...] = ()
    items: tuple[Item, ...] = Field(min_length=1)
    after: tuple[str, ...] = ()


def item_lines(item: Item, number: int) -> list[str]:
    """One question as lines of text, with its key, reason and record."""
    lines = [f"{number}. {item.stem}"]
    lines += [f"   {letter}) {option}" for letter, option in zip(LETTERS, item.options, strict=True)]
    return [
        *lines,
        f"   Answer: {item.letter}. {item.because}",
        f"   Clause: {item.clause}",
        f"   Objective: {item.objective}",
        f"   Domain: {item.domain}",
        f"   Bloom: {item.bloom}",
        f"   Lesson: {item.evidence.lesson}",
        "",
    ]


def questions_text(output: Questions) -> str:
    """A set of questions as Markdown."""
    lines = [f"# {output.title}", ""]
    for paragraph in output.before:
        lines += [paragraph, ""]
    for number, item in enumerate(output.items, start=1):
        lines += item_lines(item, number)
    for paragraph in output.after:
        lines += [paragraph, ""]
    return "\n".join(lines).rstrip() + "\n"
