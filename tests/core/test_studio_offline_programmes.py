"""Programmes of the offline writer are whole, honest and worth a tutor's time: measured, not believed."""

from __future__ import annotations

import re
import time
from collections import Counter
from datetime import UTC, datetime
from fractions import Fraction
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from assay.studio.checks import figures_of
from assay.studio.composing.balance import guessing
from assay.studio.composing.bank import bank_of
from assay.studio.composing.checking import duplication
from assay.studio.composing.documents import drawing_of
from assay.studio.composing.questions import Questions
from assay.studio.context import context_build
from assay.studio.knowledge import plan_of, plans
from assay.studio.packaging.items import items_parse
from assay.studio.packaging.ordering import ordered
from assay.studio.pathways import PATHWAYS
from assay.studio.spine import programme_generate
from tests.families import by_turns

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
LEAST = {"lead-auditor": 400, "lead-implementer": 400, "integrated-internal-auditor": 250, "ai-literacy": 150}
_MADE = {}


def made(kind):
    if kind not in _MADE:
        plan = next(each for each in plans() if each.kind == kind)
        context = context_build(standard=plan.standard, kind=kind)
        started = time.monotonic()
        _MADE[kind] = context, tuple(programme_generate(context, at=AT)), time.monotonic() - started
    return _MADE[kind]


KINDS = pytest.mark.parametrize("kind", by_turns(LEAST, 4))


@pytest.mark.req("P-01", "R01", "R02")
@KINDS
def test_a_programme_goes_through_all_22_pathways_within_a_minute(kind):
    _, generated, seconds = made(kind)
    assert {each.piece.pathway for each in generated} == {pathway.slug for pathway in PATHWAYS}
    assert len({each.piece.key for each in generated}) == len(generated)
    assert seconds < 60


@pytest.mark.req("R01", "R71")
@KINDS
def test_its_figures_hold(kind):
    context, generated, _ = made(kind)
    figures = figures_of(context, generated)
    assert figures.faults(least_items=LEAST[kind]) == ()
    assert figures.duplication <= Fraction(1, 20)
    assert figures.held == 0, (
        "a passage waits for a person's reading: say the standard or the AI system in its sentence"
    )


@KINDS
def test_no_text_has_a_hole(kind):
    for each in made(kind)[1]:
        assert not re.search(r"\{\w*\}|\bNone[,)\]]|\.\.(?!\.)|lorem|TODO", each.piece.text), each.piece.key
        assert len(each.piece.text) > 150, each.piece.key


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (2, 3, 4, 5))])
def test_guessing_does_not_pay_whatever_the_seed(seed):
    items = bank_of(context_build(standard="iso42001", kind="lead-auditor", seed=seed))
    assert guessing(items).worst() <= Fraction(8, 100)
    assert len({item.stem for item in items}) == len(items) >= 400


def test_the_guessing_measure_sees_a_bank_that_gives_itself_away():
    items = bank_of(context_build(standard="iso42001", kind="lead-auditor"))
    told = [item.model_copy(update={"key": max(range(4), key=lambda at: len(item.options[at]))}) for item in items]
    assert guessing(told).longest > Fraction(3, 4)


def test_the_duplication_measure_sees_a_repeated_paragraph():
    text = "one two three four five six seven eight nine ten eleven twelve"
    assert duplication([text, text]) == Fraction(1, 2)
    assert duplication(["a b c"]) == 0


def test_the_bank_spreads_over_levels_clauses_and_objectives():
    items = bank_of(context_build(standard="iso42001", kind="lead-auditor"))
    levels = Counter(item.bloom for item in items)
    assert set(levels) == {"remember", "understand", "apply", "analyse", "evaluate", "create"}
    assert min(count for level, count in levels.items() if level != "create") >= 40
    assert levels["create"] >= 10
    assert {item.objective for item in items} == {"LO1", "LO2", "LO3", "LO4", "LO5"}
    assert len({item.clause for item in items}) >= 90


@KINDS
def test_every_kind_asks_for_more_than_memory(kind):
    levels = Counter(item.bloom for item in bank_of(made(kind)[0]))
    assert min(levels[level] for level in ("analyse", "evaluate")) >= 10
    assert levels["create"] >= 3
    assert levels["remember"] <= sum(levels.values()) // 4


def test_exams_hold_to_their_blueprint():
    _, generated, _ = made("lead-auditor")
    final = next(each.output for each in generated if each.piece.pathway == "final-exam")
    assert len(final.items) == 60
    assert {item.domain for item in final.items} == {f"D{number}" for number in range(1, 8)}
    assert len({item.stem for item in final.items}) == 60


@KINDS
def test_no_exam_takes_a_question_that_stands_elsewhere_with_its_answer(kind):
    generated = made(kind)[1]
    sets = {"practice": set(), "module-exam": set(), "final-exam": set()}
    for each in generated:
        if isinstance(each.output, Questions) and each.piece.pathway != "exam-bank-regeneration":
            name = each.piece.pathway if each.piece.pathway in sets else "practice"
            sets[name] |= {item.stem for item in each.output.items}
    taught = " ".join(each.piece.text for each in generated if each.piece.pathway in ("lesson", "assessment-explainer"))
    examined = sets["module-exam"] | sets["final-exam"]
    assert not sets["module-exam"] & sets["final-exam"]
    assert not examined & sets["practice"]
    assert not [stem for stem in examined if stem in taught]


@KINDS
def test_every_objective_is_examined_and_every_lesson_can_be_practised(kind):
    context, generated, _ = made(kind)
    final = next(each.output for each in generated if each.piece.pathway == "final-exam")
    assert {item.objective for item in final.items} == {each.id for each in plan_of(kind, context.standard).objectives}
    for each in generated:
        if each.piece.pathway == "lesson":
            assert (
                len(re.findall(r"^\d+\. .+[.?]$", each.piece.text.partition("## Check yourself")[2], re.MULTILINE)) >= 1
            )


def test_the_bank_of_the_auditor_does_not_lean_on_one_objective():
    items = bank_of(context_build(standard="iso42001", kind="lead-auditor"))
    shares = {name: Fraction(count, len(items)) for name, count in Counter(item.objective for item in items).items()}
    assert max(shares.values()) <= Fraction(3, 5)
    assert min(shares.values()) >= Fraction(1, 20)


def test_a_package_reads_from_the_first_day_to_the_last():
    rows = [
        SimpleNamespace(key=e.piece.key, title=e.piece.title, pathway_slug=e.piece.pathway)
        for e in made("lead-auditor")[1]
    ]
    placed = ordered(rows)
    parts = list(dict.fromkeys(part.split(":")[0] for part, _ in placed))
    days = [f"Day {day}" for day in range(6)]
    assert parts == ["Start", "Case companies", *days, "Practice and assignments", "Assessment and questions"]
    lessons = [row.key for _, row in placed if row.pathway_slug == "lesson"]
    assert lessons == sorted(lessons)
    assert (lessons[0], lessons[-1]) == ("day-1/s11/01-s-ai", "day-4/s44/02-s-surveillance")


def test_packages_read_the_same_questions_that_were_written():
    for each in made("lead-auditor")[1]:
        if isinstance(each.output, Questions):
            read = items_parse(each.piece.text)
            assert [item.stem for item in read] == [item.stem for item in each.output.items], each.piece.key
            assert [item.key for item in read] == [(item.key,) for item in each.output.items], each.piece.key


@pytest.mark.req("R72")
def test_drawings_are_svg_with_title_and_description_that_the_text_repeats():
    drawn = [each for each in made("lead-auditor")[1] if drawing_of(each.piece.text)]
    assert {each.piece.pathway for each in drawn} == {"smart-hotspots", "cover-image"}
    for each in drawn:
        root = ElementTree.fromstring(drawing_of(each.piece.text))
        told = {child.tag.rpartition("}")[2]: child.text for child in root if child.text}
        assert root.attrib["role"] == "img"
        assert f"*In words:* {told['desc']}" in each.piece.text


@pytest.mark.req("R05")
def test_every_case_company_lives_on_an_ai_system_and_brings_its_whole_pack():
    _, generated, _ = made("lead-auditor")
    keys = {each.piece.key for each in generated if each.piece.pathway == "scenario"}
    companies = {key.split("/")[1] for key in keys}
    assert len(companies) == 4
    assert keys == {
        f"cases/{name}/{part}" for name in companies for part in ("company", "soa", "risks", "impacts", "log")
    }
    soa = next(each.piece.text for each in generated if each.piece.key == "cases/northgate/soa")
    assert len(re.findall(r"^\| A\.\d", soa, re.MULTILINE)) == 38
