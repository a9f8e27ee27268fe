"""Background work of the room: the sweep of one programme and of the portfolio, fixes in bulk, the verdict after a fix."""

from datetime import datetime
from functools import partial
from typing import Any

from django.utils import timezone

from assay.accounts.access import Actor, actor_of
from assay.accounts.models import Person
from assay.assurance.models import FindingRow, Surface
from assay.assurance.services import verdict_refresh
from assay.assurance.sweeps import Swept, sweeper
from assay.core.errors import AssayError, NotPermitted
from assay.jobs.registry import Do, Steps, Total, Work, handler
from assay.studio.models import Programme, SweepReport
from assay.studio.portfolio.queries import body_of
from assay.studio.portfolio.report import ProgrammeLine, content_of
from assay.studio.portfolio.services import BULK_JOB, REPORT_JOB, line_sweep, report_record
from assay.studio.portfolio.spreading import spreading_of
from assay.studio.programmes import SURFACE_KIND
from assay.studio.remediation.services import REFRESH, finding_fix
from assay.studio.services import programme_sweep


@sweeper(SURFACE_KIND)
def surface_sweep(surface: Surface, actor: Actor, now: datetime) -> Swept:
    """Sweep the programme of a surface. Content is read and never changed."""
    swept = programme_sweep(actor=actor, programme=Programme.objects.get(surface=surface), now=now)
    return Swept(measured=swept.measured, fresh=swept.fresh, verdict=swept.verdict)


@handler(REFRESH)
def verdict_bring_up(work: Work) -> Steps:
    """Bring the cached report of one surface up to date, unless whoever changed its artefact did so already."""
    yield Do("verdict", _kept, compute=partial(_verdict, work))


def _kept(answer: Any) -> Any:
    return answer


def _verdict(work: Work) -> str:
    surface = Surface.objects.filter(pk=work.body["surface"], organization=work.organization_id).first()
    return "" if surface is None else verdict_refresh(surface=surface, now=timezone.now()).digest


@handler(REPORT_JOB)
def portfolio_report(work: Work) -> Steps:
    """Sweep each programme of the organization, one step each, then keep the signed report of what was found."""
    programmes = yield Do("programmes", partial(_programmes, work), units=0)
    yield Total(len(programmes))
    lines = []
    for pk in programmes:
        lines.append((yield Do(f"programme-{pk}", _kept, compute=partial(_line, work, pk))))
    found = [ProgrammeLine.from_json(line) for line in lines if line is not None]
    spreading = yield Do("spreading", _kept, compute=partial(_spreading, work, found), units=0)
    yield Do("report", partial(_report, work, found, spreading), units=0)


@handler(BULK_JOB)
def bulk_fix(work: Work) -> Steps:
    """Fix the findings that a report shows, one step each; what was fixed or decided meanwhile is passed over."""
    findings = yield Do("findings", partial(_findings, work), units=0)
    yield Total(len(findings))
    for pk in findings:
        yield Do(f"finding-{pk}", _kept, compute=partial(_fix, work, pk))


def _programmes(work: Work) -> list[str]:
    rows = Programme.objects.filter(organization=work.organization_id).order_by("slug")
    return [str(pk) for pk in rows.values_list("pk", flat=True)]


def _line(work: Work, pk: str) -> dict[str, Any] | None:
    programme = Programme.objects.select_related("surface").filter(pk=pk, organization=work.organization_id).first()
    if programme is None:
        return None
    return line_sweep(actor=_actor(work), programme=programme, now=timezone.now()).to_json()


def _spreading(work: Work, lines: list[ProgrammeLine]) -> dict[str, Any]:
    return spreading_of(_actor(work).organization, content_of(lines))


def _report(work: Work, lines: list[ProgrammeLine], spreading: dict[str, Any]) -> int:
    actor, now = _actor(work), timezone.now()
    return report_record(job=work.job_id, actor=actor, lines=lines, spreading=spreading, now=now).number


def _findings(work: Work) -> list[str]:
    report = SweepReport.objects.get(pk=work.body["report"], organization=work.organization_id)
    return [pk for line in body_of(report)["programmes"] for pk in line["findings"]]


def _fix(work: Work, pk: str) -> str:
    """Fix one finding; a reason in words where it could not be."""
    report = SweepReport.objects.get(pk=work.body["report"], organization=work.organization_id)
    finding = FindingRow.objects.filter(pk=pk, surface__organization=work.organization_id).first()
    if finding is None:
        return "gone"
    try:
        result = finding_fix(finding=finding, by=_actor(work), now=timezone.now(), report=report)
    except NotPermitted:
        raise
    except AssayError as error:
        return str(error)
    return "fixed" if result.fixed else "not fixed"


def _actor(work: Work) -> Actor:
    person = Person.objects.filter(pk=work.body["person"]).first()
    actor = None if person is None else actor_of(person, organization_id=work.organization_id)
    if actor is None or str(actor.organization.pk) != str(work.organization_id) or not actor.may("write"):
        raise NotPermitted("Who asked for this may not write any more.", hint="Ask for it again.")
    return actor
