"""Walks the source of the rooms and finds functions that write rows without an entry of the ledger.

A function is covered if it appends, or calls a function that does, or if every function that calls it is covered. Calls
are matched by name, so the walk may take a writer for covered that is not; it never flags one that appends.
"""

import ast
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

WRITES = {"save", "create", "bulk_create", "bulk_update", "update", "delete", "update_or_create", "get_or_create"}


@dataclass
class Function:
    """One function: the names that it calls, and where it writes rows."""

    calls: set[str] = field(default_factory=set)
    writes: list[int] = field(default_factory=list)
    appends: bool = False


def functions_of(source: str, module: str) -> dict[str, Function]:
    """Every function of a module, by `module:name`."""
    found: dict[str, Function] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            function = found.setdefault(f"{module}:{node.name}", Function())
            for call in ast.walk(node):
                if isinstance(call, ast.Call):
                    _read_call(call, function)
    return found


def _read_call(call: ast.Call, function: Function) -> None:
    target = call.func
    name = target.attr if isinstance(target, ast.Attribute) else target.id if isinstance(target, ast.Name) else ""
    keywords = {keyword.arg for keyword in call.keywords}
    function.calls.add(name)
    # `dict.update(mapping)` and `document.save(file)` take a value; those of Django are given only keywords.
    if isinstance(target, ast.Attribute) and name in WRITES and not (name in {"update", "save"} and call.args):
        function.writes.append(call.lineno)
    if name in {"append_bulk", "append"} and "log" in keywords:
        function.appends = True


def uncovered(functions: Mapping[str, Function]) -> dict[str, list[int]]:
    """The functions that write rows without an entry, with the lines of their writes."""
    named: dict[str, list[str]] = defaultdict(list)
    for place in functions:
        named[place.partition(":")[2]].append(place)
    covered = {place for place, function in functions.items() if function.appends}
    while True:
        more = {
            place
            for place, function in functions.items()
            if place not in covered and any(callee in covered for name in function.calls for callee in named[name])
        }
        if not more:
            break
        covered |= more
    callers: dict[str, set[str]] = defaultdict(set)
    for place, function in functions.items():
        for name in function.calls:
            for callee in named[name]:
                callers[callee].add(place)

    def is_covered(place: str, seen: frozenset[str]) -> bool:
        above = callers[place] - {place}
        return place in covered or (
            bool(above) and place not in seen and all(is_covered(caller, seen | {place}) for caller in above)
        )

    return {
        place: function.writes
        for place, function in functions.items()
        if function.writes and not is_covered(place, frozenset())
    }
