"""What changed is measured again and nothing else; the verdict is that of measuring everything."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from assay.accounts.access import Actor
from assay.assurance import detectors, results, services
from assay.assurance.engines import partition
from assay.assurance.models import MeasurementRow, Surface, VerdictRow
from assay.detect.registry import DETECTORS
from tests.rooms import surfaces as cast

pytestmark = pytest.mark.django_db(transaction=True)
TEXTS: dict[str, str | None] = {
    f"{stratum.name}:{n}": (cast.CLEAN, cast.DRIFT, cast.HONEST)[n % 3] + f" Part {n}."
    for stratum in cast.STRATA
    for n in range(6)
}
Asked = list[tuple[str, tuple[str, ...]]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Every text that is read, with the detectors that read it."""
    found: Asked = []
    real = partition.measure

    def spying(text: str, context: object, names: tuple[str, ...]) -> object:
        found.append((text, tuple(names)))
        return real(text, context, names)  # type: ignore[arg-type]

    monkeypatch.setattr(partition, "measure", spying)
    return found


def newer(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Another version of one detector, as a change of its words makes it."""
    changed = {**DETECTORS, name: replace(DETECTORS[name], version="0.0-changed")}
    for module in (detectors, results, partition, cast):
        monkeypatch.setattr(module, "DETECTORS", changed)


def told(surface: Surface, now: datetime) -> dict[str, object]:
    """The verdict but for places, times and the name of its surface."""
    row = services.verdict_refresh(surface=surface, now=now)
    body: dict[str, object] = json.loads(bytes(VerdictRow.objects.get(pk=row.pk).body))
    return {name: value for name, value in body.items() if name not in {"position", "surface", "at", "freshness"}}


def as_if_new(by: Actor, now: datetime, texts: dict[str, str | None]) -> dict[str, object]:
    """The verdict of a surface on which all of it was measured now."""
    surface = cast.make_surface(by, now, key="anew")
    cast.measure(surface, texts, by, now)
    return told(surface, now)


@pytest.mark.req("R61")
def test_one_changed_text_is_read_alone_and_the_verdict_is_that_of_reading_all(
    asha: Actor, now: datetime, asked: Asked
) -> None:
    cast.plant(asha, now)
    surface = cast.make_surface(asha, now)
    cast.measure(surface, TEXTS, asha, now)
    told(surface, now)
    asked.clear()
    changed = TEXTS | {"lesson:0": cast.DRIFT + " Changed."}
    cast.measure(surface, changed, asha, now + timedelta(hours=1))
    assert asked == [(changed["lesson:0"], cast.REQUIRED)]
    assert told(surface, now + timedelta(hours=1)) == as_if_new(asha, now + timedelta(hours=1), changed)


@pytest.mark.req("R61")
@pytest.mark.parametrize("name", cast.REQUIRED)
def test_a_new_version_of_one_detector_reads_with_this_one_alone(
    asha: Actor, now: datetime, asked: Asked, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    cast.plant(asha, now)
    surface = cast.make_surface(asha, now)
    cast.measure(surface, TEXTS, asha, now)
    told(surface, now)
    asked.clear()
    newer(monkeypatch, name)
    later = now + timedelta(hours=1)
    services.canaries_record(
        organization=asha.organization, canaries=cast._canaries(name, 200, cast.STRATA), by=asha, now=later
    )
    cast.measure(surface, TEXTS, asha, later)
    assert sorted(text for text, _names in asked) == sorted(text for text in TEXTS.values() if text is not None)
    assert {names for _text, names in asked} == {(name,)}
    (other,) = set(cast.REQUIRED) - {name}
    kept = [json.loads(text) for text in MeasurementRow.objects.values_list("results", flat=True)]
    assert {each[other][0] for each in kept} == {DETECTORS[other].version}
    assert {each[name][0] for each in kept} == {"0.0-changed"}
    assert told(surface, later) == as_if_new(asha, later, TEXTS)
