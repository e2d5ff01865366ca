"""What a page weighs on its way to a phone, whom it asks, and what it leaves behind."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import BrowserContext, Page

from clinic_site.tests.browser.places import ARTICLE, TIMEOUT, all_places
from clinic_site.tests.trial import Trial

KB = 1024
LIMITS = {"html": 14 * KB, "css": 8 * KB, "js": 2 * KB, "woff2": 24 * KB}
WHOLE_PAGE = 60 * KB
MOST_REQUESTS = 8


def transferred(url: str) -> tuple[int, str]:
    """Bytes of the body as a browser gets it, and its encoding."""
    request = Request(url, headers={"Accept-Encoding": "gzip"})
    with urlopen(request, timeout=TIMEOUT) as response:
        return len(response.read()), response.headers.get("Content-Encoding", "")


def asked_for(page: Page, path: str) -> list[str]:
    """Every address that a page asks for, the icon included, which headless browsers leave out."""
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    page.goto(path, wait_until="networkidle")
    icon = page.evaluate("document.querySelector('link[rel=icon]').href")
    return list(dict.fromkeys([*urls, icon]))


def kind(url: str) -> str:
    return Path(urlsplit(url).path).suffix.removeprefix(".") or "html"


@pytest.mark.parametrize("path", [ARTICLE, "/", "/book/"])
def test_a_page_is_light(
    trial: Trial, new_context: Callable[..., BrowserContext], path: str
) -> None:
    urls = asked_for(new_context().new_page(), path)
    sizes: dict[str, int] = {}
    for url in urls:
        size, encoding = transferred(url)
        assert encoding == ("" if kind(url) == "woff2" else "gzip"), url
        sizes[kind(url)] = sizes.get(kind(url), 0) + size
    whole = sum(sizes.values())
    print(f"G: {path} {sizes}, whole page {whole} bytes in {len(urls)} requests")
    assert {name: size for name, size in sizes.items() if size > LIMITS.get(name, WHOLE_PAGE)} == {}
    assert (whole <= WHOLE_PAGE, len(urls) <= MOST_REQUESTS) == (True, True)


def test_all_scripts_together_are_small(trial: Trial) -> None:
    """Every script that a public page loads, each counted once."""
    scripts = set()
    for path in ("/", ARTICLE, "/book/", "/book/received/"):
        with urlopen(f"{trial.url}{path}", timeout=TIMEOUT) as response:
            html = response.read().decode()
        scripts |= set(re.findall(r'<script[^>]*src="([^"]+)"', html))
    size = sum(transferred(f"{trial.url}{path}")[0] for path in scripts)
    print(f"G: scripts {size} bytes")
    assert (len(scripts), size <= LIMITS["js"]) == (1, True)


def test_the_font_is_subset_and_its_licence_lies_beside_it() -> None:
    folder = Path(__file__).resolve().parents[2] / "static" / "clinic" / "fonts"
    sizes = {path.name: path.stat().st_size for path in folder.iterdir()}
    assert set(sizes) == {"atkinson-hyperlegible-next.woff2", "OFL.txt"}
    assert sizes["atkinson-hyperlegible-next.woff2"] <= LIMITS["woff2"]
    assert "SIL Open Font License, Version 1.1" in (folder / "OFL.txt").read_text(encoding="utf-8")


def test_no_page_asks_another_host_or_leaves_anything_behind(
    trial: Trial, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context()
    hosts: set[str] = set()
    context.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page = context.new_page()
    places = all_places(trial.url)
    for go in places.values():
        go(page)
        kept = page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")
        assert kept == [0, 0, ""]
    databases = page.evaluate("indexedDB.databases().then(all => all.length)")
    workers = page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)")
    print(f"H: {len(places)} pages: hosts {hosts}, cookies {len(context.cookies())}")
    assert (hosts, context.cookies(), databases, workers) == (
        {trial.url.removeprefix("http://")},
        [],
        0,
        0,
    )


def test_a_staff_page_is_not_compressed(trial: Trial) -> None:
    """What a reviewer reads has a length that would tell of it, beside text that others choose."""
    size, encoding = transferred(f"{trial.url}/admin/login/")
    assert (size > 0, encoding) == (True, "")
    with urlopen(
        Request(f"{trial.url}/", headers={"Accept-Encoding": "gzip"}), timeout=TIMEOUT
    ) as home:
        assert b"<h1>" in gzip.decompress(home.read())
