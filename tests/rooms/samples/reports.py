"""Addresses of reports and of the HTTP API."""

from collections.abc import Callable

from assay.assurance.models import FindingRow
from assay.assurance.services import canaries_record
from assay.core.verdict import Canary
from assay.detect.registry import DETECTORS
from assay.ledger import queries as ledger
from assay.ledger import services as ledger_services
from assay.studio.models import Artefact, Programme
from assay.studio.pathways import PATHWAYS
from assay.studio.services import artefact_accept, programme_create, programme_sweep
from tests.rooms.url_samples import World, sample

SLUG = "halvorsen-course"
BRIEF = {
    "key": "brief",
    "pathway": "assignment-brief",
    "title": "Halvorsen brief",
    "text": "# Halvorsen brief\n\nThe organization shall conform to ISO 14001 and its clause 6.1.2 governs this audit.\n",
}
NEW_BRIEF = {"key": "new", "pathway": "lesson", "title": "New", "text": "# New\n\nA lesson about the scope.\n"}


def programme(world: World) -> Programme:
    plant(world)
    return programme_create(actor=world.asha, title="Halvorsen course", standard="iso42001", slug=SLUG, now=world.now)


def plant(world: World) -> None:
    """Record canary results for all detectors and pathways; planting them for real takes longer than all these tests."""
    for detector in DETECTORS.values():
        canaries = [
            Canary(detector.name, detector.version, pathway.slug, kind, 200, 200)
            for pathway in PATHWAYS
            for kind in detector.kinds
        ]
        canaries_record(organization=world.asha.organization, canaries=canaries, by=world.asha, now=world.now)


def artefact(world: World) -> Artefact:
    return artefact_accept(actor=world.asha, programme=programme(world), stamped=BRIEF, now=world.now).artefact


def of_programme(world: World) -> dict[str, object]:
    return {"slug": programme(world).slug}


def of_measured_programme(world: World) -> dict[str, object]:
    measured = artefact(world).programme
    programme_sweep(actor=world.asha, programme=measured, now=world.now, workers=1)
    return {"slug": measured.slug}


def of_artefact(world: World) -> dict[str, object]:
    return {"artefact_id": artefact(world).pk}


def of_finding(world: World) -> dict[str, object]:
    artefact(world)
    return {"finding_id": FindingRow.objects.earliest("key").pk}


def of_event(world: World) -> dict[str, object]:
    programme(world)
    ledger_services.integrate(log=world.asha.log, now=world.now)
    return {"event": ledger.entry_list(log=world.asha.log).entries[0].event}


def present(world: World) -> dict[str, object]:
    """Something of Asha's that the page of another organization must not show; the address itself takes nothing."""
    artefact(world)
    for actor in (world.asha, world.dora):
        ledger_services.integrate(log=actor.log, now=world.now)
    return {}


def with_present(name: str, value: object) -> Callable[[World], dict[str, object]]:
    def arguments(world: World) -> dict[str, object]:
        return present(world) | {name: value}

    return arguments


sample("portfolio", "own", arguments=present)
sample("programme", "object", arguments=of_measured_programme)
sample(
    "programme-package",
    "object",
    arguments=lambda world: of_measured_programme(world) | {"name": "docx"},
    query={"draft": "yes"},
)
sample("programme-sweep", "object", action="write", methods=("post",), arguments=of_programme)
for file in ("programme-verdict", "programme-sarif", "programme-report", "programme-badge"):
    sample(file, "object", arguments=of_measured_programme)
sample("artefact", "object", arguments=of_artefact)
sample("findings", "own", arguments=present)
sample("finding", "object", arguments=of_finding)
sample("finding-dispose", "object", action="dispose", methods=("post",), arguments=of_finding, data={"reason": "seen"})
sample("detectors", "own", arguments=present)
sample("detector", "own", arguments=with_present("name", "standard-mention"))
sample("ledger", "own", arguments=present)
sample("ledger-pack", "own", methods=("get", "post"), arguments=present, data={"whole": "1"})
sample("ledger-tail", "own", arguments=present)
sample("ledger-policy", "own", arguments=present)
sample("ledger-retention", "own", arguments=present)
sample(
    "ledger-retention-set",
    "own",
    action="administer",
    methods=("post",),
    data={"kind": "finding.disposed", "days": "30", "basis": "law"},
    statuses=(302,),
)
sample("ledger-retention-run", "own", action="administer", methods=("post",), arguments=present, statuses=(302,))
sample("entry-open", "own", methods=("post",), arguments=with_present("index", 0))
sample("ledger-verify", "own", methods=("post",), arguments=present)
sample("ledger-checkpoint", "own", arguments=present)
sample("event", "object", arguments=of_event, statuses=(200, 302))
sample("entry", "own", arguments=with_present("index", 0))
sample("entry-proof", "own", arguments=with_present("index", 0))
sample("entry-leaf", "own", arguments=with_present("index", 0))
sample("catalog", "own")
sample("framework", "own", arguments=lambda world: {"framework": "iso42001"})
sample("catalog-item", "own", arguments=lambda world: {"ident": "iso42001:A.6.2.4"})
sample("search", "own", arguments=present, query={"q": "brief"})
sample("palette", "own", arguments=present, query={"q": "brief"})
sample("glossary", "own")

sample("api-1:openapi-json", "public")
sample("api-1:programme_list", "own", arguments=present)
sample(
    "api-1:programme_new",
    "own",
    action="write",
    methods=("post",),
    data={"title": "Another", "standard": "iso42001"},
)
sample("api-1:programme_verdict", "object", arguments=of_measured_programme)
sample("api-1:programme_measure", "object", action="write", methods=("post",), arguments=of_programme)
sample("api-1:artefacts", "object", arguments=of_programme)
sample("api-1:artefact_new", "object", action="write", methods=("post",), arguments=of_programme, data=NEW_BRIEF)
sample("api-1:artefact_get", "object", arguments=of_artefact)
sample("api-1:finding_all", "own", arguments=present)
sample("api-1:finding_get", "object", arguments=of_finding)
sample(
    "api-1:finding_dispose",
    "object",
    action="dispose",
    methods=("post",),
    arguments=of_finding,
    data={"reason": "seen"},
)
sample("api-1:checkpoint", "own", arguments=present)
sample("api-1:entries", "own", arguments=present)
sample("api-1:proof", "own", arguments=with_present("index", 0))
