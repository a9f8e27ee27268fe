"""Reading of YAML data files into frozen dataclasses, with the file and the line in every complaint.

The dataclass is the schema: a field without a default must be present, a key that no field names is refused, so is a
value of another kind (a number where text is meant, say). YAML is composed by libyaml's safe loader and never
constructs objects.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import yaml

from assay.core.errors import InvalidInput

MAX_BYTES = 5 * 1024 * 1024
_KINDS = {
    "tag:yaml.org,2002:str": "text",
    "tag:yaml.org,2002:int": "a whole number",
    "tag:yaml.org,2002:float": "a decimal number",
    "tag:yaml.org,2002:bool": "true or false",
    "tag:yaml.org,2002:null": "nothing",
    "tag:yaml.org,2002:timestamp": "a date",
}
_Record = TypeVar("_Record")
_PLANS: dict[type[Any], tuple[tuple[str, str, Any, bool], ...]] = {}


class Entry:
    """One mapping of a data file: its fields by name, and where each of them stands."""

    def __init__(self, node: yaml.Node, file: str) -> None:
        self.file = file
        self.node = node
        if not isinstance(node, yaml.MappingNode):
            self.refuse(f"expected a mapping, found {_kind_of(node)}")
        self.fields: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if not name:
                self.refuse("a key must be text", key)
            if name in self.fields:
                self.refuse(f"the key '{name}' stands here twice", key)
            self.fields[name] = value

    def refuse(self, reason: str, at: yaml.Node | str | None = None) -> NoReturn:
        """Raise InvalidInput that names the file, the line (from 1) of the node or key `at`, and the reason."""
        node = self.fields.get(at, self.node) if isinstance(at, str) else at
        refuse(self.file, reason, node or self.node)

    def line(self, key: str | None = None) -> int:
        node = self.node if key is None else self.fields.get(key, self.node)
        return int(node.start_mark.line) + 1

    def node_of(self, key: str) -> yaml.Node:
        if key not in self.fields:
            self.refuse(f"the key '{key}' is missing")
        return self.fields[key]

    def text(self, key: str) -> str:
        return str(_scalar(self.node_of(key), str, self.file, key))

    def entry(self, key: str) -> Entry:
        return Entry(self.node_of(key), self.file)

    def entries(self, key: str) -> Iterator[Entry]:
        node = self.node_of(key)
        if not isinstance(node, yaml.SequenceNode):
            self.refuse(f"'{key}' must be a list, found {_kind_of(node)}", node)
        return (Entry(item, self.file) for item in node.value)

    def without(self, *keys: str) -> Entry:
        """Return the same mapping with these keys left out, for a reader that handles them elsewhere."""
        other = Entry(self.node, self.file)
        for key in keys:
            other.fields.pop(key, None)
        return other

    def allow(self, *keys: str) -> None:
        """Refuse any key that is not among `keys`."""
        for key, node in self.fields.items():
            if key not in keys:
                self.refuse(f"the key '{key}' is not known here (known: {', '.join(sorted(keys))})", node)


def refuse(file: str, reason: str, node: yaml.Node | None = None, line: int | None = None) -> NoReturn:
    """Raise InvalidInput with the facts `file`, `line` and `reason`."""
    where = line if line is not None else (int(node.start_mark.line) + 1 if node is not None else 1)
    raise InvalidInput(
        f"{file}, line {where}: {reason}.",
        hint="Mend the file at that line; docs/formats describes the fields.",
        file=file,
        line=where,
        reason=reason,
    )


def read_yaml(path: Path, *, file: str | None = None) -> Entry:
    """Return the root mapping of the file at `path`. Raises InvalidInput when it is absent, too large or not YAML."""
    name = file or path.name
    try:
        if path.stat().st_size > MAX_BYTES:
            refuse(name, f"the file is larger than {MAX_BYTES} bytes")
        raw = path.read_bytes()
    except OSError as error:
        refuse(name, f"the file cannot be read ({error.strerror})")
    return parse_yaml(raw, file=name)


def parse_yaml(raw: bytes, *, file: str) -> Entry:
    """Return the root mapping of YAML text. Raises InvalidInput with the line of the first fault."""
    try:
        node = yaml.compose(raw, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        refuse(file, f"not valid YAML ({error.problem or error.context})", line=mark.line + 1 if mark else 1)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        refuse(file, f"not valid YAML ({str(error).splitlines()[0]})")
    if node is None:
        refuse(file, "the file is empty")
    return Entry(node, file)


def build(cls: type[_Record], entry: Entry, **given: object) -> _Record:
    """Make a `cls` from the fields of `entry`; `given` fields come from the caller and may not stand in the file.

    A dataclass field with metadata `{"key": name}` is read from that key.
    """
    values: dict[str, object] = dict(given)
    plan = [field for field in _plan(cls) if field[0] not in given]
    entry.allow(*(key for _, key, _, _ in plan))
    for name, key, kind, required in plan:
        if key in entry.fields:
            values[name] = _value(entry.fields[key], kind, entry.file, key)
        elif required:
            entry.refuse(f"the key '{key}' is missing")
    return cls(**values)


def _plan(cls: type[Any]) -> tuple[tuple[str, str, Any, bool], ...]:
    if cls in _PLANS:
        return _PLANS[cls]
    hints = typing.get_type_hints(cls)
    _PLANS[cls] = tuple(
        (
            field.name,
            str(field.metadata.get("key", field.name)),
            hints[field.name],
            field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING,
        )
        for field in dataclasses.fields(cls)
        if field.init
    )
    return _PLANS[cls]


def _value(node: yaml.Node, kind: Any, file: str, key: str) -> object:
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        if _kind_of(node) == "nothing":
            return None
        kind = next(part for part in typing.get_args(kind) if part is not type(None))
        origin = typing.get_origin(kind)
    if origin is tuple:
        if not isinstance(node, yaml.SequenceNode):
            refuse(file, f"'{key}' must be a list, found {_kind_of(node)}", node)
        inner = typing.get_args(kind)[0]
        return tuple(_value(item, inner, file, key) for item in node.value)
    if origin in (dict, Mapping):
        inner = typing.get_args(kind)[1]
        entry = Entry(node, file)
        return types.MappingProxyType({k: _value(v, inner, file, k) for k, v in entry.fields.items()})
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return build(kind, Entry(node, file))
    return _scalar(node, kind, file, key)


def _scalar(node: yaml.Node, kind: type[Any], file: str, key: str) -> Any:
    wanted = {str: "text", int: "a whole number", bool: "true or false"}[kind]
    found = _kind_of(node)
    if found != wanted:
        hint = "; put it in quotes" if kind is str and isinstance(node, yaml.ScalarNode) else ""
        refuse(file, f"'{key}' must be {wanted}, found {found}{hint}", node)
    if kind is bool:
        return node.value.lower() in ("true", "yes", "on")
    if kind is int:
        return int(node.value)
    if not node.value.strip():
        refuse(file, f"'{key}' is empty", node)
    return str(node.value)


def _kind_of(node: yaml.Node) -> str:
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    return _KINDS.get(node.tag, f"a value tagged {node.tag}")
