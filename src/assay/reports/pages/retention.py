"""How long the content of entries is kept, what is due, and erasing it: for owners; others see the schedules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from assay.accounts.access import SignedInRequest
from assay.accounts.pages import signed_in
from assay.core.errors import AssayError, InvalidInput
from assay.ledger import erasing
from assay.ledger import queries as ledger
from assay.ledger.erasing import KEPT, Due
from assay.ledger.kinds import KINDS
from assay.ledger.queries import EntryView

ERASURES = ("payloads.expired", "subject.erased", "payload.erased")


@dataclass(frozen=True)
class RetentionPage:
    """Every schedule with what it would erase now, and the last erasures."""

    due: tuple[Due, ...]
    kinds: tuple[tuple[str, str], ...]
    erased: tuple[EntryView, ...]
    may_change: bool
    now: datetime
    values: dict[str, str]
    error: str = ""
    hint: str = ""

    @property
    def total(self) -> int:
        """How many contents are due."""
        return sum(each.count for each in self.due)

    @property
    def sentence(self) -> str:
        """What is kept, and what is due."""
        if not self.due:
            return "The content of every entry is kept for ever: no schedule is set."
        schedules = f"{len(self.due):,} {'schedule' if len(self.due) == 1 else 'schedules'}"
        if not self.total:
            return f"{schedules.capitalize()}; nothing is due to be erased."
        return f"{schedules.capitalize()}; {self.total:,} {'content is' if self.total == 1 else 'contents are'} due to be erased."


@require_safe
@signed_in("read")
def retention_page(request: SignedInRequest) -> HttpResponse:
    """The schedules, what is due, the last erasures, and for owners the forms to change them."""
    return render(request, "reports/retention.html", {"page": _page(request)})


@require_POST
@signed_in("administer")
def retention_set(request: SignedInRequest) -> HttpResponse:
    """Set or end a schedule."""
    kind, days, basis = (request.POST.get(name, "").strip() for name in ("kind", "days", "basis"))
    try:
        if days and not (days.isdecimal() and len(days) < 7):
            raise InvalidInput(
                f"{days!r} is no number of days.", hint="Give whole days; leave it empty to keep it for ever."
            )
        erasing.retention_set(
            log=request.actor.log,
            kind=kind,
            days=int(days) if days else None,
            basis=basis,
            actor=request.actor.pseudonym,
            now=timezone.now(),
        )
    except InvalidInput as error:
        page = _page(request, {"kind": kind, "days": days, "basis": basis}, str(error), error.hint)
        return render(request, "reports/retention.html", {"page": page}, status=422)
    kept = f"for {int(days):,} days" if days else "for ever"
    messages.success(request, f"The content of {kind} is kept {kept}.")
    return redirect(reverse("ledger-retention"))


@require_POST
@signed_in("administer")
def retention_run(request: SignedInRequest) -> HttpResponse:
    """Erase what is due now."""
    try:
        done = erasing.retention_run(log=request.actor.log, actor=request.actor.pseudonym, now=timezone.now())
    except AssayError as error:
        messages.error(request, f"{error} {error.hint}")
        return redirect(reverse("ledger-retention"))
    count = sum(each.count for each in done)
    messages.success(
        request, f"{count:,} contents are erased. Their entries and proofs stay." if count else "Nothing was due."
    )
    return redirect(reverse("ledger-retention"))


def _page(
    request: SignedInRequest, values: dict[str, str] | None = None, error: str = "", hint: str = ""
) -> RetentionPage:
    log, now = request.actor.log, timezone.now()
    kinds = tuple((kind, f"{kind}: {words}") for kind, words in KINDS.items() if kind.partition(".")[0] not in KEPT)
    erased = [one for kind in ERASURES for one in ledger.entry_list(log=log, kind=kind, limit=20).entries]
    return RetentionPage(
        due=tuple(erasing.retention_due(log=log, now=now)),
        kinds=kinds,
        erased=tuple(sorted(erased, key=lambda one: -(one.index or 0))[:20]),
        may_change=request.actor.may("administer"),
        now=now,
        values=values or {},
        error=error,
        hint=hint,
    )
