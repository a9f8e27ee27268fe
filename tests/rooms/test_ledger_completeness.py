"""Every change of a row is told to the ledger: all tables, all functions that write."""

from datetime import datetime
from pathlib import Path

import pytest
from django.apps import apps

import assay
from assay.accounts.access import Actor
from assay.accounts.models import Organization
from assay.ledger import live, services, tracking
from tests.rooms.writing_walk import functions_of, uncovered

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
    "jobs/lease.py:renew": "the lease of a job",
    "jobs/services.py:job_cancel": "jobs are mechanics",
    "jobs/services.py:schedule_set": "jobs are mechanics",
    "jobs/services.py:schedule_stop": "jobs are mechanics",
}


def sources() -> dict[str, str]:
    root = Path(assay.__file__).parent
    return {
        file.relative_to(root).as_posix(): file.read_text(encoding="utf-8")
        for room in ROOMS
        for file in sorted((root / room).rglob("*.py"))
        if "migrations" not in file.parts
    }


@pytest.mark.req("P-05")
def test_every_table_is_attested_or_says_why_not() -> None:
    models = {model._meta.label_lower for room in ROOMS for model in apps.get_app_config(room).get_models()}
    tracked = {model._meta.label_lower for model in tracking.TRACKED}
    assert models - tracked == set(UNTRACKED)
    assert tracked <= models


@pytest.mark.req("P-05")
def test_every_function_that_writes_appends_or_says_why_not() -> None:
    functions = {}
    for module, source in sources().items():
        functions.update(functions_of(source, module))
    writers = [place for place, function in functions.items() if function.writes]
    found = uncovered(functions)
    assert {place: lines for place, lines in found.items() if place not in SILENT} == {}
    assert len(writers) > 20


def test_no_exception_outlives_its_function() -> None:
    places = {place for module, source in sources().items() for place in functions_of(source, module)}
    assert set(SILENT) <= places


@pytest.mark.parametrize(
    "planted",
    [
        "def risk_accept(risk):\n    risk.state = 1\n    risk.save(update_fields=['state'])\n",
        "def purge():\n    Risk.objects.filter(old=True).delete()\n",
        "def a():\n    b()\ndef b():\n    Risk.objects.create(name='x')\n",
        "def heal():\n    Risk.objects.filter(pk=1).update(state=2)\ndef log(found):\n    found.append(3)\n",
    ],
)
def test_a_planted_silent_write_is_found(planted: str) -> None:
    functions = {}
    for module, source in sources().items():
        functions.update(functions_of(source, module))
    functions.update(functions_of(planted, "registers/services.py"))
    assert any(place.startswith("registers/") for place in uncovered(functions))


@pytest.mark.django_db
def test_a_silent_write_at_run_time_is_named_by_the_verification(
    asha: Actor, organization: Organization, now: datetime
) -> None:
    services.integrate(now=now)
    assert live.verify_live().differences == ()
    Organization.objects.filter(pk=organization.pk).update(name="Silent Ltd")
    (found,) = live.verify_live().differences
    assert (found.kind, found.table, found.key) == ("edited", "accounts_organization", str(organization.pk))
