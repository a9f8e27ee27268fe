"""What every answer carries, and what a person or program gets when something fails."""

import json
from collections.abc import Callable

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from assay.accounts.access import Actor
from assay.config import context
from assay.config.middleware import CONTENT_SECURITY_POLICY, HttpEdge
from assay.core.errors import AssayError, Conflict, IntegrityBroken, InvalidInput, NotFound, NotPermitted, Unavailable
from assay.ledger import queries as ledger_queries

pytestmark = pytest.mark.django_db


def answer(error: Exception, path: str = "/somewhere", **headers: str) -> HttpResponse:
    request = RequestFactory().get(path, headers=headers)
    request.request_id = "test-request"  # type: ignore[attr-defined]
    response = HttpEdge(lambda _: HttpResponse()).process_exception(request, error)
    assert response is not None
    return response


def test_the_strict_policy_is_on_every_answer(client: Client) -> None:
    for path in ("/sign-in", "/nothing-here", "/healthz", "/static/ui/css/tokens.css"):
        response = client.get(path)
        headers, _ = response.headers, b"".join(response)
        response.close()
        assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_no_policy_allows_what_is_inline() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'none'")


def test_an_answer_says_what_it_cost_and_which_request_it_was(client: Client) -> None:
    headers = client.get("/sign-in", headers={"x-request-id": "my-request-1"}).headers
    assert headers["X-Request-ID"] == "my-request-1"
    assert headers["Server-Timing"].startswith("app;dur=")
    assert "statements" in headers["Server-Timing"]


def test_a_request_id_that_could_break_a_log_is_replaced(client: Client) -> None:
    assert client.get("/healthz", headers={"x-request-id": 'bad"\tid'}).headers["X-Request-ID"].isalnum()


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidInput("The file is empty."), 422),
        (Conflict("It is finished."), 409),
        (IntegrityBroken("The tree does not add up."), 500),
        (Unavailable("The disk does not answer."), 503),
    ],
)
def test_an_error_of_the_product_becomes_its_page(error: AssayError, status: int) -> None:
    page = answer(error)
    assert page.status_code == status
    assert str(error) in page.content.decode()


def test_absent_and_forbidden_look_the_same() -> None:
    absent, forbidden = answer(NotFound("programme", "secret-name")), answer(NotPermitted("Only owners may."))
    assert absent.status_code == forbidden.status_code == 404
    assert absent.content == forbidden.content
    assert b"secret-name" not in absent.content


def test_a_program_gets_its_error_as_json() -> None:
    told = json.loads(answer(InvalidInput("The file is empty.", hint="Send text."), path="/api/v1/x").content)
    assert told == {
        "error": {
            "status": 422,
            "code": "invalid-input",
            "message": "The file is empty.",
            "hint": "Send text.",
            "request_id": "test-request",
        }
    }
    assert answer(Conflict("x"), accept="application/json").headers["Content-Type"] == "application/json"


def test_a_crash_shows_no_internals() -> None:
    page = answer(RuntimeError("the password is hunter2"))
    assert page.status_code == 500
    assert b"hunter2" not in page.content
    assert b"RuntimeError" not in page.content
    assert b"test-request" in page.content


def test_an_address_that_leads_nowhere_is_a_page_too(client: Client) -> None:
    page = client.get("/nothing-here")
    assert (page.status_code, "There is nothing at this address." in page.content.decode()) == (404, True)


def test_the_frame_of_a_page_costs_three_statements(asha: Actor) -> None:
    request = HttpRequest()
    request.path, request.actor = "/", asha  # type: ignore[attr-defined]
    with CaptureQueriesContext(connection) as queries:
        shown = context.page(request)
        list(shown["organizations"])
    assert len(queries) <= 3  # organizations, the log, whether governance is enforced
    assert shown["actor"] == asha
    assert shown["sign_out_url"] == "/sign-out"


def test_the_frame_costs_nothing_for_nobody() -> None:
    with CaptureQueriesContext(connection) as queries:
        assert context.page(HttpRequest())["actor"] is None
    assert len(queries) == 0


def test_a_page_of_a_signed_in_person_stays_cheap(asha: Actor, client_of: Callable[..., Client]) -> None:
    browser = client_of(asha)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get("/people").status_code == 200
    assert len(queries) <= 6


def test_the_health_of_the_server_says_nothing_of_its_records(client: Client) -> None:
    assert json.loads(client.get("/healthz").content) == {"database": "ready"}


def test_django_finds_nothing_wrong() -> None:
    assert [message for message in run_checks() if not message.is_silenced()] == []


def test_the_migrations_make_the_tables_that_the_models_describe() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_an_error_is_told_even_when_the_page_around_it_cannot_be_made(
    asha: Actor, client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(request: HttpRequest) -> dict[str, object]:
        raise OperationalError("the disk is gone")

    monkeypatch.setattr(ledger_queries, "position", broken)
    response = client_of(asha).get("/nothing-here")
    assert (response.status_code, response.headers["Content-Type"]) == (404, "text/plain; charset=utf-8")
    assert response.content.startswith(b"There is nothing at this address.")
