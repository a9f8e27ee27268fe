"""Links as a graph: both ways, as far as asked, with what a system inherits, and the same in table and export."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assay.accounts.access import Actor
from assay.registers.models import Record, RecordLink
from assay.registers.queries.graph import AROUND, DRAWN, across, around, inherited, parts_of, web_of
from assay.registers.queries.standing import held
from assay.registers.registry import register_of
from assay.registers.services import record_create, record_link, record_retire
from tests.rooms.registers_material import data_of


def made(actor: Actor, now: datetime, slug: str, title: str, **links: list[Record]) -> Record:
    register = register_of(slug)
    given = {key: value for key, value in data_of(register, actor, now).items() if register.field(key).kind != "link"}
    given |= {key: [f"record:{row.pk}" for row in rows] for key, rows in links.items()}
    return record_create(actor=actor, register=slug, title=title, data=given, now=now)


@pytest.fixture
def chain(asha: Actor, now: datetime) -> dict[str, Record]:
    """A supplier's model under an adapter under a system; a risk of the supplier, one of the system itself."""
    supplier = made(asha, now, "suppliers", "Northlight")
    model = made(asha, now, "components", "Model", supplier=[supplier])
    adapter = made(asha, now, "components", "Adapter", part_of=[model])
    system = made(asha, now, "ai-systems", "Tutor", components=[adapter])
    far = made(asha, now, "risks", "Supplier ends", origins=[supplier])
    own = made(asha, now, "risks", "Wrong advice", systems=[system])
    other = made(asha, now, "ai-systems", "Other")
    rows = {"supplier": supplier, "model": model, "adapter": adapter, "system": system, "far": far, "own": own}
    return rows | {"other": other}


def key(row: Record) -> str:
    return f"record:{row.pk}"


@pytest.mark.req("M-02")
def test_a_system_inherits_parts_and_their_risks_with_the_way_to_them(
    asha: Actor, now: datetime, chain: dict[str, Record]
) -> None:
    web = web_of(held(asha.organization, today=now.date()))
    ways = {
        web.things[there].name: [web.things[each].name for each in way]
        for there, way in parts_of(web, key(chain["system"]))
    }
    assert ways == {"Adapter": ["Tutor", "Adapter"], "Model": ["Tutor", "Adapter", "Model"], "Northlight": ["Tutor", "Adapter", "Model", "Northlight"]}  # fmt: skip
    found = {
        each.thing.name: [step.name for step in each.way] for each in inherited(web, [web.things[key(chain["system"])]])
    }
    assert found == {
        "Model": ["Adapter"], "Northlight": ["Adapter", "Model"], "Supplier ends": ["Adapter", "Model", "Northlight"],
    }  # fmt: skip
    assert inherited(web, [web.things[key(chain["other"])]]) == ()
    record_retire(record=chain["model"], actor=asha, now=now)
    web = web_of(held(asha.organization, today=now.date()))
    assert inherited(web, [web.things[key(chain["system"])]]) == ()


def test_parts_that_are_built_on_each_other_in_a_circle_end(
    asha: Actor, now: datetime, chain: dict[str, Record]
) -> None:
    record_link(record=chain["model"], field="part_of", target=key(chain["adapter"]), actor=asha, now=now)
    web = web_of(held(asha.organization, today=now.date()))
    assert [there for there, _way in parts_of(web, key(chain["system"]))].count(key(chain["adapter"])) == 1


@pytest.mark.req("M-02")
def test_the_web_holds_every_live_link_once(asha: Actor, now: datetime, chain: dict[str, Record]) -> None:
    web = web_of(held(asha.organization, today=now.date()))
    stored = RecordLink.objects.filter(organization=asha.organization, source__retired_at=None)
    assert sorted((link.source.key, link.target.key) for link in web.links) == sorted(
        (f"record:{row.source_id}", row.target_key) for row in stored
    )


def test_a_record_is_surrounded_as_far_as_asked(asha: Actor, now: datetime, chain: dict[str, Record]) -> None:
    web = web_of(held(asha.organization, today=now.date()))
    near = {thing.name: layer for thing, layer in around(web, key(chain["adapter"]), reach=1).things}
    assert near == {"Tutor": -1, "Adapter": 0, "Model": 1}
    far = {thing.name: layer for thing, layer in around(web, key(chain["adapter"]), reach=3).things}
    assert far == {"Wrong advice": -2, "Tutor": -1, "Adapter": 0, "Model": 1, "Northlight": 2, "Supplier ends": 1}


@pytest.mark.slow
def test_what_does_not_fit_is_counted_not_hidden(asha: Actor, now: datetime) -> None:
    hub = made(asha, now, "ai-systems", "Hub")
    for number in range(DRAWN + 5):
        made(asha, now, "risks", f"R {number}", systems=[hub])
    web = web_of(held(asha.organization, today=now.date()))
    drawing = around(web, key(hub), reach=1)
    assert (len(drawing.things), drawing.left_out) == (AROUND, DRAWN + 6 - AROUND)
    whole = across(web)
    assert (whole.things, whole.left_out) == ((), DRAWN + 6)
    assert [thing.name for thing, _layer in across(web, layers=["systems"]).things] == ["Hub"]


def test_pages_show_links_both_ways_and_export_them(
    asha: Actor, dora: Actor, now: datetime, chain: dict[str, Record], client_of: Callable[..., Client]
) -> None:
    client = client_of(asha)
    address = reverse("record-graph", args=[chain["adapter"].pk])
    with CaptureQueriesContext(connection) as captured:
        page = client.get(address + "?reach=3").content.decode()
    assert len(captured) <= 13
    assert '<svg class="graph"' in page
    for name in ("Tutor", "Model", "Northlight", "Supplier ends"):
        assert name in page
    assert client.get(address + "?reach=9").status_code == 200
    assert client.get(address + "?format=csv&reach=2").content.decode().count("\n") == 5
    whole = client.get(reverse("system-graph")).content.decode()
    assert "2 AI systems have 2 parts and 1 risk only through something else" in whole
    assert client.get(reverse("system-graph") + "?format=xlsx").content[:2] == b"PK"
    assert client.get(reverse("system-graph") + "?system=record:none").status_code == 404
    assert client_of(dora).get(reverse("system-graph") + f"?system={key(chain['system'])}").status_code == 404
    assert client_of(dora).get(address).status_code == 404
