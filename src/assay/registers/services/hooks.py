"""What else happens when a record enters a state or changes: registered by the module that knows, run by the one that writes.

Hooks run in the transaction of the write and append their own entries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from assay.accounts.access import Actor
from assay.registers.models import Record

Entering = Callable[[Record, Actor, datetime], Mapping[str, object]]
Changed = Callable[[Record, Mapping[str, object], Actor, datetime], None]

_entering: dict[tuple[str, str], Entering] = {}
_changed: dict[str, list[Changed]] = {}


def on_entering(register: str, state: str) -> Callable[[Entering], Entering]:
    """Let the function answer values to be set (as the product sets them) before a record of `register` enters `state`."""

    def keep(function: Entering) -> Entering:
        _entering[(register, state)] = function
        return function

    return keep


def on_changed(register: str) -> Callable[[Changed], Changed]:
    """Run the function after a record of `register` was changed or moved, with what it held before: state and data."""

    def keep(function: Changed) -> Changed:
        _changed.setdefault(register, []).append(function)
        return function

    return keep


def entering(record: Record, state: str, actor: Actor, now: datetime) -> Mapping[str, object]:
    """The values that entering `state` sets; empty for most."""
    function = _entering.get((record.register, state))
    return function(record, actor, now) if function is not None else {}


def changed(record: Record, before: Mapping[str, object], actor: Actor, now: datetime) -> None:
    """Tell everybody who wants to know."""
    for function in _changed.get(record.register, ()):
        function(record, before, actor, now)
