"""What the write benchmarks of the ledger write: organizations that are renamed, each time with an entry."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from assay.cli.start import owner, sequence, utc_now

EVENT: dict[str, Any] = {"kind": "evidence.opened", "subject": "case:1", "actor": "p-bench"}
LOOK_EVERY = 0.005


def prepared(log: str, count: int) -> list[Any]:
    """Entries that are made and not accepted anywhere."""
    from assay.ledger.services import prepare

    now = utc_now()
    return [prepare(log=log, body={"n": number, "note": "x" * 60}, now=now, **EVENT) for number in range(count)]


def organizations(count: int, prefix: str) -> list[Any]:
    """New rows in the table of organizations, recorded by one bulk entry in the log of the first."""
    from django.db import transaction

    from assay.accounts.models import Organization
    from assay.ledger import services, tracking

    log, now = owner(utc_now()).log, utc_now()
    names = [f"{prefix}-{number}" for number in range(count)]
    made = [Organization(slug=name, name=name, log_id=name, created_at=now) for name in names]
    with transaction.atomic():
        Organization.objects.bulk_create(made, batch_size=500)
        services.append_bulk(
            log=log,
            kind="organization.created",
            subject="bench",
            actor="p-bench",
            body={},
            now=now,
            records=[tracking.record(one) for one in made],
        )
    sequence(utc_now())
    return made


def rename(organization: Any, number: int) -> None:
    """The business write without its entry."""
    organization.name = f"Bench {number}"
    organization.save(update_fields=["name"])


def entry_of(log: str, organization: Any) -> dict[str, Any]:
    """The entry that belongs to the write: the parameters of `services.append`."""
    from assay.ledger import tracking

    return {
        "log": log,
        "kind": "organization.changed",
        "subject": f"organization:{organization.pk}",
        "actor": "p-bench",
        "body": {"name": organization.name},
        "now": utc_now(),
        "record": tracking.record(organization),
    }


def recorded(log: str, organization: Any, number: int) -> str:
    """The business write with its entry in the outbox, in one transaction; the event id."""
    from django.db import transaction

    from assay.ledger import services

    with transaction.atomic():
        rename(organization, number)
        return services.append(**entry_of(log, organization))


def in_threads(count: int, work: Callable[[int], object]) -> float:
    """Run work(0), work(1), … at the same time, each in a thread with a database connection of its own; the seconds."""
    from django.db import connection

    failed: list[BaseException] = []
    ready = threading.Barrier(count + 1)

    def run(number: int) -> None:
        try:
            connection.ensure_connection()
            ready.wait()
            work(number)
        except BaseException as error:  # noqa: BLE001 — raised again below
            failed.append(error)
            ready.abort()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    with suppress(threading.BrokenBarrierError):
        ready.wait()
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return time.perf_counter() - start


def publication_lag(log: str, *, rate: int = 200, seconds: float = 8.0, writers: int = 8) -> dict[str, Any]:
    """Business writes with their entries at `rate` a second beside an integrator: how long from commit to publication.

    A writer that falls behind goes on at once, so the rate that was reached says whether the disk could carry it.
    """
    from assay.ledger.integrator import running

    rows = organizations(writers, f"lag-{time.time_ns()}")
    each, gap = int(rate * seconds) // writers, writers / rate
    committed: dict[str, float] = {}
    seen: list[tuple[float, int]] = []
    done = threading.Event()

    def write(number: int) -> None:
        began = time.perf_counter() + gap * number / writers
        for turn in range(each):
            time.sleep(max(0.0, began + turn * gap - time.perf_counter()))
            event = recorded(log, rows[number], turn)
            committed[event] = time.perf_counter()

    watcher = threading.Thread(target=_watch, args=(log, seen, done))
    with running():
        watcher.start()
        spent = in_threads(writers, write)
    done.set()
    watcher.join()
    lags = _lags(log, committed, seen)
    return {
        "writes_per_s": round(len(committed) / spent, 1),
        "publication_lag_p50_ms": round(statistics.median(lags), 1),
        "publication_lag_p99_ms": round(lags[min(len(lags) - 1, len(lags) * 99 // 100)], 1),
        "publication_lag_most_ms": round(lags[-1], 1),
    }


def _watch(log: str, seen: list[tuple[float, int]], done: threading.Event) -> None:
    """Note when the published size grows, until the end and once more after it."""
    from django.db import connection

    from assay.ledger import queries

    try:
        last = False
        while not last:
            last = done.wait(LOOK_EVERY)
            seen.append((time.perf_counter(), queries.position(log)))
    finally:
        connection.close()


def _lags(log: str, committed: dict[str, float], seen: Sequence[tuple[float, int]]) -> list[float]:
    """Milliseconds from each commit to the first look that found it published, sorted. An entry may be published before
    its writer has come back from the commit: that is no lag."""
    from bisect import bisect_right

    from assay.ledger import queries

    places = queries.positions_of(list(committed))
    if len(places) != len(committed):
        raise RuntimeError(f"{len(committed) - len(places)} entries of log {log} were never published")
    sizes = [size for _, size in seen]
    return sorted(
        max(0.0, (seen[bisect_right(sizes, places[event])][0] - at) * 1000) for event, at in committed.items()
    )
