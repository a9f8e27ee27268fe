"""The detector `context-mismatch`: a case company whose mission is another family's domain.

A company in any sector is welcome as long as the case is about its AI systems; a case about its emissions, kitchens or
injuries belongs to another standard, whatever the headline says. A declared comparison excuses it.
"""

from __future__ import annotations

import re

from assay.detect.attachment import weights
from assay.detect.concepts import ownership
from assay.detect.explain import confidence_of, family_name
from assay.detect.explicit import Reading, declared_families
from assay.detect.hits import Hit
from assay.detect.view import PassageView, Sentence

_COMPANY = re.compile(
    r"\b(?:is|are|runs|operates|manufactures|produces|provides|supplies|makes|processes|bakes|builds|owns|assembles|employs|"
    r"specialis\w+|specializ\w+|serves|sells|ships|mines|recycles|treats|ist|betreibt|produziert|stellt|est|exploite|produit|"
    r"fabrique|es|opera|produce|fabrica|è|gestisce|é)\b"
)
_NAMED = re.compile(
    r"\b(?:case study|case company|scenario|company|organi[sz]ation|client|auditee|firm|manufacturer|supplier|operator|plant|"
    r"fallstudie|unternehmen|entreprise|empresa|azienda|caso)\b|"
    r"\b[A-Z][A-Za-z]+(?:[A-Z][a-z]+|(?: [A-Z&][A-Za-z]*){0,3} (?:Ltd|Inc|GmbH|AG|Corp|Co|Energy|Foods?|Group|Industries|Systems|"
    r"Solutions|Manufacturing|Holdings|Plc|LLC|SA|SpA|Kitchens?|Foods|Power|Mining|Chemicals|Textiles))\b"
)
_GOVERNED = re.compile(
    r"\b(?:us(?:es|ing|ed)|develop\w*|deploy\w*|operat\w+|train(?:s|ed|ing)?|built|builds|rel(?:y|ies) on|introduc\w+|maintain\w*|"
    r"adopt\w*|provid\w+|implement\w*|sell\w*|run(?:s|ning)?|launch\w*|embed\w*)\b[^.;]{0,90}"
    r"\b(?:ai|machine[- ]learning|ml|algorithm\w*|chatbots?|neural|predictive|recommend\w*|forecast\w*|llms?|computer vision)\b|"
    r"\b(?:ai|machine[- ]learning|ml|algorithmic|chatbots?|llm)[ -](?:\w+[ -]){0,3}(?:systems?|models?|tools?|engines?|assistants?|applications?|agents?|"
    r"algorithms?|product|platform|forecast\w*|scheduler|pipeline)\b"
)


def case_hits(view: PassageView, found: list[Reading]) -> list[Hit]:
    """Return at most one hit: the sentence that introduces a company of another family's domain."""
    missions = ownership().missions
    low = view.low[view.passage.start : view.passage.end]
    live = {f: p for f, p in missions.items() if _judged(view, f) and p.search(low)}
    if not live:
        return []
    declared = declared_families(view, found)
    governed = bool(_GOVERNED.search(low)) if view.whole.is_ai else view.own_concepts() >= 2
    best: tuple[int, Hit] | None = None
    for sentence in view.sentences():
        if not _introduces(view, sentence):
            continue
        for family, pattern in live.items():
            hit = _hit(view, sentence, family, pattern, governed, bool(declared))
            if hit is not None and (best is None or hit.confidence > best[0]):
                best = (hit.confidence, hit)
    return [best[1]] if best else []


def _judged(view: PassageView, family: str) -> bool:
    return view.whole.relation(family) in ("foreign", "adjacent")


def _introduces(view: PassageView, sentence: Sentence) -> bool:
    low = view.low[sentence.start : sentence.end]
    return bool(_COMPANY.search(low) and _NAMED.search(view.whole.text, sentence.start, sentence.end))


def _hit(
    view: PassageView, sentence: Sentence, family: str, pattern: re.Pattern[str], governed: bool, compared: bool
) -> Hit | None:
    terms = set(pattern.findall(view.low, sentence.start, sentence.end))
    if not terms:
        return None
    w = weights()["case"]
    concepts = {h.concept.phrase for h in view.concepts if h.concept.family == family and h.concept.strength > 1}
    features = {"mission": w["mission"] + 100 * min(2, len(terms) - 1)}
    if concepts:
        features["concepts"] = w["concept"] * min(4, len(concepts))
    if governed:
        features["own_systems"] = w["own_system"]
    if view.own_mentions() or view.own_words():
        features["own_nearby"] = w["own_nearby"]
    else:
        features["no_own"] = w["no_own"]
    if compared:
        features["declared_comparison"] = w["declared_comparison"]
    margin = sum(features.values()) - w["threshold"]
    if margin < 0:
        return None
    confidence = confidence_of(margin, weights()["slope"])
    name, own = family_name(family), family_name(view.whole.standard)
    reason = (
        f"The case company's mission ({', '.join(sorted(terms)[:3])}) is the domain of {name}; "
        f"nothing says that the case is about systems under {own}."
    )
    return Hit(
        "case-mismatch", "A", family, sentence.start, sentence.end, view.whole.text[sentence.start : sentence.end],
        confidence, (reason,), tuple(features.items()), True, confidence >= weights()["mention"]["blocking"],
    )  # fmt: skip
