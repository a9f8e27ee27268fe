"""The commands around packages, as somebody types them: a folder in; a package, a book, figures and refusals out."""

import zipfile
from pathlib import Path

import pytest

from tests.command import assay
from tests.courses import QUIZ

pytestmark = pytest.mark.slow  # an audit plants canaries


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one programme, `course`, of a lesson and a quiz."""
    place = tmp_path_factory.mktemp("packages")
    source = place / "course"
    source.mkdir()
    (source / "lesson.md").write_text("# Lesson\n\nWho decides, and what is kept.\n")
    (source / "quiz.md").write_text(QUIZ.replace("A short quiz", "Quiz"))
    assert assay("audit", str(source), "--standard", "iso42001", "--data", str(place / "data")).code in (0, 10, 11)
    return place


def run(folder: Path, command: str, *arguments: str) -> tuple[int, str, str]:
    ran = assay("programme", command, "--programme", "course", "--data", str(folder / "data"), *arguments)
    return ran.code, ran.out, ran.err


@pytest.mark.req("R75")
def test_a_programme_becomes_a_package_and_a_book(folder: Path) -> None:
    code, out, err = run(folder, "package", "--format", "scorm2004", "--draft", "--out", str(folder / "c.zip"))
    assert (code, "2 pages, 3 questions, a draft" in out, "draft: No version of it" in err) == (0, True, True)
    assert zipfile.ZipFile(folder / "c.zip").testzip() is None
    code, _, _ = run(folder, "package", "--format", "html", "--draft", "--out", str(folder / "c.html"))
    assert (code, "Who decides, and what is kept." in (folder / "c.html").read_text()) == (0, True)


def test_the_package_can_be_audited_itself(folder: Path) -> None:
    assert run(folder, "package", "--draft", "--out", str(folder / "again.zip"))[0] == 0
    ran = assay("audit", str(folder / "again.zip"), "--standard", "iso42001", "--data", str(folder / "other"))
    assert ran.code in (10, 11)
    assert "artefacts" in ran.out


def test_questions_are_drafts_until_somebody_answers(folder: Path) -> None:
    code, out, _ = run(folder, "items", "--csv", "-")
    rows = [line.split(",") for line in out.splitlines()[1:]]
    assert (code, [row[2] for row in rows], {row[4] for row in rows}) == (0, ["draft"] * 3, {"unknown"})
    answers = "\n".join(["learner,item,response", *(f"l{at},{rows[0][0]},A" for at in range(5))])
    (folder / "answers.csv").write_text(answers)
    code, out, _ = run(folder, "items", "--responses", str(folder / "answers.csv"))
    assert (code, out.splitlines()[0]) == (0, "3 questions: 2 draft, 1 pilot, 0 live.")


@pytest.mark.parametrize(
    ("command", "arguments", "word"),
    [
        ("package", ["--format", "scorm13"], "scorm13"),
        ("package", [], "No package of course is handed out: No version of it is published."),
        ("badge", ["--name", "Mia", "--email", "m@x.example", "--score", "90"], "No version of course is published"),
        ("items", ["--responses", "/nowhere.csv"], "nowhere.csv"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_message(
    folder: Path, command: str, arguments: list[str], word: str
) -> None:
    code, _, err = run(folder, command, *arguments)
    assert (code, err.count("assay: "), word in err) == (1, 1, True)
