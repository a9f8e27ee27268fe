"""Daft on Ray: the partition function on the nodes of a cluster. Needs the extra `assay[cluster]`.

Only stateless functions are used: what a lost node had is computed again on another one. (Pools of actors without a spare
processor hang when a node is lost.) A cluster that falls silent altogether costs time, never a result: see `chunks`.
"""

import logging
import os
from collections.abc import Iterable, Iterator, Sequence

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("DAFT_PROGRESS_BAR", "0")

import daft
import ray
from daft import DataType, Series

from assay.assurance.engines import local
from assay.assurance.engines.chunks import Chunk, measure_bytes, waves
from assay.assurance.engines.daft_native import answers
from assay.assurance.engines.partition import CellResult, Work

logger = logging.getLogger("assay.sweep")
_WAVE = 32
"""Chunks per processor of the cluster and wave."""


@daft.func.batch(return_dtype=DataType.binary(), batch_size=1, max_retries=2)
def measure(work: Series) -> list[bytes]:
    """The results of each chunk."""
    return [measure_bytes(each) for each in work.to_pylist()]


def run(
    partitions: Iterable[Sequence[Work]], *, workers: int | None = None, address: str = ""
) -> Iterator[tuple[CellResult, ...]]:
    """Measure partition after partition, in order, on the cluster at `address`.

    Without an address Ray is started on this machine alone, bound to 127.0.0.1, with `workers` processors (None: all).
    Where no cluster answers, the engine `local` does all of it.
    """
    try:
        count = _begin(workers, address)
    except Exception as error:  # noqa: BLE001  Ray raises plain exceptions; the sweep can be made without it
        logger.warning("sweep.no-cluster", extra={"error": f"{type(error).__name__}: {error}"[:500]})
        return local.run(partitions, workers=workers)
    return waves(partitions, _measured, size=count * _WAVE, workers=workers)


def _begin(workers: int | None, address: str) -> int:
    """Join or start the cluster; how many processors it has."""
    if not ray.is_initialized():
        if address:
            ray.init(address=address, log_to_driver=False)
        else:
            ray.init(
                num_cpus=workers or os.cpu_count() or 1,
                include_dashboard=False,
                log_to_driver=False,
                _node_ip_address="127.0.0.1",
            )
    daft.set_runner_ray(noop_if_initialized=True)
    resources: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
    return max(1, int(resources.get("CPU", 1)))


def _measured(sent: list[Chunk]) -> Iterator[Chunk]:
    return answers(sent, measure)
