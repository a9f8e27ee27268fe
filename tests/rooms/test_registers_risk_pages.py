"""Risks as a matrix and in money: every risk in its field, the line where the criteria put it, figures that repeat."""

import json
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assay.accounts.access import Actor
from assay.core.errors import InvalidInput
from assay.core.quantify import Exposure, Range, simulate
from assay.registers.models import Record
from assay.registers.queries.losses import loss_page
from assay.registers.queries.risks import matrix_page
from assay.registers.queries.standing import held
from assay.registers.registry import register_of
from assay.registers.services import record_create, record_link, record_move, record_update
from tests.rooms.registers_material import data_of, record_of

BASE = {"kind": "risk", "source": "model", "event": "It fails.", "causes": "Many.", "consequence_text": "Loss."}
RANGES = {"yearly_low": 100, "yearly_high": 900, "loss_low": 1_000, "loss_high": 40_000}


def risk(actor: Actor, now: datetime, title: str, **data: object) -> Record:
    return record_create(actor=actor, register="risks", title=title, data={**BASE, **data}, now=now)


def criteria(actor: Actor, now: datetime, **data: object) -> Record:
    given = data_of(register_of("risk-criteria"), actor, now) | data
    return record_create(actor=actor, register="risk-criteria", title="Method", data=given, now=now)


@pytest.mark.req("M-03")
def test_every_risk_stands_in_its_field_on_both_sides(asha: Actor, now: datetime) -> None:
    criteria(asha, now, appetite=8, review_level=15)
    risk(asha, now, "High", likelihood=4, consequence=5)
    low = risk(asha, now, "Low", likelihood=2, consequence=2)
    risk(asha, now, "Unknown")
    risk(asha, now, "Chance", kind="opportunity", likelihood=5, consequence=5)
    page = matrix_page(held(asha.organization, today=now.date()))
    before, after = page.matrices
    placed = {
        (cell.likelihood, cell.consequence): [row.title for row in cell.risks]
        for _label, cells in before.rows
        for cell in cells
        if cell.risks
    }
    assert placed == {(4, 5): ["High"], (2, 2): ["Low"]}
    assert [row.title for row in before.missing] == ["Unknown"]
    assert len(after.missing) == 3
    assert page.sentence.startswith("3 open risks: 1 above the appetite")
    assert [line.risk.title for line in page.lines if line.above] == ["High"]
    only = matrix_page(held(asha.organization, today=now.date()), cell="before.2.2")
    assert [line.risk.id for line in only.lines] == [low.pk]


@pytest.mark.parametrize("appetite", [1, 3, 8, 12, 25])
def test_the_line_of_appetite_parts_the_fields_above_from_those_below(
    appetite: int, asha: Actor, now: datetime
) -> None:
    criteria(asha, now, appetite=appetite, review_level=20)
    rows = matrix_page(held(asha.organization, today=now.date())).matrices[0].rows
    cells = {(cell.likelihood, cell.consequence): cell for _label, line in rows for cell in line}
    for (up, along), cell in cells.items():
        assert cell.above == (up * along > appetite)
        assert cell.left == (along > 1 and cell.above and not cells[up, along - 1].above)
        assert cell.foot == (up > 1 and cell.above and not cells[up - 1, along].above)


def test_an_organization_without_criteria_is_told_so(asha: Actor, now: datetime) -> None:
    risk(asha, now, "High", likelihood=5, consequence=5)
    page = matrix_page(held(asha.organization, today=now.date()))
    assert "no criteria say how much is tolerable" in page.sentence
    assert not any(cell.above for _label, cells in page.matrices[0].rows for cell in cells)


@pytest.mark.req("M-03")
def test_losses_follow_from_ranges_seed_and_years_alone(asha: Actor, now: datetime) -> None:
    criteria(asha, now, appetite=8, review_level=15, loss_limit=20_000, loss_chance=5)
    row = risk(asha, now, "Costly", **RANGES)
    risk(asha, now, "Silent")
    found = held(asha.organization, today=now.date())
    page = loss_page(found, seed=7, runs=1_000)
    expected = simulate((Exposure(f"risk {row.number}", Range(100, 900), Range(1_000, 40_000)),), seed=7, runs=1_000)
    assert page.sides[0].found == expected
    assert len(page.sides) == 1
    over = page.sides[0].over_limit
    assert over is not None
    assert over.value == sum(1 for each in expected.losses if each > 20_000) / 1_000
    assert [why for _risk, why in page.silent] == ["It has no ranges."]
    again, other = loss_page(found, seed=7, runs=1_000), loss_page(found, seed=8, runs=1_000)
    assert (again.mark, again.figures) == (page.mark, page.figures)
    assert other.mark != page.mark
    assert other.figures != page.figures


def test_after_treatment_only_what_was_estimated_is_lower(asha: Actor, now: datetime) -> None:
    row = risk(asha, now, "Costly", **RANGES)
    kept = risk(asha, now, "Kept", **RANGES)
    lower = {"residual_yearly_low": 10, "residual_yearly_high": 90}
    with pytest.raises(InvalidInput, match="no treatment is linked"):
        record_update(record=row, actor=asha, data=lower, now=now)
    treatment = record_of("treatments", asha, now)
    record_link(record=treatment, field="risks", target=f"record:{row.pk}", actor=asha, now=now)
    row.refresh_from_db()
    record_update(record=row, actor=asha, data=lower, now=now)
    page = loss_page(held(asha.organization, today=now.date()), runs=1_000)
    after = {each.risk.title: each.after for each in page.contributions}
    assert after["Kept"] is None
    assert after["Costly"] is not None
    assert after["Costly"] < next(each.before for each in page.contributions if each.risk.title == "Costly")
    before, left = page.sides
    assert all(one >= two for one, two in zip(before.found.losses, left.found.losses, strict=True))
    assert dict(before.found.sums)[f"risk {kept.number}"] == dict(left.found.sums)[f"risk {kept.number}"]


def test_a_closed_risk_is_in_neither_view(asha: Actor, ben: Actor, now: datetime) -> None:
    kept = {"residual_likelihood": 3, "residual_consequence": 3, "option": "retain", "acceptance": "Small."}
    row = risk(asha, now, "Over", likelihood=3, consequence=3, basis="Seen.", **kept, **RANGES)
    for state, actor in (("assessed", asha), ("accepted", ben), ("closed", asha)):
        row = record_move(record=row, to=state, actor=actor, now=now)
    found = held(asha.organization, today=now.date())
    assert matrix_page(found).lines == ()
    assert loss_page(found).sides == ()


@pytest.mark.parametrize("name", ["risk-matrix", "risk-losses"])
def test_pages_say_what_they_show_and_export_it(
    name: str, asha: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    criteria(asha, now, appetite=8, review_level=15, loss_limit=20_000, loss_chance=5)
    risk(asha, now, "Costly <b>", likelihood=5, consequence=5, **RANGES)
    client = client_of(asha)
    with CaptureQueriesContext(connection) as captured:
        page = client.get(reverse(name)).content.decode()
    assert len(captured) <= 12
    assert "Costly &lt;b&gt;" in page
    assert client.get(reverse(name) + "?format=csv").content.decode().count("\n") >= 2
    assert client.get(reverse(name) + "?format=xlsx").content[:2] == b"PK"
    assert client.get(reverse(name) + "?seed=-1&runs=9e9&cell=before.9.9&kind=x&system=y").status_code == 200


def test_the_json_of_losses_is_enough_to_repeat_them(
    asha: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    risk(asha, now, "Costly", **RANGES)
    body = json.loads(client_of(asha).get(reverse("risk-losses") + "?format=json&seed=3&runs=1000").content)
    exposures = tuple(Exposure(each["key"], Range(*each["rate"]), Range(*each["loss"])) for each in body["before"])
    again = simulate(exposures, seed=body["seed"], runs=body["runs"])
    assert body["results"]["before"]["mean"][0] == again.mean.value
    assert [row[1] for row in body["results"]["before"]["exceeding"]] == [
        again.exceeding(row[0]).value for row in body["results"]["before"]["exceeding"]
    ]
