"""Documents: the schema of everything that is not questions or a lesson, and its layout as Markdown."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Table(BaseModel):
    """A table: its heads, and rows of as many cells."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    heads: tuple[str, ...] = Field(min_length=2)
    rows: tuple[tuple[str, ...], ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _square(self) -> Table:
        if any(len(row) != len(self.heads) for row in self.rows):
            raise ValueError("each row needs as many cells as there are heads")
        return self


class Part(BaseModel):
    """A part of a document: a heading, paragraphs, a list (numbered or not), a table, a drawing in SVG."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    heading: str = ""
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    numbered: bool = False
    table: Table | None = None
    drawing: str = ""


class Document(BaseModel):
    """A document of parts."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    title: str = Field(min_length=5, max_length=300)
    parts: tuple[Part, ...] = Field(min_length=1)


def document_text(output: Document) -> str:
    """A document as Markdown. A drawing stands in a fence marked `svg`; its words stand in the text around it as well."""
    lines = [f"# {output.title}", ""]
    for part in output.parts:
        if part.heading:
            lines += [f"## {part.heading}", ""]
        for paragraph in part.paragraphs:
            lines += [paragraph, ""]
        for number, point in enumerate(part.points, start=1):
            lines.append(f"{number}. {point}" if part.numbered else f"- {point}")
        if part.points:
            lines.append("")
        if part.table is not None:
            lines += table_lines(part.table)
        if part.drawing:
            lines += ["```svg", part.drawing.strip(), "```", ""]
    return "\n".join(lines).rstrip() + "\n"


def table_lines(table: Table) -> list[str]:
    """A table as lines of Markdown."""
    return [
        "| " + " | ".join(table.heads) + " |",
        "|" + "---|" * len(table.heads),
        *("| " + " | ".join(cell.replace("|", "/").replace("\n", " ") for cell in row) + " |" for row in table.rows),
        "",
    ]


def drawing_of(text: str) -> str:
    """The SVG of the first drawing in a document's text; "" where there is none."""
    _, found, rest = text.partition("```svg\n")
    return rest.partition("\n```")[0] if found else ""
