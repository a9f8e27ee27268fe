"""Every change of a row is told to the ledger: all tables, all functions that write."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps

import assay
from assay.accounts.access import Actor
from assay.accounts.models import Organization
from assay.ledger import live, services, tracking
from tests.rooms.writing_walk import Function, functions_of, uncovered

# Every room with a Django application but the ledger itself: a new one is walked as soon as it is installed.
ROOMS = sorted(
    config.label
    for config in apps.get_app_configs()
    if config.name.startswith("assay.") and config.label not in {"ledger", "ui"}
)

# Tables whose rows are no evidence, each with the reason.
UNTRACKED = {
    "accounts.signinattempt": "counts attempts to slow guessing; a refused sign-in has its own entry",
    "assurance.measurementrow": "an index of measurement batches, which are attested and from which it can be rebuilt",
    "jobs.job": "the mechanics of background work; what a job does appends by itself",
    "jobs.schedule": "the mechanics of background work",
    "jobs.step": "the mechanics of background work",
    "registers.formdraft": "what somebody is typing and has not sent; the sent form has its entry",
}

# Functions that write rows without an entry, each with the reason.
SILENT = {
    "accounts/sign_in.py:token_use": "the time of last use, a column that is declared as no evidence",
    "jobs/lease.py:_take": "the lease of a job",
    "jobs/lease.py:finish": "the lease of a job",
    "jobs/lease.py:put_back": "the lease of a job",
    "jobs/lease.py:record_step": "how far a job is",
    "jobs/lease.py:renew": "the lease of a job",
    "jobs/lease.py:set_total": "how far a job is",
    "jobs/services.py:enqueue": "jobs are mechanics",
    "jobs/services.py:job_cancel": "jobs are mechanics",
    "jobs/services.py:schedule_set": "jobs are mechanics",
    "jobs/services.py:schedules_enqueue": "jobs are mechanics",
    "registers/services/drafts.py:draft_discard": "what somebody is typing and has not sent",
    "registers/services/drafts.py:draft_save": "what somebody is typing and has not sent",
}


def sources() -> dict[str, str]:
    root = Path(assay.__file__).parent
    return {
        file.relative_to(root).as_posix(): file.read_text(encoding="utf-8")
        for room in ROOMS
        for file in sorted((root / room).rglob("*.py"))
        if "migrations" not in file.parts
    }


@cache
def functions() -> Mapping[str, Function]:
    """Every function of every room, by its place."""
    found: dict[str, Function] = {}
    for module, source in sources().items():
        found.update(functions_of(source, module))
    return found


@pytest.mark.req("P-05")
def test_every_table_is_attested_or_says_why_not() -> None:
    models = {model._meta.label_lower for room in ROOMS for model in apps.get_app_config(room).get_models()}
    tracked = {model._meta.label_lower for model in tracking.TRACKED}
    assert models - tracked == set(UNTRACKED)
    assert tracked <= models


@pytest.mark.req("P-05")
def test_every_function_that_writes_appends_or_says_why_not() -> None:
    walked = functions()
    writers = {place for place, function in walked.items() if function.writes}
    found = uncovered(walked)
    assert {place: lines for place, lines in found.items() if place not in SILENT} == {}
    assert set(SILENT) <= set(found)
    assert len(writers) > 80
    # What came lately is walked as well.
    assert {
        "registers/services/reading.py:document_acknowledge", "registers/services/importing.py:import_undo",
        "registers/services/reviews.py:review_fill", "registers/services/publishing.py:record_publish",
        "registers/services/drafts.py:draft_save", "studio/advice/services.py:_advice_record",
    } <= set(walked)  # fmt: skip


@pytest.mark.slow
def test_an_entry_that_is_taken_out_is_found_more_often_than_missed() -> None:
    walked = {place: replace(function) for place, function in functions().items()}
    both = [place for place, function in walked.items() if function.writes and function.appends]
    missed = []
    for place in both:
        walked[place].appends = False
        missed += [place] if place not in uncovered(walked) else []
        walked[place].appends = True
    assert len(both) > 25
    assert len(missed) * 2 < len(both)


def test_no_exception_outlives_its_function() -> None:
    assert set(SILENT) <= functions().keys()


@pytest.mark.parametrize(
    "planted",
    [
        "def risk_accept(risk):\n    risk.state = 1\n    risk.save(update_fields=['state'])\n",
        "def purge():\n    Risk.objects.filter(old=True).delete()\n",
        "def a():\n    b()\ndef b():\n    Risk.objects.create(name='x')\n",
        "def heal():\n    Risk.objects.filter(pk=1).update(state=2)\ndef log(found):\n    found.append(3)\n",
        "def write(row):\n    row.save()\ndef other(row):\n    row.write()\n",
    ],
    ids=["save", "delete", "helper", "update", "name of another"],
)
def test_a_planted_silent_write_is_found_in_the_services_of_every_room(planted: str) -> None:
    places = [module for module in sources() if "/services" in module]
    assert {place.partition("/")[0] for place in places} >= {"accounts", "jobs", "registers", "studio"}
    new = {module: functions_of(planted, module) for module in places}
    lost = uncovered({**functions(), **{place: one for found in new.values() for place, one in found.items()}})
    assert [module for module, found in new.items() if not found.keys() & lost.keys()] == []


@pytest.mark.django_db
def test_a_silent_write_at_run_time_is_named_by_the_verification(
    asha: Actor, organization: Organization, now: datetime
) -> None:
    services.integrate(now=now)
    assert live.verify_live().differences == ()
    Organization.objects.filter(pk=organization.pk).update(name="Silent Ltd")
    (found,) = live.verify_live().differences
    assert (found.kind, found.table, found.key) == ("edited", "accounts_organization", str(organization.pk))
