"""The HTTP API: tokens, both axes in every verdict, one form of error, nothing for outsiders."""

import json

import pytest

from assay.accounts.services import token_create
from assay.ledger.services import integrate
from tests.families import by_turns
from tests.rooms.samples.reports import BRIEF, plant
from tests.rooms.url_samples import World

pytestmark = pytest.mark.django_db
STAMP = {"route": "assignment_brief", "governance_version": "gv1", "at": "2026-11-21T08:00:00Z"}


@pytest.fixture
def world(asha, chen, dora, now):
    made = World(asha=asha, chen=chen, dora=dora, now=now)
    plant(made)
    return made


@pytest.fixture
def call(client_of, now):
    """`call(actor, method, path, body=None, scope="write")`: one request with a fresh token of the actor."""

    def send(actor, method, path, body=None, scope="write"):
        headers = {}
        if actor is not None:
            _, secret = token_create(by=actor, name="test", scope=scope, lifetime=None, now=now)
            headers = {"authorization": f"Bearer {secret}"}
        data = None if body is None else json.dumps(body)
        return client_of(None).generic(
            method, f"/api/v1{path}", data or "", content_type="application/json", headers=headers
        )

    return send


@pytest.fixture
def slug(world, call):
    return call(world.asha, "POST", "/programmes", {"title": "From outside", "standard": "iso42001"}).json()[
        "programme"
    ]


def test_nobody_gets_anything_without_a_token(call):
    answer = call(None, "GET", "/programmes")
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "unauthenticated"


@pytest.mark.req("P-05", "P-11")
def test_a_stamped_artefact_is_measured_and_answered_with_its_findings_and_the_verdict(world, call, slug):
    answer = call(world.asha, "POST", f"/programmes/{slug}/artefacts", {**BRIEF, "generation_meta": STAMP})
    body = answer.json()
    assert answer.status_code == 201
    assert body["verdict"]["state"] == "fail"
    assert body["verdict"]["coverage"]["value"] == "1/22"
    finding = next(each for each in body["findings"] if each["bucket"] == "A")
    for key in ("kind", "title", "pathway", "route", "governance_version", "is_legacy"):
        assert finding[key] not in (None, "")
    assert finding["route"] == "assignment_brief"
    assert finding["is_legacy"] is True  # the stamp names no directive: born under rules that nobody can check


def test_the_same_artefact_again_changes_nothing(world, call, slug):
    first = call(world.asha, "POST", f"/programmes/{slug}/artefacts", BRIEF).json()
    again = call(world.asha, "POST", f"/programmes/{slug}/artefacts", BRIEF).json()
    assert again["digest"] == first["digest"]


@pytest.mark.parametrize(
    "body",
    by_turns(
        [
            {},
            {**BRIEF, "pathway": "no-such-pathway"},
            {**BRIEF, "generation_meta": {"route": "lesson"}},
            {**BRIEF, "generation_meta": {**STAMP, "more": 1}},
            {**BRIEF, "text": 5},
            {**BRIEF, "surprise": True},
            [],
        ],
        3,
    ),
)
def test_a_malformed_artefact_is_refused_with_its_place_and_nothing_is_kept(world, call, slug, body):
    answer = call(world.asha, "POST", f"/programmes/{slug}/artefacts", body)
    assert answer.status_code in (404, 422)
    assert answer.json()["error"]["message"]
    assert call(world.asha, "GET", f"/programmes/{slug}/artefacts").json()["artefacts"] == []


def test_a_token_for_reading_cannot_write(world, call, slug):
    answer = call(world.asha, "POST", f"/programmes/{slug}/artefacts", BRIEF, scope="read")
    assert answer.status_code == 404


def test_another_organization_does_not_learn_that_a_programme_exists(world, call, slug):
    there = call(world.dora, "GET", f"/programmes/{slug}/verdict")
    absent = call(world.dora, "GET", "/programmes/nothing-here/verdict")
    assert there.status_code == absent.status_code == 404
    assert there.json()["error"]["code"] == absent.json()["error"]["code"]
    assert call(world.dora, "GET", "/programmes").json() == {"programmes": []}


def test_a_past_verdict_is_recomputed_to_the_same_bytes(world, call, slug):
    posted = call(world.asha, "POST", f"/programmes/{slug}/artefacts", BRIEF).json()
    position = posted["verdict"]["position"]
    past = call(world.asha, "GET", f"/programmes/{slug}/verdict?position={position}").json()
    assert past["digest"] == posted["digest"]


def test_a_disposition_is_recorded_once(world, call, slug):
    finding = call(world.asha, "POST", f"/programmes/{slug}/artefacts", BRIEF).json()["findings"][0]
    path = f"/findings/{finding['id']}/dispositions"
    assert call(world.asha, "POST", path, {"reason": ""}).status_code == 422
    assert call(world.asha, "POST", path, {"reason": "Agreed in review."}).status_code == 201
    assert call(world.asha, "POST", path, {"reason": "Agreed in review."}).status_code == 409


@pytest.mark.req("L-06")
def test_an_entry_comes_with_a_proof_against_the_signed_checkpoint(world, call, slug):
    integrate(now=world.now)
    checkpoint = call(world.asha, "GET", "/ledger/checkpoint").json()
    assert checkpoint["note"].startswith(checkpoint["origin"])
    proof = call(world.asha, "GET", "/ledger/entries/0/proof").json()
    assert proof["proof"].startswith("c2sp.org/tlog-proof")
    assert call(world.asha, "GET", "/ledger/entries/999999/proof").status_code == 404


def test_the_description_lists_every_operation_with_its_errors(client_of, asha):
    description = client_of(asha).get("/api/v1/openapi.json").json()
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            assert {"401", "404", "422"} <= set(operation["responses"]), f"{method} {path}"
