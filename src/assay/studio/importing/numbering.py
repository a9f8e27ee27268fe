"""The numbers that a word processor puts before paragraphs and does not write into them. ECMA-376 part 1, 17.9."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.etree import ElementTree as Tree

from assay.studio.importing.archive import Archive
from assay.studio.importing.xmlsafe import local, xml_parse

PART = "word/numbering.xml"
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
    (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_DEEPEST = 9


@dataclass(frozen=True)
class _Level:
    format: str
    pattern: str
    start: int


@dataclass
class Numbering:
    """The lists of a document: their levels by list id, and how far each has counted."""

    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    counts: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, archive: Archive) -> Numbering:
        """Read the part with the lists; without one no paragraph has a number."""
        if PART not in archive:
            return cls()
        root = xml_parse(archive.read(PART), f"{archive.name}, {PART}")
        abstract = {_value(each, "abstractNumId"): _levels(each) for each in root if local(each) == "abstractNum"}
        found = {}
        for each in root:
            if local(each) == "num":
                named = next((_value(child) for child in each if local(child) == "abstractNumId"), "")
                found[_value(each, "numId")] = abstract.get(named, {})
        return cls(found)

    def label(self, properties: Tree.Element | None, style: str) -> tuple[str, int]:
        """Count on, and return the label of a paragraph (`1.`, `B)`, `-` for a bullet, "" for none) and its depth."""
        if properties is None:
            bullet = style.lower().startswith("listbullet")
            return ("-" if bullet else "", 0)
        said = {local(each): _value(each) for each in properties}
        ident = said.get("numId", "")
        depth = min(int(said["ilvl"]), _DEEPEST - 1) if said.get("ilvl", "").isdigit() else 0
        level = self.levels.get(ident, {}).get(depth)
        if level is None:
            return "", 0
        counts = self.counts.setdefault(ident, [0] * _DEEPEST)
        counts[depth] = counts[depth] + 1 if counts[depth] else level.start
        counts[depth + 1 :] = [0] * (_DEEPEST - depth - 1)
        if level.format == "bullet":
            return "-", depth
        if level.format == "none":
            return "", 0
        return re.sub(r"%([1-9])", lambda found: self._shown(ident, int(found[1]) - 1), level.pattern).strip(), depth

    def _shown(self, ident: str, depth: int) -> str:
        level = self.levels[ident].get(depth)
        number = self.counts[ident][depth] or (level.start if level else 1)
        return _numeral(number, level.format if level else "decimal")


def _levels(element: Tree.Element) -> dict[int, _Level]:
    found = {}
    for each in element:
        if local(each) == "lvl" and _value(each, "ilvl").isdigit():
            said = {local(child): _value(child) for child in each}
            start = int(said["start"]) if said.get("start", "").isdigit() else 1
            found[int(_value(each, "ilvl"))] = _Level(said.get("numFmt", "decimal"), said.get("lvlText", "%1."), start)
    return found


def _numeral(number: int, style: str) -> str:
    if style in ("upperLetter", "lowerLetter") and number > 0:
        letters = chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letters if style == "upperLetter" else letters.lower()
    if style in ("upperRoman", "lowerRoman") and 0 < number < 4000:
        roman = ""
        for worth, sign in _ROMAN:
            roman += sign * (number // worth)
            number %= worth
        return roman if style == "upperRoman" else roman.lower()
    return str(number)


def _value(element: Tree.Element, name: str = "val") -> str:
    return next((said for key, said in element.attrib.items() if key.rsplit("}", 1)[-1] == name), "")
