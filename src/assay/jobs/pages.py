"""Pages of the room: what runs in the background, how far it is, and a way to stop it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from assay.accounts.access import SignedInRequest
from assay.accounts.pages import signed_in
from assay.jobs import queries, services


@require_safe
@signed_in()
def job_list(request: SignedInRequest) -> HttpResponse:
    """The last hundred jobs of the organization."""
    jobs = queries.job_list(actor=request.actor)
    return render(request, "jobs/list.html", {"jobs": jobs, "running": sum(job.open for job in jobs)})


@require_safe
@signed_in()
def job_detail(request: SignedInRequest, job_id: UUID) -> HttpResponse:
    """One job; asked for by htmx, only its progress."""
    job = queries.job_view(queries.access_job(actor=request.actor, job_id=job_id))
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, "jobs/progress.html" if fragment else "jobs/detail.html", {"job": job})


@require_POST
@signed_in("write")
def job_cancel(request: SignedInRequest, job_id: UUID) -> HttpResponse:
    """Stop a job."""
    job = queries.access_job(actor=request.actor, job_id=job_id)
    services.job_cancel(job=job, by=request.actor, now=timezone.now())
    return redirect("job", job_id=job_id)
