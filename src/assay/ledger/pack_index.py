"""The index of a pack for people: every entry in it, as one HTML page and as one XLSX sheet, written row by row."""

import html
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]

from assay.ledger.kinds import KINDS
from assay.ledger.pack_files import file_pieces

HEAD = ("Entry", "Claimed time (UTC)", "Kind", "What it records", "About", "Actor", "Content")
WIDTHS = (10, 21, 24, 52, 46, 26, 22)
MOST_ON_PAGE = 5_000
# A sheet of XLSX has 1,048,576 rows; two are for the title and the head.
MOST_IN_SHEET = 1_000_000

STYLE = """:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{margin:2rem auto;max-width:80rem;padding:0 1rem}h1{font-size:1.6rem;line-height:1.2;max-width:42rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.5rem}dt{opacity:.7}dd{margin:0;overflow-wrap:anywhere}
.rows{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.875rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .75rem .35rem 0;border-bottom:1px solid #8884}
th:first-child,td:first-child{text-align:right;font-variant-numeric:tabular-nums}code{font-size:.8125rem;overflow-wrap:anywhere}
@media print{.rows{overflow:visible}body{margin:0;max-width:none}}
"""


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One entry of a pack. `content`: whole, in part, withheld or erased."""

    index: int
    at: str
    kind: str
    subject: str
    actor: str
    content: str


@dataclass(frozen=True, slots=True)
class IndexFacts:
    """What stands above the rows."""

    title: str
    sentence: str
    facts: tuple[tuple[str, str], ...]
    count: int
    now: datetime


def index_html(facts: IndexFacts, rows: Iterable[IndexRow]) -> Iterator[bytes]:
    """The page, without script and without requests; at most 5,000 rows, and it says so when there are more."""
    text = html.escape
    yield (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{text(facts.title)}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{STYLE}</style></head><body><main>'
        f"<h1>{text(facts.sentence)}</h1><dl>"
    ).encode()
    for name, value in facts.facts:
        yield f"<dt>{text(name)}</dt><dd>{text(value)}</dd>".encode()
    yield b'</dl><p>How to check this without the product that made it: <a href="VERIFY.txt">VERIFY.txt</a>.</p>'
    if facts.count > MOST_ON_PAGE:
        yield f"<p>The first {MOST_ON_PAGE:,} of {facts.count:,} entries; all are in index.xlsx.</p>".encode()
    heads = "".join(f'<th scope="col">{text(head)}</th>' for head in HEAD)
    yield (
        f'<div class="rows" tabindex="0" role="region" aria-label="Entries"><table><thead><tr>{heads}</tr></thead><tbody>\n'
    ).encode()
    for number, row in enumerate(rows):
        if number == MOST_ON_PAGE:
            break
        yield (
            f"<tr><td>{row.index:,}</td><td>{text(_moment(row.at))}</td><td>{text(row.kind)}</td>"
            f"<td>{text(KINDS.get(row.kind, ''))}</td><td><code>{text(row.subject)}</code></td>"
            f"<td><code>{text(row.actor)}</code></td><td>{text(row.content)}</td></tr>\n"
        ).encode()
    yield b"</tbody></table></div></main></body></html>\n"


def index_xlsx(facts: IndexFacts, rows: Iterable[IndexRow]) -> Iterator[bytes]:
    """The sheet: title, head, one row for each entry, with a filter; every cell but the number is text."""
    with tempfile.TemporaryDirectory(prefix="assay-index-") as folder:
        path = Path(folder) / "index.xlsx"
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "tmpdir": folder}
        book = xlsxwriter.Workbook(path, options)
        book.set_properties({"title": facts.title, "created": facts.now.replace(tzinfo=None)})
        sheet = book.add_worksheet("Entries")
        bold = book.add_format({"bold": True})
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.write_string(0, 0, facts.sentence, bold)
        for column, head in enumerate(HEAD):
            sheet.write_string(1, column, head, bold)
        last = 1
        for last, row in enumerate(rows, 2):
            if last > MOST_IN_SHEET:
                break
            sheet.write_number(last, 0, row.index)
            words = (_moment(row.at), row.kind, KINDS.get(row.kind, ""), row.subject, row.actor, row.content)
            for column, cell in enumerate(words, 1):
                sheet.write_string(last, column, cell)
        sheet.freeze_panes(2, 1)
        if last > 1:
            sheet.autofilter(1, 0, last, len(HEAD) - 1)
        book.close()
        yield from file_pieces(path)


def _moment(at: str) -> str:
    return at[:19].replace("T", " ")
