"""The default engine: this process for small amounts, a pool of fresh processes for large ones.

Partitions come back in the order in which they went in. At most a few partitions per worker are in flight, so memory
stays bounded and a slow database slows the reading of texts down. A worker that dies costs its partition a second run
in this process, never a result.
"""

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain
from typing import TypeVar

from assay.assurance.engines.partition import CellResult, Work, measure_partition

POOL_FROM = 2_000
_AHEAD = 2

In = TypeVar("In")
Out = TypeVar("Out")


def run(partitions: Iterable[Sequence[Work]], *, workers: int | None = None) -> Iterator[tuple[CellResult, ...]]:
    """Measure partition after partition. `workers` None means one per processor; 1 means this process alone.

    Processes are started only when more than `POOL_FROM` items come.
    """
    count = worker_count(workers)
    stream = iter(partitions)
    held: list[Sequence[Work]] = []
    total = 0
    for each in stream:
        held.append(each)
        total += len(each)
        if count > 1 and total > POOL_FROM:
            yield from spread(measure_partition, chain(held, stream), workers=count)
            return
        if count == 1:
            yield measure_partition(held.pop())
    yield from map(measure_partition, held)


def worker_count(asked: int | None) -> int:
    """Processes to use: what was asked, else one per processor; always 1 inside a process that may start none."""
    if multiprocessing.current_process().daemon:
        return 1
    return max(1, asked if asked is not None else (os.cpu_count() or 1))


def spread(function: Callable[[In], Out], tasks: Iterable[In], *, workers: int) -> Iterator[Out]:
    """`map(function, tasks)` over spawned processes, in order, with at most `_AHEAD` tasks per worker waiting."""
    waiting: deque[tuple[In, Future[Out]]] = deque()
    pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
    try:
        for task in tasks:
            try:
                waiting.append((task, pool.submit(function, task)))
            except BrokenProcessPool:
                while waiting:
                    yield _result(function, *waiting.popleft())
                yield function(task)
                continue
            if len(waiting) >= workers * _AHEAD:
                yield _result(function, *waiting.popleft())
        while waiting:
            yield _result(function, *waiting.popleft())
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _result(function: Callable[[In], Out], task: In, future: "Future[Out]") -> Out:
    try:
        return future.result()
    except BrokenProcessPool:
        return function(task)
