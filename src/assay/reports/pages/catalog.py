"""The catalog: standards and law in our own words, with what corresponds to what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assay.accounts.access import SignedInRequest
from assay.accounts.pages import signed_in
from assay.catalog import load_catalog
from assay.catalog.catalog import Catalog, Link
from assay.catalog.records import Clause, Control, DocumentedInformation, Domain, Framework, Item, Obligation
from assay.core.errors import NotFound

RELATION_WORDS = {
    "equal": "asks the same as",
    "subset": "lies inside",
    "superset": "contains",
    "intersects": "overlaps with",
    "no-relationship": "has nothing that corresponds in",
}


@dataclass(frozen=True)
class CatalogPage:
    """ISO/IEC 42001 as a tree, and the other frameworks with the number of their items."""

    clauses: tuple[tuple[Clause, int], ...]
    domains: tuple[Domain, ...]
    controls: dict[str, Control]
    documents: tuple[DocumentedInformation, ...]
    frameworks: tuple[tuple[Framework, int, int], ...]
    obligations: int
    crosswalk: int
    families: int
    search: str
    found: tuple[Item, ...]


@dataclass(frozen=True)
class FrameworkPage:
    """One framework: its items in order, each with the number of crosswalk links."""

    framework: Framework
    items: tuple[tuple[Item, int], ...]


@dataclass(frozen=True)
class LinkRow:
    """One crosswalk link read from the item of the page."""

    relation: str
    framework: str
    other: Item | None
    confidence: str
    note: str
    published: str
    outward: bool


@dataclass(frozen=True)
class ItemPage:
    """One numbered thing with everything the catalog knows about it."""

    item: Item
    framework: Framework
    parents: tuple[Item, ...]
    children: tuple[Item, ...]
    obligations: tuple[Obligation, ...]
    documents: tuple[DocumentedInformation, ...]
    control: Control | None
    phases: tuple[str, ...]
    owner: str
    links: tuple[LinkRow, ...]


@require_safe
@signed_in("read")
def catalog_page(request: SignedInRequest) -> HttpResponse:
    """ISO/IEC 42001 first, then every other framework; `q` searches all of them."""
    catalog = load_catalog()
    search = request.GET.get("q", "").strip()
    page = CatalogPage(
        clauses=catalog.clause_tree(),
        domains=catalog.domains,
        controls={control.id: control for control in catalog.controls},
        documents=catalog.documented_information,
        frameworks=_frameworks(catalog),
        obligations=len(catalog.obligations),
        crosswalk=sum(1 for entry in catalog.crosswalk if entry.target is not None),
        families=len(catalog.families),
        search=search,
        found=catalog.search(search),
    )
    return render(request, "reports/catalog.html", {"page": page})


def _frameworks(catalog: Catalog) -> tuple[tuple[Framework, int, int], ...]:
    linked = [entry for entry in catalog.crosswalk if entry.target is not None]
    return tuple(
        (each, len(catalog.items_of(each.id)), sum(1 for entry in linked if entry.framework == each.id))
        for each in catalog.frameworks
    )


@require_safe
@signed_in("read")
def framework_page(request: SignedInRequest, framework: str) -> HttpResponse:
    """All items of one framework."""
    catalog = load_catalog()
    chosen = catalog.framework(framework)
    rows = tuple((item, len(_real(catalog.crosswalk_of(item.id)))) for item in catalog.items_of(framework))
    return render(request, "reports/framework.html", {"page": FrameworkPage(chosen, rows)})


@require_safe
@signed_in("read")
def item_page(request: SignedInRequest, ident: str) -> HttpResponse:
    """One clause, obligation, control, record, duty or category, with its crosswalk."""
    catalog = load_catalog()
    item = catalog.item(ident)
    record = catalog.by_id(ident)
    control = record if isinstance(record, Control) else None
    names = {each.id: each.name for each in (*catalog.lifecycle_phases, *catalog.owner_roles)}
    page = ItemPage(
        item=item,
        framework=catalog.framework(item.framework),
        parents=_parents(catalog, item),
        children=tuple(
            each for each in catalog.items_of(item.framework) if each.parent == ident and each.kind != "obligation"
        ),
        obligations=catalog.obligations_of(ident, below=False)
        if item.kind == "clause" and item.framework == "iso42001"
        else (),
        documents=catalog.records_of(ident) if item.kind == "clause" else (),
        control=control,
        phases=tuple(names.get(phase, phase) for phase in control.lifecycle) if control else (),
        owner=names.get(control.owner, control.owner) if control else "",
        links=tuple(_link_row(catalog, link) for link in catalog.crosswalk_of(ident)),
    )
    return render(request, "reports/catalog_item.html", {"page": page})


def _real(links: Sequence[Link]) -> list[Link]:
    return [link for link in links if link.there is not None]


def _parents(catalog: Catalog, item: Item) -> tuple[Item, ...]:
    found: list[Item] = []
    while item.parent is not None:
        try:
            item = catalog.item(item.parent)
        except NotFound:
            break
        found.append(item)
    return tuple(reversed(found))


def _link_row(catalog: Catalog, link: Link) -> LinkRow:
    other = catalog.item(link.there) if link.there is not None else None
    framework = catalog.framework(other.framework if other else link.entry.framework)
    return LinkRow(
        relation=RELATION_WORDS[link.relation],
        framework=framework.name,
        other=other,
        confidence=link.entry.confidence,
        note=link.entry.note,
        published=link.entry.published,
        outward=link.outward,
    )
