"""How many artefacts were made under which version of the governance rules."""

from __future__ import annotations

from collections import Counter

from assay.accounts.access import Actor
from assay.studio.governance import is_legacy
from assay.studio.models import Artefact


def stamps_count(*, actor: Actor) -> tuple[Counter[str], int]:
    """Artefacts of the actor's organization by the version in their stamp, "" without a stamp; and how many are legacy."""
    rows = Artefact.objects.filter(programme__organization=actor.organization, removed_at=None)
    stamps: Counter[str] = Counter()
    legacy = 0
    for meta, provenance in rows.order_by("pk").values_list("generation_meta", "provenance").iterator(chunk_size=2000):
        stamps[str((meta or {}).get("governance_version", ""))] += 1
        legacy += is_legacy(meta, provenance)
    return stamps, legacy
