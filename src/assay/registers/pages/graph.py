"""Links as a picture with the same as a table: around one record, and across the whole system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from markupsafe import Markup

from assay.accounts.access import SignedInRequest
from assay.accounts.pages import signed_in
from assay.core.errors import NotFound
from assay.registers.exports.sheets import WRITERS, Sheet, file_response
from assay.registers.models import Record
from assay.registers.pages.common import now_of
from assay.registers.queries.graph import (
    DRAWN,
    LAYERS,
    PARTS,
    Drawing,
    Inherited,
    Link,
    Thing,
    Web,
    across,
    around,
    inherited,
    web_of,
)
from assay.registers.queries.records import access_record
from assay.registers.queries.standing import held, held_around
from assay.ui.graph import Edge, Node, graph_svg

SHEETS = ("csv", "xlsx")
LISTED = 300
REACHES = (("1", "One link"), ("2", "Two links"), ("3", "Three links"))


@dataclass(frozen=True)
class GraphPage:
    """What both templates show: the picture, its links as rows, what was left out."""

    picture: Markup | str
    links: tuple[Link, ...]
    more: int
    left_out: int
    sentence: str


def address_of(thing: Thing) -> str:
    """The page of a thing."""
    if thing.record is not None:
        return reverse("record", args=[thing.record.id])
    return reverse("catalog-item", args=[f"iso42001:{thing.key.partition(':')[2]}"])


@require_safe
@signed_in("read")
def record_graph(request: SignedInRequest, record_id: UUID) -> HttpResponse:
    """The links of a record, one to three steps far, both ways."""
    record = access_record(actor=request.actor, record_id=record_id)
    asked = request.GET.get("reach", "1")
    reach = int(asked) if asked in dict(REACHES) else 1
    web = web_of(held_around(request.actor.organization, record.pk, today=now_of().date(), reach=reach))
    key = f"record:{record.pk}"
    drawing = around(web, key, reach=reach) if key in web.things else Drawing((), (), 0)
    if request.GET.get("format") in SHEETS:
        return _export(request, drawing.links, (), record.title)
    page = _page(drawing, key, _around_sentence(record, web, key), {-1: "Points here", 0: "", 1: "It points at"})
    context = {"page": page, "record": record, "reach": str(reach), "reaches": REACHES, "address_of": address_of}
    return render(request, "registers/graph_record.html", context)


def _around_sentence(record: Record, web: Web, key: str) -> str:
    out, into = len(web.outward.get(key, ())), len(web.inward.get(key, ()))
    if not out + into:
        return f"{record.title} is linked to nothing."
    return f"{record.title} points at {out}; {into} {'points' if into == 1 else 'point'} at it."


@require_safe
@signed_in("read")
def system_graph(request: SignedInRequest) -> HttpResponse:
    """Systems, what they are built of, what may go wrong and what is done about it; `system` and `layer` leave less."""
    drawn = [slug for _key, _title, slugs in LAYERS for slug in slugs]
    web = web_of(held(request.actor.organization, today=now_of().date(), only=drawn))
    systems = [thing for thing in web.things.values() if thing.register == "ai-systems"]
    chosen = request.GET.get("system", "")[:60]
    if chosen and chosen not in {each.key for each in systems}:
        raise NotFound("AI system", chosen)
    layers = [key for key in request.GET.getlist("layer") if key in {each[0] for each in LAYERS}]
    drawing = across(web, system=chosen, layers=layers)
    through = inherited(web, [each for each in systems if not chosen or each.key == chosen])
    if request.GET.get("format") in SHEETS:
        return _export(request, drawing.links, through, "Graph")
    heads = {place: title for place, (_key, title, _slugs) in enumerate(LAYERS)}
    context = {
        "page": _page(
            drawing,
            chosen,
            _across_sentence([each for each in systems if not chosen or each.key == chosen], through),
            heads,
        ),
        "inherited": through[:LISTED],
        "inherited_more": max(0, len(through) - LISTED),
        "systems": (("", "All AI systems"), *((each.key, f"{each.kind}: {each.name}") for each in systems)),
        "system": chosen,
        "layers": tuple((key, title) for key, title, _slugs in LAYERS),
        "chosen_layers": layers or [key for key, _title, _slugs in LAYERS],
        "address_of": address_of,
        "drawn": DRAWN,
        "query": request.GET.urlencode(),
    }
    return render(request, "registers/graph.html", context)


def _across_sentence(systems: Sequence[Thing], through: Sequence[Inherited]) -> str:
    if not systems:
        return "No AI system is in the register, so there is nothing to connect."
    risks = sum(1 for each in through if each.thing.register == "risks")
    who = f"{systems[0].name} has" if len(systems) == 1 else f"{len(systems)} AI systems have"
    parts = len(through) - risks
    return f"{who} {parts} part{'s' if parts != 1 else ''} and {risks} risk{'s' if risks != 1 else ''} only through something else."


def _page(drawing: Drawing, here: str, sentence: str, heads: dict[int, str]) -> GraphPage:
    picture: Markup | str = ""
    if drawing.links or len(drawing.things) > 1:
        nodes = [
            Node(thing.key, layer, thing.kind, thing.name, address_of(thing), thing.key == here)
            for thing, layer in drawing.things
        ]
        edges = {
            (link.source.key, link.target.key): Edge(
                link.source.key, link.target.key, link.target.register in PARTS or here in (link.source.key, link.target.key)
            )
            for link in drawing.links
        }  # fmt: skip
        label = f"{len(nodes)} things and {len(edges)} links. {sentence} The same stands in the table below."
        picture = graph_svg(nodes, list(edges.values()), heads, label=label)
    return GraphPage(picture, drawing.links[:LISTED], max(0, len(drawing.links) - LISTED), drawing.left_out, sentence)


def _export(request: SignedInRequest, links: Sequence[Link], through: Sequence[Inherited], title: str) -> HttpResponse:
    wanted = request.GET["format"]
    rows = [(link.source.words, link.field, link.target.words, "") for link in links]
    rows += [
        (each.system.words, f"has through {', '.join(step.words for step in each.way)}", each.thing.words, each.brings)
        for each in through
    ]
    sheet = Sheet(title, request.actor.organization.name, ("From", "Link", "To", "What it brings"), rows)
    return file_response(request, WRITERS[wanted](sheet), wanted, "graph")
