"""Fixing, publishing and sweeping through the HTTP API: the same services, the same refusals."""

import threading

import pytest

from assay.jobs.worker import run
from tests.rooms.studio_material import defect_of, greentech, verify_detectors

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ben(ben, now):
    verify_detectors(ben, now)
    return ben


@pytest.mark.req("R47", "P-13")
def test_a_finding_says_what_its_fix_would_do_and_does_it_once(ben, api_of, now):
    finding = defect_of(greentech(ben, now), "greentech")
    client = api_of(ben)
    plan = client.get(f"/api/v1/findings/{finding.pk}/fix").json()
    assert (plan["possible"], plan["in_place"], plan["sign_off"]) == (True, False, True)
    done = client.post(f"/api/v1/findings/{finding.pk}/fix").json()
    assert (done["fixed"], done["changed"], done["version"], done["legacy"]) == (True, True, 2, False)
    again = client.post(f"/api/v1/findings/{finding.pk}/fix").json()
    assert (again["fixed"], again["changed"]) == (True, False)
    assert client.get(f"/api/v1/findings/{finding.pk}/fix").json()["why_not"].startswith("It is closed")


@pytest.mark.req("P-16")
def test_publishing_is_refused_with_the_keys_of_what_blocks(ben, api_of, now):
    programme = greentech(ben, now)
    client = api_of(ben)
    asked = client.get(f"/api/v1/programmes/{programme.slug}/publication").json()
    assert [each["key"] for each in asked["blockers"]] == ["signoff", "governance"]
    refused = client.post(f"/api/v1/programmes/{programme.slug}/publication")
    assert refused.status_code == 409
    assert "governance:" in refused.json()["error"]["message"]


@pytest.mark.req("P-18")
def test_a_sweep_started_through_the_api_leaves_its_report(ben, api_of, now):
    greentech(ben, now)
    client = api_of(ben)
    assert client.post("/api/v1/sweeps").status_code == 202
    run(stop=threading.Event(), until_idle=True)
    (row,) = client.get("/api/v1/sweeps").json()["sweeps"]
    body = client.get(f"/api/v1/sweeps/{row['number']}").json()["report"]
    assert (body["programme_count"], body["verdict"]) == (1, "WIDESPREAD")
