"""Lists and maps: few queries however many surfaces, colours derived from facts."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assay.accounts.access import Actor
from assay.assurance import queries, services
from assay.assurance.maps import colour_of, surface_map
from assay.assurance.models import Surface
from tests.rooms import surfaces as cast

pytestmark = pytest.mark.django_db(transaction=True)
TEXTS: dict[str, str | None] = {"lesson:1": cast.DRIFT, "lesson:2": cast.HONEST, "final-exam:1": cast.CLEAN}


def swept(by: Actor, now: datetime, key: str) -> Surface:
    surface = cast.make_surface(by, now, key=key, title=f"Course {key}")
    cast.measure(surface, TEXTS, by, now)
    services.verdict_refresh(surface=surface, now=now)
    return surface


def queries_of(by: Actor) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        queries.portfolio_rows(by)
    return len(captured)


def test_the_portfolio_takes_three_queries_for_one_surface_and_for_six(asha: Actor, now: datetime) -> None:
    swept(asha, now, "a")
    assert queries_of(asha) == 3
    for key in "bcdef":
        swept(asha, now, key)
    assert queries_of(asha) == 3


def test_a_row_carries_verdict_glyph_and_open_findings(asha: Actor, now: datetime) -> None:
    cast.plant(asha, now)
    swept(asha, now, "a")
    (row,) = queries.portfolio_rows(asha, kind="programme")
    assert row.verdict is not None
    assert row.glyph is not None
    assert (row.verdict.state, row.glyph.texture, row.weakest_title) == ("fail", "crossed", "Lesson")
    assert (row.open.a, row.open.b, row.open.c) == (1, 0, 1)


def test_a_portfolio_is_searched_and_filtered(asha: Actor, now: datetime) -> None:
    swept(asha, now, "a")
    cast.make_surface(asha, now, key="b", title="Another course")
    assert [row.key for row in queries.portfolio_rows(asha, search="another")] == ["b"]
    assert [row.key for row in queries.portfolio_rows(asha, state="none")] == ["b"]
    assert [row.key for row in queries.portfolio_rows(asha, state="fail")] == ["a"]
    assert queries.portfolio_rows(asha, kind="model") == []


def test_findings_are_filtered_and_searched(asha: Actor, now: datetime) -> None:
    surface = swept(asha, now, "a")
    listed = [(finding.bucket, finding.cell_key) for finding in queries.finding_list(actor=asha, surface=surface)]
    assert listed == [("A", "lesson:1"), ("C", "lesson:2")]
    assert queries.finding_list(actor=asha, search="14001").count() == 1
    assert queries.finding_list(actor=asha, stratum="final-exam").count() == 0
    assert queries.finding_counts(actor=asha, surface=surface) == queries.OpenCounts(a=1, c=1)


@pytest.mark.req("R11")
@pytest.mark.parametrize(
    ("cells", "governed", "audited", "colour"),
    [
        (3, True, True, "green"),
        (3, True, False, "amber"),
        (3, False, True, "amber"),
        (3, False, False, "red"),
        (0, False, False, "empty"),
    ],
)
def test_the_colour_of_a_stratum_follows_from_two_facts(cells: int, governed: bool, audited: bool, colour: str) -> None:
    assert colour_of(cells=cells, governed=governed, audited=audited) == colour


@pytest.mark.req("R09", "R36")
def test_a_map_says_what_is_governed_and_what_is_audited(asha: Actor, now: datetime) -> None:
    cast.plant(asha, now)
    surface = cast.make_surface(asha, now)
    cells = [
        cast.spec("lesson:1", cast.CLEAN, "lesson", governance="gv1"),
        cast.spec("final-exam:1", cast.CLEAN, "final-exam"),
    ]
    services.cells_replace(surface=surface, cells=cells, by=asha, now=now)
    first = cast.items({"lesson:1": cast.CLEAN})
    services.surface_measure(surface=surface, items=first, by=asha, now=now, workers=1)
    services.verdict_refresh(surface=surface, now=now)
    lesson, exam, brief = surface_map(surface).strata
    assert (lesson.colour, lesson.governed, lesson.audited, lesson.stamped) == ("green", True, True, 1)
    assert (exam.colour, exam.governed, exam.audited) == ("red", False, False)
    assert (brief.colour, brief.cells) == ("empty", 0)


@pytest.mark.req("R10")
def test_a_raised_governance_version_leaves_the_old_stamps_behind(asha: Actor, now: datetime) -> None:
    cast.plant(asha, now)
    surface = cast.make_surface(asha, now)
    cells = [cast.spec("lesson:1", cast.CLEAN, "lesson", governance="gv1")]
    services.cells_replace(surface=surface, cells=cells, by=asha, now=now)
    services.surface_measure(surface=surface, items=cast.items({"lesson:1": cast.CLEAN}), by=asha, now=now, workers=1)
    before = services.verdict_refresh(surface=surface, now=now)
    surface = cast.make_surface(asha, now, governance="gv2")
    services.verdict_refresh(surface=surface, now=now)
    assert surface_map(surface).strata[0].colour == "red"
    assert surface_map(surface, at=before.position).strata[0].colour == "green"


@pytest.mark.req("R12")
def test_the_map_of_a_past_position_is_what_it_was(asha: Actor, now: datetime) -> None:
    cast.plant(asha, now)
    surface = cast.make_surface(asha, now)
    cast.put(surface, TEXTS, asha, now)
    lessons = [item for item in cast.items(TEXTS) if item.cell_key.startswith("lesson")]
    services.surface_measure(surface=surface, items=lessons, by=asha, now=now, workers=1)
    before = services.verdict_refresh(surface=surface, now=now)
    then = surface_map(surface)
    later = now + timedelta(days=1)
    cast.measure(surface, TEXTS | {"assignment-brief:1": cast.CLEAN}, asha, later)
    services.verdict_refresh(surface=surface, now=later)
    assert surface_map(surface, at=before.position) == then
    assert surface_map(surface).count("empty") == 0
