"""The detectors that judge records: their names, version and the kinds of defect that each answers for. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from assay.core.verdict import Detector

PRESENCE, EVIDENCE, APPROVAL, OWNERSHIP, CONSISTENCY = (
    "register-presence", "register-evidence", "register-approval", "register-ownership", "register-consistency",
)  # fmt: skip
ALL = (PRESENCE, EVIDENCE, APPROVAL, OWNERSHIP, CONSISTENCY)
VERSION = "1"
DETECTORS: Mapping[str, Detector] = MappingProxyType(
    {
        name: Detector(name, VERSION, kinds, ())
        for name, kinds in (
            (PRESENCE, ("missing", "draft")),
            (EVIDENCE, ("absent", "expired", "claimed")),
            (APPROVAL, ("unsigned", "altered")),
            (OWNERSHIP, ("vacant", "left")),
            (CONSISTENCY, ("contradiction",)),
        )
    }
)
