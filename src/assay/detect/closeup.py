"""A second look at single sentences: what a sentence says by itself is not excused by the clean text around it.

One sentence that teaches, tasks or audits by another standard is a defect in the longest clean lesson. So each sentence that
names another family, or speaks its language, and that the reading in its surroundings let pass, is read again alone. It is
accused only where it is plain by itself (`closeup` in weights.yaml), held for a person's reading where it may be drift, and
neither where its surroundings compare or disown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from assay.detect.attachment import weights
from assay.detect.ground import is_own_ground
from assay.detect.hits import DOUBT, Hit
from assay.detect.view import GRADED, PassageView, View
from assay.detect.windows import candidates

Measure = Callable[[str, Sequence[str]], dict[str, list[Hit]]]

_COMPARES = re.compile(
    r"\b(?:compar\w+|contrast\w*|unlike|whereas|as opposed|counterpart|equivalent|integrat\w+|crosswalk|align\w*|complement\w*|"
    r"alongside|already certified|rather than|instead of)\b"
)

_TASKS = re.compile(
    r"\b(?:you|your|yours|we|our|learners?|students?|candidates?|participants?|delegates?|teams?|groups?|auditors?|examiners?|tutors?|"
    r"marks?|points?|exam\w*|credits?|assignment|workbook|lesson|course|module|topic|case|syllabus)\b"
)
READING = ("standard-mention", "concept-drift", "context-mismatch")  # the detectors that read sentences
SPOKEN = 2  # mass of another family's words from which a sentence that names none is worth a second look
_PLAIN = 4  # mass from which the second look may accuse it
_NAME = re.compile(r"\b[A-Z][a-z]+ [A-Z][a-z]+")
_LEAD_IN = re.compile(r"\*\*[^*]+\*\*:|\*\*[^*]+:\*\*")
_TASK_VERBS = re.compile(
    r"(?:prepare|draft|write|produce|submit|complete|compile|work out|hand in|design|develop|list|explain|"
    r"describe|name|ask|interview|inspect|verify|check|audit|assess|evaluate|judge|mark|grade|identify|choose|pick|stop here|find|show|"
    r"calculate|state|present|review|plan|report|build|set up|fill in|sort|rank|decide|discuss|award)\b"
)


def second_look(view: View, hits: dict[str, list[Hit]], measure_alone: Measure) -> dict[str, list[Hit]]:
    """Return `hits` with defects added that single sentences of the text show when they are read alone."""
    names = [name for name in READING if name in hits]
    if not names or view.language != "en":
        return hits
    limit = int(weights()["closeup"]["accept"])
    for passage in view.passages:
        listed = passage.sentences()
        if len(listed) < 2 or passage.disowned() or passage.compares():
            continue
        for start, end, plain_words in _worth_a_look(passage, hits):
            before = view.low[max(passage.passage.start, start - 160) : start]
            if _COMPARES.search(before) or compares(view.low, start, end):
                continue
            named = view.scanned.names_within(start, end)
            asked = asked_alone(view.text[start:end], view.low[start:end], view.context.artefact, names, named)
            if not asked:
                continue
            for name, found in measure_alone(view.text[start:end], asked).items():
                for hit in found:
                    hit = replace(hit, start=hit.start + start, end=hit.end + start)
                    if (hit.defect or hit.in_doubt) and not _told(hits[name], hit.start, hit.end):
                        plain = plain_words and hit.defect and hit.confidence >= limit and not _in_a_list(view, start)
                        hits[name].append(hit if plain else _held(hit))
    for name in names:
        hits[name] = _without_milder(hits[name])
    return hits


def asked_alone(text: str, low: str, artefact: str, names: Sequence[str], named: bool) -> list[str]:
    """Return which of the detectors `names` are asked about a sentence that is read alone.

    `low` is the folded `text`, `named` whether a phrase of the lexicon stands in it.
    """
    asked = [name for name in names if name == "standard-mention" or _may_be_asked(text, low, artefact, name)]
    return [] if asked == ["standard-mention"] and not named else asked  # read alone, the sentence names nothing


def compares(low: str, start: int, end: int) -> bool:
    """Whether a stretch of folded text has a word of comparison."""
    return _COMPARES.search(low, start, end) is not None


def _may_be_asked(text: str, low: str, artefact: str, name: str) -> bool:
    """Whether a sentence speaks to a learner or auditor, or sets a task; a case also has to name its company."""
    words = text.lstrip("-*•0123456789.) ")
    low = low.lstrip("-*•0123456789.) ")
    if name == "context-mismatch" and _NAME.search(words) is None:
        return False
    if _LEAD_IN.match(text.lstrip("-• ")):
        return False
    return _TASKS.search(low) is not None or (artefact in GRADED and _TASK_VERBS.match(low) is not None)


def _worth_a_look(passage: PassageView, hits: dict[str, list[Hit]]) -> list[tuple[int, int, bool]]:
    """Sentences with a sign of another family that no defect lies in yet, and whether the sign is plain enough to accuse.

    Headings and titles are left alone, and so is what the catalog itself says.
    """
    view, found = passage.whole, []
    # Of these detectors alone: what another one finds in a sentence, or whether it is asked at all, hides no drift.
    defects = [hit for name in READING for hit in hits.get(name, ()) if hit.defect]
    for sentence in passage.sentences():
        start, end = sentence.start, sentence.end
        if not looked_at(sentence.block.kind, end - start):
            continue
        if defects and any(hit.start < end and start < hit.end for hit in defects):
            continue
        named = bool(passage.mentions) and any(
            m.start < end and start < m.end and view.relation_of(m) not in ("own", "companion")
            for m in passage.mentions
        )
        mass = max(candidates(passage, start, end).values(), default=0)
        if (named or mass >= SPOKEN) and not is_own_ground(view.standard, view.low[start:end]):
            found.append((start, end, named or mass >= _PLAIN))
    return found


def looked_at(kind: str, size: int) -> bool:
    """Whether a sentence of `size` characters in a block of this kind gets a second look at all."""
    return kind not in ("heading", "title") and 24 <= size <= 500


def _told(hits: list[Hit], start: int, end: int) -> bool:
    return any(hit.defect and hit.start < end and start < hit.end for hit in hits)


def _in_a_list(view: View, start: int) -> bool:
    """Whether a sentence is an entry of a list in an artefact that sets no task: one among many, held at most."""
    return view.context.artefact not in GRADED and view.text.startswith(("- ", "* ", "• "), start)


def _held(hit: Hit) -> Hit:
    """The same hit, held for a person's reading instead of accused."""
    reasons = hit.reasons if DOUBT in hit.reasons else (*hit.reasons, DOUBT)
    return replace(hit, defect=False, blocking=False, reasons=reasons)


def _without_milder(hits: list[Hit]) -> list[Hit]:
    """Drop what was read more mildly where the same words are a defect or held for reading; order by place."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (-_weight(hit), hit.start, hit.end)):
        if not any(
            _weight(other) > _weight(hit)
            and hit.start < other.end
            and other.start < hit.end
            and other.family == hit.family
            for other in kept
        ):
            kept.append(hit)
    return sorted(kept, key=lambda hit: (hit.start, hit.end))


def _weight(hit: Hit) -> int:
    return 2 if hit.defect else 1 if hit.in_doubt else 0
