"""What holds on every public page, whoever wrote it."""

from collections import Counter
from itertools import pairwise
from types import SimpleNamespace
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client
from wagtail.models import Page

from booking.public.form.tokens import sign_reference

# Elements that name or group something, and what must name them in turn.
LABELLED = "input:not([type=hidden]), select, textarea"


def problems(html: str, host: str = "testserver") -> list[str]:
    """What is wrong with a page's markup; empty when nothing is."""
    soup = BeautifulSoup(html, "html.parser")
    found = []
    if len(soup.find_all("h1")) != 1:
        found.append("not exactly one h1")
    ids = Counter(tag["id"] for tag in soup.select("[id]"))
    found += [f"id {name} is not unique" for name, count in ids.items() if count > 1]
    labels = {label.get("for") for label in soup.find_all("label")}
    found += [
        f"{tag.get('name')} has no label"
        for tag in soup.select(LABELLED)
        if tag.get("id") not in labels
    ]
    found += [f"style attribute on {tag.name}" for tag in soup.select("[style]")]
    found += ["inline style" for _ in soup.find_all("style")]
    found += [
        "inline script"
        for tag in soup.find_all("script")
        if not tag.get("src") and tag.get("type") != "application/ld+json"
    ]
    found += [
        f"handler {name}"
        for tag in soup.find_all(True)
        for name in tag.attrs
        if name.startswith("on")
    ]
    found += [
        f"{tag.name} from another host"
        for tag in soup.select("[src], link[href]")
        if urlsplit(tag.get("src") or tag["href"]).netloc not in {"", host, "localhost"}
    ]
    targets = [link["href"][1:] for link in soup.select('a[href^="#"]')]
    found += [f"#{target} leads nowhere" for target in targets if target not in ids]
    if not soup.html or not soup.html.get("lang"):
        found.append("no language")
    levels = [int(tag.name[1]) for tag in soup.find_all(["h1", "h2", "h3", "h4"])]
    found += [f"h{b} after h{a}" for a, b in pairwise(levels) if b > a + 1]
    return found


def test_the_check_bites_on_a_wrong_specimen() -> None:
    specimen = (
        '<html><body style="x"><h1>A</h1><h1>B</h1><h4 id="a">C</h4><p id="a">D</p><input name="n">'
        '<script>x()</script><style>p{}</style><img src="https://elsewhere.example/x.png">'
        '<a href="#none" onclick="x()">E</a></body></html>'
    )
    assert sorted(problems(specimen)) == [
        "#none leads nowhere",
        "h4 after h1",
        "handler onclick",
        "id a is not unique",
        "img from another host",
        "inline script",
        "inline style",
        "n has no label",
        "no language",
        "not exactly one h1",
        "style attribute on body",
    ]


@pytest.fixture
def pages(site: SimpleNamespace, vault: object, client: Client) -> dict[str, HttpResponse]:
    """Every published page, and the states that pages can be in, by a name."""
    published = Page.objects.live().filter(depth__gt=1).specific()
    responses = {page.url_path: client.get(page.get_url()) for page in published}
    responses["form with errors"] = client.post("/book/", {})
    reference = sign_reference("AAAA3333")
    responses["confirmation"] = client.get("/book/received/", {"reference": reference})
    responses["no request"] = client.get("/book/received/")
    responses["not found"] = client.get("/nothing-here/")
    return responses


def test_every_page_is_well_formed(pages: dict[str, HttpResponse]) -> None:
    assert len(pages) == 9
    wrong = {name: problems(page.content.decode()) for name, page in pages.items()}
    assert {name: found for name, found in wrong.items() if found} == {}


def test_every_page_carries_the_emergency_line(pages: dict[str, HttpResponse]) -> None:
    without = [name for name, page in pages.items() if b"988" not in page.content]
    assert without == []


def test_every_page_sends_the_strict_policy_and_no_cookie(pages: dict[str, HttpResponse]) -> None:
    for page in pages.values():
        assert "default-src 'none'" in page["Content-Security-Policy"]
        assert "unsafe" not in page["Content-Security-Policy"]
        assert page.cookies == {}


def test_the_sitemap_lists_exactly_the_published_pages(
    site: SimpleNamespace, client: Client
) -> None:
    sitemap = ElementTree.fromstring(client.get("/sitemap.xml").content)
    listed = {urlsplit(loc.text or "").path for loc in sitemap.iterfind(".//{*}loc")}
    assert listed == {
        "/",
        "/articles/",
        "/articles/how-does-ketamine-work-for-depression/",
        "/common-questions/",
        "/book/",
    }
