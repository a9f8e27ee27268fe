"""What nobody should hand to an audit, through the real command line: a clear error or a safe import, never by halves."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command import LESSON, assay, copied, course, rows

ISO = ("--standard", "iso42001")
STAMPED = {"key": "lesson", "pathway": "lesson", "text": LESSON}


def bundle(*artefacts: object) -> str:
    return json.dumps({"artefacts": list(artefacts)})


def binary(place: Path) -> Path:
    (course(place) / "lesson.md").write_bytes(b"\x7fELF\x02\x01\x00" + os.urandom(3000))
    return place


def broken_encoding(place: Path) -> Path:
    (course(place) / "lesson.md").write_bytes("Übung für alle".encode("latin-1") * 200)
    return place


def huge(place: Path) -> Path:
    with (course(place) / "lesson.md").open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    return place


def zip_bomb(place: Path) -> Path:
    place.mkdir()
    with zipfile.ZipFile(place / "course.zip", "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.md", "w") as file:
        for _ in range(100):
            file.write(bytes(1024 * 1024))
    return place / "course.zip"


def zip_called_markdown(place: Path) -> Path:
    (course(place) / "lesson.md").write_bytes(zip_bomb(place.parent / "z").read_bytes())
    return place


def json_file(place: Path, text: str) -> Path:
    place.mkdir()
    (place / "bundle.json").write_text(text, encoding="utf-8")
    return place / "bundle.json"


REFUSED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a binary that is called Markdown": (binary, "lesson.md"),
    "a broken encoding": (broken_encoding, "lesson.md"),
    "a file of 200 MB": (huge, "lesson.md"),
    "a zip bomb": (zip_bomb, "course.zip"),
    "a zip bomb that is called Markdown": (zip_called_markdown, "lesson.md"),
    "a path that climbs out of a bundle": (lambda at: json_file(at, bundle(STAMPED | {"key": "../../etc/passwd"})), "../"),
    "an absolute path in a bundle": (lambda at: json_file(at, bundle(STAMPED | {"key": "/etc/passwd"})), "/etc/passwd"),
    "a path with a drive in a bundle": (lambda at: json_file(at, bundle(STAMPED | {"key": "c:\\x"})), "key"),
    "a key that is given twice": (lambda at: json_file(at, '{"artefacts": [], "artefacts": []}'), "artefacts"),
    "no JSON": (lambda at: json_file(at, '{"artefacts": ['), "bundle.json"),
    "JSON nested without end": (lambda at: json_file(at, '{"artefacts": ' + "[" * 200_000), "bundle.json"),
    "a number without end": (lambda at: json_file(at, '{"artefacts": 1' + "0" * 100_000 + "}"), "bundle.json"),
    "half of a character": (lambda at: json_file(at, bundle(STAMPED).replace("Roles", "\\ud800")), "bundle.json"),
    "the second artefact is bad": (lambda at: json_file(at, bundle(STAMPED, {"key": "b", "pathway": "poem", "text": "x"})), "poem"),
}  # fmt: skip


@pytest.fixture(scope="module")
def data(audited_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which a programme is already."""
    return copied(audited_folder, tmp_path_factory.mktemp("data") / "data")


# Each is a process of its own; reading these in the test's process is tried in test_importing_bad_input.py.
QUICK = (
    "a binary that is called Markdown",
    "a zip bomb",
    "a path that climbs out of a bundle",
    "the second artefact is bad",
)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in REFUSED]
)
def test_it_is_refused_with_its_place_and_nothing_is_written(data: Path, tmp_path: Path, name: str) -> None:
    make, word = REFUSED[name]
    source, before = make(tmp_path / "source"), rows(data)
    ran = assay("audit", source, *ISO, "--data", data)
    assert (ran.code, ran.out) == (1, "")
    assert ran.message.startswith("assay: "), ran.err
    assert word in ran.message, ran.err
    assert len(ran.message) < 1000
    assert rows(data) == before


@pytest.mark.slow
def test_cyclic_links_are_named_and_not_followed(data: Path, tmp_path: Path) -> None:
    source = course(tmp_path / "links", 2)
    (source / "again").symlink_to(source)
    (source / "passwd.md").symlink_to("/etc/passwd")
    ran = assay("audit", source, *ISO, "--data", data)
    assert (ran.code, "2 artefacts" in ran.out) == (11, True), ran.err
    assert "again" in ran.out
    assert "passwd.md" in ran.out
    assert "root:" not in ran.out


@pytest.mark.slow
def test_scripts_in_html_are_neither_kept_nor_written_to_the_report(data: Path, tmp_path: Path) -> None:
    source, report, sarif = tmp_path / "html<script>alert(0)<", tmp_path / "report.html", tmp_path / "f.sarif"
    source.mkdir()
    (source / "lesson'><img src=x onerror=alert(1)>.html").write_text(
        "<h1>Roles <script>alert(2)</script></h1><p onclick='alert(3)'>Audit against ISO 14001:2015 &lt;script&gt;alert(4)&lt;/script&gt;"
        " and report every nonconformity.</p><iframe src='javascript:alert(5)'></iframe>",
        encoding="utf-8",
    )
    title = "</title><script>alert(6)</script>"
    ran = assay("audit", source, *ISO, "--title", title, "--data", data, "--html", report, "--sarif", sarif)
    assert ran.code in (10, 11), ran.err
    text = report.read_text(encoding="utf-8")
    assert "alert(6)" in text, "the title is shown, as text"
    assert "<script>alert" not in text
    assert "<img" not in text.replace("&lt;img", "")
    assert "<iframe" not in text
    for number in (2, 3, 5):
        assert f"alert({number})" not in text
    document = json.loads(sarif.read_text(encoding="utf-8"))
    for place in json.dumps(document).split('"uri": "')[1:]:
        assert not place.split('"')[0].startswith(("/", "javascript:", "file:")), place[:80]
        assert "<" not in place.split('"')[0]


@pytest.mark.slow
def test_what_a_terminal_would_obey_is_not_printed(data: Path, tmp_path: Path) -> None:
    source = course(tmp_path / "codes", 1)
    (source / "assignment-brief.md").write_text(
        "# Brief \x1b]0;owned\x07\x1b[2J\n\nAudit the plant against ISO 14001:2015\x1b[31m and its environmental aspects.\n",
        encoding="utf-8",
    )
    ran = assay("audit", source, *ISO, "--title", "T\x1b[2J\r\nassay: all is well", "--data", data)
    assert "\x1b" not in ran.out + ran.err
    assert "\x07" not in ran.out + ran.err


def test_all_of_it_left_a_folder_that_verifies(data: Path) -> None:
    assert assay("verify", data).code == 0
