"""What an outsider, another site, or a member with bad intent can try against pages and endpoints, and what it comes to."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from assay.accounts.access import SESSION_ORGANIZATION, Actor
from assay.accounts.models import Membership
from assay.accounts.services import membership_change_role, sign_in_link_create
from assay.assurance.models import FindingRow
from assay.ledger.services import integrate
from assay.studio.importing import Piece
from assay.studio.models import Artefact, Programme
from assay.studio.services import pieces_import, programme_create, programme_sweep
from tests.families import by_turns
from tests.ledger_flush import taken_back
from tests.rooms.samples.reports import plant
from tests.rooms.url_samples import World, grouped, load

pytestmark = pytest.mark.django_db
SAMPLES = load()
EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}{%raw%}\\u003c"
TEXT = f"""# {EVIL}

[click](javascript:alert(3)) ![x](javascript:alert(4)) <javascript:alert(5)> <a href="javascript:alert(6)" onclick=alert(7)>x</a>

<script>alert(8)</script> <iframe src="//evil.example"></iframe> <base href="//evil.example/"> <svg onload=alert(9)>

Audit the organization against ISO 14001:2015 {EVIL} and report every environmental aspect.

<style>@import url(//evil.example/x.css)</style> <meta http-equiv="refresh" content="0;url=//evil.example">
"""
HUGE = "9" * 5000
QUERIES = [
    {"q": "x" * 100_000}, {"q": "\x00"}, {"q": "%00' OR 1=1 --"}, {"q": "\ud7ff\U0010ffff\u202e"}, {"q": "(" * 2000}, {"q": '"' * 999},
    {"page": HUGE}, {"page": "-1"}, {"page": "0"}, {"page": "x"}, {"sort": "__class__"}, {"sort": "-pk;drop table"},
    {"state": "nonsense"}, {"status": "nonsense", "bucket": "Z"}, {"at": HUGE}, {"at": "-1"}, {"position": HUGE}, {"before": HUGE},
    {"limit": HUGE}, {"limit": "-5"}, {"offset": HUGE}, {"kind": "'\x00%"}, {"programme": "\x00"}, {"family": "\x00"}, {"pathway": "\x00"},
    {"format": "../../etc/passwd"}, {"group": "\x00", "page": "1e9"}, {"from": "\x00", "to": HUGE}, {"version": HUGE}, {"after": HUGE},
]  # fmt: skip


class Dangers(HTMLParser):
    """What in a page would run or load something that its author did not write."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in {"iframe", "object", "embed", "base", "frame", "applet"} or given.get("http-equiv") == "refresh":
            self.found.append(f"<{tag}>")
        if tag == "script" and not given.get("src", "").startswith("/static/"):
            self.found.append(f"<script {given}>")
        for name, value in given.items():
            if name.startswith("on") or name == "srcdoc":
                self.found.append(f"{tag} {name}={value}")
            if name in {"href", "src", "action", "formaction", "xlink:href"}:
                address = re.sub(r"[\x00-\x20]", "", value).lower()
                if address.startswith(("javascript:", "vbscript:", "data:text", "//")):
                    self.found.append(f"{tag} {name}={value}")


def dangers(page: str) -> list[str]:
    reader = Dangers()
    reader.feed(page)
    return reader.found


def text_of(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", "replace")


@pytest.fixture
def world(asha: Actor, chen: Actor, dora: Actor, now: datetime) -> World:
    return World(asha=asha, chen=chen, dora=dora, now=now)


@pytest.fixture
def hostile(world: World) -> Programme:
    """A programme whose every word was chosen by an attacker, with findings."""
    plant(world)
    made = programme_create(actor=world.asha, title=EVIL, standard="iso42001", slug="hostile", now=world.now)
    pieces = [
        Piece(
            key=f"brief-{number}", pathway="assignment-brief", title=EVIL, text=TEXT, path=f"{EVIL}.md", line=1,
            end_line=TEXT.count("\n"), media_type=media, language="en", how="mapping",
        )
        for number, media in enumerate(("text/markdown", "text/html", "text/plain"))
    ]  # fmt: skip
    pieces_import(actor=world.asha, programme=made, pieces=pieces, source_name=EVIL, now=world.now)
    programme_sweep(actor=world.asha, programme=made, now=world.now, workers=1)
    integrate(log=world.asha.log, now=world.now)
    return made


def test_imported_words_run_nothing_on_any_page(
    hostile: Programme, asha: Actor, client_of: Callable[..., Client]
) -> None:
    client = client_of(asha)
    finding = FindingRow.objects.filter(defect=True).first()
    assert finding is not None
    artefacts = [f"/artefacts/{each.pk}" for each in Artefact.objects.all()]
    pages = [
        "/", "/programmes/hostile", "/programmes/hostile/report.html", "/findings", f"/findings/{finding.pk}", *artefacts,
        "/search?q=script", "/search/palette?q=script", "/ledger", "/ledger/5", f"/?q={EVIL}", f"/search?q={EVIL}", "/ledger?kind=" + EVIL,
    ]  # fmt: skip
    shown = 0
    for page in pages:
        response = client.get(page)
        assert response.status_code == 200, page
        text = text_of(response)
        found = dangers(text) if response["Content-Type"].startswith("text/html") else []
        if page.endswith("report.html"):
            found = [each for each in found if each != "<script {}>"]
        assert found == [], page
        assert "49" not in re.findall(r"onerror=alert\(2\)(?:&gt;|>)(..)", text), "a template was run"
        shown += "alert(1)" in text
    assert shown >= 6, "the words must be shown, as words"


def test_the_report_in_one_file_holds_no_script(
    hostile: Programme, asha: Actor, client_of: Callable[..., Client]
) -> None:
    assert "<script" not in text_of(client_of(asha).get("/programmes/hostile/report.html")).lower()


def test_downloads_have_plain_names_and_a_type_that_runs_nothing(
    hostile: Programme, asha: Actor, client_of: Callable[..., Client]
) -> None:
    for name in ("verdict.json", "findings.sarif", "report.html", "badge.svg"):
        response = client_of(asha).get(f"/programmes/hostile/{name}")
        assert response.status_code == 200
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "script-src 'unsafe" not in response["Content-Security-Policy"]
        disposition = response.get("Content-Disposition", "")
        assert re.fullmatch(r'((attachment|inline); filename="[A-Za-z0-9._-]+")?', disposition), disposition
    badge = text_of(client_of(asha).get("/programmes/hostile/badge.svg"))
    assert dangers(badge) == []


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example", "//evil.example", "/\\evil.example", "///evil.example", "/\t/evil.example", "javascript:alert(1)",
        "http:evil.example", "\\\\evil.example", "/%0d%0aSet-Cookie:x=1", "https:/evil.example", "/ok\r\nX-Evil: 1",
    ],
)  # fmt: skip
def test_signing_in_leads_nowhere_else(asha: Actor, client_of: Callable[..., Client], target: str) -> None:
    response = client_of(asha).get("/sign-in", {"next": target})
    location = response["Location"]
    assert response.status_code == 302
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\", "/\t"))
    assert "\n" not in location
    assert "X-Evil" not in response.headers
    assert "Set-Cookie" not in response.headers


WRITTEN = sorted(name for name, each in SAMPLES.items() if "post" in each.methods)


@pytest.mark.parametrize("every", [pytest.param(3, id="some"), pytest.param(1, id="all", marks=pytest.mark.slow)])
@pytest.mark.parametrize("names", grouped(WRITTEN))
def test_another_site_cannot_write(
    names: list[str], every: int, world: World, asha: Actor, client_of: Callable[..., Client], subtests: pytest.Subtests
) -> None:
    """A browser with Asha's session posts without the form's token: pages refuse, endpoints do not know the session.

    In the fast suite each address is tried from one other site, by turns.
    """
    arguments = SAMPLES[names[0]].arguments(world)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client_of(asha).cookies
    for name in names:
        address = reverse(name, kwargs=dict(arguments))
        sites: list[dict[str, str]] = [{}, {"origin": "https://evil.example"}, {"origin": "null"}]
        for headers in sites[WRITTEN.index(name) % every :: every]:
            with subtests.test(name=name, headers=headers), taken_back():
                response = strict.post(address, dict(SAMPLES[name].data), headers=headers)
                expected = 401 if address.startswith("/api/") else 403
                assert response.status_code == expected, text_of(response)[:300]


def test_a_reading_token_and_a_token_of_a_demoted_person_cannot_write(
    asha: Actor, ben: Actor, api_of: Callable[..., Client], now: datetime
) -> None:
    body = {"title": "New", "standard": "iso42001"}

    def post(client: Client) -> int:
        return client.post("/api/v1/programmes", body, content_type="application/json").status_code

    assert post(api_of(asha, "read")) == 404
    writer = api_of(ben, "write")
    assert post(writer) == 201
    membership = Membership.objects.get(person=ben.person, organization=ben.organization)
    membership_change_role(membership=membership, role="viewer", by=asha, now=now)
    assert post(writer) == 404
    assert writer.get("/api/v1/programmes").status_code == 200
    assert Client(headers={"authorization": "Bearer "}).get("/api/v1/programmes").status_code == 401
    assert Client(headers={"authorization": "Bearer \x00'--"}).get("/api/v1/programmes").status_code == 401
    assert Client(headers={"authorization": f"Bearer {'x' * 100_000}"}).get("/api/v1/programmes").status_code == 401


@pytest.mark.parametrize("field", by_turns(["title", "key", "text", "pathway", "reason"], 2))
@pytest.mark.parametrize("value", ["a\x00b", "a\ud800b"])
def test_characters_that_no_database_keeps_are_refused(
    hostile: Programme, asha: Actor, api_of: Callable[..., Client], field: str, value: str
) -> None:
    client = api_of(asha)
    client.raise_request_exception = False
    good = {"key": "k", "pathway": "lesson", "title": "T", "text": "Words."}
    if field == "reason":
        finding = FindingRow.objects.filter(closed_at=None, defect=True).first()
        assert finding is not None
        address, bodies = f"/api/v1/findings/{finding.pk}/dispositions", [{"reason": value}]
    else:
        address, bodies = "/api/v1/programmes/hostile/artefacts", [good | {field: value}]
    for body in bodies:
        response = client.post(address, json.dumps(body), content_type="application/json")
        assert response.status_code in {400, 422}, text_of(response)
    made = client.post(
        "/api/v1/programmes", json.dumps({"title": value, "standard": "iso42001"}), content_type="application/json"
    )
    assert made.status_code in {400, 422}, text_of(made)


def test_a_token_opens_no_page(asha: Actor, api_of: Callable[..., Client]) -> None:
    for page in ("/", "/people", "/tokens"):
        assert api_of(asha).get(page).status_code == 302


def test_what_is_absent_and_what_belongs_to_others_answer_with_the_same_bytes(
    hostile: Programme, dora: Actor, client_of: Callable[..., Client], api_of: Callable[..., Client]
) -> None:
    artefact, finding, nothing = Artefact.objects.first(), FindingRow.objects.first(), UUID(int=7)
    assert artefact is not None
    assert finding is not None
    pairs = [
        ("/programmes/hostile", "/programmes/nowhere-at-all"), (f"/artefacts/{artefact.pk}", f"/artefacts/{nothing}"),
        (f"/findings/{finding.pk}", f"/findings/{nothing}"), ("/programmes/hostile/report.html", "/programmes/nowhere-at-all/report.html"),
        ("/api/v1/programmes/hostile/verdict", "/api/v1/programmes/nowhere-at-all/verdict"),
        (f"/api/v1/artefacts/{artefact.pk}", f"/api/v1/artefacts/{nothing}"), (f"/api/v1/findings/{finding.pk}", f"/api/v1/findings/{nothing}"),
    ]  # fmt: skip
    for theirs, absent in pairs:
        client = api_of(dora) if theirs.startswith("/api") else client_of(dora)
        one, two = client.get(theirs), client.get(absent)
        assert (one.status_code, two.status_code) == (404, 404), theirs

        def plain(response: Any, address: str) -> str:
            words = text_of(response).replace(response.headers.get("X-Request-ID", "-"), "")
            for part in address.split("/")[-2:]:
                words = words.replace(part, "")
            return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", words)

        assert plain(one, theirs) == plain(two, absent), theirs


PAGES = sorted(name for name, each in SAMPLES.items() if "get" in each.methods)


@pytest.mark.parametrize("every", [pytest.param(15, id="some"), pytest.param(1, id="all", marks=pytest.mark.slow)])
@pytest.mark.parametrize("names", grouped(PAGES))
def test_queries_of_any_size_and_kind_are_answered(
    names: list[str],
    every: int,
    world: World,
    asha: Actor,
    client_of: Callable[..., Client],
    api_of: Callable[..., Client],
    subtests: pytest.Subtests,
) -> None:
    """In the fast suite each address gets two of the queries, by turns, so that each query is tried somewhere."""
    arguments = SAMPLES[names[0]].arguments(world)
    page, endpoint = client_of(asha), api_of(asha)
    for name in names:
        address = reverse(name, kwargs=dict(arguments))
        client = endpoint if address.startswith("/api/") else page
        client.raise_request_exception = False
        with subtests.test(name=name), taken_back():
            for query in QUERIES[PAGES.index(name) % every :: every]:
                response = client.get(address, query)
                assert response.status_code in {200, 302, 400, 404, 409, 422}, (query, response.status_code)
                if response["Content-Type"].startswith("text/html"):
                    assert dangers(text_of(response)) == [] or "report" in name


@pytest.mark.parametrize(
    "address",
    [
        "/static/../../../etc/passwd", "/static/..%2f..%2f..%2fetc%2fpasswd", "/static//etc/passwd", "/catalog/../../etc/passwd",
        "/catalog/..%2f..%2fetc%2fpasswd", "/catalog/%00", "/catalog/frameworks/..%2f..%2fiso42001.yaml", "/ledger/events/..%2f..%2fx",
        "/ledger/events/%00", "/ledger/99999999999999999999999999", "/ledger/18446744073709551616/proof", "/detectors/..", "/sign-in/%00",
        "/sign-in/" + "x" * 9000, "/programmes/%00", "/programmes/-", "/.git/config", "/assay-data/ledger-key.pem",
        "/api/v1/programmes/%00/verdict", "/api/v1/ledger/entries/99999999999999999999", "/api/v1/ledger/proofs/99999999999999999999",
    ],
)  # fmt: skip
def test_addresses_that_climb_or_overflow_lead_to_nothing(
    asha: Actor, client_of: Callable[..., Client], address: str
) -> None:
    client = client_of(asha)
    client.raise_request_exception = False
    response = client.get(address)
    assert response.status_code in {400, 401, 404}, response.status_code
    assert "root:" not in text_of(response)
    assert "PRIVATE KEY" not in text_of(response)


@pytest.mark.parametrize("query", ["?pathway=%00", "?q=" + "x" * 4001, "?%00=1"])
def test_a_value_that_no_page_has_a_use_for_is_refused_with_words(
    asha: Actor, client_of: Callable[..., Client], query: str
) -> None:
    response = client_of(asha).get(f"/{query}")
    assert response.status_code == 400
    assert "cannot be used" in text_of(response)


def test_a_session_from_before_signing_in_is_worth_nothing_after_it(asha: Actor, now: datetime) -> None:
    membership = Membership.objects.get(person=asha.person)
    _link, secret = sign_in_link_create(
        membership=membership, by=None, now=now.max.replace(tzinfo=now.tzinfo, year=2990)
    )
    client = Client()
    client.get("/sign-in")
    session = client.session
    session["planted"] = "by an attacker"
    session.save()
    fixed = session.session_key
    client.cookies[settings.SESSION_COOKIE_NAME] = fixed
    assert client.post(f"/sign-in/{secret}").status_code == 302
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != fixed
    attacker = Client()
    attacker.cookies[settings.SESSION_COOKIE_NAME] = fixed
    assert attacker.get("/").status_code == 302
    taken = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert client.get("/").status_code == 200
    assert client.post("/sign-out").status_code == 302
    attacker.cookies[settings.SESSION_COOKIE_NAME] = taken
    assert attacker.get("/").status_code == 302
    assert client.post(f"/sign-in/{secret}").status_code == 404


def test_a_session_that_names_no_or_a_strange_organization_is_nobody(
    asha: Actor, dora: Actor, client_of: Callable[..., Client]
) -> None:
    for value in (None, "", "None", "x" * 1000, str(UUID(int=1)), str(dora.organization.pk), 5, ["a"]):
        client = client_of(asha)
        session = client.session
        if value is None:
            del session[SESSION_ORGANIZATION]
        else:
            session[SESSION_ORGANIZATION] = value
        session.save()
        assert client.get("/").status_code == 302, value


def test_a_strange_host_is_refused_and_cookies_are_for_this_site_only(
    asha: Actor, client_of: Callable[..., Client]
) -> None:
    assert client_of(asha).get("/", headers={"host": "evil.example"}).status_code == 400
    cookie = client_of(asha).cookies[settings.SESSION_COOKIE_NAME]
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"
    assert cookie.value


def test_every_answer_bears_the_strict_headers(asha: Actor, client_of: Callable[..., Client]) -> None:
    for address in ("/", "/sign-in", "/nowhere-at-all", "/api/v1/programmes", "/healthz"):
        response = client_of(asha).get(address)
        assert "default-src 'none'" in response["Content-Security-Policy"]
        assert "unsafe" not in response["Content-Security-Policy"]
        assert response["X-Frame-Options"] == "DENY"
        assert response["Referrer-Policy"] == "same-origin"
