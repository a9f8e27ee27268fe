"""Defects that a tutor found by reading, and that a machine can see: each stays found."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import UTC, datetime
from functools import cache

import pytest

from assay.catalog import load_catalog
from assay.studio.composing.balance import content_words
from assay.studio.composing.bank import bank_of
from assay.studio.composing.packs import LINES, pack
from assay.studio.context import context_build
from assay.studio.knowledge import cases, exercises, plans
from assay.studio.packaging.book import Run, shares_of
from assay.studio.pathways import BY_SLUG
from assay.studio.spine import generate

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
PLANS = {plan.kind: plan for plan in plans()}
KINDS = pytest.mark.parametrize("kind", list(PLANS))
LESSONS = ("lesson", "lesson-regeneration")


def context_of(kind, seed=0):
    return context_build(standard=PLANS[kind].standard, kind=kind, seed=seed)


@cache
def lessons(kind):
    """Key to text of the lessons of a kind."""
    context = context_of(kind)
    tasks = [(slug, task) for slug in LESSONS for task in BY_SLUG[slug].generator.plan(context)]
    return {task.key: generate(slug, context, task, at=AT).piece.text for slug, task in tasks}


def table(key, part, seed=0):
    document = pack(next(case for case in cases() if case.key == key), part, seed)
    return next(part.table for part in document.parts if part.table).rows


def sentences(text):
    prose = [line.strip("-> *0123456789.") for line in text.split("\n") if line and not line.startswith(("#", "|"))]
    return {each for line in prose for each in re.split(r"(?<=[.?!])\s+", line) if len(each.split()) >= 8}


@KINDS
def test_no_sentence_stands_in_two_lessons(kind):
    found = defaultdict(set)
    for key, text in lessons(kind).items():
        for sentence in sentences(text):
            found[sentence].add(key)
    assert not [(sentence, keys) for sentence, keys in found.items() if len(keys) > 1]


@KINDS
def test_no_two_lessons_are_headed_alike(kind):
    heads = [text.split("\n", 1)[0] for text in lessons(kind).values()]
    assert len(set(heads)) == len(heads)


@KINDS
def test_the_key_of_a_written_question_speaks_the_words_of_its_lesson(kind):
    for item in bank_of(context_of(kind)):
        lesson = content_words(lessons(kind)[item.evidence.lesson])
        assert (content_words(item.right) | content_words(item.because)) & lesson, item.stem
        assert item.right.strip(".").casefold() != item.stem.strip("?").casefold()


@KINDS
def test_every_exercise_serves_an_objective_of_its_course_on_one_of_its_days(kind):
    plan = PLANS[kind]
    placed = exercises(plan.exercises)
    assert {each.lo for each in placed} == {each.id for each in plan.objectives}
    assert {each.day for each in placed} <= {day.day for day in plan.days}


@KINDS
def test_an_exam_is_as_long_as_its_course_says(kind):
    context = context_of(kind)
    (task,) = BY_SLUG["final-exam"].generator.plan(context)
    output = BY_SLUG["final-exam"].generator.compose(context, task)
    assert len(output.items) == PLANS[kind].exam
    assert {item.domain for item in output.items} == {each.id for each in PLANS[kind].domains}


def test_no_reason_for_leaving_a_control_out_says_that_one_cannot():
    items = [item for item in bank_of(context_of("lead-auditor")) if item.form == "exclusion"]
    assert items
    assert not [item.right for item in items if re.match(r"Practically never|Hard to|Rarely|Only if no", item.right)]


def test_items_that_ask_where_something_belongs_do_not_rule_the_bank():
    items = bank_of(context_of("lead-auditor"))
    pointing = [item for item in items if item.form in ("ask", "asked", "shown", "document")]
    assert len(pointing) <= len(items) // 4


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_what_is_planted_in_the_logs_is_there_whatever_the_seed(seed):
    northgate, radiant, kestrel, parley = (
        table(key, "log", seed) for key in ("northgate", "radiant", "kestrel", "parley")
    )
    assert [row[1] for row in northgate if not row[2]] == ["20404", "20417", "20433", "20446", "20459"]
    saturday = [row for row in radiant if row[0].startswith("Sat") and row[4] == "overridden"]
    assert len(saturday) >= 2
    assert {row[5] for row in saturday} == {""}
    assert {row[0][:5] for row in kestrel if row[2] == "4.0"} == {"2 May"}
    assert len([row for row in parley if row[3] == "bill credit promised" and not row[4]]) == 4
    assert {len(rows) for rows in (northgate, radiant, kestrel, parley)} == {LINES}


@pytest.mark.parametrize("key", [case.key for case in cases()])
def test_a_case_agrees_with_itself(key):
    case = next(case for case in cases() if case.key == key)
    phases = {phase.name for phase in load_catalog().lifecycle.phases}
    assert {risk.at for risk in case.risks} <= phases
    decisions = range(case.log.first, case.log.first + LINES)
    assert {*case.log.changed, *case.log.blank, *case.log.lost, *map(int, case.log.fixed)} <= set(decisions)
    assert all(any(told.startswith(version) for told in case.versions) for version in case.log.running)
    assert not re.search(r"\bis treated with it\b.*\bbecause\b|^because", " ".join(row[3] for row in table(key, "soa")))


@KINDS
def test_lessons_and_exercises_cite_only_what_stands_in_a_pack(kind):
    known = {risk.id for case in cases() for risk in case.risks}
    logged = {str(case.log.first + line) for case in cases() for line in range(LINES)}
    told = " ".join(lessons(kind).values()) + " ".join(each.setting for each in exercises(PLANS[kind].exercises))
    assert set(re.findall(r"\bR-\d\d\b", told)) <= known
    assert set(re.findall(r"[Dd]ecision (\d{4,5})\b", told)) <= logged


def test_companies_do_not_give_the_same_reasons_for_their_controls():
    own = [{row[3].replace(case.system, "it") for row in table(case.key, "soa")} for case in cases()]
    shared = [len(one & other) for at, one in enumerate(own) for other in own[:at]]
    assert max(shared) <= 24


def test_a_column_of_a_printed_table_has_room_for_its_longest_word():
    rows = [[(Run("Reason"),), (Run("Day"),)], [(Run("a sentence that is long " * 9),), (Run("2026-11-20"),)]]
    wide, narrow = shares_of(rows)
    assert wide > narrow > len("2026-11-20")
    assert shares_of([]) == ()
