"""Addresses of fixing, signing and publishing."""

from uuid import uuid4

from assay.studio.portfolio.services import line_sweep, report_record
from assay.studio.signoff.services import signatures_request
from assay.studio.signoff.standing import programme_standings
from tests.rooms.samples.reports import artefact, of_artefact, of_finding, of_measured_programme, present
from tests.rooms.url_samples import World, sample


def of_credential(world: World) -> dict[str, object]:
    """An artefact that awaits a signature."""
    row = artefact(world)
    signatures_request(actor=world.asha, programme=row.programme, now=world.now)
    return {"artefact_id": row.pk}


def of_awaiting_programme(world: World) -> dict[str, object]:
    row = artefact(world)
    signatures_request(actor=world.asha, programme=row.programme, now=world.now)
    assert programme_standings(row.programme)
    return {"slug": row.programme.slug}


def of_report(world: World) -> dict[str, object]:
    """The report of one sweep."""
    programme = artefact(world).programme
    line = line_sweep(actor=world.asha, programme=programme, now=world.now)
    row = report_record(job=uuid4(), actor=world.asha, lines=[line], now=world.now)
    return {"number": row.number}


def with_report(world: World) -> dict[str, object]:
    of_report(world)
    return {}


sample("finding-fix", "object", action="write", methods=("post",), arguments=of_finding)
sample("finding-question", "object", arguments=of_finding)
sample("artefact-versions", "object", arguments=of_credential)
sample("artefact-diff", "object", arguments=of_artefact)
sample("artefact-comment", "object", action="write", methods=("post",), arguments=of_artefact, data={"text": "Seen."})
sample(
    "artefact-changes",
    "object",
    action="dispose",
    methods=("post",),
    arguments=of_credential,
    data={"wanted": "Name the levels."},
)
sample(
    "artefact-audience",
    "object",
    action="administer",
    methods=("post",),
    arguments=of_artefact,
    data={"internal": "yes", "reason": "a note to tutors"},
)
sample("programme-sign", "object", arguments=of_awaiting_programme)
sample("programme-sign-ask", "object", action="write", methods=("post",), arguments=of_awaiting_programme)
sample("programme-sign-confirm", "object", action="dispose", methods=("post",), arguments=of_awaiting_programme)
sample("programme-publish", "object", arguments=of_measured_programme)
sample(
    "programme-minimums",
    "object",
    action="write",
    methods=("post",),
    arguments=of_measured_programme,
    data={"module-exam": "2", "final-exam": "1"},
)
sample("enforcement", "own", action="administer")
sample("sweeps", "own", arguments=with_report)
sample("sweep-start", "own", action="write", methods=("post",), arguments=present)
sample("sweep-schedule", "own", action="write", methods=("post",), arguments=present, data={"every": "7"})
sample("sweep-compare", "object", arguments=with_report)
sample("sweep", "object", arguments=of_report)
sample("sweep-file", "object", arguments=of_report)
sample("sweep-fix", "object", action="write", methods=("post",), arguments=of_report)
sample(
    "sweep-material", "object", action="write", methods=("post",), arguments=of_report, data={"programme": "halvorsen-course"},
)  # fmt: skip
sample("tour", "own")
sample("api-1:fix_get", "object", arguments=of_finding)
sample("api-1:fix_post", "object", action="write", methods=("post",), arguments=of_finding)
sample("api-1:publication_get", "object", arguments=of_measured_programme)
sample("api-1:publication_post", "object", action="write", methods=("post",), arguments=of_measured_programme)
sample("api-1:sweep_list", "own", arguments=with_report)
sample("api-1:sweep_new", "own", action="write", methods=("post",), arguments=present)
sample("api-1:sweep_get", "object", arguments=of_report)
