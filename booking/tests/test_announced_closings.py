"""Closings are announced on pages while they are near, in the language of the page."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from booking.models import ClinicClosing, Location
from booking.tests.factories import (
    AWAY,
    PAINTED,
    LocationFactory,
    close_clinic,
    close_location,
)
from clinic_site.languages import LocalText
from home.tests.spanish import translate_site

PAGES = ("/", "/book/")
CHRISTMAS = "Closed from Thursday, December 24, to Friday, January 1."


@pytest.mark.parametrize(
    ("last", "language", "words"),
    [
        ("2027-01-01", "en", CHRISTMAS),
        ("2026-12-24", "en", "Closed on Thursday, December 24."),
        ("2027-01-01", "es", "Cerramos del jueves, 24 de diciembre, al viernes, 1 de enero."),
        ("2026-12-24", "es", "Cerramos el jueves, 24 de diciembre."),
    ],
)
def test_the_days_are_named_in_the_language_of_the_page(
    db: None, last: str, language: str, words: str
) -> None:
    with override(language):
        assert close_clinic("2026-12-24", last).days_in_words == words


def test_the_sentence_ends_as_one_and_says_when_it_is_english() -> None:
    typed = ["We are away", "We are away.", "Back soon!"]
    told = [ClinicClosing(sentence=each).sentence_here.text for each in typed]
    assert told == ["We are away.", "We are away.", "Back soon!"]
    with override("es"):
        own = ClinicClosing(sentence=AWAY, sentence_es="Volvemos pronto").sentence_here
        fallen_back = ClinicClosing(sentence=AWAY).sentence_here
    assert (own, fallen_back) == (LocalText("Volvemos pronto."), LocalText(AWAY, "en"))


def at(location: Location, text: str) -> datetime:
    """A moment by the clock of the location."""
    return datetime.fromisoformat(text).replace(tzinfo=location.zone)


def words_of(tag: Any) -> str:
    return " ".join(tag.get_text(" ").split())


def told(client: Client, address: str) -> dict[str, list[str]]:
    """What a page announces of the whole clinic, and of each location in its card or option."""
    page = BeautifulSoup(client.get(address).content, "html.parser")
    places = {
        "clinic": page.select(".callout p"),
        "locations": page.select(".location > p:has(strong), .option-line:has(strong)"),
    }
    return {place: [words_of(tag) for tag in tags] for place, tags in places.items()}


@pytest.mark.parametrize("address", PAGES)
def test_closings_are_announced_from_14_days_before_until_they_have_ended(
    site: SimpleNamespace, vault: object, client: Client, address: str
) -> None:
    close_clinic("2026-12-24", "2027-01-01")
    close_location(site.location, "2026-12-07", "2026-12-07")
    seen = {}
    with time_machine.travel(at(site.location, "2026-11-20 12:00"), tick=False) as clock:
        for moment in (
            "2026-11-22 23:59",
            "2026-11-23 00:00",
            "2026-12-07 23:59",
            "2026-12-08 00:00",
            "2026-12-09 23:59",
            "2026-12-10 00:00",
            "2027-01-01 23:59",
            "2027-01-02 00:00",
        ):
            clock.move_to(at(site.location, moment))
            seen[moment] = told(client, address)
    nothing: dict[str, list[str]] = {"clinic": [], "locations": []}
    painted = {**nothing, "locations": [f"Closed on Monday, December 7. {PAINTED}"]}
    away = {**nothing, "clinic": [f"{CHRISTMAS} {AWAY}"]}
    assert list(seen.values()) == [nothing, painted, painted, nothing, nothing, away, away, nothing]


@pytest.mark.parametrize("address", PAGES)
def test_a_location_announces_by_its_own_midnight_and_the_clinic_by_its_own(
    site: SimpleNamespace, vault: object, client: Client, address: str
) -> None:
    Location.objects.update(time_zone="Pacific/Auckland")
    close_clinic("2026-12-24", "2027-01-01")
    close_location(site.location, "2026-12-24", "2026-12-24")
    seen = []
    # Midnight in Auckland and at the clinic, both as December 10 begins there.
    midnights = [datetime(2026, 12, 9, 11, tzinfo=UTC), datetime(2026, 12, 10, 6, tzinfo=UTC)]
    with time_machine.travel(midnights[0] - timedelta(days=1), tick=False) as clock:
        for moment in midnights:
            for minutes in (-1, 0):
                clock.move_to(moment + timedelta(minutes=minutes))
                seen.append([len(each) for each in told(client, address).values()])
    assert seen == [[0, 0], [0, 1], [0, 1], [1, 1]]


@pytest.mark.parametrize("address", PAGES)
def test_a_closing_of_the_clinic_is_announced_once_however_many_locations_there_are(
    site: SimpleNamespace, vault: object, client: Client, address: str
) -> None:
    LocationFactory(name="Frisco")
    close_clinic("2026-12-24", "2027-01-01")
    close_clinic("2026-12-28", "2026-12-28", sentence="Inventory")
    with time_machine.travel(at(site.location, "2026-12-20 12:00"), tick=False):
        assert told(client, address) == {
            "clinic": [f"{CHRISTMAS} {AWAY}", "Closed on Monday, December 28. Inventory."],
            "locations": [],
        }


def test_a_clinic_without_locations_announces_its_closings_too(
    site: SimpleNamespace, client: Client
) -> None:
    Location.objects.all().delete()
    close_clinic("2026-12-24", "2026-12-24")
    counts = []
    with time_machine.travel(at(site.location, "2026-12-09 23:59"), tick=False) as clock:
        for _ in "12":
            counts.append(len(told(client, "/")["clinic"]))
            clock.shift(timedelta(minutes=1))
    assert counts == [0, 1]


@pytest.mark.parametrize("address", PAGES)
def test_a_closing_is_announced_as_soon_as_it_is_stored(
    site: SimpleNamespace, vault: object, client: Client, address: str
) -> None:
    counts = []
    with time_machine.travel(at(site.location, "2026-12-20 12:00"), tick=False):
        counts.append(told(client, address))
        closing = close_clinic("2026-12-24", "2026-12-24")
        close_location(site.location, "2026-12-21", "2026-12-21")
        counts.append(told(client, address))
        closing.delete()
        counts.append(told(client, address))
    assert [[len(each) for each in count.values()] for count in counts] == [[0, 0], [1, 1], [0, 1]]


@pytest.mark.parametrize("address", ["/es/", "/es/book/"])
def test_closings_are_announced_in_spanish_and_mark_what_is_english(
    site: SimpleNamespace, vault: object, client: Client, address: str
) -> None:
    translate_site(site)
    close_clinic("2026-12-24", "2026-12-24", sentence_es="Volvemos pronto.")
    close_location(site.location, "2026-12-28", "2026-12-29")
    with time_machine.travel(at(site.location, "2026-12-20 12:00"), tick=False):
        page = BeautifulSoup(client.get(address).content, "html.parser")
        assert told(client, address) == {
            "clinic": ["Cerramos el jueves, 24 de diciembre. Volvemos pronto."],
            "locations": [
                f"Cerramos del lunes, 28 de diciembre, al martes, 29 de diciembre. {PAINTED}"
            ],
        }
    assert [
        words_of(tag) for tag in page.select(".card > p [lang=en], .option-line [lang=en]")
    ] == [PAINTED]
    assert words_of(page.select_one(".callout h2")) == "Cuándo está cerrada la clínica"


def test_a_form_that_is_closed_for_want_of_a_vault_still_tells_when_nobody_answers_the_phone(
    site: SimpleNamespace, client: Client
) -> None:
    close_clinic("2026-12-24", "2026-12-24")
    with time_machine.travel(at(site.location, "2026-12-20 12:00"), tick=False):
        assert client.get("/book/").status_code == 503
        assert told(client, "/book/")["clinic"][0] == f"Closed on Thursday, December 24. {AWAY}"


def test_days_at_the_ends_of_the_calendar_break_no_page(
    site: SimpleNamespace, vault: object, client: Client
) -> None:
    close_clinic("0001-01-01", "9999-12-31")
    words = f"Closed from Monday, January 1, to Friday, December 31. {AWAY}"
    assert [told(client, address)["clinic"] for address in PAGES] == [[words], [words]]


def closed_to_machines(client: Client) -> dict[str, list[tuple[str, str]]]:
    """By location, the first and last days that the home page's structured data calls closed."""
    page = BeautifulSoup(client.get("/").content, "html.parser")
    (clinic, *_) = json.loads(page.select_one("script[type='application/ld+json']").string)[
        "@graph"
    ]
    special = "specialOpeningHoursSpecification"
    return {
        place["name"]: [
            (each["validFrom"], each["validThrough"]) for each in place.get(special, [])
        ]
        for place in clinic["department"]
    }


def test_machines_are_told_of_the_closings_that_readers_see_and_of_no_other(
    site: SimpleNamespace, client: Client
) -> None:
    LocationFactory(name="Frisco")
    close_location(site.location, "2026-12-21", "2026-12-21")
    close_clinic("2026-12-24", "2027-01-01")
    seen, known = [], []
    with time_machine.travel(at(site.location, "2026-12-06 12:00"), tick=False) as clock:
        for moment in ("2026-12-06 12:00", "2026-12-07 00:00", "2026-12-10 00:00"):
            clock.move_to(at(site.location, moment))
            seen.append([len(each) for each in told(client, "/").values()])
            known.append(closed_to_machines(client))
    own, everywhere = ("2026-12-21", "2026-12-21"), ("2026-12-24", "2027-01-01")
    assert seen == [[0, 0], [0, 1], [1, 1]]
    assert known == [
        {"Allen": [], "Frisco": []},
        {"Allen": [own], "Frisco": []},
        {"Allen": [own, everywhere], "Frisco": [everywhere]},
    ]


def test_pages_with_closings_ask_nothing_and_begin_with_as_many_queries_for_three(
    site: SimpleNamespace, vault: object, client: Client
) -> None:
    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert len(told(client, address)["clinic"]) == 1
            return len([query for query in captured if "contentchange" not in query["sql"]])

    counts = []
    with time_machine.travel(at(site.location, "2026-12-20 12:00"), tick=False):
        close_clinic("2026-12-24", "2026-12-24")
        for name in ("Allen", "Frisco", "Dallas"):
            close_location(LocationFactory(name=name), "2026-12-21", "2026-12-21")
            cold = [asked(address) for address in PAGES]
            counts.append([*cold, *(asked(address) for address in PAGES)])
    assert counts[0][2:] == [0, 0]
    assert counts == [counts[0]] * 3
