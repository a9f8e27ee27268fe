"""Partitions as numbered chunks of bytes, for engines that move columns: what goes out, what comes back, and what is missing.

An engine may lose a chunk, answer twice, or hang. `waves` takes what came back in time, measures the rest in this process, and
answers every partition once and in order. Bytes are pickled values, exchanged with this program's own workers alone.
"""

import logging
import pickle
import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from assay.assurance.engines import local
from assay.assurance.engines.partition import CellResult, Work, measure_partition

DEADLINE_SECONDS = 120.0
"""How long an engine may go without a chunk coming back before what is left is measured without it."""

Chunk = tuple[int, bytes]
Measurer = Callable[[list[Chunk]], Iterator[Chunk]]
"""Measure numbered chunks anywhere; answer (number, bytes of the results) in any order."""

logger = logging.getLogger("assay.sweep")


def measure_bytes(work: bytes) -> bytes:
    """What `measure_partition` answers, bytes to bytes: the function that workers run. It keeps nothing between calls."""
    return pickle.dumps(measure_partition(pickle.loads(work)))  # noqa: S301  written by `waves` below


def waves(
    partitions: Iterable[Sequence[Work]], measurer: Measurer, *, size: int, workers: int | None = None
) -> Iterator[tuple[CellResult, ...]]:
    """Measure partition after partition through `measurer`, `size` of them at a time, so that memory stays bounded.

    What an engine lost is measured in this process. One that failed or fell silent is not asked again in this call: the
    engine `local` does the rest, with `workers`.
    """
    stream = iter(partitions)
    while wave := list(islice(stream, size)):
        sent = [(number, pickle.dumps(tuple(each))) for number, each in enumerate(wave)]
        got: dict[int, bytes] = {}
        alive = _gather(measurer, sent, got)
        lost = [each for number, each in enumerate(wave) if number not in got]
        if lost:
            logger.warning("sweep.chunks-lost", extra={"lost": len(lost), "of": len(wave)})
        instead = local.run(lost, workers=workers)
        for number in range(len(wave)):
            yield pickle.loads(got.pop(number)) if number in got else next(instead)  # noqa: S301
        if not alive:
            yield from local.run(stream, workers=workers)


def _gather(measurer: Measurer, sent: list[Chunk], got: dict[int, bytes]) -> bool:
    """Put what comes back into `got`; False when the engine failed, or was silent for `DEADLINE_SECONDS`."""
    answers: queue.Queue[Chunk | BaseException | None] = queue.Queue()

    def work() -> None:
        try:
            for each in measurer(sent):
                answers.put(each)
        except BaseException as error:  # noqa: BLE001  whatever an engine dies of, its chunks are measured without it
            answers.put(error)
        else:
            answers.put(None)

    threading.Thread(target=work, name="assay-sweep", daemon=True).start()
    while len(got) < len(sent):
        try:
            answer = answers.get(timeout=DEADLINE_SECONDS)
        except queue.Empty:
            logger.warning("sweep.engine-silent", extra={"seconds": DEADLINE_SECONDS})
            return False
        if answer is None:
            return True
        if isinstance(answer, BaseException):
            logger.warning("sweep.engine-failed", extra={"error": f"{type(answer).__name__}: {answer}"[:500]})
            return False
        got.setdefault(*answer)
    return True
