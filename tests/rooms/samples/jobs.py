"""Addresses of background work."""

from django.db import transaction

from assay.jobs import services
from tests.rooms.url_samples import World, sample


def ashas_job(world: World) -> dict[str, object]:
    with transaction.atomic():
        job = services.enqueue(
            kind="test.sample",
            key="Halvorsen",
            steps_body={},
            organization=world.asha.organization,
            now=world.now,
        )
    return {"job_id": job.pk}


sample("jobs", "own")
sample("job", "object", arguments=ashas_job)
sample("job-cancel", "object", action="write", methods=("post",), arguments=ashas_job)
