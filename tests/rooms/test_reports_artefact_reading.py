"""An artefact is read as it is meant, its source stays one link away, and hostile text does nothing in either view."""

import base64
import random
import re
import time
from html.parser import HTMLParser

import pytest

from assay.assurance.models import FindingRow
from assay.studio.models import Artefact
from assay.studio.packaging.book import text_blocks
from assay.studio.packaging.render import MARKDOWN, prose, tokens_of
from assay.studio.packaging.screen import LARGEST, MOST_CELLS, screen_of
from assay.studio.packaging.tables import cells_most
from tests.rooms.samples.reports import of_finding
from tests.rooms.url_samples import World

FILLED_UP = "|a" * 180 + "|\n" + "|-" * 180 + "|\n" + "|x\n" * 360 + "\n"
"""1,805 characters that are read as a table of 65,000 cells."""
SVG = "<svg xmlns='http://www.w3.org/2000/svg'><title>A cycle</title><circle r='4'/></svg>"
ELEMENTS = {
    *("p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "em", "strong", "code", "pre", "blockquote", "hr", "br", "a", "b"),
    *("table", "thead", "tbody", "tr", "th", "td", "div", "span", "img"),
}
ATTRIBUTES = {"class", "role", "tabindex", "aria-label", "href", "rel", "target", "src", "alt", "start", "style"}
HOSTILE = f"""# One <script>alert(1)</script>

<img src=x onerror=alert(1)> [run](javascript:alert(1)) [data](data:text/html,x) [go](https://example.org/?a="b) [up](/people)
[odd](JaVaScRiPt&#58;alert(1)) ![remote](https://example.org/track.png) <javascript:alert(1)> [mail](mailto:a@example.org)

#### Four

##

| a | |
|:-:|---|
| <b onclick=x>1</b> | 2 |

| a |
|---|
| [in](http://example.org) |

```svg
{SVG}
```

```svg
<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>
```

```html "><script>
<script>2</script>
```
"""


class Seen(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_hostile_text_becomes_words_and_safe_elements() -> None:
    html = screen_of(HOSTILE, "text/markdown").html
    found = Seen(html).found
    assert {name for name, _ in found} <= ELEMENTS
    assert {key for _, given in found for key in given} <= ATTRIBUTES
    assert {given["style"] for _, given in found if "style" in given} <= {"text-align:center"}
    links = [given for name, given in found if name == "a"]
    assert [link["href"] for link in links] == [
        "https://example.org/?a=%22b",
        "mailto:a@example.org",
        "http://example.org",
    ]
    assert all(link["rel"] == "noopener noreferrer" for link in links)
    pictures = [given for name, given in found if name == "img"]
    assert [picture["alt"] for picture in pictures] == ["A cycle"]
    kind, _, drawn = str(pictures[0]["src"]).partition("base64,")
    assert kind == "data:image/svg+xml;"
    assert base64.b64decode(drawn).decode().strip() == SVG
    assert "[remote]" in html
    assert "&lt;script&gt;alert(1)" in html


def test_headings_begin_below_the_page_and_skip_no_level() -> None:
    html = screen_of(
        "#### a\n\n# b\n\n#### c\n\n###### d\n\n## e\n\n1. Q\n   A) x\n   B) y\n   Answer: A\n\n### f\n",
        "text/markdown",
    ).html
    assert re.findall(r"<h(\d)>(\w)", html) == [("3", "a"), ("3", "b"), ("4", "c"), ("5", "d"), ("4", "e"), ("5", "f")]
    assert "<h" not in screen_of("##\n", "text/markdown").html


def test_tables_have_names_of_their_own_and_take_the_focus() -> None:
    found = Seen(screen_of(HOSTILE, "text/markdown").html).found
    regions = [given for _, given in found if given.get("role") == "region"]
    assert [given["aria-label"] for given in regions] == ["Table 1", "Table 2"]
    assert all(given["tabindex"] == "0" for given in regions)
    assert [name for name, _ in found].count("th") == 2


def test_questions_stand_with_their_key_and_why() -> None:
    html = screen_of(
        "# Quiz\n\n1. Which?\n   A) This\n   B) *That*\n   Answer: B. Since.\n   Clause: 6.1.2\n", "text/markdown"
    ).html
    assert "<b>B</b> <em>That</em>" in html
    assert "<b>Answer: B.</b> Since." in html
    assert "Clause: 6.1.2</p>" in html


@pytest.mark.parametrize(
    ("text", "kind", "why"),
    [
        ("a" * (LARGEST + 1), "text/markdown", "200,001 characters"),
        ("{}", "application/json", "JSON"),
        ("<p>x</p>", "text/html", "HTML"),
        ("<svg", "image/svg+xml", "drawing"),
        (FILLED_UP, "text/markdown", "tables are too large"),
        ("> " + FILLED_UP.replace("\n", "\n> "), "text/markdown", "tables are too large"),
        ((FILLED_UP[: 2 * 362] + "|x\n" * 20 + "\n") * 10, "text/markdown", "tables are too large"),
        ("> " * 40 + "lost", "text/markdown", "nested too deep"),
        ("".join("  " * at + "- x\n" for at in range(40)), "text/markdown", "nested too deep"),
    ],
    ids=["large", "json", "html", "svg", "table", "quoted", "many", "quotes", "lists"],
)
def test_what_cannot_be_shown_whole_says_why(text: str, kind: str, why: str) -> None:
    screen = screen_of(text, kind)
    assert screen.html == ""
    assert why in screen.why


def test_nested_lists_and_a_drawing_alone_are_shown() -> None:
    assert screen_of("- a\n  - b\n    1. c\n", "text/markdown").html.count("<li>") == 3
    assert 'alt="A cycle"' in screen_of(SVG, "image/svg+xml").html
    assert screen_of("a <b>\n\nc", "text/plain").html == "<p>a &lt;b&gt;</p>\n<p>c</p>"


@pytest.mark.parametrize("unit", ["[a](http://b) ", "[", "- x\n", "|a", "**a_", "![a](b"], ids=range(6))
def test_time_grows_with_the_length(unit: str) -> None:
    """Eight times the text takes far less than the 64 times of a square."""

    def seconds(size: int) -> float:
        begun = time.process_time()
        screen_of(unit * (size // len(unit)), "text/markdown")
        return time.process_time() - begun

    seconds(1_000)
    assert seconds(32_000) < 30 * max(min(seconds(4_000), seconds(4_000)), 0.002)


def cells_read(text: str) -> int:
    return sum(token.type in ("th_open", "td_open") for token in MARKDOWN.parse(text))


def test_no_text_has_more_cells_than_are_counted() -> None:
    empty = ("", ">", "text", "- item", "---", "```", "# h")
    rules = ("|-|-|", "| - | :-: |", "-|-", "> |-|-|", "  |-|-|", "|:-", "   |-|-|")
    rows = ("|a|b|", "a|b", "> |a|b|", "- |a|b|", "|x", "> x", "|a\\|b|", "    |c", "|\t|", "1. |a|b|", "\r|a|b|")
    drawn = random.Random(7)
    found = 0
    for _again in range(1_000):
        text = "\n".join(drawn.choices((*empty, *rules, *rows), k=14))
        cells = cells_read(text)
        found += cells
        assert cells <= cells_most(text), text
    assert found > 1_000
    table = "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 40
    assert (cells_read(table), cells_most(f"{table}\nA | b\n\n---\n")) == (82, 82)


def test_packages_hold_no_more_cells_than_their_text_has_characters() -> None:
    assert cells_most(FILLED_UP) > 30 * len(FILLED_UP)
    for html in (
        prose(FILLED_UP, "text/markdown"),
        MARKDOWN.renderer.render(tokens_of(FILLED_UP), MARKDOWN.options, {}),
    ):
        assert len(html) < 2 * len(FILLED_UP)
        assert html.startswith("<p>|a|a")
    assert sum(len(row) for block in text_blocks(FILLED_UP, "text/markdown") for row in block.rows) == 0
    full = "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 |\n"
    assert prose(full, "text/markdown").count("<td>") == 4
    assert screen_of(full, "text/markdown").html.count("</td>") == 4


def test_a_large_honest_table_is_read() -> None:
    rows = MOST_CELLS // 10 - 10
    text = "| a " * 10 + "|\n" + "|---" * 10 + "|\n" + ("| 1 " * 10 + "|\n") * rows
    screen = screen_of(text, "text/markdown")
    assert screen.why == ""
    assert screen.html.count("<td>") == 10 * rows


@pytest.mark.django_db
def test_the_source_is_shown_without_reading_it(asha, chen, dora, now, client_of, monkeypatch) -> None:
    world = World(asha=asha, chen=chen, dora=dora, now=now)
    row = FindingRow.objects.get(pk=of_finding(world)["finding_id"])
    read = []
    monkeypatch.setattr("assay.reports.queries.artefact.screen_of", lambda *told: read.append(told) or screen_of(*told))
    for view, times in (("?view=source", 0), ("", 1)):
        assert client_of(asha).get(f"/artefacts/{row.subject_id}{view}").status_code == 200
        assert len(read) == times
    Artefact.objects.filter(pk=row.subject_id).update(text=FILLED_UP, media_type="text/markdown")
    for view in ("?view=source", ""):
        page = client_of(asha).get(f"/artefacts/{row.subject_id}{view}").content.decode()
        assert "Its tables are too large" in page
        assert "prose--raw" in page


@pytest.mark.django_db
def test_the_page_is_read_and_its_source_is_one_link_away(asha, chen, dora, now, client_of) -> None:
    world = World(asha=asha, chen=chen, dora=dora, now=now)
    row = FindingRow.objects.get(pk=of_finding(world)["finding_id"])
    artefact = Artefact.objects.get(pk=row.subject_id)
    finding = client_of(asha).get(f"/findings/{row.pk}").content.decode()
    link = re.search(r"/artefacts/[^\"]+\?view=source#finding-[^\"]+", finding)
    assert link is not None
    for actor in (asha, chen):
        read = client_of(actor).get(f"/artefacts/{artefact.pk}").content.decode()
        assert '<div class="prose read"' in read
        assert "prose--raw" not in read
        assert "?view=source#text" in read
        assert "marked in the source</a>" in read
        source = client_of(actor).get(f"/artefacts/{artefact.pk}?view=source").content.decode()
        assert "prose--raw" in source
        assert 'class="prose read"' not in source
        assert f'id="{link[0].partition("#")[2]}"' in source
    for view in ("", "?view=source", "?view=%3Cscript"):
        assert client_of(dora).get(f"/artefacts/{artefact.pk}{view}").status_code == 404
        assert client_of(asha).get(f"/artefacts/{artefact.pk}{view}").status_code == 200
