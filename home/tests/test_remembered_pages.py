"""Pages that are remembered are the same, byte for byte, as those that Wagtail finds and draws anew."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client, override_settings
from wagtail.models import Page, PageViewRestriction, Site

from articles.models import ArticlePage, Clinician
from booking.models import BookingPage, Location, OpeningHours
from clinic_site.remembered import memory
from home.models import HomePage, StandardPage

from .spanish import translate

SignIn = Callable[..., Client]
# Another one in each form; the rest of the page is the same for everybody.
TOKEN = re.compile(rb'name="(token|csrfmiddlewaretoken)" value="[^"]+"')
NOON = datetime(2026, 11, 18, 18, 0, tzinfo=UTC)  # a Wednesday, noon in Texas


@pytest.fixture
def sample(sample_content: str, db: None) -> None:
    """The content that the trial shows, the four pages a visitor meets first in Spanish too."""
    translate(HomePage.objects.get(), title="Inicio", heading="Con tiempo")
    translate(StandardPage.objects.get(slug="common-questions"), slug="preguntas")
    translate(BookingPage.objects.get(), title="Solicitar una cita")


def answer(client: Client, address: str) -> tuple[int, bytes, dict[str, str]]:
    """Status, body and headers, but for what differs each time: the token, and what ends with the second."""
    response = client.get(address)
    return response.status_code, TOKEN.sub(b"", response.content), dict(response.headers)


def compare(client: Client, addresses: list[str]) -> dict[str, int]:
    """Each address as Wagtail answers it, then remembered, twice; the statuses."""
    statuses = {}
    with time_machine.travel(NOON, tick=False):
        for address in addresses:
            with override_settings(ROOT_URLCONF="clinic_site.tests.stock_urls"):
                fresh = answer(client, address)
            assert [answer(client, address) for _ in "12"] == [fresh, fresh], address
            statuses[address] = fresh[0]
    return statuses


def addresses() -> list[str]:
    """Of every page, live or not, and of what stands below some."""
    found = [str(page.get_url()) for page in Page.objects.filter(depth__gte=2)]
    return [
        *found,
        "/articles/feed/",
        "/articles/?page=2",
        "/articles/?page=nonsense",
        "/common-questions",
        "/common-questions//",
        "/COMMON-QUESTIONS/",
        "/book/received/",
        "/book/check/",
        "/book/nothing/",
        "/es/articles/",
        "/es/nada/",
        "/common-questions/nothing-here/",
        "/nothing-here/",
    ]


def test_numbers_that_are_none_take_no_place(sample: None, client: Client) -> None:
    def remembered() -> int:
        assert memory._newest.memory is not None
        return len(memory._newest.memory)

    client.get("/articles/")
    before = remembered()

    for number in range(50):
        assert client.get("/articles/", {"page": number + 100}).status_code == 200
        for asked in (f"nonsense-{number}", f"0{number}", f"{number}.0", str(10**number * 1000)):
            assert client.get("/articles/", {"page": asked}).status_code == 200

    assert remembered() == before


def page_at(address: str) -> Any:
    """The English page at that address."""
    root = Site.objects.get().root_page
    return Page.objects.get(url_path=f"{root.url_path}{address[1:]}").specific


@pytest.mark.parametrize("role", [None, "editor", "booking_reviewer"])
def test_every_page_has_the_same_bytes(
    sample: None, vault: object, sign_in: SignIn, role: str | None
) -> None:
    statuses = compare(sign_in(role), addresses())

    assert set(statuses.values()) == {200, 301, 302, 404}
    assert {path for path, status in statuses.items() if status == 200} >= {
        "/",
        "/articles/",
        "/articles/how-does-ketamine-work-for-depression/",
        "/book/",
        "/common-questions/",
        "/es/",
        "/es/book/",
        "/es/preguntas/",
        "/privacy/",
        "/team/",
    }


def test_a_page_that_moved_was_copied_or_taken_down(
    sample: None, vault: object, client: Client
) -> None:
    before = compare(client, addresses())
    page_at("/team/").move(page_at("/common-questions/"), "last-child")
    article = ArticlePage.objects.live().get()
    article.create_alias(update_slug="the-same-article")
    page_at("/privacy/").unpublish()

    after = compare(client, [*before, *addresses()])

    assert (before["/team/"], after["/team/"], after["/common-questions/team/"]) == (200, 301, 200)
    assert (before["/privacy/"], after["/privacy/"]) == (200, 404)
    assert after["/articles/the-same-article/"] == 200


def restrict(page: Page, kind: str) -> None:
    restriction = PageViewRestriction.objects.create(
        page=page, restriction_type=kind, password="let me in"
    )
    restriction.groups.add(Group.objects.get(name="Editors"))


@pytest.mark.parametrize("kind", ["login", "groups", "password"])
def test_a_private_page_is_nobody_elses(
    sample: None, vault: object, client: Client, sign_in: SignIn, kind: str
) -> None:
    paths = ["/common-questions/", "/articles/how-does-ketamine-work-for-depression/"]
    visitors = [client, sign_in("editor"), sign_in("booking_reviewer")]
    assert [set(compare(visitor, paths).values()) for visitor in visitors] == [{200}] * 3

    restrict(page_at("/common-questions/"), kind)
    restrict(page_at("/articles/"), kind)

    # Those who may read it come between those who may not.
    for visitor in [*visitors, *visitors]:
        compare(visitor, paths)
    summary = page_at("/common-questions/").summary
    shown = [summary in visitor.get(paths[0], follow=True).text for visitor in visitors]
    assert (
        shown
        == {
            "login": [False, True, True],
            "groups": [False, True, False],
            "password": [False, False, False],
        }[kind]
    )
    assert "no-store" in client.get(paths[0])["Cache-Control"] or kind != "password"


def test_what_a_page_says_of_the_time_changes_with_it(sample: None, client: Client) -> None:
    place = Location.objects.filter(active=True).first()
    assert place is not None
    OpeningHours.objects.all().delete()
    for day in range(7):
        OpeningHours.objects.create(location=place, weekday=day, opens=time(9), closes=time(17))
    Location.objects.exclude(pk=place.pk).update(active=False)

    told = []
    with time_machine.travel(NOON, tick=False) as clock:
        for hours in (0, 4.99, 0.02, 6.98, 0.02, 8.98, 0.02):
            clock.shift(timedelta(hours=hours))
            text = re.sub(r"<[^>]+>", "", client.get("/").text)
            told.append(re.search(r"(Open|Closed) now, [^\n]+", text).group())  # type: ignore[union-attr]
    assert told == [
        "Open now, until 5 p.m.",
        "Open now, until 5 p.m.",
        "Closed now, opens Thursday at 9 a.m.",
        "Closed now, opens Thursday at 9 a.m.",
        "Closed now, opens today at 9 a.m.",
        "Closed now, opens today at 9 a.m.",
        "Open now, until 5 p.m.",
    ]


def test_the_calendar_of_the_form_begins_with_the_day_that_it_is(
    sample: None, vault: object, client: Client
) -> None:
    begins = []
    # A minute before midnight at the clinic, and a minute after it.
    midnight = datetime(2026, 11, 18, 6, 0, tzinfo=UTC)
    for moment in (midnight - timedelta(minutes=1), midnight + timedelta(minutes=1)):
        with time_machine.travel(moment, tick=False):
            page = client.get("/book/").text
        begins += re.findall(r'type="date"[^>]* min="([^"]+)" max="([^"]+)"', page)
    assert begins == [("2026-11-17", "2027-11-17")] * 2 + [("2026-11-18", "2027-11-18")] * 2


def test_readers_are_told_on_the_day_on_which_a_review_is_overdue(
    sample: None, client: Client
) -> None:
    address = ArticlePage.objects.live().get().get_url()
    told = []
    # The last minute of the day before and the first of the day, at the clinic.
    due = datetime(2026, 11, 18, 6, 0, tzinfo=UTC)
    ArticlePage.objects.update(
        reviewer=Clinician.objects.first(), last_reviewed="2025-08-18", next_review="2026-08-18"
    )
    for moment in (due - timedelta(minutes=1), due + timedelta(minutes=1)):
        with time_machine.travel(moment, tick=False):
            told.append("is overdue" in client.get(address).text)
    assert told == [False, True]


def test_what_a_visitor_typed_is_on_nobody_elses_page(
    sample: None, vault: object, client: Client
) -> None:
    tokens = set()
    for number in range(3):
        refused = client.post("/book/", {"name": f"Kestrel {number}", "message": "mine alone"})
        assert f"Kestrel {number}" in refused.text
        page = client.get("/book/").text
        assert "Kestrel" not in page
        assert "mine alone" not in page
        tokens.add(re.search(r'name="token" value="([^"]+)"', page).group(1))  # type: ignore[union-attr]
    assert len(tokens) == 3
