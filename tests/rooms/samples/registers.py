"""Addresses of the management system."""

from typing import Any

from assay.registers.services import evidence_add
from assay.registers.services.importing import import_apply, import_read
from assay.registers.services.soa import soa_open
from tests.rooms.registers_material import record_of
from tests.rooms.url_samples import World, sample

RISK = {
    "title": "Halvorsen risk",
    "kind": "risk",
    "source": "data",
    "event": "e",
    "causes": "c",
    "consequence_text": "x",
}

FIELDS = {key: value for key, value in RISK.items() if key != "title"}


def present(world: World) -> dict[str, object]:
    record_of("risks", world.asha, world.now)
    return {}


def of_register(world: World) -> dict[str, object]:
    return {**present(world), "register": "risks"}


def of_slug(world: World) -> dict[str, object]:
    return {**present(world), "slug": "risks"}


def of_record(world: World) -> dict[str, object]:
    return {"record_id": record_of("risks", world.asha, world.now).pk}


def of_evidence(world: World) -> dict[str, object]:
    record = record_of("risks", world.asha, world.now)
    row = evidence_add(
        actor=world.asha, record=record, title="Halvorsen log", kind="log", strength=2, source="archive",
        collected_on=world.now.date(), now=world.now,
    )  # fmt: skip
    return {"evidence_id": row.pk}


PIECE: dict[str, Any] = {"title": "Log", "kind": "log", "strength": "1", "collected_on": "2026-01-01"}

sample("system", "own", arguments=present)
sample("obligations", "own", arguments=present)
sample("register", "own", arguments=of_register)
sample("record-new", "own", action="write", methods=("get", "post"), arguments=of_register, data=RISK)
sample(
    "register-bulk",
    "own",
    action="write",
    methods=("post",),
    arguments=of_register,
    data={"field": "kind", "value": "risk"},
)
sample(
    "register-filter",
    "own",
    methods=("post",),
    arguments=of_register,
    data={"name": "mine", "query": "q=x"},
    statuses=(302,),
)
sample("record", "object", arguments=of_record)
sample("record-edit", "object", action="write", methods=("get", "post"), arguments=of_record, data=RISK)
sample("record-move", "object", action="write", methods=("post",), arguments=of_record, data={"to": "assessed"})
sample("record-retire", "object", action="write", methods=("post",), arguments=of_record)
sample("record-comment", "object", action="write", methods=("post",), arguments=of_record, data={"text": "seen"})
sample("record-evidence", "object", action="write", methods=("post",), arguments=of_record, data=PIECE)
sample("evidence-retire", "object", action="write", methods=("post",), arguments=of_evidence)

sample("api-1:register_all", "own", arguments=present)
sample("api-1:obligation_all", "own", arguments=present)
sample("api-1:register_get", "own", arguments=of_slug)
sample("api-1:record_all", "own", arguments=of_slug)
sample("api-1:record_get", "object", arguments=of_record)
sample(
    "api-1:record_linked",
    "object",
    action="write",
    methods=("post",),
    arguments=of_record,
    data={"field": "controls", "target": "control:A.6.2.4"},
)
sample("api-1:record_moved", "object", action="write", methods=("post",), arguments=of_record, data={"to": "assessed"})
sample(
    "api-1:approval_asked",
    "object",
    action="write",
    methods=("post",),
    arguments=of_record,
    data={"to": "approved"},
    statuses=(409,),
)
sample("api-1:comment_new", "object", action="write", methods=("post",), arguments=of_record, data={"text": "seen"})
sample("api-1:record_retired", "object", action="write", methods=("post",), arguments=of_record)
sample(
    "api-1:evidence_new",
    "own",
    action="write",
    methods=("post",),
    data={**PIECE, "strength": 1, "subject": "control:A.2.2"},
)
sample("api-1:evidence_retired", "object", action="write", methods=("post",), arguments=of_evidence)

sample(
    "api-1:record_new",
    "own",
    action="write",
    methods=("post",),
    arguments=of_slug,
    data={"title": "R", "data": {key: value for key, value in RISK.items() if key != "title"}},
)
sample(
    "api-1:record_change", "object", action="write", methods=("patch",), arguments=of_record, data={"title": "Renamed"}
)
sample("api-1:record_restored", "object", action="write", methods=("delete",), arguments=of_record)


def soa(world: World) -> dict[str, object]:
    soa_open(actor=world.asha, now=world.now)
    return {}


def soa_control(world: World) -> dict[str, object]:
    return {**soa(world), "control": "A.6.2.4"}


def soa_format(world: World) -> dict[str, object]:
    return {**soa(world), "wanted": "oscal"}


sample("soa", "own", arguments=soa)
sample("soa-open", "own", action="write", methods=("post",))
sample("soa-issue", "own", action="write", methods=("post",), arguments=soa)
sample("soa-compare", "own", arguments=soa)
sample("soa-export", "own", arguments=soa_format)
sample("soa-decide", "object", action="write", methods=("post",), arguments=soa_control, data={"applies": "included"})


def of_import(world: World) -> dict[str, object]:
    content = b"Name;Description\nHalvorsen risk;It may fail\n"
    return {
        "run_id": import_read(
            actor=world.asha, register="risks", name="halvorsen.csv", content=content, now=world.now
        ).pk
    }


def of_applied(world: World) -> dict[str, object]:
    run = import_read(
        actor=world.asha,
        register="improvements",
        name="h.csv",
        content=b"Title;What, and why;From\nA;B;Audit\n",
        now=world.now,
    )
    return {"run_id": import_apply(run=run, actor=world.asha, now=world.now).pk}


sample("system-measure", "own", action="write", methods=("post",), arguments=present)
sample("system-rules", "own", arguments=present)
sample("system-start", "own", action="write", methods=("get", "post"))
sample("register-import", "own", action="write", methods=("get", "post"), arguments=of_register)
sample("import", "object", action="write", methods=("get", "post"), arguments=of_import)
sample("import-apply", "object", action="write", methods=("post",), arguments=of_import)
sample("import-undo", "object", action="write", methods=("post",), arguments=of_applied)


def of_impact(world: World) -> dict[str, object]:
    return {"record_id": record_of("impacts", world.asha, world.now).pk}


def of_step(world: World) -> dict[str, object]:
    return {**of_impact(world), "step": "effects"}


def unpublished(world: World) -> dict[str, object]:
    of_impact(world)
    return {"address": "nothing-is-published-here"}


sample("register-draft", "own", action="write", methods=("post",), arguments=of_register, data={"title": "Half"})
sample("record-draft", "object", action="write", methods=("post",), arguments=of_record, data={"title": "Half"})
sample("impact-new", "own", action="write", methods=("get", "post"), arguments=present)
sample("impact", "object", arguments=of_impact)
sample(
    "impact-step",
    "object",
    action="write",
    methods=("get", "post"),
    arguments=of_step,
    data={"groups-0-group": "All", "groups-0-how": "So"},
)
sample("impact-publish", "object", action="write", methods=("post",), arguments=of_impact)
sample("public-impact", "public", arguments=unpublished, statuses=(404,))


def of_review(world: World) -> dict[str, object]:
    return {"record_id": record_of("reviews", world.asha, world.now).pk}


MEETING = {"held_on": "2026-11-01", "attendees": "Everybody"}
sample("review", "object", arguments=of_review)
sample("review-fill", "object", action="write", methods=("post",), arguments=of_review)
sample("review-hold", "object", action="write", methods=("post",), arguments=of_review, data=MEETING)


def of_document(world: World) -> dict[str, object]:
    return {"record_id": record_of("documents", world.asha, world.now).pk}


sample("system-due", "own", arguments=present)
sample("system-reading", "own", arguments=present)
sample("document-acknowledge", "object", methods=("post",), arguments=of_document, statuses=(302,))


sample("api-1:due_all", "own", arguments=present)
sample("api-1:document_read", "object", action="write", methods=("post",), arguments=of_document)
sample("api-1:review_filled", "object", action="write", methods=("post",), arguments=of_review)
sample("api-1:record_published", "object", action="write", methods=("post",), arguments=of_impact)
sample("api-1:record_unpublished", "object", action="write", methods=("delete",), arguments=of_impact)
