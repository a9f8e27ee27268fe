"""Processes that write to a ledger until they are killed, and what they had acknowledged by then.

Children are forked from a process that has the program loaded and no database connection open, so that a thousand rounds
take minutes. A child acknowledges an event by one line in its pipe, after its commit returned.

    python -m assay.cli.bench.writers FOLDER COUNT      writes COUNT entries and prints the acknowledged ones
"""

from __future__ import annotations

import os
import random
import select
import signal
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from assay.cli.start import owner, utc_now

LINE = 37
"""Bytes of an acknowledgement: an event id and a newline; written at once, so never torn between two writers."""


@dataclass
class Writer:
    """One child, and the end of its pipe."""

    pid: int
    pipe: int


def write(log: str, name: str, count: int, said: int) -> None:
    """Append `count` entries, each in a transaction of its own with an integrator beside it; write each event to `said`."""
    from django.db import transaction

    from assay.ledger import services
    from assay.ledger.integrator import running

    with running():
        for number in range(count):
            with transaction.atomic():
                event = services.append(
                    log=log,
                    kind="artefact.imported",
                    subject=f"artefact:{name}",
                    actor="p-bench",
                    body={"number": number},
                    now=utc_now(),
                )
            os.write(said, f"{event}\n".encode())


def start(log: str, name: str, count: int) -> Writer:
    """Fork a writer. The caller has no database connection open."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return Writer(pid, reading)
    code = 1
    try:
        os.close(reading)
        # What a killed process says in its last moments is of no interest.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        write(log, name, count, writing)
        code = 0
    finally:
        os._exit(code)


def kill_round(log: str, writers: int, rng: random.Random) -> set[str]:
    """Start writers, kill all of them at a random moment after the first acknowledgement; return what they acknowledged."""
    running = [start(log, f"w{rng.getrandbits(40):010x}", 1_000_000) for _ in range(writers)]
    select.select([writer.pipe for writer in running], [], [], 30)
    time.sleep(rng.expovariate(1 / 0.03))
    rng.shuffle(running)
    for writer in running:
        os.kill(writer.pid, signal.SIGKILL)
    return set().union(*(_rest(writer) for writer in running))


def finished(writer: Writer) -> set[str]:
    """What a writer acknowledged, after it ended by itself."""
    return _rest(writer)


def _rest(writer: Writer) -> set[str]:
    with closing(os.fdopen(writer.pipe, "rb")) as pipe:
        data = pipe.read()
    os.waitpid(writer.pid, 0)
    whole = len(data) // LINE * LINE
    return {data[at : at + LINE - 1].decode("ascii") for at in range(0, whole, LINE)}


def main(folder: str, count: str) -> None:
    """Write in this process: for faults that another program injects."""
    from assay.config import boot

    boot.setup(data=Path(folder), create=False)
    write(owner(utc_now()).log, "x", int(count), 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
