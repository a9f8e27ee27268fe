"""An artefact as a tutor reads it on a page of the product: the same Markdown as in the packages, and items with keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from assay.studio.packaging.drawings import drawing_address, drawing_words
from assay.studio.packaging.items import LETTERS, Item, items_read
from assay.studio.packaging.render import MARKDOWN, OutsideRenderer, prose, tokens_of, without_front_matter, words
from assay.studio.packaging.tables import cells_most
from assay.studio.packaging.tags import Xml, tag

LARGEST: Final = 200_000
MOST_CELLS: Final = 20_000
TOP: Final = 3
_NOTHING: Final = Xml("")
_DEEPEST: Final = int(MARKDOWN.options["maxNesting"]) - 1
_SOURCE_ONLY: Final = {"application/json": "It is data (JSON)", "text/html": "It came as HTML, which is not run here"}


@dataclass(frozen=True)
class Screen:
    """`html` is safe XHTML with headings from level 3, or empty; then `why` says why there is only the source."""

    html: Xml
    why: str = ""


class _Renderer(OutsideRenderer):
    """Tables get names of their own; whether a link leads anywhere is remembered, so that time stays linear."""

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        env["tables"] = env.get("tables", 0) + 1
        return f'<div class="read__table" role="region" tabindex="0" aria-label="Table {env["tables"]}"><table>\n'

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        opened = super().link_open(tokens, idx, options, env)
        env.setdefault("links", []).append("</a>" if opened.startswith("<a") else "</span>")
        return opened

    def link_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return str(env["links"].pop())


class _Levels:
    """Levels of headings below the page's own: the first stands at 3, none is more than one deeper than the last."""

    def __init__(self) -> None:
        self._open: list[tuple[int, int]] = []

    def shown(self, level: int) -> int:
        while self._open and self._open[-1][0] >= level:
            self._open.pop()
        shown = min(6, self._open[-1][1] + 1 if self._open else TOP)
        self._open.append((level, shown))
        return shown


def source_only(text: str, media_type: str) -> str:
    """Say why a text is shown as its source only, as far as that is seen without reading it as what it is; else empty."""
    if len(text) > LARGEST:
        return f"It is {len(text):,} characters long; up to {LARGEST:,} are shown as they read"
    if media_type == "text/markdown" and cells_most(text) > MOST_CELLS:
        return f"Its tables are too large (up to {MOST_CELLS:,} cells are shown as they read)"
    return _SOURCE_ONLY.get(media_type, "")


def screen_of(text: str, media_type: str) -> Screen:
    """Return the text rendered. Raw HTML is words, links lead to http, https or mailto, pictures are SVG of the text itself."""
    if why := source_only(text, media_type):
        return Screen(_NOTHING, why)
    if media_type == "image/svg+xml":
        told = drawing_words(text)
        return Screen(_NOTHING, "Its drawing cannot be read as SVG") if told is None else Screen(_picture(text, told))
    if media_type != "text/markdown":
        return Screen(prose(text, media_type))
    shown = list(_blocks(items_read(without_front_matter(text)).blocks, media_type))
    if None in shown:
        return Screen(_NOTHING, "Its lists or quotations are nested too deep to be shown whole")
    return Screen(Xml("\n".join(filter(None, shown))))


def _picture(svg: str, told: str) -> Xml:
    return tag("p", {"class": "drawing"}, tag("img", {"src": drawing_address(svg), "alt": told}))


def _blocks(blocks: Iterable[str | Item], media_type: str) -> Iterator[str | None]:
    """Each block rendered; None for one of which the parser would leave out what is nested deepest."""
    levels, renderer, number = _Levels(), _Renderer(MARKDOWN), 0
    env: EnvType = {}
    for block in blocks:
        if isinstance(block, Item):
            number += 1
            yield _item(block, number, media_type)
            continue
        tokens = tokens_of(block)
        _fit(tokens, levels)
        deep = any(each.level >= _DEEPEST and each.type in ("list_item_open", "blockquote_open") for each in tokens)
        yield None if deep else renderer.render(tokens, MARKDOWN.options, env)


def _fit(tokens: Sequence[Token], levels: _Levels) -> None:
    """Set headings below the page's own; an empty heading or heading of a column is none."""
    for at, token in enumerate(tokens):
        if token.type not in ("heading_open", "th_open"):
            continue
        empty = not tokens[at + 1].content.strip()
        if token.type == "heading_open":
            name = "p" if empty else f"h{levels.shown(int(token.tag[1]))}"
        else:
            name = "td" if empty else "th"
        token.tag = tokens[at + 2].tag = name


def _item(item: Item, number: int, media_type: str) -> Xml:
    """A question as an assessor reads it: stem, options under their letters, the key and why."""
    options = [
        tag("li", None, tag("b", None, LETTERS[at]), Xml(" "), words(option, media_type))
        for at, option in enumerate(item.options)
    ]
    why = (Xml(" "), words(item.explanation, media_type)) if item.explanation else ()
    facts = ". ".join(f"{name.capitalize()}: {value}" for name, value in item.facts)
    return tag(
        "div",
        {"class": "read__item"},
        tag("p", None, tag("b", None, f"{number}."), Xml(" "), words(item.stem, media_type)),
        tag("ul", {"class": "plain"}, *options),
        tag("p", {"class": "read__key"}, tag("b", None, f"Answer: {item.letters()}."), *why),
        *([tag("p", {"class": "read__key"}, facts)] if facts else []),
    )
