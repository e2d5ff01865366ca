"""A search to come back to: for one unlocked session alone, and readable nowhere else."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client

from booking.desk.searches import MOST_KEPT, StoredSearch
from booking.models import Submission, SubmissionNote
from booking.submissions import search as searching
from booking.tests.factories import core_answers, sealed_note, sealed_request, store
from booking.vault.models import VaultSession
from clinic_site.tests.fixtures import PASSPHRASES, TestVault
from clinic_site.tests.pages import logged, messages_of, table

LIST = "/admin/booking/submission/"
SEARCH = f"{LIST}search/"
# A Wednesday, noon at the clinic.
NOW = datetime(2026, 10, 7, 17, 0, tzinfo=UTC)
GONE = (
    "This search is over: what was typed is kept only while the vault is unlocked, for you alone. "
    "Please search again."
)
SignIn = Callable[..., Client]
Make = Callable[..., Submission]


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def begin(client: Client, term: str | list[str], query: str = "", **more: str) -> str:
    """The address of a search for that."""
    response = client.post(f"{SEARCH}{query}", {"term": term, **more})
    assert response.status_code == 303
    return str(response["Location"])


def soup(response: Any) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def words(response: Any) -> str:
    found = soup(response).select_one("[data-search-words]")
    assert found is not None
    return found.get_text(strip=True)


def references(response: Any) -> list[str]:
    return [row[0] for row in table(response)[1:]]


def five(site: SimpleNamespace) -> list[Submission]:
    """The newest first; the first, third and fifth are Kestrel's."""
    return store(
        sealed_request(
            site.book,
            site.location,
            core_answers(name="Kestrel" if number % 2 == 0 else "Robin"),
            reference=f"AAAAAAA{letter}",
            received_at=NOW - timedelta(minutes=number),
        )
        for number, letter in enumerate("ACDEF")
    )


# For whom ---------------------------------------------------------------------------------------


def test_another_person_and_another_session_learn_nothing_by_its_address(
    sign_in: SignIn, kestrel: Submission
) -> None:
    address = begin(sign_in("booking_reviewer", unlock=True), "marmalade")
    for client in (
        sign_in("booking_administrator", unlock=True),
        sign_in("booking_reviewer", unlock=True),
        sign_in("booking_reviewer"),
    ):
        response = client.get(address)
        assert (response.status_code, response["Location"]) == (302, f"{LIST}?show=open")
        assert messages_of(response) == [GONE]
    assert client.get(f"{SEARCH}not-a-number/").status_code == 404


def test_a_row_moved_to_another_session_opens_there_for_nobody(
    sign_in: SignIn, kestrel: Submission
) -> None:
    address = begin(sign_in("booking_reviewer", unlock=True), "marmalade")
    thief = sign_in("booking_administrator", unlock=True)
    other = VaultSession.objects.exclude(pk=StoredSearch.objects.get().session_id).get()
    StoredSearch.objects.update(session=other)
    assert messages_of(thief.get(address)) == [GONE]


def test_it_goes_when_the_vault_is_locked_and_when_its_time_is_over(
    sign_in: SignIn, kestrel: Submission, clock: Any
) -> None:
    client = sign_in("booking_reviewer", unlock=True)
    address = begin(client, "marmalade")
    client.post("/admin/vault/lock/")
    assert StoredSearch.objects.count() == 0
    assert messages_of(client.get(address))[-1] == GONE

    values = {"passphrase": PASSPHRASES["booking_reviewer"]}
    client.post("/admin/vault/unlock/", values)
    address = begin(client, "marmalade")
    clock.shift(timedelta(minutes=16))
    assert messages_of(client.get(address))[-1] == GONE
    assert StoredSearch.objects.count() == 0


def test_unlocking_again_without_locking_does_not_bring_it_back(
    sign_in: SignIn, kestrel: Submission
) -> None:
    client = sign_in("booking_reviewer", unlock=True)
    address = begin(client, "marmalade")
    client.post("/admin/vault/unlock/", {"passphrase": PASSPHRASES["booking_reviewer"]})
    assert messages_of(client.get(address)) == [GONE]


def test_a_vault_that_is_locked_while_it_searches_ends_it(
    sign_in: SignIn, kestrel: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in("booking_reviewer", unlock=True)
    address = begin(client, "marmalade")
    go_on = searching.go_on

    def locked_meanwhile(*args: Any, **kwargs: Any) -> None:
        go_on(*args, **kwargs)
        VaultSession.objects.all().delete()

    monkeypatch.setattr("booking.desk.search_views.go_on", locked_meanwhile)
    response = client.get(address)
    assert messages_of(response) == [GONE]
    assert "Quillfeather" not in response.text


def test_nothing_of_it_lies_readable_in_the_database(sign_in: SignIn, kestrel: Submission) -> None:
    client = sign_in("booking_reviewer", unlock=True)
    client.get(begin(client, "marmalade zinnia"))
    row = StoredSearch.objects.get()
    assert len(row.sealed) % 512 == 28  # padded, with nonce and tag
    with connection.cursor() as cursor:
        for table_name in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table_name}"')
            assert "marmalade" not in repr(cursor.fetchall()), table_name


def test_a_session_keeps_the_newest_searches(
    sign_in: SignIn, kestrel: Submission, clock: Any
) -> None:
    client = sign_in("booking_reviewer", unlock=True)
    first = begin(client, "marmalade")
    for _each in range(MOST_KEPT):
        clock.shift(1)
        last = begin(client, "zinnia")
    assert StoredSearch.objects.count() == MOST_KEPT
    assert messages_of(client.get(first)) == [GONE]
    assert references(client.get(last)) == ["KKKKKKKK"]


def test_two_searches_in_two_tabs_do_not_disturb_each_other(
    sign_in: SignIn, kestrel: Submission, make: Make
) -> None:
    make(reference="AAAAAAAA")
    client = sign_in("booking_reviewer", unlock=True)
    one, other = begin(client, "kestrel"), begin(client, "robin sample")
    shown = [references(client.get(address)) for address in (one, other, one)]
    assert shown == [["KKKKKKKK"], ["AAAAAAAA"], ["KKKKKKKK"]]


# Back, and on -----------------------------------------------------------------------------------


def test_from_one_that_was_found_to_the_next_and_back_to_the_search(
    sign_in: SignIn, site: SimpleNamespace, vault: TestVault
) -> None:
    rows = five(site)
    client = sign_in("booking_administrator", unlock=True)
    address = begin(client, "kestrel", "?show=all&status=new&p=3")
    links = [str(each["href"]) for each in soup(client.get(address)).select(".field-reference a")]
    middle = soup(client.get(links[1]))
    ways = [str(each["href"]) for each in middle.select(".desk-place a")]
    assert [ways[1], ways[2]] == [links[0], links[2]]
    assert ways[0] == address
    delete = soup(client.get(str(middle.select_one("a.no")["href"])))
    assert {str(a["href"]) for a in delete.select("main a")} & {address}
    values = {"status": "contacted", "assignee": "", "seen": "status=new&assignee=", "next": "1"}
    assert client.post(links[1], values)["Location"] == links[2]
    act = client.post(
        f"{LIST}act/?{links[0].partition('?')[2]}",
        {
            "do": f"take:{rows[0].pk}",
            f"seen-{rows[0].pk}": "status=new&assignee=",
            "back": "request",
        },
    )
    assert act["Location"] == links[0]
    Submission.objects.filter(pk=rows[0].pk).delete()
    page = client.get(address)
    assert references(page) == ["AAAAAAAD", "AAAAAAAF"]
    assert words(page) == (
        "At noon: 3 requests found among all 5. 1 of them has been deleted or withdrawn since."
    )
    assert client.post(links[0], values)["Location"] == address


def test_the_way_back_is_the_list_when_the_search_is_over(
    sign_in: SignIn, site: SimpleNamespace, vault: TestVault
) -> None:
    five(site)
    client = sign_in("booking_reviewer", unlock=True)
    link = soup(client.get(begin(client, "kestrel"))).select_one(".field-reference a")["href"]
    client.post("/admin/vault/lock/")
    page = soup(client.get(str(link)))
    assert page.select_one(".desk-place a")["href"] == f"{LIST}?show=open&p=1"


def test_what_its_visitor_took_back_is_no_longer_shown_by_what_it_said(
    sign_in: SignIn, kestrel: Submission
) -> None:
    sealed_note(kestrel).save()
    client = sign_in("booking_reviewer", unlock=True)
    by_word, by_reference = begin(client, "marmalade"), begin(client, "kkkk")
    assert [references(client.get(each)) for each in (by_word, by_reference)] == [["KKKKKKKK"]] * 2
    Submission.objects.update(status="withdrawn", sealed=b"")
    SubmissionNote.objects.all().delete()
    assert [references(client.get(each)) for each in (by_word, by_reference)] == [[], ["KKKKKKKK"]]
    assert references(client.get(begin(client, "marmalade"))) == []


# By reference -----------------------------------------------------------------------------------


@pytest.mark.parametrize("unlock", [False, True])
@pytest.mark.parametrize("term", ["KKKKKKKK", "kkkkkkkk", " kkkk-KKKK ", "KKKK KKKK"])
def test_a_whole_reference_leads_to_its_request(
    sign_in: SignIn, kestrel: Submission, unlock: bool, term: str
) -> None:
    client = sign_in("booking_reviewer", unlock=unlock)
    response = client.post(f"{SEARCH}?show=spam", {"term": term})
    assert (response.status_code, response["Location"]) == (
        303,
        f"{LIST}inspect/{kestrel.pk}/?show=spam",
    )
    assert logged() == []


def test_while_locked_the_beginning_of_a_reference_is_enough(sign_in: SignIn, make: Make) -> None:
    for number in range(1, 26):
        make(reference=f"{'KKK' if number < 4 else 'NNN'}{number:05}".replace("0", "M"))
    make(reference="KKAAAAAA")
    client = sign_in("booking_reviewer")
    page = client.post(SEARCH, {"term": "kkk"}, follow=True)
    shown = {f"KKKMMMM{number}" for number in (1, 2, 3)}
    assert (set(references(page)), words(page)) == (shown, "3 requests found.")
    assert "Robin" not in page.text
    assert client.post(SEARCH, {"term": "kka"})["Location"].startswith(f"{LIST}inspect/")
    too_many = client.post(SEARCH, {"term": "nnn"})
    assert messages_of(too_many) == ["Too many requests begin so: type more of the reference."]
