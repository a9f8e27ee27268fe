"""Fixing, signing and publishing as a person does it: from the pages, each refusal with the button that fixes it."""

import re
from uuid import uuid4

import pytest
from django.contrib.auth.hashers import make_password

from assay.accounts.models import Person
from assay.studio.models import Artefact, Programme, SignOff
from assay.studio.portfolio.services import line_sweep, report_record
from assay.studio.remediation.services import finding_fix
from assay.studio.signoff.services import signatures_request
from assay.studio.signoff.standing import Standing, standing_of
from tests.rooms.studio_material import (
    DRIFTED,
    DriftingWriter,
    artefact_of,
    defect_of,
    greentech,
    programme_of,
    verify_detectors,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ben(ben, now):
    verify_detectors(ben, now)
    return ben


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def versions_shown(page):
    return dict(re.findall(r'name="(version-[0-9a-f-]+)" value="(sha256:[0-9a-f]+)"', page.content.decode()))


@pytest.mark.req("P-13", "R47")
def test_a_finding_has_the_button_and_the_click_closes_it(ben, client_of, now):
    finding = defect_of(greentech(ben, now), "greentech")
    client = client_of(ben)
    page = client.get(f"/findings/{finding.pk}")
    assert "never the text that it replaces" in text_of(page)
    assert f'action="/findings/{finding.pk}/fix"' in page.content.decode()
    after = client.post(f"/findings/{finding.pk}/fix", follow=True)
    assert "It awaits a signature" in text_of(after)
    assert f'action="/findings/{finding.pk}/fix"' not in after.content.decode()


@pytest.mark.req("R47")
def test_a_finding_without_a_fix_says_why(ben, chen, client_of, now):
    programme = programme_of(ben, now, lesson=DRIFTED)
    finding = defect_of(programme, "lesson")
    Artefact.objects.filter(key="lesson").update(digest="sha256:" + "1" * 64)
    assert "The text has changed since" in text_of(client_of(ben).get(f"/findings/{finding.pk}"))
    assert "/fix" not in client_of(chen).get(f"/findings/{finding.pk}").content.decode()


@pytest.mark.req("R70")
def test_after_two_failed_fixes_the_page_offers_to_question_the_detector(ben, client_of, now):
    finding = defect_of(greentech(ben, now), "greentech")
    for _ in range(2):
        finding_fix(finding=finding, by=ben, now=now, writer=DriftingWriter())
    assert "Question the detector" in text_of(client_of(ben).get(f"/findings/{finding.pk}"))
    page = text_of(client_of(ben).get(f"/findings/{finding.pk}/question"))
    assert f"2 fixes did not close this finding: question {finding.detector} before the text." in page
    assert "200 of 200 planted defects caught" in page
    assert "Known errors" in page


@pytest.mark.req("L-14", "R51")
def test_signing_shows_exactly_what_is_signed_and_asks_who_it_is(ben, asha, client_of, now):
    programme = greentech(ben, now)
    signatures_request(actor=ben, programme=programme, now=now)
    Person.objects.filter(pk=asha.person.pk).update(password=make_password("a long enough secret"))
    asha.person.refresh_from_db()
    client = client_of(asha)
    listed = client.get(f"/programmes/{programme.slug}/sign")
    shown = versions_shown(listed)
    confirm = client.post(f"/programmes/{programme.slug}/sign/confirm", shown)
    assert f"You are about to sign {len(shown)} versions" in text_of(confirm)
    for digest in shown.values():
        assert digest in confirm.content.decode()
    assert SignOff.objects.count() == 0
    wrong = client.post(f"/programmes/{programme.slug}/sign/confirm", shown | {"confirmed": "yes", "password": "x"})
    assert wrong.status_code == 422
    assert SignOff.objects.count() == 0
    right = shown | {"confirmed": "yes", "password": "a long enough secret"}
    done = client.post(f"/programmes/{programme.slug}/sign/confirm", right, follow=True)
    assert f"You signed {len(shown)} versions." in text_of(done)
    assert SignOff.objects.get().authentication == "password"
    assert standing_of(artefact_of(programme, "rubric")).state is Standing.SIGNED


@pytest.mark.req("L-14")
def test_somebody_without_a_password_confirms_with_their_address_and_the_statement_says_so(ben, asha, client_of, now):
    programme = programme_of(ben, now)
    signatures_request(actor=ben, programme=programme, now=now)
    client = client_of(asha)
    shown = versions_shown(client.get(f"/programmes/{programme.slug}/sign"))
    given = shown | {"confirmed": "yes", "address": "somebody@else.example"}
    assert client.post(f"/programmes/{programme.slug}/sign/confirm", given).status_code == 422
    given["address"] = asha.person.email
    client.post(f"/programmes/{programme.slug}/sign/confirm", given)
    assert SignOff.objects.get().authentication == "address"


@pytest.mark.req("P-14")
def test_ones_own_work_is_listed_for_somebody_else_and_cannot_be_chosen(ben, client_of, now):
    programme = programme_of(ben, now)
    signatures_request(actor=ben, programme=programme, now=now)
    page = client_of(ben).get(f"/programmes/{programme.slug}/sign")
    assert "of your own await somebody else" in text_of(page)
    assert versions_shown(page) == {}


@pytest.mark.req("P-16")
def test_the_publish_page_says_what_where_and_offers_the_button(ben, client_of, now):
    programme = greentech(ben, now)
    client = client_of(ben)
    refused = client.post(f"/programmes/{programme.slug}/publish", follow=True)
    page = text_of(refused)
    assert "cannot be published: 2 of 7 things are in the way" in page
    assert "another standard as governing, where learners see it" in page
    finding = defect_of(programme, "greentech")
    assert "/fix" in refused.content.decode()
    assert f"/findings/{finding.pk}" in refused.content.decode()
    assert f"/programmes/{programme.slug}/sign" in refused.content.decode()


def test_an_auditor_reads_the_gate_and_cannot_publish(ben, chen, client_of, now):
    programme = programme_of(ben, now)
    assert client_of(chen).get(f"/programmes/{programme.slug}/publish").status_code == 200
    assert client_of(chen).post(f"/programmes/{programme.slug}/publish").status_code == 404


def test_the_difference_of_a_fix_strikes_the_old_words_and_underlines_the_new(ben, client_of, now):
    programme = programme_of(ben, now, applied_exercise=DRIFTED)
    done = finding_fix(finding=defect_of(programme, "applied-exercise"), by=ben, now=now)
    page = client_of(ben).get(f"/artefacts/{done.artefact.pk}/diff?fix={done.remediation.pk}").content.decode()
    assert "ISO 14001" in re.sub(r"<[^>]+>", "", page)
    assert "<del>" in page
    assert "<ins>" in page
    assert client_of(ben).get(f"/artefacts/{done.artefact.pk}/diff?from=1&to=7").status_code == 404


def test_comments_changes_and_audience_are_kept_from_the_page(ben, asha, client_of, now):
    programme = programme_of(ben, now)
    signatures_request(actor=ben, programme=programme, now=now)
    rubric = artefact_of(programme, "rubric")
    client = client_of(asha)
    client.post(f"/artefacts/{rubric.pk}/comment", {"text": "Levels read well."})
    client.post(f"/artefacts/{rubric.pk}/changes", {"wanted": "Name the third level."})
    page = text_of(client.get(f"/artefacts/{rubric.pk}/versions"))
    assert "Levels read well." in page
    assert "Name the third level." in page
    assert "changes requested" in page
    client.post(f"/artefacts/{rubric.pk}/audience", {"internal": "yes", "reason": "for tutors"})
    assert "No learner sees it" in text_of(client.get(f"/artefacts/{rubric.pk}/versions"))


@pytest.mark.req("P-17")
def test_the_switch_needs_a_reason_and_hours(asha, client_of):
    client = client_of(asha)
    assert client.post("/enforcement", {"enforced": "no", "hours": "0", "reason": "x"}).status_code == 422
    assert client.post("/enforcement", {"enforced": "no", "hours": "2", "reason": ""}).status_code == 422
    client.post("/enforcement", {"enforced": "no", "hours": "2", "reason": "exam week"})
    assert "exam week" in text_of(client.get("/findings"))
    client.post("/enforcement", {"enforced": "yes", "reason": "over"})
    assert "exam week" not in text_of(client.get("/findings"))


def swept_report(actor, now):
    lines = [
        line_sweep(actor=actor, programme=programme, now=now)
        for programme in Programme.objects.filter(organization=actor.organization)
    ]
    return report_record(job=uuid4(), actor=actor, lines=lines, now=now)


@pytest.mark.req("P-18", "P-21", "R62")
def test_the_report_page_asks_and_answers_the_blunt_question(ben, client_of, now):
    greentech(ben, now)
    report = swept_report(ben, now)
    page = text_of(client_of(ben).get(f"/sweeps/{report.number}"))
    assert "Widespread or isolated? WIDESPREAD: 1 of 1 programmes affected." in page
    assert "widespread from 20 % of the programmes, or from 3 programmes in one pathway" in page
    assert "Why is everything else passing?" in page
    assert "is measured most strictly" in page
    assert "Not a byte of content changed" in page


@pytest.mark.req("P-20", "R66")
def test_the_bulk_button_is_absent_unless_the_report_justifies_it(ben, client_of, now):
    for number in range(5):
        programme_of(ben, now, title=f"Clean {number}")
    clean = swept_report(ben, now)
    client = client_of(ben)
    assert f"/sweeps/{clean.number}/fix" not in client.get(f"/sweeps/{clean.number}").content.decode()
    for number in range(3):
        programme_of(ben, now, title=f"Dirty {number}", rubric=DRIFTED)
    dirty = swept_report(ben, now)
    assert f"/sweeps/{dirty.number}/fix" in client.get(f"/sweeps/{dirty.number}").content.decode()
    assert f"/sweeps/{clean.number}/fix" not in client.get(f"/sweeps/{clean.number}").content.decode()


@pytest.mark.req("P-19")
def test_the_comparison_page_shows_two_sweeps(ben, client_of, now):
    programme = programme_of(ben, now, applied_exercise=DRIFTED)
    swept_report(ben, now)
    finding_fix(finding=defect_of(programme, "applied-exercise"), by=ben, now=now)
    swept_report(ben, now)
    page = text_of(client_of(ben).get("/sweeps/compare?from=1&to=2"))
    assert "One programme differs between sweep 1 and sweep 2." in page
    assert "because its content changed" in page
    assert client_of(ben).get("/sweeps/compare?from=1&to=9").status_code == 404
