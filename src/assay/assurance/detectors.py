"""Every detector that surfaces may require: those that read texts, and those that rooms above bring."""

from __future__ import annotations

from assay.core.verdict import Detector
from assay.detect.registry import DETECTORS

_BROUGHT: dict[str, Detector] = {}


def detector_register(detector: Detector) -> None:
    """Declare a detector of a room above; called in its app's `ready()`. Raises ValueError for a name of a text detector."""
    if detector.name in DETECTORS:
        raise ValueError(f"a detector is called {detector.name} already")
    _BROUGHT[detector.name] = detector


def detector_of(name: str) -> Detector | None:
    """The detector as core knows it; None where nobody registered one."""
    spec = DETECTORS.get(name)
    if spec is None:
        return _BROUGHT.get(name)
    return Detector(spec.name, spec.version, tuple(spec.kinds), tuple(spec.languages))
