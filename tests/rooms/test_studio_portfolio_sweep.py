"""The portfolio sweep reads and never writes content; its report is signed, kept, comparable, and alone justifies bulk."""

import json
import threading
from datetime import timedelta

import pytest

from assay.assurance.models import FindingRow
from assay.client.dsse import envelope_open
from assay.core.errors import Conflict, InvalidInput, NotFound, NotPermitted
from assay.core.note import VerifierKey
from assay.jobs.models import Job
from assay.jobs.services import job_cancel, schedules_enqueue
from assay.jobs.worker import run
from assay.ledger import live
from assay.ledger import queries as ledger
from assay.ledger import services as ledger_services
from assay.studio.models import Artefact, Programme, Remediation, SweepReport
from assay.studio.portfolio.comparison import compare
from assay.studio.portfolio.queries import access_report, body_of
from assay.studio.portfolio.report import CLEAN, ISOLATED, WIDESPREAD, spreading_words
from assay.studio.portfolio.services import (
    bulk_fix_start,
    content_digest,
    sweep_schedule,
    sweep_schedule_get,
    sweep_start,
    why_not_bulk,
)
from assay.studio.remediation import services as remediation
from assay.studio.remediation.services import finding_fix
from assay.studio.services import finding_decide
from tests.rooms.studio_material import DRIFTED, defect_of, programme_of, verify_detectors

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ben(ben, now):
    verify_detectors(ben, now)
    return ben


def swept(actor, now):
    """Start a sweep and work until nothing is left; the report that it made."""
    job = sweep_start(by=actor, now=now)
    run(stop=threading.Event(), until_idle=True)
    assert Job.objects.get(pk=job.pk).state == "done", Job.objects.get(pk=job.pk).error
    return SweepReport.objects.get(job_id=job.pk)


def portfolio(actor, now, dirty, clean):
    for number in range(dirty):
        programme_of(actor, now, title=f"Dirty {number}", assignment_brief=DRIFTED)
    for number in range(clean):
        programme_of(actor, now, title=f"Clean {number}")


@pytest.mark.slow
@pytest.mark.req("P-18", "R61")
def test_a_sweep_changes_no_content_and_calls_no_writer(ben, now, monkeypatch):
    portfolio(ben, now, 1, 2)
    before = {row.pk: (row.text, row.version, row.event_id) for row in Artefact.objects.all()}
    monkeypatch.setattr(remediation, "writer_default", lambda: pytest.fail("a sweep may not write"))
    report = swept(ben, now)
    assert {row.pk: (row.text, row.version, row.event_id) for row in Artefact.objects.all()} == before
    content = body_of(report)["content"]
    assert content["before"] == content["after"]
    assert not Remediation.objects.exists()


@pytest.mark.req("P-18", "R62", "R63")
def test_the_report_counts_what_is_there(ben, now):
    portfolio(ben, now, 1, 5)
    body = body_of(swept(ben, now))
    assert body["programme_count"] == 6
    assert body["affected_programme_ratio"] == "0.1666"
    assert list(body["category_a_by_pathway"]) == ["assignment-brief"]
    assert body["verdict"] == ISOLATED
    assert {each["name"] for each in body["detectors"]} >= {"standard-mention", "concept-drift"}


@pytest.mark.req("P-19")
def test_the_report_is_signed_with_the_key_of_the_log_and_a_changed_one_is_refused(ben, now):
    portfolio(ben, now, 0, 1)
    report = swept(ben, now)
    keys = [VerifierKey.parse(each) for each in ledger.vkeys(ben.log)]
    statement = json.loads(envelope_open(report.envelope.encode(), keys))
    assert statement["predicate"] == body_of(report)
    assert f"sha256:{statement['subject'][0]['digest']['sha256']}" == report.digest
    SweepReport.objects.filter(pk=report.pk).update(digest="sha256:" + "0" * 64)
    report.refresh_from_db()
    with pytest.raises(Exception, match="does not match"):
        body_of(report)


@pytest.mark.req("P-19", "R65", "R67")
def test_two_sweeps_are_compared_across_a_fix(ben, now):
    portfolio(ben, now, 1, 1)
    first = swept(ben, now)
    finding = defect_of(Programme.objects.get(slug="dirty-0"), "assignment-brief")
    finding_fix(finding=finding, by=ben, now=now + timedelta(minutes=1))
    second = swept(ben, now + timedelta(minutes=2))
    found = compare(body_of(first), body_of(second))
    assert [each.slug for each in found.programmes] == ["dirty-0"]
    assert "its content changed" in found.programmes[0].why
    assert (second.number, second.verdict, second.total_remediations) == (2, CLEAN, 1)


@pytest.mark.slow
@pytest.mark.req("P-20", "R66")
def test_bulk_fixing_needs_the_latest_report_and_a_widespread_one(ben, dora, now):
    portfolio(ben, now, 1, 5)
    isolated = swept(ben, now)
    with pytest.raises(Conflict, match="isolated"):
        bulk_fix_start(by=ben, report=isolated, now=now)
    with pytest.raises(NotFound):
        bulk_fix_start(by=dora, report=isolated, now=now)
    for number in range(2):
        programme_of(ben, now, title=f"More {number}", assignment_brief=DRIFTED)
    widespread = swept(ben, now + timedelta(minutes=1))
    assert widespread.verdict == WIDESPREAD
    with pytest.raises(Conflict, match="later sweep"):
        bulk_fix_start(by=ben, report=isolated, now=now)
    bulk_fix_start(by=ben, report=widespread, now=now)
    run(stop=threading.Event(), until_idle=True)
    assert Remediation.objects.filter(report=widespread, outcome="replaced").count() == 3
    after = swept(ben, now + timedelta(minutes=3))
    assert (after.verdict, after.total_remediations) == (CLEAN, 3)
    assert why_not_bulk(after).startswith("Nothing was found")


@pytest.mark.req("P-18")
def test_a_sweep_can_be_cancelled_scheduled_and_is_not_doubled(ben, chen, now):
    portfolio(ben, now, 0, 1)
    job = sweep_start(by=ben, now=now)
    assert sweep_start(by=ben, now=now).pk == job.pk
    job_cancel(job=job, by=ben, now=now)
    run(stop=threading.Event(), until_idle=True)
    assert not SweepReport.objects.exists()
    sweep_schedule(by=ben, every=timedelta(days=7), now=now)
    schedules_enqueue(now=now + timedelta(days=7))
    run(stop=threading.Event(), until_idle=True)
    Job.objects.filter(state="queued").update(not_before=now)
    run(stop=threading.Event(), until_idle=True, clock=lambda: now + timedelta(days=7))
    assert SweepReport.objects.count() == 1
    sweep_schedule(by=ben, every=None, now=now)
    assert not sweep_schedule_get(ben.organization).enabled
    with pytest.raises(InvalidInput):
        sweep_schedule(by=ben, every=timedelta(minutes=1), now=now)
    with pytest.raises(NotPermitted):
        sweep_start(by=chen, now=now)


def test_reports_of_another_organization_are_not_there_and_rows_are_attested(ben, dora, now):
    portfolio(ben, now, 0, 1)
    report = swept(ben, now)
    assert access_report(actor=ben, number=report.number).pk == report.pk
    with pytest.raises(NotFound):
        access_report(actor=dora, number=report.number)
    with pytest.raises(InvalidInput):
        sweep_start(by=dora, now=now)
    ledger_services.integrate(now=now)
    assert live.verify_live().differences == ()


def test_the_content_digest_follows_every_artefact(ben, now):
    programme = programme_of(ben, now)
    before = content_digest(programme)
    Artefact.objects.filter(key="lesson").update(digest="sha256:" + "1" * 64)
    assert content_digest(programme) != before


TEMPLATE = " ".join(
    f"Step {n}: learners look at what was agreed, note what is missing, and say why." for n in range(30)
)


@pytest.mark.slow
@pytest.mark.req("P-18")
def test_a_bad_template_is_seen_to_spread_over_programmes(ben, now):
    for number in range(3):
        brief = f"{TEMPLATE} Programme {number}.\n\n{DRIFTED}" if number else f"{TEMPLATE} Programme {number}."
        programme_of(ben, now, title=f"Course {number}", assignment_brief=brief)
    report = swept(ben, now)
    found = body_of(report)["spreading"]
    (group,) = (each for each in found["groups"] if each["title"] == "assignment-brief")
    assert (group["artefacts"], group["programmes"], group["defective"]) == (3, 3, 2)
    assert found["groups"][0] == group
    assert "One bad template spreads" in spreading_words(found)
    again = swept(ben, now + timedelta(minutes=1))
    assert body_of(again)["spreading"] == found


@pytest.mark.slow
def test_the_second_sweep_compares_no_texts_again_but_counts_defects(ben, now, monkeypatch):
    for number in range(2):
        programme_of(ben, now, title=f"Course {number}", assignment_brief=f"{TEMPLATE}\n\n{DRIFTED}")
    first = body_of(swept(ben, now))["spreading"]
    assert first["groups"][0]["defective"] == 2
    finding = defect_of(Programme.objects.get(slug="course-0"), "assignment-brief")
    finding_decide(finding=finding, by=ben, reason="Quoted.", now=now + timedelta(minutes=1))
    monkeypatch.setattr("assay.studio.portfolio.spreading.sketch", lambda _text: pytest.fail("read again"))
    second = body_of(swept(ben, now + timedelta(minutes=2)))["spreading"]
    assert second["groups"][0]["defective"] <= 2
    assert [each["members"] for each in second["groups"]] == [each["members"] for each in first["groups"]]


@pytest.mark.slow
@pytest.mark.req("P-18")
def test_a_group_that_was_not_shown_is_counted_when_its_texts_turn_out_to_be_defective(ben, now, monkeypatch):
    """The content stays as it is; only what is found in it changes, as under a newer version of a detector."""
    monkeypatch.setattr("assay.studio.portfolio.spreading.MOST", 1)
    programme_of(ben, now, title="Course 0", lesson=TEMPLATE)
    for number in range(1, 3):
        brief = f"{TEMPLATE.replace('Step', 'Part').replace('and say', 'then ask')}\n\n{DRIFTED}"
        programme_of(ben, now, title=f"Course {number}", assignment_brief=brief, lesson=TEMPLATE)
    findings = FindingRow.objects.filter(cell_key="assignment-brief")
    findings.update(disposed_at=now)
    first = body_of(swept(ben, now))["spreading"]
    assert (len(first["groups"]), first["carrying"]) == (1, 0)
    assert (first["found"], first["groups"][0]["title"]) == (2, "lesson")
    assert "none of these carries an open category-A defect" in spreading_words(first)
    findings.update(disposed_at=None)
    monkeypatch.setattr("assay.studio.portfolio.spreading.sketch", lambda _text: pytest.fail("read again"))
    second = body_of(swept(ben, now + timedelta(minutes=1)))["spreading"]
    assert second["places"] == first["places"]
    assert second["carrying"] == 1
    assert (second["groups"][0]["title"], second["groups"][0]["defective"]) == ("assignment-brief", 2)
    assert "“assignment-brief” lies in 2 programmes, 2 of its 2 copies" in spreading_words(second)


@pytest.mark.slow
@pytest.mark.req("P-18")
def test_a_member_that_is_not_named_is_counted(ben, now, monkeypatch):
    monkeypatch.setattr("assay.studio.portfolio.spreading._MEMBERS", 2)
    for number in range(3):
        brief = f"{TEMPLATE}\n\n{DRIFTED}" if number == 2 else TEMPLATE
        programme_of(ben, now, title=f"Course {number}", assignment_brief=brief)
    for minute in range(2):
        found = body_of(swept(ben, now + timedelta(minutes=minute)))["spreading"]
        group = found["groups"][0]
        assert (group["title"], group["artefacts"], group["defective"], len(group["members"])) == (
            "assignment-brief",
            3,
            1,
            2,
        )


@pytest.mark.slow
def test_texts_are_compared_again_when_the_way_of_comparing_changed(ben, now, monkeypatch):
    for number in range(2):
        programme_of(ben, now, title=f"Course {number}", lesson=TEMPLATE)
    assert body_of(swept(ben, now))["spreading"]["found"] == 1
    monkeypatch.setattr("assay.studio.portfolio.spreading.METHOD", "another")
    monkeypatch.setattr("assay.studio.portfolio.spreading.sketch", lambda _text: None)
    assert not body_of(swept(ben, now + timedelta(minutes=1)))["spreading"]["found"]


def test_a_report_that_counted_only_what_it_shows_says_no_more_than_that():
    group = {"artefacts": 300, "programmes": 9, "defective": 0, "title": "Brief", "members": ["a"] * 200}
    kept = {"compared": 900, "found": 80, "artefacts": 800, "groups": [group] * 50}
    assert "none of the 50 listed below was seen to carry" in spreading_words(kept)
    assert "at least 3 of its 300 copies" in spreading_words({**kept, "groups": [{**group, "defective": 3}]})
    told = spreading_words({**kept, "carrying": 4, "groups": [{**group, "defective": 3}]})
    assert " 3 of its 300 copies" in told
    assert told.endswith("3 more groups carry one.")
