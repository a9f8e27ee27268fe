"""Every address of the project, tried by somebody who may, an auditor, an outsider and nobody.

Addresses are read from the URL configuration, so a new one is tried as soon as it exists.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from assay.accounts.access import Actor
from tests.ledger_flush import taken_back
from tests.rooms.conftest import OWN_WORD
from tests.rooms.url_samples import UrlSample, World, grouped, load

Call = Callable[[UrlSample, str, Mapping[str, object], Actor | None], Any]
SAMPLES = load()
FRAMEWORK = {"api-1:api-root"}
ANSWERS = (200, 201, 202, 204, 302, 409, 422)  # what a POST to something of one's own may be answered


def named_addresses(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, str]]:
    """(full name, route) of every address; an address without a name is given its route as a name."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from named_addresses(entry, inner)
        elif isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name or entry.pattern}", str(entry.pattern)


ADDRESSES = sorted({name for name, _ in named_addresses(get_resolver())})


@pytest.fixture
def world(asha: Actor, chen: Actor, dora: Actor, now: datetime) -> World:
    return World(asha=asha, chen=chen, dora=dora, now=now)


@pytest.fixture
def call(client_of: Callable[..., Client], api_of: Callable[..., Client]) -> Call:
    """`call(sample, method, arguments, actor)`: the answer; endpoints get a token, pages a session."""

    def called(sample: UrlSample, method: str, arguments: Mapping[str, object], actor: Actor | None) -> Any:
        address = reverse(sample.name, kwargs=dict(arguments))
        scope = "write" if actor is not None and actor.may("write") else "read"
        client = api_of(actor, scope) if address.startswith("/api/") else client_of(actor)
        sent = sample.query if method == "get" else sample.data
        extra = {} if method == "get" or not address.startswith("/api/") else {"content_type": "application/json"}
        return getattr(client, method)(address, sent, **extra)

    return called


def body_of(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", "replace")


@pytest.mark.parametrize("name", ADDRESSES)
def test_every_address_says_who_may_use_it(name: str) -> None:
    assert name in SAMPLES or name in FRAMEWORK, (
        f"add sample({name!r}, …) to tests/rooms/samples/<room>.py: see tests/rooms/url_samples.py"
    )


def test_no_sample_is_left_of_an_address_that_is_gone() -> None:
    assert sorted(set(SAMPLES) - set(ADDRESSES)) == []


@pytest.mark.parametrize("every", [pytest.param(3, id="some"), pytest.param(1, id="all", marks=pytest.mark.slow)])
@pytest.mark.parametrize("names", grouped(set(ADDRESSES) & set(SAMPLES)))
def test_nobody_and_an_outsider_see_nothing_an_auditor_reads_and_somebody_who_may_is_answered(
    names: list[str], every: int, call: Call, world: World, subtests: pytest.Subtests
) -> None:
    """In this order, on the same things: what the first three were refused must be there for the last.

    In the fast suite those who may are answered at every third address, by turns; nobody and an outsider try them all.
    """
    arguments = SAMPLES[names[0]].arguments(world)
    for sample, method in [(SAMPLES[name], method) for name in names for method in SAMPLES[name].methods]:
        with subtests.test(name=sample.name, method=method), taken_back():
            nobody_is_sent_to_sign_in(sample, call(sample, method, arguments, None))
            an_outsider_sees_nothing_of_the_organization(sample, call(sample, method, arguments, world.dora))
            if ADDRESSES.index(sample.name) % every:
                continue
            auditor = call(sample, method, arguments, world.chen)
            reads = world.chen.may(sample.action) and sample.audience != "mine"
            assert auditor.status_code in (sample.statuses if reads else (404,)), "auditor"
            accepted = sample.statuses if method == "get" else (*sample.statuses, *ANSWERS)
            assert call(sample, method, arguments, world.asha).status_code in accepted, "somebody who may"


def nobody_is_sent_to_sign_in(sample: UrlSample, response: Any) -> None:
    public = sample.audience == "public"
    expected = sample.statuses if public else (401,) if response.request["PATH_INFO"].startswith("/api/") else (302,)
    assert response.status_code in expected, "nobody"
    assert OWN_WORD not in body_of(response)
    assert public or response.status_code == 401 or response["Location"].startswith("/sign-in")


def an_outsider_sees_nothing_of_the_organization(sample: UrlSample, response: Any) -> None:
    expected = (404,) if sample.audience in {"object", "mine"} else (*sample.statuses, *ANSWERS)
    assert response.status_code in expected, "outsider"
    assert OWN_WORD not in body_of(response)
