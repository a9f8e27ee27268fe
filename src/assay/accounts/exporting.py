"""What leaves as a file: every report, list and package that somebody takes out has an entry, with the digest of its bytes."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone

from assay.accounts.access import Actor, SignedInRequest
from assay.ledger import services as ledger


@transaction.atomic
def report_export(*, by: Actor, what: str, name: str, content: bytes, now: datetime) -> None:
    """Note that somebody took a file out. `what` names its source as `noun:key`, `name` is the name of the file.

    Whoever holds the file later can find its entry by the digest. Raises NotPermitted for who may not read.
    """
    by.require("read")
    ledger.append(
        log=by.log,
        kind="report.exported",
        subject=what,
        actor=by.pseudonym,
        body={"name": name, "bytes": len(content), "sha256": sha256(content).hexdigest()},
        now=now,
    )


def file_answer(
    request: SignedInRequest, content: str | bytes, *, what: str, name: str, content_type: str
) -> HttpResponse:
    """A download, noted as `report_export` before it leaves; a request for its head alone takes nothing out."""
    data = content.encode() if isinstance(content, str) else content
    if request.method == "GET":
        report_export(by=request.actor, what=what, name=name, content=data, now=timezone.now())
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
