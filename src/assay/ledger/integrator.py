"""The background thread that sequences accepted entries soon after their commit.

Any number of threads and processes may run one: the head's lock lets one sequence at a time. The thread is woken by
commits of its own process and looks by itself every 50 ms for those of others.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.db import DatabaseError, connection

from assay.core.errors import AssayError, IntegrityBroken
from assay.ledger import folder, highwater, queries, sequencer, services, storage, wake

logger = logging.getLogger(__name__)

LOOK_EVERY = 0.05
RETRY_AFTER = 1.0


def utc_now() -> datetime:
    """The present time. Like a job, the integrator has no caller who could pass it."""
    return datetime.now(UTC)


class Integrator:
    """Sequences in the background. `refused` maps each log that must not be signed any more to the reason.

    `clock` returns the present time in UTC. Start it once per process, stop it before the process ends; `stop`
    sequences what is still waiting.
    """

    def __init__(self, clock: Callable[[], datetime] = utc_now) -> None:
        self._clock = clock
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self.refused: dict[str, IntegrityBroken] = {}

    def start(self) -> None:
        """Start the thread. Calling it again does nothing."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="ledger-integrator", daemon=True)
            wake.listen(self._wake.set)
            self._thread.start()

    def stop(self, timeout: float = 30.0) -> None:
        """Sequence what waits, flush the high-water marks and end the thread."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        wake.forget(self._wake.set)
        self._stopping.set()
        self._wake.set()
        thread.join(timeout)

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                self._wake.wait(LOOK_EVERY)
                self._wake.clear()
                if not self._round():
                    self._stopping.wait(RETRY_AFTER)
            self._round()
            for log in queries.logs():
                highwater.mark_flush(folder.high_water_file(log))
        finally:
            connection.close()

    def _round(self) -> bool:
        """Sequence every log once; False if the database did not answer."""
        try:
            with connection.cursor() as cursor:
                waiting = storage.logs_waiting(cursor)
            for log in waiting:
                if log not in self.refused:
                    self._integrate(log)
        except (DatabaseError, OSError):
            # A full disk, a lost server, a lock not had in time: whether the commit came through is unknown.
            logger.exception("ledger.integrate-failed")
            sequencer.forget_edges()
            connection.close()
            return False
        return True

    def _integrate(self, log: str) -> None:
        try:
            services.integrate(log=log, now=self._clock())
        except IntegrityBroken as error:
            self.refused[log] = error
            logger.critical("ledger.signing-stopped", extra={"log": log, "code": error.code})
        except AssayError:
            logger.exception("ledger.integrate-refused", extra={"log": log})


@contextmanager
def running(clock: Callable[[], datetime] = utc_now) -> Iterator[Integrator]:
    """An integrator for the time of a command: started on entry, drained and stopped on exit."""
    integrator = Integrator(clock)
    integrator.start()
    try:
        yield integrator
    finally:
        integrator.stop()
