"""Publishing a programme, saying who sees an artefact, and how much the blueprint asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, transaction
from django.db.models import Max

from assay.accounts.access import Actor
from assay.assurance.queries import verdict_latest
from assay.core.errors import AssayError, InvalidInput, NotFound, NotPermitted
from assay.ledger import tracking
from assay.ledger.services import append
from assay.studio.models import Artefact, Programme, PublishDecision
from assay.studio.pathways import BY_SLUG
from assay.studio.programmes import programme_lock
from assay.studio.publishing.facts import gate_facts, manifest_of
from assay.studio.publishing.gate import Blocker, GateAnswer, publish_gate
from assay.studio.publishing.switch import enforcement
from assay.studio.sweeping import programme_sweep

MOST = 1_000
REASON_LIMIT = 2_000


@dataclass(frozen=True)
class Published:
    """What asking to publish came to: the gate's answer and the record of it."""

    answer: GateAnswer
    decision: PublishDecision


def programme_gate(programme: Programme, *, now: datetime, incomputable: str = "") -> GateAnswer:
    """What the gate would say of a programme as it is now. Changes nothing."""
    on = enforcement(programme.organization, now=now).enforced
    return publish_gate(gate_facts(programme, incomputable=incomputable), enforced=on)


def programme_publish(*, actor: Actor, programme: Programme, now: datetime, workers: int | None = None) -> Published:
    """Measure what is not fresh, ask the gate, and publish or refuse; either is kept with its entry.

    The same content published again is published under the number that it has. Raises NotPermitted, NotFound for
    another organization's programme.
    """
    actor.require("write")
    if programme.organization_id != actor.organization.pk:
        raise NotFound("programme", programme.slug)
    incomputable = ""
    try:
        programme_sweep(actor=actor, programme=programme, now=now, workers=workers)
    except (NotPermitted, DatabaseError):
        raise
    except AssayError as error:
        incomputable = f"{error} {error.hint}".strip()
    return _decide(actor, programme, now, incomputable)


@transaction.atomic
def _decide(actor: Actor, programme: Programme, now: datetime, incomputable: str) -> Published:
    locked = programme_lock(actor, programme)
    answer = programme_gate(locked, now=now, incomputable=incomputable)
    manifest, digest = manifest_of(locked)
    last = PublishDecision.objects.filter(programme=locked, allowed=True).order_by("-number").first()
    if answer.allowed and last is not None and last.digest == digest:
        return Published(answer, last)
    verdict = verdict_latest(locked.surface)
    row = PublishDecision(
        programme=locked,
        allowed=answer.allowed,
        enforced=answer.enforced,
        blockers=[_told(each) for each in answer.blockers],
        waived=[_told(each) for each in answer.waived],
        verdict_digest="" if verdict is None else verdict.digest,
        by=actor.pseudonym,
        at=now,
    )
    if answer.allowed:
        numbers = PublishDecision.objects.filter(programme=locked).aggregate(last=Max("number"))
        row.number, row.manifest, row.digest = (numbers["last"] or 0) + 1, manifest, digest
    row.event_id = append(
        log=actor.log,
        kind="programme.published" if answer.allowed else "gate.decided",
        subject=f"programme:{locked.pk}",
        actor=actor.pseudonym,
        body={
            "gate": "publish",
            "programme": locked.slug,
            "allowed": row.allowed,
            "enforced": row.enforced,
            "blockers": row.blockers,
            "waived": row.waived,
            "number": row.number,
            "manifest": row.digest,
            "artefacts": len(row.manifest),
            "verdict": row.verdict_digest,
        },
        record=tracking.record(row),
        now=now,
    )
    row.save(force_insert=True)
    return Published(answer, row)


@transaction.atomic
def audience_set(*, actor: Actor, artefact: Artefact, internal: bool, reason: str, now: datetime) -> bool:
    """Say whether learners see an artefact; return whether that changed. An internal one enters no publication.

    Raises NotPermitted unless the role administers, InvalidInput without a reason.
    """
    actor.require("administer")
    told = reason.strip()
    if not told or len(told) > REASON_LIMIT:
        raise InvalidInput("Say why learners do or do not see it.", hint=f"At most {REASON_LIMIT:,} characters.")
    programme_lock(actor, artefact.programme)
    row = Artefact.objects.select_for_update().get(pk=artefact.pk)
    if row.internal == internal:
        return False
    row.internal = internal
    row.event_id = append(
        log=actor.log,
        kind="artefact.audience-set",
        subject=f"artefact:{row.pk}",
        actor=actor.pseudonym,
        body={"key": row.key, "internal": internal, "reason": told},
        record=tracking.record(row),
        now=now,
    )
    row.save(update_fields=["internal", "event_id"])
    return True


@transaction.atomic
def minimums_set(*, actor: Actor, programme: Programme, minimums: Mapping[str, int], now: datetime) -> bool:
    """Say how many artefacts of each pathway the blueprint asks for, by slug; return whether that changed.

    Raises NotPermitted, InvalidInput for an unknown pathway or a number outside 1 to 1,000.
    """
    actor.require("write")
    for slug, count in minimums.items():
        if slug not in BY_SLUG or not 1 <= count <= MOST:
            raise InvalidInput(
                f"The blueprint cannot ask for {count} of {slug!r}.",
                hint=f"A pathway, and a number from 1 to {MOST:,}.",
            )
    row = programme_lock(actor, programme)
    wanted = {slug: count for slug, count in sorted(minimums.items()) if count != 1}
    if row.minimums == wanted:
        return False
    row.minimums = wanted
    row.save(update_fields=["minimums"])
    append(
        log=actor.log,
        kind="programme.changed",
        subject=f"programme:{row.pk}",
        actor=actor.pseudonym,
        body={"programme": row.slug, "minimums": wanted},
        record=tracking.record(row),
        now=now,
    )
    return True


def _told(blocker: Blocker) -> dict[str, object]:
    return {
        "key": blocker.key,
        "what": blocker.what,
        "places": [[place.kind, place.key] for place in blocker.places[:100]],
    }
