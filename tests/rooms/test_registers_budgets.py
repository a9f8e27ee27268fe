"""Lists stay quick and cheap: numbers of statements are fixed, times are measured by `assay bench pages`."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assay.accounts.access import Actor
from assay.registers.queries import lists
from assay.registers.services.importing import import_apply, import_map, import_read
from assay.registers.services.soa import soa_open
from tests.conftest import NOW
from tests.ledger_flush import forget
from tests.rooms.conftest import member, organization_of_asha
from tests.rooms.test_registers_importing import CONSTANTS


@pytest.fixture(scope="module")
def _risks(kept: None) -> int:
    asha = member(organization_of_asha(NOW), "Asha", "owner", NOW)
    text = "Name;Description;Likelihood;Severity\n" + "".join(
        f"Risk {n};Event {n} of many;Likely;Major\n" for n in range(1000)
    )
    run = import_read(actor=asha, register="risks", name="r.csv", content=text.encode(), now=NOW)
    run = import_map(run=run, actor=asha, columns=run.mapping["columns"], constants=CONSTANTS, now=NOW)
    return import_apply(run=run, actor=asha, now=NOW).count


@pytest.fixture(autouse=True)
def risks(_risks: int, db: None) -> Iterator[int]:
    """How many risks Asha's organization has."""
    yield _risks
    forget()


@pytest.mark.parametrize("query", ["", "?q=event+7", "?state=identified&sort=-level", "?owner=vacant&f-source=model"])
def test_a_list_of_1000_risks_takes_at_most_12_statements(
    query: str, asha: Actor, risks: int, client_of: Callable[..., Client]
) -> None:
    assert risks == 1000
    client = client_of(asha)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(reverse("register", args=["risks"]) + query).status_code == 200
    assert len(captured) <= 12


def test_1000_risks_as_json_are_read_in_one_statement_beside_the_session(
    asha: Actor, risks: int, api_of: Callable[..., Client]
) -> None:
    client = api_of(asha)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get("/api/v1/registers/risks?limit=1000")
    assert len(answer.json()["records"]) == risks
    assert len([each for each in captured.captured_queries if "registers_record" in each["sql"]]) == 2


def test_the_statement_page_takes_at_most_14_statements(
    asha: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    soa_open(actor=asha, now=now)
    client = client_of(asha)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(reverse("soa")).status_code == 200
    assert len(captured) <= 14


def test_a_search_that_finds_much_is_not_counted_to_the_end_until_somebody_goes_there(
    asha: Actor, risks: int, client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "NUMBERED", 300)
    client, address = client_of(asha), reverse("register", args=["risks"])
    assert "1–100 of more than 300" in client.get(address + "?q=event").content.decode()
    assert "201–300 of more than 300" in client.get(address + "?q=event&page=3").content.decode()
    beyond = client.get(address + "?q=event&page=4").content.decode()
    assert "301–400 of 1,000" in beyond
    assert "901–1,000 of 1,000" in client.get(address + "?q=event&page=99").content.decode()
    assert "1–2 of 2" in client.get(address + "?q=event+999").content.decode()  # a number and a title
    with CaptureQueriesContext(connection) as captured:
        client.get(address + "?q=event")
    assert not [
        each for each in captured.captured_queries if "COUNT(*)" in each["sql"] and "search_text" in each["sql"]
    ]
