"""A verdict without one of its parts, or with parts that contradict each other, cannot be built, stored or shown."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings

from assay.core.canonical import canonical_bytes
from assay.core.errors import InvalidInput
from assay.core.reading import csv_columns, csv_row, glyph_of, sentence, silent_about, terminal
from assay.core.stored import verdict_from_bytes, verdict_from_json, verdict_schema
from assay.core.verdict import Level, State, Verdict

from .worlds import World, plain_world, worlds

pytestmark = pytest.mark.req("P-09")
VERDICT = plain_world({"lesson": 50, "rubric": 10}).verdict()
PARTS = [field.name for field in fields(Verdict)]
SCHEMA = jsonschema.Draft202012Validator(verdict_schema())


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in the data that could be left out."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        if isinstance(value, dict) and path[-1:] not in (("unmeasured",), ("sensitivity",)):
            yield (*path, key)
        yield from places(item, (*path, key))


def without(value: Any, path: tuple[str | int, ...]) -> Any:
    changed = copy.deepcopy(value)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return changed


@pytest.mark.parametrize("part", PARTS)
def test_the_constructor_demands_each_part(part: str) -> None:
    given_parts = {name: getattr(VERDICT, name) for name in PARTS if name != part}
    with pytest.raises(TypeError):
        Verdict(**given_parts)


@pytest.mark.parametrize("part", [name for name in PARTS if name != "at"])
def test_nothing_cannot_stand_for_a_part(part: str) -> None:
    with pytest.raises(InvalidInput):
        replace(VERDICT, **{part: None})


COVERAGE_LIES: list[dict[str, Any]] = [
    {"value": Fraction(1, 2)},
    {"level": Level.LOW},
    {"weakest": ("lesson", Fraction(1, 2))},
    {"weakest": None},
    {"strata_measured": 1},
    {"strata_total": 22},
    {"absent": ("rubric",)},
    {"cells": 61},
    {"measured": 59},
    {"unmeasured": {"not_run": 1}},
    {"by_stratum": VERDICT.coverage.by_stratum[:1]},
    {"by_stratum": VERDICT.coverage.by_stratum * 2},
    {"by_stratum": (replace(VERDICT.coverage.by_stratum[0], measured=51), VERDICT.coverage.by_stratum[1])},
    {"by_stratum": (replace(VERDICT.coverage.by_stratum[0], unmeasured_reasons={"lost": 1}),)},
]
CONTENT_LIES: list[dict[str, Any]] = [
    {"found": 1},
    {"blocking": 1},
    {"residual": -1},
    {"residual": 0},
    {"residual_simultaneous": 0},
    {"remaining": 0},
    {"level": Level.MEDIUM},
    {"sensitivity": {}},
    {"sensitivity": {"lesson": "0.9", "rubric": "0.940370"}},
]


@pytest.mark.parametrize("lie", COVERAGE_LIES, ids=str)
def test_coverage_that_contradicts_itself_is_refused(lie: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        replace(VERDICT, coverage=replace(VERDICT.coverage, **lie))


@pytest.mark.parametrize("lie", CONTENT_LIES, ids=str)
def test_content_that_contradicts_coverage_is_refused(lie: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        replace(VERDICT, content=replace(VERDICT.content, **lie))


@pytest.mark.parametrize(
    "lie",
    [
        {"state": State.FAIL},
        {"state": State.STALE, "reasons": ("expired",)},
        {"state": State.UNPROVEN, "reasons": ("coverage_not_high",)},
        {"reasons": ("unheard_of",)},
        {"governance": "gv2"},
        {"governance": ""},
        {"surface": ""},
        {"position": -1},
        {"at": datetime(2026, 11, 21)},  # noqa: DTZ001 - a time without a zone is what must be refused
        {"freshness": replace(VERDICT.freshness, oldest=None)},
        {"strength": replace(VERDICT.strength, lowest=None)},
        {"strength": replace(VERDICT.strength, observed_share=Fraction(2))},
    ],
    ids=str,
)
def test_a_state_or_part_that_does_not_follow_is_refused(lie: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        replace(VERDICT, **lie)


def test_an_unproven_surface_cannot_be_called_a_pass() -> None:
    world = plain_world({"lesson": 50, "rubric": 10})
    unproven = world.but(measurements=world.measurements[:25]).verdict()
    with pytest.raises(InvalidInput):
        replace(unproven, state=State.PASS, reasons=())
    with pytest.raises(InvalidInput):
        replace(unproven, reasons=())


@pytest.mark.parametrize("path", list(places(VERDICT.to_json())), ids=str)
def test_schema_and_reader_refuse_a_verdict_with_anything_left_out(path: tuple[str | int, ...]) -> None:
    halved = without(VERDICT.to_json(), path)
    assert not SCHEMA.is_valid(halved)
    with pytest.raises(InvalidInput):
        verdict_from_json(halved)


@pytest.mark.parametrize("extra", [(), ("coverage",), ("content",), ("policy",), ("coverage", "by_stratum", 0)])
def test_schema_and_reader_refuse_what_they_do_not_know(extra: tuple[str | int, ...]) -> None:
    data = VERDICT.to_json()
    inner: Any = data
    for key in extra:
        inner = inner[key]
    inner["also"] = 1
    assert not SCHEMA.is_valid(data)
    with pytest.raises(InvalidInput):
        verdict_from_json(data)


def test_the_schema_refuses_a_pass_without_high_coverage_or_with_a_defect() -> None:
    data = VERDICT.to_json()
    assert SCHEMA.is_valid(data)
    low, found = copy.deepcopy(data), copy.deepcopy(data)
    low["coverage"]["level"] = "low"
    found["content"]["found"] = 1
    assert not SCHEMA.is_valid(low)
    assert not SCHEMA.is_valid(found)
    assert not SCHEMA.is_valid({**data, "state": "unproven"})


@settings(max_examples=100, deadline=None)
@given(world=worlds)
def test_every_verdict_fulfils_the_schema_and_reads_back_to_the_byte(world: World) -> None:
    verdict = world.verdict()
    SCHEMA.validate(verdict.to_json())
    assert verdict_from_bytes(verdict.to_bytes()) == verdict
    assert len(csv_row(verdict)) == len(csv_columns())


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b'{"format":"assay-verdict/1"}', b"\xff"])
def test_other_bytes_are_no_verdict(data: bytes) -> None:
    with pytest.raises(InvalidInput):
        verdict_from_bytes(data)


def test_bytes_that_are_not_canonical_are_refused() -> None:
    with pytest.raises(InvalidInput):
        verdict_from_bytes(canonical_bytes(VERDICT.to_json()) + b"\n")


@pytest.mark.parametrize("show", [glyph_of, sentence, silent_about, terminal, csv_row])
@pytest.mark.parametrize("part", [None, VERDICT.state, VERDICT.coverage, VERDICT.content, {"state": "pass"}])
def test_no_part_of_a_verdict_can_be_shown_alone(show: Callable[[Any], object], part: object) -> None:
    with pytest.raises(InvalidInput):
        show(part)
