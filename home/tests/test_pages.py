"""The home page, standard pages and the clinic's settings."""

from types import SimpleNamespace

from bs4 import BeautifulSoup
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from articles.models import ArticleIndexPage, ArticlePage
from articles.tests.factories import ArticlePageFactory, ClinicianFactory
from booking.models import BookingPage
from booking.tests.factories import LocationFactory, open_on_weekdays
from clinic_site.remembered.version import content_changed
from home.models import ClinicSettings, HomePage, StandardPage
from home.tests.factories import StandardPageFactory


def page(client: Client, url: str) -> BeautifulSoup:
    response = client.get(url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def test_the_home_page_shows_articles_locations_and_team_by_themselves(
    site: SimpleNamespace, client: Client
) -> None:
    text = page(client, "/").select_one("main").get_text(" ", strip=True)
    for expected in (
        "How does ketamine work",
        "100 Sample Street",
        "(972) 555-0101",
        "Ada Example, M.D.",
    ):
        assert expected in text


def test_an_inactive_location_and_an_unpublished_clinician_are_not_shown(
    site: SimpleNamespace, client: Client
) -> None:
    LocationFactory(name="Closedtown", active=False)
    ClinicianFactory(name="Hidden Person", live=False)
    text = page(client, "/").get_text(" ", strip=True)
    assert ("Closedtown" in text, "Hidden Person" in text) == (False, False)


def test_the_home_page_asks_the_same_whatever_it_lists(
    site: SimpleNamespace, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/")
    content_changed()  # otherwise it asks nothing at all
    with django_assert_max_num_queries(30) as one:
        client.get("/")
    for number in range(2):
        ArticlePageFactory(parent=site.articles, slug=f"more-{number}", author=site.clinician)
        open_on_weekdays(LocationFactory(name=f"Town {number}"))
        ClinicianFactory(name=f"Person {number}")
    with django_assert_max_num_queries(30) as three:
        client.get("/")
    assert len(three) == len(one)


def test_there_is_one_home_page_under_the_root(site: SimpleNamespace) -> None:
    assert not HomePage.can_create_at(site.home.get_parent())
    assert not HomePage.can_create_at(site.home)


def test_standard_pages_nest_one_level_and_no_deeper(site: SimpleNamespace) -> None:
    nested = StandardPageFactory(parent=site.questions, title="Nested", slug="nested")
    assert [
        StandardPage.can_create_at(parent) for parent in (site.home, site.questions, nested)
    ] == [
        True,
        True,
        False,
    ]
    other = StandardPageFactory(parent=site.home, title="Other", slug="other")
    assert [other.can_move_to(parent) for parent in (site.questions, nested)] == [True, False]
    assert not site.questions.can_move_to(other)


def test_the_menu_holds_pages_shown_in_menus_and_the_way_to_book(
    site: SimpleNamespace, client: Client
) -> None:
    header = page(client, "/").select_one("header")
    links = [(a.get_text(" ", strip=True), a["href"]) for a in header.select("a")]
    assert ("Articles", "/articles/") in links
    assert ("Common questions", "/common-questions/") in links
    assert ("Request an appointment", "/book/") in links
    assert any(href == "tel:9725550100" for _, href in links)


def test_staff_change_phone_and_footer_in_the_settings(
    site: SimpleNamespace, client: Client
) -> None:
    settings = ClinicSettings.objects.get()
    settings.phone = "(972) 555-0199"
    settings.footer_links = [("page", site.questions)]
    settings.save()
    soup = page(client, "/")
    assert "(972) 555-0199" in soup.get_text()
    footer = {a["href"] for a in soup.select_one("body > footer").select("a")}
    assert "/common-questions/" in footer


def test_page_types_stand_where_they_belong() -> None:
    assert {
        kind: (set(kind.allowed_parent_page_models()) - {kind}, set(kind.allowed_subpage_models()))
        for kind in (ArticleIndexPage, ArticlePage)
    } == {
        ArticleIndexPage: ({HomePage}, {ArticlePage}),
        ArticlePage: ({ArticleIndexPage}, set()),
    }
    assert set(HomePage.allowed_subpage_models()) == {ArticleIndexPage, BookingPage, StandardPage}
