"""Daft on this machine: processes that Daft starts run the partition function. Needs the extra `assay[sweep]`."""

import multiprocessing
import os
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

import daft
from daft import DataType, Series, col

from assay.assurance.engines.chunks import Chunk, measure_bytes, waves
from assay.assurance.engines.partition import CellResult, Work, measure_partition

_WAVE = 64
"""Chunks per worker and wave: Daft starts its processes anew for each wave."""


class Chunks:
    """What runs in a worker. It holds nothing; a worker that starts anew answers the same."""

    @daft.method.batch(return_dtype=DataType.binary(), batch_size=1)
    def measure(self, work: Series) -> list[bytes]:
        """The results of each chunk."""
        return [measure_bytes(each) for each in work.to_pylist()]


def run(partitions: Iterable[Sequence[Work]], *, workers: int | None = None) -> Iterator[tuple[CellResult, ...]]:
    """Measure partition after partition, in order; `workers` as for the engine `local`."""
    count = max(1, workers if workers is not None else (os.cpu_count() or 1))
    if count == 1 or multiprocessing.current_process().daemon:
        return map(measure_partition, partitions)
    _begin()
    chunks: Any = daft.cls(use_process=True, max_concurrency=count)(Chunks)

    def measurer(sent: list[Chunk]) -> Iterator[Chunk]:
        return answers(sent, chunks().measure)

    return waves(partitions, measurer, size=count * _WAVE, workers=workers)


@cache
def _begin() -> None:
    """Daft takes its runner once in the life of a process."""
    os.environ.setdefault("DAFT_PROGRESS_BAR", "0")
    daft.set_runner_native()


def answers(sent: list[Chunk], function: Any) -> Iterator[Chunk]:
    """Run a Daft function from bytes to bytes over numbered chunks, each a partition of its own to Daft."""
    frame = daft.from_pydict({"chunk": [number for number, _ in sent], "work": [work for _, work in sent]})
    for row in frame.into_batches(1).select(col("chunk"), function(col("work")).alias("said")).iter_rows():
        yield row["chunk"], row["said"]
