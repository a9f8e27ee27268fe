"""A finding is fixed by writing its artefact again from context: closed loop, right blast radius, nothing stale."""

import random
import threading
from datetime import timedelta

import pytest

from assay.assurance.checking import index_differences
from assay.assurance.models import FindingRow
from assay.assurance.queries import verdict_at, verdict_latest
from assay.core.errors import Conflict, NotFound, NotPermitted
from assay.jobs.worker import run
from assay.ledger import live, services
from assay.studio.governance import CURRENT
from assay.studio.models import Artefact, ArtefactVersion, Remediation, SignOffRequest
from assay.studio.pathways import PATHWAYS
from assay.studio.remediation import services as remediation
from assay.studio.remediation.plan import fix_plan
from assay.studio.remediation.services import finding_fix
from assay.studio.services import artefact_accept, finding_decide, programme_sweep
from assay.studio.stakes import CREDENTIAL, POLICIES, PRACTICE
from tests.families import by_turns
from tests.rooms.studio_material import (
    DRIFTED,
    HONEST,
    SECOND,
    DriftingWriter,
    SpyWriter,
    artefact_of,
    defect_of,
    greentech,
    piece,
    programme_of,
    verify_detectors,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ben(ben, now):
    verify_detectors(ben, now)
    return ben


@pytest.mark.req("P-14", "R52")
def test_the_policy_table_has_every_pathway_and_follows_its_stakes():
    assert set(POLICIES) == {pathway.slug for pathway in PATHWAYS}
    for pathway in PATHWAYS:
        assert POLICIES[pathway.slug] is (PRACTICE if pathway.stakes == "practice" else CREDENTIAL)
    assert PRACTICE.in_place
    assert not PRACTICE.sign_off
    assert CREDENTIAL.sign_off
    assert not CREDENTIAL.in_place


@pytest.mark.req("P-13", "R47", "R48")
def test_a_fix_closes_the_finding_restamps_the_artefact_and_is_measured_clean(ben, now):
    programme = greentech(ben, now)
    finding = defect_of(programme, "greentech")
    assert artefact_of(programme, "greentech").is_legacy
    assert verdict_latest(programme.surface).state == "fail"
    result = finding_fix(finding=finding, by=ben, now=now + timedelta(minutes=1))
    fixed = artefact_of(programme, "greentech")
    assert result.fixed
    assert not fixed.is_legacy
    assert fixed.generation_meta["governance_version"] == CURRENT.version
    assert fixed.generation_meta["route"] == "assignment_brief"
    assert not FindingRow.objects.filter(cell_key="greentech", closed_at=None, defect=True).exists()
    assert result.verdict.state == "pass"


@pytest.mark.req("P-07", "R35")
def test_a_writer_is_given_context_and_never_the_replaced_text(ben, now):
    programme = greentech(ben, now)
    writer = SpyWriter()
    finding_fix(finding=defect_of(programme, "greentech"), by=ben, now=now + timedelta(minutes=1), writer=writer)
    ((pathway, context, key),) = writer.given
    told = f"{pathway} {context} {key}"
    assert "14001" not in told
    assert "environmental" not in told.lower()
    text = artefact_of(programme, "greentech").text
    assert "14001" not in text
    assert "GreenTech" not in text


@pytest.mark.req("P-14", "R50")
def test_a_practice_artefact_is_replaced_in_place_and_nothing_else_changes(ben, now):
    other = piece("applied-exercise", SECOND, key="other-exercise")
    programme = programme_of(ben, now, other, applied_exercise=DRIFTED)
    before = {row.key: (row.text, row.version) for row in Artefact.objects.filter(programme=programme)}
    result = finding_fix(finding=defect_of(programme, "applied-exercise"), by=ben, now=now + timedelta(minutes=1))
    after = {row.key: (row.text, row.version) for row in Artefact.objects.filter(programme=programme)}
    assert result.fixed
    assert after["applied-exercise"][1] == before["applied-exercise"][1] == 1
    assert [key for key in before if before[key] != after[key]] == ["applied-exercise"]
    assert not ArtefactVersion.objects.exists()
    assert not SignOffRequest.objects.exists()
    assert result.remediation.before_text == DRIFTED


@pytest.mark.req("P-14", "R51")
def test_a_credential_artefact_gets_a_new_version_that_awaits_a_signature(ben, now):
    programme = greentech(ben, now)
    old = artefact_of(programme, "greentech")
    finding_fix(finding=defect_of(programme, "greentech"), by=ben, now=now + timedelta(minutes=1))
    new = artefact_of(programme, "greentech")
    (kept,) = ArtefactVersion.objects.filter(artefact=new)
    assert (old.version, new.version) == (1, 2)
    assert kept.text == old.text
    assert SignOffRequest.objects.get(artefact=new).version == 2


@pytest.mark.req("R49")
def test_a_second_fix_of_the_same_finding_writes_nothing(ben, now):
    programme = greentech(ben, now)
    finding = defect_of(programme, "greentech")
    finding_fix(finding=finding, by=ben, now=now + timedelta(minutes=1))
    services.integrate(now=now)
    before = (artefact_of(programme, "greentech").event_id, Remediation.objects.count(), live.verify_live().counts)
    again = finding_fix(finding=finding, by=ben, now=now + timedelta(minutes=2))
    services.integrate(now=now)
    assert not again.changed
    assert (
        artefact_of(programme, "greentech").event_id,
        Remediation.objects.count(),
        live.verify_live().counts,
    ) == before


@pytest.mark.req("R70")
def test_after_two_failed_fixes_the_detector_is_questioned(ben, now):
    programme = greentech(ben, now)
    finding = defect_of(programme, "greentech")
    text = artefact_of(programme, "greentech").text
    for minute in (1, 2):
        assert not fix_plan(finding).question_detector
        result = finding_fix(finding=finding, by=ben, now=now + timedelta(minutes=minute), writer=DriftingWriter())
        assert not result.fixed
        assert any("14001" in fault for fault in result.faults)
    assert fix_plan(finding).question_detector
    assert artefact_of(programme, "greentech").text == text


def test_what_is_no_defect_decided_or_foreign_has_no_fix(ben, dora, chen, now):
    compared = (
        "Compared with ISO 9001, which shares the harmonized structure, ISO/IEC 42001 adds controls for AI systems."
    )
    programme = programme_of(ben, now, lesson=compared, assignment_brief=DRIFTED)
    mention = FindingRow.objects.filter(cell_key="lesson", defect=False).first()
    with pytest.raises(Conflict, match="no defect"):
        finding_fix(finding=mention, by=ben, now=now)
    finding = defect_of(programme, "assignment-brief")
    with pytest.raises(NotFound):
        finding_fix(finding=finding, by=dora, now=now)
    with pytest.raises(NotPermitted):
        finding_fix(finding=finding, by=chen, now=now)
    finding_decide(finding=finding, by=ben, reason="quoted on purpose", now=now)
    with pytest.raises(Conflict, match="no defect"):
        finding_fix(finding=FindingRow.objects.get(pk=finding.pk), by=ben, now=now)


def test_an_artefact_that_changed_since_is_not_replaced(ben, now):
    programme = greentech(ben, now)
    finding = defect_of(programme, "greentech")
    Artefact.objects.filter(key="greentech").update(digest="sha256:" + "0" * 64)
    with pytest.raises(Conflict, match="changed since"):
        finding_fix(finding=finding, by=ben, now=now)


@pytest.mark.req("P-15", "R53", "R54")
@pytest.mark.parametrize("seed", by_turns(range(6), 6))
def test_the_cached_report_is_the_fresh_one_after_any_history(ben, now, seed):
    """Random edits, fixes, decisions and sweeps: after each, the stored verdict is the one computed from the batches,
    and a whole sweep finds nothing to change in it."""
    rng = random.Random(seed)
    programme = programme_of(ben, now, applied_exercise=DRIFTED, assignment_brief=DRIFTED)
    keys = ["applied-exercise", "assignment-brief", "lesson", "rubric"]
    for step in range(1, 9):
        at = now + timedelta(minutes=step)
        act = rng.choice(["plant", "mend", "fix", "fix", "fail", "decide", "sweep"])
        if act in ("plant", "mend"):
            key, text = rng.choice(keys), DRIFTED if act == "plant" else rng.choice([HONEST, SECOND])
            stamped = {"key": key, "pathway": key, "title": key, "text": text}
            artefact_accept(actor=ben, programme=programme, stamped=stamped, now=at)
        elif act == "sweep":
            programme_sweep(actor=ben, programme=programme, now=at, workers=1)
        else:
            open_ones = list(FindingRow.objects.filter(closed_at=None, disposed_at=None, defect=True).order_by("key"))
            if open_ones:
                finding = rng.choice(open_ones)
                if act == "decide":
                    finding_decide(finding=finding, by=ben, reason="looked at", now=at)
                else:
                    writer = DriftingWriter() if act == "fail" else None
                    finding_fix(finding=finding, by=ben, now=at, writer=writer)
        cached = verdict_latest(programme.surface)
        assert verdict_at(programme.surface, cached.position, cached.at).digest == cached.digest
        assert index_differences(programme.surface) == ()
    before = verdict_latest(programme.surface)
    swept = programme_sweep(actor=ben, programme=programme, now=at, workers=1)
    assert (swept.measured, swept.verdict.pk) == (0, before.pk)


@pytest.mark.req("P-15", "R54")
def test_a_process_that_dies_after_the_fix_leaves_no_stale_report(ben, now, monkeypatch):
    programme = greentech(ben, now)
    finding = defect_of(programme, "greentech")

    def dies(**given):
        raise SystemExit(9)

    with monkeypatch.context() as patched:
        patched.setattr(remediation, "verdict_refresh", dies)
        with pytest.raises(SystemExit):
            finding_fix(finding=finding, by=ben, now=now + timedelta(minutes=1))
    assert verdict_latest(programme.surface).state == "fail"
    assert FindingRow.objects.get(pk=finding.pk).closed_at is not None
    run(stop=threading.Event(), until_idle=True)
    assert verdict_latest(programme.surface).state == "pass"


@pytest.mark.req("P-15")
@pytest.mark.parametrize("step", by_turns(["artefact_measure", "_refresh_later", "request_of"], 3))
def test_a_process_that_dies_within_the_fix_leaves_everything_as_it_was(ben, now, monkeypatch, step):
    programme = greentech(ben, now)
    before = artefact_of(programme, "greentech")

    def dies(*given, **named):
        raise SystemExit(9)

    monkeypatch.setattr(remediation, step, dies)
    with pytest.raises(SystemExit):
        finding_fix(finding=defect_of(programme, "greentech"), by=ben, now=now + timedelta(minutes=1))
    after = artefact_of(programme, "greentech")
    assert (after.text, after.version, after.event_id) == (before.text, before.version, before.event_id)
    assert not Remediation.objects.exists()
    assert not ArtefactVersion.objects.exists()


@pytest.mark.req("P-15")
def test_every_row_of_a_fix_is_attested(ben, now):
    programme = greentech(ben, now)
    finding_fix(finding=defect_of(programme, "greentech"), by=ben, now=now + timedelta(minutes=1))
    services.integrate(now=now)
    assert live.verify_live().differences == ()
