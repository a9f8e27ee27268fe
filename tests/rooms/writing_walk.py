"""Walks the source of the rooms and finds functions that write rows without an entry of the ledger.

A function is covered if it appends, or calls a function that does, or if every function that calls it is covered; pages,
endpoints and commands cover nothing that they call. A call
is followed to the function that its name means where it stands: one of the same module, or one that was imported, by its
own name or through its module; a method of `self` is one of the same module. Any other call covers nothing.
"""

import ast
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

WRITES = {"save", "create", "bulk_create", "bulk_update", "update", "delete", "update_or_create", "get_or_create"}


@dataclass
class Function:
    """One function: the places that it calls, and where it writes rows."""

    calls: set[str] = field(default_factory=set)
    writes: list[int] = field(default_factory=list)
    appends: bool = False


def functions_of(source: str, module: str) -> dict[str, Function]:
    """Every function of a module, by `module:name`; those too that a package hands on."""
    tree = ast.parse(source)
    names = _imported(tree)
    found: dict[str, Function] = {}
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            function = found.setdefault(f"{module}:{node.name}", Function())
            for inner in ast.walk(node):
                if isinstance(inner, ast.Call):
                    _read_call(inner, function)
                if isinstance(inner, ast.Name | ast.Attribute):
                    function.calls |= _meant(inner, module, own, names)
    if module.endswith("__init__.py"):
        for name in names.keys() - own:
            found[f"{module}:{name}"] = Function(calls=_meant(ast.Name(name), module, own, names))
    return found


def _imported(tree: ast.AST) -> dict[str, str]:
    """What imported names mean, as `path/to/package:name`, which may be a function or a module."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("assay."):
            place = (node.module or "").removeprefix("assay.").replace(".", "/")
            for each in node.names:
                found[each.asname or each.name] = f"{place}:{each.name}"
    return found


def _meant(node: ast.Name | ast.Attribute, module: str, own: set[str], names: Mapping[str, str]) -> set[str]:
    """The functions that a name may mean. A package is asked under its own file, where it hands names on."""
    if isinstance(node, ast.Name):
        if node.id in own:
            return {f"{module}:{node.id}"}
        package, _, name = names.get(node.id, "").partition(":")
        return {f"{package}.py:{name}", f"{package}/__init__.py:{name}"} if package else set()
    base = node.value
    if isinstance(base, ast.Name) and base.id == "self" and node.attr in own:
        return {f"{module}:{node.attr}"}
    if isinstance(base, ast.Name) and base.id in names:
        package, _, name = names[base.id].partition(":")
        return {f"{package}/{name}.py:{node.attr}", f"{package}/{name}/__init__.py:{node.attr}"}
    return set()


def _read_call(call: ast.Call, function: Function) -> None:
    target = call.func
    name = target.attr if isinstance(target, ast.Attribute) else target.id if isinstance(target, ast.Name) else ""
    keywords = {keyword.arg for keyword in call.keywords}
    # `dict.update(mapping)` and `document.save(file)` take a value; those of Django are given only keywords.
    if isinstance(target, ast.Attribute) and name in WRITES and not (name in {"update", "save"} and call.args):
        function.writes.append(call.lineno)
    if name in {"append_bulk", "append"} and "log" in keywords:
        function.appends = True


def _is_outer(place: str) -> bool:
    """Whether this is a page, an endpoint or a command: what those do beside calling a service covers no service."""
    return any(part in place for part in ("/pages", "/api", "cli/", "/urls"))


def uncovered(functions: Mapping[str, Function]) -> dict[str, list[int]]:
    """The functions that write rows without an entry, with the lines of their writes."""
    covered = {place for place, function in functions.items() if function.appends}
    callers: dict[str, set[str]] = defaultdict(set)
    for place, function in functions.items():
        for callee in function.calls & functions.keys():
            callers[callee].add(place)
    waiting = list(covered)
    while waiting:
        for caller in callers[waiting.pop()] - covered:
            covered.add(caller)
            waiting.append(caller)

    def is_covered(place: str, seen: frozenset[str]) -> bool:
        above = {caller for caller in callers[place] if caller != place and not _is_outer(caller)}
        return place in covered or (
            bool(above) and place not in seen and all(is_covered(caller, seen | {place}) for caller in above)
        )

    return {
        place: function.writes
        for place, function in functions.items()
        if function.writes and not is_covered(place, frozenset())
    }
