"""The one immutable context that every generator receives, and none builds for itself.

Deep-frozen: only text, whole numbers, tuples and frozen dataclasses are in it, so that nothing inside can be changed
either. Its digest goes into every stamp: two artefacts with the same digest came from the same facts.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass
from typing import Literal

from assay.catalog import load_catalog
from assay.catalog.families import DATA as CATALOG_DATA
from assay.core.canonical import digest, sha256_hex
from assay.core.errors import InvalidInput
from assay.studio import governance
from assay.studio.governance import Directive
from assay.studio.knowledge import Case, cases, knowledge_digest, plan_of


@dataclass(frozen=True)
class Material:
    """Something a customer brings: a paragraph to be taught, a step of a task, or a comparison. `family` says of which
    standard it speaks ("iso42001", or another one's id)."""

    use: Literal["teach", "task", "compare"]
    family: str
    text: str


@dataclass(frozen=True)
class Scenario:
    """What the programme plays in: case companies, the customer's material, and how the customer calls the standard."""

    cases: tuple[Case, ...]
    material: tuple[Material, ...] = ()
    designation: str = ""


@dataclass(frozen=True)
class Grounding:
    """The knowledge a programme rests on, by digest: the catalog's data files and the studio's knowledge."""

    catalog: str
    knowledge: str


@dataclass(frozen=True)
class ProgrammeGenerationContext:
    """Everything a generator may know of its programme.

    `domain` is the field that cases come from, `companions` the approved ones among other standards, by family id;
    `seed` decides every choice that is free. Raises InvalidInput for a value that could be changed afterwards.
    """

    title: str
    kind: str
    standard: str
    companions: tuple[str, ...]
    domain: str
    scenario: Scenario
    locale: str
    grounding: Grounding
    directive: Directive
    seed: int
    digest: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        plain = {entry.name: _plain(getattr(self, entry.name), entry.name) for entry in fields(self) if entry.init}
        object.__setattr__(self, "digest", digest(plain))

    def __hash__(self) -> int:
        return hash(self.digest)


def context_build(
    *,
    standard: str,
    kind: str,
    seed: int = 0,
    title: str = "",
    companions: tuple[str, ...] | None = None,
    domain: str = "AI systems that decide or speak for people",
    locale: str = "en",
    case_companies: tuple[Case, ...] | None = None,
    material: tuple[Material, ...] = (),
    designation: str = "",
    directive: Directive | None = None,
) -> ProgrammeGenerationContext:
    """Return the context of a programme of a kind, with what is not given taken from the kind's plan.

    Raises NotFound for a kind that does not exist for the standard, InvalidInput for a locale that no writer covers.
    """
    plan = plan_of(kind, standard)
    if not locale.lower().startswith("en"):
        raise InvalidInput(
            f"Programmes are written in English; '{locale}' is not covered.", hint="Use --locale en or en-GB."
        )
    return ProgrammeGenerationContext(
        title=title or plan.title,
        kind=kind,
        standard=standard,
        companions=plan.companions if companions is None else tuple(companions),
        domain=domain,
        scenario=Scenario(cases() if case_companies is None else case_companies, material, designation),
        locale=locale,
        grounding=Grounding(_catalog_digest(), knowledge_digest()),
        directive=directive or governance.CURRENT,
        seed=seed,
    )


def _catalog_digest() -> str:
    load_catalog()
    parts = [f"{path.name}:{sha256_hex(path.read_bytes())}" for path in sorted(CATALOG_DATA.glob("*.yaml"))]
    return digest(parts)


def _plain(value: object, place: str) -> object:
    """The value as canonical JSON takes it. Raises InvalidInput for anything that is not frozen through and through."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, tuple):
        return [_plain(each, place) for each in value]
    if is_dataclass(value) and not isinstance(value, type) and value.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        return {entry.name: _plain(getattr(value, entry.name), f"{place}.{entry.name}") for entry in fields(value)}
    if type(value).__name__ == "mappingproxy":
        return {str(key): _plain(each, f"{place}.{key}") for key, each in value.items()}  # type: ignore[attr-defined]
    raise InvalidInput(
        f"The context's {place} is a {type(value).__name__}, which could be changed later.",
        hint="Use text, whole numbers, tuples and frozen dataclasses.",
        place=place,
    )
