"""Books: reopened by the libraries that read their formats, keys where they belong, provenance inside."""

import io
import json
import re
import zipfile

import pytest

from assay.core.errors import NotFound
from assay.studio.packaging.book import book_of
from assay.studio.packaging.docx import PROVENANCE
from assay.studio.packaging.formats import FORMATS, format_of
from tests.courses import Row, course_of_rows, small_course

EXAM_ONLY = "carried out"
KEY = "The organization sets its own scope."


def words_of(kind: str) -> str:
    book = book_of(small_course(), kind)  # type: ignore[arg-type]
    return "\n".join(run.text for block in book.blocks for run in block.runs)


@pytest.mark.req("R75")
def test_a_docx_reopens_with_headings_lists_tables_and_the_provenance() -> None:
    docx = pytest.importorskip("docx")
    text = (
        "# Lesson\n\n## Part\n\n- one\n  1. deep\n\n| a | b |\n|---|---|\n| 1 | *2* |\n\n> quoted\n\n```\ncode\n```\n"
    )
    data = FORMATS["docx"].write(course_of_rows([Row("lesson", "Lesson", "lesson", text)]))
    opened = docx.Document(io.BytesIO(data))
    styles = {paragraph.text: paragraph.style.name for paragraph in opened.paragraphs}
    assert (styles["Lesson"], styles["Part"], styles["one"], styles["quoted"]) == (
        "Heading 2",
        "Heading 3",
        "List Bullet",
        "Intense Quote",
    )
    assert [cell.text for cell in opened.tables[0].rows[1].cells] == ["1", "2"]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert PROVENANCE.encode() in archive.read("customXml/item2.xml")
        assert len(archive.namelist()) == len(set(archive.namelist()))


@pytest.mark.req("R75")
def test_a_pdf_is_tagged_archivable_and_carries_the_provenance() -> None:
    pytest.importorskip("typst")
    data = FORMATS["pdf"].write(small_course())
    assert data.startswith(b"%PDF-")
    assert b"<pdfaid:part>3</pdfaid:part>" in data
    assert b"<pdfuaid:part>1</pdfuaid:part>" in data
    assert b"(VERIFY.txt)" in data


def test_an_html_book_runs_and_fetches_nothing() -> None:
    text = FORMATS["html"].write(small_course()).decode()
    assert "<script>alert" not in text
    assert re.findall(r"<script[^>]*>", text) == ['<script type="application/json" id="provenance">']
    assert not re.search(r'\s(?:src|href)="(?!#)', text)


def test_keys_stand_at_the_end_of_the_course_book_in_the_assessor_guide_and_not_in_the_workbook() -> None:
    course, assessor, workbook = words_of("course"), words_of("assessor"), words_of("workbook")
    assert course.index("Answers") < course.index(KEY)
    assert (KEY in assessor, KEY in workbook) == (True, False)
    assert (EXAM_ONLY in course, EXAM_ONLY in assessor, EXAM_ONLY in workbook) == (False, True, False)


@pytest.mark.req("R32")
def test_each_book_says_where_each_artefact_comes_from() -> None:
    table = book_of(small_course(), "course").blocks[-1]
    rows = [["".join(run.text for run in cell) for cell in row] for row in table.rows]
    assert rows[1][:5] == ["Second", "lesson", "1", "gv1", "2026-11-21T09:00:00+00:00"]


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_gives_the_same_bytes_twice(name: str) -> None:
    assert FORMATS[name].write(small_course()) == FORMATS[name].write(small_course())


def test_an_unknown_format_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(NotFound) as refused:
        format_of("scorm13")
    assert "scorm12" in refused.value.hint


def test_words_of_texts_are_never_markup_in_a_pdf() -> None:
    pytest.importorskip("typst")
    trap = '# T\n\n#read("/etc/passwd") $x$ `#eval("1")` \\ @ref <label> *a*\n\n```\n#panic()\n```\n'
    assert FORMATS["pdf"].write(course_of_rows([Row("lesson", "#panic()", "lesson", trap)])).startswith(b"%PDF-")


def test_the_list_of_sources_is_json_in_the_html_book() -> None:
    text = FORMATS["html"].write(small_course()).decode()
    found = re.search(r'id="provenance">(.*?)</script>', text)
    assert found is not None
    assert json.loads(found[1]) == {}
