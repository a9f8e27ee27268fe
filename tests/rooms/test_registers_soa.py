"""The Statement of Applicability: decided row by row, refused where needed, issued, signed, compared, exported."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from assay.accounts.access import Actor
from assay.core.errors import Conflict, InvalidInput, NotPermitted
from assay.ledger.live import verify_live
from assay.ledger.services import integrate
from assay.registers.exports.statement import FORMATS, WRITERS
from assay.registers.models import Record
from assay.registers.queries.soa import compare, issued_rows, soa_rows, statement_now
from assay.registers.queries.standing import held
from assay.registers.services import record_create, record_link, record_move, record_retire
from assay.registers.services.soa import soa_decide, soa_open, statement_issue
from tests.conftest import NOW
from tests.ledger_flush import forget
from tests.rooms.conftest import member, organization_of_asha
from tests.rooms.registers_material import record_of

component = pytest.importorskip("trestle.oscal.component")
REASON = "Our tutor system answers learners, so outputs are checked before each release."


@pytest.fixture(scope="module")
def _opened(kept: None) -> int:
    asha = member(organization_of_asha(NOW), "Asha", "owner", NOW)
    return soa_open(actor=asha, now=NOW)


@pytest.fixture(autouse=True)
def opened(_opened: int, db: None) -> Iterator[int]:
    """How many rows the statement of Asha's organization has, nothing decided yet."""
    yield _opened
    forget()


def decide_all(actor: Actor, now: datetime) -> None:
    for row in Record.objects.filter(organization=actor.organization, register="soa"):
        control = row.data["control"]
        soa_decide(
            actor=actor, control=control, now=now,
            data={"applies": "included", "justification": f"{control}: {REASON}", "reasons": ["policy"], "description": f"{control} here."},
        )  # fmt: skip


@pytest.mark.req("M-05")
def test_there_is_one_undecided_row_for_each_of_38_controls(asha: Actor, now: datetime, opened: int) -> None:
    assert opened == 38
    assert soa_open(actor=asha, now=now) == 0
    rows = soa_rows(asha, held(asha.organization, today=now.date()))
    assert len({row.control for row in rows}) == 38
    assert {row.decision for row in rows} == {""}


def test_a_decision_needs_a_justification_to_count(asha: Actor, now: datetime, opened: int) -> None:
    assert soa_decide(actor=asha, control="A.6.2.4", data={"applies": "included"}, now=now).state == "undecided"
    assert soa_decide(actor=asha, control="A.6.2.4", data={"justification": REASON}, now=now).state == "decided"
    with pytest.raises(InvalidInput):
        soa_decide(actor=asha, control="A.6.2.4", data={"justification": ""}, now=now)


@pytest.mark.req("M-05")
@pytest.mark.parametrize("slug", ["risks", "treatments", "impacts"])
def test_excluding_a_control_that_something_needs_is_refused(
    slug: str, asha: Actor, now: datetime, opened: int
) -> None:
    record = record_link(
        record=record_of(slug, asha, now), field="controls", target="control:A.6.2.4", actor=asha, now=now
    )
    out = {"applies": "excluded", "justification": "No verification takes place in this organization."}
    with pytest.raises(InvalidInput) as refused:
        soa_decide(actor=asha, control="A.6.2.4", data=out, now=now)
    assert record.title in str(refused.value)
    record_retire(record=record, actor=asha, now=now)
    assert soa_decide(actor=asha, control="A.6.2.4", data=out, now=now).data["applies"] == "excluded"


def test_excluding_a_control_that_a_law_needs_is_refused(asha: Actor, now: datetime, opened: int) -> None:
    record_create(
        actor=asha, register="interested-parties", title="Regulator", now=now,
        data={"kind": "regulator", "needs": "Logs", "binding": "legal", "taken_on": "yes", "reason": "Law", "controls": ["A.6.2.8"]},
    )  # fmt: skip
    with pytest.raises(InvalidInput) as refused:
        soa_decide(
            actor=asha, control="A.6.2.8", data={"applies": "excluded", "justification": "We keep none."}, now=now
        )
    assert "Regulator" in str(refused.value)


def test_an_undecided_statement_cannot_be_issued(asha: Actor, now: datetime, opened: int) -> None:
    with pytest.raises(Conflict):
        statement_issue(actor=asha, note="", now=now)


@pytest.mark.req("L-14")
def test_a_statement_is_issued_signed_by_another_person_and_superseded(
    asha: Actor, ben: Actor, now: datetime, opened: int
) -> None:
    decide_all(asha, now)
    first = statement_issue(actor=asha, note="First.", now=now)
    with pytest.raises(NotPermitted):
        record_move(record=first, to="approved", actor=asha, now=now)
    signed = record_move(record=first, to="approved", actor=ben, now=now, words="Agreed.")
    assert signed.state == "approved"
    with pytest.raises(Conflict):
        statement_issue(actor=asha, note="Again.", now=now)
    soa_decide(actor=asha, control="A.6.2.4", data={"justification": REASON + " Twice."}, now=now)
    second = statement_issue(actor=asha, note="Second.", now=now)
    differing = compare(issued_rows(asha, first), issued_rows(asha, second))
    assert [each.control for each in differing] == ["A.6.2.4"]
    record_move(record=second, to="approved", actor=ben, now=now)
    first.refresh_from_db()
    assert first.state == "superseded"
    integrate(log=asha.log, now=now)
    assert verify_live().differences == ()


def test_who_decided_on_a_row_cannot_sign_the_statement(asha: Actor, ben: Actor, now: datetime, opened: int) -> None:
    decide_all(asha, now)
    soa_decide(actor=ben, control="A.6.2.4", data={"justification": "Ben's own words about verification."}, now=now)
    issued = statement_issue(actor=asha, note="", now=now)
    with pytest.raises(NotPermitted):
        record_move(record=issued, to="approved", actor=ben, now=now)


def test_the_statement_in_force_is_the_signed_one_and_a_draft_says_so(
    asha: Actor, ben: Actor, now: datetime, opened: int
) -> None:
    draft = statement_now(asha, held(asha.organization, today=now.date()), today=now.date())
    assert draft.note.startswith("Draft")
    decide_all(asha, now)
    record_move(record=statement_issue(actor=asha, note="", now=now), to="approved", actor=ben, now=now)
    soa_decide(actor=asha, control="A.6.2.4", data={"justification": "Later words, not signed by anybody."}, now=now)
    signed = statement_now(asha, held(asha.organization, today=now.date()), today=now.date())
    assert "Later words" not in "".join(row.justification for row in signed.rows)
    assert "Signed by Ben" in signed.signed


def test_oscal_is_accepted_by_compliance_trestle(asha: Actor, now: datetime, opened: int) -> None:
    decide_all(asha, now)
    statement = statement_now(asha, held(asha.organization, today=now.date()), today=now.date())
    body = json.loads(WRITERS["oscal"](statement, now))
    read = component.ComponentDefinition.model_validate(body["component-definition"])
    assert "1.2.1" in str(read.metadata.oscal_version)
    requirements = body["component-definition"]["components"][0]["control-implementations"][0][
        "implemented-requirements"
    ]
    assert len({each["control-id"] for each in requirements}) == 38


def test_xlsx_docx_and_pdf_hold_all_38_rows(asha: Actor, now: datetime, opened: int) -> None:
    decide_all(asha, now)
    statement = statement_now(asha, held(asha.organization, today=now.date()), today=now.date())
    sheet = load_workbook(io.BytesIO(WRITERS["xlsx"](statement, now))).active
    assert sheet.max_row == 39
    document = Document(io.BytesIO(WRITERS["docx"](statement, now)))
    assert len(document.tables[0].rows) == 39
    assert document.tables[0].rows[1].cells[0].text == "A.2.2"
    assert WRITERS["pdf"](statement, now).startswith(b"%PDF-")
    assert zipfile.is_zipfile(io.BytesIO(WRITERS["docx"](statement, now)))


@pytest.mark.parametrize("wanted", FORMATS)
def test_each_format_downloads_from_the_page(
    wanted: str, asha: Actor, now: datetime, opened: int, client_of: Callable[..., Client]
) -> None:
    answer = client_of(asha).get(reverse("soa-export", args=[wanted]))
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]


def test_the_workbench_decides_in_place_and_says_why_not(
    asha: Actor, now: datetime, opened: int, client_of: Callable[..., Client]
) -> None:
    client = client_of(asha)
    page = client.get(reverse("soa") + "?row=A.6.2.4").content.decode()
    assert 'name="justification"' in page
    record_link(record=record_of("risks", asha, now), field="controls", target="control:A.6.2.4", actor=asha, now=now)
    refused = client.post(
        reverse("soa-decide", args=["A.6.2.4"]), {"applies": "excluded", "justification": "We verify nothing at all."}
    )
    assert refused.status_code == 422
    assert "It cannot be excluded" in refused.content.decode()
    done = client.post(reverse("soa-decide", args=["A.6.2.4"]), {"applies": "included", "justification": REASON})
    assert done.status_code == 302
    assert "1 controls included" in client.get(reverse("soa")).content.decode()
