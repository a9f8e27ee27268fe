"""Pages say one true sentence, name what was not looked at, and cost a bounded number of queries."""

import csv
import io
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assay.assurance import canarying, stats
from assay.assurance.models import CanaryRow
from assay.studio.services import artefact_accept, programme_create, programme_sweep
from tests.families import by_turns
from tests.rooms.samples.reports import BRIEF, NEW_BRIEF, plant
from tests.rooms.url_samples import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(asha, chen, dora, now):
    made = World(asha=asha, chen=chen, dora=dora, now=now)
    plant(made)
    return made


def made_programme(world, title, *stamped):
    programme = programme_create(actor=world.asha, title=title, standard="iso42001", now=world.now)
    for each in stamped:
        artefact_accept(actor=world.asha, programme=programme, stamped=each, now=world.now)
    programme_sweep(actor=world.asha, programme=programme, now=world.now, workers=1)
    return programme


def test_a_new_organization_waits_neither_for_canaries_nor_for_the_corpus(world, client_of, monkeypatch):
    """Both are kept with the detectors' version (test_kept_figures.py), so that no request computes them."""

    def computed(*_given):
        raise AssertionError("computed in a request")

    monkeypatch.setattr(canarying, "tally_pair", computed)
    monkeypatch.setattr(stats, "precision_compute", computed)
    stats.corpus_precision.cache_clear()
    programme = programme_create(actor=world.asha, title="First", standard="iso42001", slug="first", now=world.now)
    artefact_accept(actor=world.asha, programme=programme, stamped=BRIEF, now=world.now)
    assert CanaryRow.objects.filter(organization=world.asha.organization, planted__gte=60).exists()
    assert client_of(world.asha).get("/detectors").status_code == 200


@pytest.mark.req("P-21")
def test_the_portfolio_says_how_much_was_looked_at(world, client_of):
    made_programme(world, "Clean in part", NEW_BRIEF)
    made_programme(world, "Drifted", BRIEF)
    page = client_of(world.asha).get("/").content.decode()
    assert "2 programmes. We looked at 4 % of what could be wrong." in page
    assert "One holds a defect." in page
    assert "it is not clean, it is unmeasured" in page


def test_an_organization_without_programmes_is_told_the_first_step(world, client_of):
    page = client_of(world.asha).get("/").content.decode()
    assert "No programme yet." in page
    assert "assay audit" in page


def test_the_portfolio_costs_the_same_queries_for_one_and_for_many(world, client_of):
    client = client_of(world.asha)
    made_programme(world, "One", NEW_BRIEF)
    with CaptureQueriesContext(connection) as few:
        client.get("/")
    for number in range(12):
        programme_create(actor=world.asha, title=f"More {number}", standard="iso42001", now=world.now)
    with CaptureQueriesContext(connection) as many:
        client.get("/")
    assert len(many) == len(few)
    assert len(many) <= 12


@pytest.mark.req("P-09")
def test_the_csv_never_has_content_without_coverage(world, client_of):
    made_programme(world, "=cmd()", NEW_BRIEF)
    text = client_of(world.asha).get("/?format=csv").content.decode()
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["title"] == "'=cmd()"
    assert row["coverage"] == "1/22"
    assert row["defects_found"] == "0"
    assert row["may_remain_in_all"] == "21"
    assert row["state"] == "unproven"


@pytest.mark.req("P-08", "P-09")
def test_a_programme_names_the_pathways_that_its_verdict_is_silent_about(world, client_of):
    programme = made_programme(world, "Partly", NEW_BRIEF)
    page = client_of(world.asha).get(f"/programmes/{programme.slug}").content.decode()
    assert "silent about 21 of 22 pathways" in page
    silent = page.split('id="silent"')[1].split("</section>")[0]
    assert "ssignment brief" in silent
    assert "Lesson generation" not in silent


def test_the_map_of_a_past_position_says_that_it_is_past(world, client_of):
    programme = made_programme(world, "Past", NEW_BRIEF)
    position = programme.surface.verdicts.get(is_latest=True).position
    page = client_of(world.asha).get(f"/programmes/{programme.slug}?at={position}").content.decode()
    assert f"as it was at ledger position {position}" in page


@pytest.mark.parametrize(
    "query", by_turns(["?at=x", "?page=0", "?page=-3", "?sort=nothing", "?size=9999999999999", "?q=%F0%9F%99%82"], 3)
)
def test_an_address_with_nonsense_in_it_still_shows_the_page(world, client_of, query):
    programme = made_programme(world, "Odd", NEW_BRIEF)
    assert client_of(world.asha).get(f"/programmes/{programme.slug}{query}").status_code == 200


def test_sarif_carries_the_verdict_and_the_place(world, client_of):
    models = pytest.importorskip("sarif_pydantic")
    programme = made_programme(world, "Sarif", BRIEF)
    body = json.loads(client_of(world.asha).get(f"/programmes/{programme.slug}/findings.sarif").content)
    models.Sarif.model_validate(body)
    (run,) = body["runs"]
    assert run["properties"]["verdict"]["coverage"]["value"] == "1/22"
    assert any(result["level"] == "error" for result in run["results"])
    assert all(result["locations"][0]["physicalLocation"]["region"]["startLine"] >= 1 for result in run["results"])


def test_the_report_file_needs_nothing_else_and_escapes_what_was_imported(world, client_of):
    hostile = {**BRIEF, "title": "<script>alert(1)</script>"}
    programme = made_programme(world, "Report <b>", hostile)
    text = client_of(world.asha).get(f"/programmes/{programme.slug}/report.html").content.decode()
    assert "<script" not in text
    assert "src=" not in text
    assert "silent about" in text


def test_a_decision_needs_a_reason_and_then_changes_the_verdict(world, client_of):
    programme = made_programme(world, "Judged", BRIEF)
    client = client_of(world.asha)
    finding = programme.surface.findings.filter(bucket="A").first()
    assert client.post(f"/findings/{finding.pk}/dispose", {"reason": " "}).status_code == 422
    before = programme.surface.verdicts.count()
    for each in programme.surface.findings.filter(defect=True):
        assert (
            client.post(
                f"/findings/{each.pk}/dispose", {"reason": "It quotes a former edition of the brief."}
            ).status_code
            == 302
        )
    assert programme.surface.verdicts.count() > before
    assert programme.surface.verdicts.get(is_latest=True).state == "unproven"


def test_an_auditor_reads_and_cannot_decide(world, client_of):
    programme = made_programme(world, "Audited", BRIEF)
    finding = programme.surface.findings.filter(bucket="A").first()
    client = client_of(world.chen)
    assert client.get(f"/findings/{finding.pk}").status_code == 200
    assert client.post(f"/findings/{finding.pk}/dispose", {"reason": "No."}).status_code == 404
    assert "Is the detector wrong?" not in client.get(f"/findings/{finding.pk}").content.decode()
