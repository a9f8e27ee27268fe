"""QTI item banks: valid by the published schemas, every item once, its key where the course has it."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assay.core.errors import InvalidInput
from assay.studio.packaging.course import Course
from assay.studio.packaging.qti import MANIFEST, qti21_package, qti30_package
from tests.courses import Row, course_of_rows, small_course
from tests.players import schema
from tests.rooms.example_course import example_course

etree = pytest.importorskip("lxml.etree")
Writer = Callable[[Course], bytes]
VERSIONS = {
    "2.1": (qti21_package, "qti/qtiv2p1/imsqti_v2p1.xsd", "qti/imscp_v1p1.xsd"),
    "3.0": (qti30_package, "qti/qtiv3p0/imsqti_asiv3p0_sbacv1p0_v1p0.xsd", "qti/qtiv3p0/imsqtiv3p0_imscpv1p2_v1p0.xsd"),
}


def files_of(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def schema_of(path: Path) -> Any:
    return etree.XMLSchema(etree.parse(path, etree.XMLParser(no_network=True)))


@pytest.mark.req("R75")
@pytest.mark.parametrize("version", VERSIONS)
def test_items_test_and_manifest_are_valid_by_the_published_schemas(version: str) -> None:
    write, items, packages = VERSIONS[version]
    files = files_of(write(example_course()))
    checked, listed = schema_of(schema(items)), schema_of(schema(packages))
    for name, data in files.items():
        if name.startswith("items/") or name == "test.xml":
            checked.assertValid(etree.fromstring(data))
    listed.assertValid(etree.fromstring(files[MANIFEST]))
    item = next(data for name, data in files.items() if name.startswith("items/"))
    assert not checked.validate(etree.fromstring(item.replace(b'identifier="RESPONSE"', b'nonsense="RESPONSE"')))


@pytest.mark.parametrize("version", VERSIONS)
def test_every_item_of_the_course_is_there_once_and_every_file_is_listed(version: str) -> None:
    course = small_course()
    files = files_of(VERSIONS[version][0](course))
    root = etree.fromstring(files.pop(MANIFEST))
    assert sorted(element.get("href") for element in root.iter("{*}file")) == sorted(files)
    assert {f"items/{item.id}.xml" for page in (*course.pages, *course.assessors) for item in page.items} == {
        name for name in files if name.startswith("items/")
    }
    assert len(course.bank) == 4


@pytest.mark.parametrize("version", VERSIONS)
def test_the_key_is_the_key_of_the_item(version: str) -> None:
    course = small_course()
    _, item = course.bank[1]
    data = files_of(VERSIONS[version][0](course))[f"items/{item.id}.xml"]
    root = etree.fromstring(data)
    correct = [
        element.text for element in root.iter("{*}correctResponse", "{*}qti-correct-response") for element in element
    ]
    assert correct == ["A", "C"]
    assert b"Result and people." in data


@pytest.mark.parametrize("write", [qti21_package, qti30_package])
def test_markup_in_stems_stays_within_what_qti_allows(write: Writer) -> None:
    text = "1. Is **a** < `b` & [c](https://x.example)?\n   A) *yes* <script>\n   B) no\n   Answer: A. Since a < b.\n"
    course = course_of_rows([Row("quiz", "Quiz <1>", "lesson-quiz", text)])
    data = files_of(write(course))[f"items/{course.bank[0][1].id}.xml"]
    assert b"<strong>a</strong> &lt; <code>b</code> &amp; c?" in data
    assert b"&lt;script&gt;" in data
    version = "2.1" if write is qti21_package else "3.0"
    schema_of(schema(VERSIONS[version][1])).assertValid(etree.fromstring(data))


def test_a_course_without_keyed_questions_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no question with options"):
        qti21_package(course_of_rows([Row("lesson", "Lesson", "lesson", "Words.")]))


@pytest.mark.slow
def test_the_same_course_gives_the_same_bytes() -> None:
    assert qti30_package(example_course()) == qti30_package(example_course())
