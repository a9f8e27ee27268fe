"""Evidence events that change no row: accepted, sequenced and published by one commit that many submitters share.

An event of a governed system (a decision, a reading) has no business transaction to ride in. Submitters hand it over and
wait; one thread per process takes all that came meanwhile, up to 1,024, and commits them together.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import connection

from assay.core.errors import Unavailable
from assay.ledger import sequencer, services
from assay.ledger.integrator import utc_now

# How long a batch waits for those who submitted beside the last one, for they are about to submit again: as long as the
# last commit took (a batch that leaves without them makes them wait for two), but no longer than this.
GATHER_LEAST = 0.002
GATHER_MOST = 0.02


class _Batch:
    """Events that are committed together, by log. All who submitted them wait for one signal."""

    def __init__(self) -> None:
        self.events: dict[str, list[sequencer.Prepared]] = {}
        self.count = 0
        self.done = threading.Event()
        self.failed: dict[str, Exception] = {}


class Submitter:
    """Group commit for one process. Start it once, stop it before the process ends."""

    def __init__(self, clock: Callable[[], datetime] = utc_now) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._full: deque[_Batch] = deque()
        self._open = _Batch()
        # Set when as many events wait as the thread wants, or when it has to stop. Not for each event: the thread would
        # take the processor from those who are about to submit.
        self._wake = threading.Event()
        self._wanted = 1
        self._stopping = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._run, name="ledger-submitter", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Commit what was submitted and end the thread."""
        with self._lock:
            self._stopping = True
            self._wake.set()
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
        with self._lock:
            if self._stopping or self._thread is None:
                raise Unavailable(
                    "The submitter of evidence does not run.", hint="Start it, or append in a transaction."
                )
            batch = self._open
            batch.events.setdefault(log, []).append(prepared)
            batch.count += 1
            if batch.count >= self._wanted:
                self._wake.set()
            if batch.count == sequencer.BATCH:
                self._full.append(batch)
                self._open = _Batch()
        if not batch.done.wait(timeout):
            raise Unavailable("An event was not recorded in time; it may be recorded later.")
        if (error := batch.failed.get(log)) is not None:
            raise error
        return prepared.event

    def _run(self) -> None:
        expected, spent = 1, 0.0
        try:
            while (batch := self._take(expected, spent)) is not None:
                began = time.monotonic()
                for log, events in batch.events.items():
                    self._commit(log, events, batch)
                spent = time.monotonic() - began
                # Counted before those of the batch go on and submit again. One submitter alone never waits for others.
                expected = min(batch.count + self._open.count, sequencer.BATCH)
                batch.done.set()
        finally:
            connection.close()

    def _take(self, expected: int, spent: float) -> _Batch | None:
        """The next batch, gathered; None when all are done and the submitter stops."""
        if not self._waits(1):
            self._wake.wait()
        if not self._waits(expected):
            self._wake.wait(min(max(spent, GATHER_LEAST), GATHER_MOST))
        with self._lock:
            self._wanted = sequencer.BATCH
            if self._full:
                return self._full.popleft()
            batch, self._open = self._open, _Batch()
            return batch if batch.count else None

    def _waits(self, count: int) -> bool:
        """Whether `count` events wait, or the submitter stops; if not, it will be told when they do."""
        with self._lock:
            self._wanted = count
            self._wake.clear()
            return self._stopping or bool(self._full) or self._open.count >= count

    def _commit(self, log: str, events: list[sequencer.Prepared], batch: _Batch) -> None:
        try:
            sequencer.sequence_batch(log, self._clock(), events)
        except Exception as error:  # noqa: BLE001 — handed to every submitter of the batch, who raises it
            sequencer.forget_edges()
            connection.close()
            batch.failed[log] = error
