"""Reading responses for a programme, with an entry in the ledger that holds the figures and no learner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from assay.accounts.access import Actor
from assay.core.errors import InvalidInput, NotPermitted
from assay.ledger import tracking
from assay.ledger.services import append
from assay.studio.itemstats.figures import BankFigures, Figure, ItemFigures, bank_figures
from assay.studio.itemstats.responses import responses_read
from assay.studio.itemstats.states import Bounds, Standing, item_state
from assay.studio.models import Artefact, Programme
from assay.studio.packaging.items import Item, items_read
from assay.studio.packaging.render import without_front_matter
from assay.studio.records import ItemMeasurement
from assay.studio.signoff.standing import Standing as Signature
from assay.studio.signoff.standing import standings

KIND = "items.measured"


@dataclass(frozen=True)
class Placed:
    """An item of a programme, the artefact it stands in, and whether that artefact is signed or needs no signature."""

    item: Item
    artefact: str
    signed: bool


@dataclass(frozen=True)
class ItemReport:
    """Every item of a programme with its figures and standing. `repeated` later attempts and `foreign` responses to
    items that the programme does not have were left out; `event` is the ledger entry, empty where none was made."""

    placed: Mapping[str, Placed]
    figures: BankFigures
    standings: Mapping[str, Standing]
    bounds: Bounds
    repeated: int
    foreign: int
    event: str = ""

    def counts(self) -> dict[str, int]:
        """How many items are in each state."""
        found = {"draft": 0, "pilot": 0, "live": 0}
        for standing in self.standings.values():
            found[standing.state] += 1
        return found


def items_of(programme: Programme) -> dict[str, Placed]:
    """The items of all artefacts by id, each once, the first place of it."""
    rows = list(Artefact.objects.filter(programme=programme, removed_at=None, readable=True).order_by("pathway", "key"))
    signed = {
        each.artefact.pk: each.state in (Signature.SIGNED, Signature.NOT_NEEDED)
        for each in standings(rows, log=programme.organization.log_id)
    }
    found: dict[str, Placed] = {}
    for row in rows:
        for item in items_read(without_front_matter(row.text)).items:
            found.setdefault(item.id, Placed(item, row.key, signed[row.pk]))
    return found


@transaction.atomic
def responses_measure(
    *, actor: Actor, programme: Programme, raw: bytes, name: str, now: datetime, bounds: Bounds | None = None
) -> ItemReport:
    """Read a file of responses and keep its figures in the ledger.

    Raises NotPermitted for an actor who may not write, InvalidInput for a file that cannot be read or holds no response
    to an item of this programme.
    """
    if not actor.may("write"):
        raise NotPermitted("Responses are read by somebody who may write.", actor=actor.pseudonym)
    placed, limits = items_of(programme), bounds or Bounds()
    read = responses_read(raw, name)
    own = [response for response in read.first if response.item in placed]
    if not own:
        raise InvalidInput(
            f"{name} holds no response to a question of {programme.slug}.",
            hint="The ids of items must be in it as packages and item banks of this programme write them.",
            path=name,
        )
    figures = bank_figures({key: each.item for key, each in placed.items()}, own)
    foreign = len(read.first) - len(own) + read.unknown
    report = _report(placed, figures, limits, read.repeated, foreign)
    body: dict[str, object] = {
        "programme": programme.slug,
        "responses": f"sha256:{sha256(raw).hexdigest()}",
        "learners": figures.learners,
        "complete": figures.complete,
        "repeated": read.repeated,
        "foreign": foreign,
        "kr20": _said(figures.kr20),
        "items": [
            {
                "item": key, "n": each.n, "difficulty": _said(each.difficulty), "point_biserial": _said(each.point_biserial),
                "options": None if each.options is None else [_said(share) for share in each.options],
                "state": report.standings[key].state,
            }
            for key, each in sorted(figures.items.items()) if each.n
        ],
    }  # fmt: skip
    row = ItemMeasurement(programme=programme, body=body, by=actor.pseudonym, at=now)
    row.event_id = append(
        log=actor.log, kind=KIND, subject=f"programme:{programme.pk}", actor=actor.pseudonym, body=body,
        record=tracking.record(row), now=now,
    )  # fmt: skip
    row.save(force_insert=True)
    return _report(placed, figures, limits, read.repeated, foreign, row.event_id)


def items_unmeasured(*, programme: Programme, bounds: Bounds | None = None) -> ItemReport:
    """All items with everything unknown: what can be said without responses."""
    placed = items_of(programme)
    figures = bank_figures({key: each.item for key, each in placed.items()}, [])
    return _report(placed, figures, bounds or Bounds(), 0, 0)


def measured_latest(*, programme: Programme) -> ItemMeasurement | None:
    """What the last file of responses said, None before the first."""
    return ItemMeasurement.objects.filter(programme=programme).order_by("-at", "-id").first()


def report_latest(*, programme: Programme, bounds: Bounds | None = None) -> ItemReport:
    """All items as they are now, with the figures of the last file of responses; standings are computed anew, since
    signatures and questions may have changed. Without a file everything is unknown."""
    row = measured_latest(programme=programme)
    if row is None:
        return items_unmeasured(programme=programme, bounds=bounds)
    placed, body = items_of(programme), row.body
    kept = {each["item"]: each for each in body["items"]}
    found = {key: _kept(key, kept.get(key)) for key in placed}
    figures = BankFigures(found, _figure(body["kr20"]), int(body.get("complete", 0)), int(body["learners"]))
    counts = (int(body.get("repeated", 0)), int(body.get("foreign", 0)))
    return _report(placed, figures, bounds or Bounds(), *counts, row.event_id)


def _kept(key: str, said: Mapping[str, Any] | None) -> ItemFigures:
    """The figures of an item as a measurement keeps them; unknown where it has none."""
    if said is None:
        return ItemFigures(key, 0, None, None, None, 0)
    shares = None if said["options"] is None else tuple(_figure(each) for each in said["options"])
    options = None if shares is None or None in shares else tuple(each for each in shares if each is not None)
    return ItemFigures(key, said["n"], _figure(said["difficulty"]), _figure(said["point_biserial"]), options, 0)


def _figure(said: Mapping[str, Any] | None) -> Figure | None:
    if said is None:
        return None
    return Figure(float(said["value"]), float(said["low"]), float(said["high"]), int(said["n"]))


def _report(
    placed: Mapping[str, Placed], figures: BankFigures, bounds: Bounds, repeated: int, foreign: int, event: str = ""
) -> ItemReport:
    found = {
        key: item_state(each.item, figures.items[key], signed=each.signed, bounds=bounds)
        for key, each in placed.items()
    }
    return ItemReport(placed, figures, found, bounds, repeated, foreign, event)


def _said(figure: Figure | None) -> dict[str, object] | None:
    """A figure as canonical JSON has it: decimals as text, None for unknown."""
    if figure is None:
        return None
    return {"value": f"{figure.value:.6f}", "low": f"{figure.low:.6f}", "high": f"{figure.high:.6f}", "n": figure.n}
