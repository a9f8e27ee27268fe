"""A model may vote on what waits for a person: its vote is kept with its words, costs once, and decides nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

pytest.importorskip("pydantic_ai", reason="the extra assay[llm] is not installed")

from assay.accounts.access import Actor
from assay.assurance.models import FindingRow, VerdictRow
from assay.core.errors import NotFound, NotPermitted, Unavailable
from assay.detect.attachment import weights
from assay.ledger import queries as ledger
from assay.ledger.services import integrate
from assay.studio.advice.question import passage_of
from assay.studio.advice.services import advice_gather
from assay.studio.models import Programme
from assay.studio.records import FindingAdvice
from assay.studio.spine import adviser_named
from assay.studio.tasks import Prompt
from tests.core.provider import Provider, provider
from tests.rooms.studio_material import programme_of, verify_detectors

pytestmark = pytest.mark.django_db(transaction=True)
COMPARES = "Unlike ISO 27001, which protects information, ISO/IEC 42001 is about AI systems."
GOOD = {"vote": "honest", "quotation": "Unlike ISO 27001", "reason": "It names the other standard to compare."}


@pytest.fixture
def programme(asha: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Programme:
    """One lesson with a passage that a detector holds."""
    monkeypatch.setitem(weights()["review"], "mention", -(10**6))
    verify_detectors(asha, now)
    return programme_of(asha, now, lesson=f"# A lesson\n\n{COMPARES}\n")


def adviser(server: Provider, tmp_path: Path, **more: object):
    return adviser_named(model="test", base_url=server.url, journal=tmp_path / "calls", **more)


def held(programme: Programme) -> list[FindingRow]:
    return list(FindingRow.objects.filter(surface=programme.surface, bucket="A", defect=False, closed_at=None))


@pytest.mark.req("P-05", "P-12")
def test_a_vote_is_kept_with_its_words_and_changes_no_verdict(
    programme: Programme, asha: Actor, now: datetime, tmp_path: Path
) -> None:
    before = VerdictRow.objects.get(surface=programme.surface, is_latest=True).digest
    with provider(lambda body: json.dumps(GOOD)) as server:
        done = advice_gather(actor=asha, programme=programme, adviser=adviser(server, tmp_path), now=now)
        again = advice_gather(actor=asha, programme=programme, adviser=adviser(server, tmp_path), now=now)
        told = server.asked[0]["messages"]
    assert (done.voted, done.known, done.unusable) == (done.waiting, 0, ())
    assert done.waiting == len(held(programme)) > 0
    assert (again.voted, again.known) == (0, done.waiting)
    assert len(server.asked) <= done.waiting
    assert COMPARES in told[1]["content"]
    row = FindingAdvice.objects.first()
    assert (row.vote, row.quotation, row.model) == ("honest", GOOD["quotation"], "test")
    assert Prompt(told[0]["content"], told[1]["content"]).digest in set(
        FindingAdvice.objects.values_list("prompt", flat=True)
    )
    integrate(log=asha.log, now=now)
    kinds = [entry.kind for entry in ledger.entry_list(log=asha.log, limit=20).entries]
    assert kinds.count("finding.advised") == done.waiting
    assert VerdictRow.objects.get(surface=programme.surface, is_latest=True).digest == before
    assert all(each.disposed_at is None and not each.blocking for each in held(programme))


def test_a_quotation_that_does_not_stand_in_the_passage_is_not_heard(
    programme: Programme, asha: Actor, now: datetime, tmp_path: Path
) -> None:
    made_up = {**GOOD, "vote": "drift", "quotation": "Audit the site against ISO 14001"}
    with provider(lambda body: json.dumps(made_up)) as server:
        done = advice_gather(actor=asha, programme=programme, adviser=adviser(server, tmp_path), now=now)
        assert "does not stand in the passage" in server.asked[1]["messages"][1]["content"]
    assert (done.voted, len(done.unusable)) == (0, done.waiting)
    assert not FindingAdvice.objects.exists()
    assert done.lines()[0] == "1 passage waits for a person's reading; 0 votes were recorded, 0 known from before."
    assert done.lines()[1].startswith("no vote: ")


def test_a_budget_that_is_used_up_stops_with_a_reason(
    programme: Programme, asha: Actor, now: datetime, tmp_path: Path
) -> None:
    with provider(lambda body: json.dumps(GOOD)) as server, pytest.raises(Unavailable, match="budget"):
        advice_gather(actor=asha, programme=programme, adviser=adviser(server, tmp_path, calls=0), now=now)


def test_only_who_may_write_asks_and_an_outsider_finds_no_programme(
    programme: Programme, chen: Actor, dora: Actor, now: datetime, tmp_path: Path
) -> None:
    with provider(lambda body: json.dumps(GOOD)) as server:
        for who, refusal in ((chen, NotPermitted), (dora, NotFound)):
            with pytest.raises(refusal):
                advice_gather(actor=who, programme=programme, adviser=adviser(server, tmp_path), now=now)
        assert not server.asked


def test_no_adviser_is_asked_but_through_the_spine(tmp_path: Path) -> None:
    with provider(lambda body: json.dumps(GOOD)) as server:
        with pytest.raises(NotPermitted):
            adviser(server, tmp_path).advise(Prompt("a", "b"), lambda opinion: "")
        assert not server.asked


def test_the_page_and_the_api_show_the_vote_as_advice(
    programme: Programme,
    asha: Actor,
    now: datetime,
    tmp_path: Path,
    client_of: Callable[[Actor | None], Client],
    api_of: Callable[..., Client],
) -> None:
    with provider(lambda body: json.dumps(GOOD)) as server:
        advice_gather(actor=asha, programme=programme, adviser=adviser(server, tmp_path), now=now + timedelta(hours=1))
    finding = held(programme)[0]
    page = client_of(asha).get(f"/findings/{finding.pk}").content.decode()
    assert "A vote decides nothing" in page
    assert GOOD["reason"] in page
    told = api_of(asha).get(f"/api/v1/findings/{finding.pk}").json()
    assert [(each["vote"], each["model"]) for each in told["advice"]] == [("honest", "test")]


def test_the_passage_shown_holds_what_is_held_and_whole_lines() -> None:
    text = "\n".join(f"Line {number} of a long lesson about AI systems." for number in range(100))
    start = text.index("Line 50")
    shown = passage_of(text, start, start + 20)
    assert text[start : start + 20] in shown
    assert shown.startswith("Line")
    assert len(shown) <= 1300
    assert passage_of("short", 0, 5) == "short"
