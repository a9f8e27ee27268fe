"""The pages across registers over HTTP, read only: `/api/v1/system/…`. Each says what its page says, from the same queries."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query as QueryParams
from ninja import Router
from pydantic import Field

from assay.accounts.access import Actor
from assay.catalog import load_catalog
from assay.core.errors import NotFound
from assay.registers.declaration import SYSTEMS
from assay.registers.queries.ai_act import duty_rows
from assay.registers.queries.crosswalk import STANDS, framework_stands, frameworks_of, target_rows
from assay.registers.queries.documentation import AUDIENCES, documentation
from assay.registers.queries.documentation import LOOKED_AT as TOLD
from assay.registers.queries.graph import LAYERS, Thing, across, around, inherited, web_of
from assay.registers.queries.home import home_page
from assay.registers.queries.impacts import impact_page
from assay.registers.queries.lifecycle import LOOKED_AT as CYCLE
from assay.registers.queries.lifecycle import cycle_page
from assay.registers.queries.records import access_record, people_of
from assay.registers.queries.reviewing import period_of, review_held, review_inputs
from assay.registers.queries.risks import LOOKED_AT as RISKS
from assay.registers.queries.risks import Matrix, MatrixCell, matrix_page
from assay.registers.queries.standing import Held, Holding, held, held_around
from assay.registers.queries.tally import Stand, control_stands, stands, tally
from assay.registers.queries.verdicts import cell_verdicts

router = Router(tags=["management system"])
ACT = "eu_ai_act"
Key = Annotated[str, Field(max_length=60)]


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.auth  # type: ignore[attr-defined]
    actor.require("read")
    return actor


def _now() -> datetime:
    return timezone.now().replace(microsecond=0)


def _held(actor: Actor, *only: str) -> Held:
    return held(actor.organization, today=_now().date(), only=only)


def _named(row: Holding) -> dict[str, Any]:
    return {"id": str(row.id), "register": row.register, "number": row.number, "title": row.title, "state": row.state}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


@router.get("", response={200: dict}, operation_id="system_home")
def system_home(request: HttpRequest) -> Any:
    """The whole system as its home shows it: verdicts by part, what is weakest, due, whose turn, what comes next."""
    page = home_page(_actor(request), now=_now())
    return {
        "sentence": page.sentence, "gaps": page.gaps,
        "pictures": [
            {
                "title": each.title, "sentence": each.sentence, "judged_at": each.at.isoformat().replace("+00:00", "Z"),
                "parts": [{"title": part.title, "words": part.words, "shown": [part.share.numerator, part.share.denominator]} for part in each.parts],
            }
            for each in page.pictures
        ],
        "weakest": [{"title": title, "words": words} for title, words in page.weakest],
        "due": [{"record": str(row.pk), "register": register.slug, "title": row.title, "on": _day(row.review_on)} for row, register in page.due],
        "turns": [{"name": each.name, "overdue": each.overdue, "soon": each.soon} for each in page.turns],
        "next": [each.words for each in page.steps],
        "registers": [
            {"group": group, "register": register.slug, "records": count, "in_force": settled}
            for group, rows in page.groups
            for register, count, settled in rows
        ],
    }  # fmt: skip


@router.get("/obligations", response={200: dict}, operation_id="system_obligations")
def system_obligations(request: HttpRequest, controls: bool = False) -> Any:
    """Each obligation and required document (or control): what meets it, evidence, strength, age, and the stored verdict."""
    actor = _actor(request)
    found = tally(actor.organization, today=_now().date())
    rows: tuple[Stand, ...] = control_stands(found) if controls else stands(found)
    verdicts = {} if controls else cell_verdicts(actor, "obligations", now=_now())
    told = []
    for row in rows:
        verdict = verdicts.get(f"{row.kind}:{row.number}")
        told.append(
            {
                "number": row.number, "kind": row.kind, "text": row.text, "met_by": [each.slug for each in row.registers],
                "records": row.records, "in_force": row.settled, "stands": row.gap, "words": row.words, "strength": row.strength,
                "evidence": row.evidence, "oldest": _day(row.oldest),
                "verdict": {"word": verdict.word, "reason": verdict.reason, "findings": verdict.findings} if verdict else None,
            }
        )  # fmt: skip
    return {"met": sum(1 for row in rows if row.gap == "met"), "total": len(rows), "rows": told}


@router.get("/matrix", response={200: dict}, operation_id="system_matrix")
def system_matrix(request: HttpRequest, kind: Key = "", system: Key = "") -> Any:
    """Open risks (or opportunities) by likelihood and consequence, before and after treatment, against the appetite."""
    page = matrix_page(_held(_actor(request), *RISKS), kind=kind, system=system)
    return {
        "sentence": page.sentence, "kind": page.kind, "system": page.system, "appetite": page.appetite, "top_management_from": page.top,
        "matrices": [_matrix(each) for each in page.matrices],
        "risks": [
            {
                **_named(line.risk), "level": line.level or None, "residual_level": line.residual or None, "option": line.option,
                "treatments": line.treatments, "above_appetite": line.above,
            }
            for line in page.lines
        ],
        "more": page.more,
    }  # fmt: skip


def _matrix(matrix: Matrix) -> dict[str, Any]:
    return {
        "side": matrix.side, "title": matrix.title, "above_appetite": matrix.above, "missing": [_named(row) for row in matrix.missing],
        "cells": [_cell(cell) for _head, cells in matrix.rows for cell in cells if cell.risks],
    }  # fmt: skip


def _cell(cell: MatrixCell) -> dict[str, Any]:
    return {
        "likelihood": cell.likelihood, "consequence": cell.consequence, "level": cell.level, "above_appetite": cell.above,
        "risks": [str(row.id) for row in cell.risks],
    }  # fmt: skip


@router.get("/lifecycle", response={200: dict}, operation_id="system_lifecycle")
def system_lifecycle(request: HttpRequest, system: Key = "") -> Any:
    """Gates of every AI system by phase; with `system=record:<id>` its activities and the records that show them."""
    page = cycle_page(_held(_actor(request), *CYCLE), system=system)
    if system and page.chosen is None:
        raise NotFound("AI system", system)
    return {
        "sentence": page.sentence,
        "phases": [{"id": each.id, "name": each.name} for each in page.phases],
        "systems": [
            {
                **_named(line.system), "gaps": line.gaps,
                "gates": [
                    {"phase": cell.phase.id, "stands": cell.words, "due": cell.due, "on": _day(cell.on), "gate": str(cell.gate.id) if cell.gate else None}
                    for cell in line.gates
                ],
            }
            for line in page.lines
        ],
        "activities": [
            {
                "activity": activity.name, "phase": cell.phase.id, "record_asked_for": cell.asked.record, "stands": cell.stand,
                "newest": _day(cell.newest), "records": [_named(row) for row in cell.records],
            }
            for activity, cells in page.grid
            for cell in cells
        ],
    }  # fmt: skip


def _thing(thing: Thing) -> dict[str, str]:
    return {"key": thing.key, "register": thing.register, "kind": thing.kind, "name": thing.name}


@router.get("/graph", response={200: dict}, operation_id="system_graph")
def system_graph(request: HttpRequest, system: Key = "") -> Any:
    """Systems, parts, suppliers, risks, treatments, controls and documents with their links, and what each system inherits."""
    web = web_of(_held(_actor(request), *(slug for _key, _title, slugs in LAYERS for slug in slugs)))
    systems = [each for each in web.things.values() if each.register == SYSTEMS]
    if system and system not in {each.key for each in systems}:
        raise NotFound("AI system", system)
    drawing = across(web, system=system, layers=())
    through = inherited(web, [each for each in systems if not system or each.key == system])
    return {
        "things": [_thing(thing) for thing, _layer in drawing.things], "left_out": drawing.left_out,
        "links": [{"from": each.source.key, "field": each.field, "to": each.target.key} for each in drawing.links],
        "inherited": [
            {"system": each.system.key, "has": _thing(each.thing), "through": [step.key for step in each.way], "brings": each.brings}
            for each in through
        ],
    }  # fmt: skip


@router.get("/graph/{record_id}", response={200: dict}, operation_id="record_graph")
def record_links(request: HttpRequest, record_id: UUID, reach: Annotated[int, QueryParams(ge=1, le=3)] = 1) -> Any:
    """The links of one record, one to three steps far, both ways."""
    actor = _actor(request)
    key = f"record:{access_record(actor=actor, record_id=record_id).pk}"
    web = web_of(held_around(actor.organization, record_id, today=_now().date(), reach=reach))
    if key not in web.things:
        return {"things": [], "links": [], "left_out": 0}
    drawing = around(web, key, reach=reach)
    return {
        "things": [_thing(thing) for thing, _place in drawing.things], "left_out": drawing.left_out,
        "links": [{"from": each.source.key, "field": each.field, "to": each.target.key} for each in drawing.links],
    }  # fmt: skip


@router.get("/crosswalk", response={200: dict}, operation_id="system_crosswalk")
def system_crosswalk(request: HttpRequest) -> Any:
    """How far each other framework is answered by what is shown: counts by how its items stand."""
    actor = _actor(request)
    found = tally(actor.organization, today=_now().date())
    rows = framework_stands(found, {ACT: [row.stand for row in duty_rows(found, _held(actor, SYSTEMS))]})
    return {
        "meaning": STANDS,
        "frameworks": [
            {"id": each.framework.id, "name": each.framework.name, "items": each.total, "counts": dict(each.counts), "answered": [each.share.numerator, each.share.denominator]}
            for each in rows
        ],
    }  # fmt: skip


@router.get("/crosswalk/{framework}", response={200: dict}, operation_id="framework_crosswalk")
def framework_crosswalk(request: HttpRequest, framework: Key) -> Any:
    """One framework item by item, with the judgements that lead there; for the EU AI Act its duties by tier, role and date."""
    actor = _actor(request)
    if framework not in {each.id for each in frameworks_of(load_catalog())}:
        raise NotFound("framework", framework)
    found = tally(actor.organization, today=_now().date())
    if framework == ACT:
        return {"framework": ACT, "items": _duties(actor)}
    return {
        "framework": framework,
        "items": [
            {
                "number": row.item.number, "title": row.item.title, "stands": row.stand,
                "rests_on": [
                    {"item": each.source.item.number, "relation": each.relation, "confidence": each.confidence, "shown": each.source.state}
                    for each in row.bridges
                ],
            }
            for row in target_rows(found, framework)
        ],
    }  # fmt: skip


def _duties(actor: Actor) -> list[dict[str, Any]]:
    today = _now().date()
    return [
        {
            "number": row.number, "article": row.article, "title": row.title, "line": row.line, "who": list(row.who), "tier": row.tier,
            "from": [{"for": words, "on": day.isoformat()} for words, day in row.dates], "applies_now": row.applies(today), "stands": row.stand,
            "stays_open": row.gap, "systems": [_named(each) for each in row.systems],
            "rests_on": [{"item": each.item.number, "shown": each.state} for each in row.rests_on],
        }
        for row in duty_rows(tally(actor.organization, today=today), _held(actor, SYSTEMS))
    ]  # fmt: skip


@router.get("/review-inputs", response={200: dict}, operation_id="system_review_inputs")
def system_review_inputs(request: HttpRequest) -> Any:
    """What a management review of today would look at: every input of 9.3.2 from the live records."""
    actor = _actor(request)
    found = review_held(actor.organization, today=_now().date())
    return review_inputs(actor.organization, found, period_of(found))


@router.get("/documentation/{record_id}", response={200: dict}, operation_id="system_documentation")
def system_documentation(request: HttpRequest, record_id: UUID, audience: Key = "users") -> Any:
    """Technical documentation of an AI system for `users`, `affected`, `partners` or `authorities`, with what is missing."""
    actor = _actor(request)
    record = access_record(actor=actor, record_id=record_id, register=SYSTEMS)
    found = _held(actor, *TOLD)
    system = found.by_key.get(f"record:{record.pk}")
    if audience not in AUDIENCES or system is None:
        raise NotFound("documentation", str(record_id))
    page = documentation(found, system, audience, people=people_of(actor))
    return {
        "system": _named(page.system), "audience": audience, "sentence": page.sentence, "digest": page.mark,
        "sections": [
            {
                "key": each.part.key, "title": each.part.title, "missing": each.gap,
                "entries": [
                    {**_named(entry.record), "version": entry.record.version, "says": [{"label": label, "text": text} for label, text in entry.lines]}
                    for entry in each.entries
                ],
            }
            for each in page.sections
        ],
    }  # fmt: skip


@router.get("/impacts/{record_id}", response={200: dict}, operation_id="system_impact")
def system_impact(request: HttpRequest, record_id: UUID) -> Any:
    """A guided impact assessment: its steps, how far each is, which answers are missing, reading level, what is public."""
    actor = _actor(request)
    page = impact_page(actor, access_record(actor=actor, record_id=record_id, register="impacts"))
    return {
        "sentence": page.sentence, "rating": page.rating, "missing": page.open, "reading_level": page.reading, "hard_to_read": page.hard,
        "repeats_risks": list(page.copied), "public": f"/public/impacts/{page.public.address}" if page.public else None,
        "steps": [
            {
                "name": each.step.name, "title": each.step.title, "about": each.step.about, "fields": list(each.step.fields),
                "missing": list(each.open), "answered": each.answered, "done": each.done,
            }
            for each in page.steps
        ],
    }  # fmt: skip
