"""The grammar of standards in the wild: every way a text names a family, with part, edition and offsets.

An automaton finds anchors (numbers, names, "ISO"); regular expressions run only there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assay.detect.folding import bounded, fold, is_word
from assay.detect.lexicon import Lexicon, Name, lexicon

Sort = Literal["designation", "number", "name", "system", "acronym", "spoken", "typo"]

_BODY = re.compile(
    r"(?P<body>iso|iec|lso|ios|is0|iatf)(?:[ /_-]{0,2}(?:iec|eic|ieee|ts|tr|pas|dis|fdis|cd|iatf)\b(?![0-9]))*"
    r"[ \-_:/#.]{0,2}(?:(?:no|nr|norme?|norma|standard|规格|規格|标准)\.? ?)?"
    r"(?P<number>[0-9][0-9ol]{2,5})(?![a-z0-9])"
)
_TAIL = re.compile(
    r"(?:-(?P<part>[0-9]{1,2})(?![0-9]))?"
    r"(?: ?[:/\-] ?(?P<year>(?:19|20)[0-9]{2})(?![0-9])| \(?(?P<spaced>(?:19|20)[0-9]{2})\)?(?: edition)?(?![0-9a-z]))?"
    r"(?: ?\(e\))?(?: ?[/+] ?a(?:md|mendment) ?\.?[0-9](?::[0-9]{4})?)?"
)
_NEXT = re.compile(
    r"(?P<between> ?(?:,|/|&|\+|;|-|、|・) ?(?:(?:and|or|und|oder|et|ou|y|e|o) )?| (?:and|or|und|oder|et|ou|y|e|o|bis|to|through) |[及和与や])"
    r"(?P<number>[0-9]{4,5})(?![0-9a-z])"
)
_PREFIX = re.compile(
    r"(?:\b(?:bs|din|nf|une|uni|nen|önorm|sn|ss|ns|ds|sfs|pn|čsn|evs|sist|as/nzs|as|nzs|ansi(?:/[a-z]+)?|incits|csa|can|"
    r"jis(?: ?[qxtd])?|gb/t|ks|en|cen|pren|fpren|nbr|abnt|np|i\.s\.)[ /-]+)+$"
)
_CUE = re.compile(
    r"standard|certif|zertif|clause|annex|audit|complian|conform|\biso\b|\biec\b|nonconform|\bjis\b|\bgb/t|management system|lead auditor|"
    r"\bnorm(?:e|a|en)?\b|managementsystem|klausel|abschnitt|clausul|cláusul|exigenc|requisit|requirement|accredit|"
    r"标准|认证|条款|审核|規格|認証|要求事項|監査|箇条"
)
_NOT_NUMBER_BEFORE = re.compile(
    r"(?:[$€£¥#№]|port |tcp |ticket |order |invoice |room |line |zip |po box |[0-9][.,]|[-+.])\s?$"
)
_NOT_NUMBER_AFTER = re.compile(
    r"[.,][0-9]|%| ?(?:euro?s?|usd|dollars?|users|units|records|employees|people|items|rows|km|kg|kwh|mb|gb|ms|tokens|images|"
    r"samples|customers|applications|hours|bytes)\b"
)
_VERSION = re.compile(
    r" ?(?:v(?:ersion)? ?)?[0-9]{1,2}\.[0-9]{1,2}(?:\.[0-9]+)?(?![0-9])| (?:security|privacy|breach notification) rule|"
    r" type (?:1|2|ii|i)\b| rev(?:ision|\.)? ?[0-9]\b| \([^()]{2,40}\)(?= (?:and|or|,))"
)
_DORA_METRICS = re.compile(r" ?(?:metrics|explorer|four keys)")


@dataclass(frozen=True, slots=True)
class Mention:
    """A family named in text[start:end]. `number` is as written, `year` the edition, `typo` one edit away from a name,
    `weak` an ambiguous acronym that counts only beside another sign of its family."""

    family: str
    start: int
    end: int
    sort: Sort
    number: str = ""
    part: str = ""
    year: str = ""
    typo: bool = False
    weak: bool = False


def find_mentions(
    text: str, *, folded: str | None = None, own: str = "", raw: list[tuple[int, int, int]] | None = None
) -> list[Mention]:
    """Return every mention in order of place, none overlapping.

    A mistyped number that may stand for `own` (the programme's number) is read as that. `raw` is what the automaton finds in
    the folded text (index of the name, start, end), where that is known already.
    """
    low = fold(text) if folded is None else folded
    lex = lexicon()
    if raw is None:
        raw = lex.automaton.find_matches_as_indexes(low, overlapping=True)
    if not raw:
        return []
    found: list[Mention] = []
    loose: list[tuple[int, int, Name]] = []
    designated_to = -1
    for index, start, end in raw:
        name = lex.names[index]
        if name.kind == "anchor":
            if start >= designated_to and (start == 0 or not (is_word(low[start - 1]) and low[start - 1] != "_")):
                designated_to = _designation(low, start, lex, found, own) or designated_to
        elif bounded(low, start, end) or (name.kind == "number" and _in_name(low, start, end)):
            loose.append((start, end, name))
    _add_loose(text, low, loose, found)
    found.sort(key=lambda m: (m.start, -m.end))
    return _without_overlaps(found)


def _in_name(low: str, start: int, end: int) -> bool:
    """Numbers inside file names: iso14001_checklist, 9001-audit."""
    before = low[start - 1] if start else " "
    after = low[end] if end < len(low) else " "
    return not before.isdigit() and not after.isdigit() and (before == "_" or after == "_") and before not in ".,"


def _designation(low: str, start: int, lex: Lexicon, found: list[Mention], own: str) -> int:
    """Read a designation at `start`, with the further numbers of its list; return where it ends, 0 if there is none."""
    match = _BODY.match(low, start)
    if match is None:
        return 0
    written = match["number"]
    number = written.replace("o", "0").replace("l", "1")
    family, typo = _family_of(number, lex, own)
    if not family:
        return 0
    tail = _TAIL.match(low, match.end())
    end, part, year = _tail_of(tail, match.end())
    if number == "20000" and part not in ("", "1"):
        part = part or ""
    prefix = _PREFIX.search(low, max(0, start - 24), start)
    begin = prefix.start() if prefix else start
    typo = typo or written != number or match["body"] in ("lso", "ios", "is0")
    found.append(Mention(family, begin, end, "typo" if typo else "designation", number, part, year, typo))
    return _list_on(low, end, lex, found)


def _tail_of(tail: re.Match[str] | None, end: int) -> tuple[int, str, str]:
    if tail is None:
        return end, "", ""
    year = tail["year"] or tail["spaced"] or ""
    return tail.end(), tail["part"] or "", year


def _list_on(low: str, end: int, lex: Lexicon, found: list[Mention]) -> int:
    while (match := _NEXT.match(low, end)) is not None:
        family = lex.numbers.get(match["number"])
        if family is None:
            break
        stop, part, year = _tail_of(_TAIL.match(low, match.end()), match.end())
        found.append(Mention(family, match.start("number"), stop, "designation", match["number"], part, year))
        end = stop
    return end


def _family_of(number: str, lex: Lexicon, own: str) -> tuple[str, bool]:
    """Return (family, typo) for a number written after "ISO"; "iso<number>" for a known standard of no family."""
    if number in lex.numbers:
        return lex.numbers[number], False
    if number in lex.known:
        return f"iso{number}", False
    if own and len(number) >= 4 and (one_edit(number, own) or sorted(number) == sorted(own)):
        return lex.numbers[own], True
    close = [known for known in lex.primary if len(known) >= 4 and one_edit(number, known)]
    families = {lex.numbers[known] for known in close}
    if len(families) == 1:
        return families.pop(), True
    if len(families) > 1:
        first = [known for known in close if known[:2] == number[:2] and len(known) == len(number)] or close
        return lex.numbers[min(first)], True
    return "", False


def one_edit(left: str, right: str) -> bool:
    """Whether one insertion, deletion, substitution or swap of neighbours turns `left` into `right`."""
    if left == right:
        return False
    if len(left) == len(right):
        diff = [i for i in range(len(left)) if left[i] != right[i]]
        if len(diff) == 1:
            return True
        return (
            len(diff) == 2
            and diff[1] == diff[0] + 1
            and left[diff[0]] == right[diff[1]]
            and left[diff[1]] == right[diff[0]]
        )
    short, long = sorted((left, right), key=len)
    return len(long) - len(short) == 1 and any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def _add_loose(text: str, low: str, loose: list[tuple[int, int, Name]], found: list[Mention]) -> None:
    named = bool(found)
    for start, end, name in loose:
        if name.exact and text[start:end] != name.exact:
            continue
        mention = (
            _read_number(low, start, end, name, named)
            if name.kind == "number"
            else _read_name(text, low, start, end, name)
        )
        if mention is not None:
            found.append(mention)


def _read_number(low: str, start: int, end: int, name: Name, named: bool) -> Mention | None:
    if not _number_stands(low, start, end, named):
        return None
    stop, part, year = _tail_of(_TAIL.match(low, end), end)
    return Mention(name.family, start, stop, "number", low[start:end], part, year)


def _read_name(text: str, low: str, start: int, end: int, name: Name) -> Mention | None:
    if name.kind == "spoken":
        cued = _CUE.search(low, max(0, start - 40), min(len(low), end + 40))
        return Mention(name.family, start, end, "spoken") if cued else None
    if name.kind == "system":
        return Mention(name.family, start, end, "system")
    if name.kind == "acronym":
        return (
            None
            if _capitals_around(text, start, end)
            else Mention(name.family, start, end, "acronym", weak=name.ambiguous)
        )
    if name.exact == "DORA" and _DORA_METRICS.match(low, end):
        return None
    if low[start:end] == "ai act" and text[end - 3] not in "Aa":
        return None
    version = _VERSION.match(low, end)
    return Mention(name.family, start, version.end() if version else end, "name", weak=name.ambiguous)


def _capitals_around(text: str, start: int, end: int) -> bool:
    """Whether the acronym is only a word of a line in capitals ("AIMS AND OBJECTIVES")."""
    following = re.match(r" [A-Z]{2,} [A-Z]{3,}", text[end : end + 30])
    return following is not None


def _number_stands(low: str, start: int, end: int, named: bool) -> bool:
    """Whether a bare number names a standard: neither price, port nor count, and a cue within 40 characters.

    Five digits also stand beside a full designation in the same text (`named`).
    """
    if _NOT_NUMBER_BEFORE.search(low, max(0, start - 12), start) or _NOT_NUMBER_AFTER.match(low, end):
        return False
    if end - start < 4:
        return False
    if named and end - start == 5:
        return True
    return _CUE.search(low, max(0, start - 40), min(len(low), end + 40)) is not None


def _without_overlaps(found: list[Mention]) -> list[Mention]:
    kept: list[Mention] = []
    for mention in found:
        if kept and mention.start < kept[-1].end:
            if mention.end - mention.start > kept[-1].end - kept[-1].start:
                kept[-1] = mention
            continue
        kept.append(mention)
    return kept


def supported(found: list[Mention], families: frozenset[str]) -> list[Mention]:
    """Drop ambiguous acronyms that neither another mention nor `families` (seen by their concepts) supports."""
    firm = {m.family for m in found if not m.weak} | families
    return [m for m in found if not m.weak or m.family in firm]
