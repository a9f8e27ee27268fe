"""A worker process for the tests that kill workers: `python -m tests.rooms.job_process LEASE_SECONDS`.

Its one kind of job, `test.effects`, writes a row into the table `effect` at every step; the table has no constraint, so
a step done twice shows as two rows.
"""

import sys
import threading
import time
from datetime import timedelta
from functools import partial

from assay.config import boot

boot.setup()

from django.db import connection  # noqa: E402 — Django must be configured before its parts are imported

from assay.jobs import worker  # noqa: E402
from assay.jobs.registry import Do, Steps, Total, Work, handler  # noqa: E402

SLOW_SECONDS = 0.02


def effect(job: str, step: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO effect (job, step) VALUES (%s, %s)", [job, step])
    time.sleep(SLOW_SECONDS)  # inside the transaction, so that many kills fall between effect and commit
    return step


@handler("test.effects")
def effects(work: Work) -> Steps:
    yield Total(work.body["steps"])
    for step in range(work.body["steps"]):
        answer = yield Do(f"step-{step}", partial(effect, work.key, step))
        assert answer == step


def main() -> None:
    lease_time = timedelta(seconds=float(sys.argv[1]))
    print("working", flush=True)
    worker.run(stop=threading.Event(), lease_time=lease_time, poll_seconds=0.1)


if __name__ == "__main__":
    main()
