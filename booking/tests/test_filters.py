"""The tabs and filters of the desk: the same in the list, the search and the export."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.http import QueryDict
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale

from booking.choices import Status
from booking.desk.filters import RequestFilterSet, Tab
from booking.models import Submission
from booking.tests.exported import export_fields
from booking.tests.factories import BookingPageFactory, sealed_request, store
from clinic_site.tests.fixtures import PASSPHRASES
from clinic_site.tests.pages import messages_of, table

LIST = "/admin/booking/submission/"
# A Wednesday, noon at the clinic.
NOW = datetime(2026, 10, 7, 17, 0, tzinfo=UTC)
SignIn = Callable[..., Client]
Make = Callable[..., Submission]


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def morning(make: Make, users: dict[str, Any]) -> None:
    """Requests of every kind, named for what they are by their first letter."""
    hour = timedelta(hours=1)
    rows: dict[str, dict[str, Any]] = {
        "A": {"due_at": NOW + 5 * hour},
        "C": {"due_at": NOW - hour},
        "D": {"status": "check", "due_at": NOW - 2 * hour},
        "E": {"status": "check", "assignee": users["booking_reviewer"]},
        "F": {"status": "contacted", "due_at": NOW - 9 * hour},
        "G": {"status": "contacted", "assignee": users["booking_reviewer"]},
        "H": {"status": "scheduled", "assignee": users["booking_reviewer"]},
        "J": {"status": "closed", "due_at": NOW - hour},
        "K": {"status": "spam"},
        "M": {"status": "withdrawn"},
        "N": {"due_at": NOW + 30 * hour, "assignee": users["booking_administrator"], "hold": True},
    }
    for number, (letter, columns) in enumerate(rows.items()):
        make(reference=letter * 8, received_at=NOW - number * hour, **columns)


def shown(response: Any) -> str:
    """The first letters of what the list shows, in its order."""
    return "".join(row.reference[0] for row in response.context["object_list"])


def tabs(response: Any) -> dict[str, str]:
    """What each tab says, by its label; the one that is open has a star."""
    links = BeautifulSoup(response.content, "html.parser").select(".desk-tabs a")
    found = [link.get_text(" ").split() for link in links]
    return {
        " ".join(words[:-1]) + ("*" if link.get("aria-current") else ""): words[-1]
        for link, words in zip(links, found, strict=True)
    }


# Tabs ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tab", "references"),
    [
        (None, "DCANEFG"),  # by when they are due, those that nobody has taken up first
        ("open", "DCANEFG"),
        ("overdue", "DC"),
        ("mine", "EG"),
        ("nobodys", "DCAF"),
        ("check", "DE"),
        ("spam", "K"),
        ("all", "ACDEFGHJKMN"),
    ],
)
def test_each_tab_shows_its_requests_in_its_order(
    sign_in: SignIn, morning: None, tab: str | None, references: str
) -> None:
    response = sign_in("booking_reviewer").get(LIST, {"show": tab} if tab else {})
    assert shown(response) == references


def test_every_tab_says_how_many_it_has(sign_in: SignIn, morning: None) -> None:
    response = sign_in("booking_reviewer").get(LIST, {"show": "mine"})
    assert tabs(response) == {
        "Open": "7",
        "Overdue": "2",
        "Mine*": "2",
        "Nobody’s": "4",
        "To look at": "2",
        "Spam": "1",
        "All": "11",
    }


@pytest.mark.parametrize(
    "query", [{"due": "week", "since": "2026-10-07"}, {"status": "contacted"}, {}], ids=str
)
def test_each_tab_counts_what_it_shows_with_the_filters_that_are_set(
    sign_in: SignIn, morning: None, query: dict[str, str]
) -> None:
    client = sign_in("booking_reviewer")
    first = client.get(LIST, query)
    links = BeautifulSoup(first.content, "html.parser").select(".desk-tabs a")
    counted = [int(link.span.text) for link in links]
    assert counted == [len(shown(client.get(f"{LIST}{link['href']}"))) for link in links]
    assert sum(counted) > 0


def test_who_asks_for_a_status_gets_all_that_have_it(sign_in: SignIn, morning: None) -> None:
    response = sign_in("booking_reviewer").get(LIST, {"status": "closed"})
    assert (shown(response), "All*" in tabs(response)) == ("J", True)


@pytest.mark.parametrize(
    ("column", "references"),
    [("sort=received", "ACDEFGHJKMN"[::-1]), ("sort=-received", "ACDEFGHJKMN")],
)
def test_a_column_that_was_pressed_orders_the_tab(
    sign_in: SignIn, morning: None, column: str, references: str
) -> None:
    response = sign_in("booking_reviewer").get(f"{LIST}?show=all&{column}")
    assert shown(response) == references


# Filters ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "references"),
    [
        ({"assignee": "booking_reviewer"}, "EG"),
        ({"assignee": "booking_reviewer", "show": "all"}, "EGH"),
        ({"hold": "yes"}, "N"),
        ({"hold": "no", "show": "mine"}, "EG"),
        ({"due": "today"}, "DCA"),
        ({"due": "week"}, "DCAN"),
        ({"language": "es", "show": "all"}, ""),
        ({"language": "en", "show": "spam"}, "K"),
    ],
    ids=str,
)
def test_filters_narrow_the_tab(
    sign_in: SignIn, morning: None, users: dict[str, Any], query: dict[str, str], references: str
) -> None:
    query = {key: users[value].pk if value in users else value for key, value in query.items()}
    assert shown(sign_in("booking_reviewer").get(LIST, query)) == references


def test_the_language_is_that_of_the_page_it_came_from(
    sign_in: SignIn, site: SimpleNamespace, vault: Any
) -> None:
    spanish = Locale.objects.create(language_code="es")
    page = BookingPageFactory(parent=site.home, slug="pedir", locale=spanish)
    store(
        [
            sealed_request(site.book, site.location, reference="A" * 8),
            sealed_request(page, site.location, reference="C" * 8),
        ]
    )
    client = sign_in("booking_reviewer")
    assert [shown(client.get(LIST, {"language": each})) for each in ("en", "es")] == ["A", "C"]


def test_a_filter_that_is_none_is_told_and_the_list_is_shown(
    sign_in: SignIn, morning: None
) -> None:
    client = sign_in("booking_reviewer")
    for query in ("show=x", "status=x", "due=x", "since=soon"):
        response = client.get(f"{LIST}?{query}", follow=True)
        (told,) = messages_of(response)
        assert told.endswith("The list shows open requests, without filters."), query
        assert shown(response) == "DCANEFG"


def test_days_in_the_wrong_order_are_told(sign_in: SignIn, morning: None) -> None:
    query = {"since": "2026-10-08", "until": "2026-10-07"}
    response = sign_in("booking_reviewer").get(LIST, query, follow=True)
    assert messages_of(response) == [
        "Choose a day on or after “Received from”. The list shows open requests, without filters."
    ]


def test_the_search_keeps_to_the_filters_and_looks_into_every_tab(
    sign_in: SignIn, morning: None
) -> None:
    client = sign_in("booking_reviewer", unlock=True)

    def found(query: str) -> str:
        response = client.post(f"{LIST}search/?{query}", {"term": "Robin"}, follow=True)
        return "".join(row[0][0] for row in table(response)[1:])

    assert found("") == "ACDEFGHJKMN"
    assert (found("show=spam"), found("hold=yes")) == ("ACDEFGHJKMN", "N")
    listed = client.get(LIST, {"hold": "yes"})
    form = BeautifulSoup(listed.content, "html.parser").select_one(".desk-search")
    assert "hold=yes" in form["action"]
    told = "Only requests that pass the list’s filters were searched."
    searched = (f"{LIST}search/?{query}" for query in ("hold=yes", "show=all"))
    pages = [client.post(each, {"term": "Robin"}, follow=True) for each in searched]
    assert [told in page.text for page in pages] == [True, False]


def test_a_status_that_is_chosen_on_the_first_page_is_looked_for_in_all(
    sign_in: SignIn, morning: None
) -> None:
    client = sign_in("booking_reviewer")
    forms = [
        BeautifulSoup(client.get(LIST, query).content, "html.parser").select_one(".desk-filters")
        for query in ({}, {"show": "mine"})
    ]
    hidden = [form.select_one("[name=show]") for form in forms]
    assert (hidden[0], hidden[1]["value"]) == (None, "mine")


def as_a_browser_sends(page: Any) -> dict[str, str]:
    """The chosen value of each select of a page, or else its first; and what its fields hold."""
    form = BeautifulSoup(page.content, "html.parser").select_one("form.desk-form")
    chosen = {}
    for select in form.select("select"):
        option = select.select_one("[selected]") or select.select_one("option")
        chosen[select["name"]] = option["value"]
    dates = form.select("input[type=date]")
    return chosen | {field["name"]: field.get("value", "") for field in dates}


@pytest.mark.parametrize(
    ("address", "references"),
    [("", "ACDEFGHJKMN"), ("?status=closed", "J"), ("?show=overdue", "DC")],
)
def test_an_export_that_was_opened_without_the_list_has_all(
    sign_in: SignIn, morning: None, address: str, references: str
) -> None:
    client = sign_in("booking_administrator")
    chosen = as_a_browser_sends(client.get(f"{LIST}export/{address}"))
    sent = chosen | export_fields(PASSPHRASES["booking_administrator"])
    lines = b"".join(client.post(f"{LIST}export/", sent).streaming_content).decode().splitlines()
    assert {line[0] for line in lines[1:-1]} == set(references)


@pytest.mark.parametrize("query", [{"show": "overdue"}, {"hold": "yes"}, {}])
def test_an_export_of_a_list_has_what_the_list_shows(
    sign_in: SignIn, morning: None, query: dict[str, str]
) -> None:
    client = sign_in("booking_administrator")
    listed = client.get(LIST, query)
    link = BeautifulSoup(listed.content, "html.parser").select_one("a[href*='/export/']")["href"]
    chosen = as_a_browser_sends(client.get(link))
    response = client.post(
        f"{LIST}export/",
        chosen | export_fields(PASSPHRASES["booking_administrator"]),
    )
    lines = b"".join(response.streaming_content).decode().splitlines()
    exported = {line.split(",")[0].strip('"')[0] for line in lines[1:-1] if line}

    assert exported == set(shown(listed))


# What it costs ------------------------------------------------------------------------------------


@pytest.mark.parametrize("tab", Tab.values)
@pytest.mark.parametrize("unlock", [False, True])
def test_the_list_asks_as_often_for_one_request_as_for_a_hundred(
    sign_in: SignIn,
    make: Make,
    site: SimpleNamespace,
    users: dict[str, Any],
    tab: str,
    unlock: bool,
) -> None:
    kind = {
        "overdue": {"due_at": NOW - timedelta(hours=1)},
        "mine": {"assignee": users["booking_reviewer"]},
        "check": {"status": Status.CHECK},
        "spam": {"status": Status.SPAM},
    }.get(tab, {})
    client = sign_in("booking_reviewer", unlock=unlock)
    make(**kind)
    asked = []
    client.get(LIST, {"show": tab})
    for rows in (1, 100):
        store(sealed_request(site.book, site.location, **kind) for _ in range(rows - 1))
        with CaptureQueriesContext(connection) as queries:
            response = client.get(LIST, {"show": tab})
        asked.append(len(queries))
        assert len(shown(response)) == min(rows, 50)
    assert asked[0] == asked[1]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="how SQLite tells it")
@pytest.mark.parametrize("tab", Tab.values)
@pytest.mark.parametrize(
    "query",
    ["", "location=1", "assignee=1", "language=en", "hold=no", "since=2026-01-01", "status=new"],
)
def test_no_row_is_opened_to_filter_count_or_sort(
    site: SimpleNamespace, users: dict[str, Any], tab: str, query: str
) -> None:
    """A row is large for its blob: an index has to answer by itself."""
    request = RequestFactory().get("/")
    request.user = users["booking_reviewer"]
    query = query.replace("location=1", f"location={site.location.pk}")
    query = query.replace("assignee=1", f"assignee={request.user.pk}")
    filters = RequestFilterSet(QueryDict(f"show={tab}&{query}"), request=request)
    assert filters.is_valid()
    with CaptureQueriesContext(connection) as asked:
        filters.counts(Submission.objects.all())
        shown = filters.in_order(filters.filter_queryset(Submission.objects.all()))
        list(shown.values_list("pk", flat=True)[:50])
    statements = [each["sql"] for each in asked if '"booking_submission"' in each["sql"]]
    assert len(statements) == 3
    plans = []
    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            plans += [row[3] for row in cursor.fetchall() if "booking_submission" in row[3]]
    assert [plan for plan in plans if "COVERING INDEX" not in plan] == []
