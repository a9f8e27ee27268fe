"""HTML is split into tags and words whatever it holds, without losing words and in time linear in its length."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.studio.importing.html import read_html
from assay.studio.importing.markdown import read_markdown
from assay.studio.importing.markup import Tag, Words, tokens
from assay.studio.importing.structure import cut
from tests.families import by_turns


def simply(text):
    return [
        token.text if isinstance(token, Words) else ("/" * token.closing + token.name, token.attributes)
        for token in tokens(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a<b>c</B>d", ["a", ("b", {}), "c", ("/b", {}), "d"]),
        ('<img alt="1 > 2" SRC=x.png hidden/>', [("img", {"alt": "1 > 2", "src": "x.png", "hidden": ""})]),
        ("<p title='a' title=b>", [("p", {"title": "a"})]),
        ("<p title = \n'it&apos;s'>", [("p", {"title": "it's"})]),
        ("1 < 2 &lt; 3 &amp; 4", ["1 < 2 < 3 & 4"]),
        ("<!doctype html><!-- a <b> -->x<?php y ?>z", ["x", "z"]),
        ("<script>if (a<b) '</p>'</script>x", [("script", {}), ("/script", {}), "x"]),
        ("<style>p > a { }</style >x", [("style", {}), ("/style", {}), "x"]),
        ("x <!-- never closed <b>y</b>", ["x <!-- never closed ", ("b", {}), "y", ("/b", {})]),
        ("x <a href='y", ["x <a href='y"]),
        ("<a b='c>d", [("a", {"b": "'c"}), "d"]),
        ("</>a<>b< c", ["</>a<>b< c"]),
        ("<svg:text>a", [("svg:text", {}), "a"]),
        ("", []),
    ],
)
def test_markup_is_split_as_browsers_do(text, expected):
    assert simply(text) == expected


def test_tags_and_words_know_their_line():
    found = [(type(token), token.line) for token in tokens("a\nb<i\nx='1'>c\n\n</i>\nd<!--\n\n-->e")]
    assert found == [(Words, 1), (Tag, 2), (Words, 3), (Tag, 5), (Words, 5), (Words, 8)]


@given(st.lists(st.sampled_from([*"<>!-/?='\" \n&;ab", "<!--", "-->", "<p", "</p>", "<script>", "word"]), max_size=40))
@settings(max_examples=500)
def test_no_page_is_refused_and_lines_never_go_back(parts):
    text = "".join(parts)
    lines = [token.line for token in tokens(text)]
    assert lines == sorted(lines)
    document = read_html(text, "p.html")
    assert len(document.lines) in (len(document.starts), 0)
    assert sum(len(section.pathway or "") >= 0 for section in cut(document)) >= 1


@given(st.text(alphabet="abc \n", min_size=1, max_size=60), st.sampled_from(["p", "b", "h2", "li", "td"]))
@settings(max_examples=100)
def test_words_survive_any_element(words, element):
    kept = " ".join(read_html(f"<{element}>{words}</{element}>", "p.html").lines).split()
    assert kept == words.split()


@pytest.mark.parametrize(
    "unit",
    by_turns(
        [
            "<",
            "<!",
            "<!--",
            "<a ",
            "</x",
            '<a b="',
            "<?",
            "<![CDATA[",
            "<script>",
            "<script></scrip",
            "&#",
            "<h1>",
            "<p>a",
            "<b>",
        ],
        5,
    ),
)
def test_malformed_pages_take_linear_time(unit):
    started = time.perf_counter()
    read_html(unit * 50_000, "p.html")
    assert time.perf_counter() - started < 3


@pytest.mark.parametrize(
    "unit", by_turns(["# a\n", "a\n=\n", "> ", "- ", "[", "<div>\n", "```\n", "### Quiz\n", "# [a](\n", "\t- "], 5)
)
def test_odd_markdown_takes_linear_time(unit):
    started = time.perf_counter()
    list(cut(read_markdown(unit * 10_000, "p.md")))
    assert time.perf_counter() - started < 3
