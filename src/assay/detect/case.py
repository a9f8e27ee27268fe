"""The detector `context-mismatch`: a case company whose mission is another family's domain.

A company of any sector is welcome as long as the case is about its AI systems; a case about its emissions, kitchens or
injuries belongs to another standard, whatever the headline says. A declared comparison excuses it.
"""

from __future__ import annotations

import re

from assay.detect.drift import accepts, blocks, judged, lone_item
from assay.detect.explain import family_name, say_signals
from assay.detect.hits import Hit
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


def case_hits(view: PassageView, found: list[Reading]) -> list[Hit]:
    """Return the sentences that tell of a company of another family's domain, where the models see drift."""
    seen = judged(view)
    linear = model("sentence")
    whole = model("passage")
    drifting = seen.whole is not None and seen.whole[1] >= accepts(view, whole)
    hits: list[Hit] = []
    for window, score in sorted(seen.parts, key=lambda t: (-t[1], t[0].start)):
        sure = score >= accepts(view, linear)
        if not (sure or (drifting and score >= linear.accept - linear.doubt)) or lone_item(view, window):
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
        )
        features = (("base", linear.bias), *linear.strongest(window.signals, sign=1, count=6))
        text = view.whole.text[window.start : window.end]
        hits.append(
            Hit(
                "case-mismatch", "A", window.family, window.start, window.end, text, linear.confidence(score), reasons,
                features, True, blocks(view, score, linear),
            )
        )  # fmt: skip
    return sorted(hits, key=lambda h: h.start)


def tells_of_company(view: PassageView, window: Window) -> bool:
    """Whether a stretch names or describes an organization, or somebody in one."""
    line = view.whole.text[window.start : window.end]
    if len(view.whole.passages) > 1 and line.startswith(("- ", "* ", "• ")):
        return False
    if _COMPANY.search(view.low, window.start, window.end):
        return True
    return any(
        match["name"].split(" ")[0].lower() not in _NOT_A_NAME and (match.start() > 0 or " " in match["name"])
        for match in _NAME.finditer(line)
    )
