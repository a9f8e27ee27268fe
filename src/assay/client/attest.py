"""Compares every live row of every tracked table with the last entry about it."""

from collections.abc import Mapping
from typing import Any

from assay.client.attested import Attested, Recorded
from assay.client.report import Findings
from assay.client.source import Source, quoted
from assay.client.state import Json, reader_of, state_digest
from assay.client.statement import salted
from assay.core.errors import InvalidInput


class _Reading:
    """How the rows of one table are read under one declaration."""

    def __init__(self, declaration: Mapping[str, Any], columns: list[str]) -> None:
        fields = declaration["fields"]
        self._readers = [(name, columns.index(name), reader_of(fields[name])) for name in sorted(fields)]

    def digest(self, row: Any) -> str:
        state: dict[str, Json] = {name: read(row[at]) for name, at, read in self._readers}
        return state_digest(state)


def check_live_rows(source: Source, attested: Attested, findings: Findings) -> None:
    """Report each live row that was edited, added or removed without an entry, with table, key and entry."""
    tables: dict[str, Mapping[str, Any]] = {}
    for latest in attested.latest.values():
        tables.update(latest)
    for table in sorted(set(attested.rows) - set(tables)):
        for key, logs in attested.rows[table].items():
            for recorded in logs.values():
                _differ(findings, "malformed", table, key, recorded, "no declaration says how to read this table")
                break
    for _, declaration in sorted(tables.items()):
        _check_table(source, attested, declaration, findings)


def _check_table(source: Source, attested: Attested, latest: Mapping[str, Any], findings: Findings) -> None:
    table = str(latest["table"])
    recorded_rows = attested.rows.get(table, {})
    schemas = {one.schema for logs in recorded_rows.values() for one in logs.values()}
    declarations = {schema: attested.declarations[schema] for schema in schemas if schema in attested.declarations}
    declarations[""] = latest
    columns = sorted({name for one in declarations.values() for name in one["fields"]})
    key_column, key_type = str(latest["key"]), str(latest["key_type"])
    chosen = ", ".join(quoted(name) for name in (*columns, key_column))
    seen: set[str] = set()
    try:
        readings = {schema: _Reading(one, columns) for schema, one in declarations.items()}
        read_key = reader_of(key_type)
        for row in source.live(f"SELECT {chosen} FROM {quoted(table)}"):  # noqa: S608 — names are quoted
            key = str(read_key(row[-1]))
            seen.add(key)
            findings.count("rows")
            logs = recorded_rows.get(key)
            if logs is None:
                _differ(findings, "extra", table, key, None, "no entry records this row")
                continue
            for recorded in logs.values():
                _compare(findings, readings, table, key, recorded, row)
    except (LookupError, ValueError) as error:
        findings.add("missing", f"table {table}", f"the table cannot be read: {error}", table=table)
        return
    for key, logs in recorded_rows.items():
        if key not in seen:
            for recorded in logs.values():
                if recorded.digest is not None:
                    _differ(findings, "missing", table, key, recorded, "the row is gone")


def _compare(
    findings: Findings, readings: Mapping[str, _Reading], table: str, key: str, recorded: Recorded, row: Any
) -> None:
    if recorded.digest is None:
        _differ(findings, "extra", table, key, recorded, "the row was deleted and is there again")
        return
    if not recorded.known:
        _differ(
            findings, "edited", table, key, recorded, "its last entry was erased, and none after it records the row"
        )
        return
    reading = readings.get(recorded.schema)
    if reading is None:
        _differ(findings, "malformed", table, key, recorded, "the columns that its entry covers were never declared")
        return
    try:
        digest = reading.digest(row)
    except InvalidInput as error:
        _differ(findings, "edited", table, key, recorded, f"the row cannot be read: {error}")
        return
    if (salted(recorded.salt, digest) if recorded.salt else digest) != recorded.digest:
        _differ(findings, "edited", table, key, recorded, "the row is not what its last entry records")


def _differ(findings: Findings, kind: str, table: str, key: str, recorded: Recorded | None, message: str) -> None:
    log = None if recorded is None else recorded.log
    index = None if recorded is None else recorded.index
    last = "" if recorded is None else f" (last entry: {'waiting' if index is None else index} of log {log})"
    findings.add(kind, f"{table} {key}", message + last, log=log, index=index, table=table, key=key)
