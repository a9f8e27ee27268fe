"""GOVERNANCE_PUBLISH_ENFORCEMENT: whether the governance blocker refuses, at run time.

A stored setting of the organization goes before the environment. Off always ends by itself; both ways are logged.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from assay.accounts.access import Actor
from assay.accounts.models import Organization
from assay.core.errors import InvalidInput
from assay.ledger import tracking
from assay.ledger.services import append
from assay.studio.models import EnforcementSetting

LONGEST = timedelta(days=14)
REASON_LIMIT = 2_000


@dataclass(frozen=True, slots=True)
class Enforcement:
    """Whether governance is enforced now. While it is not: who switched it off (a pseudonym, or `environment`), why,
    until when."""

    enforced: bool
    by: str = ""
    reason: str = ""
    until: datetime | None = None
    since: datetime | None = None


def enforcement(organization: Organization, *, now: datetime) -> Enforcement:
    """The switch as it stands at `now`. One query."""
    row = EnforcementSetting.objects.filter(organization=organization).order_by("-at", "-id").first()
    if row is not None and row.enforced:
        return Enforcement(True, row.by, row.reason, None, row.at)
    if row is not None and row.until is not None and row.until > now:
        return Enforcement(False, row.by, row.reason, row.until, row.at)
    ends: datetime | None = settings.ASSAY.governance_off_until
    if ends is not None and ends > now:
        return Enforcement(False, "environment", "ASSAY_GOVERNANCE_PUBLISH_ENFORCEMENT", ends)
    return Enforcement(True)


@transaction.atomic
def enforcement_switch(
    *, actor: Actor, enforced: bool, reason: str, now: datetime, until: datetime | None = None
) -> EnforcementSetting:
    """Switch the governance blocker off until a time at most 14 days ahead, or on again.

    Raises NotPermitted unless the role administers, InvalidInput without a reason or with an end that is no end.
    """
    actor.require("administer")
    told = reason.strip()
    if not told or len(told) > REASON_LIMIT:
        raise InvalidInput("Say why.", hint=f"At most {REASON_LIMIT:,} characters.")
    if not enforced and (until is None or not now < until <= now + LONGEST):
        raise InvalidInput(
            "Switching off needs an end.", hint=f"Choose one within the next {LONGEST.days} days.", field="until"
        )
    row = EnforcementSetting(
        organization=actor.organization,
        enforced=enforced,
        reason=told,
        until=None if enforced else until,
        by=actor.pseudonym,
        at=now,
    )
    row.event_id = append(
        log=actor.log,
        kind="enforcement.switched",
        subject=f"organization:{actor.organization.pk}",
        actor=actor.pseudonym,
        body={
            "enforced": enforced,
            "reason": told,
            "until": None if row.until is None else row.until.isoformat(),
        },
        record=tracking.record(row),
        now=now,
    )
    row.save(force_insert=True)
    return row


@transaction.atomic
def enforcement_open(*, actor: Actor, now: datetime) -> None:
    """Note that somebody opened the console of the switch. Raises NotPermitted unless the role administers."""
    actor.require("administer")
    append(
        log=actor.log,
        kind="override-console.opened",
        subject=f"organization:{actor.organization.pk}",
        actor=actor.pseudonym,
        body={"enforced": enforcement(actor.organization, now=now).enforced},
        now=now,
    )
