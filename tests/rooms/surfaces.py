"""A small surface to test with: three strata of a programme, real detectors, and texts with and without drift."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from fractions import Fraction

from assay.accounts.access import Actor
from assay.assurance import services
from assay.assurance.models import CellRow, Surface
from assay.assurance.shapes import CellSpec, MeasureItem, MeasureSummary
from assay.core.canonical import text_digest
from assay.core.verdict import Canary, Policy, Stratum
from assay.detect.context import Context
from assay.detect.registry import DETECTORS

REQUIRED = ("concept-drift", "standard-mention")
STRATA = (
    Stratum("lesson", "Lesson", REQUIRED),
    Stratum("final-exam", "Final exam", REQUIRED),
    Stratum("assignment-brief", "Assignment brief", REQUIRED),
)
CONTEXT = Context(standard="iso42001", artefact="lesson", language="en")
CLEAN = "The organization shall plan how it treats the risks of its AI system and keep documented information of that."
DRIFT = "First line.\nLearners audit the company against ISO 14001:2015 and report every nonconformity."
HONEST = "Compared with ISO 9001, which shares the harmonized structure, ISO/IEC 42001 adds controls for AI systems."


def make_surface(by: Actor, now: datetime, *, key: str = "course", governance: str = "gv1", **more: object) -> Surface:
    """A surface of the actor's organization, without cells."""
    policy = Policy("practice", governance, Fraction(1, 20), 1, "none")
    values: dict[str, object] = {"title": "Lead auditor course", "standard": "iso42001", "strata": STRATA} | more
    return services.surface_define(
        organization=by.organization, kind="programme", key=key, policy=policy, by=by, now=now, **values
    )  # type: ignore[arg-type]


def spec(key: str, text: str | None, stratum: str = "lesson", **more: object) -> CellSpec:
    """A cell that holds `text`, or is missing where that is None."""
    digest = None if text is None else text_digest(text)
    return CellSpec(key, stratum, digest, language="en", subject_id=f"id-{key}", title=key, **more)  # type: ignore[arg-type]


def put(surface: Surface, texts: dict[str, str | None], by: Actor, now: datetime) -> None:
    """Make the population exactly these lessons (or the stratum before a colon in the key)."""
    services.cells_replace(
        surface=surface, cells=[spec(key, text, _stratum(key)) for key, text in texts.items()], by=by, now=now
    )


def items(texts: dict[str, str | None]) -> list[MeasureItem]:
    """What there is to measure of these texts."""
    return [
        MeasureItem(key, text_digest(text), text, CONTEXT, "lesson", "gv1", legacy=False)
        for key, text in texts.items()
        if text is not None
    ]


def measure(surface: Surface, texts: dict[str, str | None], by: Actor, now: datetime) -> MeasureSummary:
    """Put these texts and measure them in this process."""
    put(surface, texts, by, now)
    return services.surface_measure(surface=surface, items=items(texts), by=by, now=now, workers=1)


def plant(by: Actor, now: datetime, *, caught: int = 200, strata: Iterable[Stratum] = STRATA) -> None:
    """Record canary results, `caught` of 200 for each kind, stratum and detector."""
    for name in REQUIRED:
        services.canaries_record(organization=by.organization, canaries=_canaries(name, caught, strata), by=by, now=now)


def _canaries(name: str, caught: int, strata: Iterable[Stratum]) -> Sequence[Canary]:
    detector = DETECTORS[name]
    return [
        Canary(name, detector.version, stratum.name, kind, caught, 200) for stratum in strata for kind in detector.kinds
    ]


def _stratum(key: str) -> str:
    return key.split(":")[0] if ":" in key else "lesson"


def keys_of(surface: Surface) -> list[str]:
    """The keys of the population in force."""
    return list(CellRow.objects.filter(surface=surface).order_by("key").values_list("key", flat=True))
