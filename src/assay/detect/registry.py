"""The detectors by name: version, scope, kinds, languages and limits, in sentences that a reader of a verdict can use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from assay.detect.language import LANGUAGES
from assay.detect.versions import version_of


@dataclass(frozen=True, slots=True)
class DetectorSpec:
    """What a detector answers for. `scope` and `limits` are plain sentences; a language not listed is not measured."""

    name: str
    version: str
    scope: str
    kinds: tuple[str, ...]
    languages: tuple[str, ...]
    limits: tuple[str, ...]


_SPECS = (
    DetectorSpec(
        "standard-mention",
        version_of("standard-mention"),
        "Finds each standard, law or framework of the 50 catalogued families that a text names, and says whether it is "
        "presented as governing, is part of a title, or is mentioned for comparison.",
        ("explicit",),
        LANGUAGES,
        (
            "It reads names and numbers; a standard that is only alluded to is left to concept-drift.",
            "It reads a sentence, its passage and headings, not the whole programme.",
            "Weights were learned from English; in other languages the rules alone decide.",
            "About a quarter of governing mentions in unusual voices (advertising, slides, game-like texts) is taken for context.",
            "Irony, role play and quotations of wrong answers are read literally.",
        ),
    ),
    DetectorSpec(
        "concept-drift",
        version_of("concept-drift"),
        "Finds passages that teach another family's subject without naming it, also where words about AI surround them.",
        ("implicit", "ai-wrapped"),
        LANGUAGES,
        (
            "A passage without any word of the other discipline, however clear to a reader, is not found.",
            "Security work on AI systems told in security words alone may be taken for information security.",
            "English has about 1,900 concepts and 2,000 everyday words; German, French, Spanish, Italian, Portuguese, Japanese and Chinese have the "
            "commonest of the main families only.",
            "Families without a concept file are known by the catalog's vocabulary alone.",
        ),
    ),
    DetectorSpec(
        "context-mismatch",
        version_of("context-mismatch"),
        "Finds case companies whose mission is the domain of another family while nothing in the case is about AI systems.",
        ("case-mismatch",),
        ("en",),
        (
            "It reads a sentence or paragraph that tells of an organization; a mission told over several paragraphs may be missed.",
            "Company names in other languages than English are not read.",
        ),
    ),
    DetectorSpec(
        "own-standard",
        version_of("own-standard"),
        "Finds wrong editions and mistyped numbers of the programme's own standard, and for ISO/IEC 42001 clause numbers, "
        "clause titles and counts that the catalog contradicts.",
        ("wrong-edition", "wrong-number"),
        LANGUAGES,
        (
            "Clause titles are compared in English and for ISO/IEC 42001 only.",
            "An edition named in a sentence about history is not judged.",
        ),
    ),
)
DETECTORS: Mapping[str, DetectorSpec] = MappingProxyType({spec.name: spec for spec in _SPECS})
