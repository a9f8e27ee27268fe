"""How far a fix reaches, by pathway: the same engine everywhere, not the same blast radius."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from assay.studio.pathways import PATHWAYS

QUESTION_AFTER = 2  # failed fixes of one finding, after which its detector is questioned


@dataclass(frozen=True, slots=True)
class FixPolicy:
    """`in_place`: one artefact is replaced as the version it was, nothing else happens. Otherwise the fix is a new
    version, the old one is kept, and nothing is published before `sign_off`: a signature by somebody who did not make it.
    """

    in_place: bool
    sign_off: bool
    words: str


PRACTICE = FixPolicy(
    True,
    False,
    "Written again in place: this artefact alone, the same version, no signature. The old text is kept in the record of the fix.",
)
CREDENTIAL = FixPolicy(
    False,
    True,
    "Written again as a new version, because a credential rests on it. It waits for the signature of somebody who did not make it.",
)
_BY_STAKES: Mapping[str, FixPolicy] = MappingProxyType({"practice": PRACTICE, "credential": CREDENTIAL})
POLICIES: Mapping[str, FixPolicy] = MappingProxyType({pathway.slug: _BY_STAKES[pathway.stakes] for pathway in PATHWAYS})
