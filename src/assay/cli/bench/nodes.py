"""`assay bench nodes`: the distributed engine on one node, on two, and on two of which one is lost."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assay.cli.bench.material import show, texts
from assay.core.canonical import text_digest
from assay.core.errors import UsageError

if TYPE_CHECKING:
    from assay.assurance.engines.partition import CellResult, Work

PARTITION = 64
REQUIRED = ("concept-drift", "standard-mention")


def nodes(
    artefacts: Annotated[int, typer.Option(help="How many artefacts of 1 KB.", min=PARTITION)] = 3_000,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Measure the same artefacts with Daft on Ray: one node of one processor, two such nodes, and two of which one is killed
    half-way. All nodes run on this machine, bound to 127.0.0.1. Needs the extra `assay[cluster]`."""
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
        kept = cluster.add_node(num_cpus=1, node_ip_address="127.0.0.1")
        one = _timed(daft_ray, parts, cluster.address)
        lost = cluster.add_node(num_cpus=1, node_ip_address="127.0.0.1")
        two = _timed(daft_ray, parts, cluster.address)
        timer = threading.Timer(two[0] / 2, cluster.remove_node, (lost,), {"allow_graceful": False})
        timer.start()
        less = _timed(daft_ray, parts, cluster.address, warm=False)
        timer.join()
        del kept
    finally:
        ray.shutdown()
        cluster.shutdown()
    figures = {
        "artefacts": artefacts,
        "partitions": len(parts),
        "processors": os.cpu_count(),
        "without_engine_seconds": round(alone, 3),
        "one_node_seconds": round(one[0], 3),
        "two_nodes_seconds": round(two[0], 3),
        "two_to_one": round(one[0] / two[0], 2),
        "one_killed_seconds": round(less[0], 3),
        "identical": [results == here for _, results in (one, two, less)] == [True] * 3,
    }
    show(figures, as_json=as_json)
    if not figures["identical"]:
        raise typer.Exit(10)


def _timed(
    engine: Any, parts: Sequence[Sequence[Work]], address: str, *, warm: bool = True
) -> tuple[float, list[tuple[CellResult, ...]]]:
    """Seconds and results; workers have started and read their lexicons before the clock does."""
    if warm:
        list(engine.run(parts[:8], address=address))
    start = time.perf_counter()
    results = list(engine.run(parts, address=address))
    return time.perf_counter() - start, results


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
