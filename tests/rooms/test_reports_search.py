"""The search over everything reaches records and registers, and only those of one's own organization."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from assay.accounts.access import Actor
from assay.registers.services import record_retire, record_update
from assay.reports.pages.search import find
from tests.rooms.registers_material import record_of

pytestmark = pytest.mark.django_db


def test_a_record_is_found_by_its_title_before_one_that_only_mentions_the_word(asha: Actor, now: datetime) -> None:
    record = record_of("suppliers", asha, now, title="Ordinary")
    record_update(record=record, actor=asha, now=now, data={"supplies": "Glowworm lamps"})
    record_of("suppliers", asha, now, title="Glowworm Ltd")
    hits = [each for each in find(asha, "glowworm") if each.kind == "supplier"]
    assert [each.label for each in hits] == ["Glowworm Ltd", "Ordinary"]


def test_an_abbreviation_keeps_its_capitals(asha: Actor, now: datetime) -> None:
    record_of("ai-systems", asha, now, title="Glowworm")
    assert [each.kind for each in find(asha, "glowworm")] == ["AI system"]


def test_an_outsider_and_a_retired_record_show_nothing(asha: Actor, dora: Actor, now: datetime) -> None:
    record = record_of("suppliers", asha, now, title="Glowworm Ltd")
    assert find(dora, "glowworm") == []
    record_retire(record=record, actor=asha, now=now)
    assert find(asha, "glowworm") == []


@pytest.mark.parametrize(
    ("words", "label", "kind"), [("nonconf", "Nonconformities", "register"), ("matrix", "Risk matrix", "page")]
)
def test_registers_and_pages_of_the_management_system_are_reached(
    words: str, label: str, kind: str, asha: Actor, client_of: Callable[[Actor | None], Client]
) -> None:
    assert (label, kind) in {(each.label, each.kind) for each in find(asha, words)}
    assert label in client_of(asha).get("/search", {"q": words}).content.decode()
