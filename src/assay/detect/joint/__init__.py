"""A programme as a whole: what all its artefacts talk about together, against what honest programmes show.

Each artefact may stay below what a single reading needs, and the programme may still be about another family's subject:
one mild word of environmental management in every text, or five texts in a row about energy. Belongs here: tallies of
single texts, the judgement over all of them, planted programmes, kept figures. Does not belong here: reading a text
(`detect.view`), storing results. Knows no Django; may import `core`, `catalog` and the public functions of `detect`.
"""

from assay.detect.joint.judging import JointResult, Share, judge
from assay.detect.joint.spec import KINDS, NAME, SPEC, STRATUM, version
from assay.detect.joint.tallies import Tally, tally

__all__ = ["KINDS", "NAME", "SPEC", "STRATUM", "JointResult", "Share", "Tally", "judge", "tally", "version"]
