"""Imports: messy files are read, checked row by row, applied under entries that attest them, and taken back."""

import io
import itertools
import json
import time
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

MANY = 20_000
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


# The columns that the peer's own export writes, with names of levels from its French matrix, and what it writes for "not set".
CISO_WHOLE = (
    "ref_id;assets;threats;name;description;existing_controls;current_impact;current_proba;current_risk;additional_controls;"
    "residual_impact;residual_proba;residual_risk;treatment\n"
    "R.1;Tutor;Drift,Misuse;Dérive;Les réponses dérivent;Échantillons;Moyenne;Élevée;Haut;;--;--;--;open\n"
    "R.2;Tutor;Leak;Fuite;Des données fuient;;Très élevé;Faible;Haut;Chiffrement;Faible;Faible;Bas;mitigate\n"
)
VERIFYWISE = {
    "project": {"id": 1, "project_title": "Tutor", "members": [{"id": 1}]},
    "projectRisks": [
        {
            "id": 7, "risk_name": "Privacy", "risk_owner": "Asha", "ai_lifecycle_phase": "Deployment & integration",
            "risk_description": "Personal data is used beyond its purpose", "risk_category": ["Compliance risk", "Legal risk"],
            "impact": "Fine", "likelihood": "Almost Certain", "severity": "Catastrophic", "risk_level_autocalculated": "Very high risk",
            "review_notes": "Talk with counsel", "mitigation_status": "In Progress", "deadline": "2027-03-01T00:00:00.000Z",
            "mitigation_plan": "Delete on request", "is_demo": False,
        },
        {
            "id": 8, "risk_name": "Vendor change", "risk_owner": 99, "risk_description": "The model changes",
            "risk_category": ["Third-party/vendor risk"], "impact": "Wrong results", "likelihood": "Possible", "severity": "Moderate",
            "review_notes": "Ask", "deadline": None,
        },
    ],
}  # fmt: skip


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
    assert run.problems == []
    import_apply(run=run, actor=asha, now=now)
    leak = Record.objects.get(title="Leak")
    assert (leak.data["likelihood"], leak.data["consequence"], leak.data["level"], leak.data["option"]) == (
        5,
        5,
        25,
        "modify",
    )


def whole(actor: Actor, content: bytes | str, now: datetime, name: str, **constants: str) -> ImportRun:
    """Read a file as its columns are guessed, with what all rows have in common."""
    raw = content.encode() if isinstance(content, str) else content
    run = import_read(actor=actor, register="risks", name=name, content=raw, now=now)
    return import_map(
        run=run, actor=actor, columns=run.mapping["columns"], constants={"kind": "risk", **constants}, now=now
    )


def test_the_columns_that_ciso_assistant_writes_find_their_fields_in_any_of_its_languages(
    asha: Actor, now: datetime
) -> None:
    run = whole(asha, CISO_WHOLE, now, "ra.csv", source="model", consequence_text="As assessed there")
    columns = run.mapping["columns"]
    assert (columns["threats"], columns["existing_controls"], columns["current_proba"]) == (
        "causes",
        "basis",
        "likelihood",
    )
    assert [(row[0], row[1]) for row in run.problems] == [(3, "residual_likelihood")]
    assert "treatment" in run.problems[0][2]
    run = import_map(
        run=run, actor=asha, constants=run.mapping["constants"], now=now,
        columns={label: key for label, key in columns.items() if not key.startswith("residual")},
    )  # fmt: skip
    import_apply(run=run, actor=asha, now=now)
    facts = (
        Record.objects.filter(register="risks")
        .order_by("number")
        .values_list("title", "data__likelihood", "data__consequence", "data__option")
    )
    assert list(facts) == [("Dérive", 4, 3, None), ("Fuite", 2, 5, "modify")]


def test_a_verifywise_project_is_read_from_json_with_owner_and_day_told_by_row(asha: Actor, now: datetime) -> None:
    run = whole(asha, json.dumps(VERIFYWISE), now, "project.json", causes="As told there")
    assert run.sheet == "projectRisks"
    assert [(row[0], row[1]) for row in run.problems] == [(3, "owner")]
    import_apply(run=run, actor=asha, now=now, skip_bad=True)
    risk = Record.objects.get(register="risks")
    assert (risk.title, risk.owner, str(risk.review_on)) == ("Privacy", asha.person, "2027-03-01")
    assert (risk.data["source"], risk.data["likelihood"], risk.data["consequence"], risk.data["level"]) == (
        "law",
        5,
        5,
        25,
    )
    assert risk.data["basis"] == "Talk with counsel"


def test_a_verifywise_risk_file_is_read_as_csv(asha: Actor, now: datetime) -> None:
    text = (
        "risk_name,risk_owner,risk_description,risk_category,impact,likelihood,severity,review_notes,deadline\n"
        'Bias,asha@halvorsen.example,Groups differ,"Data Quality,Model Performance",Complaints,Likely,Major,Seen,2027-01-31\n'
    )
    run = import_apply(run=whole(asha, text, now, "risks.csv", causes="As told"), actor=asha, now=now)
    risk = Record.objects.get(imported=run)
    assert (risk.owner, risk.data["source"], risk.data["level"]) == (asha.person, "data", 16)


def test_three_rows_of_headings_merged_cells_and_four_languages(asha: Actor, now: datetime) -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    page = book.add_worksheet("Register")
    page.merge_range(0, 0, 0, 5, "Registre des risques / Risikoregister")
    page.merge_range(1, 0, 1, 2, "Risiko")
    page.merge_range(1, 3, 1, 4, "Évaluation")
    for column, label in enumerate(("Nom", "Descripción", "Ursache", "Probabilité", "Gravité", "Fällig")):
        page.write(2, column, label)
    rows = (
        ("Sesgo", "Grupos distintos", "Datos", "alto", "moyen", "5. März 2027"),
        ("Ausfall", "Dienst steht", "Strom", "gering", "très élevé", "31/12/2026"),
        ("Feil", "Feil svar", "Drift", "høy", "middels", 46388),
    )
    for line, row in enumerate(rows, 3):
        page.write_row(line, 0, row)
    book.close()
    run = whole(asha, out.getvalue(), now, "mixed.xlsx", source="model", consequence_text="c")
    assert run.header == ["Nom", "Descripción", "Ursache", "Probabilité", "Gravité", "Fällig"]
    assert [(row[0], row[1]) for row in run.problems] == []
    import_apply(run=run, actor=asha, now=now)
    facts = Record.objects.filter(register="risks").order_by("number").values_list("title", "data__level", "review_on")
    assert [(title, level, str(day)) for title, level, day in facts] == [
        ("Sesgo", 12, "2027-03-05"), ("Ausfall", 10, "2026-12-31"), ("Feil", 12, "2027-01-01"),
    ]  # fmt: skip


def test_a_column_with_problems_can_be_left_out_with_one_button(
    asha: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    run = read(asha, PEER, now)
    client, address = client_of(asha), reverse("import", args=[run.pk])
    assert "Leave this column out" in client.get(address).content.decode()
    client.post(address, {"drop": "owner"})
    run.refresh_from_db()
    assert [row[:2] for row in run.problems] == [[3, "title"]]


@pytest.mark.parametrize("content", [b"{", b'{"a": 1}', b"[[[[1]]]]", b'[{"name": "x"}', b"[" * 100_000])
def test_json_without_a_table_is_refused_with_words(content: bytes) -> None:
    with pytest.raises(InvalidInput):
        file_read("x.json", content)


@pytest.mark.slow
def test_20000_rows_are_read_applied_and_taken_back(
    asha: Actor, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    page = book.add_worksheet()
    page.write_row(0, 0, ("Name", "Description", "Likelihood", "Severity", "Review date"))
    for line in range(1, MANY + 1):
        page.write_row(
            line, 0, (f"Risk {line}", f"Event {line}", "Likely", "Major" if line % 1000 else "Terrible", "31.12.2027")
        )
    book.close()
    times = [time.perf_counter()]
    run = read(asha, out.getvalue(), now, "many.xlsx")
    times.append(time.perf_counter())
    assert len({row[0] for row in run.problems}) == MANY // 1000
    run = import_apply(run=run, actor=asha, now=now, skip_bad=True)
    times.append(time.perf_counter())
    assert Record.objects.filter(imported=run).count() == MANY - MANY // 1000
    assert import_undo(run=run, actor=asha, now=now) == MANY - MANY // 1000
    times.append(time.perf_counter())
    took = [after - before for before, after in itertools.pairwise(times)]
    with capsys.disabled():
        print(
            f"\n{MANY:,} rows: read and checked twice {took[0]:.1f} s, applied {took[1]:.1f} s, taken back {took[2]:.1f} s"
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


@pytest.mark.slow
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
