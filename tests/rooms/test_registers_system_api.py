"""The pages across registers over HTTP say what the pages say."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from assay.accounts.access import Actor
from assay.registers.services import record_update
from assay.registers.services.soa import soa_open
from tests.rooms.registers_material import record_of

WHERE = "/api/v1/system"


@pytest.fixture
def client(asha: Actor, now: datetime, api_of: Callable[..., Client]) -> Client:
    """Reads a system of Asha with a risk, an assessment and a gate about one AI system."""
    about = {"systems": [f"record:{record_of('ai-systems', asha, now, title='Tutor').pk}"]}
    for slug in ("risks", "impacts", "gates"):
        record_update(record=record_of(slug, asha, now, title=f"One {slug}"), actor=asha, now=now, data=about)
    soa_open(actor=asha, now=now)
    return api_of(asha, "read")


def got(client: Client, place: str = "", **asked: str) -> dict:
    answer = client.get(f"{WHERE}{place}", asked)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_home_and_obligations_say_what_their_pages_say(
    client: Client, asha: Actor, client_of: Callable[..., Client]
) -> None:
    home = got(client)
    assert home["sentence"] in client_of(asha).get(reverse("system")).content.decode()
    assert {"group": "Risk and impact", "register": "risks", "records": 1, "in_force": 0} in home["registers"]
    told = got(client, "/obligations")
    assert (told["total"], len(told["rows"]), len(got(client, "/obligations", controls="true")["rows"])) == (
        141,
        141,
        38,
    )
    risk = next(row for row in told["rows"] if "risks" in row["met_by"])
    assert (risk["records"] > 0, risk["stands"], risk["verdict"]) == (True, "draft", None)


def test_matrix_life_cycle_and_graph(client: Client, asha: Actor, now: datetime) -> None:
    matrix = got(client, "/matrix")
    assert [each["title"] for each in matrix["risks"]] == ["One risks"]
    assert [each["side"] for each in matrix["matrices"]] == ["before", "after"]
    key = next(each["key"] for each in got(client, "/graph")["things"] if each["name"] == "Tutor")
    cycle = got(client, "/lifecycle", system=key)
    assert "Tutor" in {each["title"] for each in cycle["systems"]}
    assert len(cycle["activities"]) > 10
    around = got(client, f"/graph/{key.partition(':')[2]}")
    assert {each["to"] for each in around["links"]} == {key}
    assert client.get(f"{WHERE}/lifecycle", {"system": "record:none"}).status_code == 404
    assert client.get(f"{WHERE}/graph", {"system": "record:none"}).status_code == 404


@pytest.mark.req("M-12")
def test_the_crosswalk_in_counts_and_item_by_item(client: Client) -> None:
    found = {each["id"]: each for each in got(client, "/crosswalk")["frameworks"]}
    for framework, each in found.items():
        items = got(client, f"/crosswalk/{framework}")["items"]
        assert len(items) == each["items"] == sum(each["counts"].values())
        assert all(row["stands"] != "answered" for row in items)  # nothing is shown by evidence
    assert client.get(f"{WHERE}/crosswalk/none").status_code == 404


def test_review_inputs_and_a_guided_assessment(client: Client, asha: Actor, now: datetime) -> None:
    inputs = got(client, "/review-inputs")
    assert [each["key"] for each in inputs["sections"]][:3] == ["earlier", "issues", "parties"]
    record = record_of("impacts", asha, now, title="Second")
    told = got(client, f"/impacts/{record.pk}")
    assert told["missing"] == sum(len(each["missing"]) for each in told["steps"])
    assert (told["steps"][0]["name"], told["public"]) == ("system", None)


def test_every_endpoint_is_described(client: Client) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    there = [path for path in paths if path.startswith("/api/v1/system")]
    assert len(there) == 11
    for path in there:
        assert list(paths[path]) == ["get"]
        assert paths[path]["get"]["description"]
