"""Imports: messy files are read, checked row by row, applied under entries that attest them, and taken back."""

import io
from collections.abc import Callable
from datetime import datetime

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from assay.accounts.access import Actor
from assay.core.errors import Conflict, InvalidInput, NotFound
from assay.ledger.live import verify_live
from assay.ledger.services import integrate
from assay.registers.importing import file_read
from assay.registers.models import ImportRun, Record
from assay.registers.queries.records import access_run
from assay.registers.services import record_update
from assay.registers.services.importing import import_apply, import_map, import_read, import_undo

CONSTANTS = {
    "kind": "risk",
    "source": "model",
    "causes": "As told in the file",
    "consequence_text": "As told in the file",
}
CISO = (
    "ref_id;name;description;current_proba;current_impact;residual_proba;residual_impact;treatment;owner\n"
    "R.1;Drift;Output drifts;High;Medium;;;open;Asha\nR.2;Leak;Data leaks;Very high;Critical;;;mitigate;\n"
)
PEER = (
    "Risk name,Risk owner,Risk description,Likelihood,Severity,Review date\n"
    "Bias,Ben,Groups differ,Likely,Major,12 March 2027\n,Ben,No name,Rare,Minor,\nWho,Zed,Unknown person,Possible,Moderate,31.12.2026\n"
)


def messy() -> bytes:
    """Two lines of headings, a merged title, a merged heading, blank lines, dates as text, German words."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    page = book.add_worksheet("Risiken 2026")
    page.merge_range(0, 0, 0, 4, "Risikoregister, Stand November")
    page.merge_range(2, 2, 2, 3, "Bewertung")
    for column, label in enumerate(("Name", "Beschreibung", "Eintrittswahrscheinlichkeit", "Schwere", "Fällig")):
        page.write(3, column, label)
    page.write_row(4, 0, ("Fehlurteil", "Antworten sind falsch", "hoch", "mittel", "05.03.2027"))
    page.write_row(6, 0, ("Ausfall", "Der Dienst steht", "gering", "sehr hoch", "bald"))
    book.close()
    return out.getvalue()


def read(actor: Actor, content: bytes | str, now: datetime, name: str = "risks.csv") -> ImportRun:
    raw = content.encode() if isinstance(content, str) else content
    run = import_read(actor=actor, register="risks", name=name, content=raw, now=now)
    return import_map(run=run, actor=actor, columns=run.mapping["columns"], constants=CONSTANTS, now=now)


def test_a_ciso_assistant_export_is_understood(asha: Actor, now: datetime) -> None:
    run = read(asha, CISO, now)
    assert run.mapping["columns"]["current_proba"] == "likelihood"
    assert [row[:2] for row in run.problems] == [[2, "option"]]
    import_apply(run=run, actor=asha, now=now, skip_bad=True)
    leak = Record.objects.get(title="Leak")
    assert (leak.data["likelihood"], leak.data["consequence"], leak.data["level"], leak.data["option"]) == (
        5,
        5,
        25,
        "modify",
    )


def test_problems_name_line_and_field_and_nothing_is_written_before(asha: Actor, ben: Actor, now: datetime) -> None:
    run = read(asha, PEER, now)
    assert [row[:2] for row in run.problems] == [[3, "title"], [4, "owner"]]
    assert not Record.objects.filter(register="risks").exists()
    with pytest.raises(Conflict):
        import_apply(run=run, actor=asha, now=now)
    done = import_apply(run=run, actor=asha, now=now, skip_bad=True)
    bias = Record.objects.get(imported=done)
    assert (bias.title, bias.owner, str(bias.review_on)) == ("Bias", ben.person, "2027-03-12")


def test_a_messy_german_sheet_is_read(asha: Actor, now: datetime) -> None:
    run = read(asha, messy(), now, "Risiken.xlsx")
    assert run.header[:2] == ["Name", "Beschreibung"]
    assert [row[:2] for row in run.problems] == [[7, "review_on"]]
    import_apply(run=run, actor=asha, now=now, skip_bad=True)
    assert Record.objects.get(register="risks").data["likelihood"] == 4


def test_an_import_is_attested_and_taken_back_whole(asha: Actor, now: datetime) -> None:
    text = "Name;Description\n" + "".join(f"Risk {n};Event {n}\n" for n in range(700))
    run = import_apply(run=read(asha, text, now), actor=asha, now=now)
    integrate(log=asha.log, now=now)
    assert verify_live().differences == ()
    assert import_undo(run=run, actor=asha, now=now) == 700
    assert not Record.objects.filter(register="risks", retired_at=None).exists()
    with pytest.raises(Conflict):
        import_undo(run=run, actor=asha, now=now)
    integrate(log=asha.log, now=now)
    assert verify_live().differences == ()


def test_an_import_that_somebody_worked_on_is_not_taken_back(asha: Actor, now: datetime) -> None:
    run = import_apply(run=read(asha, "Name;Description\nA;B\n", now), actor=asha, now=now)
    record_update(record=Record.objects.get(imported=run), actor=asha, now=now, title="Worked on")
    with pytest.raises(Conflict):
        import_undo(run=run, actor=asha, now=now)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"only one line\n", b"\xff\xfe\x00"])
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput):
        file_read("x", content)


def test_more_than_20000_rows_are_refused_and_20000_are_read() -> None:
    text = "Name;Description\n" + "Risk;Event\n" * 20_000
    assert len(file_read("x.csv", text.encode()).rows) == 20_000
    with pytest.raises(InvalidInput):
        file_read("x.csv", (text + "One;More\n").encode())


def test_an_outsider_reaches_no_import(asha: Actor, dora: Actor, now: datetime) -> None:
    run = read(asha, PEER, now)
    with pytest.raises(NotFound):
        access_run(actor=dora, run_id=run.pk)


def test_the_pages_lead_from_file_to_records_and_back(
    asha: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    client = client_of(asha)
    sent = SimpleUploadedFile("list.csv", b"Title;What, and why;From\nFaster;Because;Audit\n")
    answer = client.post(reverse("register-import", args=["improvements"]), {"file": sent})
    page = client.get(answer["Location"]).content.decode()
    assert "all can be imported" in page
    client.post(answer["Location"] + "/apply")
    assert Record.objects.get(register="improvements").title == "Faster"
    client.post(answer["Location"] + "/undo")
    assert Record.objects.get(register="improvements").retired_at is not None
