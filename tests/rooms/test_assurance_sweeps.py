"""The sweep of a portfolio: a job, one step per surface, resumed where it stopped."""

import threading
from datetime import datetime

import pytest

from assay.accounts.access import Actor
from assay.assurance import services, sweeps
from assay.assurance.models import Surface, VerdictRow
from assay.assurance.sweeps import Swept, portfolio_sweep
from assay.core.errors import InvalidInput, NotPermitted, Unavailable
from assay.jobs import worker
from assay.jobs.models import Job, Step
from assay.ledger import queries as ledger
from tests.rooms import surfaces as cast

pytestmark = pytest.mark.django_db(transaction=True)
TEXTS: dict[str, str | None] = {"a": cast.CLEAN, "b": cast.HONEST}


@pytest.fixture
def swept(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Surfaces of the kind "programme" are swept by measuring the same two texts; the list tells in which order."""
    done: list[str] = []

    def sweep(surface: Surface, actor: Actor, now: datetime) -> Swept:
        done.append(surface.key)
        summary = cast.measure(surface, TEXTS, actor, now)
        return Swept(summary.measured, summary.fresh, services.verdict_refresh(surface=surface, now=now))

    monkeypatch.setattr(sweeps, "SWEEPERS", {"programme": sweep})
    monkeypatch.setattr("assay.assurance.jobs.SWEEPERS", {"programme": sweep})
    return done


def work(now: datetime) -> None:
    worker.run(stop=threading.Event(), until_idle=True, clock=lambda: now)


@pytest.mark.req("R61")
def test_every_surface_is_swept_and_start_and_end_are_logged(asha: Actor, now: datetime, swept: list[str]) -> None:
    for key in "ba":
        cast.make_surface(asha, now, key=key)
    job = portfolio_sweep(by=asha, now=now)
    work(now)
    job.refresh_from_db()
    assert (job.state, swept, VerdictRow.objects.count()) == ("done", ["a", "b"], 2)
    kinds = [entry.kind for entry in ledger.entry_list(log=asha.log).entries] + [
        entry.kind for entry in ledger.waiting_list(log=asha.log)
    ]
    assert (kinds.count("sweep.started"), kinds.count("sweep.finished")) == (1, 1)


def test_a_sweep_that_stopped_goes_on_where_it_was(
    asha: Actor, now: datetime, swept: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in "ab":
        cast.make_surface(asha, now, key=key)
    job = portfolio_sweep(by=asha, now=now)
    real = sweeps.SWEEPERS["programme"]

    def failing(surface: Surface, actor: Actor, now: datetime) -> Swept:
        if surface.key == "b":
            raise Unavailable("The texts do not answer.")
        return real(surface, actor, now)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("assay.assurance.jobs.SWEEPERS", {"programme": failing})
        work(now)
    assert Step.objects.filter(job=job).count() == 1
    Job.objects.filter(pk=job.pk).update(not_before=now)
    work(now)
    job.refresh_from_db()
    assert (job.state, swept) == ("done", ["a", "b"])


def test_a_second_sweep_while_one_is_open_is_the_same(asha: Actor, now: datetime, swept: list[str]) -> None:
    cast.make_surface(asha, now)
    assert portfolio_sweep(by=asha, now=now).pk == portfolio_sweep(by=asha, now=now).pk
    assert [entry.kind for entry in ledger.waiting_list(log=asha.log)].count("sweep.started") == 1


def test_who_may_not_write_sweeps_nothing(asha: Actor, chen: Actor, now: datetime, swept: list[str]) -> None:
    cast.make_surface(asha, now)
    with pytest.raises(NotPermitted):
        portfolio_sweep(by=chen, now=now)


def test_nothing_to_sweep_is_said(dora: Actor, asha: Actor, now: datetime, swept: list[str]) -> None:
    cast.make_surface(asha, now)
    with pytest.raises(InvalidInput, match="nothing to sweep"):
        portfolio_sweep(by=dora, now=now)
