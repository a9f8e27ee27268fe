"""Templates, sheets and scripts keep the house rules: no inline code, every component documented and shown."""

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

from tests.rooms.ui_pages import MACRO, SCRIPTS, SHEETS, TEMPLATES, UI, pattern_page, render

COMPONENTS = [path for path in TEMPLATES if path.parent == UI / "templates/ui" and MACRO.search(path.read_text())]
SIGNATURES = [signature for path in COMPONENTS for signature in MACRO.findall(path.read_text())]
# A file that is saved and opened alone: it carries its sheets in it and declares its own policy, without scripts.
STANDALONE = {"export.html"}
SERVED = [path for path in TEMPLATES if path.name not in STANDALONE]
INLINE = re.compile(r"""\sstyle\s*=|<style|\son[a-z]+\s*=|javascript:|<script(?![^>]*\ssrc=)""", re.IGNORECASE)
PHYSICAL = re.compile(
    r"(?<![\w-])((margin|padding|border)-(left|right|top|bottom)|left|right|top|bottom|width|height|"
    r"(min|max)-(width|height))\s*:|text-align:\s*(left|right)"
)
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b(?![-\w])", re.IGNORECASE)


class Tree(HTMLParser):
    """Collects attributes of a page: ids, references to ids, headings, controls without a name."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.refers: set[str] = set()
        self.headings: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.ids.extend([known["id"]] if known.get("id") else [])
        for name in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
            self.refers |= set((known.get(name) or "").split())
        self.headings.extend([int(tag[1])] if re.fullmatch("h[1-6]", tag) else [])


def read_page() -> Tree:
    tree = Tree()
    tree.feed(pattern_page())
    return tree


@pytest.mark.parametrize("path", SERVED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_template_holds_inline_code_or_style(path: Path) -> None:
    assert INLINE.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "planted", ['<p style="x">', "<style>", '<a onclick="x">', "<script>x</script>", '<a href="javascript:x">']
)
def test_planted_inline_code_would_be_found(planted: str) -> None:
    assert INLINE.search(planted)


def test_the_rendered_page_holds_no_inline_code_or_style() -> None:
    assert INLINE.findall(pattern_page()) == []


@pytest.mark.parametrize("signature", SIGNATURES)
def test_each_macro_is_documented_with_its_signature(signature: str) -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in COMPONENTS)
    before = source[: source.index(f"{{% macro {signature} %}}")]
    comment = before[before.rindex("{#") :]
    assert comment.startswith(f"{{#\n{signature}\n")
    assert len(comment.split("\n", 2)[2]) > 40


@pytest.mark.parametrize("signature", SIGNATURES)
def test_each_macro_is_listed_for_page_builders(signature: str) -> None:
    shortened = re.sub(r'nothing="[^"]*"', 'nothing="…"', signature)
    assert f"`{shortened}`" in (UI / "README.md").read_text(encoding="utf-8")


def test_every_macro_is_exported_and_shown_on_the_pattern_page() -> None:
    tree = jinja2.Environment(autoescape=True).parse((UI / "templates/ui/patterns.html").read_text(encoding="utf-8"))
    gets = [call.node for call in tree.find_all(nodes.Call) if isinstance(call.node, nodes.Getattr)]
    called = {get.attr for get in gets if isinstance(get.node, nodes.Name) and get.node.name == "ui"}
    exported = set(re.findall(r"\{% set (\w+) =", (UI / "templates/ui/components.html").read_text(encoding="utf-8")))
    assert called == exported == {signature.partition("(")[0] for signature in SIGNATURES}


def test_ids_are_unique_and_every_reference_leads_somewhere() -> None:
    tree = read_page()
    assert len(tree.ids) == len(set(tree.ids))
    assert tree.refers <= set(tree.ids)


def test_headings_start_with_one_h1_and_skip_no_level() -> None:
    levels = read_page().headings
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_skeleton_stands_without_anybody_signed_in() -> None:
    page = pattern_page()
    assert '<a class="skip" href="#main">' in page
    assert "Sign out" not in page


def test_an_undefined_name_is_an_error_and_not_an_empty_place() -> None:
    with pytest.raises(jinja2.UndefinedError):
        render("{{ nobody_gave_this }}")


def test_what_people_wrote_is_escaped() -> None:
    assert "<b>" not in render("{{ ui.tag(words) }}{{ ui.copyable(words) }}", words='<b>"')


@pytest.mark.parametrize("path", SERVED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_class_that_a_template_names_is_styled(path: Path) -> None:
    styled = set(re.findall(r"\.([a-z][\w-]*)", "".join(sheet.read_text(encoding="utf-8") for sheet in SHEETS)))
    source = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    plain = re.sub(r"[\w-]*\{[{%].*?[%}]\}[\w-]*", " ", source, flags=re.DOTALL)
    named = {name for names in re.findall(r'class="([^"{}]*)"', plain) for name in names.split()}
    assert named - styled == set()


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_a_sheet_is_short_explains_itself_and_reads_both_ways(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    rules = re.sub(r"/\*.*?\*/|@media[^{]*", "", text, flags=re.DOTALL)
    assert text.startswith("/*\n")
    assert len(text.splitlines()) < 150
    assert PHYSICAL.findall(rules) == []


@pytest.mark.parametrize("path", [path for path in SHEETS if path.name not in {"tokens.css", "print.css"}], ids=str)
def test_colours_are_decided_in_the_tokens_alone(path: Path) -> None:
    assert COLOUR.findall(path.read_text(encoding="utf-8")) == []


def test_every_sheet_and_script_is_loaded_by_the_skeleton_or_by_its_own_page() -> None:
    page = pattern_page() + "".join(
        path.read_text(encoding="utf-8") for path in SERVED if "{% block head %}" in path.read_text("utf-8")
    )
    missing = [path.name for path in (*SHEETS, *SCRIPTS) if f"/{path.parent.name}/{path.name}" not in page]
    assert missing == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_short_and_writes_no_markup(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 200
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|\beval\(|new Function|\.style\b", text) == []


@pytest.mark.parametrize("licence", ["font/OFL.txt", "vendor/htmx.LICENSE.txt"])
def test_what_is_vendored_keeps_its_licence(licence: str) -> None:
    assert len((UI / "static/ui" / licence).read_text(encoding="utf-8")) > 300
