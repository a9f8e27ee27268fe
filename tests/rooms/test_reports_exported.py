"""Whatever leaves as a file has an entry that says who took it, with the digest of exactly its bytes; and reads that are
sensitive have one too."""

import ast
import json
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import assay
from assay.accounts.access import Actor
from assay.accounts.exporting import report_export
from assay.accounts.services import pseudonyms_show
from assay.ledger import queries, services
from assay.ledger.erasing import retention_set
from tests.rooms.registers_material import record_of
from tests.rooms.samples.reports import of_measured_programme
from tests.rooms.url_samples import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("P-05")]

# Functions that answer with a file and are no export of what the organization holds, each with the reason.
OTHERWISE_NOTED = {
    "accounts/exporting.py:file_answer": "is the export",
    "reports/pages/badges.py:_give": "badge.issued holds the digest of the badge",
    "reports/pages/ledger.py:proof_file": "hashes that the log publishes",
    "reports/pages/ledger.py:leaf_file": "a leaf, which the log publishes; it holds no content",
    "reports/pages/ledger.py:_download": "a signed checkpoint and its time stamp, which the log publishes",
    "reports/pages/packing.py:_download": "pack.exported, by the pack itself",
}

Exported = list[tuple[str, str, dict[str, Any]]]


@pytest.fixture
def world(asha: Actor, chen: Actor, dora: Actor, now: datetime) -> World:
    return World(asha=asha, chen=chen, dora=dora, now=now)


def noted(log: str, kind: str = "report.exported") -> Exported:
    """(actor, subject, content) of the entries of a kind, oldest first."""
    services.integrate(log=log, now=datetime(2026, 11, 21, 10, tzinfo=UTC))
    found = []
    for entry in reversed(queries.entry_list(log=log, kind=kind).entries):
        content = queries.payload_get(log=log, event=entry.event)
        assert content is not None
        found.append((entry.actor, entry.subject, json.loads(content)))
    return found


@pytest.mark.slow
def test_each_file_that_is_taken_out_is_noted_with_its_digest(
    world: World, client_of: Callable[[Actor | None], Client]
) -> None:
    slug = str(of_measured_programme(world)["slug"])
    record_of("risks", world.asha, world.now)
    addresses = {
        reverse("programme-verdict", args=[slug]): f"programme:{slug}",
        reverse("programme-sarif", args=[slug]): f"programme:{slug}",
        reverse("programme-report", args=[slug]): f"programme:{slug}",
        f"{reverse('portfolio')}?format=csv": "portfolio:all",
        f"{reverse('portfolio')}?format=json": "portfolio:all",
        **{
            f"{reverse('register', args=['risks'])}?format={form}": "register:risks" for form in ("csv", "json", "xlsx")
        },
        f"{reverse('risk-matrix')}?format=csv": "registers:risk-matrix",
        f"{reverse('risk-losses')}?format=json": "registers:losses",
        f"{reverse('lifecycle')}?format=csv": "registers:life-cycle",
        f"{reverse('crosswalk')}?format=xlsx": "registers:crosswalk",
        reverse("soa-export", args=["oscal"]): "soa:in-force",
        reverse("programme-package", args=[slug, "scorm12"]) + "?draft=yes": f"programme:{slug}",
    }
    auditor = client_of(world.chen)  # who only reads takes files out as well
    for number, (address, subject) in enumerate(addresses.items(), 1):
        answer = auditor.get(address)
        assert answer.status_code == 200, address
        assert "attachment" in answer["Content-Disposition"], address
        found = noted(world.asha.log)
        assert len(found) == number, address
        actor, about, body = found[-1]
        assert (actor, about) == (world.chen.pseudonym, subject)
        assert body["sha256"] == sha256(answer.content).hexdigest()
        assert body["bytes"] == len(answer.content)
        assert f'"{body["name"]}"' in answer["Content-Disposition"]
        auditor.head(address)
        assert len(noted(world.asha.log)) == number


def test_who_may_not_read_takes_nothing_out_and_nothing_is_noted(
    world: World, client_of: Callable[[Actor | None], Client]
) -> None:
    slug = str(of_measured_programme(world)["slug"])
    for actor in (world.dora, None):
        assert client_of(actor).get(f"/programmes/{slug}/report.html").status_code in (302, 404)
    assert noted(world.asha.log) == []
    assert [one for one in noted(world.dora.log) if slug in one[1]] == []


def test_every_answer_with_a_file_is_noted_or_says_why_not() -> None:
    root = Path(assay.__file__).parent
    found = set()
    for file in root.rglob("*.py"):
        source = file.read_text("utf-8")
        if "Content-Disposition" not in source:
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef) and "Content-Disposition" in (
                ast.get_source_segment(source, node) or ""
            ):
                found.add(f"{file.relative_to(root).as_posix()}:{node.name}")
    assert found == set(OTHERWISE_NOTED)


def test_opening_content_and_looking_at_pseudonyms_is_noted(
    world: World, client_of: Callable[[Actor | None], Client]
) -> None:
    services.integrate(log=world.asha.log, now=world.now)
    auditor = client_of(world.chen)
    index = queries.entry_list(log=world.asha.log, kind="membership.added").entries[0].index
    assert noted(world.asha.log, "evidence.opened") == []
    auditor.get(f"/ledger/{index}")
    assert noted(world.asha.log, "evidence.opened") == []
    assert auditor.post(f"/ledger/{index}/open").status_code == 200
    ((actor, subject, body),) = noted(world.asha.log, "evidence.opened")
    assert (actor, body["index"]) == (world.chen.pseudonym, index)
    assert subject.startswith("event:")
    assert auditor.get(reverse("enforcement")).status_code == 404
    assert noted(world.asha.log, "override-console.opened") == []
    assert client_of(world.asha).get(reverse("enforcement")).status_code == 200
    ((actor, _, body),) = noted(world.asha.log, "override-console.opened")
    assert (actor, body) == (world.asha.pseudonym, {"enforced": True})
    pseudonyms_show(by=world.asha, now=world.now)
    ((actor, _, body),) = noted(world.asha.log, "personal-data.shown")
    assert (actor, body["what"]) == (world.asha.pseudonym, "pseudonyms")


def test_the_digest_of_a_file_can_be_kept_for_a_time_like_other_content(asha: Actor, now: datetime) -> None:
    report_export(by=asha, what="register:risks", name="risks.csv", content=b"1", now=now)
    retention_set(log=asha.log, kind="report.exported", days=365, basis="our schedule", actor=asha.pseudonym, now=now)
    assert noted(asha.log)[0][1] == "register:risks"
