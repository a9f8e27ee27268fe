"""Technical documentation of an AI system, for one audience at a time."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assay.accounts.access import SignedInRequest
from assay.accounts.pages import signed_in
from assay.core.errors import NotFound
from assay.registers.declaration import SYSTEMS
from assay.registers.exports.sheets import WRITERS, Block, Sheet, file_response
from assay.registers.pages.common import now_of
from assay.registers.queries.documentation import AUDIENCES, LOOKED_AT, Documentation, documentation
from assay.registers.queries.records import access_record, people_of
from assay.registers.queries.standing import held


@require_safe
@signed_in("read")
def documentation_page(request: SignedInRequest, record_id: UUID) -> HttpResponse:
    """What users, people affected, partners or authorities are told of a system (`audience`); `format` exports it."""
    record = access_record(actor=request.actor, record_id=record_id, register=SYSTEMS)
    audience = request.GET.get("audience", "users")
    if audience not in AUDIENCES or record.retired_at is not None:
        raise NotFound("documentation", str(record.pk))
    found = held(request.actor.organization, today=now_of().date(), only=LOOKED_AT)
    system = found.by_key[f"record:{record.pk}"]
    page = documentation(found, system, audience, people=people_of(request.actor))
    wanted = request.GET.get("format", "")
    if wanted in WRITERS:
        sheet = _sheet(page, request.actor.organization.name)
        return file_response(
            request, WRITERS[wanted](sheet), wanted, f"documentation-{audience}", what=f"record:{record.pk}"
        )
    context = {"page": page, "record": record, "audiences": tuple(AUDIENCES.items()), "formats": tuple(WRITERS)}
    return render(request, "registers/documentation.html", context)


def _sheet(page: Documentation, organization: str) -> Sheet:
    rows = [
        (section.part.title, f"{entry.record.title}, version {entry.record.version}", label, text)
        for section in page.sections
        for entry in section.entries
        for label, text in entry.lines
    ]
    rows += [(section.part.title, "", "Missing", section.gap) for section in page.sections if section.empty]
    note = f"{organization}, {page.on.isoformat()}. {page.sentence} Digest {page.mark}."
    title = f"{page.system.title}: {page.title}"
    return Sheet(title, note, ("Section", "Record", "What", "Text"), rows, tuple(_blocks(page)))


def _blocks(page: Documentation) -> Iterator[Block]:
    """On paper each section is one block for each record it speaks of; the system itself is not named again."""
    for section in page.sections:
        for entry in section.entries:
            own = entry.record.id == page.system.id
            yield section.part.title if own else f"{section.part.title}: {entry.record.title}", entry.lines
        if section.empty:
            yield section.part.title, [("Missing", section.gap)]
