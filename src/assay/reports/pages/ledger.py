"""The ledger page, one entry with its proof, and verification on demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from assay.accounts.access import SignedInRequest
from assay.accounts.pages import signed_in
from assay.core.errors import InvalidInput, NotFound
from assay.core.merkle import leaf_hash
from assay.ledger import queries as ledger
from assay.ledger import services, trusting
from assay.ledger.erasing import KEPT
from assay.ledger.kinds import KINDS
from assay.ledger.models import TimeStamp
from assay.ledger.queries import CheckpointView, EntryView, Standing
from assay.ledger.timestamping import stamp_covering, stamp_get, stamp_list
from assay.ledger.trusting import Trust
from assay.reports.exports.lists import entry_json
from assay.reports.queries.verification import log_verify


@dataclass(frozen=True)
class LedgerPage:
    """What the ledger template shows: newest entries first, `waiting` not yet in the tree."""

    stands: Standing
    checkpoint: CheckpointView | None
    vkeys: tuple[str, ...]
    entries: tuple[EntryView, ...]
    waiting: tuple[EntryView, ...]
    next_before: int | None
    before: int | None
    kind: str
    actor_filter: str
    subject: str
    kinds: tuple[tuple[str, str], ...]
    now: datetime
    stamps: tuple[TimeStamp, ...]
    trusts: tuple[Trust, ...]
    policy: str
    follows: bool

    @property
    def size(self) -> int:
        """How many entries are in the tree."""
        return self.stands.size

    @property
    def filtered(self) -> bool:
        return bool(self.kind or self.actor_filter or self.subject)

    @property
    def sentence(self) -> str:
        """What the log holds and who vouches for it."""
        if self.checkpoint is None:
            return "The log has no entry in its tree yet."
        noun = "entry is" if self.size == 1 else "entries are"
        tail = f"; {len(self.waiting):,} more wait for it" if self.waiting else ""
        witnesses = len(self.checkpoint.witnesses)
        who = (
            "no witness has signed it yet"
            if not witnesses
            else f"{witnesses} {'witness has' if witnesses == 1 else 'witnesses have'} signed it"
        )
        return f"{self.size:,} {noun} under one signed root{tail}; {who}."


@require_safe
@signed_in("read")
def ledger_page(request: SignedInRequest) -> HttpResponse:
    """Entries with filters by kind, actor and subject; checkpoints with their witnesses; what is waiting.

    With `follow=1` the page asks for itself again every few seconds where there are no scripts.
    """
    page = _page(request)
    if request.GET.get("format") == "json":
        return JsonResponse({"entries": [entry_json(entry) for entry in page.entries], "next_before": page.next_before})
    return render(request, "reports/ledger.html", {"page": page, "tail": _tag(page.stands)})


@require_safe
@signed_in("read")
def tail(request: SignedInRequest) -> HttpResponse:
    """The rows of the ledger page alone, for a page that follows the log; 304 while nothing is new."""
    stands = ledger.standing(request.actor.log)
    mark = _tag(stands)
    if request.headers.get("If-None-Match") == mark:
        return HttpResponse(status=304)
    response = render(request, "reports/ledger_rows.html", {"page": _page(request, stands)})
    response["ETag"] = mark
    return response


def _tag(stands: Standing) -> str:
    return f'"{stands.mark}"'


def _page(request: SignedInRequest, stands: Standing | None = None) -> LedgerPage:
    log = request.actor.log
    stands = stands or ledger.standing(log)
    kind, actor, subject = (request.GET.get(name, "").strip() for name in ("kind", "actor", "subject"))
    raw = request.GET.get("before", "")
    before = int(raw) if raw.isdecimal() and len(raw) < 16 else None
    found = ledger.entry_list(
        log=log, kind=kind, actor=actor, subject=subject, before=before, witnessed=stands.witnessed
    )
    vkeys = ledger.vkeys(log)
    trusts, policy = _trusts(log, vkeys, stands)
    return LedgerPage(
        stands=stands,
        checkpoint=trusts[0].checkpoint if trusts else _latest(log),
        vkeys=tuple(vkeys),
        entries=found.entries,
        waiting=ledger.waiting_list(log=log)
        if stands.waiting and before is None and not (kind or actor or subject)
        else (),
        next_before=found.next_before,
        before=before,
        kind=kind,
        actor_filter=actor,
        subject=subject,
        kinds=(("", "Any kind"), *((name, name) for name in KINDS)),
        now=timezone.now(),
        stamps=tuple(stamp_list(log=log, limit=10)),
        trusts=trusts,
        policy=policy,
        follows=request.GET.get("follow") == "1" and before is None,
    )


def _trusts(log: str, vkeys: Sequence[str], stands: Standing) -> tuple[tuple[Trust, ...], str]:
    """The newest checkpoints as the policy sees them, and the policy in words; a policy that cannot be read says so."""
    try:
        policy = trusting.policy_of(log, vkeys)
        return tuple(trusting.checkpoints_shown(log=log, policy=policy, witnessed=stands.witnessed)), policy.words
    except InvalidInput as error:
        return (), f"policy.txt cannot be read, so that nothing counts as witnessed: {error}"


@require_safe
@signed_in("read")
def policy_file(request: SignedInRequest) -> HttpResponse:
    """The policy of this installation (C2SP tlog-policy). A reader brings his own, or begins with this one."""
    return HttpResponse(trusting.policy_text(request.actor.log), content_type="text/plain; charset=utf-8")


def _latest(log: str) -> CheckpointView | None:
    try:
        return ledger.checkpoint_latest(log)
    except NotFound:
        return None


@dataclass(frozen=True)
class EntryPage:
    """One entry, what it says, and its path to the root that the newest checkpoint signs."""

    entry: EntryView
    meaning: str
    leaf_text: str
    leaf_digest: str
    checkpoint: CheckpointView | None
    path: tuple[str, ...]
    payload: str | None
    payload_erased: bool
    stamp: TimeStamp | None
    vkeys: tuple[str, ...]


@require_safe
@signed_in("read")
def entry_page(request: SignedInRequest, index: int) -> HttpResponse:
    """One entry with its proof drawn as a path. Raises NotFound for an index beyond the log.

    Its content stays closed until it is asked for, unless it is what the log says about itself.
    """
    entry = ledger.entry_get(log=request.actor.log, index=index)
    return _entry(request, entry, shown=entry.kind.partition(".")[0] in KEPT)


@require_POST
@signed_in("read")
def entry_open(request: SignedInRequest, index: int) -> HttpResponse:
    """The same page with its content; that it was opened, and by whom, is entered in the log first."""
    actor = request.actor
    entry = ledger.entry_get(log=actor.log, index=index)
    with transaction.atomic():
        services.append(
            log=actor.log,
            kind="evidence.opened",
            subject=f"event:{entry.event}",
            actor=actor.pseudonym,
            body={"index": index, "kind": entry.kind},
            now=timezone.now(),
        )
    return _entry(request, entry, shown=True)


def _entry(request: SignedInRequest, entry: EntryView, *, shown: bool) -> HttpResponse:
    log, index = request.actor.log, entry.index
    assert index is not None
    checkpoint = ledger.checkpoint_latest(log)
    path = ledger.inclusion(log=log, index=index, size=checkpoint.size) if index < checkpoint.size else []
    data = ledger.payload_get(log=log, event=entry.event)
    page = EntryPage(
        entry=entry,
        meaning=KINDS.get(entry.kind, ""),
        leaf_text=entry.leaf.decode("utf-8"),
        leaf_digest=leaf_hash(entry.leaf).hex(),
        checkpoint=checkpoint if index < checkpoint.size else None,
        path=tuple(step.hex() for step in path),
        payload=None if data is None or not shown else data[:20_000].decode("utf-8", "replace"),
        payload_erased=data is None,
        stamp=stamp_covering(log=log, index=index),
        vkeys=tuple(ledger.vkeys(log)),
    )
    return render(request, "reports/entry.html", {"page": page})


@require_safe
@signed_in("read")
def event_page(request: SignedInRequest, event: str) -> HttpResponse:
    """From an event id to its entry; an event that still waits leads to the ledger page."""
    entry = ledger.entry_get(log=request.actor.log, event=event)
    if entry.index is None:
        messages.info(request, "This entry is accepted and waits for its place in the tree.")
        return redirect(reverse("ledger"))
    return redirect(reverse("entry", args=[entry.index]))


@require_safe
@signed_in("read")
def proof_file(request: SignedInRequest, index: int) -> HttpResponse:
    """The `.tlog-proof` of an entry (C2SP tlog-proof): leaf index, path, signed checkpoint."""
    text = ledger.proof_text(log=request.actor.log, index=index)
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="entry-{index}.tlog-proof"'
    return response


@require_safe
@signed_in("read")
def leaf_file(request: SignedInRequest, index: int) -> HttpResponse:
    """The exact leaf bytes of an entry."""
    entry = ledger.entry_get(log=request.actor.log, index=index)
    response = HttpResponse(entry.leaf, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="entry-{index}.json"'
    return response


@require_safe
@signed_in("read")
def checkpoint_file(request: SignedInRequest) -> HttpResponse:
    """The newest signed checkpoint: keep a copy outside, it is what finds a roll-back."""
    note = ledger.checkpoint_latest(request.actor.log).note
    return HttpResponse(note, content_type="text/plain; charset=utf-8")


@require_safe
@signed_in("read")
def stamped_file(request: SignedInRequest, size: int) -> HttpResponse:
    """The bytes that a time authority stamped: the checkpoint with the signatures of its log."""
    return _download(stamp_get(log=request.actor.log, size=size)[0], f"{size}.note", "text/plain; charset=utf-8")


@require_safe
@signed_in("read")
def stamp_file(request: SignedInRequest, size: int) -> HttpResponse:
    """The answer of the time authority over them, as `openssl ts -verify` takes it."""
    return _download(stamp_get(log=request.actor.log, size=size)[1], f"{size}.tsr", "application/timestamp-reply")


def _download(data: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
@signed_in("read")
def verify_now(request: SignedInRequest) -> HttpResponse:
    """Recompute the organization's log and compare its live rows, now, and show every difference."""
    result = log_verify(request.actor.log)
    return render(request, "reports/verified.html", {"page": result}, status=200 if result.whole else 409)
