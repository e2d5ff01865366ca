"""Days, hours, checks and what machines are told, on Spanish pages."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.utils.translation import override

from articles.models import ArticlePage, Clinician
from booking.locations.hours import state_at
from booking.models import BookingPage
from clinic_site.tests.pages import form_values, typed_values
from home.models import HomePage

from .spanish import translate, translate_site

ATOM = {"a": "http://www.w3.org/2005/Atom"}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture
def spanish(site: SimpleNamespace) -> SimpleNamespace:
    close_on_holidays(site)
    return translate_site(site)


def close_on_holidays(site: SimpleNamespace) -> None:
    site.location.closed_on_holidays = True
    site.location.save()


def soup(client: Client, address: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(address).content, "html.parser")


def words(tag: Any) -> str:
    return " ".join(tag.get_text(" ").split())


# Days and hours ----------------------------------------------------------------------------------


def test_hours_read_as_in_spanish(
    spanish: SimpleNamespace, site: SimpleNamespace, client: Client
) -> None:
    page = soup(client, "/es/")
    assert [words(row) for row in page.select(".hours tr")] == [
        "De lunes a viernes de 9 a.m. a 5 p.m.",
        "Sábado y domingo Cerrado",
        "Días feriados federales Cerrado",
    ]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-23 08:59", "Cerrado ahora, abre hoy, 9 a.m."),
        ("2026-11-23 10:00", "Abierto ahora, hasta 5 p.m."),
        ("2026-11-23 18:00", "Cerrado ahora, abre el martes, 9 a.m."),
    ],
)
def test_whether_a_location_is_open_is_said_in_spanish(
    site: SimpleNamespace, moment: str, expected: str
) -> None:
    place = site.location
    with override("es"):
        state = state_at(place, datetime.fromisoformat(moment).replace(tzinfo=place.zone))
    assert f"{state.words}, {state.detail}" == expected


def test_the_date_is_named_in_spanish_where_a_weekday_would_not_do(site: SimpleNamespace) -> None:
    close_on_holidays(site)
    place = site.location
    place.hours.exclude(weekday=4).delete()
    with override("es"):
        state = state_at(place, datetime(2026, 12, 19, 10, tzinfo=place.zone))
    assert state.detail == "abre el 8 de enero, 9 a.m."


def test_the_confirmation_promises_an_answer_by_a_day_in_spanish(
    spanish: SimpleNamespace, vault: object, answers: dict[str, Any], client: Client
) -> None:
    with time_machine.travel(datetime(2026, 11, 24, 16, tzinfo=UTC), tick=False):
        sent = client.post("/es/book/", {**answers, "preferred_day": "2026-12-01"})
        page = soup(client, sent.url)
    assert words(page.select_one("section[aria-labelledby=next-steps] p")) == (
        "Le responderemos a más tardar el viernes, 27 de noviembre, 5 p.m. (hora de Allen). No se "
        "cuentan los días en que Allen está cerrado."
    )


# The check before a request is sent --------------------------------------------------------------


def test_answers_are_checked_in_spanish(
    spanish: SimpleNamespace, vault: object, answers: dict[str, Any], client: Client
) -> None:
    with time_machine.travel(datetime(2026, 11, 24, 16, tzinfo=UTC), tick=False):
        response = client.post("/es/book/check/", {**answers, "preferred_day": "2026-12-01"})
    page = BeautifulSoup(response.content, "html.parser")
    given = {
        words(row.dt): words(row.select_one(".given")) for row in page.select(".answers > div")
    }

    assert (page.html["lang"], page.h1.get_text()) == ("es", "Revise sus respuestas")
    assert given["Día preferido"] == "Martes, 1 de diciembre de 2026"
    assert given["Hora del día preferida"] == "Cualquier hora"
    assert given["Pueden dejarme un mensaje de voz"] == "Sí"
    assert page.select_one("form.form")["action"] == "/es/book/send/"
    assert {
        button.get("formaction", "").split("#")[0] for button in page.select("form button")
    } == {
        "/es/book/change/",
        "",
    }


@pytest.mark.parametrize(("step", "there"), [("check/", "check/"), ("change/", "change/")])
def test_the_switch_on_the_steps_of_the_form_takes_the_answers_to_the_same_step(
    spanish: SimpleNamespace, vault: object, answers: dict[str, Any], step: str, there: str
) -> None:
    client = Client()
    page = BeautifulSoup(client.post(f"/es/book/{step}", answers).content, "html.parser")
    sending, switch = page.select("nav.languages button")
    form = page.select_one("form.form")
    assert switch["formaction"] == f"http://localhost/book/{there}"
    assert (switch["form"], sending["form"]) == (form["id"], form["id"])
    assert (sending["aria-hidden"], sending["tabindex"]) == ("true", "-1")
    assert not sending.has_attr("formaction")
    taken = client.post(switch["formaction"], form_values(str(page)))
    assert BeautifulSoup(taken.content, "html.parser").html["lang"] == "en"
    assert typed_values(taken.text) == answers


def test_a_form_that_is_not_translated_has_a_link_instead(
    spanish: SimpleNamespace, vault: object, answers: dict[str, Any], client: Client
) -> None:
    BookingPage.objects.get(locale__language_code="es").delete()
    page = BeautifulSoup(client.post("/book/check/", answers).content, "html.parser")
    assert [link["href"] for link in page.select("nav.languages a")] == ["http://localhost/es/"]
    assert page.select("nav.languages button[formaction]") == []


# What machines are told --------------------------------------------------------------------------


def articles_of(page: BeautifulSoup) -> str:
    """The address of the feed that a page names."""
    return str(page.select_one("link[type='application/atom+xml']")["href"])


def test_the_feed_of_a_page_is_in_its_language_where_there_is_one(
    spanish: SimpleNamespace, site: SimpleNamespace, client: Client
) -> None:
    english = "http://localhost/articles/feed/"
    assert [articles_of(soup(client, address)) for address in ("/", "/es/")] == [english] * 2
    assert 'href="/articles/"' in client.get("/es/nothing-here/").content.decode()

    translate(site.articles, title="Artículos", slug="articulos")
    translate(site.article, title="¿Cómo actúa la ketamina?", reviewer=None, last_reviewed=None)

    own = "http://localhost/es/articulos/feed/"
    assert [articles_of(soup(client, address)) for address in ("/", "/es/")] == [english, own]
    assert 'href="/es/articulos/"' in client.get("/es/nothing-here/").content.decode()
    feeds = {
        address: ElementTree.fromstring(client.get(address).content) for address in (english, own)
    }
    told = {feed.get(LANG): feed.findtext("a:entry/a:title", None, ATOM) for feed in feeds.values()}
    assert told == {"en": site.article.title, "es": "¿Cómo actúa la ketamina?"}
    summary = feeds[own].findtext("a:entry/a:summary", "", ATOM)
    assert summary.endswith("Aún sin revisión clínica.")


def test_machines_are_told_a_role_in_the_language_of_the_page(
    spanish: SimpleNamespace, site: SimpleNamespace, client: Client
) -> None:
    Clinician.objects.filter(pk=site.clinician.pk).update(role="Psychiatrist", role_es="Psiquiatra")
    ArticlePage.objects.update(author=site.clinician)
    translate(site.articles, title="Artículos")
    article = translate(ArticlePage.objects.get(), title="¿Cómo actúa la ketamina?")
    told = {}
    for page in (ArticlePage.objects.get(pk=site.article.pk), article):
        data = soup(client, page.get_url()).select_one("script[type='application/ld+json']")
        nodes = json.loads(data.get_text())["@graph"]
        told[page.locale.language_code] = [
            node["author"]["jobTitle"] for node in nodes if "author" in node
        ]
    assert told == {"en": ["Psychiatrist"], "es": ["Psiquiatra"]}


def test_a_new_article_changes_the_home_page_of_its_own_language_alone(
    spanish: SimpleNamespace, site: SimpleNamespace
) -> None:
    before = {page.pk: page.changed_at for page in HomePage.objects.all()}
    site.article.save_revision().publish()
    after = {page.pk: page.changed_at for page in HomePage.objects.all()}
    assert [pk for pk in before if before[pk] != after[pk]] == [site.home.pk]
