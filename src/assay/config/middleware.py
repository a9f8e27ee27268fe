"""The HTTP edge: request identity, time spent, security headers, and errors turned into pages or JSON."""

import logging
import re
import secrets
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from assay.config.errors import ErrorPage, error_response, from_assay_error
from assay.core.errors import AssayError

GetResponse = Callable[[HttpRequest], HttpResponseBase]
logger = logging.getLogger("assay.http")

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

LONGEST_VALUE = 4000
"""Characters that a value of a query may have; longer patterns are refused by SQLite in the middle of a page."""
UNUSABLE = ErrorPage(400, "bad-request", "The address holds a value that cannot be used.", "Shorten what you look for.")


class QueryClock:
    """Counts the statements of one request and the seconds they took."""

    def __init__(self) -> None:
        self.count = 0
        self.seconds = 0.0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.count += 1
            self.seconds += time.perf_counter() - start


def request_identity(get_response: GetResponse) -> GetResponse:
    """Give each request an id (the caller's, if it is well formed) and say in `Server-Timing` what it cost, in ms."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        request.request_id = request_id  # type: ignore[attr-defined]
        clock, start = QueryClock(), time.perf_counter()
        with connection.execute_wrapper(clock):
            response = get_response(request)
        spent = (time.perf_counter() - start) * 1000
        response["X-Request-ID"] = request_id
        response["Server-Timing"] = (
            f'app;dur={spent:.1f}, db;dur={clock.seconds * 1000:.1f};desc="{clock.count} statements"'
        )
        return response

    return handle


def security_headers(get_response: GetResponse) -> GetResponse:
    """Add the strict headers to every response that does not set its own; pages of a person are not kept by proxies."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        if settings.ASSAY.https:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response

    return handle


class HttpEdge:
    """Turn what a page or endpoint raises into an answer that shows no internals, and log what was not foreseen."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _unusable(request):
            return error_response(request, UNUSABLE)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, AssayError):
            if exception.http_status >= 500:
                logger.error("http.error", extra=_fields(request, exception.code), exc_info=exception)
            return error_response(request, from_assay_error(exception))
        if isinstance(exception, Http404 | PermissionDenied | SuspiciousOperation):
            return None  # Django answers these with the handlers of `config.errors`.
        logger.error("http.crashed", extra=_fields(request, "internal"), exc_info=exception)
        return None if settings.DEBUG else error_response(request, ErrorPage.internal())


def _unusable(request: HttpRequest) -> bool:
    """Whether the path or a value of the query is of a size or kind that no page has a use for and databases refuse."""
    if "\0" in request.path:
        return True
    values = (value for name, many in request.GET.lists() for value in (name, *many))
    return any(len(value) > LONGEST_VALUE or "\0" in value for value in values)


def _fields(request: HttpRequest, code: str) -> dict[str, str]:
    return {"code": code, "request_id": getattr(request, "request_id", ""), "method": request.method or ""}
