"""The detector `concept-drift`: a passage that speaks another family's language without, or despite, the own standard.

Whole passages and single sentences are read as windows; the trained models weigh how much of another discipline is there,
how little of the own, and whether it is what learners do, learn or are marked for. AI words around it excuse nothing; an
AI system as the object of the work does.
"""

from __future__ import annotations

from dataclasses import dataclass

from assay.detect.concepts import ai_words, ownership
from assay.detect.explain import family_name, say_signals
from assay.detect.hits import Hit
from assay.detect.model import Linear, model
from assay.detect.view import PassageView, Sentence
from assay.detect.weighing import Reading
from assay.detect.windows import Window, window_of


@dataclass(frozen=True, slots=True)
class Judged:
    """A passage as the models see it: its window with score, and each sentence with a sign of another family."""

    whole: tuple[Window, int] | None
    sentences: tuple[tuple[Sentence, Window, int], ...]


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
    for sentence in view.sentences():
        part = window_of(view, sentence.start, sentence.end, lead=sentence.lead)
        if part is not None:
            found.append((sentence, part, model("sentence").score(part.signals)))
    return Judged((window, model("passage").score(window.signals)), tuple(found))


def accepts(view: PassageView, linear: Linear) -> int:
    """Return the score from which a model's yes counts in this artefact."""
    return linear.accept + (linear.extra if len(view.whole.passages) > 1 else 0)


def drift_hits(view: PassageView, found: list[Reading]) -> list[Hit]:
    """Return the sentences whose subject is another family's, and the heaviest sentence of a passage that drifts."""
    seen = judged(view)
    limit = accepts(view, model("sentence"))
    hits = [_hit(view, w, w, s, model("sentence")) for _, w, s in seen.sentences if s >= limit]
    if seen.whole is not None and seen.whole[1] >= accepts(view, model("passage")):
        window, score = seen.whole
        heaviest = max(seen.sentences, key=lambda t: (t[1].family == window.family, t[2], t[1].mass), default=None)
        place = heaviest[1] if heaviest is not None else window
        if not any(h.start == place.start for h in hits):
            hits.append(_hit(view, window, place, score, model("passage")))
    return sorted(hits, key=lambda h: h.start)


def _hit(view: PassageView, window: Window, place: Window, score: int, linear: Linear) -> Hit:
    wrapped = view.whole.is_ai and ai_words(view.low[view.passage.start : view.passage.end]) > 0
    kind = "ai-wrapped" if wrapped else "implicit"
    features = (("base", linear.bias), *linear.strongest(window.signals, sign=1, count=6))
    features += tuple(linear.strongest(window.signals, sign=-1, count=3))
    return Hit(
        kind, "A", window.family, place.start, place.end, view.whole.text[place.start : place.end],
        linear.confidence(score), _say(view, window, kind, linear), features, True, score >= linear.block,
    )  # fmt: skip


def _say(view: PassageView, window: Window, kind: str, linear: Linear) -> tuple[str, ...]:
    name, own = family_name(window.family), family_name(view.whole.standard)
    system = ownership().systems.get(window.family, "")
    words = ", ".join(f"“{p}”" for p in window.phrases[:4])
    subject = f"{system} ({name})" if system and system != name else name
    first = f"The passage is about {subject}: {words}; the programme's standard is {own}."
    more = [
        f"What decided: {said}." for said in (say_signals(linear.strongest(window.signals, sign=1, count=8)),) if said
    ]
    if kind == "ai-wrapped":
        more.append("Words about AI surround it, but the object of the work is not an AI management system.")
    return (first, *more)
