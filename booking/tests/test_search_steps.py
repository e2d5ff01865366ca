"""A long search: step by step, stopped, gone on with, and one at a time."""

from types import SimpleNamespace
from typing import Any

import pytest
import time_machine

from booking.desk import search_views
from booking.desk.searches import MOST_KEPT, StoredSearch
from booking.models import Submission
from booking.submissions import search as searching
from booking.tests.factories import sealed_note, sealed_request, store
from booking.tests.test_searches import (
    NOW,
    SEARCH,
    Make,
    SignIn,
    begin,
    five,
    references,
    soup,
    words,
)
from clinic_site.tests.fixtures import TestVault
from clinic_site.tests.pages import logged

# Without scripts: time enough to reach Stop.
REFRESH = "noscript meta[http-equiv=refresh][content='10']"


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def by_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each page looks at two requests."""
    monkeypatch.setattr(searching, "BATCH", 2)
    monkeypatch.setattr("booking.desk.search_views.SECONDS", 0)


def test_a_long_search_shows_how_far_it_has_come_and_goes_on(
    sign_in: SignIn, site: SimpleNamespace, vault: TestVault, by_two: None
) -> None:
    five(site)
    client = sign_in("booking_reviewer", unlock=True)
    address = begin(client, "kestrel")
    steps = [client.get(address) for _each in range(4)]
    assert [(words(step), references(step)) for step in steps] == [
        ("Searched the newest 2 of 5: 1 found so far.", ["AAAAAAAA"]),
        ("Searched the newest 4 of 5: 2 found so far.", ["AAAAAAAA", "AAAAAAAD"]),
        ("At noon: 3 requests found among all 5.", ["AAAAAAAA", "AAAAAAAD", "AAAAAAAF"]),
        ("At noon: 3 requests found among all 5.", ["AAAAAAAA", "AAAAAAAD", "AAAAAAAF"]),
    ]
    assert [bool(soup(step).select(REFRESH)) for step in steps] == [
        True,
        True,
        False,
        False,
    ]
    assert [entry[2] for entry in logged()] == [
        {"found": 1, "references": ["AAAAAAAA"]},
        {"found": 2, "references": ["AAAAAAAD"]},
        {"found": 3, "references": ["AAAAAAAF"]},
    ]


def test_stopped_it_stays_where_it_is_until_it_is_told_to_go_on(
    sign_in: SignIn, site: SimpleNamespace, vault: TestVault, by_two: None
) -> None:
    five(site)
    client = sign_in("booking_reviewer", unlock=True)
    address = begin(client, "kestrel")
    page = client.get(address)
    stop = soup(page).select_one("[data-search-stop]")
    opened = soup(page).select_one(".field-reference a")
    path = address.partition("?")[0]
    stopped = client.get(f"{path}{stop['href']}", follow=True)
    back = soup(client.get(str(opened["href"]))).select_one(".desk-place a")["href"]
    pages = [stopped, client.get(str(back)), client.get(address)]
    said = "Searched the newest 2 of 5: 1 found so far."
    assert [words(page) for page in pages] == [said] * 3
    going_on = f"{REFRESH}, [data-unfinished], [data-search-stop]"
    assert [soup(page).select(going_on) for page in pages] == [[], [], []]
    go_on = soup(stopped).select_one("[data-search-go-on]")
    page = client.get(f"{path}{go_on['href']}", follow=True)
    assert words(page) == "Searched the newest 4 of 5: 2 found so far."


def test_stop_is_not_lost_to_the_part_that_is_searched_meanwhile(
    sign_in: SignIn,
    site: SimpleNamespace,
    vault: TestVault,
    by_two: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    five(site)
    client = sign_in("booking_reviewer", unlock=True)
    address = begin(client, "kestrel")

    def stopped_meanwhile(*args: Any, **kwargs: Any) -> None:
        searching.go_on(*args, **kwargs)
        client.get(f"{address}&stop=1")

    with monkeypatch.context() as patch:
        patch.setattr("booking.desk.search_views.go_on", stopped_meanwhile)
        pages = [client.get(address)]
    pages.append(client.get(address))
    assert [words(page) for page in pages] == ["Searched the newest 2 of 5: 1 found so far."] * 2


def test_a_tab_that_waits_does_not_take_back_what_another_one_has_searched(
    sign_in: SignIn,
    site: SimpleNamespace,
    vault: TestVault,
    by_two: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    five(site)
    client = sign_in("booking_reviewer", unlock=True)
    address = begin(client, "kestrel")
    with monkeypatch.context() as patch:

        def wait(*args: Any) -> None:
            patch.undo()
            client.get(address)

        patch.setattr("booking.desk.search_views._look_further", wait)
        client.get(address)
    assert words(client.get(address)) == "Searched the newest 4 of 5: 2 found so far."


def test_while_another_search_is_at_it_the_next_one_waits_and_holds_nobody_up(
    sign_in: SignIn, site: SimpleNamespace, vault: TestVault, by_two: None
) -> None:
    five(site)
    client = sign_in("booking_reviewer", unlock=True)
    address = begin(client, "kestrel")
    with search_views._one_at_a_time:
        waiting = client.get(address)
    assert words(waiting) == "Nothing is searched yet: another search goes first."
    assert soup(waiting).select("[data-unfinished]")
    assert words(client.get(address)) == "Searched the newest 2 of 5: 1 found so far."
    with search_views._one_at_a_time:
        waiting = client.get(address)
    assert words(waiting) == "Searched the newest 2 of 5: 1 found so far."
    assert words(client.get(address)) == "Searched the newest 4 of 5: 2 found so far."


def test_without_scripts_there_is_time_to_reach_stop_and_a_link_to_go_on_at_once(
    sign_in: SignIn, site: SimpleNamespace, vault: TestVault, by_two: None
) -> None:
    five(site)
    client = sign_in("booking_reviewer", unlock=True)
    address = begin(client, "kestrel")
    page = soup(client.get(address))
    assert page.select(REFRESH)
    link = page.select_one("[data-search-more] noscript a")
    assert link.get_text() == "Go on"
    page = client.get(f"{address.partition('?')[0]}{link['href']}")
    assert words(page) == "Searched the newest 4 of 5: 2 found so far."


def test_a_script_gets_the_part_that_changes(
    sign_in: SignIn, site: SimpleNamespace, vault: TestVault, by_two: None
) -> None:
    five(site)
    client = sign_in("booking_reviewer", unlock=True)
    address = begin(client, "kestrel")
    part = client.get(address, headers={"X-Search-Part": "1"})
    assert (part.text.lstrip()[:16], references(part)) == ("<div data-search", ["AAAAAAAA"])
    assert part["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    client.post("/admin/vault/lock/")
    assert client.get(address, headers={"X-Search-Part": "1"}).status_code == 410


def test_requests_of_one_moment_are_each_looked_at_once(
    sign_in: SignIn, site: SimpleNamespace, vault: TestVault, by_two: None
) -> None:
    store(sealed_request(site.book, site.location, received_at=NOW) for _each in range(5))
    client = sign_in("booking_reviewer", unlock=True)
    address = begin(client, "robin")
    for _each in range(3):
        page = client.get(address)
    assert len(set(references(page))) == 5
    assert words(page) == "At noon: 5 requests found among all 5."


def test_it_says_how_many_it_found_beyond_those_that_it_shows(
    sign_in: SignIn, site: SimpleNamespace, vault: TestVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MAX_FOUND", 2)
    monkeypatch.setattr("booking.desk.search_words.MAX_FOUND", 2)
    five(site)
    client = sign_in("booking_reviewer", unlock=True)
    page = client.get(begin(client, "kestrel"))
    assert words(page) == (
        "At noon: the newest 2 of 3 found among all 5 requests. "
        "Add a word or set a filter to see fewer."
    )
    assert references(page) == ["AAAAAAAA", "AAAAAAAD"]


def test_it_searches_within_the_filters_of_the_list_and_another_one_begins_with_others(
    sign_in: SignIn, site: SimpleNamespace, vault: TestVault
) -> None:
    rows = five(site)
    Submission.objects.filter(pk=rows[0].pk).update(hold=True)
    client = sign_in("booking_reviewer", unlock=True)
    address = begin(client, "kestrel", "?show=spam&hold=yes")
    assert address.endswith("/?show=spam&hold=yes")
    other = address.replace("hold=yes", "hold=no")
    pages = [client.get(each, follow=True) for each in (address, other, address)]
    assert [references(page) for page in pages] == [
        ["AAAAAAAA"],
        ["AAAAAAAD", "AAAAAAAF"],
        ["AAAAAAAA"],
    ]
    assert StoredSearch.objects.count() == 2
    assert len([entry for entry in logged() if entry[0] == "booking.search"]) == 2  # none anew
    for _each in range(MOST_KEPT):
        client.get(other)
    assert StoredSearch.objects.count() <= MOST_KEPT


def test_a_page_asks_as_much_of_the_database_for_one_as_for_a_hundred(
    sign_in: SignIn, make: Make, django_assert_max_num_queries: Any
) -> None:
    client = sign_in("booking_reviewer", unlock=True)
    counts = []
    for number in (1, 99):
        for row in [make() for _each in range(number)]:
            sealed_note(row).save()
        with django_assert_max_num_queries(60) as asked:
            assert len(references(client.post(SEARCH, {"term": "robin"}, follow=True))) in (1, 100)
        counts.append(len(asked))
    assert counts[0] == counts[1]
