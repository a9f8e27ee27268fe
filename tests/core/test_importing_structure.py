"""Sections land on the pathway that their headings announce, and together they are the whole source."""

import json
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.studio.importing import read_source
from assay.studio.importing.headings import pathway_of_words
from assay.studio.importing.html import read_html
from assay.studio.importing.markdown import read_markdown
from assay.studio.importing.structure import cut

ANNOUNCED = {
    "Blueprint": "blueprint",
    "Course specification": "blueprint",
    "Learning objectives": "outline",
    "Module overview": "outline",
    "Syllabus": "outline",
    "About this course": "course",
    "Lesson 4": "lesson",
    "Revised lesson: controls": "lesson-regeneration",
    "Knowledge check": "lesson-quiz",
    "Review questions": "lesson-quiz",
    "Diagnostic": "diagnostic",
    "Pre-test": "diagnostic",
    "2.1 Exercise: draw the scope": "applied-exercise",
    "Workshop": "applied-exercise",
    "Capstone: audit of one case": "capstone",
    "Module 3 quiz": "module-exam",
    "Assessment questions": "module-exam",
    "Final exam": "final-exam",
    "Final assessment": "course-final-assessment",
    "Assignment brief": "assignment-brief",
    "Revised assignment": "assignment-regeneration",
    "Marking criteria": "rubric",
    "Rubric for the assignment": "rubric",
    "Smart hotspots": "smart-hotspots",
    "Figure 3: the life cycle": "smart-hotspots",
    "Cover image": "cover-image",
    "Case study 2: résumé screening": "scenario",
    "Scenario: a clinic": "scenario",
    "Competency map": "competency-map",
    "Frequently asked questions": "family-faq",
    "How you are assessed": "assessment-explainer",
    "Question bank": "exam-bank-regeneration",
}
SILENT = (
    "AI System Impact Assessment (Clause 8.2)", "AI Objectives and Planning", "Actions to address risks", "Competence",
    "Assignment of responsibilities", "The business case", "Internal audit activities", "Risk scenarios", "Examples",
    "Test and evaluation", "Exercising rights", "Diagnostic AI in hospitals", "Agenda for the management review",
    "Assessment criteria for AI", "Content moderation", "Scenario-based planning", "Module 1: Introduction", "Security",
)  # fmt: skip


@pytest.mark.parametrize(("words", "slug"), ANNOUNCED.items())
def test_a_heading_announces_its_pathway(words, slug):
    assert pathway_of_words(words) == slug


@pytest.mark.parametrize("words", SILENT)
def test_a_heading_about_the_subject_announces_nothing(words):
    assert pathway_of_words(words) is None


def write(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


MODULE = """# Module 2: Risk

**Learning Objectives**:
- Find AI risks

## Treating risk

A treatment follows from an assessment.

### Case study: a bank

Its scoring model rejects the wrong people.

### What to do

Choose controls.

## Knowledge check

1. What follows from an assessment?

### Exercise: one risk

Write one down.

## Licence

MIT.

## Next steps

- **Module 3**: Support
- **Module 4**: Operation
"""


def test_a_module_is_cut_into_its_artefacts_with_their_lines(tmp_path):
    write(tmp_path, "m2.md", MODULE)
    pieces = read_source(tmp_path).pieces
    assert [(piece.pathway, piece.line, piece.title) for piece in pieces] == [
        ("outline", 1, "Module 2: Risk"),
        ("lesson", 6, "Treating risk"),
        ("scenario", 10, "Case study: a bank"),
        ("lesson", 14, "What to do"),
        ("lesson-quiz", 18, "Knowledge check"),
        (None, 26, "Licence"),
        ("outline", 30, "Next steps"),
    ]
    assert "".join(piece.text + "\n" for piece in pieces) == MODULE + "\n"


def test_a_file_that_is_one_artefact_stays_one_and_gives_up_its_rubric(tmp_path):
    text = "# Assignment brief\n\nAudit.\n\n## Task\n\nPlan.\n\n## Marking criteria\n\n40.\n\n## Dates\n\nMay.\n"
    write(tmp_path, "brief.md", text)
    assert [(piece.pathway, piece.line) for piece in read_source(tmp_path).pieces] == [
        ("assignment-brief", 1),
        ("rubric", 9),
        ("assignment-brief", 13),
    ]


def test_a_file_of_several_scenarios_gives_one_artefact_each(tmp_path):
    write(
        tmp_path,
        "scenarios.md",
        "# Scenarios\n\nThree.\n\n## Scenario 1\n\nOne.\n\n### Data\n\nX.\n\n## Scenario 2\n\nTwo.\n",
    )
    assert [(piece.pathway, piece.line) for piece in read_source(tmp_path).pieces] == [
        ("scenario", 1), ("scenario", 5), ("scenario", 13),
    ]  # fmt: skip


def test_a_heading_in_a_code_block_is_not_one(tmp_path):
    write(tmp_path, "lesson.md", "# Lesson 1\n\nText.\n\n```\n## Final exam\n```\n\nMore.\n")
    assert [piece.pathway for piece in read_source(tmp_path).pieces] == ["lesson"]


def test_a_readme_and_a_licence_are_unmapped(tmp_path):
    write(tmp_path, "README.md", "# About\n\nWords.\n")
    write(tmp_path, "LICENSE.txt", "Permission is granted.\n")
    write(tmp_path, "security-controls.md", "# Security controls\n\nWords.\n")
    assert {piece.path: piece.pathway for piece in read_source(tmp_path).pieces} == {
        "README.md": None, "LICENSE.txt": None, "security-controls.md": "lesson",
    }  # fmt: skip


def test_a_mapping_file_comes_before_structure(tmp_path):
    write(tmp_path, "week/one.md", "# Quiz\n\nQ.\n\n## Notes\n\nN.\n\n### Think about it\n\nT.\n\n### Rest\n\nR.\n")
    write(tmp_path, "old.md", "# Old\n\nO.\n")
    write(tmp_path, "assay-mapping.yaml", (
        "blueprint: [outline, lesson, scenario]\n"
        "standard: iso42001\n"
        "rules:\n"
        "  - {glob: '**/one.md', heading: 'think about *', pathway: scenario}\n"
        "  - {glob: 'one.md', pathway: unmapped, heading: rest}\n"
        "  - {glob: 'week/*', pathway: lesson}\n"
        "leave_out:\n"
        "  - {glob: 'old.md', reason: superseded}\n"
    ))  # fmt: skip
    source = read_source(tmp_path)
    assert [(piece.pathway, piece.line, piece.how) for piece in source.pieces] == [
        ("lesson", 1, "mapping"), ("scenario", 9, "mapping"), (None, 13, "mapping"),
    ]  # fmt: skip
    assert source.blueprint == ("outline", "lesson", "scenario")
    assert source.declared == {"standard": "iso42001"}
    assert [(note.code, note.path) for note in source.notes] == [("left-out", "old.md")]


def test_front_matter_declares_pathway_language_and_stamp(tmp_path):
    write(tmp_path, "a.md", "---\ntitle: Eine Lektion\nlang: de-AT\npathway: 18\n---\n\n# Anything\n\nText.\n")
    write(tmp_path, "b.md", (
        "---\ngeneration_meta: {route: assignment_brief, governance_version: gv1, at: '2026-05-01T10:00:00+00:00'}\n"
        "---\nText.\n"
    ))  # fmt: skip
    first, second = read_source(tmp_path).pieces
    assert (first.pathway, first.how, first.language, first.line) == ("scenario", "front-matter", "de", 1)
    assert first.text.startswith("---\ntitle: Eine Lektion")
    assert (second.pathway, second.how) == ("assignment-brief", "stamp")
    assert second.stamp.meta() == {
        "route": "assignment_brief", "governance_version": "gv1", "at": "2026-05-01T10:00:00+00:00",
    }  # fmt: skip


HTML = """<!doctype html>
<html lang="en"><head><title>Unit 1</title><style>p { color: red }</style>
<script>document.write("ISO 14001")</script></head>
<body><h1>Unit 1</h1>
<p>An <b>AI</b> system
is never alone.</p><img src="x.png" alt="A loop of four steps">
<h2>Final exam</h2>
<ol><li onclick="steal()">What is &amp; what is not?</li></ol>
<p hidden>Feedback: right.</p>
<input type="submit" value="Hand in"><iframe src="https://example.org/"></iframe>
</body></html>
"""


@pytest.mark.req("P-05")
def test_html_gives_its_words_and_alternative_texts_and_never_its_scripts(tmp_path):
    write(tmp_path, "unit.html", HTML)
    source = read_source(tmp_path)
    lesson, exam = source.pieces
    assert (lesson.pathway, exam.pathway) == ("lesson", "final-exam")
    assert "An AI system is never alone." in lesson.text
    assert "A loop of four steps" in lesson.text
    assert "What is & what is not?" in exam.text
    assert "Feedback: right." in exam.text
    assert "Hand in" in exam.text
    assert not any(word in lesson.text + exam.text for word in ("14001", "steal", "color"))
    assert {note.code for note in source.notes} == {"script", "embedded"}


def test_an_offset_in_html_text_leads_to_the_line_of_the_file(tmp_path):
    write(tmp_path, "unit.html", HTML)
    for piece in read_source(tmp_path).pieces:
        for words, line in (("An AI system", 5), ("A loop of four", 6), ("What is &", 8), ("Feedback", 9)):
            place = piece.text.find(words)
            assert place < 0 or piece.line_at(place) == line


def test_plain_text_knows_underlined_and_named_headings(tmp_path):
    write(
        tmp_path,
        "course.txt",
        "Module 1: Start\n===============\n\nText.\n\nCase study: a shop\n\nIt sells.\n\nQuiz\n----\n\n1. Why?\n",
    )
    assert [(piece.pathway, piece.line) for piece in read_source(tmp_path).pieces] == [
        ("lesson", 1), ("scenario", 6), ("lesson-quiz", 10),
    ]  # fmt: skip


lines = st.lists(
    st.sampled_from(["", "text", "# A", "## Quiz", "### Case study: x", "## Next steps", "- Module 1", "- Module 2",
         "```", "Title", "===", "---", "> # Q", "    # code", "<p>", "lang: en", "#### Deep", "\u2028odd\x0b", "* * *"]),
    max_size=25,
)  # fmt: skip


@given(lines)
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_sections_are_all_lines_each_once(parts):
    document = read_markdown("\n".join(parts), "f.md")
    sections = list(cut(document))
    assert sections[0].first == 0
    assert sections[-1].last == len(document.lines)
    assert all(before.last == after.first for before, after in pairwise(sections))


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r"), max_size=200))
@settings(max_examples=200)
def test_any_text_is_read_as_markdown_and_html_without_losing_a_line(text):
    assert "\n".join(read_markdown(text, "f.md").lines) == text
    document = read_html(text, "f.html")
    assert len(document.lines) == len(document.starts) or not document.lines


def test_every_offset_of_markdown_leads_to_its_line(tmp_path):
    write(tmp_path, "m2.md", MODULE)
    source = MODULE.split("\n")
    for piece in read_source(tmp_path).pieces:
        for offset, letter in enumerate(piece.text):
            assert letter == "\n" or letter in source[piece.line_at(offset) - 1]
        assert source[piece.line_at(0) - 1] == piece.text.split("\n")[0]


def test_a_bundle_gives_its_stamped_artefacts(tmp_path):
    meta = {"route": "lesson", "governance_version": "gv1", "at": "2026-05-01T10:00:00Z"}
    bundle = {
        "programme": {"title": "Lead auditor", "standard": "iso42001"},
        "artefacts": [
            {"key": "m1/lesson", "title": "One", "text": "Words.", "generation_meta": meta, "provenance": {"seed": 7}},
            {"key": "m1/brief", "pathway": 13, "title": "Two", "text": "Words.\r\nMore.", "media_type": "text/plain"},
            {"key": "m1/other", "title": "Three", "text": "Words."},
        ],
    }
    source = read_source(write(tmp_path, "b.json", json.dumps(bundle)))
    assert [(piece.key, piece.pathway) for piece in source.pieces] == [
        ("m1/lesson", "lesson"), ("m1/brief", "assignment-brief"), ("m1/other", None),
    ]  # fmt: skip
    assert source.pieces[0].stamp.meta() == meta
    assert source.pieces[0].stamp.provenance == {"seed": 7}
    assert source.pieces[1].text == "Words.\nMore."
    assert source.declared == {"title": "Lead auditor", "standard": "iso42001"}
