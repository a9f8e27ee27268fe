"""`assay bench nodes`: the distributed engine on one node, on two, and on two of which one is lost."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assay.assurance.shapes import PARTITION
from assay.cli.bench.material import show, texts
from assay.core.canonical import text_digest
from assay.core.errors import UsageError

if TYPE_CHECKING:
    from assay.assurance.engines.partition import CellResult, Work

REQUIRED = ("concept-drift", "standard-mention")


def nodes(
    artefacts: Annotated[int, typer.Option(help="How many artefacts of 1 KB.", min=8 * PARTITION)] = 10_240,
    rounds: Annotated[int, typer.Option(help="How often each is timed.", min=1)] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Measure the same artefacts with Daft on Ray: one node of one processor, two such nodes, and two of which one is killed
    half-way, in partitions as a sweep makes them.

    Steady state: nodes have started and read their lexicons before the clock runs; medians of the rounds count. All nodes
    and the driver, whose own processor time is told apart, share this machine, bound to 127.0.0.1. Needs the extra
    `assay[cluster]`."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"  # else Ray puts this machine's address for 127.0.0.1
    try:
        import ray
        from ray.cluster_utils import Cluster
    except ModuleNotFoundError as error:
        raise UsageError("The distributed engine is not installed.", hint="Install assay[cluster].") from error

    from assay.assurance.engines import daft_ray
    from assay.assurance.engines.partition import measure_partition

    parts = list(_partitions(artefacts))
    start = time.perf_counter()
    here = [measure_partition(each) for each in parts]
    alone = time.perf_counter() - start
    cluster: Any = Cluster(
        initialize_head=True,
        head_node_args={"num_cpus": 0, "node_ip_address": "127.0.0.1", "include_dashboard": False},
    )
    try:
        ray.init(address=cluster.address, _node_ip_address="127.0.0.1", log_to_driver=False)
        cluster.add_node(num_cpus=1, node_ip_address="127.0.0.1")
        one = [_timed(daft_ray, parts, cluster.address, warm=turn == 0) for turn in range(rounds)]
        lost = cluster.add_node(num_cpus=1, node_ip_address="127.0.0.1")
        two = [_timed(daft_ray, parts, cluster.address, warm=turn == 0) for turn in range(rounds)]
        timer = threading.Timer(two[-1].seconds / 2, cluster.remove_node, (lost,), {"allow_graceful": False})
        timer.start()
        less = _timed(daft_ray, parts, cluster.address, warm=False)
        timer.join()
    finally:
        ray.shutdown()
        cluster.shutdown()
    figures = {
        "artefacts": artefacts,
        "partitions": len(parts),
        "processors": os.cpu_count(),
        "without_engine_seconds": round(alone, 3),
        "one_node_seconds": [round(each.seconds, 3) for each in one],
        "two_nodes_seconds": [round(each.seconds, 3) for each in two],
        "driver_seconds_of_processor": [round(each.driver, 3) for each in two],
        "two_to_one": round(median(each.seconds for each in one) / median(each.seconds for each in two), 2),
        "one_killed_seconds": round(less.seconds, 3),
        "identical": all(each.results == here for each in (*one, *two, less)),
    }
    show(figures, as_json=as_json)
    if not figures["identical"]:
        raise typer.Exit(10)


@dataclass(frozen=True)
class _Timed:
    """One run: seconds by the clock, processor seconds of the driver alone, and what came out."""

    seconds: float
    driver: float
    results: list[tuple[CellResult, ...]]


def _timed(engine: Any, parts: Sequence[Sequence[Work]], address: str, *, warm: bool) -> _Timed:
    """One run, before whose clock, with `warm`, every node has had work."""
    if warm:
        list(engine.run([each[:16] for each in parts for _ in range(2)], address=address))
    start, busy = time.perf_counter(), time.process_time()
    results = list(engine.run(parts, address=address))
    return _Timed(time.perf_counter() - start, time.process_time() - busy, results)


def _partitions(count: int) -> Iterator[list[Work]]:
    from assay.assurance.engines.partition import Work
    from assay.assurance.shapes import MeasureItem
    from assay.detect.context import Context

    context = Context(standard="iso42001", artefact="lesson", language="en")
    made = [
        Work(MeasureItem(f"lesson-{number:07}", text_digest(text), text, context), REQUIRED)
        for number, text in enumerate(texts(count))
    ]
    for start in range(0, count, PARTITION):
        yield made[start : start + PARTITION]
