"""Carrying results over to a new version of a detector, where no word that changed stands in the text.

A detector's version changes with any word of any family. `detect.lexicons` says which texts such a change can affect; of the
others the new version would say what the old one said. Their results and findings are recorded under the new version in
batches of their own, which name the version and batch that they come from and how many changed forms were looked for. A
carried result counts no longer than the one that it comes from, so that every text is read again in time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from assay.assurance.bodies import unpack
from assay.assurance.engines.partition import CellResult, Found, Result, finding_key
from assay.assurance.findings import CONFIRMED, HONEST
from assay.assurance.models import FindingRow, MeasurementBatch, Surface, WordsRow, row_id
from assay.assurance.results import Latest, Terms
from assay.assurance.shapes import MeasureItem
from assay.core.verdict import Outcome, Strength
from assay.detect.hits import Hit
from assay.detect.lexicons import Change, base_of, change_between, meanings
from assay.detect.registry import DETECTORS

Source = tuple[str, str, int]
"""A detector, the version that read, and the number of the batch that holds what it said."""


@dataclass(frozen=True, slots=True)
class Carried:
    """Where one partition of carried results comes from; `forms` is how many changed forms none of its texts has."""

    sources: tuple[Source, ...]
    forms: int
    expires: datetime | None

    def to_json(self) -> dict[str, Any]:
        """For batch and entry."""
        from_ = [[detector, version, number] for detector, version, number in self.sources]
        return {"forms": self.forms, "from": from_, "why": "none of the changed forms occurs"}


@dataclass
class Carrier:
    """What can be carried over on one surface; reads only. `_changes` and `_bodies` are kept while it lives."""

    surface: Surface
    _rows: list[tuple[UUID, Mapping[str, Sequence[str]]]] | None = None
    _changes: dict[UUID, Change] = field(default_factory=dict)
    _bodies: dict[int, dict[str, list[Any]]] = field(default_factory=dict)

    def sources(
        self, item: MeasureItem, wanted: Iterable[str], latest: Latest, terms: Mapping[int, Terms], now: datetime
    ) -> tuple[Source, ...]:
        """Those of the wanted detectors whose earlier result about this text holds for the version in force as well."""
        found = []
        for name in wanted:
            result = latest.get(name)
            if result is None or result[0] == DETECTORS[name].version:
                continue
            version, outcome, _strength, reason, number = result
            under = terms[number]
            stale = under.governance != self.surface.governance or (under.expires is not None and now >= under.expires)
            if stale or outcome == Outcome.NOT_RUN or reason in (HONEST, CONFIRMED):
                continue
            change = self.change(name, version)
            if change is not None and not change.may_affect(item.text, item.context):
                found.append((name, version, number))
        return tuple(found)

    def change(self, detector: str, version: str) -> Change | None:
        """What differs between the words of a version and those in force; None where more than words may differ."""
        if self._rows is None:
            rows = WordsRow.objects.filter(organization=self.surface.organization_id)
            self._rows = list(rows.values_list("pk", "versions"))
        for pk, versions in self._rows:
            if list(versions.get(detector, ())) != [version, base_of(detector)]:
                continue
            if pk not in self._changes:
                row = WordsRow.objects.get(pk=pk)
                self._changes[pk] = change_between(unpack(row.body, row.digest)["families"], meanings())
            return self._changes[pk]
        return None

    def forms(self, sources: Iterable[Source]) -> int:
        """How many forms changed since these versions."""
        changes = (self.change(detector, version) for detector, version, _number in sources)
        return len({form for change in changes if change is not None for form in change.forms})

    def results(
        self, sources: tuple[Source, ...], items: Sequence[tuple[MeasureItem, Latest]]
    ) -> tuple[list[CellResult], list[MeasureItem]]:
        """The carried results of these items, by cell key, and the items of which a finding is not there any more."""
        held = {item.cell_key: self._found(item, sources) for item, _latest in items}
        keys = {each[0] for found in held.values() for each in found}
        ids = [row_id(self.surface.pk, key) for key in keys]
        rows = {row.key: row for row in FindingRow.objects.filter(id__in=ids)} if ids else {}
        made: list[CellResult] = []
        lost: list[MeasureItem] = []
        for item, latest in sorted(items, key=lambda each: each[0].cell_key):
            if any(each[0] not in rows for each in held[item.cell_key]):
                lost.append(item)
                continue
            said = tuple(_said(name, latest) for name in sorted(name for name, _version, _number in sources))
            found = [_carried_finding(item, rows[each[0]]) for each in held[item.cell_key]]
            found.sort(key=lambda each: (each.hit.start, each.hit.end, each.key))
            made.append(CellResult(item, said, tuple(found)))
        return made, lost

    def _found(self, item: MeasureItem, sources: Iterable[Source]) -> list[Any]:
        """The findings of the results that are carried, as their batches hold them."""
        by_number: dict[int, set[str]] = {}
        for detector, _version, number in sources:
            by_number.setdefault(number, set()).add(detector)
        return [
            each
            for number, names in by_number.items()
            for each in self._body(number).get(item.cell_key, ())
            if each[1] in names
        ]

    def _body(self, number: int) -> dict[str, list[Any]]:
        """The findings in a batch by cell, of cells that have any."""
        if number not in self._bodies:
            if len(self._bodies) >= 8:
                self._bodies.clear()
            batch = MeasurementBatch.objects.only("body", "digest").get(surface=self.surface, number=number)
            results = unpack(batch.body, batch.digest)["results"]
            self._bodies[number] = {key: found for key, _digest, _mark, found in results if found}
        return self._bodies[number]


def _said(name: str, latest: Latest) -> Result:
    _version, outcome, strength, reason, _number = latest[name]
    return Result(name, DETECTORS[name].version, Outcome(outcome), Strength(strength), reason)


def _carried_finding(item: MeasureItem, row: FindingRow) -> Found:
    bucket: Any = row.bucket  # the database admits no other than core's
    hit = Hit(
        row.kind, bucket, row.family, row.start, row.end, row.quote, row.confidence, tuple(row.reasons), (), row.defect,
        row.blocking,
    )  # fmt: skip
    version = DETECTORS[row.detector].version
    key = finding_key(item, row.detector, version, hit)
    return Found(key, row.detector, version, hit, row.line_start, row.line_end)
