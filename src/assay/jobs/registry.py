"""Which function does which kind of job, and the words a handler speaks to its worker.

A handler is a generator. It yields `Do` for each step and gets back what the step answered, from the table if an
earlier worker did it already; so the code between two yields may run many times, and must depend on `Work` and answers
alone.

    @handler("programme.sweep")
    def programme_sweep(work: Work) -> Steps:
        parts = yield Do("list", partial(list_parts, work.body["programme"]))
        yield Total(len(parts))
        for number, part in enumerate(parts):
            yield Do(f"part-{number}", partial(measure, part), compute=partial(read, part))
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Do:
    """One step, done once. `save` runs inside the transaction that also records the step, so its changes and the record
    stand or fall together; its answer must be JSON. Long computing belongs into `compute`, which runs before that
    transaction (perhaps more than once) and whose value `save` then gets as its one argument. `units` count towards the
    progress of the job."""

    name: str
    save: Callable[..., Any]
    compute: Callable[[], Any] | None = None
    units: int = 1


@dataclass(frozen=True)
class Total:
    """How many units the job has in all, as soon as the handler knows."""

    units: int


@dataclass(frozen=True)
class Work:
    """What a handler is given: the job as it was enqueued. `organization_id` is None for the whole installation."""

    job_id: UUID
    organization_id: UUID | None
    kind: str
    key: str
    body: Mapping[str, Any]


Steps = Generator[Do | Total, Any, None]
Handler = Callable[[Work], Steps]

_handlers: dict[str, Handler] = {}
HANDLERS: Mapping[str, Handler] = MappingProxyType(_handlers)


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register the function below for `kind`. Raises ValueError if another function has it."""

    def register(function: Handler) -> Handler:
        if _handlers.setdefault(kind, function) is not function:
            raise ValueError(f"two handlers for jobs of the kind {kind}")
        return function

    return register
