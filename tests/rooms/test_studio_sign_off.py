"""A version is signed by somebody who did not make it, over exactly its bytes; whatever changes it unsigns it."""

import json
from base64 import b64decode
from datetime import timedelta

import pytest

from assay.accounts.signatures import Proof
from assay.client.dsse import envelope_open
from assay.core.errors import Conflict, IntegrityBroken, InvalidInput, NotFound, NotPermitted
from assay.core.note import VerifierKey
from assay.ledger import live, services
from assay.studio.models import Artefact, ArtefactVersion, SignerKey, SignOff
from assay.studio.remediation.services import finding_fix
from assay.studio.services import artefact_accept
from assay.studio.signoff.keys import key_path
from assay.studio.signoff.services import changes_request, comment_add, signatures_request, versions_sign
from assay.studio.signoff.standing import Standing, programme_standings, standing_of, version_state
from tests.families import by_turns
from tests.rooms.studio_material import (
    HONEST,
    SECOND,
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


@pytest.fixture
def programme(ben, asha, now):
    """Everything brought in by Ben, a signature asked for under all of it."""
    made = programme_of(ben, now)
    signatures_request(actor=ben, programme=made, now=now)
    return made


def shown(programme, *keys):
    found = {each.artefact.key: each for each in programme_standings(programme)}
    return {str(found[key].artefact.pk): found[key].digest for key in keys or found}


def sign(actor, programme, now, *keys):
    return versions_sign(
        actor=actor, programme=programme, shown=shown(programme, *keys), proof=Proof("password"), now=now
    )


def state(programme, key):
    return standing_of(artefact_of(programme, key)).state


@pytest.mark.req("R51")
def test_a_version_goes_from_draft_to_awaiting_to_signed(ben, asha, now):
    programme = programme_of(ben, now)
    assert state(programme, "rubric") is Standing.DRAFT
    assert state(programme, "lesson") is Standing.NOT_NEEDED
    signatures_request(actor=ben, programme=programme, now=now)
    assert state(programme, "rubric") is Standing.AWAITING
    sign(asha, programme, now, "rubric")
    assert state(programme, "rubric") is Standing.SIGNED
    assert signatures_request(actor=ben, programme=programme, now=now) == 0


@pytest.mark.req("P-14", "R51")
def test_nobody_signs_their_own_work_owner_or_not(ben, asha, programme, now):
    with pytest.raises(Conflict, match="somebody else"):
        sign(ben, programme, now, "rubric")
    artefact_accept(actor=asha, programme=programme, stamped=stamped("rubric", SECOND), now=now + timedelta(minutes=1))
    signatures_request(actor=ben, programme=programme, now=now)
    with pytest.raises(Conflict, match="somebody else"):
        sign(asha, programme, now, "rubric")
    sign(ben, programme, now, "rubric")
    assert state(programme, "rubric") is Standing.SIGNED


def stamped(key, text):
    return {"key": key, "pathway": key, "title": key, "text": text}


@pytest.mark.req("P-14")
def test_bringing_the_same_text_in_again_does_not_make_somebody_else_its_author(ben, asha, programme, now):
    rubric = artefact_of(programme, "rubric")
    again = {"generation_meta": rubric.generation_meta, "provenance": rubric.provenance} | stamped(
        "rubric", rubric.text
    )
    artefact_accept(actor=asha, programme=programme, stamped=again, now=now + timedelta(minutes=1))
    with pytest.raises(Conflict, match="somebody else"):
        sign(ben, programme, now, "rubric")


@pytest.mark.req("L-14")
def test_the_signature_binds_exactly_the_bytes_that_were_shown(asha, programme, now):
    row = sign(asha, programme, now, "rubric")
    key = VerifierKey.parse(row.key.vkey)
    statement = json.loads(envelope_open(row.envelope.encode(), [key]))
    (subject,) = statement["subject"]
    assert subject["name"] == "course/rubric@1"
    assert (
        f"sha256:{subject['digest']['sha256']}" == shown(programme, "rubric")[str(artefact_of(programme, "rubric").pk)]
    )
    assert statement["predicate"]["signer"] == asha.pseudonym
    envelope = json.loads(row.envelope)
    payload = bytearray(b64decode(envelope["payload"]))
    payload[-3] ^= 1
    envelope["payload"] = __import__("base64").b64encode(payload).decode()
    with pytest.raises(IntegrityBroken):
        envelope_open(json.dumps(envelope).encode(), [key])


@pytest.mark.req("L-14", "R51")
def test_a_signed_artefact_that_changes_afterwards_is_unsigned(ben, asha, programme, now):
    sign(asha, programme, now, "rubric")
    artefact_accept(actor=ben, programme=programme, stamped=stamped("rubric", SECOND), now=now + timedelta(minutes=1))
    found = standing_of(artefact_of(programme, "rubric"))
    assert found.state is Standing.DRAFT
    assert "changed since" in found.words
    old = ArtefactVersion.objects.get(artefact=found.artefact)
    assert version_state(old)[0] is Standing.SUPERSEDED
    assert version_state(old)[1].by == asha.pseudonym


@pytest.mark.req("L-14")
@pytest.mark.parametrize("column", by_turns(["text", "title", "language"], 3))
def test_an_edit_behind_the_products_back_unsigns_too(asha, programme, now, column):
    sign(asha, programme, now, "rubric")
    Artefact.objects.filter(key="rubric").update(**{column: "xx"})
    assert state(programme, "rubric") is Standing.DRAFT


@pytest.mark.req("L-14")
def test_a_forged_or_moved_signature_counts_for_nothing(asha, programme, now):
    row = sign(asha, programme, now, "rubric")
    other = sign(asha, programme, now + timedelta(minutes=1), "blueprint")
    SignOff.objects.filter(pk=row.pk).update(envelope=other.envelope)
    assert state(programme, "rubric") is Standing.AWAITING
    assert state(programme, "blueprint") is Standing.SIGNED


def test_what_was_not_shown_is_not_signed(ben, asha, programme, now):
    seen = shown(programme, "rubric")
    artefact_accept(actor=ben, programme=programme, stamped=stamped("rubric", SECOND), now=now + timedelta(minutes=1))
    signatures_request(actor=ben, programme=programme, now=now)
    with pytest.raises(Conflict, match="not what you were shown"):
        versions_sign(actor=asha, programme=programme, shown=seen, proof=Proof("password"), now=now)
    with pytest.raises(InvalidInput):
        versions_sign(actor=asha, programme=programme, shown={}, proof=Proof("password"), now=now)


def test_changes_asked_for_close_the_way_to_a_signature(ben, asha, programme, now):
    changes_request(actor=asha, artefact=artefact_of(programme, "rubric"), wanted="Name the levels.", now=now)
    assert state(programme, "rubric") is Standing.CHANGES
    with pytest.raises(Conflict):
        sign(asha, programme, now, "rubric")
    with pytest.raises(Conflict):
        changes_request(actor=asha, artefact=artefact_of(programme, "rubric"), wanted="More.", now=now)


def test_outsiders_auditors_and_tokens_do_not_sign(dora, chen, asha, programme, now):
    seen = shown(programme, "rubric")
    with pytest.raises(NotFound):
        versions_sign(actor=dora, programme=programme, shown=seen, proof=Proof("password"), now=now)
    with pytest.raises(NotPermitted):
        versions_sign(actor=chen, programme=programme, shown=seen, proof=Proof("password"), now=now)
    token = type(asha)(person=asha.person, organization=asha.organization, role=asha.role, scope="write")
    with pytest.raises(Conflict, match="token"):
        versions_sign(actor=token, programme=programme, shown=seen, proof=Proof("password"), now=now)


def test_the_private_key_is_a_file_that_only_the_server_can_read(asha, programme, now):
    sign(asha, programme, now, "rubric")
    sign(asha, programme, now, "blueprint")
    path = key_path(asha.log, asha.pseudonym)
    assert path.stat().st_mode & 0o777 == 0o600
    assert SignerKey.objects.count() == 1


@pytest.mark.req("R51")
def test_a_fix_awaits_the_signature_of_somebody_else_than_who_clicked(ben, asha, now):
    programme = greentech(ben, now)
    finding_fix(finding=defect_of(programme, "greentech"), by=asha, now=now + timedelta(minutes=1))
    with pytest.raises(Conflict, match="somebody else"):
        sign(asha, programme, now, "greentech")
    sign(ben, programme, now, "greentech")
    assert state(programme, "greentech") is Standing.SIGNED


def test_every_row_of_a_sign_off_is_attested(ben, asha, programme, now):
    comment_add(actor=ben, artefact=artefact_of(programme, "rubric"), text="Read it twice.", now=now)
    changes_request(actor=asha, artefact=artefact_of(programme, "capstone"), wanted=HONEST, now=now)
    sign(asha, programme, now, "rubric", "blueprint")
    services.integrate(now=now)
    assert live.verify_live().differences == ()
