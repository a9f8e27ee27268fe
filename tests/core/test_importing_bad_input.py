"""Bad input is refused with file and reason, or read safely with a note; nothing is followed, run or unpacked."""

import gzip
import io
import json
import os
import zipfile

import pytest

from assay.core.errors import InvalidInput
from assay.studio.importing import Limits, read_mapping, read_source
from assay.studio.importing.files import find_files


def put(folder, name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refusal(path, **given):
    with pytest.raises(InvalidInput) as caught:
        read_source(path, **given)
    assert caught.value.hint
    return str(caught.value)


def zipped(entry, size):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(entry, b"0" * size)
    return stream.getvalue()


def test_an_empty_folder_is_refused(tmp_path):
    assert "nothing to read" in refusal(tmp_path)


def test_a_path_that_is_not_there_is_refused(tmp_path):
    assert "nothing at" in refusal(tmp_path / "gone")


def test_a_folder_of_empty_files_is_refused(tmp_path):
    put(tmp_path, "a.md", "")
    put(tmp_path, "b.md", " \n\n")
    assert "nothing to read" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "a PNG image"),
        (b"%PDF-1.7\n", "a PDF document"),
        (zipped("a", 10), "a zip archive"),
        (gzip.compress(b"x", mtime=0), "a gzip archive"),
        (b"plain\0text", "NUL at byte 5"),
        ("Grüße".encode("latin-1"), "byte 2 (0xfc)"),
        (b"\xef\xbb\xbfok \xff", "byte 6 (0xff)"),
        (b"abc\xed\xa0\x80", "byte 3 (0xed)"),
        (b"\xff\xfeA\0\0\xd8", "UTF-16"),
    ],
)
def test_a_file_that_is_not_text_is_refused_with_its_name_and_the_byte(tmp_path, content, words):
    put(tmp_path, "course/lesson.md", content)
    put(tmp_path, "course/good.md", "# Good\n\nText.\n")
    message = refusal(tmp_path)
    assert "course/lesson.md" in message
    assert words in message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_utf_8_and_marked_utf_16_are_read(tmp_path, encoding):
    put(tmp_path, "a.md", "Größe\n".encode(encoding))
    assert read_source(tmp_path).pieces[0].text == "Größe\n"


def test_line_breaks_of_other_systems_change_neither_text_nor_digest(tmp_path):
    one = read_source(put(tmp_path, "a.md", "# A\n\nText.\n")).pieces[0]
    two = read_source(put(tmp_path, "a.md", "# A\r\n\r\nText.\r\n")).pieces[0]
    assert one.digest == two.digest


def test_a_large_file_is_refused_before_it_is_read(tmp_path, monkeypatch):
    path = put(tmp_path, "big.md", "")
    with path.open("wb") as stream:
        stream.truncate(200 * 1024 * 1024)
    monkeypatch.setattr("assay.studio.importing.source.read_bytes", lambda *_: pytest.fail("it was read"))
    assert "big.md is 209715200 bytes; files up to 52428800 bytes are read" in refusal(tmp_path)
    assert "209715200" in refusal(path)


def test_the_limits_can_be_set(tmp_path):
    for number in range(3):
        put(tmp_path, f"{number}.md", "# A\n\n" + "x" * 100)
    assert "more than 2 files" in refusal(tmp_path, limits=Limits(files=2))
    assert "together" in refusal(tmp_path, limits=Limits(total_bytes=200))
    assert "files up to 50 bytes" in refusal(tmp_path, limits=Limits(file_bytes=50))


def test_formats_that_are_not_read_are_refused_by_name(tmp_path):
    assert "slides.pptx is a PPTX file, which this version does not read" in refusal(
        put(tmp_path, "slides.pptx", b"PK")
    )
    assert "not of a format" in refusal(put(tmp_path, "a.exe", b"MZ"))


def test_documents_that_cannot_be_read_count_as_not_looked_at(tmp_path):
    put(tmp_path, "lesson.md", "# Lesson\n\nText.\n")
    put(tmp_path, "slides.pptx", zipped("ppt/a.xml", 10))
    source = read_source(tmp_path)
    slides = next(piece for piece in source.pieces if piece.path == "slides.pptx")
    assert (slides.pathway, slides.read, slides.text) == (None, False, "")
    assert slides.digest.startswith("sha256:")
    assert [note.code for note in source.notes] == ["unread"]


def test_links_are_named_and_not_followed(tmp_path):
    folder = tmp_path / "course"
    put(folder, "a.md", "# A\n\nText.\n")
    put(tmp_path, "secret.md", "# Secret\n\nText.\n")
    os.symlink(folder, folder / "again")
    os.symlink(tmp_path / "secret.md", folder / "b.md")
    os.symlink(folder / "loop", folder / "loop")
    source = read_source(folder)
    assert [piece.path for piece in source.pieces] == ["a.md"]
    assert [(note.code, note.path) for note in source.notes] == [("link", "again"), ("link", "b.md"), ("link", "loop")]


def test_a_link_put_in_place_of_a_file_in_between_is_not_followed(tmp_path, monkeypatch):
    folder = tmp_path / "course"
    path = put(folder, "a.md", "# A\n\nText.\n")
    secret = put(tmp_path, "secret.md", "# Secret\n")
    found = find_files(folder, Limits())
    path.unlink()
    path.symlink_to(secret)
    monkeypatch.setattr("assay.studio.importing.source.find_files", lambda *_: found)
    assert "a.md cannot be read" in refusal(folder)


def test_a_source_that_is_itself_a_link_is_read(tmp_path):
    put(tmp_path, "course/a.md", "# A\n\nText.\n")
    (tmp_path / "link").symlink_to(tmp_path / "course")
    (tmp_path / "link.md").symlink_to(tmp_path / "course" / "a.md")
    assert len(read_source(tmp_path / "link").pieces) == len(read_source(tmp_path / "link.md").pieces) == 1


def test_folders_nested_without_end_are_refused(tmp_path):
    put(tmp_path, "d/" * 70 + "a.md", "# A\n")
    assert "nested deeper than 64" in refusal(tmp_path)


def test_hidden_files_and_pipes_are_left_out(tmp_path):
    put(tmp_path, "a.md", "# A\n\nText.\n")
    put(tmp_path, ".git/config.md", "# Hidden\n\nText.\n")
    put(tmp_path, ".hidden.md", "# Hidden\n\nText.\n")
    os.mkfifo(tmp_path / "pipe.md")
    source = read_source(tmp_path)
    assert [piece.path for piece in source.pieces] == ["a.md"]
    assert {note.code for note in source.notes} == {"hidden", "special"}


def test_names_that_clash_when_case_is_ignored_get_keys_of_their_own(tmp_path):
    put(tmp_path, "A.md", "# Same\n\nOne.\n")
    put(tmp_path, "a.md", "# Same\n\nTwo.\n\n# Same\n\nThree.\n")
    keys = [piece.key for piece in read_source(tmp_path).pieces]
    assert len({key.casefold() for key in keys}) == len(keys) == 3


def test_a_name_that_is_no_unicode_or_turns_direction_is_made_printable(tmp_path):
    os.mkdir(os.fsencode(tmp_path) + b"/f\xff")
    with open(os.fsencode(tmp_path) + b"/f\xff/a\xe2\x80\xaedm.md", "wb") as stream:
        stream.write(b"# A\n\nText.\n")
    piece = read_source(tmp_path).pieces[0]
    assert piece.path == "f?/adm.md"
    piece.key.encode()


def test_text_from_right_to_left_is_kept_and_its_direction_marks_are_noted(tmp_path):
    put(tmp_path, "a.md", "# درس في الإدارة\n\nهذا نص عربي عن المخاطر \u202eabc\u202c\n")
    source = read_source(tmp_path)
    assert "\u202e" in source.pieces[0].text
    assert [(note.code, note.text[:2]) for note in source.notes] == [("direction", "2 ")]
    assert source.pieces[0].language == "und"


def test_broken_front_matter_is_text(tmp_path):
    put(tmp_path, "a.md", "---\ntitle: [\n---\n\n# Quiz\n\nQ?\n")
    source = read_source(tmp_path)
    assert [note.code for note in source.notes] == ["front-matter"]
    assert source.pieces[0].pathway == "lesson-quiz"


def bundle(**changes):
    artefact = {"key": "m1/a", "pathway": "lesson", "title": "A", "text": "Words."} | changes
    return {
        "programme": {"title": "T"},
        "artefacts": [{name: value for name, value in artefact.items() if value is not ...}],
    }


META = {"route": "lesson", "governance_version": "gv1", "at": "2026-05-01T10:00:00Z"}
BAD_ARTEFACTS = [
    ({"key": "../../etc/passwd"}, "stays where it is"),
    ({"key": "/etc/passwd"}, "stays where it is"),
    ({"key": "a\\..\\b"}, "stays where it is"),
    ({"key": "C:/a"}, "stays where it is"),
    ({"key": "a//b"}, "stays where it is"),
    ({"key": "a/./b"}, "stays where it is"),
    ({"key": "a\u202egpj"}, "cannot be shown"),
    ({"key": "a\u0000b"}, "cannot be shown"),
    ({"key": "missing:lesson"}, "what is not there"),
    ({"key": ...}, "'key' must be text"),
    ({"key": "k" * 251}, "'key' must be text"),
    ({"text": 7}, "'text' must be text"),
    ({"text": "a\u0000"}, "NUL at character 1"),
    ({"text": "a\ud800"}, "half a surrogate"),
    ({"title": "t" * 301}, "at most 300"),
    ({"pathway": 23}, "not one of the 22"),
    ({"pathway": "essay"}, "not one of the 22"),
    ({"pathway": True}, "slug or the number"),
    ({"media_type": "application/x-sh"}, "'media_type'"),
    ({"language": "../"}, "'language'"),
    ({"path": "x"}, "'path' is not known"),
    ({"generation_meta": META | {"governance_version": "g" * 61}}, "1 to 60 characters"),
    ({"provenance": {"a": 1}}, "needs a 'generation_meta'"),
    ({"generation_meta": META | {"model": "x"}}, "exactly the keys"),
    ({"generation_meta": {"route": "lesson"}}, "exactly the keys"),
    ({"generation_meta": META | {"route": "poem"}}, "no route of the registry"),
    ({"generation_meta": META | {"at": "yesterday"}}, "no ISO 8601 time"),
    ({"generation_meta": META | {"at": "2026-05-01T10:00:00"}}, "lacks its offset"),
    ({"generation_meta": META, "pathway": "rubric"}, "the stamp says that the route was 'lesson'"),
    ({"generation_meta": META, "provenance": {"a": 1.5}}, "no canonical form"),
    ({"generation_meta": META, "provenance": {"a": "x" * 70_000}}, "at most 65536"),
]  # fmt: skip


@pytest.mark.req("R32")
@pytest.mark.parametrize(("changes", "words"), BAD_ARTEFACTS)
def test_a_bundle_with_a_bad_artefact_is_refused_at_that_artefact(tmp_path, changes, words):
    message = refusal(put(tmp_path, "b.json", json.dumps(bundle(**changes))))
    assert "b.json, artefact 1" in message
    assert words in message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "line 1, column 2"),
        ("[]", "must be an object"),
        ('{"artefacts": []}', "at least one"),
        ('{"artefacts": [1]}', "must be an object"),
        ('{"artefacts": [{}], "extra": 1}', "must be an object with the keys"),
        ('{"artefacts": [{"key": "a", "key": "b"}]}', "stands twice"),
        ('{"artefacts": NaN}', "NaN is not"),
        ('{"artefacts": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested too deeply"),
        ('{"programme": {"owner": "x"}, "artefacts": [{}]}', "'programme' may have"),
        ('{"programme": {"kind": "' + "k" * 36 + '"}, "artefacts": [{}]}', "1 to 35 characters"),
        (json.dumps({"artefacts": [bundle()["artefacts"][0], bundle(key="M1/A")["artefacts"][0]]}), "given twice"),
        ('{"artefacts": ' + "9" * 5000 + "}", "readable as JSON"),
    ],
)
def test_a_file_that_is_no_bundle_is_refused_with_the_place(tmp_path, text, words):
    message = refusal(put(tmp_path, "b.json", text))
    assert "b.json" in message
    assert words in message


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("rules:\n  - {glob: 'a.md', pathway: essay}\n", 2, "not a pathway"),
        ("rules:\n  - {glob: '../a.md', pathway: lesson}\n", 2, "inside the folder"),
        ("rules:\n  - {glob: 'a.md'}\n", 2, "'pathway' is missing"),
        ("rules:\n  - {glob: 'a.md', pathway: lesson, weight: 2}\n", 2, "'weight' is not known"),
        ("rules: lesson\n", 1, "must be a list"),
        ("title: X\nblueprint: [lesson, poem]\n", 2, "not a pathway"),
        ("blueprint: []\n", 1, "each once"),
        ("standard: ISO/IEC 42001\n", 1, "id of a family"),
        ("a: [1\n", 2, "not valid YAML"),
    ],
)
def test_a_bad_mapping_is_refused_with_file_and_line(tmp_path, text, line, words):
    path = put(tmp_path, "assay-mapping.yaml", text)
    put(tmp_path, "a.md", "# A\n\nText.\n")
    with pytest.raises(InvalidInput, match=words) as caught:
        read_mapping(path)
    assert (caught.value.file, caught.value.line) == ("assay-mapping.yaml", line)
    with pytest.raises(InvalidInput, match=words):
        read_source(tmp_path)


def test_a_pathway_of_front_matter_that_is_none_is_refused_at_its_line(tmp_path):
    put(tmp_path, "a.md", "---\ntitle: A\npathway: poem\n---\nText.\n")
    assert "a.md, line 3" in refusal(tmp_path)
