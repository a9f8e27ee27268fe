"""Evidence events that change no row: accepted, sequenced and published by one commit that many submitters share.

An event of a governed system (a decision, a reading) has no business transaction to ride in. Submitters hand it over and
wait; one thread per process takes all that came meanwhile, up to 1,024, and commits them together.
"""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import datetime

from django.db import connection

from assay.core.errors import Unavailable
from assay.ledger import sequencer, services
from assay.ledger.integrator import utc_now

# How long a batch waits for those who submitted beside the last one: they are about to submit again.
GATHER_SECONDS = 0.002

_Job = tuple[str, sequencer.Prepared, "Future[None]"]


class Submitter:
    """Group commit for one process. Start it once, stop it before the process ends."""

    def __init__(self, clock: Callable[[], datetime] = utc_now) -> None:
        self._clock = clock
        self._jobs: deque[_Job] = deque()
        self._changed = threading.Condition()
        self._stopping = False
        self._expected = 1
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._run, name="ledger-submitter", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Commit what was submitted and end the thread."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def submit(
        self, *, log: str, kind: str, subject: str, actor: str, body: Mapping[str, object], timeout: float = 30.0
    ) -> str:
        """Record one event; return its event id once it is on disk, in the tree and under a signed checkpoint.

        Raises as `services.append`, Unavailable if the submitter is stopped or does not answer in `timeout` seconds,
        and whatever stopped the commit.
        """
        prepared = services.prepare(log=log, kind=kind, subject=subject, actor=actor, body=body, now=self._clock())
        done: Future[None] = Future()
        with self._changed:
            if self._stopping or self._thread is None:
                raise Unavailable(
                    "The submitter of evidence does not run.", hint="Start it, or append in a transaction."
                )
            self._jobs.append((log, prepared, done))
            self._changed.notify()
        try:
            done.result(timeout)
        except TimeoutError:
            raise Unavailable("An event was not recorded in time; it may be recorded later.") from None
        return prepared.event

    def _run(self) -> None:
        try:
            while jobs := self._take():
                by_log: dict[str, list[_Job]] = {}
                for job in jobs:
                    by_log.setdefault(job[0], []).append(job)
                for log, batch in by_log.items():
                    self._commit(log, batch)
                # One submitter alone never waits: it expects nobody else.
                self._expected = min(len(jobs) + len(self._jobs), sequencer.BATCH)
        finally:
            connection.close()

    def _take(self) -> list[_Job]:
        with self._changed:
            while not self._jobs and not self._stopping:
                self._changed.wait()
            self._changed.wait_for(lambda: len(self._jobs) >= self._expected or self._stopping, GATHER_SECONDS)
            return [self._jobs.popleft() for _ in range(min(len(self._jobs), sequencer.BATCH))]

    def _commit(self, log: str, batch: list[_Job]) -> None:
        try:
            sequencer.sequence_batch(log, self._clock(), [prepared for _, prepared, _ in batch])
        except Exception as error:  # noqa: BLE001 — handed to every submitter of the batch, who raises it
            sequencer.forget_edges()
            connection.close()
            for _, _, done in batch:
                done.set_exception(error)
            return
        for _, _, done in batch:
            done.set_result(None)
