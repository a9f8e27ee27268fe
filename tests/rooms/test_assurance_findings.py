"""The life of a finding: opened, seen again, replaced, closed, decided about; and who may see it."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from assay.accounts.access import Actor
from assay.assurance import queries, services, stats
from assay.assurance.models import DispositionRow, FindingRow, Surface
from assay.core.errors import Conflict, InvalidInput, NotFound, NotPermitted
from assay.detect.registry import DETECTORS, DetectorSpec
from assay.ledger import queries as ledger
from tests.rooms import surfaces as cast

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


@pytest.fixture
def surface(asha: Actor, now: datetime) -> Surface:
    """One lesson that drifts, with detectors that canaries have verified."""
    cast.plant(asha, now)
    surface = cast.make_surface(asha, now)
    cast.measure(surface, {"a": cast.DRIFT}, asha, now)
    return surface


def defects(surface: Surface) -> list[FindingRow]:
    return list(
        FindingRow.objects.filter(surface=surface, detector="standard-mention", defect=True).order_by("found_at")
    )


def test_a_clean_measurement_closes_a_finding_and_keeps_it_in_history(
    asha: Actor, surface: Surface, now: datetime
) -> None:
    cast.measure(surface, {"a": cast.CLEAN}, asha, now + DAY)
    (finding,) = defects(surface)
    assert (finding.closed_at, finding.closing) == (now + DAY, "clean")
    assert finding.closed_by is not None
    assert not queries.finding_list(actor=asha).exists()
    assert finding in queries.finding_list(actor=asha, status="closed")


def test_the_same_text_again_opens_the_same_finding_again(asha: Actor, surface: Surface, now: datetime) -> None:
    cast.measure(surface, {"a": cast.CLEAN}, asha, now + DAY)
    cast.measure(surface, {"a": cast.DRIFT}, asha, now + 2 * DAY)
    (finding,) = defects(surface)
    assert (finding.closed_at, finding.closed_by, finding.found_at) == (None, None, now + 2 * DAY)


def test_an_edit_that_keeps_the_defect_replaces_the_finding(asha: Actor, surface: Surface, now: datetime) -> None:
    cast.measure(surface, {"a": "A new start. " + cast.DRIFT}, asha, now + DAY)
    old, new = defects(surface)
    assert (old.closing, new.closing) == ("superseded", "")
    assert old.quote == new.quote


def test_a_finding_leaves_with_its_cell_and_the_ledger_says_so(asha: Actor, surface: Surface, now: datetime) -> None:
    cast.put(surface, {"b": cast.CLEAN}, asha, now + DAY)
    (finding,) = defects(surface)
    assert (finding.closing, finding.closed_at) == ("cell-left", now + DAY)
    assert "finding.recorded" in [entry.kind for entry in ledger.waiting_list(log=asha.log)]


def test_a_changed_text_that_nobody_measured_closes_nothing(asha: Actor, surface: Surface, now: datetime) -> None:
    cast.put(surface, {"a": cast.CLEAN}, asha, now + DAY)
    assert [finding.closed_at for finding in defects(surface)] == [None]


def newer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new version of the detector is installed; nothing is planted for it yet."""
    old = DETECTORS["standard-mention"]
    spec = DetectorSpec(old.name, "2-test", old.scope, old.kinds, old.languages, old.limits)
    registry = {**DETECTORS, "standard-mention": spec}
    for module in ("detectors", "results", "canarying", "engines.partition", "stats"):
        monkeypatch.setattr(f"assay.assurance.{module}.DETECTORS", registry)


def test_a_clean_result_of_an_unverified_detector_closes_nothing(
    asha: Actor, surface: Surface, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer(monkeypatch)
    cast.measure(surface, {"a": cast.CLEAN}, asha, now + DAY)
    assert [finding.closed_at for finding in defects(surface)] == [None]
    row = services.verdict_refresh(surface=surface, now=now + DAY)
    assert (row.state, row.found, row.measured) == ("fail", 1, 0)


def test_canaries_that_verify_the_detector_later_close_what_it_measured_clean(
    asha: Actor, surface: Surface, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer(monkeypatch)
    cast.measure(surface, {"a": cast.CLEAN}, asha, now + DAY)
    monkeypatch.setattr("tests.rooms.surfaces.REQUIRED", ("standard-mention",))
    monkeypatch.setattr("tests.rooms.surfaces.DETECTORS", services.canaries_refresh.__globals__["DETECTORS"])
    cast.plant(asha, now + DAY)
    row = services.verdict_refresh(surface=surface, now=now + 2 * DAY)
    assert [finding.closing for finding in defects(surface)] == ["clean"]
    assert (row.found, queries.verdict_at(surface, row.position, row.at).to_bytes()) == (0, bytes(row.body))


def test_a_comparison_is_kept_without_alarm(asha: Actor, now: datetime) -> None:
    surface = cast.make_surface(asha, now)
    cast.measure(surface, {"a": cast.HONEST}, asha, now)
    finding = queries.finding_list(actor=asha, surface=surface).get()
    assert (finding.bucket, finding.defect, finding.blocking) == ("C", False, False)


def test_a_decision_with_a_reason_is_logged_and_changes_the_verdict(
    asha: Actor, surface: Surface, now: datetime
) -> None:
    assert services.verdict_refresh(surface=surface, now=now).found == 1
    (finding,) = defects(surface)
    services.finding_dispose(finding=finding, by=asha, reason=" It is quoted as a warning. ", now=now + DAY)
    entry = ledger.waiting_list(log=asha.log)[-1]
    row = services.verdict_refresh(surface=surface, now=now + DAY)
    assert (entry.kind, entry.actor, row.found) == ("finding.disposed", asha.pseudonym, 0)
    assert [each.reason for each in stats.dismissals(asha, "standard-mention")] == ["It is quoted as a warning."]


def test_a_decision_outlives_the_text_that_went_and_came_back(asha: Actor, surface: Surface, now: datetime) -> None:
    services.finding_dispose(finding=defects(surface)[0], by=asha, reason="Quoted.", now=now)
    cast.measure(surface, {"a": cast.CLEAN}, asha, now + DAY)
    cast.measure(surface, {"a": cast.DRIFT}, asha, now + 2 * DAY)
    assert [finding.disposed_at for finding in defects(surface)] == [now]
    assert services.verdict_refresh(surface=surface, now=now + 2 * DAY).found == 0


@pytest.mark.parametrize("reason", ["", "   ", "x" * 2001])
def test_a_decision_needs_a_reason(asha: Actor, surface: Surface, now: datetime, reason: str) -> None:
    with pytest.raises(InvalidInput):
        services.finding_dispose(finding=defects(surface)[0], by=asha, reason=reason, now=now)
    assert not DispositionRow.objects.exists()


def test_a_finding_is_decided_once(asha: Actor, surface: Surface, now: datetime) -> None:
    services.finding_dispose(finding=defects(surface)[0], by=asha, reason="Quoted.", now=now)
    with pytest.raises(Conflict):
        services.finding_dispose(finding=defects(surface)[0], by=asha, reason="Again.", now=now)


def test_an_auditor_reads_findings_and_decides_nothing(
    asha: Actor, chen: Actor, surface: Surface, now: datetime
) -> None:
    (finding,) = defects(surface)
    assert queries.access_finding(actor=chen, finding_id=finding.pk) == finding
    with pytest.raises(NotPermitted):
        services.finding_dispose(finding=finding, by=chen, reason="No.", now=now)


def test_dismissed_and_remedied_findings_make_the_measured_precision(
    asha: Actor, surface: Surface, now: datetime
) -> None:
    cast.measure(surface, {"a": cast.CLEAN, "b": cast.DRIFT + " Yes.", "c": cast.DRIFT + " No."}, asha, now + DAY)
    finding = queries.finding_list(actor=asha, detector="standard-mention").filter(cell_key="b")[0]
    services.finding_dispose(finding=finding, by=asha, reason="Quoted.", now=now + DAY)
    (shown,) = stats.detector_stats(asha, ["standard-mention"])
    assert (shown.reported, shown.dismissed, shown.remedied, shown.unreviewed) == (3, 1, 1, 1)
    assert shown.precision == stats.wilson(shown.corpus.hits + 1, shown.corpus.total + 2)
    assert {(each.stratum, each.caught, each.planted) for each in shown.sensitivity} >= {("lesson", 200, 200)}


def test_a_dismissal_lowers_the_measured_precision(asha: Actor, surface: Surface, now: datetime) -> None:
    (before,) = stats.detector_stats(asha, ["standard-mention"])
    services.finding_dispose(finding=defects(surface)[0], by=asha, reason="Quoted.", now=now)
    (after,) = stats.detector_stats(asha, ["standard-mention"])
    assert before.precision is not None
    assert after.precision is not None
    assert after.precision.value < before.precision.value
    assert before.corpus.total >= 40


def test_the_interval_is_that_of_wilson() -> None:
    half = stats.wilson(1, 2)
    assert half is not None
    assert (half.value, round(half.low, 4), round(half.high, 4)) == (0.5, 0.0945, 0.9055)
    assert stats.wilson(0, 0) is None
    assert stats.wilson(0, 5) == stats.Interval(0.0, 0.0, stats.wilson(0, 5).high)  # type: ignore[union-attr]


@pytest.mark.parametrize("key", [uuid4(), "no-uuid", ""])
def test_what_is_absent_and_what_is_foreign_look_the_same(dora: Actor, surface: Surface, key: object) -> None:
    (finding,) = defects(surface)
    for wanted in (finding.pk, key):
        with pytest.raises(NotFound, match="No finding is known"):
            queries.access_finding(actor=dora, finding_id=wanted)  # type: ignore[arg-type]
    for wanted in (surface.pk, key):
        with pytest.raises(NotFound, match="No surface is known"):
            queries.access_surface(actor=dora, surface_id=wanted)  # type: ignore[arg-type]


def test_an_outsider_lists_nothing(dora: Actor, surface: Surface, now: datetime) -> None:
    services.verdict_refresh(surface=surface, now=now)
    assert queries.portfolio_rows(dora) == []
    assert not queries.finding_list(actor=dora, status="all").exists()
    assert stats.detector_stats(dora, ["standard-mention"])[0].reported == 0
