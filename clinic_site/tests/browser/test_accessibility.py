"""axe on every public page and every state of it, in light and dark, on a phone and a desk."""

import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from clinic_site.tests.browser.places import all_places
from clinic_site.tests.trial import Trial

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": TAGS, "resultTypes": ["violations", "incomplete"]}
WIDTHS = (320, 1280)
SCHEMES = ("light", "dark")

# Wagtail's menu slides and its buttons fade: nothing is judged on its way.
AT_ONCE = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("* { transition: none !important; animation: none !important; }");
    document.adoptedStyleSheets = [sheet];
}"""

SPECIMEN = """<!doctype html><html lang="en"><head><title>Wrong</title></head><body><main><h1>Wrong</h1>
<p id="pale">Pale</p><input name="n"><img src="x.png"></main></body></html>"""


def found(page: Page, within: str = "") -> list[str]:
    """Each violation as "rule: where".

    On a whole page, contrast that axe could not determine counts too. Within a staff page it does
    not: Wagtail's lists have a picture behind them, and its tables scroll.
    """
    page.wait_for_load_state()  # a title is there before what it is the title of
    response = Axe().run(page, {"include": [within]} if within else None, OPTIONS).response
    unclear = [each for each in response["incomplete"] if each["id"] == "color-contrast"]
    if within:
        unclear = []
    return [
        f"{violation['id']}: {node['target']}"
        for violation in [*response["violations"], *unclear]
        for node in violation["nodes"]
    ]


def in_every_look(page: Page, within: str = "") -> dict[str, list[str]]:
    """What axe finds on a page in both schemes and both widths, by the look; only what is wrong."""
    wrong = {}
    page.evaluate(AT_ONCE)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            if problems := found(page, within):
                wrong[f"{scheme}, {width} px"] = problems
    return wrong


def test_every_page_has_no_violation(
    trial: Trial, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context().new_page()
    wrong = {}
    places = all_places(trial.url)
    for name, go in places.items():
        go(page)
        wrong[name] = in_every_look(page)
    looks = len(WIDTHS) * len(SCHEMES)
    print(f"A: {len(places)} pages in {looks} looks: {sum(map(len, wrong.values()))} violations")
    assert {name: looks for name, looks in wrong.items() if looks} == {}


def test_the_check_bites_on_a_wrong_specimen(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(SPECIMEN)
    page.evaluate("document.querySelector('#pale').style.color = '#bbb'")
    rules = {problem.partition(":")[0] for problem in found(page)}
    page.close()
    assert rules == {"color-contrast", "label", "image-alt"}


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_nothing_moves_by_itself(new_context: Callable[..., BrowserContext], motion: str) -> None:
    page = new_context(reduced_motion=motion).new_page()
    page.goto("/")
    moving = page.evaluate(
        """[...document.querySelectorAll("*")].filter(one => {
            const style = getComputedStyle(one);
            return style.animationName != "none" || style.transitionDuration != "0s"
                || style.scrollBehavior == "smooth";
        }).length"""
    )
    assert moving == 0


class _Halves(BaseHTTPRequestHandler):
    """The specimen in two halves, as a busy server sends a page: its title first."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        head, main, rest = SPECIMEN.partition("<main>")
        self.wfile.write(head.encode())
        time.sleep(1)
        self.wfile.write(f"{main}{rest}".encode())

    def log_message(self, *arguments: object) -> None:
        """Nothing: its requests are no news."""


@pytest.fixture
def in_halves() -> Iterator[str]:
    """The address of the specimen that comes in two halves."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Halves) as server:
        server.block_on_close = False  # a connection on which Chromium asks nothing
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_the_check_waits_for_a_page_that_is_still_coming(browser: Browser, in_halves: str) -> None:
    page = browser.new_page()
    page.goto(in_halves, wait_until="commit")
    expect(page).to_have_title("Wrong")
    rules = {problem.partition(":")[0] for problem in found(page, "main")}
    page.close()
    assert rules == {"label", "image-alt"}
