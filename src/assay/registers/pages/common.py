"""What several pages of the room need: the time of a request, and saying why something was not done."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from assay.core.errors import AssayError


def now_of() -> datetime:
    """The time of a request, whole seconds."""
    return timezone.now().replace(microsecond=0)


def onward(request: HttpRequest, otherwise: str) -> str:
    """Where a form asks to be led next, if that is a page of ours."""
    wanted = request.POST.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else otherwise


def tell(request: HttpRequest, error: AssayError) -> None:
    """Say on the next page why something was not done."""
    messages.error(request, f"{error} {error.hint}".strip())
