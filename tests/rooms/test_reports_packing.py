"""What a pack is for, turned into entries; by command and by page; for everybody who may read and nobody else."""

import json
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from assay.accounts.access import Actor
from assay.client.pack import verify_pack
from assay.core.errors import InvalidInput, NotFound
from assay.ledger import pack, queries, services
from assay.registers.services.records import record_create
from assay.reports.queries.packing import pack_choices, pack_select
from assay.studio.services import artefact_accept, programme_create
from tests.rooms.samples.reports import BRIEF

pytestmark = pytest.mark.django_db
SYSTEM = {
    "purpose": "Ranks applications", "misuse": "Deciding alone", "own_roles": ["provider"], "tier": "high",
    "tier_reason": "Work", "affected": "Applicants", "deployments": "Two customers", "jurisdictions": "EU",
    "oversight": "A recruiter decides",
}  # fmt: skip


def sequenced(actor: Actor, now: datetime) -> None:
    services.integrate(log=actor.log, now=now)


def subjects(actor: Actor, indexes: tuple[int, ...] | None) -> set[str]:
    assert indexes is not None
    return {queries.entry_get(log=actor.log, index=index).subject for index in indexes}


@pytest.mark.req("L-09")
def test_a_programme_brings_its_artefacts_and_no_other_programme(asha: Actor, now: datetime, tmp_path: Path) -> None:
    mine, other = (
        programme_create(actor=asha, title=f"Course {slug}", standard="iso42001", slug=slug, now=now)
        for slug in ("mine", "other")
    )
    artefact = artefact_accept(actor=asha, programme=mine, stamped=BRIEF, now=now).artefact
    left_out = artefact_accept(actor=asha, programme=other, stamped=BRIEF, now=now).artefact
    sequenced(asha, now)
    chosen = pack_select(actor=asha, wanted=["programme:mine"])
    found = subjects(asha, chosen.indexes)
    assert {f"programme:{mine.pk}", f"log:{asha.log}"} <= found
    assert not {f"programme:{other.pk}", f"artefact:{left_out.pk}", f"surface:{other.surface_id}"} & found
    assert dict(chosen.parts)["artefact"] == 1
    pack.pack_write(
        log=asha.log,
        target=tmp_path / "p.zip",
        actor=asha.pseudonym,
        now=now,
        indexes=chosen.indexes,
        about=chosen.about,
    )
    assert verify_pack(tmp_path / "p.zip", vkeys=queries.vkeys(asha.log)).differences == ()
    assert artefact.programme_id == mine.pk


def test_a_system_brings_what_is_linked_to_it(asha: Actor, now: datetime) -> None:
    system = record_create(actor=asha, register="ai-systems", title="Ranker", data=SYSTEM, now=now)
    other = record_create(actor=asha, register="ai-systems", title="Other", data=SYSTEM, now=now)
    sequenced(asha, now)
    found = subjects(asha, pack_select(actor=asha, wanted=[f"system:{system.number}"]).indexes)
    assert f"record:{system.pk}" in found
    assert f"record:{other.pk}" not in found


def test_a_period_holds_what_was_entered_on_its_days(asha: Actor, now: datetime) -> None:
    sequenced(asha, now)
    day = f"{now:%Y-%m-%d}"
    chosen = pack_select(actor=asha, wanted=[f"period:{day}..{day}"])
    assert chosen.indexes == tuple(range(queries.position(asha.log)))
    with pytest.raises(InvalidInput):
        pack_select(actor=asha, wanted=["period:2020-01-01..2020-12-31"])


@pytest.mark.parametrize(
    "wish", ["period:2026-13-01..2026-01-01", "period:2026-02-01..2026-01-01", "course:x", "programme:", "", "period:x"]
)
def test_a_wish_that_is_none_is_refused_with_what_to_write(asha: Actor, wish: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        pack_select(actor=asha, wanted=[wish])
    assert refused.value.hint


@pytest.mark.parametrize("wish", ["programme:halvorsen-course", "system:1", "control:A.99.9"])
def test_what_is_not_ones_own_is_not_found(asha: Actor, dora: Actor, now: datetime, wish: str) -> None:
    programme_create(actor=asha, title="Course", standard="iso42001", slug="halvorsen-course", now=now)
    record_create(actor=asha, register="ai-systems", title="Ranker", data=SYSTEM, now=now)
    with pytest.raises(NotFound):
        pack_select(actor=dora, wanted=[wish])
    assert not any("Ranker" in words or "Course" in words for _, words in pack_choices(dora))


@pytest.mark.parametrize("who", ["asha", "ben", "chen"])
def test_everybody_who_reads_makes_a_pack_by_page_and_that_is_noted(
    who: str, asha: Actor, ben: Actor, chen: Actor, client_of: Callable[..., object], now: datetime, tmp_path: Path
) -> None:
    sequenced(asha, now)
    client = client_of({"asha": asha, "ben": ben, "chen": chen}[who])
    page = client.get("/ledger/pack", {"from": "2026-11-01", "to": "2026-11-30"})  # type: ignore[attr-defined]
    assert page.status_code == 200
    assert "entries" in page.content.decode()
    answer = client.post("/ledger/pack", {"from": "2026-11-01", "to": "2026-11-30", "hide": "name, email"})  # type: ignore[attr-defined]
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/zip"
    (tmp_path / "p.zip").write_bytes(b"".join(answer.streaming_content))
    assert verify_pack(tmp_path / "p.zip", vkeys=queries.vkeys(asha.log)).differences == ()
    assert "index.html" in zipfile.ZipFile(tmp_path / "p.zip").namelist()
    sequenced(asha, now)
    told = queries.entry_list(log=asha.log, kind="pack.exported").entries[0]
    body = json.loads(queries.payload_get(log=asha.log, event=told.event) or b"")
    assert (body["hidden"], body["contents"]) == (["email", "name"], True)


def test_a_page_says_what_is_wrong_with_a_wish(asha: Actor, client_of: Callable[..., object], now: datetime) -> None:
    sequenced(asha, now)
    client = client_of(asha)
    answer = client.post("/ledger/pack", {"from": "2026-11-30", "to": "2026-11-01"})  # type: ignore[attr-defined]
    assert answer.status_code == 422
    assert "no period" in answer.content.decode()
    assert client.post("/ledger/pack", {}).status_code == 422  # type: ignore[attr-defined]
