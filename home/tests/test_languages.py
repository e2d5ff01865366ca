"""Pages in two languages: addresses, `lang`, the switch, and what comes along untranslated."""

from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.cache import caches
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from wagtail.models import Locale, Page, Site
from wagtail.users.models import UserProfile

from articles.models import ArticlePage
from articles.tests.factories import ArticlePageFactory
from booking.models import BookingPage
from booking.public.form.tokens import sign_reference
from clinic_site.languages import translations_of
from clinic_site.tests.test_invariants import problems
from home.models import ClinicSettings, HomePage

from .spanish import translate, translate_site

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"


@pytest.fixture
def spanish(site: SimpleNamespace) -> SimpleNamespace:
    return translate_site(site)


def soup(client: Client, address: str, status: int = 200, **headers: str) -> BeautifulSoup:
    response = client.get(address, headers=headers)
    assert response.status_code == status
    return BeautifulSoup(response.content, "html.parser")


def switch(page: BeautifulSoup) -> list[tuple[str, str, str, str]]:
    """Text, address, lang and hreflang of every link of the language switch."""
    links = page.select("nav > a[hreflang]")
    return [(a.get_text(), a["href"], a["lang"], a["hreflang"]) for a in links]


def alternates(page: BeautifulSoup) -> dict[str, str]:
    return {link["hreflang"]: link["href"] for link in page.select("link[hreflang]")}


# Addresses and lang ------------------------------------------------------------------------------


def test_every_address_has_the_language_of_its_tree(
    spanish: SimpleNamespace, vault: object, client: Client
) -> None:
    reference = sign_reference("AAAA3333")
    found = {
        address: soup(client, address, status).html["lang"]
        for address, status in {
            "/": 200,
            "/common-questions/": 200,
            "/articles/how-does-ketamine-work-for-depression/": 200,
            "/book/": 200,
            f"/book/received/?reference={reference}": 200,
            "/nothing-here/": 404,
            "/es/": 200,
            "/es/preguntas/": 200,
            "/es/book/": 200,
            f"/es/book/received/?reference={reference}": 200,
            "/es/nothing-here/": 404,
        }.items()
    }
    assert found == {address: "es" if address.startswith("/es/") else "en" for address in found}


def test_a_page_stands_at_the_addresses_of_its_own_language_alone(
    spanish: SimpleNamespace, client: Client
) -> None:
    statuses = {
        address: client.get(address).status_code
        for address in ("/preguntas/", "/es/common-questions/", "/es/articles/", "/en/", "/fr/")
    }
    assert set(statuses.values()) == {404}


def test_without_a_spanish_tree_nothing_stands_under_its_prefix(
    site: SimpleNamespace, client: Client
) -> None:
    Locale.objects.create(language_code="es")
    assert [client.get(address).status_code for address in ("/", "/es/", "/es/book/")] == [
        200,
        404,
        404,
    ]


def test_a_tree_that_another_worker_made_is_linked_at_once(
    site: SimpleNamespace, vault: object, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get("/book/")
    # What the other one says when it changes something reaches only its own process.
    monkeypatch.setattr(Site, "clear_site_root_paths_cache", staticmethod(lambda: None))
    monkeypatch.setattr(caches["default"], "delete", lambda key: None)
    translate_site(site)
    switch_of_form = soup(client, "/book/").select("nav.languages button[formaction]")
    there = "http://localhost/es/book/change/"  # with what was typed
    assert [button["formaction"] for button in switch_of_form] == [there]
    assert Locale.objects.get(language_code="es").get_display_name() == "Spanish"


@pytest.mark.parametrize("address", ["/", "/es/", "/book/", "/es/book/", "/es/nothing-here/"])
def test_neither_browser_nor_cookie_changes_an_address(
    spanish: SimpleNamespace, vault: object, client: Client, address: str
) -> None:
    with time_machine.travel(timezone.now(), tick=False):  # a header says when the form expires
        plain = client.get(address)
        client.cookies["django_language"] = "fr"
        asked = client.get(address, headers={"accept-language": "fr, es;q=0.9, en;q=0.1"})

    assert soup(client, address, plain.status_code).html["lang"] == (
        "es" if address.startswith("/es/") else "en"
    )
    assert asked.status_code == plain.status_code
    assert asked.headers == plain.headers
    assert plain.headers.get("Vary") in (None, "Accept-Encoding")
    assert plain.headers.get("Set-Cookie") is None
    assert asked.cookies == {}


def test_spanish_pages_are_well_formed_and_carry_the_emergency_line(
    spanish: SimpleNamespace, vault: object, client: Client
) -> None:
    pages = {
        "/es/": client.get("/es/"),
        "/es/preguntas/": client.get("/es/preguntas/"),
        "/es/book/": client.get("/es/book/"),
        "errors": client.post("/es/book/", {}),
        "confirmation": client.get("/es/book/received/"),
        "not found": client.get("/es/nothing-here/"),
    }
    wrong = {name: problems(page.content.decode()) for name, page in pages.items()}
    assert {name: found for name, found in wrong.items() if found} == {}
    assert [name for name, page in pages.items() if b"988" not in page.content] == []


# The switch --------------------------------------------------------------------------------------


def test_without_a_translated_tree_there_is_no_switch(
    site: SimpleNamespace, vault: object, client: Client
) -> None:
    Locale.objects.create(language_code="es")
    for address in ("/", "/articles/", "/book/", "/common-questions/"):
        page = soup(client, address)
        assert (switch(page), alternates(page)) == ([], {})


def test_a_draft_of_a_translation_is_no_translation(site: SimpleNamespace, client: Client) -> None:
    locale = Locale.objects.create(language_code="es")
    site.home.copy_for_translation(locale)
    assert switch(soup(client, "/")) == []

    draft = HomePage.objects.get(locale=locale)
    draft.save_revision().publish()
    assert switch(soup(client, "/")) == [("Español", "http://localhost/es/", "es", "es")]


def test_the_switch_leads_to_the_same_page_or_else_to_the_first_page(
    spanish: SimpleNamespace, vault: object, client: Client
) -> None:
    assert switch(soup(client, "/articles/")) == [("Español", "http://localhost/es/", "es", "es")]
    (button,) = soup(client, "/book/").select("nav.languages button[formaction]")
    assert (button.text, button["lang"]) == ("Español", "es")
    assert button["formaction"] == "http://localhost/es/book/change/"
    assert switch(soup(client, "/es/preguntas/")) == [
        ("English", "http://localhost/common-questions/", "en", "en")
    ]


def test_the_switch_on_a_confirmation_leads_to_the_same_confirmation(
    spanish: SimpleNamespace, vault: object, client: Client
) -> None:
    query = f"?reference={sign_reference('AAAA3333')}"
    page = soup(client, f"/book/received/{query}")
    assert [href for _, href, *_ in switch(page)] == [f"http://localhost/es/book/received/{query}"]


def test_the_switch_costs_one_query(
    spanish: SimpleNamespace, rf: Any, django_assert_num_queries: Any
) -> None:
    request = rf.get("/", headers={"host": "localhost"})
    page = HomePage.objects.get(locale__language_code="en")
    page.get_full_url(request)  # the first link of a request asks for the roots of the trees
    with django_assert_num_queries(2):  # the site of the request is the other one
        assert [each.code for each in translations_of(page, request)] == ["es"]


def test_alternates_are_named_where_the_same_page_exists(
    spanish: SimpleNamespace, vault: object, client: Client
) -> None:
    both = {"en": "http://localhost/book/", "es": "http://localhost/es/book/"}
    assert alternates(soup(client, "/book/")) == both
    assert alternates(soup(client, "/es/book/")) == both
    assert alternates(soup(client, "/articles/")) == {}
    assert alternates(soup(client, "/book/received/")) == {}


def test_the_sitemap_lists_both_trees_and_what_belongs_together(
    spanish: SimpleNamespace, client: Client
) -> None:
    tree = ElementTree.fromstring(client.get("/sitemap.xml").content)
    found = {
        url.findtext(f"{SITEMAP}loc"): {
            link.get("hreflang"): link.get("href") for link in url.iter(LINK)
        }
        for url in tree.iter(f"{SITEMAP}url")
    }
    home = {"en": "http://localhost/", "es": "http://localhost/es/"}
    book = {"en": "http://localhost/book/", "es": "http://localhost/es/book/"}
    questions = {
        "en": "http://localhost/common-questions/",
        "es": "http://localhost/es/preguntas/",
    }
    assert found == {
        "http://localhost/": home,
        "http://localhost/articles/": {},
        "http://localhost/articles/how-does-ketamine-work-for-depression/": {},
        "http://localhost/book/": book,
        "http://localhost/common-questions/": questions,
        "http://localhost/es/": home,
        "http://localhost/es/book/": book,
        "http://localhost/es/preguntas/": questions,
    }


# What stands on a page ---------------------------------------------------------------------------


def test_menu_footer_and_buttons_stay_in_the_language_of_the_page(
    spanish: SimpleNamespace, site: SimpleNamespace, client: Client
) -> None:
    settings = ClinicSettings.objects.get()
    settings.footer_links = [("page", site.questions), ("page", site.articles)]
    settings.save()

    page = soup(client, "/es/")

    assert [a["href"] for a in page.select("header a:not([href^=tel], [hreflang])")] == [
        "/es/",
        "/es/book/",
        "/es/preguntas/",
    ]
    footer = [(a["href"], a.get("lang")) for a in page.select("footer nav a")]
    assert footer == [("/es/preguntas/", None), ("/articles/", "en")]


def test_a_page_lists_articles_of_its_own_language(
    spanish: SimpleNamespace, site: SimpleNamespace, client: Client
) -> None:
    assert "How does ketamine work" not in soup(client, "/es/").get_text()
    translate(site.articles, title="Artículos")
    translate(site.article, title="¿Cómo actúa la ketamina?")

    spanish_page, english_page = soup(client, "/es/"), soup(client, "/")

    assert [each.get_text() for each in spanish_page.select(".card-title a")] == [
        "¿Cómo actúa la ketamina?"
    ]
    assert [each.get_text() for each in english_page.select(".card-title a")] == [
        site.article.title
    ]


def test_what_is_not_written_in_spanish_says_that_it_is_english(
    spanish: SimpleNamespace, site: SimpleNamespace, client: Client
) -> None:
    site.clinician.biography, site.clinician.role_es = "She trained in Dallas.", "Psiquiatra"
    site.clinician.save()
    site.location.access_note = "Lift to floor 2."
    site.location.save()

    page = soup(client, "/es/")
    english = [tag.get_text(strip=True) for tag in page.select("main [lang=en]")]
    assert english == ["She trained in Dallas.", "Lift to floor 2."]
    assert "Psiquiatra" in page.get_text()

    site.clinician.biography_es, site.location.access_note_es = "Se formó en Dallas.", "Ascensor."
    site.clinician.save()
    site.location.save()
    page = soup(client, "/es/")
    assert page.select("main [lang]") == []
    assert ("Se formó en Dallas." in page.get_text(), "Ascensor." in page.get_text()) == (
        True,
        True,
    )
    assert soup(client, "/").select("main [lang]") == []


def test_the_emergency_line_is_spanish_whether_staff_wrote_it_or_not(
    spanish: SimpleNamespace, client: Client
) -> None:
    by_the_site = soup(client, "/es/").select_one(".emergency").get_text()
    assert ("Llame al 911" in by_the_site, "In danger" in by_the_site) == (True, False)

    ClinicSettings.objects.update(emergency_text_es="<p>Llame al 988 ahora.</p>")
    assert "Llame al 988 ahora." in soup(client, "/es/").select_one(".emergency").get_text()
    assert "Call 911" in soup(client, "/").select_one(".emergency").get_text()


@pytest.mark.parametrize("address", ["/", "/es/", "/articles/x/"])
def test_pages_of_a_site_in_two_languages_take_at_most_20_queries(
    spanish: SimpleNamespace,
    site: SimpleNamespace,
    client: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    address: str,
) -> None:
    ArticlePageFactory(parent=site.articles, slug="x", author=site.clinician)
    client.get(address)
    with django_assert_max_num_queries(20):
        assert client.get(address).status_code == 200


# Staff -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["editor", "clinical_reviewer", "administrator"])
def test_staff_translate_the_tree_page_by_page(
    site: SimpleNamespace, sign_in: Any, role: str
) -> None:
    locale = Locale.objects.create(language_code="es")
    client = sign_in(role)
    for page in (site.home, site.book):
        response = client.post(
            f"/admin/translation/submit/page/{page.pk}/", {"locales": [locale.pk]}
        )
        assert response.status_code == 302
    made = Page.objects.filter(locale=locale).order_by("path").specific()
    assert [(type(page), page.slug, page.live) for page in made] == [
        (HomePage, "front-es", False),
        (BookingPage, "book", False),
    ]


def test_who_works_on_requests_alone_may_not_translate(site: SimpleNamespace, sign_in: Any) -> None:
    locale = Locale.objects.create(language_code="es")
    address = f"/admin/translation/submit/page/{site.home.pk}/"
    sign_in("booking_reviewer").post(address, {"locales": [locale.pk]})
    assert not Page.objects.filter(locale=locale).exists()


def test_each_language_has_one_home_and_one_form_made_by_translating(
    spanish: SimpleNamespace, site: SimpleNamespace
) -> None:
    assert not HomePage.can_create_at(Page.objects.get(depth=1))
    assert [BookingPage.can_create_at(home) for home in (site.home, spanish.home)] == [False, False]
    assert ArticlePage.can_create_at(translate(site.articles))
    assert [page.locale.language_code for page in BookingPage.objects.order_by("pk")] == [
        "en",
        "es",
    ]


def test_the_admin_speaks_the_language_that_each_user_chose(
    users: dict[str, Any], sign_in: Any
) -> None:
    UserProfile.objects.create(user=users["editor"], preferred_language="es")

    chosen, other = soup(sign_in("editor"), "/admin/"), soup(sign_in("administrator"), "/admin/")

    assert (chosen.html["lang"], other.html["lang"]) == ("es", "en")
    offered = soup(sign_in("administrator"), "/admin/account/").select(
        "select[name='locale-preferred_language'] option[value]"
    )
    assert [option["value"] for option in offered if option["value"]] == ["en", "es"]
