"""The ledger page: checkpoints under a policy, following, opening contents, retention; by role."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client

from assay.accounts.access import Actor
from assay.client.policy import policy_read
from assay.core.errors import InvalidInput
from assay.core.note import COSIGNATURE_V1, Ed25519Signer, cosign
from assay.ledger import folder, queries, services, trusting, witnessing

pytestmark = pytest.mark.django_db
Clients = Callable[[Actor | None], Client]
FIRST, SECOND = (Ed25519Signer.from_seed(f"witness.example/{n}", bytes([n]) * 32, kind=COSIGNATURE_V1) for n in (1, 2))


@pytest.fixture
def entries(asha: Actor, now: datetime) -> Actor:
    with transaction.atomic():
        for number in range(4):
            services.append(
                log=asha.log, kind="evidence.added", subject=f"evidence:{number}", actor=asha.pseudonym,
                body={"who": "Mira Halvorsen"}, now=now - timedelta(days=90),
            )  # fmt: skip
    services.integrate(log=asha.log, now=now)
    return asha


def text(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_a_content_is_opened_on_request_and_that_is_noted(
    entries: Actor, chen: Actor, client_of: Clients, now: datetime
) -> None:
    services.integrate(log=entries.log, now=now)
    entry = queries.entry_list(log=entries.log, kind="evidence.added").entries[0]
    page = client_of(chen)
    assert "Mira Halvorsen" not in text(page, f"/ledger/{entry.index}")
    answer = page.post(f"/ledger/{entry.index}/open")
    assert "Mira Halvorsen" in answer.content.decode()
    services.integrate(log=entries.log, now=now)
    told = queries.entry_list(log=entries.log, kind="evidence.opened").entries[0]
    assert (told.actor, told.subject) == (chen.pseudonym, f"event:{entry.event}")


def test_rows_are_sent_again_only_when_something_is_new(entries: Actor, client_of: Clients, now: datetime) -> None:
    client = client_of(entries)
    first = client.get("/ledger/tail")
    assert "evidence.added" in first.content.decode()
    again = {"If-None-Match": first["ETag"]}
    assert client.get("/ledger/tail", headers=again).status_code == 304
    with transaction.atomic():
        services.append(log=entries.log, kind="evidence.added", subject="evidence:new", actor="p-1", body={}, now=now)
    waiting = client.get("/ledger/tail", headers=again)
    assert (waiting.status_code, "waits" in waiting.content.decode()) == (200, True)
    services.integrate(log=entries.log, now=now)
    assert client.get("/ledger/tail", headers={"If-None-Match": waiting["ETag"]}).status_code == 200


def test_a_page_that_follows_asks_for_itself_where_there_are_no_scripts(entries: Actor, client_of: Clients) -> None:
    client = client_of(entries)
    assert '<noscript><meta http-equiv="refresh"' not in text(client, "/ledger")
    assert '<noscript><meta http-equiv="refresh"' in text(client, "/ledger?follow=1")


def cosigned(actor: Actor, signer: Ed25519Signer, now: datetime) -> None:
    """What a witness would answer for the newest checkpoint, kept."""
    latest = queries.checkpoint_latest(actor.log)
    line = cosign(latest.note, signer, at=int(now.timestamp())).text
    witnessing.cosignature_add(
        log=actor.log, size=latest.size, answer=f"{line}\n", witnesses=[signer.verifier], now=now
    )


def policy(quorum: str) -> str:
    names = "".join(
        f"witness {name} {signer.verifier.text}\n" for name, signer in (("auditor", FIRST), ("customer", SECOND))
    )
    return f"# ours\n{names}group both all auditor customer\ngroup one any auditor customer\nquorum {quorum}\n"


@pytest.mark.req("P-19")
def test_a_checkpoint_is_witnessed_when_the_policy_says_so(
    entries: Actor, client_of: Clients, now: datetime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(folder, "data_folder", lambda: tmp_path)
    (tmp_path / "policy.txt").write_text(policy("both"))
    newest = trusting.checkpoints_shown(log=entries.log)[0]
    assert (newest.state, newest.seen) == ("pending", ())
    cosigned(entries, FIRST, now)
    newest = trusting.checkpoints_shown(log=entries.log)[0]
    assert (newest.state, newest.seen) == ("pending", ("auditor",))
    (tmp_path / "policy.txt").write_text(policy("one"))
    assert trusting.checkpoints_shown(log=entries.log)[0].state == "witnessed"
    (tmp_path / "policy.txt").write_text(policy("both"))
    cosigned(entries, SECOND, now)
    newest = trusting.checkpoints_shown(log=entries.log)[0]
    assert (newest.state, newest.seen) == ("witnessed", ("auditor", "customer"))
    page = text(client_of(entries), "/ledger")
    assert "2 of 2 must have seen it: auditor, customer" in page
    assert text(client_of(entries), "/ledger/policy") == policy("both")


def test_a_policy_that_cannot_be_read_counts_nobody_and_says_so(
    entries: Actor, client_of: Clients, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(folder, "data_folder", lambda: tmp_path)
    (tmp_path / "policy.txt").write_text("witness auditor nonsense\nquorum none\n")
    page = client_of(entries).get("/ledger")
    assert page.status_code == 200
    assert "Line 1 of the policy cannot be read" in page.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        "", "quorum both\n", "quorum none\nquorum none\n", "group g 3 auditor\nquorum none\n", "groups g any auditor\n",
        "group g any auditor auditor\nquorum g\n", "group auditor any auditor\nquorum none\n", "group g 0 auditor\nquorum g\n",
        "group g any g\nquorum g\n", "log\nquorum none\n",
    ],
    ids=range(10),
)  # fmt: skip
def test_a_policy_in_another_form_is_refused(wrong: str) -> None:
    head = f"witness auditor {FIRST.verifier.text}\n"
    assert policy_read(head + "quorum auditor\n").met({FIRST.name})
    assert not policy_read(head + "quorum auditor\n").met({SECOND.name})
    with pytest.raises(InvalidInput):
        policy_read(head + wrong)


def test_retention_is_set_and_run_by_owners_and_seen_by_all(
    entries: Actor, ben: Actor, chen: Actor, client_of: Clients, now: datetime
) -> None:
    client = client_of(entries)
    wrong = client.post("/ledger/retention/set", {"kind": "evidence.added", "days": "soon", "basis": "law"})
    assert (wrong.status_code, "no number of days" in wrong.content.decode()) == (422, True)
    assert (
        client.post("/ledger/retention/set", {"kind": "evidence.added", "days": "30", "basis": "law"}).status_code
        == 302
    )
    for reader in (ben, chen):
        page = text(client_of(reader), "/ledger/retention")
        assert "4 contents are due" in page
        assert "Erase what is due" not in page
        assert client_of(reader).post("/ledger/retention/run").status_code == 404
    assert client.post("/ledger/retention/run").status_code == 302
    services.integrate(log=entries.log, now=now)
    page = text(client, "/ledger/retention")
    assert "nothing is due" in page
    assert "payloads.expired" in page
    index = queries.entry_list(log=entries.log, kind="evidence.added").entries[0].index
    assert "The content was erased." in text(client, f"/ledger/{index}")
