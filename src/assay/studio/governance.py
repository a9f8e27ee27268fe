"""The governance directive: the rules every generator works under, in versions; and whether a stamp is legacy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from assay.core.canonical import digest
from assay.core.errors import InvalidInput, NotFound

OWN_STANDARD = "own-standard"
AI_MISSION = "ai-mission"
COMPARE_ONLY = "compare-only"
OWN_TASKS = "own-tasks"
EDITION = "edition"
NO_SEED = "no-seed"


@dataclass(frozen=True)
class Rule:
    """One rule. `key` is how `studio.governed` consults it and never changes; `text` is what a writer is told."""

    key: str
    text: str


@dataclass(frozen=True)
class Directive:
    """One version of the rules. `digest` is that of version and rules, and goes into each artefact's provenance."""

    version: str
    rules: tuple[Rule, ...]

    def __post_init__(self) -> None:
        keys = [rule.key for rule in self.rules]
        if len(set(keys)) != len(keys):
            raise InvalidInput(f"The directive {self.version} has a rule twice.", keys=keys)

    @property
    def digest(self) -> str:
        return digest({"version": self.version, "rules": [rule.text for rule in self.rules]})

    @property
    def text(self) -> str:
        """The rules as every prompt carries them, byte for byte the same in all pathways."""
        return "\n".join(f"{number}. {rule.text}" for number, rule in enumerate(self.rules, start=1))

    def governs(self, key: str) -> bool:
        """Whether the rule of that key is in force."""
        return any(rule.key == key for rule in self.rules)

    def without(self, key: str) -> Directive:
        """The same directive less one rule: by this the canaries show that each rule matters."""
        return Directive(f"{self.version}-without-{key}", tuple(rule for rule in self.rules if rule.key != key))


@dataclass(frozen=True)
class Change:
    """What became of one rule between two versions; `before` and `after` are empty where it was not there."""

    key: str
    before: str
    after: str

    @property
    def kind(self) -> str:
        if not self.before:
            return "added"
        if not self.after:
            return "removed"
        return "kept" if self.before == self.after else "reworded"


GV1 = Directive(
    "gv1",
    (
        Rule(
            OWN_STANDARD,
            "Teach the programme's standard, and take its concepts, clauses and controls from the catalog.",
        ),
        Rule(AI_MISSION, "Let every case organization have a mission in which AI systems are at stake."),
        Rule(
            COMPARE_ONLY,
            "Name another standard only to compare it, to refer to it, or because it is an approved companion.",
        ),
        Rule(OWN_TASKS, "Never let another standard's concepts carry the objective, the task or the marking."),
        Rule(EDITION, "Give the edition of the programme's standard correctly, or none."),
        Rule(NO_SEED, "Never seed a new text from the text that it replaces."),
    ),
)
VERSIONS: Mapping[str, Directive] = MappingProxyType({GV1.version: GV1})
CURRENT = GV1


def directive_of(version: str) -> Directive:
    """Return the directive of a version. Raises NotFound."""
    if version not in VERSIONS:
        raise NotFound("governance version", version, hint=f"Versions are: {', '.join(VERSIONS)}.")
    return VERSIONS[version]


def compare(before: Directive, after: Directive) -> tuple[Change, ...]:
    """Return what became of each rule, in the order of `after`, then what was removed."""
    old = {rule.key: rule.text for rule in before.rules}
    new = {rule.key: rule.text for rule in after.rules}
    return tuple(Change(key, old.get(key, ""), new.get(key, "")) for key in [*new, *(k for k in old if k not in new)])


def is_legacy(meta: Mapping[str, object] | None, provenance: Mapping[str, object] | None) -> bool:
    """Whether an artefact was born under other rules than today's: no stamp, an older version, another directive.

    `meta` is the stamp (`generation_meta`); the directive's digest is read from `provenance["directive"]`.
    """
    if meta is None or meta.get("governance_version") != CURRENT.version:
        return True
    return (provenance or {}).get("directive") != CURRENT.digest
