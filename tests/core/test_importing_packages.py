"""Word documents and SCORM packages are read without running, fetching or unpacking anything; traps are refused."""

import io
import json
import struct
import zipfile
from pathlib import Path

import pytest

from assay.core.errors import InvalidInput
from assay.studio.importing import Limits, Source, read_source
from assay.studio.packaging.items import items_parse
from assay.studio.packaging.scorm import scorm12_package, scorm2004_package
from tests.courses import small_course

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MANIFEST = """<manifest identifier="m" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"><metadata>
<schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata><organizations default="B"><organization identifier="A">
<title>Old</title></organization><organization identifier="B"><title>Course</title><item identifier="i2" identifierref="r2">
<title>Second file first</title></item><item identifier="i1" identifierref="r1"><title>One</title></item></organization>
</organizations><resources><resource identifier="r1" href="{one}"><file href="{one}"/></resource><resource identifier="r2"
href="two.html?start=1"><file href="two.html"/><file href="extra.html"/></resource></resources></manifest>"""


def zipped(**files: str | bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def word(body: str, **more: str | bytes) -> bytes:
    return zipped(
        **{
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
            **more,
        }
    )


def p(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def read(folder: Path, name: str, data: bytes, **given: Limits) -> Source:
    path = folder / name
    path.write_bytes(data)
    return read_source(path, **given)


def refusal(folder: Path, name: str, data: bytes, **given: Limits) -> str:
    with pytest.raises(InvalidInput) as caught:
        read(folder, name, data, **given)
    assert caught.value.hint
    return str(caught.value)


def page(words: str) -> str:
    return f"<html><head><title>{words}</title></head><body><h1>{words}</h1><p>Some words of {words}.</p></body></html>"


def scorm(one: str = "one.html", **more: str | bytes) -> bytes:
    files = {
        "imsmanifest.xml": MANIFEST.format(one=one),
        "one.html": page("One"),
        "two.html": page("Two"),
        "extra.html": page("Extra"),
    }
    return zipped(**(files | more))


def test_headings_lists_tables_notes_and_pictures_of_a_word_document_are_read(tmp_path: Path) -> None:
    styles = f'<w:styles {W}><w:style w:styleId="Berschrift1"><w:name w:val="heading 1"/></w:style></w:styles>'
    body = (
        p("Lesson", '<w:pStyle w:val="Berschrift1"/>')
        + p("A <w:br/>".replace("<w:br/>", "paragraph"))
        + "<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins><w:r><w:t>came</w:t></w:r></w:ins></w:p>"
        + "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
        + '<w:p><w:r><w:drawing><x:docPr xmlns:x="urn:x" descr="A chart"/></w:drawing></w:r></w:p>'
    )
    notes = f"<w:footnotes {W}><w:footnote>{p('A footnote')}</w:footnote></w:footnotes>"
    comments = f"<w:comments {W}>{p('a secret remark')}</w:comments>"
    source = read(
        tmp_path,
        "c.docx",
        word(body, **{"word/styles.xml": styles, "word/footnotes.xml": notes, "word/comments.xml": comments}),
    )
    (piece,) = source.pieces
    assert piece.text.split("\n\n") == [
        "# Lesson",
        "A paragraph",
        "came",
        "| a | b |\n|---|---|",
        "A chart",
        "A footnote\n",
    ]
    assert (piece.title, piece.pathway, piece.line_at(piece.text.index("came"))) == ("Lesson", "lesson", 3)
    assert {note.code for note in source.notes} == {"docx", "comments"}


def test_numbers_that_word_does_not_write_into_paragraphs_are_put_before_them(tmp_path: Path) -> None:
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for at, (kind, text) in enumerate([("decimal", "%1."), ("upperLetter", "%2)")])
    )
    lists = f'<w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num>'
    numbering = f"<w:numbering {W}>{lists}</w:numbering>"

    def listed(text: str, depth: int) -> str:
        return p(text, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="3"/></w:numPr>')

    questions = [("What?", "one", "two", "Answer: B. Because."), ("Who?", "me", "you", "Answer: A")]
    body = "".join(
        listed(stem, 0) + listed(first, 1) + listed(second, 1) + p(key) for stem, first, second, key in questions
    )
    (piece,) = read(tmp_path, "quiz.docx", word(body, **{"word/numbering.xml": numbering})).pieces
    items = items_parse(piece.text)
    assert [(item.stem, item.options, item.key) for item in items] == [
        ("What?", ("one", "two"), (1,)),
        ("Who?", ("me", "you"), (0,)),
    ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (word("", **{"word/vbaProject.bin": b"x"}), "holds macros"),
        (word("", **{"word/other.bin": b"x"}).replace(b"<Types/>", b"<Types/>"), "nothing to read"),
        (zipped(**{"a.txt": "x"}), "no Word document"),
        (word("").replace(b"PK\x01\x02", b"PK\x01\x03"), "not a readable zip"),
        (zipped(**{"word/document.xml": '<!DOCTYPE d [<!ENTITY a "b">]><d>&a;</d>'}), "declares a document type"),
        (zipped(**{"word/document.xml": "<d>" * 300 + "</d>" * 300}), "deeper than 200"),
        (zipped(**{"word/document.xml": "<d>"}), "not well-formed"),
        (b"not a zip", "not a readable zip"),
    ],
)
def test_traps_in_word_documents_are_refused(tmp_path: Path, data: bytes, reason: str) -> None:
    assert reason in refusal(tmp_path, "c.docx", data)


def test_pages_follow_the_items_of_the_default_organization(tmp_path: Path) -> None:
    source = read(tmp_path, "c.zip", scorm(**{"stray.html": page("Stray"), "guide.pdf": b"%PDF-"}))
    assert [piece.path for piece in source.pieces] == [
        "c.zip/two.html",
        "c.zip/one.html",
        "c.zip/extra.html",
        "c.zip/stray.html",
        "c.zip/guide.pdf",
    ]
    assert source.declared["title"] == "Course"
    assert {note.code for note in source.notes} == {"not-in-manifest", "unread"}
    assert "Some words of Two." in source.pieces[0].text
    assert not source.pieces[-1].read


def test_a_package_in_the_only_folder_of_a_zip_is_found(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(scorm())) as archive:
        files = {f"course/{name}": archive.read(name) for name in archive.namelist()}
    assert read(tmp_path, "c.zip", zipped(**files)).pieces[0].path == "c.zip/course/two.html"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zipped(**{"a.html": page("A")}), "no SCORM package"),
        (scorm(one="../../etc/passwd"), "lies outside the package"),
        (scorm(one="%2e%2e/secret.html"), "lies outside the package"),
        (scorm(**{"../up.html": "x"}), "leaves its folder"),
        (scorm(**{"/etc/cron.d/x": "x"}), "leaves its folder"),
        (scorm(**{"C:/x.html": "x"}), "leaves its folder"),
        (scorm(**{"ONE.html": "x"}), "twice (case aside)"),
        (scorm(**{"big.bin": b"0" * 60_000_000}), "would unpack from"),
        (zipped(**{"imsmanifest.xml": "<manifest/>"}), "no page in HTML"),
        (zipped(**{"imsmanifest.xml": '<!DOCTYPE m SYSTEM "http://x"><manifest/>'}), "declares a document type"),
    ],
)
def test_traps_in_packages_are_refused(tmp_path: Path, data: bytes, reason: str) -> None:
    assert reason in refusal(tmp_path, "c.zip", data)


def test_links_and_encrypted_entries_are_refused(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        entry = zipfile.ZipInfo("link.html")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    assert "holds a link" in refusal(tmp_path, "c.zip", stream.getvalue())
    data = bytearray(zipped(**{"imsmanifest.xml": "<manifest/>"}))
    at = data.index(b"PK\x01\x02") + 8
    data[at : at + 2] = struct.pack("<H", 1)
    assert "is encrypted" in refusal(tmp_path, "c.zip", bytes(data))


def test_a_size_that_lies_is_found(tmp_path: Path) -> None:
    data = bytearray(scorm(**{"pad.html": "x" * 5000}))
    at = data.rindex(b"pad.html") - 46 + 24
    data[at : at + 4] = struct.pack("<I", 10)
    assert "is damaged at pad.html" in refusal(tmp_path, "c.zip", bytes(data))


def test_addresses_on_the_web_are_named_and_not_fetched(tmp_path: Path) -> None:
    source = read(tmp_path, "c.zip", scorm(one="https://elsewhere.example/one.html"))
    assert [note.code for note in source.notes].count("outside") == 1


def test_a_page_made_by_scripts_is_said_to_be_unseen(tmp_path: Path) -> None:
    empty = "<html><head><title>P</title></head><body><script>go()</script></body></html>"
    notes = read(tmp_path, "c.zip", scorm(**{"one.html": empty})).notes
    assert [note.path for note in notes if note.code == "scripted"] == ["c.zip/one.html"]


def test_in_a_folder_a_zip_without_manifest_counts_as_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / "lesson.md").write_text("# Lesson\n\nWords.\n")
    (tmp_path / "other.zip").write_bytes(zipped(**{"a.txt": "x"}))
    (tmp_path / "course.zip").write_bytes(scorm())
    source = read_source(tmp_path)
    assert [(piece.path, piece.read) for piece in source.pieces if "zip" in piece.path][-1] == ("other.zip", False)
    assert "course.zip/two.html" in {piece.path for piece in source.pieces}


@pytest.mark.req("R32")
@pytest.mark.parametrize("write", [scorm12_package, scorm2004_package])
def test_our_own_packages_come_back_with_their_stamps(tmp_path: Path, write: object) -> None:
    course = small_course()
    source = read(tmp_path, "own.zip", write(course))  # type: ignore[operator]
    for sent in course.pages:
        (came,) = (piece for piece in source.pieces if piece.path == f"own.zip/{sent.file}")
        assert came.stamp is not None
        assert json.dumps(came.stamp.meta(), sort_keys=True) == json.dumps(dict(sent.meta), sort_keys=True)
        assert came.pathway == sent.pathway
