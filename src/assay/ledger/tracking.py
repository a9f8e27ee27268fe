"""Which columns of which tables are attested, and the state of a record as the ledger commits to it.

A room calls `track(Model, ...)` in its app's `ready()`. The declarations are entered in every log (kind
`tracking.declared`), so that a verifier without our code knows how to read the live rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.db import models

from assay.client import state as states
from assay.client.statement import RecordRef

_TYPES: tuple[tuple[type[models.Field[Any, Any]], str], ...] = (
    (models.BooleanField, "bool"),
    (models.UUIDField, "uuid"),
    (models.DateTimeField, "datetime"),
    (models.DateField, "date"),
    (models.DurationField, "duration"),
    (models.IntegerField, "int"),
    (models.FloatField, "float"),
    (models.BinaryField, "bytes"),
    (models.JSONField, "json"),
    (models.CharField, "text"),
    (models.TextField, "text"),
    (models.GenericIPAddressField, "text"),
)


@dataclass(frozen=True)
class Tracked:
    """One attested table. `fields` maps each column to its type in `client.state`; `attributes` to its model field."""

    model: type[models.Model]
    label: str
    fields: Mapping[str, str]
    attributes: Mapping[str, models.Field[Any, Any]]
    declaration: Mapping[str, Any]
    schema: str

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    def state_of(self, instance: models.Model) -> dict[str, Any]:
        """The state of `instance` as canonical JSON: the same as a verifier computes from the raw row."""
        state = {}
        for column, kind in self.fields.items():
            field = self.attributes[column]
            value = getattr(instance, field.attname)
            state[column] = states.value_of(kind, value if kind == "json" else field.to_python(value))
        return state


_tracked: dict[type[models.Model], Tracked] = {}
TRACKED: Mapping[type[models.Model], Tracked] = MappingProxyType(_tracked)


def _type_of(field: models.Field[Any, Any]) -> str:
    target: Any = field
    while target.remote_field is not None:
        target = target.target_field
    if isinstance(target, models.DecimalField):
        return f"decimal:{target.decimal_places}"
    for cls, name in _TYPES:
        if isinstance(target, cls):
            return name
    raise TypeError(f"{field} has a type that cannot be attested")


def track(
    model: type[models.Model], *, fields: Iterable[str] | None = None, exclude: Iterable[str] = (), label: str = ""
) -> Tracked:
    """Attest the rows of `model`: all concrete fields, or `fields`, without `exclude` (caches, last-seen times).

    Raises TypeError for a field whose type has no canonical form, and ValueError for a name that is no field.
    """
    names = {field.name for field in model._meta.concrete_fields}
    chosen = names if fields is None else set(fields)
    left_out = set(exclude)
    if unknown := (chosen | left_out) - names:
        raise ValueError(f"{model.__name__} has no field {', '.join(sorted(unknown))}")
    kept = [field for field in model._meta.concrete_fields if field.name in chosen - left_out and not field.primary_key]
    attributes = {str(field.column): field for field in sorted(kept, key=lambda field: str(field.column))}
    key = model._meta.pk
    columns = {column: _type_of(field) for column, field in attributes.items()}
    declaration = {
        "table": model._meta.db_table,
        "label": label or str(model._meta.verbose_name),
        "key": key.column,
        "key_type": _type_of(key),
        "fields": columns,
    }
    tracked = Tracked(model, str(declaration["label"]), columns, attributes, declaration, states.schema_id(declaration))
    _tracked[model] = tracked
    return tracked


def tracked_of(model: type[models.Model]) -> Tracked:
    """The declaration of `model`. Raises LookupError if no room tracks it."""
    try:
        return _tracked[model]
    except KeyError:
        raise LookupError(f"{model.__name__} is not tracked; call ledger.tracking.track in its app's ready()") from None


def record(instance: models.Model) -> RecordRef:
    """The reference to `instance` in its present state, for `services.append(record=...)`. Call it after saving."""
    tracked = tracked_of(type(instance))
    return RecordRef(
        table=tracked.table,
        key=str(states.value_of(str(tracked.declaration["key_type"]), instance.pk)),
        digest=states.state_digest(tracked.state_of(instance)),
        schema=tracked.schema,
    )


def record_deleted(instance: models.Model) -> RecordRef:
    """The reference to a row that is deleted in this transaction. Call it before deleting, while the key is known."""
    tracked = tracked_of(type(instance))
    key = states.value_of(str(tracked.declaration["key_type"]), instance.pk)
    return RecordRef(table=tracked.table, key=str(key), digest=None, schema=tracked.schema)


def declarations() -> dict[str, Any]:
    """All declarations by schema id, in the form of the body of a `tracking.declared` entry."""
    return {tracked.schema: dict(tracked.declaration) for tracked in _tracked.values()}
