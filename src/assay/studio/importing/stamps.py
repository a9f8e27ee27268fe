"""Checking of stamps: exactly the three keys, a route of the registry, a time with its offset."""

from __future__ import annotations

from datetime import datetime
from typing import NoReturn

from assay.core.canonical import canonical_bytes
from assay.core.errors import InvalidInput, NotFound
from assay.studio.importing.pieces import Stamp
from assay.studio.pathways import pathway_of

KEYS = ("route", "governance_version", "at")
_MAX_PROVENANCE = 64 * 1024
_LONGEST = 60


def stamp_check(meta: object, provenance: object, place: str) -> Stamp:
    """Return the stamp that `generation_meta` and `provenance` make. Raises InvalidInput that names `place`."""
    if not isinstance(meta, dict) or set(meta) != set(KEYS):
        found = ", ".join(sorted(map(str, meta))) if isinstance(meta, dict) else type(meta).__name__
        _refuse(place, f"generation_meta must have exactly the keys {', '.join(KEYS)} (found: {found})")
    for key in KEYS:
        if not isinstance(meta[key], str) or not meta[key].strip() or len(meta[key]) > _LONGEST:
            _refuse(place, f"generation_meta.{key} must be text of 1 to {_LONGEST} characters")
    try:
        route = pathway_of(meta["route"]).route
    except NotFound:
        _refuse(place, f"generation_meta.route is '{meta['route']}', which is no route of the registry")
    try:
        at = datetime.fromisoformat(meta["at"])
    except ValueError:
        _refuse(place, f"generation_meta.at is '{meta['at']}', which is no ISO 8601 time")
    if at.tzinfo is None:
        _refuse(place, f"generation_meta.at is '{meta['at']}' and lacks its offset from UTC")
    return Stamp(route, meta["governance_version"], meta["at"], _provenance(provenance, place))


def _provenance(value: object, place: str) -> dict[str, object] | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        _refuse(place, "provenance must be an object")
    try:
        size = len(canonical_bytes(value))
    except InvalidInput as error:
        _refuse(place, f"provenance has no canonical form: {error}")
    if size > _MAX_PROVENANCE:
        _refuse(place, f"provenance is {size} bytes; at most {_MAX_PROVENANCE} are kept")
    return value


def _refuse(place: str, reason: str) -> NoReturn:
    raise InvalidInput(f"{place}: {reason}.", hint="docs/formats describes the bundle and the stamp.", place=place)
