"""What search engines and people who share a page get: over every page of the sample's sitemap."""

import json
import re
from datetime import UTC, date, datetime, time
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.dateformat import time_format
from wagtail.contrib.redirects.models import Redirect
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page, PageViewRestriction

from articles.models import ArticlePage, Clinician
from articles.tests.factories import ArticlePageFactory
from booking.models import Location
from clinic_site.models import ClinicImage
from clinic_site.structured_data import graph, script
from home.models import ClinicSettings

ARTICLE = "/articles/how-does-ketamine-work-for-depression/"
Soups = dict[str, BeautifulSoup]


def soup_of(client: Client, address: str) -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == 200, address
    return BeautifulSoup(response.content, "html.parser")


def sitemap(client: Client) -> dict[str, str]:
    """The day of the last change by address."""
    tree = ElementTree.fromstring(client.get("/sitemap.xml").content)
    entries = [{node.tag.rpartition("}")[2]: node.text for node in url} for url in tree]
    return {urlsplit(str(entry["loc"])).path: str(entry.get("lastmod")) for entry in entries}


@pytest.fixture
def pages(sample_content: str, vault: object, client: Client) -> Soups:
    """Every page of the sample's sitemap, after a clinician has reviewed the article."""
    article = ArticlePage.objects.live().get()
    article.author = article.reviewer = Clinician.objects.first()
    article.last_reviewed = date(2026, 9, 1)
    article.save_revision().publish()
    ClinicSettings.objects.update(email="desk@clinic.example")
    return {address: soup_of(client, address) for address in sitemap(client)}


def meta(soup: BeautifulSoup, name: str) -> str:
    (tag,) = soup.select(f'meta[name="{name}"], meta[property="{name}"]')
    return str(tag["content"])


def data_of(soup: BeautifulSoup) -> dict[str, Any]:
    (block,) = soup.select('script[type="application/ld+json"]')
    found: dict[str, Any] = json.loads(block.string or "")
    return found


def kinds(soup: BeautifulSoup) -> list[str]:
    return [node["@type"] for node in data_of(soup)["@graph"]]


# Titles, descriptions, addresses ---------------------------------------------------------------


def test_the_sitemap_holds_every_published_page(pages: Soups) -> None:
    assert set(pages) == {page.url for page in Page.objects.live().filter(depth__gt=1)}
    assert len(pages) == 8


def test_titles_are_short_and_no_two_are_alike(pages: Soups) -> None:
    titles = [soup.title.get_text() for soup in pages.values() if soup.title]
    assert len(set(titles)) == len(pages)
    assert [title for title in titles if len(title) > 60] == []


def test_descriptions_have_70_to_160_characters(pages: Soups) -> None:
    lengths = {address: len(meta(soup, "description")) for address, soup in pages.items()}
    assert {a: n for a, n in lengths.items() if not 70 <= n <= 160} == {}


def test_canonical_address_and_sharing_data_are_those_of_the_page(pages: Soups) -> None:
    for address, soup in pages.items():
        full = f"http://127.0.0.1:8000{address}"
        assert [tag["href"] for tag in soup.select("link[rel=canonical]")] == [full]
        assert meta(soup, "og:url") == full
        assert soup.title is not None
        assert soup.title.get_text().startswith(meta(soup, "og:title"))
        assert meta(soup, "og:description") == meta(soup, "description")
        assert meta(soup, "og:site_name") == "NorTex Psychiatry"
        assert meta(soup, "og:type") == ("article" if address == ARTICLE else "website")
        assert meta(soup, "og:locale") == "en_US"
        assert meta(soup, "og:image").startswith("http://127.0.0.1:8000/")
        assert meta(soup, "og:image:alt")


@pytest.mark.parametrize(
    ("title", "seo_title", "expected"),
    [
        ("Our team", "", "Our team – NorTex Psychiatry"),
        ("Our team", "Who works here", "Who works here"),
        ("A" * 50, "", "A" * 50),
        ("word " * 20, "", f"{' '.join(['word'] * 12)}…"),
    ],
)
def test_a_title_never_grows_past_60_characters(
    site: SimpleNamespace, client: Client, title: str, seo_title: str, expected: str
) -> None:
    Page.objects.filter(pk=site.questions.pk).update(title=title.strip(), seo_title=seo_title)
    shown = soup_of(client, "/common-questions/").title
    assert shown is not None
    assert shown.get_text() == expected


def test_a_long_description_ends_at_a_word(site: SimpleNamespace) -> None:
    site.article.search_description = "seven77 " * 30
    assert len(site.article.description) <= 160
    assert site.article.description.endswith("seven77…")


def test_a_shared_page_has_its_own_picture_or_the_clinics_or_a_drawing(
    site: SimpleNamespace, client: Client
) -> None:
    assert meta(soup_of(client, ARTICLE), "og:image") == "http://localhost/static/clinic/social.png"
    picture = ClinicImage.objects.create(
        title="Room", file=get_test_image_file(size=(1600, 900)), description="The waiting room"
    )
    ClinicSettings.objects.update(social_image=picture)
    soup = soup_of(client, ARTICLE)
    assert meta(soup, "og:image").startswith("http://127.0.0.1:8000/media/images/")
    own = ClinicImage.objects.create(
        title="Own", file=get_test_image_file(size=(1600, 901)), description="Two chairs"
    )
    ArticlePage.objects.update(social_image=own)
    assert meta(soup_of(client, ARTICLE), "og:image:alt") == "Two chairs"
    assert [meta(soup, f"og:image:{name}") for name in ("width", "height", "alt")] == [
        "1200",
        "630",
        "The waiting room",
    ]


# JSON-LD against what readers see --------------------------------------------------------------


def claims(node: Any) -> list[str]:
    """Every statement of a graph in the words that a page uses for it."""
    if isinstance(node, list):
        return [claim for item in node for claim in claims(item)]
    if isinstance(node, dict):
        told = {k: v for k, v in node.items() if k[0] != "@" and k not in {"url", "item"}}
        return claims(list(told.values()))
    if isinstance(node, int):
        return []
    if re.fullmatch(r"\d{4}-\d\d-\d\d", node):
        return [format_date(date.fromisoformat(node), "F j, Y")]
    if re.fullmatch(r"\d\d:\d\d", node):
        return [time_format(time.fromisoformat(node), "P")]
    return [node]


def unseen(soup: BeautifulSoup) -> list[str]:
    """What a page tells machines and not its readers."""
    text = " ".join(soup.body.get_text(" ").split()) if soup.body else ""
    return [
        claim for claim in claims(data_of(soup)["@graph"]) if " ".join(claim.split()) not in text
    ]


def test_every_page_has_one_graph_with_clinic_page_and_breadcrumb(pages: Soups) -> None:
    expected = {
        "/": ["MedicalClinic", "WebPage"],
        "/articles/": ["MedicalClinic", "CollectionPage", "BreadcrumbList"],
        ARTICLE: ["MedicalClinic", "MedicalWebPage", "BreadcrumbList"],
    }
    other = ["MedicalClinic", "WebPage", "BreadcrumbList"]
    assert {address: kinds(soup) for address, soup in pages.items()} == {
        address: expected.get(address, other) for address in pages
    }


def test_nothing_is_told_to_machines_that_readers_do_not_see(pages: Soups) -> None:
    assert {address: unseen(soup) for address, soup in pages.items() if unseen(soup)} == {}


def test_what_readers_do_not_see_would_be_found() -> None:
    told = graph([{"@id": "#a", "name": "Ada", "hours": [{"opens": "09:00"}], "day": "2026-09-01"}])
    soup = BeautifulSoup(f"<body>Ada {script(told)}</body>", "html.parser")
    for tag in soup.select("script"):
        tag.extract()
        soup.insert(0, tag)
    assert unseen(soup) == ["9 a.m.", "Sept. 1, 2026".replace("Sept.", "September")]


def test_the_article_names_author_reviewer_and_dates(pages: Soups) -> None:
    node = data_of(pages[ARTICLE])["@graph"][1]
    person = {
        "@type": "Person",
        "name": "Clayton L. Allison, M.D.",
        "jobTitle": "Psychiatrist",
    }
    assert (node["author"], node["reviewedBy"], node["lastReviewed"]) == (
        person,
        person,
        "2026-09-01",
    )
    assert node["datePublished"] == timezone.localdate().isoformat()
    assert "dateModified" not in node


def test_an_unreviewed_article_claims_no_review(site: SimpleNamespace, client: Client) -> None:
    site.article.reviewer = site.article.last_reviewed = None
    site.article.save()
    assert {"reviewedBy", "lastReviewed"} & set(data_of(soup_of(client, ARTICLE))["@graph"][1]) == (
        set()
    )


def test_an_article_that_changed_later_says_when(site: SimpleNamespace, client: Client) -> None:
    ArticlePage.objects.update(
        first_published_at=datetime(2026, 9, 2, 15, tzinfo=UTC),
        last_published_at=datetime(2026, 9, 20, 15, tzinfo=UTC),
    )
    soup = soup_of(client, ARTICLE)
    node = data_of(soup)["@graph"][1]
    assert (node["datePublished"], node["dateModified"]) == ("2026-09-02", "2026-09-20")
    assert unseen(soup) == []
    text = " ".join(soup.select_one(".published-dates").get_text(" ").split())
    assert text == "Published September 2, 2026 . Last changed September 20, 2026 ."


def test_the_home_page_lists_the_locations_as_departments(
    site: SimpleNamespace, client: Client
) -> None:
    Location.objects.create(
        name="Elsewhere", street="1 Road", town="A town", phone="1", active=True
    )
    clinic = data_of(soup_of(client, "/"))["@graph"][0]
    assert clinic["department"] == [
        {
            "@type": "MedicalClinic",
            "@id": f"http://localhost/#location-{site.location.pk}",
            "name": "Allen",
            "telephone": "(972) 555-0101",
            "address": {
                "@type": "PostalAddress",
                "streetAddress": "100 Sample Street",
                "addressLocality": "Allen",
                "addressRegion": "TX",
                "postalCode": "75002",
            },
            "openingHoursSpecification": [
                {
                    "@type": "OpeningHoursSpecification",
                    "dayOfWeek": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"],
                    "opens": "09:00",
                    "closes": "17:00",
                }
            ],
        },
        {
            "@type": "MedicalClinic",
            "@id": f"http://localhost/#location-{Location.objects.get(name='Elsewhere').pk}",
            "name": "Elsewhere",
            "telephone": "1",
            "address": {
                "@type": "PostalAddress",
                "streetAddress": "1 Road",
                "addressLocality": "A town",
            },
        },
    ]


def test_the_breadcrumb_is_the_one_that_readers_see(pages: Soups) -> None:
    for address in set(pages) - {"/"}:
        soup = pages[address]
        told = data_of(soup)["@graph"][2]["itemListElement"]
        seen = [" ".join(item.get_text().split()) for item in soup.select(".breadcrumb li")]
        assert [item["name"] for item in told] == seen
        links = [urlsplit(item["item"]).path for item in told]
        assert links == [a["href"] for a in soup.select(".breadcrumb a")] + [address]


def test_no_text_can_close_the_data_block(site: SimpleNamespace, client: Client) -> None:
    wild = "</script><script>alert('1')</script> & <!-- <b> \u2028"
    ArticlePage.objects.update(summary=wild)
    soup = soup_of(client, ARTICLE)
    assert data_of(soup)["@graph"][1]["description"] == wild
    assert [tag.get("src") for tag in soup.select("script")] == [None]


def test_nodes_of_one_id_become_one_and_empty_values_are_left_out() -> None:
    nodes = [{"@id": "#a", "name": "A", "email": ""}, {"@id": "#b"}, {"@id": "#a", "list": [1]}]
    assert graph(nodes) == {
        "@context": "https://schema.org",
        "@graph": [{"@id": "#a", "name": "A", "list": [1]}, {"@id": "#b"}],
    }


# Links -----------------------------------------------------------------------------------------


def broken_links(client: Client, start: list[str]) -> tuple[set[str], list[str]]:
    """Follows every link within the site, anchors too. (addresses visited, links that lead nowhere)"""
    soups: Soups = {}
    broken, waiting = [], [(address, "sitemap") for address in start]
    while waiting:
        address, source = waiting.pop()
        path, _, fragment = address.partition("#")
        if path not in soups:
            response = client.get(path)
            content = response.getvalue()
            if response.status_code != 200:
                broken.append(f"{path} on {source}: {response.status_code}")
                continue
            html = content if "html" in response["Content-Type"] else b""
            soups[path] = BeautifulSoup(html, "html.parser")
            links = soups[path].select("a[href], link[href], form[action]:not([method=post])")
            for tag in links:
                url = urlsplit(str(tag.get("href") or tag["action"]))
                if url.scheme not in {"", "http", "https"} or url.netloc not in {
                    "",
                    "localhost",
                    "127.0.0.1:8000",
                }:
                    continue
                query = f"?{url.query}" if url.query else ""
                target = f"{url.path or path}{query}"
                waiting.append((f"{target}#{url.fragment}", path))
        if fragment and not soups[path].find(id=fragment):
            broken.append(f"#{fragment} of {path} on {source}: no such part")
    return set(soups), broken


def test_no_link_of_any_page_is_broken(pages: Soups, client: Client) -> None:
    visited, broken = broken_links(client, list(pages))
    assert broken == []
    assert visited >= {*pages, "/articles/feed/", "/static/clinic/css/site.css"}


def test_a_broken_link_would_be_found(site: SimpleNamespace, client: Client, vault: object) -> None:
    site.questions.body = [
        ("text", '<p><a href="/gone/">a</a> <a href="/articles/#gone">b</a> <a href="#x">c</a></p>')
    ]
    site.questions.save()
    _, broken = broken_links(client, ["/common-questions/"])
    assert sorted(broken) == [
        "#gone of /articles/ on /common-questions/: no such part",
        "#x of /common-questions/ on /common-questions/: no such part",
        "/gone/ on /common-questions/: 404",
    ]


# Change dates, redirects, the feed -------------------------------------------------------------


def test_the_sitemap_tells_when_readers_last_saw_a_page_change(
    site: SimpleNamespace, client: Client
) -> None:
    def at(day: int) -> datetime:
        return datetime(2026, 9, day, 12, tzinfo=UTC)

    Page.objects.filter(depth__gt=1).update(last_published_at=at(1))
    Clinician.objects.update(last_published_at=at(2))
    Page.objects.filter(pk=site.article.pk).update(last_published_at=at(3))
    assert sitemap(client) == {
        "/": "2026-09-03",
        "/articles/": "2026-09-03",
        ARTICLE: "2026-09-03",
        "/common-questions/": "2026-09-01",
        "/book/": "2026-09-01",
    }
    site.questions.refresh_from_db()
    site.questions.save_revision()
    assert sitemap(client)["/common-questions/"] == "2026-09-01"


def test_a_page_that_not_everybody_may_read_is_not_in_the_sitemap(
    site: SimpleNamespace, client: Client
) -> None:
    PageViewRestriction.objects.create(page=site.questions, restriction_type="login")
    assert "/common-questions/" not in sitemap(client)


def test_an_old_address_leads_on_when_a_slug_changes(
    site: SimpleNamespace, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    site.articles.slug = "library"
    with django_capture_on_commit_callbacks(execute=True):
        site.articles.save_revision().publish()
    moved = {
        old: client.get(old).headers.get("Location")
        for old in ("/articles/", ARTICLE, "/articles/feed/")
    }
    assert moved == {
        "/articles/": "/library/",
        ARTICLE: ARTICLE.replace("articles", "library"),
        "/articles/feed/": "/library/feed/",
    }
    assert client.get("/library/feed/").status_code == 200


def test_a_draft_with_another_slug_makes_no_redirect(
    site: SimpleNamespace, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    site.questions.slug = "faq"
    with django_capture_on_commit_callbacks(execute=True):
        site.questions.save_revision()
    assert Redirect.objects.count() == 0
    assert client.get("/common-questions/").status_code == 200


def test_the_feed_has_the_newest_articles_and_says_which_are_not_reviewed(
    site: SimpleNamespace, client: Client
) -> None:
    ArticlePage.objects.update(
        first_published_at=datetime(2026, 9, 2, tzinfo=UTC),
        last_published_at=datetime(2026, 9, 3, tzinfo=UTC),
    )
    ArticlePageFactory(
        parent=site.articles,
        title="Sleep & rest",
        slug="sleep",
        summary="What helps.",
        first_published_at=datetime(2026, 9, 5, tzinfo=UTC),
        last_published_at=datetime(2026, 9, 5, tzinfo=UTC),
    )
    ArticlePageFactory(parent=site.articles, title="Draft", slug="draft", live=False)
    response = client.get("/articles/feed/")
    feed = ElementTree.fromstring(response.content)

    def text(entry: ElementTree.Element, name: str) -> str:
        return entry.findtext(f"{{*}}{name}") or ""

    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert (text(feed, "title"), text(feed, "updated")) == (
        "Articles – NorTex Psychiatry",
        "2026-09-05T00:00:00+00:00",
    )
    assert [
        (text(entry, "title"), text(entry, "summary"), entry.find("{*}link").get("href"))
        for entry in feed.iterfind("{*}entry")
    ] == [
        (
            "Sleep & rest",
            "What helps. Not yet reviewed by a clinician.",
            "http://localhost/articles/sleep/",
        ),
        (site.article.title, site.article.summary, f"http://localhost{ARTICLE}"),
    ]


def test_every_page_names_the_feed(pages: Soups) -> None:
    feeds = {link["href"] for soup in pages.values() for link in soup.select("link[rel=alternate]")}
    assert feeds == {"http://127.0.0.1:8000/articles/feed/"}


def test_without_a_list_of_articles_no_feed_is_named(site: SimpleNamespace, client: Client) -> None:
    site.articles.unpublish()
    assert soup_of(client, "/").select("link[rel=alternate]") == []
    assert client.get("/articles/feed/").status_code == 404


# Kept out of search engines --------------------------------------------------------------------


def robots(html: bytes) -> list[str]:
    return [
        tag["content"] for tag in BeautifulSoup(html, "html.parser").select("meta[name=robots]")
    ]


def test_previews_and_confirmations_are_kept_out(
    site: SimpleNamespace, client: Client, vault: object
) -> None:
    assert robots(client.get(ARTICLE).content) == []
    assert robots(site.article.make_preview_request().content) == ["noindex"]
    assert robots(site.home.make_preview_request().content) == ["noindex"]
    assert robots(client.get("/book/received/").content) == ["noindex"]
    assert robots(client.get("/nothing-here/").content) == ["noindex"]


@pytest.mark.parametrize(("is_open", "header"), [(True, None), (False, "noindex")])
def test_only_a_site_that_is_open_to_search_engines_is_listed(
    site: SimpleNamespace, client: Client, settings: Any, is_open: bool, header: str | None
) -> None:
    settings.SEARCH_ENGINES = is_open
    addresses = ("/", ARTICLE, "/robots.txt")
    assert {client.get(address).headers.get("X-Robots-Tag") for address in addresses} == {header}
    assert client.get("/admin/login/").headers["X-Robots-Tag"] == "noindex"
