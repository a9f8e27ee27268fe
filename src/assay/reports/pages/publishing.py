"""Publishing a programme: what the gate says, the button for each thing that blocks, and the switch of enforcement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from assay.accounts.access import SignedInRequest
from assay.accounts.pages import signed_in
from assay.assurance.models import VerdictRow
from assay.assurance.queries import OpenCounts, finding_counts, glyph_of_row, verdict_latest
from assay.core.errors import AssayError, InvalidInput
from assay.core.reading import Glyph
from assay.reports.queries.portfolio import words_of
from assay.studio.models import EnforcementSetting, Programme, PublishDecision
from assay.studio.packaging.formats import FORMATS
from assay.studio.publishing.facts import published_artefacts
from assay.studio.publishing.gate import ORDER, TITLES, Blocker, GateAnswer
from assay.studio.publishing.queries import Publication, decision_list
from assay.studio.publishing.release import ReleaseAnswer, release_answer
from assay.studio.publishing.services import minimums_set, programme_gate, programme_publish
from assay.studio.publishing.switch import LONGEST, Enforcement, enforcement, enforcement_open, enforcement_switch
from assay.studio.queries import access_programme
from assay.studio.signoff.standing import names_of

EXAMS = (("module-exam", "Module exams"), ("final-exam", "Final exams"))
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class GateLine:
    """One of the seven keys: clear, blocking, or waived because governance is not enforced."""

    key: str
    title: str
    state: str
    blocker: Blocker | None


@dataclass(frozen=True)
class PublishPage:
    """What the gate says now, what is up, and what is shown beside it and blocks nothing."""

    programme: Programme
    answer: GateAnswer
    release: ReleaseAnswer
    lines: tuple[GateLine, ...]
    up: Publication | None
    decisions: tuple[PublishDecision, ...]
    names: dict[str, str]
    verdict: VerdictRow | None
    glyph: Glyph | None
    words: str
    counts: OpenCounts
    legacy: int
    artefacts: int
    minimums: tuple[tuple[str, str, int], ...]

    @property
    def sentence(self) -> str:
        """Whether it can be published, and how many things are in the way."""
        count = len(self.answer.blockers)
        if count:
            return f"{self.programme.title} cannot be published: {count} of 7 things {'is' if count == 1 else 'are'} in the way."
        return f"{self.programme.title} can be published."


@dataclass(frozen=True)
class EnforcementPage:
    """The switch as it stands, and every time it was moved."""

    switch: Enforcement
    settings: tuple[tuple[EnforcementSetting, str], ...]
    by: str
    days: int

    @property
    def sentence(self) -> str:
        """Whether governance findings hold publishing back."""
        if self.switch.enforced:
            return "Governance findings hold publishing back."
        return f"Governance findings do not hold publishing back until {self.switch.until:%-d %B %Y, %H:%M} UTC."


@get_or_post
@signed_in("read")
def publish(request: SignedInRequest, slug: str) -> HttpResponse:
    """What the gate says; a POST measures what is not fresh, asks it, and publishes or refuses."""
    programme = access_programme(actor=request.actor, slug=slug)
    if request.method == "POST":
        request.actor.require("write")
        done = programme_publish(actor=request.actor, programme=programme, now=timezone.now().replace(microsecond=0))
        if done.answer.allowed:
            messages.success(request, f"Version {done.decision.number} is published, with its entry in the ledger.")
        else:
            messages.error(request, "Refused. Each thing in the way is below, with the button that fixes it.")
        return redirect(reverse("programme-publish", args=[slug]))
    context = {
        "page": _page(request, programme, timezone.now()),
        "formats": tuple(FORMATS.values()),
        "may_write": request.actor.may("write"),
        "may_administer": request.actor.may("administer"),
    }
    return render(request, "reports/publish.html", context)


@require_POST
@signed_in("write")
def minimums(request: SignedInRequest, slug: str) -> HttpResponse:
    """Say how many exams the blueprint asks for."""
    programme = access_programme(actor=request.actor, slug=slug)
    wanted = {name: request.POST.get(name, "1") for name, _ in EXAMS}
    try:
        if not all(raw.isdecimal() and len(raw) < 6 for raw in wanted.values()):
            raise InvalidInput("These are no numbers.", hint="Give whole numbers from 1 on.")
        asked = {name: int(raw) for name, raw in wanted.items()}
        changed = minimums_set(actor=request.actor, programme=programme, minimums=asked, now=timezone.now())
    except AssayError as error:
        messages.error(request, f"{error} {error.hint}".strip())
    else:
        messages.success(request, "The blueprint was changed." if changed else "The blueprint asks for that already.")
    return redirect(reverse("programme-publish", args=[slug]))


@get_or_post
@signed_in("administer")
def enforcement_page(request: SignedInRequest) -> HttpResponse:
    """The switch: off for some hours with a reason, or on again. That it was opened is entered in the log first."""
    now = timezone.now()
    error, status = "", 200
    if request.method == "POST":
        try:
            on = request.POST.get("enforced") == "yes"
            until = None if on else _until(request.POST.get("hours", ""), now)
            reason = request.POST.get("reason", "")
            enforcement_switch(actor=request.actor, enforced=on, reason=reason, until=until, now=now)
            return redirect(reverse("enforcement"))
        except AssayError as refused:
            error, status = f"{refused} {refused.hint}".strip(), refused.http_status
    elif request.method == "GET":
        enforcement_open(actor=request.actor, now=now)
    rows = list(EnforcementSetting.objects.filter(organization=request.actor.organization).order_by("-at", "-id")[:50])
    switch = enforcement(request.actor.organization, now=now)
    names = names_of({row.by for row in rows} | {switch.by})
    page = EnforcementPage(
        switch, tuple((row, names[row.by]) for row in rows), names.get(switch.by, switch.by), LONGEST.days
    )
    return render(request, "reports/enforcement.html", {"page": page, "error": error}, status=status)


def _until(hours: str, now: datetime) -> datetime:
    if not hours.isdecimal() or not 1 <= int(hours[:6]) <= LONGEST.days * 24:
        raise InvalidInput("Switching off needs an end.", hint=f"Give 1 to {LONGEST.days * 24} hours.", field="hours")
    return (now + timedelta(hours=int(hours))).astimezone(UTC).replace(microsecond=0)


def _page(request: SignedInRequest, programme: Programme, now: datetime) -> PublishPage:
    answer = programme_gate(programme, now=now)
    decisions = tuple(decision_list(programme).defer("manifest")[:20])
    row = verdict_latest(programme.surface)
    shown = list(published_artefacts(programme).defer("text", "line_map"))
    release = release_answer(programme, now=now)
    return PublishPage(
        programme=programme,
        answer=answer,
        release=release,
        lines=tuple(_line(key, answer) for key in ORDER),
        up=release.up,
        decisions=decisions,
        names=names_of({each.by for each in decisions}),
        verdict=row,
        glyph=None if row is None else glyph_of_row(row),
        words="" if row is None else words_of(row.state, row.found, row.texture),
        counts=finding_counts(actor=request.actor, surface=programme.surface),
        legacy=sum(1 for each in shown if each.is_legacy),
        artefacts=len(shown),
        minimums=tuple((slug, title, int(programme.minimums.get(slug, 1))) for slug, title in EXAMS),
    )


def _line(key: str, answer: GateAnswer) -> GateLine:
    for state, blockers in (("in the way", answer.blockers), ("waived", answer.waived)):
        for each in blockers:
            if each.key == key:
                return GateLine(key, TITLES[key], state, each)
    return GateLine(key, TITLES[key], "clear", None)
