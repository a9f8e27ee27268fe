"""A course audits its own platform: the report of a sweep becomes material of its capstone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest
from django.test import Client

from assay.accounts.access import Actor
from assay.assurance.models import FindingRow
from assay.core.errors import NotFound
from assay.studio.models import Artefact, Programme, SweepReport
from assay.studio.portfolio.material import report_load, report_material
from assay.studio.portfolio.queries import body_of
from assay.studio.portfolio.services import line_sweep, report_record
from assay.studio.services import pieces_import, programme_create
from tests.rooms.studio_material import HONEST, piece, verify_detectors

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(asha: Actor, now: datetime) -> Programme:
    verify_detectors(asha, now)
    row = programme_create(actor=asha, title="Lead Auditor", standard="iso42001", now=now)
    pieces_import(actor=asha, programme=row, pieces=[piece("capstone", HONEST)], now=now)
    return row


@pytest.fixture
def report(asha: Actor, programme: Programme, now: datetime) -> SweepReport:
    line = line_sweep(actor=asha, programme=programme, now=now)
    return report_record(job=uuid4(), actor=asha, lines=[line], now=now)


@pytest.mark.req("R69")
def test_the_button_makes_the_report_capstone_material_once(
    asha: Actor, programme: Programme, report: SweepReport, client_of: Callable[..., Client]
) -> None:
    browser = client_of(asha)
    assert "Load it as capstone material" in browser.get(f"/sweeps/{report.number}").content.decode()
    for _ in range(2):
        answer = browser.post(f"/sweeps/{report.number}/material", {"programme": programme.slug}, follow=True)
        assert answer.status_code == 200
    row = Artefact.objects.get(programme=programme, key=f"capstone-material/sweep-{report.number}")
    body = body_of(report)
    assert (row.pathway_slug, row.version) == ("scenario", 1)
    for told in (report.digest, body["verdict"], f"| programme_count | {body['programme_count']} |", "| 1 | "):
        assert told in row.text
    assert row.text == report_material(body, report.digest)


@pytest.mark.req("R69")
def test_the_material_itself_is_free_of_drift(
    asha: Actor, programme: Programme, report: SweepReport, now: datetime
) -> None:
    loaded = report_load(actor=asha, report=report, programme=programme, now=now)
    rows = FindingRow.objects.filter(surface=programme.surface, cell_key=loaded.artefact.key, defect=True)
    assert loaded.summary.measured
    assert [row.quote for row in rows] == []


def test_it_goes_into_no_programme_of_others_and_readers_load_nothing(
    asha: Actor, chen: Actor, dora: Actor, programme: Programme, report: SweepReport, now: datetime,
    client_of: Callable[..., Client],
) -> None:  # fmt: skip
    other = programme_create(actor=dora, title="Other", standard="iso42001", now=now)
    with pytest.raises(NotFound):
        report_load(actor=asha, report=report, programme=other, now=now)
    answer = client_of(chen).post(f"/sweeps/{report.number}/material", {"programme": programme.slug})
    assert answer.status_code == 404
    assert client_of(asha).post(f"/sweeps/{report.number}/material", {"programme": "absent"}).status_code == 404
    assert not Artefact.objects.filter(key__startswith="capstone-material/").exists()
