"""A sweep over what has not changed takes the short way, and only then: every single change is seen by it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assay.assurance import services as assurance
from assay.assurance.inputs import inputs_now, is_last_input
from assay.assurance.models import CanaryBatch, CanaryRow, CellRow, FindingRow, MeasurementRow, Surface, VerdictRow
from assay.core.canonical import digest, rows_digest
from assay.ledger import services as ledger
from assay.studio.models import Artefact, Programme
from assay.studio.pathways import PATHWAYS
from assay.studio.programmes import VALID_FOR
from assay.studio.services import finding_decide, pieces_import, programme_sweep
from assay.studio.unchanged import programme_standing
from tests.families import by_turns
from tests.rooms.studio_material import DRIFTED, HONEST, SECOND, defect_of, piece, programme_of, verify_detectors

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def programme(ben, now):
    verify_detectors(ben, now)
    more = [piece("lesson", HONEST, key=f"lesson-{n}", stamped=n % 2 == 0) for n in range(3)]
    return programme_of(ben, now, *more, assignment_brief=DRIFTED)


def long_way(actor, programme, now):
    """What a sweep comes to when it may not take the short way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("assay.studio.sweeping.programme_standing", lambda *_: None)
        return programme_sweep(actor=actor, programme=programme, now=now, workers=1)


@pytest.mark.req("R61")
def test_the_short_way_says_what_the_long_way_says_and_writes_nothing(ben, programme, now):
    later = now + timedelta(hours=1)
    entries = ledger.integrate(now=later)
    short = programme_sweep(actor=ben, programme=programme, now=later, workers=1)
    assert programme_standing(programme, later) is not None
    assert ledger.integrate(now=later) == 0, entries
    long = long_way(ben, programme, later)
    assert (short.verdict, short.cells, short.missing, short.unmapped) == (
        long.verdict, long.cells, long.missing, long.unmapped,
    )  # fmt: skip
    assert (short.measured, short.fresh) == (long.measured, long.fresh) == (0, 25)
    assert inputs_now(programme.surface).verdict(later).digest == short.verdict.digest


CHANGES: dict[str, Callable[..., object]] = {
    "a text": lambda ben, p, now: pieces_import(actor=ben, programme=p, pieces=_pieces(lesson=SECOND), now=now),
    "an artefact gone": lambda ben, p, now: pieces_import(actor=ben, programme=p, pieces=_pieces()[1:], now=now),
    "a title": lambda ben, p, now: Artefact.objects.filter(key="lesson-1").update(title="Else"),
    "a language": lambda ben, p, now: Artefact.objects.filter(key="lesson-1").update(language=None),
    "a pathway": lambda ben, p, now: Artefact.objects.filter(key="lesson-1").update(pathway=1),
    "no pathway": lambda ben, p, now: Artefact.objects.filter(key="lesson-1").update(pathway=None),
    "a stamp": lambda ben, p, now: Artefact.objects.filter(key="lesson-0").update(
        generation_meta=None, provenance=None
    ),
    "its digest": lambda ben, p, now: Artefact.objects.filter(key="lesson-1").update(digest="sha256:" + "0" * 64),
    "unreadable": lambda ben, p, now: Artefact.objects.filter(key="lesson-1").update(readable=False),
    "companions": lambda ben, p, now: Programme.objects.filter(pk=p.pk).update(companions=["iso9001"]),
    "a decision": lambda ben, p, now: finding_dispose(ben, p, now),
    "canaries": lambda ben, p, now: CanaryRow.objects.filter(detector="standard-mention").update(version="0"),
    "no result": lambda ben, p, now: MeasurementRow.objects.filter(cell__key="lesson-1").delete(),
    "an older detector": lambda ben, p, now: _older(p),
    "a cell": lambda ben, p, now: CellRow.objects.filter(key="lesson-1").update(governance="gv0"),
    "governance": lambda ben, p, now: Surface.objects.filter(pk=p.surface_id).update(governance="gv0"),
    "no verdict": lambda ben, p, now: VerdictRow.objects.update(is_latest=False),
}


def _pieces(**texts):
    return [piece(each.slug, texts.get(each.slug.replace("-", "_"), HONEST)) for each in PATHWAYS]


def _older(programme):
    row = MeasurementRow.objects.get(cell__key="lesson-1")
    MeasurementRow.objects.filter(pk=row.pk).update(results=row.results.replace('["', '["0-', 1))


def finding_dispose(actor, programme, now):
    """Decide without bringing the verdict up to date."""
    finding: FindingRow = defect_of(programme, "assignment-brief")
    assurance.finding_dispose(finding=finding, by=actor, reason="Quoted.", now=now)


@pytest.mark.parametrize("change", by_turns(CHANGES, 5))
def test_whatever_changed_the_long_way_is_taken(ben, programme, now, change):
    assert programme_standing(programme, now) is not None
    CHANGES[change](ben, programme, now)
    assert programme_standing(Programme.objects.get(pk=programme.pk), now) is None


def test_time_alone_changes_what_expired(ben, programme, now):
    assert programme_standing(programme, now + VALID_FOR - timedelta(seconds=1)) is not None
    assert programme_standing(programme, now + VALID_FOR + timedelta(seconds=1)) is None
    assert programme_standing(programme, now - timedelta(days=1)) is None


def test_a_decision_then_a_sweep_then_the_short_way(ben, programme, now):
    finding_decide(finding=defect_of(programme, "assignment-brief"), by=ben, reason="Quoted.", now=now)
    assert programme_standing(programme, now + timedelta(hours=1)) is not None


@pytest.mark.parametrize("count", [0, 1, 999, 1000, 1001, 2500])
def test_the_digest_of_rows_is_that_of_their_list(count):
    rows = [[f"kéy\n{n}", n, f"sha256:{n}"] for n in range(count)]
    assert rows_digest(map(tuple, rows)) == digest(rows)


@pytest.mark.req("R61")
def test_a_sweep_of_what_stands_asks_as_little_of_many_texts_and_batches_as_of_few(ben, programme, now):
    later = now + timedelta(hours=1)
    programme_sweep(actor=ben, programme=programme, now=later, workers=1)

    def asked(at):
        with CaptureQueriesContext(connection) as queries:
            assert programme_sweep(actor=ben, programme=programme, now=at, workers=1).measured == 0
        return len(queries)

    few = asked(later)
    assert few <= 18, "the programme's own surface and that of the whole"
    more = [piece("lesson", f"{HONEST}\n\nPart {n}.", key=f"more-{n}") for n in range(40)]
    pieces_import(actor=ben, programme=programme, pieces=[*_pieces(), *more], now=later)
    assert programme_sweep(actor=ben, programme=programme, now=later, workers=1).measured == 41
    assert asked(later) == few


@pytest.mark.req("R61")
def test_canaries_of_other_strata_change_no_verdict_and_those_of_its_own_do(ben, programme, now):
    batch = CanaryBatch.objects.filter(detector="standard-mention").first()
    surface, position = programme.surface, inputs_now(programme.surface).position
    other = CanaryBatch.objects.create(
        organization=ben.organization, detector=batch.detector, digest=batch.digest, body=batch.body, at=now,
        version="0", event_id="another-version", position=position + 1,
    )  # fmt: skip
    assert is_last_input(surface, position)
    CanaryRow.objects.filter(detector=batch.detector).update(batch=other)
    assert not is_last_input(surface, position)
    CanaryBatch.objects.filter(pk=other.pk).update(position=None)
    assert not is_last_input(surface, position)
