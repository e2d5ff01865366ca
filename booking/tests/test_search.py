"""Searching what is sealed."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client

from booking.models import Submission
from booking.tests.factories import answer, core_answers, damage, sealed_request, store
from clinic_site.tests.fixtures import TestVault
from clinic_site.tests.pages import logged, messages_of, table

LIST = "/admin/booking/submission/"
SEARCH = f"{LIST}search/"
# A Wednesday, noon at the clinic.
NOW = datetime(2026, 10, 7, 17, 0, tzinfo=UTC)

SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def frozen() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


TERMS = [
    "kestrel",
    "QUILLFEATHER",
    " estrel Quill ",
    "KKKKKKKK",
    "kkkk",
    "marmalade",
    "kestrel@example.com",
    "5550147",
    "555-0147",
    "(972) 555-0147",
    "972 555 0147",
    "0147",
]


def test_search_finds_by_name_phone_number_message_and_reference(
    sign_in: SignIn, kestrel: Submission, make: Callable[..., Submission]
) -> None:
    make(reference="AAAAAAAA")
    client = sign_in("booking_reviewer", unlock=True)
    found = {term: table(client.post(SEARCH, {"term": term}))[1:] for term in TERMS}
    row = ["KKKKKKKK", "Kestrel Quillfeather", "Allen", "Oct. 7, 2026, noon", "New", ""]
    assert found == {term: [row] for term in TERMS}


def test_search_reads_lists_of_answers_too(
    sign_in: SignIn, site: SimpleNamespace, vault: TestVault
) -> None:
    answers = core_answers(answer("days", ["Monday", "Tuesday"], "Days", "choices"))
    submission = store([sealed_request(site.book, site.location, answers)])[0]
    response = sign_in("booking_reviewer", unlock=True).post(SEARCH, {"term": "tuesday"})
    assert response.context["found"] == [submission]


def test_a_search_is_logged_without_its_term(sign_in: SignIn, kestrel: Submission) -> None:
    client = sign_in("booking_reviewer", unlock=True)
    for term in ("Kestrel", "nobody at all"):
        client.post(SEARCH, {"term": term})
    assert logged() == [
        ("booking.search", "Vault", {"found": 1}, "booking_reviewer"),
        ("booking.search", "Vault", {"found": 0}, "booking_reviewer"),
    ]


@pytest.mark.parametrize(
    ("unlock", "term"), [(False, "Kestrel"), (True, "K"), (True, ""), (True, "x" * 121)]
)
def test_a_search_that_cannot_be_made_leads_back_to_the_list(
    sign_in: SignIn, kestrel: Submission, unlock: bool, term: str
) -> None:
    client = sign_in("booking_reviewer", unlock=unlock)
    response = client.post(SEARCH, {"term": term})
    assert (response.status_code, response["Location"]) == (302, LIST)
    assert messages_of(response) == ["Unlock the vault and enter at least two letters to search."]
    assert logged() == []


def test_a_search_in_the_address_is_not_made(sign_in: SignIn, kestrel: Submission) -> None:
    response = sign_in("booking_reviewer", unlock=True).get(SEARCH, {"term": "Kestrel"})
    assert (response.status_code, response["Location"]) == (302, LIST)
    assert logged() == []


def test_the_term_stands_in_no_address_of_the_page_of_results(
    sign_in: SignIn, kestrel: Submission
) -> None:
    response = sign_in("booking_reviewer", unlock=True).post(SEARCH, {"term": "marmalade"})
    page = BeautifulSoup(response.content, "html.parser")
    attributes = ("href", "action", "src")
    linked = [tag[name] for tag in page.find_all() for name in attributes if tag.has_attr(name)]
    assert [each for each in linked if "marmalade" in each] == []
    assert page.find("form", role="search")["method"] == "post"


def test_a_damaged_request_is_still_found_by_its_reference(
    sign_in: SignIn, kestrel: Submission
) -> None:
    damage(kestrel)
    client = sign_in("booking_reviewer", unlock=True)
    found = {term: client.post(SEARCH, {"term": term}).context["found"] for term in ("KKKK", "Kes")}
    assert found == {"KKKK": [kestrel], "Kes": []}
