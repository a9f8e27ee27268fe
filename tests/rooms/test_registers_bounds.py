"""Pages read what they show and not every record of a register; what they leave unread changes nothing that they say."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from assay.accounts.access import Actor
from assay.registers.models import Record
from assay.registers.pages.soa import NAMED, WHOLE
from assay.registers.queries.soa import soa_rows, soa_suggestion
from assay.registers.queries.standing import held
from assay.registers.rules import problems
from assay.registers.services import evidence_add, record_create, record_retire
from assay.registers.services.soa import soa_decide, soa_open
from tests.rooms.registers_material import record_of


def risk(actor: Actor, now: datetime, title: str, *controls: str) -> Record:
    data = {
        "kind": "risk", "source": "model", "event": f"{title} happens.", "causes": "Drift", "consequence_text": "Harm",
        "likelihood": "3", "consequence": "3", "controls": list(controls),
    }  # fmt: skip
    return record_create(actor=actor, register="risks", title=title, data=data, now=now)


@pytest.mark.req("M-05")
def test_the_statement_page_reads_only_what_has_to_do_with_controls(
    asha: Actor, dora: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    soa_open(actor=asha, now=now)
    naming, linked = risk(asha, now, "Leak", "control:A.6.2.8"), risk(asha, now, "Drift")
    unread, gone = risk(asha, now, "Flood"), risk(asha, now, "Gone", "control:A.6.2.8")
    record_retire(record=gone, actor=asha, now=now)
    foreign = risk(dora, now, "Foreign", "control:A.6.2.8")
    for control, links in (("A.6.2.4", {"risks": [f"record:{linked.pk}", f"record:{naming.pk}"]}), ("A.2.2", {})):
        soa_decide(
            actor=asha, control=control, now=now,
            data={"applies": "included", "justification": f"{control} is needed here.", "implementation": "done", **links},
        )  # fmt: skip
    today = now.date()
    evidence_add(
        actor=asha, record=naming, subject="", title="Log", kind="document", strength=2, source="x", digest="", now=now,
        collected_on=today,
    )  # fmt: skip
    whole = held(asha.organization, today=today)
    some = held(asha.organization, today=today, only=WHOLE, named=NAMED)
    read = {each.id for each in some.records if each.register == "risks"}
    assert read == {naming.pk, linked.pk}
    assert unread.pk in {each.id for each in whole.records}
    assert foreign.pk not in read
    assert problems(some, group="soa") == problems(whole, group="soa") != ()
    assert soa_rows(asha, some) == soa_rows(asha, whole)
    assert soa_suggestion(some, "A.6.2.8") == soa_suggestion(whole, "A.6.2.8") != ""
    assert client_of(asha).get(reverse("soa")).status_code == 200


def test_records_as_json_are_what_the_database_holds(
    asha: Actor, ben: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    one = risk(asha, now, 'A “title” with "quotes" and a \\')
    other = record_of("objectives", asha, now)
    Record.objects.filter(pk=one.pk).update(
        owner=asha.person,
        deputy=ben.person,
        review_on=now.date(),
        updated_at=datetime(2026, 11, 21, 8, 0, 0, 120300, UTC),
    )
    Record.objects.filter(pk=other.pk).update(
        updated_at=datetime(2026, 11, 21, 8, 0, 5, tzinfo=UTC) + timedelta(days=1)
    )
    client = client_of(asha)
    for row in (Record.objects.get(pk=one.pk), Record.objects.get(pk=other.pk)):
        answer = client.get(reverse("register", args=[row.register]) + "?format=json").json()
        assert answer["register"] == row.register
        assert answer["records"] == [
            {
                "id": str(row.pk), "number": row.number, "title": row.title, "state": row.state,
                "owner": str(row.owner_id) if row.owner_id else None, "deputy": str(row.deputy_id) if row.deputy_id else None,
                "review_on": row.review_on.isoformat() if row.review_on else None, "version": row.version,
                "updated_at": row.updated_at.isoformat().replace("+00:00", "Z"), "retired": False, "data": row.data,
            }
        ]  # fmt: skip
