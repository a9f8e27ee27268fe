"""Pages on questions, badges and governance versions: what they say, who may act, what others may read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import MappingProxyType
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assay.accounts.access import Actor
from assay.core.canonical import text_digest
from assay.core.errors import InvalidInput, NotFound, NotPermitted
from assay.ledger import services as ledger
from assay.ledger.live import verify_live
from assay.studio import governance
from assay.studio.badges.services import badge_issue, badge_revoke
from assay.studio.governance import CURRENT, GV1, Directive, Rule
from assay.studio.itemstats.services import items_of, report_latest, responses_measure
from assay.studio.models import Programme, PublishDecision
from assay.studio.records import BadgeGiven, ItemMeasurement
from assay.studio.services import pieces_import, programme_create
from tests.courses import QUIZ
from tests.rooms.studio_material import HONEST, piece

pytestmark = pytest.mark.django_db
ClientOf = Callable[..., Client]


@pytest.fixture
def programme(asha: Actor, now: datetime) -> Programme:
    row = programme_create(actor=asha, title="Course", standard="iso42001", now=now)
    pieces = [piece("lesson-quiz", QUIZ), piece("lesson", HONEST), piece("scenario", HONEST, stamped=False)]
    pieces_import(actor=asha, programme=row, pieces=pieces, now=now)
    return row


@pytest.fixture
def published(programme: Programme, asha: Actor, now: datetime) -> Programme:
    PublishDecision.objects.create(
        programme=programme, allowed=True, enforced=True, number=1, digest="sha256:00", by=asha.pseudonym, at=now,
        event_id="e",
    )  # fmt: skip
    return programme


def answers(programme: Programme) -> bytes:
    """Forty learners: the first ten choose B everywhere, the others A."""
    lines = ["learner,item,response"]
    lines += [f"l{at},{key},{'A' if at >= 10 else 'B'}" for at in range(40) for key in items_of(programme)]
    return "\n".join(lines).encode()


def words(response: object) -> str:
    return " ".join(response.content.decode().split())  # type: ignore[attr-defined]


def give(client: Client, slug: str, **other: str) -> object:
    form = {"act": "give", "name": "Mia Berg", "email": "mia@x.example", "score": "90", "pass_mark": "70", "as": "jwt"}
    return client.post(f"/programmes/{slug}/badges", form | other)


@pytest.mark.req("P-18")
def test_without_answers_everything_is_unknown_and_a_draft(
    asha: Actor, programme: Programme, client_of: ClientOf
) -> None:
    page = words(client_of(asha).get(f"/programmes/{programme.slug}/questions"))
    assert "how good they are is unknown, for nobody&#39;s answers were read yet" in page
    assert "3 questions" in page
    assert "point-biserial of 0.20" in page


@pytest.mark.req("P-18")
def test_a_file_of_answers_is_read_and_shown_with_n_and_intervals(
    asha: Actor, programme: Programme, client_of: ClientOf
) -> None:
    browser, place = client_of(asha), f"/programmes/{programme.slug}/questions"
    upload = SimpleUploadedFile("r.csv", answers(programme), "text/csv")
    done = browser.post(place, {"responses": upload}, follow=True)
    page = words(done)
    assert "Answers of 40 learners were read; 0 responses were left out." in page
    assert "n = 40" in page
    # 30 of 40 right: Wilson's interval of 0.75 is 0.60 to 0.86.
    assert '<span class="num">0.75</span> <span class="soft">(0.60 to 0.86, n = 40)' in page
    assert ItemMeasurement.objects.get().by == asha.pseudonym
    shown = words(browser.get(place, {"artefact": "lesson-quiz", "state": "draft"}))
    assert "No questions in lesson-quiz" in shown
    assert "3 questions</h2>" in words(browser.get(place, {"artefact": "nowhere", "state": "odd"}))


def test_the_stored_figures_are_those_that_were_computed(asha: Actor, programme: Programme, now: datetime) -> None:
    first = responses_measure(actor=asha, programme=programme, raw=answers(programme), name="r.csv", now=now)
    again = report_latest(programme=programme)
    assert again.event == first.event
    assert {key: each.state for key, each in again.standings.items()} == {
        key: each.state for key, each in first.standings.items()
    }
    for key, each in again.figures.items.items():
        assert str(each.difficulty) == str(first.figures.items[key].difficulty)
        assert str(each.point_biserial) == str(first.figures.items[key].point_biserial)
    assert str(again.figures.kr20) == str(first.figures.kr20)


def test_who_may_only_read_reads_no_responses_and_a_foreign_file_is_refused(
    asha: Actor, chen: Actor, programme: Programme, client_of: ClientOf
) -> None:
    place = f"/programmes/{programme.slug}/questions"
    body = {"responses": SimpleUploadedFile("r.csv", answers(programme))}
    assert client_of(chen).post(place, body).status_code == 404
    assert 'enctype="multipart/form-data"' not in words(client_of(chen).get(place))
    refused = client_of(asha).post(
        place, {"responses": SimpleUploadedFile("r.csv", b"learner,item,response\nm,q0,A\n")}
    )
    assert refused.status_code == 422
    assert "holds no response to a question of course" in words(refused)
    assert client_of(asha).post(place, {}).status_code == 422


@pytest.mark.req("P-17", "R75")
def test_a_badge_is_given_checked_found_and_revoked(
    asha: Actor, published: Programme, client_of: ClientOf, client: Client, now: datetime
) -> None:
    browser, place = client_of(asha), f"/programmes/{published.slug}/badges"
    assert "No badge was given for Course yet." in words(browser.get(place))
    token = give(browser, published.slug).content.decode()  # type: ignore[attr-defined]
    picture = give(browser, published.slug, email="bo@x.example", **{"as": "svg"}).content  # type: ignore[attr-defined]
    page = words(browser.get(place))
    assert "2 badges were given for Course." in page
    assert "Mia" not in page
    assert "x.example" not in page
    assert "genuine and valid" in words(browser.post(place, {"act": "check", "token": token}))
    baked = {"act": "check", "file": SimpleUploadedFile("badge.svg", picture)}
    assert "genuine and valid" in words(browser.post(place, baked))
    assert "1 badge of this address" in words(browser.post(place, {"act": "find", "email": " Mia@X.example "}))
    assert "no badges of this address" in words(browser.post(place, {"act": "find", "email": "no@x.example"})).lower()
    mia = next(each for each in BadgeGiven.objects.all() if each.digest == text_digest(token.strip()))
    revoked = browser.post(f"/badges/{mia.pk}/revoke", {"reason": "given by mistake"}, follow=True)
    assert "2 badges were given for Course; 1 was revoked." in words(revoked)
    checked = words(browser.post(place, {"act": "check", "token": token}))
    assert "it was revoked: given by mistake" in checked
    listed = client.get(f"/badges/{quote(mia.issuer)}/revoked.json").json()
    assert listed["issuer"] == mia.issuer
    assert listed["revokedCredential"] == [
        {"id": mia.credential, "revoked": True, "revocationReason": "given by mistake"}
    ]


def test_a_changed_a_foreign_and_no_badge_are_refused_with_words(
    asha: Actor, published: Programme, client_of: ClientOf
) -> None:
    browser, place = client_of(asha), f"/programmes/{published.slug}/badges"
    token = give(browser, published.slug).content.decode().strip()  # type: ignore[attr-defined]
    head, body, signature = token.split(".")
    for text, told in (
        (f"{head}.{body[:-2]}AA.{signature}", "This is no signed badge"),
        (f"{head}.{body}.{signature[:10]}AA{signature[12:]}", "was changed, or somebody else signed it"),
        ("hello", "This is no badge"),
    ):
        answer = browser.post(place, {"act": "check", "token": text})
        assert answer.status_code == 422
        assert told in words(answer)
    assert browser.post(place, {"act": "dance"}).status_code == 422
    assert give(browser, published.slug, score="x").status_code == 422  # type: ignore[attr-defined]
    assert give(browser, published.slug, score="50").status_code == 422  # type: ignore[attr-defined]


def test_only_owners_give_and_revoke_and_others_see_no_form(
    asha: Actor, ben: Actor, chen: Actor, dora: Actor, published: Programme, client_of: ClientOf, now: datetime
) -> None:
    give(client_of(asha), published.slug)
    badge = BadgeGiven.objects.get()
    for actor in (ben, chen):
        assert give(client_of(actor), published.slug).status_code == 404  # type: ignore[attr-defined]
        assert "Give the badge" not in words(client_of(actor).get(f"/programmes/{published.slug}/badges"))
        with pytest.raises(NotPermitted):
            badge_revoke(actor=actor, badge=badge, reason="x", now=now)
    with pytest.raises(NotFound):
        badge_revoke(actor=dora, badge=badge, reason="x", now=now)
    with pytest.raises(InvalidInput):
        badge_revoke(actor=asha, badge=badge, reason="  ", now=now)
    assert badge_revoke(actor=asha, badge=badge, reason="x", now=now)
    assert not badge_revoke(actor=asha, badge=badge, reason="again", now=now)
    assert client_of(dora).get(f"/badges/{quote('did:key:z6Mkunknown')}/revoked.json").status_code == 404


def test_the_rows_of_badges_and_measurements_are_attested(asha: Actor, published: Programme, now: datetime) -> None:
    made = badge_issue(
        actor=asha, programme=published, name="Mia", email="m@x.example", score=90, pass_mark=70, salt="s" * 20, now=now
    )
    responses_measure(actor=asha, programme=published, raw=answers(published), name="r.csv", now=now)
    assert made.event == BadgeGiven.objects.get().event_id
    ledger.integrate(log=asha.log, now=now)
    report = verify_live()
    assert [
        each for each in report.differences if "studio_badgegiven" in str(each) or "studio_itemmeasurement" in str(each)
    ] == []


@pytest.mark.req("P-03", "R10", "R46")
def test_governance_versions_are_told_with_the_artefacts_that_each_made(
    asha: Actor, programme: Programme, client_of: ClientOf
) -> None:
    page = words(client_of(asha).get("/governance"))
    assert "1 of 3 artefacts was made under others or none." in page
    for rule in CURRENT.rules:
        assert rule.text.replace("'", "&#39;") in page
    compared = words(client_of(asha).get("/governance/compare"))
    assert f"From no rules to gv1: {len(GV1.rules)} added." in compared
    assert client_of(asha).get("/governance/compare", {"from": "gv9"}).status_code == 404


@pytest.mark.req("P-03", "R10")
def test_a_new_version_makes_the_old_ones_legacy_and_is_shown_rule_by_rule(
    asha: Actor, programme: Programme, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, reworded, *rest = GV1.rules
    gv2 = Directive("gv2", (kept, Rule(reworded.key, reworded.text + " Always."), *rest[1:], Rule("new", "Be brief.")))
    monkeypatch.setattr(governance, "VERSIONS", MappingProxyType({"gv1": GV1, "gv2": gv2}))
    monkeypatch.setattr(governance, "CURRENT", gv2)
    assert "3 of 3 artefacts were made under others or none." in words(client_of(asha).get("/governance"))
    page = words(client_of(asha).get("/governance/compare"))
    assert "From gv1 to gv2: 1 added, 1 reworded, 1 removed" in page
    assert "<ins>Be brief.</ins>" in page
    assert f"<del>{rest[0].text}</del>" in page
    assert "<ins> Always.</ins>" in page or "<ins> Always</ins>" in page
