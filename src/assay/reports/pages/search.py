"""Search over everything that an organization has, for the search page and the command palette; and the glossary."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from assay.accounts.access import Actor, SignedInRequest
from assay.accounts.pages import signed_in
from assay.assurance.queries import finding_list
from assay.catalog import load_catalog
from assay.core.terms import TERMS
from assay.detect.registry import DETECTORS
from assay.registers.models import Record
from assay.registers.queries import record_search
from assay.registers.registry import register_of, registers
from assay.reports.queries.portfolio import portfolio
from assay.studio.queries import artefact_search

PER_GROUP = 8
PAGES = (
    ("Portfolio", "portfolio"), ("Management system", "system"), ("Findings", "findings"), ("Ledger", "ledger"),
    ("Catalog", "catalog"), ("Detectors", "detectors"), ("Glossary", "glossary"), ("Obligations", "obligations"),
    ("Statement of Applicability", "soa"), ("What is due", "system-due"), ("To be read", "system-reading"),
    ("What the rules say", "system-rules"), ("Risk matrix", "risk-matrix"), ("Risks in money", "risk-losses"),
    ("Life cycle", "lifecycle"), ("Graph", "system-graph"), ("Crosswalk", "crosswalk"), ("Start here", "system-start"),
)  # fmt: skip
ALWAYS = 7
"""So many of them are offered before anything is asked."""


@dataclass(frozen=True)
class Hit:
    """One thing found: what it is called, what it is, where it is."""

    label: str
    kind: str
    url: str
    more: str = ""


def find(actor: Actor, words: str) -> list[Hit]:
    """Pages, registers, records, programmes, artefacts, findings, detectors and catalog items that match, best kinds first.
    Of findings that say the same about one surface, the first stands for all."""
    if not words:
        return [Hit(label, "page", reverse(name)) for label, name in PAGES[:ALWAYS]]
    low = words.casefold()
    hits = [Hit(label, "page", reverse(name)) for label, name in PAGES if low in label.casefold()]
    hits += [
        Hit(each.plural, "register", reverse("register", args=[each.slug]), each.group)
        for each in registers().values()
        if low in each.plural.casefold()
    ]
    hits += [_record(row) for row in record_search(actor, words, limit=PER_GROUP)]
    hits += [
        Hit(row.title, "programme", reverse("programme", args=[row.slug]), row.words)
        for row in portfolio(actor, search=words).rows[:PER_GROUP]
    ]
    hits += [
        Hit(row.title or row.key, "artefact", reverse("artefact", args=[row.pk]), row.programme.title)
        for row in artefact_search(actor=actor, words=words)[:PER_GROUP]
    ]
    alike: dict[tuple[str, str], Hit] = {}
    for row in finding_list(actor=actor, search=words)[: PER_GROUP * 4]:
        hit = Hit(f"“{row.quote[:90]}”", _finding(row.bucket), reverse("finding", args=[row.pk]), row.surface.title)
        alike.setdefault((hit.label, hit.more), hit)
    hits += list(alike.values())[:PER_GROUP]
    hits += [Hit(name, "detector", reverse("detector", args=[name])) for name in DETECTORS if low in name]
    hits += [
        Hit(f"{item.number} {item.title}", item.kind, reverse("catalog-item", args=[item.id]), item.framework)
        for item in load_catalog().search(words, limit=PER_GROUP)
    ]
    return hits


def _record(row: Record) -> Hit:
    register = register_of(row.register)
    name = register.name if register.name[1:2].isupper() else register.name.lower()
    return Hit(row.title, name, reverse("record", args=[row.pk]), register.state(row.state).title)


def _finding(bucket: str) -> str:
    """A finding of a record has no category of its own."""
    return "finding" if bucket == "own" else f"finding {bucket}"


@require_safe
@signed_in("read")
def search_page(request: SignedInRequest) -> HttpResponse:
    """Everything that matches `q`, as a page."""
    words = request.GET.get("q", "").strip()[:200]
    return render(request, "reports/search.html", {"words": words, "hits": find(request.actor, words) if words else []})


@require_safe
@signed_in("read")
def palette(request: SignedInRequest) -> HttpResponse:
    """The same for the command palette, as JSON."""
    words = request.GET.get("q", "").strip()[:200]
    found = find(request.actor, words)
    return JsonResponse(
        {"results": [{"label": hit.label, "kind": hit.kind, "url": hit.url, "more": hit.more} for hit in found]}
    )


@require_safe
@signed_in("read")
def glossary_page(request: SignedInRequest) -> HttpResponse:
    """The words we use, each with its meaning and where it comes from."""
    return render(request, "reports/glossary.html", {"terms": sorted(TERMS, key=lambda term: term.word.casefold())})
