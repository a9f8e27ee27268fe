"""The detector that this room brings: the one that reads a programme as a whole."""

from assay.core.verdict import Detector
from assay.detect.joint import SPEC

WHOLE = Detector(SPEC.name, SPEC.version, SPEC.kinds, SPEC.languages)
