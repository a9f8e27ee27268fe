"""Carrying results over to a new version of a detector, where no word that changed stands in the text.

A detector's version changes with any word of any family. `detect.lexicons` says which texts such a change can affect; of the
others the new version would say what the old one said. Their results and findings are recorded under the new version in
batches of their own, which name the version and batch that they come from, when its texts were read, and how many changed
forms were looked for. A carried result counts no longer than the one that it comes from, so that every text is read again in
time.

What is carried is what the earlier batch holds, whose digest is checked. The rows that index it only tell where to look: what
they say otherwise than the batch, somebody has edited, and the text is read anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from assay.assurance.bodies import instant, parse_instant, unpack
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
    """Where one partition of carried results comes from; `forms` is how many changed forms none of its texts has, `read` when
    a detector read the first of the texts, through however many carries."""

    sources: tuple[Source, ...]
    forms: int
    read: datetime
    expires: datetime | None

    def to_json(self) -> dict[str, Any]:
        """For batch and entry."""
        from_ = [[detector, version, number] for detector, version, number in self.sources]
        why = "none of the changed forms occurs"
        return {"forms": self.forms, "from": from_, "read": instant(self.read), "why": why}


@dataclass(frozen=True, slots=True)
class _Batch:
    """An earlier batch, its digest checked. `cells` maps a cell to text digest, what each detector said and the findings."""

    read: datetime
    expires: datetime | None
    governance: str
    cells: Mapping[str, tuple[str, Mapping[str, Sequence[Any]], Sequence[Sequence[Any]]]]


@dataclass
class Carrier:
    """What can be carried over on one surface; reads only. What was unpacked is kept while it lives."""

    surface: Surface
    _rows: list[tuple[UUID, Mapping[str, Sequence[str]]]] | None = None
    _changes: dict[UUID, tuple[Mapping[str, Sequence[str]], Change]] = field(default_factory=dict)
    _batches: dict[int, _Batch] = field(default_factory=dict)

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
        wanted = [version, base_of(detector)]
        for pk, versions in self._rows:
            if list(versions.get(detector, ())) != wanted:
                continue
            if pk not in self._changes:
                row = WordsRow.objects.get(pk=pk)
                body = unpack(row.body, row.digest)
                self._changes[pk] = (body["detectors"], change_between(body["families"], meanings()))
            kept, change = self._changes[pk]
            if list(kept.get(detector, ())) == wanted:
                return change
        return None

    def carried(self, sources: tuple[Source, ...]) -> Carried:
        """What a batch of results from these sources says of itself."""
        changes = (self.change(detector, version) for detector, version, _number in sources)
        forms = {form for change in changes if change is not None for form in change.forms}
        batches = [self._batch(number) for _detector, _version, number in sources]
        ends = [each.expires for each in batches if each.expires is not None]
        return Carried(sources, len(forms), min(each.read for each in batches), min(ends, default=None))

    def results(
        self, sources: tuple[Source, ...], items: Sequence[tuple[MeasureItem, Latest]], now: datetime
    ) -> tuple[list[CellResult], list[MeasureItem]]:
        """The carried results of these items, by cell key, and the items to be read anew: a row that is about them is gone
        or says otherwise than the batch, or the batch does not count at `now` although its row says so."""
        held = {item.cell_key: self._held(item, latest, sources, now) for item, latest in items}
        keys = {each[0] for told in held.values() if told is not None for each in told[1]}
        ids = [row_id(self.surface.pk, key) for key in keys]
        rows = {row.key: row for row in FindingRow.objects.filter(id__in=ids)} if ids else {}
        versions = {detector: version for detector, version, _number in sources}
        made: list[CellResult] = []
        lost: list[MeasureItem] = []
        for item, _latest in sorted(items, key=lambda each: each[0].cell_key):
            told = held[item.cell_key]
            if told is None or not all(_agree(item, each, versions, rows.get(each[0])) for each in told[1]):
                lost.append(item)
                continue
            found = [_carried_finding(item, rows[each[0]]) for each in told[1]]
            found.sort(key=lambda each: (each.hit.start, each.hit.end, each.key))
            made.append(CellResult(item, told[0], tuple(found)))
        return made, lost

    def _held(
        self, item: MeasureItem, latest: Latest, sources: Iterable[Source], now: datetime
    ) -> tuple[tuple[Result, ...], list[Sequence[Any]]] | None:
        """What the batches hold of the item, results and findings; None where its row says otherwise or they do not count."""
        said: list[Result] = []
        found: list[Sequence[Any]] = []
        for name, version, number in sorted(sources):
            batch = self._batch(number)
            digest, results, findings = batch.cells.get(item.cell_key, ("", {}, ()))
            result = tuple(results.get(name, ()))
            if digest != item.digest or result != latest[name][:4] or result[0] != version:
                return None
            if batch.governance != self.surface.governance or (batch.expires is not None and now >= batch.expires):
                return None
            _version, outcome, strength, reason = result
            said.append(Result(name, DETECTORS[name].version, Outcome(outcome), Strength(strength), reason))
            found += [each for each in findings if each[1] == name]
        return tuple(said), found

    def _batch(self, number: int) -> _Batch:
        if number not in self._batches:
            if len(self._batches) >= 8:
                self._batches.clear()
            row = MeasurementBatch.objects.only("body", "digest").get(surface=self.surface, number=number)
            body = unpack(row.body, row.digest)
            said = [{detector: result for detector, *result in each} for each in body["said"]]
            cells = {key: (digest, said[mark], found) for key, digest, mark, found in body["results"]}
            expires = None if body["expires"] is None else parse_instant(body["expires"])
            self._batches[number] = _Batch(self._read(body), expires, body["governance"], cells)
        return self._batches[number]

    def _read(self, body: Mapping[str, Any]) -> datetime:
        """When the first text of a batch was read; batches carried by the first programs that did so do not say it."""
        carried = body.get("carried")
        if carried is None:
            return parse_instant(body["at"])
        if "read" in carried:
            return parse_instant(carried["read"])
        return min(self._batch(number).read for _detector, _version, number in carried["from"])


def _agree(item: MeasureItem, told: Sequence[Any], versions: Mapping[str, str], row: FindingRow | None) -> bool:
    """Whether the row of a finding says of it what the batch and the text do."""
    if row is None or (row.cell_key, row.digest) != (item.cell_key, item.digest):
        return False
    place = [row.start, row.end, row.line_start, row.line_end]
    indexed = [row.key, row.detector, row.kind, row.bucket, row.defect, row.blocking, row.family, *place]
    return (
        indexed == list(told) and row.version == versions[row.detector] and row.quote == item.text[row.start : row.end]
    )


def _carried_finding(item: MeasureItem, row: FindingRow) -> Found:
    bucket: Any = row.bucket  # the database admits no other than core's
    hit = Hit(
        row.kind, bucket, row.family, row.start, row.end, row.quote, row.confidence, tuple(row.reasons), (), row.defect,
        row.blocking,
    )  # fmt: skip
    version = DETECTORS[row.detector].version
    key = finding_key(item, row.detector, version, hit)
    return Found(key, row.detector, version, hit, row.line_start, row.line_end)
