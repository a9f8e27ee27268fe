"""Measures texts with one engine and prints whether it says what this process says; with `kill`, workers die meanwhile.

python -m tests.rooms.engine_process daft|ray [kill]
"""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from assay.assurance.engines import choosing, chunks, local
from assay.assurance.engines.partition import Work, measure_partition
from assay.assurance.shapes import MeasureItem
from assay.core.canonical import text_digest
from assay.detect.context import Context

CONTEXT = Context(standard="iso42001", artefact="lesson", language="en")
REQUIRED = ("concept-drift", "standard-mention")
WORKERS = {"daft": "daft.execution.udf_worker", "ray": "ray::RaySwordfish"}
"""How the processes that measure are called."""
TEXTS = (
    "The organization plans how it treats the risks of its AI system.",
    "First line.\nLearners audit the company against ISO 14001:2015 and report every nonconformity.",
    "Compared with ISO 9001, which shares the harmonized structure, ISO/IEC 42001 adds controls for AI systems.",
)


def work(partitions: int, size: int) -> list[list[Work]]:
    """Partitions of texts, each with a number of its own."""

    def one(number: int) -> Work:
        text = f"{TEXTS[number % len(TEXTS)]} Part {number}.\n" * 4
        return Work(MeasureItem(f"k{number:06}", text_digest(text), text, CONTEXT), REQUIRED)

    return [[one(part * size + place) for place in range(size)] for part in range(partitions)]


def descendants(parent: int) -> Iterator[tuple[int, str]]:
    """The processes below one, with their command lines."""
    for path in Path("/proc").glob("[0-9]*"):
        try:
            above = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            command = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (OSError, ValueError):
            continue
        if above == parent:
            yield int(path.name), command
            yield from descendants(int(path.name))


def killer(word: str, killed: list[str]) -> None:
    """Kill the first process below this one that measures, a moment after it appeared."""
    for _ in range(2000):
        time.sleep(0.05)
        for pid, command in descendants(os.getpid()):
            if word in command:
                time.sleep(0.3)
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
                killed.append(command[:80])
                return


def main() -> None:
    engine = sys.argv[1]
    local.POOL_FROM, chunks.DEADLINE_SECONDS = 0, 20.0
    parts, killed = work(10, 24), list[str]()
    expected = [measure_partition(each) for each in parts]
    thread = threading.Thread(target=killer, args=(WORKERS[engine], killed), daemon=True)
    if "kill" in sys.argv:
        thread.start()
    got = list(choosing.run(iter(parts), engine=engine, workers=2))
    told = json.dumps({"identical": got == expected, "partitions": len(got), "killed": killed})
    print(told, flush=True)
    os._exit(0)  # an engine whose worker was killed may hold its threads


if __name__ == "__main__":
    main()
