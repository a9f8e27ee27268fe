"""The registry of addresses for the outsider test.

Every named address of the project needs one `sample(...)` in `tests/rooms/samples/<room>.py`; one without fails the
test. A sample says with which arguments the address can be called (things of Asha's organization, made by
`arguments`), by which methods, and which action (`read`, `write`, `dispose`, `administer`) an actor needs. The test then
tries all of Asha, Chen, Dora and nobody.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from assay.accounts.access import Actor
from tests.rooms import samples


@dataclass(frozen=True)
class World:
    """What arguments can be made from: Asha owns and Chen audits one organization, Dora owns another."""

    asha: Actor
    chen: Actor
    dora: Actor
    now: datetime


@dataclass(frozen=True)
class UrlSample:
    """How to call one address.

    `audience`: `public` (answers nobody signed in, and says nothing of any organization), `own` (a page about what the
    actor may see, the same address for all), `object` (its arguments name a thing of Asha's organization), `mine` (a
    thing of Asha herself, which colleagues who do not administer cannot reach either).
    `query` is added to a GET, `data` is sent with a POST; `statuses` are the answers to an actor who may.
    """

    name: str
    audience: str
    action: str = "read"
    methods: tuple[str, ...] = ("get",)
    arguments: Callable[[World], Mapping[str, object]] = lambda world: {}
    query: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    statuses: tuple[int, ...] = (200,)


SAMPLES: dict[str, UrlSample] = {}


def sample(name: str, audience: str, **rest: Any) -> None:
    """Register one address by its full name (`namespace:name`). Raises ValueError if it is there already."""
    if name in SAMPLES:
        raise ValueError(f"two samples for the address {name}")
    if audience not in {"public", "own", "object", "mine"}:
        raise ValueError(f"no such audience: {audience}")
    SAMPLES[name] = UrlSample(name=name, audience=audience, **rest)


def grouped(names: Iterable[str]) -> list[Any]:
    """Parameters of a test, each a list of names of samples that begin with the same things, made once for all of them.

    The id of one is the first of its names; a test makes the things and takes back what each call does.
    """
    groups: dict[object, list[str]] = {}
    for name in sorted(names):
        groups.setdefault(SAMPLES[name].arguments, []).append(name)
    return [pytest.param(group, id=f"{group[0]}+{len(group) - 1}") for group in groups.values()]


def load() -> Mapping[str, UrlSample]:
    """All samples, from every module of `tests.rooms.samples`."""
    for module in pkgutil.iter_modules(samples.__path__):
        importlib.import_module(f"{samples.__name__}.{module.name}")
    return SAMPLES
