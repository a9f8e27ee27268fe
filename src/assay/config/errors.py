"""Answers for requests that failed: a page for people, JSON for programs; never a stack trace."""

import logging
from dataclasses import asdict, dataclass, field

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from jinja2 import TemplateError

from assay.core.errors import AssayError

logger = logging.getLogger("assay.http")


@dataclass(frozen=True)
class ErrorPage:
    """What one failed request says: `message` is what happened, `hint` what to do."""

    status: int
    code: str
    message: str
    hint: str = ""
    request_id: str = field(default="", compare=False)

    @classmethod
    def not_found(cls) -> "ErrorPage":
        return cls(404, "not-found", "There is nothing at this address.", "Go back, or start from the portfolio.")

    @classmethod
    def internal(cls) -> "ErrorPage":
        return cls(500, "internal", "The request failed inside the server.", "Quote the request id to whoever runs it.")


def from_assay_error(error: AssayError) -> ErrorPage:
    """The answer to an error of the product. One that is absent and one that is forbidden look the same (404)."""
    if error.http_status in {403, 404}:
        return ErrorPage.not_found()
    return ErrorPage(error.http_status, error.code, str(error), error.hint)


def wants_json(request: HttpRequest) -> bool:
    if request.path_info.startswith("/api/"):
        return True
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def error_response(request: HttpRequest, page: ErrorPage) -> HttpResponse:
    """JSON: `{"error": {"status", "code", "message", "hint", "request_id"}}`; page: template `ui/error.html`."""
    shown = ErrorPage(page.status, page.code, page.message, page.hint, getattr(request, "request_id", ""))
    if wants_json(request):
        return JsonResponse({"error": asdict(shown)}, status=shown.status)
    try:
        return render(request, "ui/error.html", {"error": shown}, status=shown.status)
    except (TemplateError, DatabaseError):  # what broke the request may break the frame of the page as well
        logger.exception("http.error-page-failed", extra={"request_id": shown.request_id})
        words = f"{shown.message}\n{shown.hint}\nRequest {shown.request_id}\n"
        return HttpResponse(words, status=shown.status, content_type="text/plain; charset=utf-8")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    page = ErrorPage(400, "bad-request", "The request could not be read.", "Go back and send the form again.")
    return error_response(request, page)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_response(request, ErrorPage.not_found())


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_response(request, ErrorPage.not_found())


def server_error(request: HttpRequest) -> HttpResponse:
    return error_response(request, ErrorPage.internal())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    page = ErrorPage(
        403,
        "form-expired",
        "The form was not accepted, because it did not carry the mark of this browser session.",
        "Load the page again and send the form once more; cookies must be allowed.",
    )
    return error_response(request, page)
