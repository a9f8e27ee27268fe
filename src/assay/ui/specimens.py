"""What the pattern page shows: specimens made for looking at components, not measurements of anything."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from django import forms

from assay.ui.charts import Bar, LinePoint
from assay.ui.marks import Mark, Segment
from assay.ui.surface import MapCell, Tone
from assay.ui.table import Column, TableView


@dataclass(frozen=True)
class Drawn:
    """A glyph as `core.reading.Glyph` describes one, with its sentence and the words beside it."""

    fill_permille: int
    texture: str
    stale: bool
    letter: str
    words: str
    more: str
    sentence: str


@dataclass(frozen=True)
class Row:
    """One line of the specimen list."""

    name: str
    glyph: Drawn
    looked_at: str
    may_remain: str
    silent_about: str
    oldest: str


def _sentence(covered: int, strata: int, weakest: str, found: str, remain: int, unseen: int) -> str:
    """Say what a screen reader hears, in the order of every verdict."""
    where = f"{strata} of 22 pathways" + (f" (weakest: {weakest})" if weakest else "")
    rest = f"up to {remain} may remain where we looked; {unseen} not looked at"
    return f"coverage {covered} %, {where}; {found}; {rest}"


def _drawn(fill: int, texture: str, letter: str, words: str, sentence: str) -> Drawn:
    return Drawn(fill, texture, letter == "S", letter, words, f"{fill // 10} % looked at", sentence)


NOTHING: Final = "nothing found"
GLYPHS: Final = (
    _drawn(1000, "solid", "P", "clean, bounded", _sentence(100, 22, "", NOTHING, 1, 0)),
    _drawn(410, "solid", "U", "unproven", _sentence(41, 9, "assignment brief 0 %", NOTHING, 3, 310)),
    _drawn(960, "hatched", "U", "clean, loosely bounded", _sentence(96, 22, "cover image 71 %", NOTHING, 9, 12)),
    _drawn(590, "crossed", "F", "1 defect found", _sentence(59, 19, "rubric 0 %", "1 found", 4, 72)),
    _drawn(860, "solid", "S", "stale", _sentence(86, 20, "exam bank 62 %", NOTHING, 2, 44) + "; results have expired"),
    _drawn(0, "empty", "U", "nothing looked at", "coverage 0 %, 0 of 22 pathways; nothing is known; 528 not looked at"),
)
FILLS: Final = (0, 5, 120, 410, 860, 995, 1000)
NAMES: Final = (
    "Blueprint", "Outline", "Course", "Lesson", "Lesson regeneration", "Lesson quiz", "Diagnostic",
    "Applied exercise", "Capstone", "Module exam", "Final exam", "Course final assessment", "Assignment brief",
    "Assignment regeneration", "Rubric", "Smart hotspots", "Cover image", "Scenario", "Competency map", "Family FAQ",
    "Assessment explainer", "Exam bank regeneration",
)  # fmt: skip
TONES: Final[Mapping[int, Tone]] = {8: "red", 13: "red", 14: "amber", 15: "red", 16: "amber", 17: "absent", 22: "amber"}
WORDS: Final[Mapping[Tone, str]] = {
    "green": "governed and audited; nothing found",
    "amber": "governed only; its artefacts were not looked at",
    "red": "neither governed nor audited",
    "absent": "no artefact exists",
}
TEXT: Final = (
    "## Using the register\n\nThe organization **first** applies the environmental aspects register of ISO 14001 to decide which AI systems need an "
    "impact assessment.\n\nLike ISO 9001, the standard follows the harmonized structure. Compared with ISO/IEC 27001, "
    "its controls speak of data and of people.\n\nUnder ISO/IEC 42001:2021, keep the result as documented information."
)
COLUMNS: Final = (
    Column("name", "Programme", sortable=True, fixed=True),
    Column("verdict", "Verdict", fixed=True),
    Column("looked_at", "Looked at", align="end", sortable=True, hint="Weight of measured cells of all cells"),
    Column("may_remain", "May remain", align="end", sortable=True, narrow=False),
    Column("silent_about", "Silent about", narrow=False),
    Column("oldest", "Oldest", align="end", sortable=True, narrow=False),
)
PROOF: Final = tuple(f"{step:02x}" * 32 for step in (0x3A, 0x91, 0xC4, 0x0F))


class SpecimenForm(forms.Form):
    """A form that was sent with a wrong answer."""

    email = forms.EmailField(help_text="The sign-in link goes there.")


def _mark(words: str, bucket: str, label: str) -> Mark:
    start = TEXT.index(words)
    return Mark(start, start + len(words), bucket, label, bucket.lower(), "#findings")


@dataclass(frozen=True)
class Specimens:
    """Everything that the pattern page draws."""

    glyphs: tuple[Drawn, ...]
    fills: tuple[tuple[Drawn, ...], ...]
    cells: tuple[MapCell, ...]
    counts: Mapping[str, int]
    view: TableView
    none_view: TableView
    rows: tuple[Row, ...]
    text: str
    marks: tuple[Mark, ...]
    part: Segment
    bars: tuple[Bar, ...]
    trend: tuple[LinePoint, ...]
    proof: tuple[str, ...]
    form: SpecimenForm

    @classmethod
    def read(cls, params: Mapping[str, object]) -> Self:
        """Build the specimens; the list answers to its own sort, columns, density and page."""
        cells = tuple(
            MapCell(number, name, tone, WORDS[tone], f"#pathway-{number}" if tone != "absent" else "", int(number == 6))
            for number, name in enumerate(NAMES, 1)
            for tone in (TONES.get(number, "green"),)
        )
        view = TableView.read(params, columns=COLUMNS, sort="name", size=25)
        return cls(
            glyphs=GLYPHS,
            fills=tuple(
                _fills(texture, stale) for texture in ("solid", "hatched", "crossed") for stale in (False, True)
            ),
            cells=cells,
            counts={tone: sum(cell.tone == tone for cell in cells) for tone in WORDS},
            view=view.counted(418),
            none_view=TableView.read({"state": "fail"}, columns=COLUMNS).counted(0),
            rows=_rows(descending=view.descending),
            text=TEXT,
            marks=(
                _mark("environmental aspects register of ISO 14001", "A", "Finding A, governing: ISO 14001"),
                _mark("harmonized structure", "B", "Finding B, structural: harmonized structure"),
                _mark("Compared with ISO/IEC 27001", "C", "Finding C, comparative: ISO/IEC 27001"),
                _mark("ISO/IEC 42001:2021", "own", "Finding, wrong edition: ISO/IEC 42001"),
            ),
            part=Segment("One segment that Markdown makes strong.", look="strong"),
            bars=tuple(Bar(row.name, row.glyph.fill_permille, row.looked_at, "#") for row in _rows(descending=False)),
            trend=tuple(
                LinePoint(f"{day} Nov", value, f"{value} %")
                for day, value in enumerate((12, 18, 18, 41, 44, 63, 71), 10)
            ),
            proof=PROOF,
            form=SpecimenForm({"email": "asha"}),
        )


def _fills(texture: str, stale: bool) -> tuple[Drawn, ...]:
    said = "stale, " if stale else ""
    return tuple(
        Drawn(fill, texture, stale, "U", "", "", f"Specimen: {said}{texture}, {fill / 10:g} % looked at")
        for fill in FILLS
    )


def _rows(*, descending: bool) -> tuple[Row, ...]:
    clean, unproven, loose, defect, stale, nothing = GLYPHS
    rows = (
        Row("AI literacy for all staff", clean, "100 %", "0", "nothing", "2 h"),
        Row("Impact assessor", unproven, "41 %", "3 + 310", "13 pathways", "2 h"),
        Row("Integrated 27001 and 42001 auditor", loose, "96 %", "9", "17 Cover image", "3 d"),
        Row("ISO/IEC 42001 Lead Auditor", defect, "59 %", "4 + 72", "8, 13, 15", "2 h"),
        Row("Model risk for boards", stale, "86 %", "2", "5, 22", "94 d"),
        Row("Supplier oversight", nothing, "0 %", "528", "everything", "–"),
    )
    return tuple(reversed(rows)) if descending else rows
