"""The deliverable test: what a learner must hand in, or is marked for, and whose concept that object is."""

from __future__ import annotations

import re

from assay.detect.attachment import Rules

_GRADED_OBJECT = re.compile(
    r"(?:marks?|points?|credit|score|grade|grading)\b[^.;]{0,60}\b(?:for|on|to)\b|"
    r"(?:whether|that|how well|how far|the extent to which|if) (?:the|an?) (?:learner|candidate|student|auditee|organi[sz]ation|"
    r"company|team|auditor|site|facility|plant|firm|department|business|submission|manufacturer)|"
    r"\b\d{1,3} ?(?:marks|points|%|percent|punkte|points|puntos|punti|pontos|点|分)|"
    r"\b(?:deliverables?|submission|your (?:report|answer|plan|register|portfolio)|the (?:report|plan|register)|hand in|task|aufgabe|"
    r"livrable|entregable|consegna|entrega|assessment criteri(?:a|on)|learning outcomes?|learning objectives?|objective:|outcome:|"
    r"by the end of)\b|"
    r"\b(?:excellent|proficient|distinction|pass|merit|exceeds|meets) ?[:|]|"
    r"^(?:which|what|how|when|who|why)\b[^?]{0,200}\?|"
    r"\b(?:must|shall|should|required to|needs? to|have to|has to)\b"
)
_TASK = re.compile(
    r"(?:^|[:;,.*\"(]\s*|\b(?:and|to|then|or|who has to|that can|first)\s+)(?:produce|prepare|develop|draft|write|create|compile|submit|complete|build|"
    r"establish|conduct|perform|carry out|identify|determine|evaluate|assess|audit|review|document|calculate|define|set up|propose|"
    r"present|deliver|draw up|work out|implement|analy[sz]e|derive|interpret|improve|defend|judge|examine|explain|describe|verify|check|"
    r"inspect|grade|maintain|approve|request|ask for|turn|base|demonstrate|update|finish|justify|hand in|fill in|sketch|test|trace)s?\b"
)
_COMPARING = re.compile(r"\b(?:compare|contrast|distinguish|differentiate|differ|unlike|map)\b")
_AFTER_VERB = 220


def task_spans(line: str, rules: tuple[Rules, ...]) -> list[tuple[int, int]]:
    """Return the parts of a folded sentence that are the object of a task or of marking, as offsets into it.

    Empty where the sentence sets no task, or where the task is to compare.
    """
    if _COMPARING.search(line):
        return []
    for rule in rules:
        match = rule.imperative.search(line)
        if match is not None:
            return [(match.end(), min(len(line), match.end() + _AFTER_VERB))]
    match = _GRADED_OBJECT.search(line)
    if match is not None:
        return [(0, len(line))]
    return [(m.end(), min(len(line), m.end() + _AFTER_VERB)) for m in _TASK.finditer(line)]
