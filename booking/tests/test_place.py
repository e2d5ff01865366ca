"""The way back from a request to the list as it was, and on to the next one of that list."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client

from booking.models import Submission
from booking.tests.factories import sealed_request, store
from clinic_site.tests.fixtures import PASSPHRASES
from clinic_site.tests.pages import messages_of

# A Monday, ten o'clock at the clinic.
NOW = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
LIST = "/admin/booking/submission/"
Make = Callable[..., Submission]
SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def soup(response: Any) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def links(page: BeautifulSoup) -> list[str]:
    """Where the list shows its requests, in its order."""
    return [whole(link["href"]) for link in page.select(".desk-list .field-reference a")]


def whole(address: Any) -> str:
    """The address without the page of the list, which each request finds by itself."""
    return str(address).rpartition("&p=")[0] or str(address)


def way(page: BeautifulSoup, name: str) -> str:
    """Where "prev", "next" or "back" leads; empty where there is no such way."""
    found = page.select_one(f".desk-place [rel={name}]" if name != "back" else ".desk-place a")
    if found is None:
        return ""
    return str(found["href"]) if name == "back" else whole(found["href"])


QUERIES = [
    "",
    "?show=overdue",
    "?show=all&sort=reference",
    "?show=all&sort=-assignee&status=new",
    "?show=nobodys&due=week",
]


@pytest.mark.parametrize("query", QUERIES)
def test_from_the_first_to_the_last_and_back_as_the_list_shows_them(
    sign_in: SignIn, site: SimpleNamespace, vault: Any, users: dict[str, Any], query: str
) -> None:
    people = [None, users["booking_reviewer"], users["booking_administrator"]]
    store(
        sealed_request(
            site.book,
            site.location,
            due_at=NOW + timedelta(minutes=number * 37 % 60 - 40) if number % 7 else None,
            assignee=people[number % 3] if "nobodys" not in query else None,
        )
        for number in range(53)
    )
    client = sign_in("booking_reviewer")
    pages = [soup(client.get(f"{LIST}{query or '?show=open'}&p={page}")) for page in (1, 2)]
    shown = list(dict.fromkeys([*links(pages[0]), *links(pages[1])]))
    walked, address = [], shown[0]
    while address:
        walked.append(address)
        address = way(soup(client.get(address)), "next")
    assert walked == shown
    back, address = [], shown[-1]
    while address:
        back.append(address)
        address = way(soup(client.get(address)), "prev")
    assert back == shown[::-1]
    last = way(soup(client.get(shown[-1])), "back")
    assert shown[-1] in links(soup(client.get(last)))


def test_from_a_request_that_the_list_does_not_show_the_way_leads_to_its_first(
    sign_in: SignIn, make: Make
) -> None:
    closed, first, _second = make(status="closed"), make(due_at=NOW), make()
    page = soup(sign_in("booking_reviewer").get(f"{LIST}inspect/{closed.pk}/?show=open"))
    assert (way(page, "prev"), way(page, "next")) == ("", f"{LIST}inspect/{first.pk}/?show=open")
    assert way(page, "back") == f"{LIST}?show=open&p=1"


def test_a_neighbour_that_a_colleague_took_up_meanwhile_is_no_dead_end(
    sign_in: SignIn, make: Make
) -> None:
    first, mine, theirs, last = (
        make(due_at=NOW - timedelta(minutes=9 - number)) for number in range(4)
    )
    client = sign_in("booking_reviewer")
    address = f"{LIST}inspect/{mine.pk}/?show=overdue"
    after = f"{address}&before={first.pk}&after={theirs.pk}"
    Submission.objects.filter(pk__in=[mine.pk, theirs.pk]).update(status="contacted")
    page = soup(client.get(after))
    assert way(page, "prev") == f"{LIST}inspect/{first.pk}/?show=overdue"
    assert way(page, "next") == f"{LIST}inspect/{first.pk}/?show=overdue"
    Submission.objects.filter(pk=first.pk).delete()
    page = soup(client.get(after))
    assert (way(page, "prev"), way(page, "next")) == (
        "",
        f"{LIST}inspect/{last.pk}/?show=overdue",
    )


@pytest.mark.parametrize(
    "query",
    [
        "show=nothing",
        "status=x",
        "p=x",
        "p=-4",
        "p=999999",
        "p=999999999999999999999999999999",
        "before=x&after=y",
        "sort=sealed",
    ],
)
def test_a_wrong_address_still_shows_the_request_and_a_way_back(
    sign_in: SignIn, make: Make, query: str
) -> None:
    request = make()
    client = sign_in("booking_reviewer")
    page = soup(client.get(f"{LIST}inspect/{request.pk}/?{query}"))
    assert client.get(way(page, "back"), follow=True).status_code == 200


def test_a_neighbour_that_was_deleted_meanwhile_is_not_offered(sign_in: SignIn, make: Make) -> None:
    request = make(status="closed")
    query = f"show=overdue&before={uuid4()}&after={uuid4()}"
    page = soup(sign_in("booking_reviewer").get(f"{LIST}inspect/{request.pk}/?{query}"))
    assert (way(page, "prev"), way(page, "next")) == ("", "")


def test_save_and_next_leads_on_through_what_leaves_the_list(sign_in: SignIn, make: Make) -> None:
    requests = [make(due_at=NOW - timedelta(minutes=9 - number)) for number in range(3)]
    client = sign_in("booking_reviewer")
    address = links(soup(client.get(f"{LIST}?show=overdue")))[0]
    for number, request in enumerate(requests):
        page = soup(client.get(address))
        (form,) = page.select(".desk-form")
        assert bool(form.select("[name=next]")) == (number < 2)
        values = {
            "seen": form.select_one("[name=seen]")["value"],
            "status": "contacted",
            "assignee": "",
            **({"next": "1"} if number < 2 else {}),
        }
        response = client.post(form["action"], values)
        assert Submission.objects.get(pk=request.pk).status == "contacted"
        address = response["Location"]
        if number < 2:
            assert f"/inspect/{requests[number + 1].pk}/" in address
    assert way(soup(client.get(address)), "next") == ""


def test_who_is_told_of_a_change_meanwhile_stays_at_the_request(
    sign_in: SignIn, make: Make
) -> None:
    first, _second = (make(due_at=NOW + timedelta(minutes=number)) for number in range(2))
    client = sign_in("booking_reviewer")
    page = soup(client.get(f"{LIST}inspect/{first.pk}/"))
    seen = page.select_one(".desk-form [name=seen]")["value"]
    Submission.objects.filter(pk=first.pk).update(status="scheduled")
    values = {"seen": seen, "status": "contacted", "assignee": "", "next": "1"}
    response = client.post(f"{LIST}inspect/{first.pk}/?show=open", values)
    assert "changed this request after you opened it" in response.text


def test_deleting_leads_back_to_the_list_as_it_was(sign_in: SignIn, make: Make) -> None:
    request = make(due_at=NOW - timedelta(hours=1))
    client = sign_in("booking_administrator")
    page = soup(client.get(f"{LIST}inspect/{request.pk}/?show=overdue&sort=reference"))
    (delete,) = page.select("a[href*='/delete/']")
    page = soup(client.get(str(delete["href"])))
    (form,) = page.select("form[action*='/delete/']")
    (no,) = page.select("a.button-secondary")
    assert no["href"] == f"{LIST}?show=overdue&sort=reference&p=1"
    response = client.post(str(form["action"]), follow=True)
    assert response.redirect_chain == [(f"{LIST}?show=overdue&sort=reference&p=1", 302)]
    assert "deleted" in messages_of(response)[0]


def test_unlocking_and_exporting_lead_back_to_the_same_page(sign_in: SignIn, make: Make) -> None:
    request = make(due_at=NOW - timedelta(hours=1))
    client = sign_in("booking_administrator")
    for address in (
        f"{LIST}?show=overdue&sort=reference",
        f"{LIST}inspect/{request.pk}/?show=mine",
    ):
        page = soup(client.get(address))
        (unlock,) = page.select("a[href*='/vault/unlock/']")
        form = soup(client.get(str(unlock["href"]))).select_one("form:has([name=passphrase])")
        values = {
            "next": form.select_one("[name=next]")["value"],
            "passphrase": PASSPHRASES["booking_administrator"],
        }
        assert client.post("/admin/vault/unlock/", values)["Location"] == address
        client.post("/admin/vault/lock/")
    store(sealed_request(request.page, request.location) for _each in range(50))
    page = soup(client.get(f"{LIST}?show=open&sort=reference&p=2"))
    page = soup(client.get(str(page.select_one("a[href*='/export/']")["href"])))
    assert page.select_one(".back a")["href"] == f"{LIST}?show=open&sort=reference&p=2"
    assert not page.select("[name=sort]")


def test_what_was_found_leads_back_to_the_list_that_was_searched(
    sign_in: SignIn, make: Make
) -> None:
    request = make(due_at=NOW - timedelta(hours=1))
    client = sign_in("booking_reviewer", unlock=True)
    page = soup(client.get(f"{LIST}?show=overdue&location={request.location.pk}"))
    (form,) = page.select(".desk-search")
    found = client.post(str(form["action"]), {"term": "robin"}, follow=True)
    page, search = soup(found), found.redirect_chain[-1][0]
    back = str(page.select_one(".back a")["href"])
    assert back == f"{LIST}?show=overdue&location={request.location.pk}"
    page = soup(client.get(str(page.select_one("table.listing a")["href"])))
    assert way(page, "back") == f"{search}&p=1"
    assert page.select_one(".desk-place a").get_text(strip=True) == "Back to the search"


def test_what_was_opened_leads_through_no_more_queries_for_more_requests(
    sign_in: SignIn, make: Make, site: SimpleNamespace, django_assert_max_num_queries: Any
) -> None:
    request = make(due_at=NOW - timedelta(hours=1))  # first in its list, whatever comes
    client = sign_in("booking_reviewer", unlock=True)
    address = f"{LIST}inspect/{request.pk}/?show=open"
    client.get(address)
    counts = []
    for number in (0, 120):
        store(sealed_request(site.book, site.location, due_at=NOW) for _row in range(number))
        with django_assert_max_num_queries(60) as asked:
            client.get(address)
        counts.append(len(asked))
    assert counts[0] == counts[1]
