"""Canaries: planted for what is in use, recorded once per log, computed once per installation."""

from datetime import datetime

import pytest

from assay.accounts.access import Actor
from assay.assurance import canarying, services
from assay.assurance.models import CanaryBatch, CanaryRow
from assay.core.verdict import Stratum
from assay.detect.canaries import tally
from assay.ledger import queries as ledger
from tests.rooms import surfaces as cast

pytestmark = pytest.mark.django_db(transaction=True)
STRATA = (
    Stratum("lesson", "Lesson", ("own-standard", "standard-mention")),
    Stratum("rubric", "Rubric", ("own-standard",)),
)


@pytest.fixture
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Detectors of a version of which no figures are kept."""
    monkeypatch.setattr(canarying, "canaries_kept", lambda *pair: None)


def refresh(by: Actor, now: datetime, told: list[tuple[int, int]] | None = None) -> tuple[int, int, int]:
    """How many results were in the log already, came from elsewhere, and were planted."""
    done = services.canaries_refresh(
        organization=by.organization,
        by=by,
        now=now,
        workers=1,
        progress=None if told is None else lambda *pair: told.append(pair),
    )
    return done.known, done.copied + done.kept, done.planted


@pytest.mark.slow
@pytest.mark.req("P-22")
@pytest.mark.usefixtures("nothing_kept")
def test_canaries_are_planted_for_every_detector_and_stratum_in_use_once(asha: Actor, now: datetime) -> None:
    cast.make_surface(asha, now, strata=STRATA)
    told: list[tuple[int, int]] = []
    assert refresh(asha, now, told) == (0, 0, 3)
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert refresh(asha, now) == (3, 0, 0)
    lesson = CanaryRow.objects.filter(detector="standard-mention").values_list("stratum", "kind", "caught", "planted")
    (expected,) = tally("standard-mention", "lesson")
    assert list(lesson) == [("lesson", "explicit", expected.caught, expected.planted)]
    assert expected.planted >= 60


@pytest.mark.slow
@pytest.mark.req("P-22")
def test_what_is_kept_with_the_version_is_recorded_as_planting_would(
    asha: Actor, dora: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for who in (asha, dora):
        cast.make_surface(who, now, strata=STRATA)
    assert refresh(asha, now) == (0, 3, 0)
    monkeypatch.setattr(canarying, "canaries_kept", lambda *pair: None)
    monkeypatch.setattr(canarying, "_of_installation", lambda pairs: [])
    assert refresh(dora, now) == (0, 0, 3)
    facts = ("detector", "version", "stratum", "kind", "caught", "planted")
    kept, planted = (
        CanaryRow.objects.filter(organization=who.organization).values_list(*facts) for who in (asha, dora)
    )
    assert sorted(kept) == sorted(planted)


@pytest.mark.slow
@pytest.mark.usefixtures("nothing_kept")
def test_another_organization_takes_the_results_over_into_its_own_log(asha: Actor, dora: Actor, now: datetime) -> None:
    for who in (asha, dora):
        cast.make_surface(who, now, strata=STRATA)
    refresh(asha, now)
    assert refresh(dora, now) == (0, 3, 0)
    facts = ("detector", "version", "stratum", "kind", "caught", "planted")
    ours, theirs = (CanaryRow.objects.filter(organization=who.organization).values_list(*facts) for who in (asha, dora))
    assert list(ours) == list(theirs)
    assert [entry.kind for entry in ledger.waiting_list(log=dora.log)].count("canary.recorded") == 2


def test_each_detector_is_recorded_by_one_entry(asha: Actor, now: datetime) -> None:
    cast.plant(asha, now)
    assert CanaryBatch.objects.count() == len(cast.REQUIRED)
    assert [entry.kind for entry in ledger.waiting_list(log=asha.log)].count("canary.recorded") == len(cast.REQUIRED)


def test_without_surfaces_nothing_is_planted(asha: Actor, now: datetime) -> None:
    assert refresh(asha, now) == (0, 0, 0)
