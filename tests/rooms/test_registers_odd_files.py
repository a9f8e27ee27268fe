"""Files as other programs and people make them: each is read as it was meant, or told wrong in its row; none is guessed at."""

import io
import json
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from openpyxl import Workbook  # type: ignore[import-untyped]

from assay.accounts.access import Actor
from assay.core.errors import InvalidInput
from assay.registers.importing import cell_read, day_order, day_read, file_read, mapping_guess
from assay.registers.importing.cells import level_read
from assay.registers.models import Record
from assay.registers.registry import registers
from assay.registers.services.importing import RowRead, import_apply, import_map, import_read, rows_read
from assay.registers.values import Refused
from tests.command import assay

RISKS = registers()["risks"]
REST = {"kind": "risk", "source": "model", "event": "As told", "causes": "As told", "consequence_text": "As told"}
pytestmark = pytest.mark.req("M-03")


def book(make: Callable[[Any, Any], None], *, sheet: str = "Risks") -> bytes:
    """A workbook that `make` fills: it gets the book and its first page."""
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out)
    make(made, made.add_worksheet(sheet))
    made.close()
    return out.getvalue()


def table(page: Any, lines: Sequence[Sequence[Any]], *, top: int = 0, left: int = 0) -> None:
    for row, line in enumerate(lines, top):
        page.write_row(row, left, line)


def rows(actor: Actor, content: bytes | str, now: datetime, name: str = "file.xlsx") -> list[RowRead]:
    """The rows as guessed columns make them, with what no file says filled in."""
    raw = content.encode() if isinstance(content, str) else content
    run = import_read(actor=actor, register="risks", name=name, content=raw, now=now)
    mapped = run.mapping["columns"]
    rest = {key: text for key, text in REST.items() if key not in mapped.values()}
    run = import_map(run=run, actor=actor, columns=mapped, constants=rest, now=now)
    return rows_read(actor, run)


@pytest.mark.parametrize(
    ("header", "line"),
    [
        ("Bezeichnung;Beschreibung;Ursachen;Folgen;Eintrittswahrscheinlichkeit;Schadenshöhe;Verantwortlicher;Nächste Prüfung",
         "Drift;Antworten falsch;Daten;Kosten;hoch;gering;Asha;05.03.2027"),
        ("Intitulé;Description du risque;Menaces;Conséquences;Vraisemblance;Gravité;Responsable;Échéance",
         "Drift;Réponses fausses;Données;Coûts;Élevée;Faible;Asha;5 mars 2027"),
        ("Riesgo;Descripción;Causas;Consecuencias;Probabilidad;Impacto;Propietario;Fecha de revisión",
         "Drift;Respuestas;Datos;Costes;Alta;Baja;Asha;05/03/2027"),
        ("Risk / Risiko;Description (what may happen)*;Cause(s);Consequences;Likelihood (1-5);Severity [1–5];Risk owner:;Review date",
         "Drift;Wrong;Data;Cost;4;2;Asha <asha@halvorsen.example>;2027-03-05 00:00:00"),
    ],
    ids=["german", "french", "spanish", "two-languages"],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_headings_in_other_languages_and_encodings(
    header: str, line: str, encoding: str, asha: Actor, now: datetime
) -> None:
    (row,) = rows(asha, f"{header}\r\n{line}\r\n".encode(encoding), now, "risiken.csv")
    assert row.problems == ()
    facts = (row.title, row.data["likelihood"], row.data["consequence"], row.owner, row.review_on)
    assert facts == ("Drift", 4, 2, asha.person, date(2027, 3, 5))


def test_a_sep_line_and_commas_inside_texts_do_not_move_columns(asha: Actor, now: datetime) -> None:
    text = 'sep=;\r\nName;Description;Likelihood\r\n"Drift, slow";"Wrong, often, badly; and ""late""\nsecond line";4\r\nBias;One, two, three, four;3\r\n'
    drift, bias = rows(asha, text, now, "risks.csv")
    assert (drift.title, drift.data["event"]) == ("Drift, slow", 'Wrong, often, badly; and "late"\nsecond line')
    assert (bias.data["event"], bias.data["likelihood"]) == ("One, two, three, four", 3)
    plainly = "Name;Description\nA, b, c, d;x, y, z\nE, f, g, h;i, j, k\n"
    assert file_read("x.csv", plainly.encode()).header == ("Name", "Description")


def test_days_as_numbers_and_in_two_orders(asha: Actor, now: datetime) -> None:
    def make(made: Any, page: Any) -> None:
        table(page, [("Name", "Review date"), ("A", 46388), ("B", 46388.75)])
        page.write_datetime(3, 1, datetime(2027, 1, 1), made.add_format({"num_format": "dd/mm/yyyy"}))  # noqa: DTZ001
        page.write(3, 0, "C")

    assert {row.review_on for row in rows(asha, book(make), now)} == {date(2027, 1, 1)}
    american = rows(asha, "Name,Review date\nA,03/04/2027\nB,12/31/2026\n", now, "us.csv")
    assert [row.review_on for row in american] == [date(2027, 3, 4), date(2026, 12, 31)]
    mixed = rows(asha, "Name,Review date\nA,03/04/2027\nB,12/31/2026\nC,31/12/2026\n", now, "mixed.csv")
    assert [[key for key, _words in row.problems] for row in mixed] == [["review_on"]] * 3


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31.12.26", "2026-12-31"), ("5th March 2027", "2027-03-05"), ("Mon, 5 Mar 2027", "2027-03-05"), ("March 5, 2027", "2027-03-05"),
        ("1er août 2027", "2027-08-01"), ("05-Mar-2027", "2027-03-05"), ("2027-03-05T10:00:00Z", "2027-03-05"), ("5-3-2027", "2027-03-05"),
        ("5 de marzo de 2027", "2027-03-05"),
    ],
)  # fmt: skip
def test_days_as_people_write_them(text: str, day: str) -> None:
    assert day_read(text).isoformat() == day


@pytest.mark.parametrize("text", ["31.02.2027", "2027", "Q1 2027", "soon", "13/13/2027", "00/01/2027", "March 2027"])
def test_what_names_no_day_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        day_read(text)


def test_the_order_of_days_is_told_by_those_that_can_be_read_one_way() -> None:
    assert [day_order(each) for each in ([], ["1/2/2027"], ["13/2/2027"], ["2/13/2027"], ["2/13/2027", "13/2/2027"])] == [
        "day", "day", "day", "month", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("High (4)", 4), ("4 - High", 4), ("4 – likely", 4), ("(4) High", 4), ("4.0", 4), ("4,0", 4), ("4/5", 4), ("P4", 4), ("L4", 4),
        ("Level 4", 4), ("Very High Risk", 5), ("Stufe 3", 3), ("sehr hoch", 5), ("Peu probable", 2), ("MEDIUM", 3), ("Medium risk", 3),
        ("4: some words of their own", 4), ("Own words (2)", 2), ("Muy alta", 5), ("almost certain", 5),
    ],
)  # fmt: skip
def test_levels_as_people_write_them(text: str, level: int) -> None:
    assert cell_read(RISKS.field("likelihood"), text) == level


@pytest.mark.parametrize(
    "text", ["High (3)", "4/10", "60 %", "Medium-High", "3.5", "7", "0", "1-2", "Low or high", "High (60%)", "44", "-1"]
)
def test_a_level_that_says_two_things_or_none_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        cell_read(RISKS.field("likelihood"), text)


def test_a_word_is_told_apart_from_a_number_that_contradicts_it() -> None:
    with pytest.raises(Refused, match=r"two things.*4 of 5.*3"):
        level_read("High (3)", 5)


def test_formulas_without_results_and_errors_are_told_by_row(asha: Actor, now: datetime) -> None:
    made = Workbook()
    page = made.active
    for line in (("Name", "Description", "Likelihood"), ("A", "=B9&C9", 3), ('="Risk "&1', "Fine", 3), ("C", "Fine", "#REF!"), ("D", "Fine", 2)):  # fmt: skip
        page.append(line)
    out = io.BytesIO()
    made.save(out)
    found = rows(asha, out.getvalue(), now)
    assert [[key for key, _words in row.problems] for row in found] == [["event"], ["title"], ["likelihood"], []]
    assert "formula" in found[0].problems[0][1]
    assert "#REF!" in found[2].problems[0][1]

    def calculated(_made: Any, page: Any) -> None:
        table(page, [("Name", "Likelihood"), ("A", "")])
        page.write_formula(1, 1, "=2*2", None, 4)

    assert rows(asha, book(calculated), now)[0].data["likelihood"] == 4


def test_headings_twice_go_to_before_and_after_by_the_line_above(asha: Actor, now: datetime) -> None:
    def make(_made: Any, page: Any) -> None:
        page.merge_range(0, 1, 0, 2, "Inherent risk")
        page.merge_range(0, 3, 0, 4, "Residual")
        table(
            page,
            [("Name", "Likelihood", "Impact", "Likelihood", "Impact"), ("Drift", "High (4)", 5, 2, "Minor (2)")],
            top=1,
        )

    content = book(make)
    read = file_read("x.xlsx", content)
    assert read.header == (
        "Name",
        "Inherent risk: Likelihood",
        "Inherent risk: Impact",
        "Residual: Likelihood",
        "Residual: Impact",
    )
    assert list(mapping_guess(RISKS, read.header, [cells for _line, cells in read.rows]).values()) == [
        "title", "likelihood", "consequence", "residual_likelihood", "residual_consequence",
    ]  # fmt: skip
    assert rows(asha, content, now)[0].data["residual_consequence"] == 2


def test_a_heading_that_stands_twice_gives_way_to_the_column_that_holds_something() -> None:
    read = file_read("x.csv", b"Name,Description,Description\nA,,Drift\nB,,Bias\n")
    assert mapping_guess(RISKS, read.header, [cells for _line, cells in read.rows]) == {
        "Name": "title",
        "Description (3)": "event",
    }


def test_hidden_sheets_lists_beside_and_blank_columns_are_left_alone(asha: Actor, now: datetime) -> None:
    def make(made: Any, page: Any) -> None:
        table(
            page,
            [
                ("", "", "Register of risks"),
                (),
                ("", "", "Name", "", "Description", "Likelihood"),
                ("", "", "Drift", "", "Wrong", 4),
            ],
            top=2,
        )
        old = made.add_worksheet("Old")
        table(old, [("Name", "Description"), *[(f"Old {n}", "Old") for n in range(50)]])
        old.hide()
        table(made.add_worksheet("Lists"), [("Word", "Step"), *[(f"Word {n}", n) for n in range(200)]])

    read = file_read("x.xlsx", book(make))
    assert (read.sheet, read.header, read.others) == ("Risks", ("Name", "Description", "Likelihood"), ("Lists",))
    assert [row.title for row in rows(asha, book(make), now)] == ["Drift"]


def test_cells_merged_downwards_hold_in_every_row(asha: Actor, now: datetime) -> None:
    def make(_made: Any, page: Any) -> None:
        table(page, [("Category", "Name", "Description")])
        page.merge_range(1, 0, 3, 0, "Security")
        table(page, [("Leak", "Data leaks"), ("Theft", "Model stolen"), ("Poison", "Data poisoned")], top=1, left=1)
        table(page, [("Legal", "Fine", "A fine")], top=4)

    assert [row.data["source"] for row in rows(asha, book(make), now)] == ["security"] * 3 + ["law"]


def test_a_last_line_that_adds_up_is_no_row_and_one_that_says_something_is(asha: Actor, now: datetime) -> None:
    text = "Name;Description;Likelihood\nDrift;Wrong;4\nBias;Unfair;2\n\nTotal: 2;;6\n"
    assert [row.title for row in rows(asha, text, now, "x.csv")] == ["Drift", "Bias"]
    kept = rows(asha, "Name;Description;Likelihood\nDrift;Wrong;4\nTotal outage;Nothing answers;2\n", now, "x.csv")
    assert [row.title for row in kept] == ["Drift", "Total outage"]


def test_a_wrong_or_endless_dimension_loses_no_row(asha: Actor, now: datetime) -> None:
    def make(_made: Any, page: Any) -> None:
        table(page, [("Name", "Description"), *[(f"Risk {n}", "x") for n in range(30)]])
        page.write_blank(1_000_000, 16_000, None, _made.add_format({"bold": True}))

    content = book(make)
    for dimension in (b"A1", b"A1:XFD1048576", b"C3:D4"):
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
            for name in old.namelist():
                body = old.read(name)
                if name.endswith("sheet1.xml"):
                    start = body.index(b'<dimension ref="') + 16
                    body = body[:start] + dimension + body[body.index(b'"', start) :]
                new.writestr(name, body)
        assert len(file_read("x.xlsx", out.getvalue()).rows) == 30


def test_blank_lines_between_rows_lose_none() -> None:
    lines = "Name;Description\n" + "Risk;Event\n\n\n" * 9_000
    assert len(file_read("x.csv", lines.encode()).rows) == 9_000


@pytest.mark.parametrize(
    "content",
    [
        {"data": {"risks": {"items": [{"name": "Drift", "description": "Wrong", "likelihood": {"value": 4, "label": "High"}}] * 2}}},
        {"risks": {"r1": {"name": "Drift", "description": "Wrong", "likelihood": 4}, "r2": {"name": "Bias", "description": "x", "likelihood": "4"}}},
        [{"id": "1", "type": "risk", "attributes": {"name": "Drift", "description": "Wrong", "likelihood": "4 - High"}}],
        {"results": [{"name": "Drift", "description": "Wrong", "current_proba": {"name": "High", "value": 3, "abbreviation": "H"}}], "count": 1},
    ],
    ids=["nested", "by-key", "attributes", "levels-as-objects"],
)  # fmt: skip
def test_json_of_several_makes(content: Any, asha: Actor, now: datetime) -> None:
    row = rows(asha, json.dumps(content), now, "risks.json")[0]
    assert (row.title, row.data["event"], row.data["likelihood"], row.problems) == ("Drift", "Wrong", 4, ())


def test_lines_of_json(asha: Actor, now: datetime) -> None:
    text = '{"name": "Drift", "description": "Wrong"}\n{"name": "Bias", "description": "Unfair", "owner": {"first_name": "Asha"}}\n'
    assert [(row.title, row.owner) for row in rows(asha, text, now, "risks.jsonl")] == [
        ("Drift", None),
        ("Bias", asha.person),
    ]


@pytest.mark.parametrize(
    "content",
    [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, b"<html><table><tr><td>Name</td></tr></table></html>", b"\x00\x01\x02" * 400],
    ids=["old-workbook", "page", "bytes"],
)  # fmt: skip
def test_what_only_looks_like_a_sheet_is_refused_with_what_to_do(content: bytes) -> None:
    with pytest.raises(InvalidInput) as caught:
        file_read("risks.xls", content)
    assert caught.value.hint


def test_an_opendocument_sheet_is_named_as_such() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        made.writestr("content.xml", "<office/>")
    with pytest.raises(InvalidInput, match="OpenDocument"):
        file_read("risks.ods", out.getvalue())


def test_who_owns_and_stands_in_is_told_by_row(asha: Actor, ben: Actor, now: datetime) -> None:
    text = "Name;Owner;Stellvertretung\nA;asha@halvorsen.example;Ben\nB;Ben (risk);n/a\nC;Asha;Asha\nD;Nobody Known;\nE;TBD;\n"
    found = rows(asha, text, now, "x.csv")
    assert [(row.owner, row.deputy) for row in found[:2]] == [(asha.person, ben.person), (ben.person, None)]
    assert [[key for key, _words in row.problems] for row in found] == [[], [], ["deputy"], ["owner"], []]


def test_a_title_that_is_too_long_is_told_and_not_cut(asha: Actor, now: datetime) -> None:
    (row,) = rows(asha, f"Name;Description\n{'long ' * 80};x\n", now, "x.csv")
    assert [key for key, _words in row.problems] == ["title"]


def test_reading_tells_how_far_it_is(asha: Actor, now: datetime) -> None:
    run = import_read(
        actor=asha, register="risks", name="x.csv", content=b"Name;Description\n" + b"A;B\n" * 1_200, now=now
    )
    told: list[tuple[int, int]] = []
    rows_read(asha, run, lambda done, total: told.append((done, total)))
    assert told == [(500, 1200), (1000, 1200), (1200, 1200)]


def test_texts_that_look_like_formulas_stay_texts(asha: Actor, now: datetime) -> None:
    text = 'Name;Description;Causes;Consequences\n"=HYPERLINK(""x"")";"+cmd";@x;-1\n'
    run = import_read(actor=asha, register="risks", name="x.csv", content=text.encode(), now=now)
    run = import_map(
        run=run, actor=asha, columns=run.mapping["columns"], constants={"kind": "risk", "source": "model"}, now=now
    )
    import_apply(run=run, actor=asha, now=now)
    assert Record.objects.get(imported=run).title == '=HYPERLINK("x")'


@pytest.mark.slow
def test_the_command_checks_first_and_writes_on_request(tmp_path: Path) -> None:
    file, told = tmp_path / "risks.csv", ("--data", str(tmp_path / "data"))
    file.write_text("Name;Description;Wer\nDrift;Wrong;Nobody\n;No name;\n", encoding="utf-8")
    rest = [
        part for key in ("kind=risk", "source=model", "causes=x", "consequence_text=y") for part in ("--value", key)
    ]
    tried = assay("import-records", "risks", str(file), *rest, *told)
    assert (tried.code, "line 3, title" in tried.out, "Nothing was written" in tried.out) == (10, True, True)
    done = assay("import-records", "risks", str(file), *rest, "--column", "Wer=basis", "--apply", "--skip-bad", *told)
    assert (done.code, "1 records were written" in done.out) == (0, True)
    assert "no column 'Who'" in assay("import-records", "risks", str(file), "--column", "Who=owner", *told).message


CHOICES = {
    "ai-systems.tier": {
        "High": "high", "High (4)": "high", "4 - High": "high", "HIGH risk": "high", "Limited risk (transparency)": "limited",
        "High (was low)": None, "low → high": None, "limited/high": None, "not low": None, "isn't low": None, "higher than low": None,
        "low?": None,
    },
    "impacts.rating": {"medium": "medium", "Medium-High": None, "low; high": None},
    "impacts.reversibility": {"Not at all": "never", "never": "never", "not easily": None, "with luck": None},
    "treatments.effective": {
        "yes (tested)": "yes", "in part only": "partly", "No - see notes": "no", "yes, but no evidence": None, "in progress": None,
        "no evidence": None, "yes and no": None,
    },
    "risks.source": {"Sicherheit": "security", "Sécurité": "security", "Legal, compliance": "law", "Data quality, security": "data", "Use of data": None},
    "risks.option": {"akzeptieren": "retain", "accepter": "retain", "Modify the risk": "modify", "mitigate / accept": None, "do not accept": None},
    "responsibilities.accountable": {"the supplier of the model": "supplier"},
    "data-resources.personal": {"no": "no", "Yes, special categories": "special", "no idea": None, "yes, special": None},
}  # fmt: skip


@pytest.mark.parametrize(
    ("place", "text", "option"),
    [(place, text, option) for place, cells in CHOICES.items() for text, option in cells.items()],
)
def test_a_cell_names_one_option_for_sure_or_is_refused(place: str, text: str, option: str | None) -> None:
    register, key = place.split(".")
    field = next(each for each in registers()[register].fields if each.key == key)
    if option is not None:
        assert cell_read(field, text) == option
        return
    with pytest.raises(Refused) as refused:
        cell_read(field, text)
    assert all(label in str(refused.value) for _key, label in field.choices)
