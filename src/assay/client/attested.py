"""What the logs say about live rows, gathered while they are checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Recorded:
    """The last word of a log about one row. `index` is None while the entry waits; `digest` None means deleted.

    `salt` is empty for a digest from a bulk entry, which stands plainly in the salted payload. `known` is False when the
    salt was erased, so that nothing can be compared.
    """

    log: str
    index: int | None
    schema: str
    digest: str | None
    salt: bytes
    known: bool = True


@dataclass
class Attested:
    """What the logs say about live rows: `rows[table][key]` per log, and the declarations by schema id."""

    rows: dict[str, dict[str, dict[str, Recorded]]] = field(default_factory=dict)
    declarations: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    latest: dict[str, dict[str, Mapping[str, Any]]] = field(default_factory=dict)

    def put(self, table: str, key: str, recorded: Recorded) -> None:
        """Note the newest record of a row in one log."""
        self.rows.setdefault(table, {}).setdefault(key, {})[recorded.log] = recorded

    def declare(self, log: str, declared: Mapping[str, Any]) -> None:
        """Note the declarations that are in force in a log from now on."""
        self.declarations.update(declared)
        self.latest[log] = {str(one["table"]): one for one in declared.values()}
