"""The judgement over all tallies of one programme: clean, held for a person's reading, or a defect.

Two signs are weighed per foreign family, both exact. Spread: the share of artefacts touched by its telling words, times
the telling mass per artefact (at most 9 of each, and no word in more than a tenth of them); it is held from three times
what the honest programmes in `data/common.json` show of that family. Block: how many artefacts are thick with them (mass
of 9 or more). A programme is accused only where at least half of its artefacts are dense (15 or more) with one foreign family.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from assay.core.evidence import Outcome
from assay.detect.concepts import ownership
from assay.detect.explain import family_name
from assay.detect.joint.tallies import Tally, Word, shown
from assay.detect.lexicon import lexicon, relation
from assay.detect.view import resolve_family

LEAST: Final = 12
"""Fewest artefacts that make a programme: of fewer, one digression would be a share of the whole."""
UNREAD: Final = Fraction(1, 10)
"""Largest share of artefacts that may be unreadable or in a language not covered."""
CAP: Final = 9
THICK: Final = 9
WORDS: Final = 4
TIMES: Final = 3
SETTLED: Final = 60
"""Artefacts from which the spread is taken as it is; the honest programmes that it is compared with have about as many."""
FLOOR: Final = {"foreign": Fraction(20, 100), "adjacent": Fraction(50, 100)}
"""Least spread that is held, for families of which honest programmes show next to nothing."""
BLOCK: Final = {"foreign": (4, Fraction(15, 100)), "adjacent": (5, Fraction(20, 100))}
DENSE: Final = 15
OVERWHELMING: Final = Fraction(1, 2)
_SHOWN = 6

Sign = Literal["", "laced", "block"]


@dataclass(frozen=True, slots=True)
class Share:
    """What one family has of a programme.

    `words` are its telling words with the number of artefacts in which each stands, commonest first; `touched` and `thick`
    the keys of artefacts with any and with many of them; `percent` of all subject words. `sign` is why it is held, "".
    """

    family: str
    relation: str
    words: tuple[tuple[str, int], ...]
    touched: tuple[str, ...]
    thick: tuple[str, ...]
    pathways: tuple[str, ...]
    spread: Fraction
    percent: int
    sign: Sign
    defect: bool


@dataclass(frozen=True, slots=True)
class JointResult:
    """What the whole programme shows. `shares` are the foreign families by spread, `held` those that are not clean."""

    outcome: Outcome
    reason: str
    artefacts: int
    read: int
    shares: tuple[Share, ...]

    @property
    def held(self) -> tuple[Share, ...]:
        return tuple(share for share in self.shares if share.sign)


def judge(tallies: Iterable[Tally], *, standard: str, companions: Iterable[str] = ()) -> JointResult:
    """Judge a programme from the tallies of all its artefacts, in any order.

    `precondition_unmet` where the standard is not about AI, fewer than `LEAST` artefacts are there, or more than a tenth
    of them could not be read in English.
    """
    own = resolve_family(standard)
    approved = frozenset(resolve_family(each) for each in companions)
    every = sorted(tallies, key=lambda each: each.key)
    texts = [each for each in every if each.language == "en"]
    if unmet := _unmet(own, every, texts):
        return JointResult(Outcome.PRECONDITION_UNMET, unmet, len(every), len(texts), ())
    shares = _apart(_shares(texts, own, approved))
    held = [share for share in shares if share.sign]
    if any(share.defect for share in held):
        outcome, reason = Outcome.DEFECT, ""
    elif held:
        many = "One subject waits" if len(held) == 1 else f"{len(held)} subjects wait"
        outcome, reason = Outcome.INCONCLUSIVE, f"{many} for a person's reading of the programme as a whole."
    else:
        outcome, reason = Outcome.CLEAN, ""
    return JointResult(outcome, reason, len(every), len(texts), shares)


def _unmet(standard: str, every: Sequence[Tally], texts: Sequence[Tally]) -> str:
    if standard not in lexicon().relations["ai_families"]:
        return f"What honest programmes on {family_name(standard)} talk about was not measured; only those on AI were."
    if len(every) < LEAST:
        return f"A programme is judged as a whole from {LEAST} artefacts on; there are {len(every)}."
    if len(every) - len(texts) > UNREAD * len(every):
        return f"{len(every) - len(texts)} of {len(every)} artefacts could not be read, or are not in English."
    return ""


def _shares(texts: Sequence[Tally], own: str, approved: frozenset[str]) -> tuple[Share, ...]:
    count = len(texts)
    most = max(3, -(-count // 10))
    used: Counter[Word] = Counter()
    mass: dict[str, Counter[str]] = {}
    full: dict[str, Counter[str]] = {}
    words: dict[str, Counter[str]] = {}
    subject = sum(each.own + len(each.foreign) for each in texts)
    for each in texts:
        for word in each.telling:
            full.setdefault(word.family, Counter())[each.key] += word.mass
            words.setdefault(word.family, Counter())[word.word] += 1
            used[word] += 1
            if used[word] <= most:
                mass.setdefault(word.family, Counter())[each.key] += word.mass
    found = []
    for family, by_text in mass.items():
        total = sum(min(each, CAP) for each in by_text.values())
        spread = Fraction(len(by_text) * total, count * count)
        thick = tuple(key for key, each in sorted(full[family].items()) if each >= THICK)
        dense = sum(1 for each in full[family].values() if each >= DENSE)
        stands = relation(own, family, approved)
        sign = _sign(family, stands, spread, len(thick), count, len(words[family]))
        touched = tuple(sorted(full[family]))
        found.append(
            Share(
                family, stands, tuple(sorted(words[family].items(), key=lambda pair: (-pair[1], pair[0]))), touched, thick,
                tuple(dict.fromkeys(each.pathway for each in texts if each.key in full[family])), spread,
                100 * words[family].total() // max(1, subject), sign,
                sign != "" and stands == "foreign" and dense >= OVERWHELMING * count,
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda each: (-each.spread, each.family)))


def limit(family: str, stands: str) -> Fraction:
    """The spread from which a family is held. Kin and adjacent families may be cited, so more is asked of them."""
    return max(FLOOR["foreign" if stands == "foreign" else "adjacent"], TIMES * shown().get(family, Fraction(0)))


def _beyond(spread: Fraction, least: Fraction, count: int) -> bool:
    """Whether a spread counts among `count` artefacts: of fewer than `SETTLED` it has to be higher by the root of the
    ratio, since chance moves it more. Exact."""
    if count >= SETTLED:
        return spread >= least
    return spread * spread * count >= least * least * SETTLED


def _sign(family: str, stands: str, spread: Fraction, thick: int, count: int, words: int) -> Sign:
    """Why a family is held."""
    sort = "foreign" if stands == "foreign" else "adjacent"
    if words < WORDS:
        return ""
    if _beyond(spread, limit(family, stands), count):
        return "laced"
    fewest, share = BLOCK[sort]
    return "block" if thick >= fewest and thick >= share * count else ""


def _apart(shares: tuple[Share, ...]) -> tuple[Share, ...]:
    """Hold a family only for words that no family held before it has: relatives share half their words."""
    seen: set[str] = set()
    out = []
    for share in shares:
        words = {word for word, _ in share.words}
        if share.sign and 2 * len(words & seen) >= len(words):
            share = _let_go(share)
        elif share.sign:
            seen |= words
        out.append(share)
    return tuple(out)


def _let_go(share: Share) -> Share:
    return Share(
        share.family, share.relation, share.words, share.touched, share.thick, share.pathways, share.spread, share.percent,
        "", False,
    )  # fmt: skip


def _held_from(share: Share, count: int) -> float:
    return float(limit(share.family, share.relation)) * math.sqrt(max(1.0, SETTLED / count))


def sentences(share: Share, result: JointResult, titles: dict[str, str]) -> tuple[str, ...]:
    """Say in words of a course author why a family is held: the whole first, then words, artefacts, and the measure.

    `titles` maps the key of an artefact to what people call it.
    """
    name = family_name(share.family)
    system = ownership().systems.get(share.family, "")
    subject = f"{system} ({name})" if system and system != name else name
    keys = share.thick if share.sign == "block" else share.touched
    words = ", ".join(f"“{word}” ({count})" for word, count in share.words[:_SHOWN])
    shown = ", ".join(titles.get(key, key) for key in keys[: 2 * _SHOWN])
    rest = f" and {len(keys) - 2 * _SHOWN} more" if len(keys) > 2 * _SHOWN else ""
    how = "are thick with words of" if share.sign == "block" else "carry words of"
    return (
        f"{len(keys)} of {result.read} artefacts {how} {subject}; across the programme {share.percent} % of the subject words "
        "belong to it, although it is neither the programme's standard nor an approved companion.",
        f"Words that honest programmes hardly use, with the number of artefacts that have them: {words}.",
        f"Artefacts to read: {shown}{rest}.",
        "How far it spreads (share of artefacts touched, times the weight of its words in each): "
        f"{float(share.spread):.2f}; held from {_held_from(share, result.read):.2f} on among so many artefacts. "
        "Each text is also judged alone; this looks at all of them together.",
    )
