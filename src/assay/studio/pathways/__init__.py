"""The 22 generation pathways: the one list of everything that can put words before a learner.

Belongs here: one small folder per pathway, all alike (`spec`, `generator`, `schema`, `prompt`), the registry that finds
them, the self-test that a 23rd without auditor fails, the dated view of what was governed and audited. Does not belong
here: what several generators share (`studio.composing`). A complete programme has at least one artefact of each pathway.
May import `composing`, `knowledge`, `governed`, `context`, `tasks`, `detect`, `catalog` and `core`.
"""

from assay.studio.pathways.kinds import PLAYS, READS, Pathway, RemediationPolicy
from assay.studio.pathways.registry import BY_NUMBER, BY_ROUTE, BY_SLUG, PATHWAYS, UNMAPPED, pathway_of
from assay.studio.pathways.selftest import COUNT, assert_complete
from assay.studio.pathways.views import View, view_before_the_cure

__all__ = [
    "BY_NUMBER",
    "BY_ROUTE",
    "BY_SLUG",
    "COUNT",
    "PATHWAYS",
    "PLAYS",
    "READS",
    "UNMAPPED",
    "Pathway",
    "RemediationPolicy",
    "View",
    "assert_complete",
    "pathway_of",
    "view_before_the_cure",
]
