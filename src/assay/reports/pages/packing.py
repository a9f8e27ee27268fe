"""Making a pack of evidence on a page: choose, see what is in it, download."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from assay.accounts.access import SignedInRequest
from assay.accounts.pages import signed_in
from assay.core.errors import InvalidInput
from assay.ledger import queries as ledger
from assay.ledger.pack import pack_write
from assay.reports.queries.packing import Selection, pack_choices, pack_select

HIDDEN = "name, email"
PIECE = 256 * 1024


@dataclass(frozen=True)
class PackPage:
    """The form as it was sent, and what it selects; `error` says why it selects nothing."""

    choices: tuple[tuple[str, str], ...]
    what: str
    begin: str
    end: str
    whole: bool
    hide: str
    contents: bool
    size: int
    selection: Selection | None
    error: str
    hint: str

    @property
    def sentence(self) -> str:
        """What the pack would hold."""
        if self.selection is None:
            return f"A pack carries evidence out of a log of {self.size:,} entries, to be checked by people who trust nobody."
        count = self.size if self.selection.indexes is None else len(self.selection.indexes)
        return f"{count:,} {'entry is' if count == 1 else 'entries are'} in a pack for {self.selection.about}."


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("read")
def pack_page(request: SignedInRequest) -> HttpResponseBase:
    """GET with a choice shows what a pack would hold; POST downloads it as a zip file, and is noted in the log."""
    given = request.POST if request.method == "POST" else request.GET
    asked = any(given.get(name) for name in ("what", "from", "to", "whole")) or request.method == "POST"
    selection, error, hint = None, "", ""
    if asked:
        try:
            selection = pack_select(actor=request.actor, wanted=_wishes(given))
        except InvalidInput as refused:
            error, hint = str(refused), refused.hint
    page = PackPage(
        choices=pack_choices(request.actor),
        what=given.get("what", ""),
        begin=given.get("from", ""),
        end=given.get("to", ""),
        whole=bool(given.get("whole")),
        hide=given.get("hide", HIDDEN if not asked else ""),
        contents=not given.get("bare"),
        size=ledger.position(request.actor.log),
        selection=selection,
        error=error,
        hint=hint,
    )
    if request.method == "POST" and selection is not None:
        return _download(request, page, selection)
    return render(request, "reports/pack.html", {"page": page}, status=422 if error else 200)


def _wishes(given: object) -> list[str]:
    get = given.get  # type: ignore[attr-defined]
    if get("whole"):
        return ["log"]
    begin, end = get("from", "").strip(), get("to", "").strip()
    wishes = [get("what", "").strip()]
    if begin or end:
        wishes.append(f"period:{begin or '2000-01-01'}..{end or timezone.now().date().isoformat()}")
    return [wish for wish in wishes if wish]


def _download(request: SignedInRequest, page: PackPage, selection: Selection) -> StreamingHttpResponse:
    now = timezone.now()
    with tempfile.TemporaryFile(prefix="assay-pack-") as content:
        pack_write(
            log=request.actor.log,
            target=content,
            actor=request.actor.pseudonym,
            now=now,
            indexes=selection.indexes,
            about=selection.about,
            hide=frozenset(name.strip() for name in page.hide.split(",") if name.strip()),
            contents=page.contents,
        )
        length = content.tell()
        sent = _Sent(os.dup(content.fileno()))
    response = StreamingHttpResponse(sent, content_type="application/zip")
    name = f"evidence-{request.actor.organization.slug}-{now:%Y%m%d}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Length"] = str(length)
    return response


class _Sent:
    """A file without a name, from its beginning, piece by piece; gone when it was sent or nobody wants it any more."""

    def __init__(self, handle: int) -> None:
        self._handle: int | None = handle
        os.lseek(handle, 0, os.SEEK_SET)

    def __iter__(self) -> Iterator[bytes]:
        while self._handle is not None and (piece := os.read(self._handle, PIECE)):
            yield piece

    def close(self) -> None:
        """Give the file back."""
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)

    __del__ = close
