"""One setting says which engine runs the partitions; it changes no result."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from importlib import import_module
from itertools import chain
from typing import Any

from assay.assurance.engines import local
from assay.assurance.engines.partition import CellResult, Work, measure_partition
from assay.core.errors import UsageError

LOCAL, DAFT, RAY = "local", "daft", "ray"
_EXTRAS = {DAFT: ("daft_native", "sweep"), RAY: ("daft_ray", "cluster")}

Run = Callable[..., Iterator[tuple[CellResult, ...]]]


def run(
    partitions: Iterable[Sequence[Work]], *, engine: str, workers: int | None = None
) -> Iterator[tuple[CellResult, ...]]:
    """Measure partition after partition, in order, with the engine of that name.

    `engine` is `local`, `daft`, `ray`, or `ray:` and the address of a cluster. Few items are measured in this process,
    whichever it is. Raises UsageError for an engine that is not known or not installed.
    """
    name, _, address = engine.partition(":")
    if name == LOCAL or local.worker_count(workers) == 1:
        yield from local.run(partitions, workers=workers)
        return
    far = _far(name, address)
    held: list[Sequence[Work]] = []
    stream, total = iter(partitions), 0
    for each in stream:
        held.append(each)
        total += len(each)
        if total > local.POOL_FROM:
            yield from far(chain(held, stream), workers=workers)
            return
    yield from map(measure_partition, held)


def _far(name: str, address: str) -> Run:
    if name not in _EXTRAS:
        raise UsageError(f"No sweep engine is called {name!r}.", hint="Known: local, daft, ray, ray:<address>.")
    module, extra = _EXTRAS[name]
    try:
        found: Any = import_module(f"assay.assurance.engines.{module}")
    except ModuleNotFoundError as error:
        raise UsageError(
            f"The sweep engine {name!r} needs a package that is not installed: {error.name}.",
            hint=f"Install assay[{extra}], or set ASSAY_SWEEP_ENGINE=local.",
        ) from error
    return partial(found.run, address=address) if name == RAY else found.run
