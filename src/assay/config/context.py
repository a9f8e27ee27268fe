"""What every page gets beside its own context: navigation, actor, organizations, the state of the ledger.

Costs at most three statements, and none for somebody who is not signed in.
"""

from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from assay.accounts.access import Actor
from assay.accounts.queries import organization_list
from assay.ledger import queries as ledger
from assay.studio.publishing.switch import enforcement
from assay.ui.frame import LedgerStatus, NavItem

# Pages of the main navigation and of the account menu, by the name of their address; those that exist are shown.
NAVIGATION = (
    ("portfolio", "Portfolio"),
    ("system", "Management system"),
    ("findings", "Findings"),
    ("ledger", "Ledger"),
    ("catalog", "Catalog"),
)
ACCOUNT = (("profile", "Profile"), ("tokens", "Tokens"), ("people", "People"))


def page(request: HttpRequest) -> dict[str, Any]:
    """The names that `ui/base.html` documents. They go before a page's own, so no page may use them for its own facts."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return {"actor": None, "request_id": getattr(request, "request_id", "")}
    return {
        "actor": actor,
        "nav": _items(NAVIGATION, request.path),
        "account_links": _items(ACCOUNT, request.path),
        "organizations": _organizations(actor),
        "status": _status(actor),
        "search_url": _address("search"),
        "palette_url": _address("palette"),
        "sign_out_url": _address("sign-out"),
        "enforcement": enforcement(actor.organization, now=timezone.now()),
        "request_id": getattr(request, "request_id", ""),
    }


def _status(actor: Actor) -> LedgerStatus:
    size = ledger.position(actor.log)
    return LedgerStatus(size=size, label=f"{size:,} entries" if size != 1 else "1 entry", url=_address("ledger"))


def _organizations(actor: Actor) -> list[NavItem]:
    address = _address("organizations")
    return [
        NavItem(organization.name, address, current=organization.pk == actor.organization.pk)
        for organization in organization_list(person=actor.person)
    ]


def _items(pages: tuple[tuple[str, str], ...], path: str) -> list[NavItem]:
    found = ((label, _address(name)) for name, label in pages)
    return [NavItem(label, url, current=_covers(url, path)) for label, url in found if url]


def _covers(url: str, path: str) -> bool:
    """Whether `path` is the page at `url` or below it; the start page covers only itself."""
    return path == url or (url != "/" and path.startswith(url.rstrip("/") + "/"))


@cache
def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
