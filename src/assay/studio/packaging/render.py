"""Artefact text as XHTML fragments: Markdown without raw HTML, nothing that is fetched, nothing that runs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from assay.studio.packaging.drawings import LANGUAGE, drawing_address, drawing_words
from assay.studio.packaging.items import LETTERS, Item
from assay.studio.packaging.tables import cells_most
from assay.studio.packaging.tags import Xml, clean, tag

_FRONT = re.compile(r"\A---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_OUTSIDE = re.compile(r"(?:https?|mailto):", re.I)


class OutsideRenderer(RendererHTML):
    """Pictures become their words, tables scroll by themselves, links lead outside or nowhere."""

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        words = self.renderInlineAsText(tokens[idx].children or [], options, env)
        return tag("span", {"class": "picture"}, f"[{words}]") if words else ""

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        content = tokens[idx].content
        words = drawing_words(content) if tokens[idx].info.strip() == LANGUAGE else None
        if words is None:
            return super().fence(tokens, idx, options, env)
        return tag("p", {"class": "drawing"}, tag("img", {"src": drawing_address(content), "alt": words})) + "\n"

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return '<div class="table" role="region" tabindex="0" aria-label="Table"><table>\n'

    def table_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</table></div>\n"

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        target = str(tokens[idx].attrs.get("href", ""))
        if not _OUTSIDE.match(target):
            return "<span>"
        return str(tag("a", {"href": target, "rel": "noopener noreferrer", "target": "_blank"}, ""))[: -len("</a>")]

    def link_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        depth = 0
        for token in reversed(tokens[:idx]):
            depth += {"link_close": 1, "link_open": -1}.get(token.type, 0)
            if depth < 0:
                return "</a>" if _OUTSIDE.match(str(token.attrs.get("href", ""))) else "</span>"
        return "</span>"


def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "xhtmlOut": True}, renderer_cls=OutsideRenderer)


MARKDOWN = _markdown().enable("table")
_WITHOUT_TABLES = _markdown()


def without_front_matter(text: str) -> str:
    """Return the text behind its YAML front matter, which speaks to programs."""
    return _FRONT.sub("", text, count=1)


def tokens_of(text: str) -> list[Token]:
    """The block tokens of Markdown text, as every package is written from them.

    Where the tables would have more cells than the text has characters, most of them filled up, they stay lines of words: what
    comes out is never more than in proportion to what went in.
    """
    told = clean(text)
    return (MARKDOWN if cells_most(told) <= len(told) else _WITHOUT_TABLES).parse(told)


def prose(text: str, media_type: str) -> Xml:
    """Return a stretch of an artefact as XHTML. What is not Markdown is shown as paragraphs of plain words."""
    if media_type == "text/markdown":
        return Xml(MARKDOWN.renderer.render(tokens_of(text), MARKDOWN.options, {}))
    paragraphs = [part for part in re.split(r"\n\s*\n", text) if part.strip()]
    return Xml("\n".join(tag("p", None, " ".join(part.split())) for part in paragraphs))


def words(text: str, media_type: str) -> Xml:
    """Return one line of an item (a stem, an option) as XHTML without a block around it."""
    if media_type == "text/markdown":
        return Xml(MARKDOWN.renderInline(clean(text)))
    return Xml(tag("x", None, text)[3:-4])


def item_form(item: Item, page: str, number: int, media_type: str) -> Xml:
    """Return an item as a form that works with keyboard and screen reader; the player judges and tells."""
    kind = "radio" if item.one else "checkbox"
    name = f"{page}-{item.id}"
    options = [
        tag(
            "label",
            {"class": "option"},
            tag("input", {"type": kind, "name": name, "value": str(index)}),
            Xml(" "),
            tag("span", None, tag("b", None, LETTERS[index]), Xml(" "), words(option, media_type)),
        )
        for index, option in enumerate(item.options)
    ]
    legend = tag("legend", None, Xml(f'<span class="number">{number}.</span> '), words(item.stem, media_type))
    hint = [] if item.one else [tag("p", {"class": "hint"}, "Choose every answer that is right.")]
    attributes = {"class": "item", "data-item": item.id, "data-key": ",".join(map(str, item.key))}
    why = words(item.explanation, media_type) if item.explanation else Xml("")
    return tag(
        "form",
        attributes,
        tag("fieldset", None, legend, *hint, *options),
        tag("button", {"type": "submit"}, "Check my answer"),
        tag("div", {"class": "result", "role": "status", "aria-live": "polite"}, ""),
        tag("div", {"class": "why", "hidden": "hidden"}, why),
    )


def headings_of(blocks: Sequence[Any]) -> int:
    """The level of the first heading in the prose of a page, 0 where there is none."""
    for block in blocks:
        if isinstance(block, str):
            for token in tokens_of(block):
                if token.type == "heading_open":
                    return int(token.tag[1])
    return 0
