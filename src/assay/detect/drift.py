"""The detector `concept-drift`: a passage that speaks another family's language without, or despite, the own standard.

Whole passages and single sentences are read as windows; the trained models weigh how much of another discipline is there,
how little of the own, and whether it is what learners do, learn or are marked for. AI words around it excuse nothing; an
AI system as the object of the work does.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from assay.detect.attachment import weights
from assay.detect.concepts import ownership
from assay.detect.cues import AFFECTED, OWN_CASE
from assay.detect.explain import family_name, say_signals
from assay.detect.ground import is_own_ground, without_own_ground
from assay.detect.hits import DOUBT, Hit
from assay.detect.model import Linear, model
from assay.detect.view import DEPICTED, GRADED, PassageView
from assay.detect.weighing import Reading
from assay.detect.windows import Window, stretches, window_of

_LONG = 6  # sentences from which a passage is an artefact's running text rather than one statement
LEAST = 2  # mass of foreign words below which a stretch is not read on its own
_LONG_BLOCK = 250  # hundredths of a logit beyond the calibrated score
_WEIGHTY = 10  # mass of foreign words from which a stretch counts against the other passages of an artefact
_ITEM = re.compile(
    r"\s*(?:[-*+•–]\s|\d{1,2}[.)]\s)|\s*[-*+•–]?\s*\*\*[^*\n]{2,60}\*\*\s?[:–-]|\s*\*\*[^*\n]{2,60}:\*\*"
)
_ENTRY = re.compile(r"[-*•✅]\s|\d{1,2}\.\s")
_LEAD_IN = re.compile(r"[\s>•*-]*(?:\*\*[^*\n]+\*\*\s?:|\*\*[^*\n]+:\*\*)")
_AFTERWARDS = 160  # characters in which a case may still say what its AI system is


@dataclass(frozen=True, slots=True)
class Judged:
    """A passage as the models see it: its window with score, and each stretch with a sign of another family."""

    whole: tuple[Window, int] | None
    parts: tuple[tuple[Window, int], ...]


def judged(view: PassageView) -> Judged:
    """Return the scores of the passage and its sentences, computed once per passage."""
    if not isinstance(view.judged, Judged):
        view.judged = _judge(view)
    return view.judged


def _judge(view: PassageView) -> Judged:
    window = window_of(view, view.passage.start, view.passage.end)
    if window is None:
        return Judged(None, ())
    found = []
    places = view.whole.foreign_starts
    for start, end, lead in stretches(view):
        first = bisect_left(places, start)
        if first == len(places) or places[first] >= end:
            continue
        part = window_of(view, start, end, lead=lead, least=LEAST)
        if part is not None:
            found.append((part, part.score(model("sentence"))))
    return Judged((window, window.score(model("passage"))), tuple(found))


def accepts(view: PassageView, linear: Linear) -> int:
    """Return the score from which a model's yes counts in this artefact."""
    return linear.accept + (linear.extra if len(view.whole.passages) > 1 else 0)


def blocks(view: PassageView, score: int, linear: Linear) -> bool:
    """Whether a hit may block publishing: certain by its own score, and the whole passage leans the same way.

    In artefacts of several passages, where the models were not calibrated, more is asked.
    """
    whole = judged(view).whole
    needed = linear.block + (_LONG_BLOCK if len(view.whole.passages) > 1 else 0)
    return score >= needed and whole is not None and whole[1] >= model("passage").accept


def drift_hits(view: PassageView, found: list[Reading], *, review: bool = False) -> list[Hit]:
    """Return the stretches whose subject is another family's, and the heaviest stretch of a passage that drifts.

    With `review` also those that may be, held for a person's reading (`Hit.in_doubt`).
    """
    seen = judged(view)
    limit = accepts(view, model("sentence"))
    hits: list[Hit] = []
    for window, score in sorted(seen.parts, key=lambda t: (-t[1], t[0].start)):
        if (
            score >= limit
            and not lone_item(view, window)
            and not (review and in_passing(view, window))
            and not any(h.start < window.end and window.start < h.end for h in hits)
        ):
            hits.append(_hit(view, window, window, score, model("sentence")))
    if seen.whole is not None and _drifts(view, seen):
        window, score = seen.whole
        parts = [(w, s) for w, s in seen.parts if w.family == window.family] or list(seen.parts)
        place = max(parts, key=lambda t: (t[1], t[0].mass), default=(window, 0))[0]
        if not any(h.start < place.end and place.start < h.end for h in hits):
            doubt = review and in_passing(view, place)
            hits.append(_hit(view, window, place, score, model("passage"), doubt=doubt))
    if review:
        for window, score in sorted(seen.parts, key=lambda t: (-t[1], t[0].start)):
            if held(view, window, score) and not any(h.start < window.end and window.start < h.end for h in hits):
                hits.append(_hit(view, window, window, score, model("sentence"), doubt=True))
    return sorted(hits, key=lambda h: h.start)


def held(view: PassageView, window: Window, score: int) -> bool:
    """Whether a stretch that the models do not accuse is near enough to drift that a person should read it."""
    if view.whole.language != "en" or window.mass < LEAST or score < _border(view, window) or view.disowned():
        return False
    return not leads_home(view, window)


def _border(view: PassageView, window: Window) -> int:
    """The score from which a stretch is near enough to drift."""
    if in_passing(view, window):
        return accepts(view, model("sentence"))
    near = "heavy" if window.mass >= 4 else "middling" if window.mass == 3 else "light"
    border: dict[str, int] = weights()["review"]
    if "entry" in border and _is_entry(view, window):
        return border["entry"]
    return min(border[near], border["shown"]) if view.whole.context.artefact in DEPICTED else border[near]


def _is_entry(view: PassageView, window: Window) -> bool:
    """Whether a stretch is an entry of a list that sets no task, in a longer artefact that neither grades nor depicts."""
    whole = view.whole
    if len(whole.passages) < 2 or whole.context.artefact in GRADED | DEPICTED:
        return False
    if _ENTRY.match(whole.text, window.start) is None or _drifts(view, judged(view)):
        return False
    return not any(rules.instructs(whole.low[window.start : window.end]) for rules in whole.rules)


def leads_home(view: PassageView, window: Window) -> bool:
    """Whether a stretch is the catalog's own wording, introduces a case whose AI system comes next, or says who is affected."""
    whole = view.whole
    stretch = whole.low[window.start : window.end]
    rest = without_own_ground(whole.standard, stretch)
    if is_own_ground(whole.standard, stretch) or not any(phrase in rest for phrase in window.phrases):
        return True
    after = min(view.passage.end, window.end + _AFTERWARDS)
    if whole.is_ai and view.finds(OWN_CASE, window.end, after):
        return True
    return window.mass < 4 and view.finds(AFFECTED, window.start, window.end)


def in_passing(view: PassageView, window: Window) -> bool:
    """Whether a stretch of an artefact names another subject on the way, and is held for reading at most.

    That is so for an entry of a list under its own bold words ("**Privacy**: …"), which stands among entries on other
    subjects in a longer artefact, and for a sentence or paragraph that says what AI system the case is about.
    """
    whole = view.whole
    if len(whole.passages) > 1 and _LEAD_IN.match(whole.text, window.start) is not None:
        return True
    return whole.is_ai and view.finds(OWN_CASE, window.start, window.end)


def _drifts(view: PassageView, seen: Judged) -> bool:
    if seen.whole is None or seen.whole[1] < accepts(view, model("passage")):
        return False
    return len(view.whole.passages) == 1 or seen.whole[0].mass >= _WEIGHTY


def lone_item(view: PassageView, window: Window) -> bool:
    """Whether a stretch is one item of an enumeration in a longer passage that as a whole is not about its subject.

    A list of everything that a system may harm names injuries, waste and break-ins; none of them governs. Likewise a
    stretch with few signs in an artefact of several passages: other passages outvote it.
    """
    if len(view.whole.passages) > 1 and window.mass < _WEIGHTY:
        return True
    if len(view.whole.passages) == 1 and len(view.sentences()) < _LONG:
        return False
    return not _drifts(view, judged(view)) and _ITEM.match(view.whole.text, window.start) is not None


def _hit(view: PassageView, window: Window, place: Window, score: int, linear: Linear, *, doubt: bool = False) -> Hit:
    wrapped = view.whole.is_ai and view.ai_words() > 0
    kind = "ai-wrapped" if wrapped else "implicit"
    features = (("base", linear.bias), *linear.strongest(window.signals, sign=1, count=6))
    features += tuple(linear.strongest(window.signals, sign=-1, count=3))
    return Hit(
        kind, "A", window.family, place.start, place.end, view.whole.text[place.start : place.end],
        linear.confidence(score), _say(view, window, kind, linear, doubt), features, not doubt,
        not doubt and blocks(view, score, linear),
    )  # fmt: skip


def _say(view: PassageView, window: Window, kind: str, linear: Linear, doubt: bool) -> tuple[str, ...]:
    name, own = family_name(window.family), family_name(view.whole.standard)
    system = ownership().systems.get(window.family, "")
    words = ", ".join(f"“{p}”" for p in window.phrases[:4])
    subject = f"{system} ({name})" if system and system != name else name
    does = "uses words of" if doubt else "is about"
    first = f"The passage {does} {subject}: {words}; the programme's standard is {own}."
    more = [
        f"What decided: {said}." for said in (say_signals(linear.strongest(window.signals, sign=1, count=8)),) if said
    ]
    if doubt:
        more.append(DOUBT)
    elif kind == "ai-wrapped":
        more.append("Words about AI surround it, but the object of the work is not an AI management system.")
    return (first, *more)
