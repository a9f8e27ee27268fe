"""Approving a record: the page that shows exactly what is signed, and the signature."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from assay.accounts.access import SignedInRequest
from assay.accounts.passkeys import Ask, Site, passkeys_of
from assay.accounts.proving import shown_who
from assay.accounts.sites import site_of_request
from assay.core.errors import AssayError, Conflict
from assay.registers.declaration import Register, State
from assay.registers.models import Record
from assay.registers.pages.common import now_of
from assay.registers.queries.detail import Shown, fields_shown
from assay.registers.queries.records import access_record
from assay.registers.registry import register_of
from assay.registers.services import record_move
from assay.registers.services.approving import SAYS, approval_ask, as_approved
from assay.registers.services.records import approver_check
from assay.registers.services.writing import content_digest

LONGEST_WORDS = 2_000


@dataclass(frozen=True)
class ApprovePage:
    """Exactly what a click signs. `ask`: for the signer's passkey, if they have one that works here."""

    record: Record
    register: Register
    state: State
    version: int
    digest: str
    fields: tuple[Shown, ...]
    words: str
    says: str
    onward: str
    by_password: bool
    ask: Ask | None
    site: Site
    error: str = ""

    @property
    def sentence(self) -> str:
        """What the signer is about to do."""
        return f"You are about to sign “{self.record.title}”, version {self.version}."


def approve(request: SignedInRequest, record: Record, to: str, onward: str) -> HttpResponse:
    """Show what would be signed; with `confirmed`, sign it after the signer has shown who they are."""
    words = request.POST.get("words", "")[:LONGEST_WORDS]
    if request.POST.get("confirmed") != "yes":
        return _page(request, record, to, words, onward)
    try:
        version = int(request.POST.get("version", "") or 0)
        if request.POST.get("digest") != _preview(request, record, to)[1]:
            raise Conflict("The record is not what you were shown: it changed meanwhile.", hint="Read it again.")
        proof = shown_who(request)
        moved = record_move(
            record=record,
            to=to,
            actor=request.actor,
            now=now_of(),
            words=words,
            expected=version - 1,
            proof=proof,
        )
    except AssayError as error:
        told = f"{error} {error.hint}".strip()
        return _page(request, record, to, words, onward, error=told, status=error.http_status)
    except ValueError:
        return redirect(onward)
    messages.success(request, f"You signed it. It is now “{register_of(moved.register).state(moved.state).title}”.")
    return redirect(onward)


def _page(
    request: SignedInRequest, record: Record, to: str, words: str, onward: str, error: str = "", status: int = 200
) -> HttpResponse:
    actor, site = request.actor, site_of_request(request)
    approver_check(record, to, actor)
    shown, digest = _preview(request, record, to)
    ask = None
    if any(each.rp_id == site.rp_id for each in passkeys_of(actor.person)):
        ask = approval_ask(record=shown, actor=actor, words=words, site=site, now=timezone.now())
    page = ApprovePage(
        record=shown,
        register=register_of(record.register),
        state=register_of(record.register).state(to),
        version=record.version + 1,
        digest=digest,
        fields=fields_shown(actor, shown),
        words=words,
        says=SAYS,
        onward=onward,
        by_password=actor.person.has_usable_password(),
        ask=ask,
        site=site,
        error=error,
    )
    return render(request, "registers/approve.html", {"page": page}, status=status)


def _preview(request: SignedInRequest, record: Record, to: str) -> tuple[Record, str]:
    """The record as the approval would leave it, on an instance of its own, and the digest of its content."""
    own = access_record(actor=request.actor, record_id=record.pk)
    shown = as_approved(own, to, request.actor, timezone.now())
    return shown, content_digest(shown)
