"""Books as one HTML file, and the course as a folder of pages that opens without a learning platform."""

from __future__ import annotations

from assay.studio.packaging.book import Block, Book, Runs
from assay.studio.packaging.course import Course
from assay.studio.packaging.drawings import drawing_address
from assay.studio.packaging.learner import learner_files, player_file
from assay.studio.packaging.tags import Xml, clean, tag
from assay.studio.packaging.zips import zip_bytes

_STYLE = """
.part { break-before: page; }
.lines { border-bottom: 1px solid var(--line); height: 2.2rem; }
.entry { margin-left: 1.5rem; }
.key { background: var(--raised); padding: .5rem; }
"""


def web_package(course: Course) -> bytes:
    """Return a zip of the player and its pages, to be opened from a disk or put on a web server. Records nothing."""
    return zip_bytes(learner_files(course, "none"), first=("index.html",))


def html_bytes(book: Book, provenance: bytes) -> bytes:
    """Return the book as one HTML file without scripts or requests; `provenance` is carried as a JSON data block."""
    style = player_file("player.css").decode() + _STYLE
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    head = tag(
        "head",
        None,
        tag("meta", {"charset": "utf-8"}),
        tag("meta", {"http-equiv": "Content-Security-Policy", "content": policy}),
        tag("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        tag("title", None, f"{book.title}: {book.subtitle}"),
        tag("style", None, Xml(style)),
    )
    parts = [(at, block) for at, block in enumerate(book.blocks) if block.kind == "part"]
    links = [tag("li", None, tag("a", {"href": f"#b{at}"}, _words(block.runs))) for at, block in parts]
    data = Xml(clean(provenance.decode("utf-8", "replace")).replace("<", "\\u003c"))
    main = tag(
        "main",
        {"class": "page"},
        tag("h1", None, book.title),
        tag("p", None, f"{book.subtitle} · {book.standard} · {book.organization}"),
        tag("nav", {"aria-label": "Contents"}, tag("ul", None, *links)),
        *(_block(block, at) for at, block in enumerate(book.blocks)),
    )
    body = tag("body", None, main, tag("script", {"type": "application/json", "id": "provenance"}, data))
    return f"<!doctype html>\n{tag('html', {'lang': book.language}, head, body)}\n".encode()


def _block(block: Block, at: int) -> Xml:
    words = _words(block.runs)
    plain = {"quote": ("blockquote", {}), "key": ("p", {"class": "key"}), "text": ("p", {}), "rule": ("hr", {})}
    match block.kind:
        case "part":
            return tag("h2", {"class": "part", "id": f"b{at}"}, words)
        case "heading":
            return tag(f"h{min(6, block.level + 2)}", None, words)
        case "item" | "option":
            return tag("p", {"class": "entry"}, f"{block.mark} ", words)
        case "code":
            return tag("pre", None, tag("code", None, block.runs[0].text))
        case "drawing":
            picture = {"src": drawing_address(block.svg), "alt": block.runs[0].text}
            return tag("p", {"class": "drawing"}, tag("img", picture))
        case "lines":
            return Xml("".join(tag("div", {"class": "lines"}, "") for _ in range(block.lines)))
        case "table":
            return _table(block)
        case kind:
            name, attributes = plain[kind]
            return tag(name, attributes, *([words] if words else []))


def _table(block: Block) -> Xml:
    head, *rows = block.rows
    top = tag("thead", None, tag("tr", None, *(tag("th", {"scope": "col"}, _words(cell)) for cell in head)))
    body = tag("tbody", None, *(tag("tr", None, *(tag("td", None, _words(cell)) for cell in row)) for row in rows))
    return tag(
        "div",
        {"class": "table", "role": "region", "tabindex": "0", "aria-label": "Table"},
        tag("table", None, top, body),
    )


def _words(runs: Runs) -> Xml:
    shown = []
    for run in runs:
        words = tag("code", None, run.text) if run.code else tag("span", None, run.text)
        words = tag("em", None, words) if run.italic else words
        shown.append(tag("strong", None, words) if run.bold else words)
    return Xml("".join(shown))
