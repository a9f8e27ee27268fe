"""The detector `context-mismatch`: a case company whose mission is another family's domain.

A company of any sector is welcome as long as the case is about its AI systems; a case about its emissions, kitchens or
injuries belongs to another standard, whatever the headline says. A declared comparison excuses it.
"""

from __future__ import annotations

import re

from assay.detect.attachment import weights
from assay.detect.concepts import ai_words
from assay.detect.drift import accepts, blocks, held, in_passing, judged, lone_item
from assay.detect.explain import family_name, say_signals
from assay.detect.ground import is_own_ground, without_own_ground
from assay.detect.hits import DOUBT, Hit
from assay.detect.model import model
from assay.detect.view import PassageView
from assay.detect.weighing import Reading
from assay.detect.windows import Window
from assay.detect.words import words_of

_NAME = re.compile(
    r"(?<![\w])(?P<name>[A-Z][\w&'’-]*[a-z][\w&'’-]*(?: (?:(?:&|of|and|du|de|la) )?[A-Z][\w&'’-]+){0,3})(?![\w])"
)
_COMPANY = re.compile(
    r"\b(?:company|firm|manufacturer|maker|supplier|operator|plant|site|group|clinic|bakery|hospital|utility|contractor|"
    r"organi[sz]ation|co-?operative|business|agency|mill|factory|retailer|chain|ltd|gmbh|inc|plc|client|auditee|owner|case|"
    r"workshop|shop|farm|warehouse|school|hotel|restaurant|council|department|port|airport|yard|depot|foundry|brewery|"
    r"dairy|laboratory|bank|insurer|start-?up|employs|employees|managers?|director|team|head of|you (?:are|have|arrive|audit|advise))\b"
)
_NOT_A_NAME = words_of("not_a_name")
_FULL_NAME = re.compile(r"(?<![#*|>] )(?<![\w*])[A-Z][a-z&'’-]+ (?:(?:&|of|and) )?[A-Z][\w&'’-]+")
_ANSWERED = re.compile(r"(?:^|\n)\W*(?:(?:Answer|Clause|Feedback|Explanation|Items)\s?:\s*)?(?:[A-H][.)]\s+)?$")
_LEAST = 2  # mass of another discipline's words from which a case is looked at
_AFTERWARDS = 160  # characters in which a case may still say what AI it is about


def case_hits(view: PassageView, found: list[Reading], *, review: bool = False) -> list[Hit]:
    """Return the sentences that tell of a company of another family's domain, where the models see drift.

    With `review` also those where they may, held for a person's reading (`Hit.in_doubt`).
    """
    seen = judged(view)
    linear = model("sentence")
    whole = model("passage")
    drifting = seen.whole is not None and seen.whole[1] >= accepts(view, whole)
    hits: list[Hit] = []
    for window, score in sorted(seen.parts, key=lambda t: (-t[1], t[0].start)):
        sure = score >= accepts(view, linear)
        sure = (sure or (drifting and score >= linear.accept - linear.doubt)) and not lone_item(view, window)
        sure = sure and not (review and in_passing(view, window))
        if not (sure or (review and (held(view, window, score) or _silent_case(view, window, score)))):
            continue
        if not tells_of_company(view, window):
            continue
        if any(h.start < window.end and window.start < h.end for h in hits):
            continue
        name, own = family_name(window.family), family_name(view.whole.standard)
        signs = ", ".join(window.phrases[:3])
        said = say_signals(linear.strongest(window.signals, sign=1, count=8))
        reasons = (
            f"The case company's mission ({signs}) is the domain of {name}; the case is not about systems under {own}.",
            *((f"What decided: {said}.",) if said else ()),
            *(() if sure else (DOUBT,)),
        )
        features = (("base", linear.bias), *linear.strongest(window.signals, sign=1, count=6))
        text = view.whole.text[window.start : window.end]
        hits.append(
            Hit(
                "case-mismatch", "A", window.family, window.start, window.end, text, linear.confidence(score), reasons,
                features, sure, sure and blocks(view, score, linear),
            )
        )  # fmt: skip
    return sorted(hits, key=lambda h: h.start)


def tells_of_company(view: PassageView, window: Window) -> bool:
    """Whether a stretch names or describes an organization, or somebody in one."""
    if len(view.whole.passages) > 1 and view.whole.text.startswith(("- ", "* ", "• "), window.start):
        return False
    return _COMPANY.search(view.low, window.start, window.end) is not None or _names_somebody(
        _foreign_line(view, window)
    )


def _foreign_line(view: PassageView, window: Window) -> str:
    """The stretch without the titles of the programme's own documents ("Statement of Applicability"), which name nobody."""
    text = view.whole.text[window.start : window.end]
    low = view.low[window.start : window.end]
    rest = without_own_ground(view.whole.standard, low)
    if rest == low:
        return text
    return "".join(" " if blank != char else letter for blank, char, letter in zip(rest, low, text, strict=True))


def _names_somebody(line: str) -> bool:
    """Whether a line holds a proper name: capitalized words that do not merely begin a sentence."""
    for match in _NAME.finditer(line):
        words = match["name"].split(" ")
        named = [word for place, word in enumerate(words) if place or word.lower() not in _NOT_A_NAME]
        if _ANSWERED.search(line, 0, match.start()):
            named = (
                named if len(words) > 1 else []
            )  # "Answer: B. Confidentiality …" begins a sentence, and names nobody
        if named and (len(named) > 1 or len(words) > 1 or match.start() > 0):
            return True
    return False


def _silent_case(view: PassageView, window: Window, score: int) -> bool:
    """Whether a named organization is introduced by another discipline's words, and no word says which AI it has.

    Told in everyday words, such a case has few signs of its discipline; so less is asked before a person reads it.
    """
    border = weights()["review"]
    if not view.whole.is_ai or view.whole.language != "en" or view.disowned():
        return False
    if window.mass < _LEAST or score < border["case"] or in_passing(view, window):
        return False
    if _FULL_NAME.search(_foreign_line(view, window)) is None:
        return False
    end = min(view.passage.end, window.end + _AFTERWARDS)
    if is_own_ground(view.whole.standard, view.low[window.start : window.end]):
        return False
    return not ai_words(view.low[window.start : end])
