"""The detectors by name: version, scope, kinds, languages and limits, in sentences that a reader of a verdict can use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from assay.detect.declaration import Detector
from assay.detect.discovery import DECLARED, KINDS
from assay.detect.versions import version_of

UNPLANTED: Final = "Nobody has planted canaries for it yet, so it measures nothing: no verdict may rest on it."


@dataclass(frozen=True, slots=True)
class DetectorSpec:
    """What a detector answers for. `scope` and `limits` are plain sentences; a language not listed is not measured."""

    name: str
    version: str
    scope: str
    kinds: tuple[str, ...]
    languages: tuple[str, ...]
    limits: tuple[str, ...]


def _spec(declared: Detector) -> DetectorSpec:
    limits = declared.limits if set(declared.kinds) <= set(KINDS) else (*declared.limits, UNPLANTED)
    version = version_of(declared.name)
    return DetectorSpec(declared.name, version, declared.scope, declared.kinds, declared.languages, limits)


DETECTORS: Mapping[str, DetectorSpec] = MappingProxyType({name: _spec(each) for name, each in DECLARED.items()})
