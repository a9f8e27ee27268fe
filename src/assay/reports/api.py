"""The HTTP API, version 1: programmes, artefacts, findings, verdicts, ledger proofs. Its description is `openapi.json`.

Who calls is the person of a bearer token, or of a signed-in session for reading. What is absent and what belongs to
somebody else look the same. Every error is {"error": {"code", "message", "hint"}}.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from http.client import responses
from typing import Annotated, Any, Literal, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import NinjaAPI, Schema, Status
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.security import HttpBearer
from pydantic import ConfigDict, Field

from assay.accounts.access import Actor
from assay.accounts.sign_in import token_use
from assay.assurance.models import VerdictRow
from assay.assurance.queries import verdict_at
from assay.core.errors import AssayError, NotFound
from assay.core.stored import verdict_from_bytes
from assay.ledger import queries as ledger
from assay.registers.api import router as registers_router
from assay.registers.api_system import router as system_router
from assay.reports.api_findings import finding_json
from assay.reports.api_findings import router as findings_router
from assay.reports.api_studio import router as studio_router
from assay.reports.exports.lists import entry_json, row_json
from assay.reports.queries.findings import FindingFilters, finding_rows
from assay.reports.queries.portfolio import portfolio
from assay.studio.models import Artefact, Programme
from assay.studio.queries import access_artefact, access_programme, artefact_list
from assay.studio.services import artefact_accept, programme_create, programme_sweep
from assay.version import product_version


class ErrorBody(Schema):
    """What went wrong: a stable code, a message, and what to do."""

    code: str
    message: str
    hint: str = ""


class ErrorAnswer(Schema):
    """Every error answer."""

    error: ErrorBody


Position = Annotated[int | None, Field(ge=0, le=2**53)]
ERRORS: dict[Any, Any] = dict.fromkeys((400, 401, 403, 404, 405, 409, 422), ErrorAnswer)


class BearerToken(HttpBearer):
    """A token from the tokens page or from `assay token`."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        return token_use(secret=token, now=timezone.now())


class StrictJson(Parser):
    """Bodies are JSON of RFC 8259: no NaN, and no NUL, which PostgreSQL keeps nowhere."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The object in the body. Raises ValueError, which the framework answers with 400."""
        body = json.loads(request.body, parse_constant=_refuse)
        if b"\\u0000" in request.body and "\0" in "".join(_strings(body)):
            raise ValueError("a text holds the character NUL")
        return cast(dict[str, Any], body)


def _refuse(word: str) -> float:
    raise ValueError(f"{word} is no JSON")


def _strings(value: object) -> Iterator[str]:
    """Every text in a JSON value, names of members included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def session(request: HttpRequest) -> Actor | None:
    """The signed-in person, for reading only: a page of another site cannot write through it."""
    return getattr(request, "actor", None) if request.method in ("GET", "HEAD") else None


class DescribedApi(NinjaAPI):
    """An API whose description names every error that any operation may answer with."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._described: dict[str, Any] = {}

    def get_openapi_schema(self, **arguments: Any) -> Any:
        """The OpenAPI document, made once for each address it is asked under, since operations never change while the
        process runs. Errors have one form everywhere, so they are added here and not at each operation."""
        asked = repr(sorted(arguments.items()))
        if asked not in self._described:
            self._described[asked] = self._describe(**arguments)
        return self._described[asked]

    def _describe(self, **arguments: Any) -> Any:
        document = super().get_openapi_schema(**arguments)
        form = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorAnswer"}}}
        for entry in document["paths"].values():
            for operation in entry.values():
                for status in ERRORS:
                    described = {"description": responses[status], "content": form}
                    operation["responses"].setdefault(status, described)
        return document


api = DescribedApi(
    title="Assay",
    version="1",
    description="What was looked at, what was found, what may remain; and the log that proves it.",
    auth=[BearerToken(), session],
    docs_url=None,
    parser=StrictJson(),
    urls_namespace="api-1",
)


@api.exception_handler(AssayError)
def assay_error(request: HttpRequest, error: AssayError) -> HttpResponse:
    """An error of the product, with the status of its class."""
    status = 404 if error.http_status == 403 else error.http_status
    body = {"code": "not-found" if status == 404 else error.code, "message": str(error), "hint": error.hint}
    if error.http_status == 403:
        body = {"code": "not-found", "message": "There is nothing at this address.", "hint": ""}
    return api.create_response(request, {"error": body}, status=status)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A request that does not have the form that the description gives."""
    first = error.errors[0] if error.errors else {"loc": (), "msg": "malformed"}
    place = ".".join(str(part) for part in first["loc"][1:]) or "the request"
    body = {"code": "invalid-input", "message": f"{place}: {first['msg']}.", "hint": "See openapi.json for the form."}
    return api.create_response(request, {"error": body}, status=422)


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the framework refuses: no token, a body that is not JSON."""
    code = {401: "unauthenticated", 400: "usage"}.get(error.status_code, "refused")
    hint = "Send `Authorization: Bearer TOKEN`." if error.status_code == 401 else ""
    return api.create_response(
        request, {"error": {"code": code, "message": str(error), "hint": hint}}, status=error.status_code
    )


def _actor(request: HttpRequest, action: str = "read") -> Actor:
    actor: Actor = request.auth  # type: ignore[attr-defined]
    actor.require(action)
    return actor


class ProgrammeIn(Schema):
    """A new programme."""

    model_config = ConfigDict(extra="forbid")
    title: str = Field(min_length=1, max_length=300)
    standard: str = Field(max_length=60)
    companions: list[str] = Field(default=[], max_length=20)
    slug: str = Field(default="", max_length=80, pattern=r"^[a-z0-9-]*$")


class GenerationMeta(Schema):
    """The stamp: exactly these keys."""

    model_config = ConfigDict(extra="forbid")
    route: str = Field(max_length=80)
    governance_version: str = Field(max_length=60)
    at: str = Field(max_length=40)


class ArtefactIn(Schema):
    """One stamped artefact. `pathway` is a slug such as assignment-brief."""

    model_config = ConfigDict(extra="forbid")
    key: str = Field(min_length=1, max_length=200)
    pathway: str = Field(max_length=40)
    title: str = Field(default="", max_length=300)
    text: str = Field(max_length=1_000_000)
    media_type: Literal["text/markdown", "text/plain", "text/html"] = "text/markdown"
    generation_meta: GenerationMeta | None = None
    provenance: dict[str, Any] | None = None


def _artefact(row: Artefact, *, text: bool) -> dict[str, Any]:
    body = {
        "id": str(row.pk), "programme": row.programme.slug, "key": row.key, "pathway": row.pathway_slug, "title": row.title,
        "digest": row.digest, "language": row.language, "version": row.version, "is_legacy": row.is_legacy,
        "generation_meta": row.generation_meta, "provenance": row.provenance, "source": row.source_path, "line": row.source_line,
        "ledger_event": row.event_id,
    }  # fmt: skip
    return {**body, "text": row.text} if text else body


def _verdict(programme: Programme) -> dict[str, Any]:
    row = VerdictRow.objects.filter(surface=programme.surface, is_latest=True).first()
    if row is None:
        raise NotFound("verdict", programme.slug, hint="Sweep the programme first.")
    return {"programme": programme.slug, "digest": row.digest, "verdict": verdict_from_bytes(bytes(row.body)).to_json()}


@api.get("/programmes", response={200: dict, **ERRORS}, operation_id="programme_list", tags=["programmes"])
def programme_list(
    request: HttpRequest, q: str = "", state: Literal["", "pass", "fail", "unproven", "stale", "none"] = ""
) -> Any:
    """Programmes with both axes of their verdicts."""
    rows = portfolio(_actor(request), search=q, state=state).rows
    return {"programmes": [row_json(row) for row in rows]}


@api.post("/programmes", response={201: dict, **ERRORS}, operation_id="programme_create", tags=["programmes"])
def programme_new(request: HttpRequest, body: ProgrammeIn) -> Any:
    """Create an empty programme: 22 pathways expected, nothing looked at."""
    programme = programme_create(
        actor=_actor(request, "write"),
        title=body.title,
        standard=body.standard,
        companions=tuple(body.companions),
        slug=body.slug,
        now=_now(),
    )
    return Status(201, {"programme": programme.slug, "title": programme.title, "standard": programme.standard})


@api.get(
    "/programmes/{slug}/verdict", response={200: dict, **ERRORS}, operation_id="programme_verdict", tags=["verdicts"]
)
def programme_verdict(request: HttpRequest, slug: str, position: Position = None) -> Any:
    """The verdict in force, or the one recomputed from the ledger up to a past position."""
    programme = access_programme(actor=_actor(request), slug=slug)
    if position is None:
        return _verdict(programme)
    past = verdict_at(programme.surface, position)
    return {"programme": slug, "digest": past.digest, "verdict": past.to_json()}


@api.post("/programmes/{slug}/sweep", response={200: dict, **ERRORS}, operation_id="programme_sweep", tags=["verdicts"])
def programme_measure(request: HttpRequest, slug: str) -> Any:
    """Measure what is not fresh, and answer with the verdict."""
    actor = _actor(request, "write")
    programme = access_programme(actor=actor, slug=slug)
    summary = programme_sweep(actor=actor, programme=programme, now=_now())
    return {**_verdict(programme), "measured": summary.measured, "fresh": summary.fresh}


@api.get(
    "/programmes/{slug}/artefacts", response={200: dict, **ERRORS}, operation_id="artefact_list", tags=["artefacts"]
)
def artefacts(request: HttpRequest, slug: str) -> Any:
    """The artefacts of a programme, without their texts."""
    programme = access_programme(actor=_actor(request), slug=slug)
    return {"artefacts": [_artefact(row, text=False) for row in artefact_list(programme)]}


@api.post(
    "/programmes/{slug}/artefacts", response={201: dict, **ERRORS}, operation_id="artefact_accept", tags=["artefacts"]
)
def artefact_new(request: HttpRequest, slug: str, body: ArtefactIn) -> Any:
    """Accept a stamped artefact, measure it, and answer with its findings and the programme's verdict."""
    actor = _actor(request, "write")
    programme = access_programme(actor=actor, slug=slug)
    artefact = artefact_accept(
        actor=actor, programme=programme, stamped=body.model_dump(exclude_none=True), now=_now()
    ).artefact
    found = finding_rows(actor, FindingFilters("open", "", slug, "", "", "")).filter(subject_id=str(artefact.pk))
    answer = {"artefact": _artefact(artefact, text=False), "findings": [finding_json(row) for row in found]}
    return Status(201, _verdict(programme) | answer)


@api.get("/artefacts/{artefact_id}", response={200: dict, **ERRORS}, operation_id="artefact_get", tags=["artefacts"])
def artefact_get(request: HttpRequest, artefact_id: UUID) -> Any:
    """One artefact with its text and stamp."""
    return _artefact(access_artefact(actor=_actor(request), artefact_id=artefact_id), text=True)


@api.get("/ledger/checkpoint", response={200: dict, **ERRORS}, operation_id="ledger_checkpoint", tags=["ledger"])
def checkpoint(request: HttpRequest) -> Any:
    """The newest signed checkpoint (C2SP signed note) and the keys to check it with."""
    log = _actor(request).log
    latest = ledger.checkpoint_latest(log)
    return {
        "origin": latest.origin,
        "size": latest.size,
        "root": latest.root.hex(),
        "note": latest.note,
        "vkeys": ledger.vkeys(log),
    }


@api.get("/ledger/entries", response={200: dict, **ERRORS}, operation_id="ledger_entries", tags=["ledger"])
def entries(
    request: HttpRequest,
    kind: str = "",
    before: Position = None,
    limit: Annotated[int, Field(ge=1, le=500)] = 50,
) -> Any:
    """Entries, newest first."""
    page = ledger.entry_list(log=_actor(request).log, kind=kind, before=before, limit=limit)
    return {"entries": [entry_json(entry) for entry in page.entries], "next_before": page.next_before}


@api.get("/ledger/entries/{index}/proof", response={200: dict, **ERRORS}, operation_id="ledger_proof", tags=["ledger"])
def proof(request: HttpRequest, index: int) -> Any:
    """The leaf of an entry and its `.tlog-proof` (C2SP) against the newest checkpoint."""
    log = _actor(request).log
    if not 0 <= index < 2**53:
        raise NotFound("entry", index)
    entry = ledger.entry_get(log=log, index=index)
    return {"entry": entry_json(entry), "proof": ledger.proof_text(log=log, index=index)}


def _now() -> datetime:
    return timezone.now().replace(microsecond=0)


api.title = f"Assay {product_version()}"
api.add_router("/registers", registers_router)
api.add_router("/system", system_router)
api.add_router("", findings_router)
api.add_router("", studio_router)
