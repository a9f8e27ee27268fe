"""A sweep measures what is there against what should be, and its verdict says what it is silent about."""

from datetime import timedelta

import pytest

from assay.assurance.maps import surface_map
from assay.assurance.models import CellRow, FindingRow
from assay.assurance.queries import finding_list, silent_about, verdict_latest
from assay.assurance.services import canaries_record, verdict_refresh
from assay.assurance.sweeps import SWEEPERS
from assay.core.errors import NotFound, NotPermitted
from assay.core.reading import sentence
from assay.core.stored import verdict_from_bytes
from assay.core.verdict import Canary
from assay.detect.registry import DETECTORS
from assay.ledger import queries as ledger
from assay.studio.demo.programmes import GREENTECH
from assay.studio.governance import CURRENT
from assay.studio.importing import Piece, Stamp
from assay.studio.models import Artefact
from assay.studio.pathways import PATHWAYS, pathway_of, view_before_the_cure
from assay.studio.programmes import SURFACE_KIND, VALID_FOR
from assay.studio.services import artefact_accept, finding_decide, pieces_import, programme_create, programme_sweep

pytestmark = pytest.mark.django_db(transaction=True)
HONEST = "Name the people affected, say who decides about the model, and keep what was decided."


@pytest.fixture
def ben(ben, now):
    """Ben, with detectors that canaries have verified in all pathways."""
    for detector in DETECTORS.values():
        strata = [pathway.slug for pathway in PATHWAYS if detector.name in pathway.required]
        found = [
            Canary(detector.name, detector.version, slug, kind, 200, 200) for slug in strata for kind in detector.kinds
        ]
        canaries_record(organization=ben.organization, canaries=found, by=ben, now=now)
    return ben


def piece(slug, text=HONEST, key=None, stamped=True):
    stamp = Stamp(pathway_of(slug).route, CURRENT.version, "2026-11-01T08:00:00+00:00", {"directive": CURRENT.digest})
    return Piece(
        key=key or slug, pathway=slug, title=slug, text=text, path=f"{slug}.md", line=1, end_line=text.count("\n") + 1,
        media_type="text/markdown", language="en", how="stamp", stamp=stamp if stamped else None,
    )  # fmt: skip


def filled(actor, now, pieces, **given):
    programme = programme_create(actor=actor, title="Course", standard="iso42001", now=now, **given)
    pieces_import(actor=actor, programme=programme, pieces=pieces, now=now)
    return programme


def complete(actor, now, **texts):
    return filled(actor, now, [piece(p.slug, texts.get(p.slug.replace("-", "_"), HONEST)) for p in PATHWAYS])


def verdict_of(swept):
    return verdict_from_bytes(bytes(swept.verdict.body))


@pytest.mark.req("P-08", "P-09", "R16")
def test_a_complete_clean_programme_passes_over_22_of_22(ben, now):
    swept = programme_sweep(actor=ben, programme=complete(ben, now), now=now, workers=1)
    verdict = verdict_of(swept)
    assert (verdict.state, verdict.coverage.value, swept.measured, swept.missing) == ("pass", 1, 22, ())
    assert (verdict.coverage.strata_measured, verdict.coverage.strata_total) == (22, 22)


@pytest.mark.req("R12", "R14", "R15", "R21", "R06")
def test_nine_of_22_pathways_are_40_per_cent_and_no_pass(ben, now):
    programme = complete(ben, now)
    audited = [pathway_of(number).slug for number in view_before_the_cure().audited]
    verdict = verdict_of(programme_sweep(actor=ben, programme=programme, now=now, workers=1, only=audited))
    assert (verdict.state, verdict.content.found) == ("unproven", 0)
    assert f"{float(verdict.coverage.value):.1%}" == "40.9%"
    assert sentence(verdict).startswith("coverage 40 %, 9 of 22 pathways")
    silent = " ".join(silent_about(programme.surface))
    for pathway in PATHWAYS:
        assert (pathway.name + ":" in silent) == (pathway.slug not in audited)
    assert verdict_of(programme_sweep(actor=ben, programme=programme, now=now, workers=1)).state == "pass"


@pytest.mark.req("P-08", "R05")
def test_a_missing_pathway_is_a_cell_that_nobody_looked_at(ben, now):
    programme = filled(ben, now, [piece("lesson"), piece("outline")])
    swept = programme_sweep(actor=ben, programme=programme, now=now, workers=1)
    assert (len(swept.missing), swept.cells, swept.measured) == (20, 22, 2)
    assert verdict_of(swept).coverage.unmeasured == {"missing": 20}
    assert CellRow.objects.get(surface=programme.surface, key="missing:final-exam").digest is None


def test_a_declared_blueprint_expects_less_and_the_verdict_names_the_rest(ben, now):
    programme = filled(ben, now, [piece("lesson"), piece("lesson-quiz")], blueprint=["lesson", "lesson-quiz"])
    verdict = verdict_of(programme_sweep(actor=ben, programme=programme, now=now, workers=1))
    assert (verdict.state, verdict.coverage.strata_total) == ("pass", 2)
    assert len(verdict.coverage.absent) == 20


def test_what_is_unmapped_stays_unmeasured(ben, now):
    from_nowhere = Piece(
        key="README.md", pathway=None, title="About", text="Words.", path="README.md", line=1, end_line=1,
        media_type="text/markdown", language="en", how="none",
    )  # fmt: skip
    programme = filled(ben, now, [piece(p.slug) for p in PATHWAYS] + [from_nowhere])
    swept = programme_sweep(actor=ben, programme=programme, now=now, workers=1)
    verdict = verdict_of(swept)
    assert (swept.unmapped, verdict.state, verdict.coverage.weakest) == (1, "unproven", ("unmapped", 0))


@pytest.mark.req("R05", "R40", "R41")
def test_the_greentech_brief_is_found_in_pathway_13_with_all_its_attributions(ben, now):
    programme = complete(ben, now, assignment_brief=GREENTECH)
    swept = programme_sweep(actor=ben, programme=programme, now=now, workers=1)
    assert verdict_of(swept).state == "fail"
    rows = [row for row in finding_list(actor=ben, surface=programme.surface) if row.defect]
    assert {row.stratum for row in rows} == {"assignment-brief"}
    row = next(row for row in rows if row.kind == "explicit")
    artefact = Artefact.objects.get(pk=row.subject_id)
    assert (row.bucket, row.family, row.route, row.governance_version, row.is_legacy) == (
        "A", "iso14001", "assignment_brief", CURRENT.version, False,
    )  # fmt: skip
    assert artefact.text[row.start : row.end] == row.quote


def test_a_second_sweep_measures_nothing_and_changes_no_byte(ben, now):
    programme = complete(ben, now)
    first = programme_sweep(actor=ben, programme=programme, now=now, workers=1)
    entries = ledger.position(ben.log) + ledger.pending_count(ben.log)
    again = programme_sweep(actor=ben, programme=programme, now=now + timedelta(hours=1), workers=1)
    assert (again.measured, again.fresh, again.verdict.pk) == (0, 22, first.verdict.pk)
    assert ledger.position(ben.log) + ledger.pending_count(ben.log) == entries


def test_content_is_never_changed_by_a_sweep(ben, now):
    programme = complete(ben, now)
    before = list(Artefact.objects.order_by("pk").values())
    programme_sweep(actor=ben, programme=programme, now=now, workers=1)
    assert list(Artefact.objects.order_by("pk").values()) == before


def test_a_verdict_goes_stale_when_its_measurements_expire(ben, now):
    programme = complete(ben, now)
    programme_sweep(actor=ben, programme=programme, now=now, workers=1)
    row = verdict_refresh(surface=programme.surface, now=now + VALID_FOR)
    assert row.state == "stale"
    later = programme_sweep(actor=ben, programme=programme, now=now + VALID_FOR, workers=1)
    assert (later.measured, verdict_of(later).state) == (22, "pass")


def test_a_companion_makes_the_same_text_right(ben, now):
    text = "Audit the company against ISO/IEC 27001:2022 and write its information security policy."
    programme = complete(ben, now, lesson=text)
    assert verdict_of(programme_sweep(actor=ben, programme=programme, now=now, workers=1)).state == "fail"
    joint = programme_create(
        actor=ben, title="Joint", standard="iso42001", companions=["iso27001"], slug="joint", now=now
    )
    pieces_import(actor=ben, programme=joint, pieces=[piece(p.slug, text) for p in PATHWAYS], now=now)
    programme_sweep(actor=ben, programme=joint, now=now, workers=1)
    assert not FindingRow.objects.filter(surface=joint.surface, bucket="A").exists()


@pytest.mark.req("R11", "R13", "R36")
def test_the_map_has_the_colours_of_the_old_platform(ben, now):
    view = view_before_the_cure()
    pieces = [piece(p.slug, stamped=p.number in view.governed) for p in PATHWAYS]
    programme = filled(ben, now, pieces)
    audited = [pathway_of(number).slug for number in view.audited]
    programme_sweep(actor=ben, programme=programme, now=now, workers=1, only=audited)
    found = {each.name: each.colour for each in surface_map(programme.surface).strata}
    assert found == {pathway.slug: view.colour(pathway.number) for pathway in PATHWAYS}


def stamped(text, key="lesson", route="lesson"):
    meta = {"route": route, "governance_version": CURRENT.version, "at": "2026-11-02T08:00:00+00:00"}
    provenance = {"directive": CURRENT.digest}
    return {"key": key, "title": key, "text": text, "generation_meta": meta, "provenance": provenance}


@pytest.mark.req("P-11")
def test_an_artefact_through_the_api_is_measured_and_answers_with_the_verdict(ben, now):
    programme = complete(ben, now)
    programme_sweep(actor=ben, programme=programme, now=now, workers=1)
    taken = artefact_accept(actor=ben, programme=programme, stamped=stamped(GREENTECH), now=now)
    assert (taken.changed, taken.summary.measured, taken.verdict.state) == (True, 1, "fail")
    healed = artefact_accept(actor=ben, programme=programme, stamped=stamped(HONEST), now=now)
    assert (healed.artefact.version, healed.verdict.state) == (3, "pass")
    same = artefact_accept(actor=ben, programme=programme, stamped=stamped(HONEST), now=now)
    assert (same.changed, same.summary.measured, same.verdict.pk) == (False, 0, healed.verdict.pk)


def test_the_first_artefact_of_a_pathway_takes_the_place_of_the_missing_one(ben, now):
    programme = programme_create(actor=ben, title="New", standard="iso42001", now=now)
    taken = artefact_accept(actor=ben, programme=programme, stamped=stamped(HONEST), now=now)
    keys = set(CellRow.objects.filter(surface=programme.surface).values_list("key", flat=True))
    assert (len(keys), "missing:lesson" in keys, taken.verdict.measured) == (22, False, 1)
    artefact_accept(actor=ben, programme=programme, stamped=stamped(HONEST, "x", "scenario"), now=now)
    keys = set(CellRow.objects.filter(surface=programme.surface).values_list("key", flat=True))
    assert (len(keys), "missing:scenario" in keys) == (22, False)


@pytest.mark.req("P-12")
def test_a_decision_about_a_finding_brings_the_verdict_up_to_date(asha, ben, chen, dora, now):
    programme = complete(
        ben, now, lesson="Audit the company against ISO 14001:2015 and list its environmental aspects."
    )
    programme_sweep(actor=ben, programme=programme, now=now, workers=1)
    rows = [row for row in finding_list(actor=ben, surface=programme.surface) if row.defect or row.in_doubt]
    rows.sort(key=lambda row: row.defect)  # what waits for reading is decided first
    assert rows[-1].defect
    with pytest.raises(NotPermitted):
        finding_decide(finding=rows[0], by=chen, reason="No.", now=now)
    with pytest.raises(NotFound):
        finding_decide(finding=rows[0], by=dora, reason="No.", now=now)
    for row in rows:
        if type(row).objects.get(pk=row.pk).disposed_at is not None:
            continue  # decided together with the same words
        verdict = finding_decide(finding=row, by=asha, reason="An example that the lesson refutes.", now=now)
    assert (verdict.state, verdict_latest(programme.surface).pk) == ("pass", verdict.pk)


def test_who_may_not_write_or_belongs_elsewhere_sweeps_nothing(ben, chen, dora, now):
    programme = complete(ben, now)
    with pytest.raises(NotPermitted):
        programme_sweep(actor=chen, programme=programme, now=now)
    with pytest.raises(NotFound):
        programme_sweep(actor=dora, programme=programme, now=now)
    assert verdict_latest(programme.surface) is None


def test_a_portfolio_sweep_knows_how_to_sweep_a_programme(ben, now):
    programme = complete(ben, now)
    swept = SWEEPERS[SURFACE_KIND](programme.surface, ben, now)
    assert (swept.measured, swept.fresh, swept.verdict.state) == (22, 0, "pass")
