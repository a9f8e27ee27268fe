"""The pattern page in a real browser: every component, both colour schemes, small and large, keyboard alone."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from tests.django_setup import prepare

prepare()

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright  # noqa: E402

from assay.config.wsgi import application  # noqa: E402

pytestmark = pytest.mark.journey

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WIDTHS = (360, 1440)
SCHEMES = ("light", "dark")
Opener = Callable[..., Page]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: requests are the test's own."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The application as it is deployed, with its headers, on a free port of this machine."""
    server = make_server("127.0.0.1", 0, application, server_class=_Server, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/ui"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium was found on PATH")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Opener]:
    """`open_page(width=…, query=…, **context options)`; complaints of the browser fail the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_it(*, width: int = 1440, query: str = "", **options: object) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type != "log" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address + query)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert complaints == []


def run_axe(page: Page) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [f"{rule['id']}: {node['html'][:120]}" for rule in found["violations"] for node in rule["nodes"]]


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing(open_page: Opener, width: int, scheme: str) -> None:
    assert run_axe(open_page(width=width, color_scheme=scheme, bypass_csp=True)) == []


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("width", [320, 360, 768, 1440, 1920])
def test_nothing_overflows_sideways_in_either_direction(open_page: Opener, width: int, direction: str) -> None:
    page = open_page(width=width)
    page.evaluate("direction => document.documentElement.dir = direction", direction)
    assert overflow(page) == 0


def test_the_first_tab_reaches_the_skip_link_and_it_leads_to_the_page(open_page: Opener) -> None:
    page = open_page()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_every_stop_of_the_tab_key_is_seen(open_page: Opener) -> None:
    page = open_page()
    unseen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        unseen += page.evaluate(
            """() => { const here = document.activeElement; const look = getComputedStyle(here);
            const box = here.getBoundingClientRect();
            const drawn = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2;
            return drawn && box.width >= 12 && box.height >= 12 ? [] : [here.outerHTML.slice(0, 120)]; }"""
        )
    assert unseen == []


def test_rows_move_with_j_and_k_and_stop_at_the_ends(open_page: Opener) -> None:
    page = open_page()
    names = []
    for key in ("j", "j", "k", "k", "End", "j"):
        page.keyboard.press(key)
        names.append(page.evaluate("document.activeElement.querySelector('th')?.textContent.trim()"))
    first, second, last = "AI literacy for all staff", "Impact assessor", "Supplier oversight"
    assert names == [first, second, first, first, last, last]


def test_enter_on_a_row_opens_its_first_link(open_page: Opener) -> None:
    page = open_page()
    page.evaluate("document.querySelector('#list tbody a').href = '#opened'")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**#opened")


@pytest.mark.parametrize("keys", ["/", "Control+k"])
def test_the_palette_opens_from_the_keyboard_runs_a_command_and_closes(open_page: Opener, keys: str) -> None:
    page = open_page()
    page.keyboard.press(keys)
    page.keyboard.type("go to the gly")
    assert page.locator("#palette [role=option][aria-selected=true]").inner_text().startswith("Go to the glyph")
    page.keyboard.press("Enter")
    page.wait_for_url("**#glyph")
    assert page.locator("#palette").is_hidden()


def test_escape_closes_the_palette_and_a_slash_in_a_field_is_a_slash(open_page: Opener) -> None:
    page = open_page()
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    assert page.locator("#palette").is_hidden()
    page.locator("#field-title").fill("a")
    page.locator("#field-title").press("/")
    assert page.locator("#palette").is_hidden()


def test_the_choice_of_colours_stays(open_page: Opener) -> None:
    page = open_page(color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    page.get_by_role("button", name="Dark").click()
    chosen = page.evaluate(ground)
    page.reload()
    assert chosen != before
    assert page.evaluate(ground) == chosen


def test_copying_gives_the_whole_digest(open_page: Opener) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the digest").click()
    assert page.evaluate("navigator.clipboard.readText()") == "sha256:" + "a1" * 32


def test_sorting_replaces_the_list_alone_and_back_works(open_page: Opener) -> None:
    page = open_page()
    page.evaluate("document.body.dataset.untouched = 'yes'")
    page.locator("#list-sort-looked_at").click()
    page.locator("#list th[aria-sort=ascending] >> text=Looked at").wait_for()
    assert page.evaluate("document.body.dataset.untouched") == "yes"
    assert page.evaluate("document.activeElement.id") == "list-sort-looked_at"
    page.go_back()
    page.locator("#list th[aria-sort=ascending] >> text=Programme").wait_for()


@pytest.mark.parametrize("width", WIDTHS)
def test_lists_work_without_scripts(open_page: Opener, width: int) -> None:
    page = open_page(width=width, java_script_enabled=False)
    page.locator("#list-sort-name").click()
    assert "sort=-name" in page.url
    page.locator("#list summary").click()
    page.locator("#list input[name=columns][value=looked_at]").uncheck()
    page.get_by_role("button", name="Show these").click()
    assert page.locator("#list-sort-looked_at").count() == 0
    assert page.locator("#list-sort-name").count() == 1


@pytest.mark.req("P-09")
def test_on_paper_controls_go_and_the_filled_area_stays(open_page: Opener) -> None:
    page = open_page()
    page.emulate_media(media="print")
    assert page.locator("#list .list__bar").is_hidden()
    assert page.locator("#list .glyph--solid .glyph__fill").first.is_visible()
    assert page.locator("#list td").first.is_visible()


@pytest.mark.req("P-09")
def test_glyphs_differ_in_forced_colours(open_page: Opener) -> None:
    page = open_page(forced_colors="active")
    fills = "name => getComputedStyle(document.querySelector(name)).fill"
    filled = page.evaluate(fills, "#list .glyph__fill")
    assert filled != page.evaluate(fills, "#list .glyph__frame")
    assert filled == page.evaluate(fills, "#list .glyph__stripes")


def test_reduced_motion_leaves_no_movement(open_page: Opener) -> None:
    page = open_page(reduced_motion="reduce")
    longest = (
        "Math.max(...[...document.querySelectorAll('*')].map(e => parseFloat(getComputedStyle(e).transitionDuration)))"
    )
    assert page.evaluate(longest) < 0.001


def test_a_square_of_the_map_says_its_name_on_focus(open_page: Opener) -> None:
    page = open_page()
    square = page.get_by_role("link", name="13 Assignment brief: neither governed nor audited").first
    square.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement.querySelector('.map__name')).clipPath") == "none"


def test_the_font_is_ours(open_page: Opener) -> None:
    page = open_page()
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('15px \"Inter Variable\"'))")
    assert page.evaluate("[...document.fonts].some(face => face.status === 'loaded')")
