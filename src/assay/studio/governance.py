"""The governance directive: the rules every generator works under, in versions; and whether a stamp is legacy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assay.core.canonical import digest


@dataclass(frozen=True)
class Directive:
    """One version of the rules. `digest` is that of version and rules, and goes into each artefact's provenance."""

    version: str
    rules: tuple[str, ...]

    @property
    def digest(self) -> str:
        return digest({"version": self.version, "rules": list(self.rules)})


GV1 = Directive(
    "gv1",
    (
        "Teach the programme's standard, and take its concepts, clauses and controls from the catalog.",
        "Let every case organization have a mission in which AI systems are at stake.",
        "Name another standard only to compare it, to refer to it, or because it is an approved companion.",
        "Never let another standard's concepts carry the objective, the task or the marking.",
        "Give the edition of the programme's standard correctly, or none.",
        "Never seed a new text from the text that it replaces.",
    ),
)
CURRENT = GV1


def is_legacy(meta: Mapping[str, object] | None, provenance: Mapping[str, object] | None) -> bool:
    """Whether an artefact was born under other rules than today's: no stamp, an older version, another directive.

    `meta` is the stamp (`generation_meta`); the directive's digest is read from `provenance["directive"]`.
    """
    if meta is None or meta.get("governance_version") != CURRENT.version:
        return True
    return (provenance or {}).get("directive") != CURRENT.digest
