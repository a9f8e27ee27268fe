"""Reading sweep reports. Absent and another organization's look the same: NotFound."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from assay.accounts.access import Actor
from assay.assurance.bodies import unpack
from assay.core.errors import NotFound
from assay.jobs.models import OPEN_STATES, Job
from assay.studio.models import SweepReport
from assay.studio.portfolio.services import BULK_JOB, REPORT_JOB


def report_list(*, actor: Actor) -> QuerySet[SweepReport]:
    """The reports of the actor's organization, the newest first, without their bodies."""
    actor.require("read")
    rows = SweepReport.objects.filter(organization=actor.organization).defer("body", "envelope")
    return rows.order_by("-number")


def access_report(*, actor: Actor, number: int) -> SweepReport:
    """One report by its number. Raises NotFound."""
    row = SweepReport.objects.filter(organization=actor.organization, number=number).first()
    if row is None or not actor.may("read"):
        raise NotFound("sweep report", number)
    return row


def body_of(report: SweepReport) -> dict[str, Any]:
    """What a report says. Raises IntegrityBroken when its bytes are not those of its digest."""
    return unpack(report.body, report.digest)


def open_jobs(*, actor: Actor) -> list[Job]:
    """Sweeps and bulk fixes of the organization that are under way or wait."""
    rows = Job.objects.filter(organization=actor.organization, kind__in=(REPORT_JOB, BULK_JOB), state__in=OPEN_STATES)
    return list(rows.order_by("created_at"))
