"""Rows about verdicts and the criterion: two axes in every verdict on every page, one criterion that flips."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from fractions import Fraction

import jsonschema
import pytest
from django.test import Client

from assay.accounts.access import Actor
from assay.assurance.queries import verdict_latest
from assay.core.stored import verdict_from_bytes, verdict_schema
from assay.studio.criterion import NAME, consistency
from assay.studio.pathways import PATHWAYS
from assay.studio.services import artefact_accept
from tests.rooms.studio_material import DRIFTED, HONEST, programme_of, verify_detectors

pytestmark = pytest.mark.django_db(transaction=True)
SOME = [13, 16]
ONE_NUMBER = re.compile(r"score|grade|rating|overall|index_value", re.IGNORECASE)


@pytest.fixture
def ben(ben: Actor, now: datetime) -> Actor:
    verify_detectors(ben, now)
    return ben


@pytest.mark.req("R03")
@pytest.mark.parametrize(
    "number",
    [each.number if each.number in SOME else pytest.param(each.number, marks=pytest.mark.slow) for each in PATHWAYS],
)
def test_one_transplanted_passage_in_any_artefact_flips_the_criterion(number: int, ben: Actor, now: datetime) -> None:
    programme = programme_of(ben, now)
    assert NAME == "standard-family consistency"
    assert consistency(programme).state == "pass"
    slug = PATHWAYS[number - 1].slug
    given = {"key": slug, "pathway": slug, "title": slug, "text": f"{HONEST}\n\n{DRIFTED}"}
    artefact_accept(actor=ben, programme=programme, stamped=given, now=now + timedelta(minutes=1))
    found = consistency(programme)
    assert (found.state, found.open_defects > 0) == ("fail", True)


@pytest.mark.req("R03", "R16")
def test_the_criterion_stands_on_the_page_with_how_far_was_looked(
    ben: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    programme = programme_of(ben, now)
    page = " ".join(client_of(ben).get(f"/programmes/{programme.slug}").content.decode().split())
    assert "Standard-family consistency" in page
    assert "pass: nothing found, and 100 % was looked at" in page


@pytest.mark.req("R17", "R19")
def test_no_verdict_is_valid_without_both_axes_and_no_field_merges_them(
    ben: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    row = verdict_latest(programme_of(ben, now).surface)
    assert row is not None
    value = verdict_from_bytes(bytes(row.body)).to_json()
    check = jsonschema.Draft202012Validator(verdict_schema())
    check.validate(value)
    for axis in ("coverage", "content"):
        assert not check.is_valid({name: part for name, part in value.items() if name != axis})
    assert not [name for name in _names(value) if ONE_NUMBER.search(name)]
    answer = client_of(ben).get("/api/v1/programmes/course/score")
    assert answer.status_code in (401, 404)


@pytest.mark.req("R23", "R24")
@pytest.mark.parametrize("path", ["/", "/programmes/course", "/programmes/course/publish"])
def test_every_verdict_on_a_page_says_how_much_was_looked_at_and_what_may_remain(
    path: str, ben: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    programme = programme_of(ben, now)
    page = client_of(ben).get(path).content.decode()
    glyphs = re.findall(r"<svg[^>]*>\s*<title[^>]*>([^<]*coverage[^<]*)</title>", page) or re.findall(
        r'aria-label="([^"]*coverage[^"]*)"', page
    )
    assert glyphs
    for told in glyphs:
        assert re.search(r"coverage \d+ %, \d+ of \d+ pathways", told), told
        assert re.search(r"may remain", told), told
    row = verdict_latest(programme.surface)
    assert row is not None
    if path == "/programmes/course":
        verdict = verdict_from_bytes(bytes(row.body))
        assert f"{verdict.coverage.measured} of {verdict.coverage.cells} cells" in page
        assert Fraction(verdict.coverage.value) == Fraction(verdict.coverage.measured, verdict.coverage.cells)
        assert f"{now:%Y-%m-%d}" in page


def _names(value: object) -> list[str]:
    """All names in the data, at any depth."""
    if isinstance(value, dict):
        return [*map(str, value), *(name for each in value.values() for name in _names(each))]
    return [name for each in value for name in _names(each)] if isinstance(value, list) else []
