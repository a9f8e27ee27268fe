"""A programme is judged as a whole, beside its artefacts: recorded, shown, decided about, and measured when it must be."""

from datetime import timedelta
from uuid import uuid4

import pytest

from assay.assurance.models import CanaryRow, FindingRow, MeasurementBatch, VerdictRow
from assay.assurance.queries import verdict_at, verdict_latest
from assay.assurance.services import canaries_record
from assay.core.stored import verdict_from_bytes
from assay.core.verdict import Canary
from assay.detect.joint import KINDS, NAME, STRATUM, figures, version
from assay.ledger import queries as ledger
from assay.reports.queries.findings import FindingFilters, finding_rows
from assay.studio import whole
from assay.studio.criterion import as_a_whole, consistency
from assay.studio.models import Artefact, Programme
from assay.studio.pathways import PATHWAYS, pathway_of
from assay.studio.publishing.services import programme_gate
from assay.studio.services import (
    artefact_put,
    finding_decide,
    pieces_import,
    programme_create,
    programme_sweep,
    programme_update,
)
from assay.studio.sweeping import artefact_measure
from assay.studio.whole import whole_measure, whole_said, whole_surface
from tests.rooms.studio_material import HONEST, SECOND, piece, verify_detectors

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("P-12", "P-22")]


@pytest.fixture
def ben(ben, now):
    """Ben, with detectors that canaries have verified in all pathways, and planted programmes tallied."""
    verify_detectors(ben, now)
    tallied = [Canary(NAME, version(), STRATUM, kind, 190, 200) for kind in KINDS]
    canaries_record(organization=ben.organization, canaries=tallied, by=ben, now=now)
    return ben


def made(actor, now, texts, title="Course", **given):
    """A programme with these texts by pathway, swept."""
    programme = programme_create(actor=actor, title=title, standard="iso42001", now=now, **given)
    pieces_import(actor=actor, programme=programme, pieces=[piece(slug, text) for slug, text in texts], now=now)
    programme_sweep(actor=actor, programme=programme, now=now, workers=1)
    return Programme.objects.get(pk=programme.pk)


def plain(actor, now, **given):
    return made(actor, now, [(each.slug, HONEST) for each in PATHWAYS], **given)


def laced(actor, now, **given):
    """A programme through which environmental management runs, one mild mention in each of 18 artefacts."""
    words = (
        "a skip of mixed hazardous waste",
        "the effluent sampling tap",
        "a storm drain",
        "the bunded store",
        "a marsh",
    )
    texts = [
        (each.slug, f"{HONEST}\n\nOn the way in you pass {words[place % len(words)]}." if place < 20 else HONEST)
        for place, each in enumerate(PATHWAYS)
    ]
    return made(actor, now, texts, **given)


def flooded(actor, now):
    """A programme most of whose artefacts are thick with environmental management."""
    words = (
        "Sample the effluent, keep the bunded store dry, log stack emissions and hazardous waste, protect the groundwater and "
        "the wetland, and plan for a chemical spill and for landfill at end-of-life."
    )
    return made(actor, now, [(each.slug, f"{HONEST}\n\n{words}") for each in PATHWAYS])


def batches(surface):
    return MeasurementBatch.objects.filter(surface=surface).count()


def entries(actor):
    return ledger.position(actor.log) + ledger.pending_count(actor.log)


def test_a_clean_programme_passes_as_a_whole_and_its_own_counts_stay(ben, now):
    programme = plain(ben, now)
    own, joint = verdict_latest(programme.surface), verdict_latest(whole_surface(programme))
    assert (own.strata_measured, own.strata_total, own.cells, own.state) == (22, 22, 22, "pass")
    assert (joint.state, joint.cells, joint.measured, joint.strata_total) == ("pass", 1, 1, 1)
    assert as_a_whole(programme).words == "pass: no other subject runs through its artefacts"
    assert consistency(programme).state == "pass"


def test_a_laced_programme_is_held_with_its_artefacts_words_and_pathways(ben, now):
    programme = laced(ben, now)
    joint = verdict_latest(whole_surface(programme))
    assert (joint.state, joint.measured, joint.found) == ("unproven", 0, 0)
    assert verdict_from_bytes(bytes(joint.body)).coverage.unmeasured == {"inconclusive": 1}
    (row,) = FindingRow.objects.filter(surface__kind=whole.KIND)
    assert (row.family, row.in_doubt, row.detector, row.kind) == ("iso14001", True, NAME, "laced")
    assert "of 22 artefacts carry words of" in row.quote
    assert any("Artefacts to read: “" in each for each in row.reasons)
    assert any(each.startswith("Pathways concerned: ") for each in row.reasons)
    listed = finding_rows(ben, FindingFilters("open", "read", programme.slug, "", NAME, ""))
    assert list(listed) == [row]
    assert consistency(programme).state in ("unproven", "fail")


def test_what_a_person_decides_about_the_whole_settles_it(ben, now):
    programme = laced(ben, now)
    (row,) = FindingRow.objects.filter(surface__kind=whole.KIND)
    finding_decide(finding=row, by=ben, reason="Only scenery.", now=now + timedelta(minutes=1))
    assert as_a_whole(programme).state == "pass"
    programme_sweep(actor=ben, programme=programme, now=now + timedelta(minutes=2), workers=1)
    assert as_a_whole(programme).state == "pass", "a decision outlives the next sweep"


def test_a_confirmed_whole_fails_and_blocks_publishing(ben, now):
    programme = laced(ben, now)
    (row,) = FindingRow.objects.filter(surface__kind=whole.KIND)
    finding_decide(finding=row, by=ben, reason="It teaches it.", now=now + timedelta(minutes=1), defect=True)
    assert verdict_latest(whole_surface(programme)).state == "fail"
    assert (as_a_whole(programme).state, consistency(programme).state) == ("fail", "fail")
    confirmed = FindingRow.objects.get(surface__kind=whole.KIND, defect=True)
    blocker = next(each for each in programme_gate(programme, now=now).blockers if each.key == "governance")
    assert str(confirmed.pk) in {place.key for place in blocker.places}


def test_only_an_overwhelming_share_is_a_defect_at_once(ben, now):
    programme = flooded(ben, now)
    (row,) = FindingRow.objects.filter(surface__kind=whole.KIND, defect=True)
    assert (row.family, row.blocking) == ("iso14001", True)
    assert as_a_whole(programme).state == "fail"


@pytest.mark.req("P-18")
def test_changing_one_artefact_measures_one_artefact_and_its_programmes_whole(ben, now):
    one, other = plain(ben, now, title="One"), plain(ben, now, title="Other")
    whole_one, whole_other = whole_surface(one), whole_surface(other)
    counts = [batches(each) for each in (one.surface, whole_one, other.surface, whole_other)]
    size = entries(ben)
    for programme in (one, other):
        programme_sweep(actor=ben, programme=programme, now=now + timedelta(minutes=1), workers=1)
    assert [batches(each) for each in (one.surface, whole_one, other.surface, whole_other)] == counts
    assert entries(ben) == size, "a sweep with nothing new writes nothing"
    later = now + timedelta(minutes=2)
    stamped = _stamped("lesson", SECOND)
    artefact_put(actor=ben, programme=one, stamped=stamped, now=later)
    assert as_a_whole(one).state == "pass", "nothing was laid out anew yet"
    summary = programme_sweep(actor=ben, programme=one, now=later, workers=1)
    programme_sweep(actor=ben, programme=other, now=later, workers=1)
    assert summary.measured == 1
    now_counts = [batches(each) for each in (one.surface, whole_one, other.surface, whole_other)]
    assert [after - before for before, after in zip(counts, now_counts, strict=True)] == [1, 1, 0, 0]
    assert MeasurementBatch.objects.filter(surface=whole_one).order_by("number").last().count == 1


def _stamped(slug, text):
    return {
        "key": slug,
        "pathway": slug,
        "title": slug,
        "text": text,
        "generation_meta": {"route": pathway_of(slug).route, "governance_version": "gv1", "at": "2026-11-01T08:00:00Z"},
    }


def test_another_version_of_the_detector_measures_again(ben, now, monkeypatch):
    programme = plain(ben, now)
    surface = whole_surface(programme)
    count = batches(surface)
    monkeypatch.setattr(whole, "version", lambda: "1+ffffffff")
    monkeypatch.setattr(whole.figures, "canaries", lambda: ())
    monkeypatch.setattr(whole, "_canaries_record", lambda actor, now: None)
    whole_measure(actor=ben, programme=programme, now=now + timedelta(minutes=1))
    assert batches(surface) == count + 1
    whole_measure(actor=ben, programme=programme, now=now + timedelta(minutes=2))
    assert batches(surface) == count + 1


def test_a_companion_approved_later_clears_what_was_held(ben, now):
    programme = laced(ben, now)
    programme_update(actor=ben, programme=programme, companions=["iso14001"], now=now + timedelta(minutes=1))
    programme = Programme.objects.get(pk=programme.pk)
    programme_sweep(actor=ben, programme=programme, now=now + timedelta(minutes=2), workers=1)
    assert as_a_whole(programme).state == "pass"


def test_what_was_not_read_as_a_whole_is_not_clean(ben, now):
    programme = programme_create(actor=ben, title="Small", standard="iso42001", now=now)
    pieces_import(actor=ben, programme=programme, pieces=[piece("lesson")], now=now)
    assert as_a_whole(programme).words == "unproven: it was not read as a whole yet"
    programme_sweep(actor=ben, programme=programme, now=now, workers=1)
    small = as_a_whole(programme)
    assert small.state == "unproven"
    assert "12 artefacts" in small.words
    joint = verdict_from_bytes(bytes(verdict_latest(whole_surface(programme)).body))
    assert joint.coverage.unmeasured == {"precondition_unmet": 1}


def test_a_sweep_of_some_pathways_reads_nothing_as_a_whole(ben, now):
    programme = programme_create(actor=ben, title="Nine", standard="iso42001", now=now)
    pieces_import(actor=ben, programme=programme, pieces=[piece(each.slug) for each in PATHWAYS], now=now)
    programme_sweep(actor=ben, programme=programme, now=now, workers=1, only=["lesson"])
    joint = verdict_from_bytes(bytes(verdict_latest(whole_surface(programme)).body))
    assert joint.coverage.unmeasured == {"not_run": 1}
    programme_sweep(actor=ben, programme=programme, now=now + timedelta(minutes=1), workers=1)
    assert as_a_whole(programme).state == "pass"


def test_a_change_laid_out_and_not_read_together_is_no_pass(ben, now):
    programme, later = plain(ben, now), now + timedelta(minutes=1)
    artefact_put(actor=ben, programme=programme, stamped=_stamped("lesson", SECOND), now=later)
    programme_sweep(actor=ben, programme=programme, now=later, workers=1, only=["lesson"])
    together, criterion = as_a_whole(programme), consistency(programme)
    assert together.words == "unproven: artefacts have changed since it was read as a whole"
    assert (criterion.state, criterion.words) == ("unproven", together.words)
    assert verdict_latest(whole_surface(programme)).state == "unproven"
    programme_sweep(actor=ben, programme=programme, now=later, workers=1)
    assert (as_a_whole(programme).state, consistency(programme).state) == ("pass", "pass")


def test_the_reason_of_an_earlier_state_is_not_said_of_this_one(ben, now):
    programme, later = made(ben, now, [("lesson", HONEST)]), now + timedelta(minutes=1)
    assert "there are 1." in whole_said(whole_surface(programme), whole.CELL)
    artefact_put(actor=ben, programme=programme, stamped=_stamped("rubric", HONEST), now=later)
    programme_sweep(actor=ben, programme=programme, now=later, workers=1, only=["rubric"])
    assert whole_said(whole_surface(programme), whole.CELL) == ""


def test_where_only_some_are_read_together_a_pass_says_so_and_each_change_counts(ben, now, monkeypatch):
    monkeypatch.setattr(whole, "MOST", 15)
    programme = plain(ben, now)
    surface = whole_surface(programme)
    words = "pass: no other subject runs through the 15 of 22 artefacts that were read together"
    assert as_a_whole(programme).words == words
    assert whole_said(surface, whole.CELL) == "Only 15 of the 22 artefacts were read together."
    rows = whole._rows(programme)
    drawn = {row.key for row in whole._drawn(rows, whole._state(rows))}
    left = next(row.key for row in rows if row.key not in drawn)
    count, later = batches(surface), now + timedelta(minutes=1)
    artefact_put(actor=ben, programme=programme, stamped=_stamped(left, SECOND), now=later)
    programme_sweep(actor=ben, programme=programme, now=later, workers=1)
    assert batches(surface) == count + 1, "the state is that of all artefacts, read or not"
    assert as_a_whole(programme).words == words


def test_all_are_read_up_to_the_bound_and_beyond_it_no_text_can_choose_to_stay_out():
    def rows(count, last="sha256:fff"):
        texts = [*(f"sha256:{number:03x}" for number in range(1, count)), last]
        return [whole._Row(uuid4(), f"k{n}", "", 1, digest, "en", True) for n, digest in enumerate(texts)]

    many = rows(whole.MOST)
    assert whole._drawn(many, whole._state(many)) == many
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whole, "MOST", 20)
        draws = []
        for change in range(60):
            some = rows(40, last=f"sha256:f{change:02x}")
            draws.append({row.key for row in whole._drawn(some, whole._state(some))})
    assert {len(each) for each in draws} == {20}
    shares = [sum(f"k{n}" in each for each in draws) for n in range(40)]
    assert 10 < min(shares) <= max(shares) < 50, "by digest the same 20 would be drawn each time"


def test_a_text_changed_while_it_is_read_is_neither_judged_nor_kept(ben, now, monkeypatch):
    programme = programme_create(actor=ben, title="Moving", standard="iso42001", now=now)
    texts = [piece(each.slug, f"{HONEST}\n\nMoving part {each.number}.") for each in PATHWAYS]
    pieces_import(actor=ben, programme=programme, pieces=texts, now=now)
    there = Artefact.objects.get(programme=programme, key="lesson")
    real = whole._rows

    def moving(programme):
        rows = real(programme)
        Artefact.objects.filter(pk=there.pk).update(text="Sample the effluent.", digest="sha256:" + "0" * 64)
        return rows

    with monkeypatch.context() as patch:
        patch.setattr(whole, "_rows", moving)
        programme_sweep(actor=ben, programme=programme, now=now, workers=1)
    assert as_a_whole(programme).words == "unproven: it was not read as a whole yet"
    assert there.digest not in {key.digest for key in whole._tallies}
    Artefact.objects.filter(pk=there.pk).update(text=there.text, digest=there.digest)
    programme_sweep(actor=ben, programme=programme, now=now + timedelta(minutes=1), workers=1)
    assert as_a_whole(programme).state == "pass"
    (kept,) = [each for key, each in whole._tallies.items() if key.digest == there.digest]
    assert kept.foreign == ()


def test_what_is_committed_while_the_programme_is_read_leaves_the_joint_result_to_be_made_again(ben, now, monkeypatch):
    programme, later = plain(ben, now), now + timedelta(minutes=1)
    surface, real = whole_surface(programme), whole._rows
    artefact_put(actor=ben, programme=programme, stamped=_stamped("lesson", SECOND), now=later)

    def overtaken(programme):
        rows = real(programme)
        artefact, _ = artefact_put(actor=ben, programme=programme, stamped=_stamped("rubric", SECOND), now=later)
        artefact_measure(actor=ben, programme=programme, artefact=artefact, now=later)
        return rows

    with monkeypatch.context() as patch:
        patch.setattr(whole, "_rows", overtaken)
        programme_sweep(actor=ben, programme=programme, now=later, workers=1)
    assert as_a_whole(programme).outdated
    count = batches(surface)
    programme_sweep(actor=ben, programme=programme, now=later, workers=1)
    assert (as_a_whole(programme).state, batches(surface)) == ("pass", count + 1)


def test_the_joint_verdict_is_recomputed_from_the_log_to_the_byte(ben, now):
    programme = laced(ben, now)
    (row,) = FindingRow.objects.filter(surface__kind=whole.KIND)
    finding_decide(finding=row, by=ben, reason="It teaches it.", now=now + timedelta(minutes=1), defect=True)
    surface = whole_surface(programme)
    for stored in VerdictRow.objects.filter(surface=surface):
        assert verdict_at(surface, stored.position, stored.at).to_bytes() == bytes(stored.body)


def test_canaries_enter_each_log_once(ben, now):
    plain(ben, now)
    plain(ben, now, title="Second")
    rows = CanaryRow.objects.filter(organization=ben.organization, detector=NAME)
    assert sorted(rows.values_list("kind", "caught", "planted")) == [("block", 190, 200), ("laced", 190, 200)]


def test_a_detector_that_its_canaries_do_not_verify_measures_nothing(ben, now):
    CanaryRow.objects.filter(detector=NAME).update(caught=20)
    programme = plain(ben, now)
    assert verdict_latest(whole_surface(programme)).state == "unproven"


def test_owner_and_auditor_see_the_whole_and_an_outsider_nothing(ben, chen, dora, client_of, now):
    programme = laced(ben, now)
    (row,) = FindingRow.objects.filter(surface__kind=whole.KIND)
    for actor in (ben, chen):
        client = client_of(actor)
        page = client.get(f"/programmes/{programme.slug}").content.decode()
        assert "The programme as a whole" in page
        assert f"/findings/{row.pk}" in page
        shown = client.get(f"/findings/{row.pk}").content.decode()
        assert "What runs through it" in shown
        assert "Pathways concerned" in shown
        assert client.get(f"/detectors/{NAME}").status_code == 200
        assert NAME in client.get("/detectors").content.decode()
        assert str(row.pk) in client.get("/findings?bucket=read").content.decode()
    assert client_of(dora).get(f"/findings/{row.pk}").status_code == 404
    assert str(row.pk) not in client_of(dora).get("/findings?bucket=read").content.decode()


@pytest.mark.slow
def test_kept_figures_are_what_planting_gives():
    kept = figures._load(figures.FILE)
    assert kept["version"] == version(), "run python scripts/make_figures.py"
    assert figures.figures_compute() == kept
