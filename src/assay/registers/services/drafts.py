"""Drafts of forms: kept on the server per person and record while somebody is still writing. No evidence, no entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from assay.accounts.access import Actor
from assay.core.errors import InvalidInput
from assay.registers.models import FormDraft, Record
from assay.registers.registry import register_of

MOST_LETTERS = 400_000
LEFT_OUT = frozenset({"csrfmiddlewaretoken", "next"})


@transaction.atomic
def draft_save(
    *,
    actor: Actor,
    register: str,
    record: Record | None,
    content: Mapping[str, Sequence[str]],
    version: int,
    now: datetime,
) -> FormDraft:
    """Keep what is in a form, in place of the person's earlier draft of the same form. Raises InvalidInput over 400,000
    characters, NotFound for a register that does not exist."""
    actor.require("write")
    register_of(register)
    kept = {
        name: [value.replace("\x00", "") for value in values]
        for name, values in content.items()
        if name not in LEFT_OUT
    }
    if sum(len(name) + sum(map(len, values)) for name, values in kept.items()) > MOST_LETTERS:
        raise InvalidInput("This is more than a draft can hold.", hint="Shorten it, or attach a document as evidence.")
    rows = FormDraft.objects.select_for_update().filter(
        organization=actor.organization, person=actor.person, register=register, record=record
    )
    row = rows.first() or FormDraft(
        organization=actor.organization, person=actor.person, register=register, record=record
    )
    row.content, row.version, row.saved_at = kept, version, now
    row.save()
    return row


@transaction.atomic
def draft_discard(*, actor: Actor, register: str, record: Record | None) -> None:
    """Forget the person's draft of a form, if there is one."""
    actor.require("write")
    FormDraft.objects.filter(
        organization=actor.organization, person=actor.person, register=register, record=record
    ).delete()
