"""Publishing asks a narrow gate; its switch is run-time, logged, ends by itself; what is up stays up and is flagged."""

from datetime import timedelta

import pytest
from django.conf import settings

from assay.accounts.signatures import Proof
from assay.config.environment import read_environment
from assay.core.errors import InvalidInput, NotFound, NotPermitted, Unavailable, UsageError
from assay.ledger import live
from assay.ledger import queries as ledger
from assay.ledger import services as ledger_services
from assay.studio.models import Artefact, PublishDecision
from assay.studio.publishing import services as publishing
from assay.studio.publishing.queries import publication
from assay.studio.publishing.services import audience_set, minimums_set, programme_gate, programme_publish
from assay.studio.publishing.switch import LONGEST, enforcement, enforcement_switch
from assay.studio.remediation.services import finding_fix
from assay.studio.services import artefact_accept
from assay.studio.signoff.services import signatures_request, versions_sign
from assay.studio.signoff.standing import Standing, programme_standings
from tests.rooms.studio_material import (
    DRIFTED,
    HONEST,
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


def sign_all(asker, signer, programme, now):
    signatures_request(actor=asker, programme=programme, now=now)
    waiting = [each for each in programme_standings(programme) if each.state is Standing.AWAITING]
    shown = {str(each.artefact.pk): each.digest for each in waiting}
    versions_sign(actor=signer, programme=programme, shown=shown, proof=Proof("password"), now=now)


def keys(answer):
    return [each.key for each in answer.blockers]


def publish(actor, programme, now):
    return programme_publish(actor=actor, programme=programme, now=now, workers=1)


@pytest.mark.req("P-16", "R60")
def test_the_planted_brief_is_stopped_at_publish_and_passes_when_fixed_and_signed(ben, asha, now):
    programme = greentech(ben, now)
    sign_all(ben, asha, programme, now)
    refused = publish(ben, programme, now)
    assert keys(refused.answer) == ["governance"]
    assert refused.answer.blockers[0].places[0].kind == "finding"
    finding_fix(finding=defect_of(programme, "greentech"), by=ben, now=now + timedelta(minutes=1))
    waiting = publish(ben, programme, now + timedelta(minutes=2))
    assert keys(waiting.answer) == ["signoff"]
    sign_all(ben, asha, programme, now + timedelta(minutes=3))
    done = publish(ben, programme, now + timedelta(minutes=4))
    assert done.answer.allowed
    assert done.decision.number == 1
    assert len(done.decision.manifest) == Artefact.objects.filter(programme=programme).count()


@pytest.mark.req("P-16")
def test_an_empty_programme_lacks_everything_that_the_gate_asks_for(ben, now):
    programme = programme_of(ben, now)
    Artefact.objects.filter(programme=programme).update(removed_at=now)
    answer = programme_gate(programme, now=now)
    assert keys(answer) == ["courses", "assignment", "module_exams", "final_exam"]


@pytest.mark.req("P-16")
def test_the_blueprint_may_ask_for_more_exams_and_for_none(ben, now):
    programme = programme_of(ben, now)
    assert minimums_set(actor=ben, programme=programme, minimums={"module-exam": 3}, now=now)
    programme.refresh_from_db()
    assert "module_exams" in keys(programme_gate(programme, now=now))
    programme.blueprint = ["course", "lesson"]
    assert not {"module_exams", "final_exam", "assignment"} & set(keys(programme_gate(programme, now=now)))
    with pytest.raises(InvalidInput):
        minimums_set(actor=ben, programme=programme, minimums={"nonsense": 2}, now=now)


@pytest.mark.req("P-16")
def test_a_course_without_lessons_in_its_folder_blocks(ben, now):
    second = [piece("course", HONEST, key="second/course"), piece("lesson", HONEST, key="elsewhere/lesson")]
    programme = programme_of(ben, now, *second)
    blocker = next(each for each in programme_gate(programme, now=now).blockers if each.key == "courses")
    assert len(blocker.places) == 1


@pytest.mark.req("R56")
def test_the_same_passage_in_an_internal_note_does_not_block(ben, asha, now):
    programme = programme_of(ben, now, lesson=DRIFTED)
    assert "governance" in keys(programme_gate(programme, now=now))
    with pytest.raises(NotPermitted):
        audience_set(actor=ben, artefact=artefact_of(programme, "lesson"), internal=True, reason="note", now=now)
    audience_set(
        actor=asha, artefact=artefact_of(programme, "lesson"), internal=True, reason="a note to tutors", now=now
    )
    assert "governance" not in keys(programme_gate(programme, now=now))
    assert "lesson" not in [key for key, *_ in publishing.manifest_of(programme)[0]]


@pytest.mark.req("R58")
def test_legacy_stamps_low_coverage_and_comparisons_never_block(ben, asha, now):
    compared = (
        "Compared with ISO 9001, which shares the harmonized structure, ISO/IEC 42001 adds controls for AI systems."
    )
    programme = programme_of(ben, now, piece("scenario", compared, key="old", stamped=False))
    sign_all(ben, asha, programme, now)
    assert programme_gate(programme, now=now).allowed


@pytest.mark.req("P-17", "R59")
def test_the_switch_works_at_run_time_is_logged_and_ends_by_itself(ben, asha, now):
    programme = programme_of(ben, now, lesson=DRIFTED)
    sign_all(ben, asha, programme, now)
    assert keys(programme_gate(programme, now=now)) == ["governance"]
    until = now + timedelta(hours=2)
    enforcement_switch(actor=asha, enforced=False, reason="exam week", until=until, now=now)
    off = programme_gate(programme, now=now)
    assert off.allowed
    assert [each.key for each in off.waived] == ["governance"]
    assert keys(programme_gate(programme, now=until)) == ["governance"]
    told = [entry.kind for entry in ledger.waiting_list(log=asha.log)]
    assert "enforcement.switched" in told
    enforcement_switch(actor=asha, enforced=True, reason="exam week is over", now=now + timedelta(hours=1))
    assert enforcement(asha.organization, now=now + timedelta(hours=1)).enforced


@pytest.mark.req("P-17")
def test_only_owners_switch_with_a_reason_and_a_near_end(ben, asha, now):
    with pytest.raises(NotPermitted):
        enforcement_switch(actor=ben, enforced=False, reason="x", until=now + timedelta(hours=1), now=now)
    for reason, until in (("", now + timedelta(hours=1)), ("x", None), ("x", now), ("x", now + LONGEST * 2)):
        with pytest.raises(InvalidInput):
            enforcement_switch(actor=asha, enforced=False, reason=reason, until=until, now=now)


@pytest.mark.req("P-17", "R59")
def test_the_environment_can_switch_it_off_until_a_time_and_a_setting_goes_before(asha, now, monkeypatch):
    environ = {"ASSAY_GOVERNANCE_PUBLISH_ENFORCEMENT": "off-until:2026-11-21T12:00+00:00"}
    monkeypatch.setattr(settings, "ASSAY", read_environment(environ))
    found = enforcement(asha.organization, now=now)
    assert (found.enforced, found.by) == (False, "environment")
    assert enforcement(asha.organization, now=now + timedelta(hours=4)).enforced
    enforcement_switch(actor=asha, enforced=True, reason="no", now=now)
    assert enforcement(asha.organization, now=now).enforced
    for wrong in ("off", "off-until:", "never:2026-01-01"):
        with pytest.raises(UsageError):
            read_environment({"ASSAY_GOVERNANCE_PUBLISH_ENFORCEMENT": wrong})


@pytest.mark.req("P-17")
def test_every_page_says_so_while_it_is_off(asha, client_of, now, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    assert "not held back" not in client_of(asha).get("/findings").content.decode()
    enforcement_switch(actor=asha, enforced=False, reason="exam week", until=now + timedelta(hours=2), now=now)
    for path in ("/", "/findings", "/ledger", "/catalog", "/detectors", "/profile"):
        page = client_of(asha).get(path).content.decode()
        assert "not held back by governance findings until" in page
        assert "exam week" in page


@pytest.mark.req("P-16")
def test_a_gate_that_cannot_measure_refuses_with_its_own_reason(ben, asha, now, monkeypatch):
    programme = programme_of(ben, now)
    sign_all(ben, asha, programme, now)

    def down(**given):
        raise Unavailable("The detector concept-drift does not answer.")

    monkeypatch.setattr(publishing, "programme_sweep", down)
    refused = publish(ben, programme, now)
    assert keys(refused.answer) == ["governance"]
    assert "concept-drift does not answer" in refused.answer.blockers[0].what
    enforcement_switch(actor=asha, enforced=False, reason="the detector", until=now + timedelta(hours=1), now=now)
    assert publish(ben, programme, now).answer.allowed


@pytest.mark.req("P-16")
def test_what_is_up_stays_up_and_is_flagged_when_something_is_found_in_it(ben, asha, now):
    programme = programme_of(ben, now)
    sign_all(ben, asha, programme, now)
    publish(ben, programme, now)
    assert publication(programme).flagged == ()
    artefact_accept(
        actor=ben, programme=programme, stamped={"key": "lesson", "pathway": "lesson", "title": "x", "text": DRIFTED},
        now=now + timedelta(minutes=1),
    )  # fmt: skip
    up = publication(programme)
    assert (up.decision.number, up.changed, up.flagged) == (1, True, ())
    Artefact.objects.filter(key="lesson").update(version=2)
    up.decision.manifest = [[k, p, v, artefact_of(programme, k).digest] for k, p, v, _ in up.decision.manifest]
    up.decision.save(update_fields=["manifest"])
    assert publication(programme).flagged


@pytest.mark.req("P-16")
def test_publishing_the_same_content_again_gives_the_same_number_and_every_row_is_attested(ben, asha, dora, now):
    programme = programme_of(ben, now)
    publish(ben, programme, now)
    sign_all(ben, asha, programme, now)
    first, second = publish(ben, programme, now), publish(ben, programme, now + timedelta(minutes=1))
    assert (first.decision.number, second.decision.pk) == (1, first.decision.pk)
    assert PublishDecision.objects.filter(allowed=False).count() == 1
    with pytest.raises(NotFound):
        publish(dora, programme, now)
    ledger_services.integrate(now=now)
    assert live.verify_live().differences == ()
