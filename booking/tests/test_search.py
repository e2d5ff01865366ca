"""Searching what is sealed."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client

from booking.models import Submission
from booking.tests.factories import answer, core_answers, damage, sealed_note, sealed_request, store
from booking.vault import crypto
from booking.vault.crypto import Binding
from booking.vault.manifests import unchanged_key
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
    "Quillfeather, Kestrel",
    "Kestrel  Quillfeather",
    " estrel Quill ",
    "kkkk",
    "marmalade",
    "kestrel@example.com",
    "5550147",
    "555-0147",
    "(972) 555-0147",
    "972 555 0147",
    "972.555.0147",
    "+1 972 555 0147",
    "1-972-555-0147",
    "+19725550147",
    "\u0669\u0667\u0662 \u0665\u0665\u0665 \u0660\u0661\u0664\u0667",
    "972 555 kestrel",
    "0147",
    "Kestrel (972) 555-0147 marmalade",
]


def found(client: Client, term: str, query: str = "") -> list[str]:
    """The references of what a search finds, in the order shown."""
    response = client.post(f"{SEARCH}{query}", {"term": term}, follow=True)
    return [row[0] for row in table(response)[1:]]


def test_search_finds_by_name_phone_number_message_and_reference(
    sign_in: SignIn, kestrel: Submission, make: Callable[..., Submission]
) -> None:
    make(reference="AAAAAAAA")
    client = sign_in("booking_reviewer", unlock=True)
    assert {term: found(client, term) for term in TERMS} == {term: ["KKKKKKKK"] for term in TERMS}
    shown = table(client.post(SEARCH, {"term": "kestrel"}, follow=True))
    row = ["KKKKKKKK", "Kestrel Quillfeather", "Allen", "10/07/2026 noon", "-", "New", "-", "-"]
    assert shown[1:] == [row]


MISSED = [
    ("María Núñez", "Maria Nunez"),
    ("Maria Nunez", "María Núñez"),
    ("Mari\u0301a Nu\u0301n\u0303ez", "maría núñez"),
    ("María Núñez", "Nu\u0301n\u0303ez mari\u0301a"),
    ("Sean O'Brien", "O\u2019Brien"),
    ("Sean O\u2019Brien", "o'brien sean"),
    ("Łukasz  Sørensen", "Lukasz Sorensen"),
    ("Anna Smith-Jones", "Jones, Anna Smith"),
    ("محمد أحمد", "احمد محمد"),
    ("李明", "李"),
    ("Пётр Ильич", "петр"),
]


@pytest.mark.parametrize(("stored", "typed"), MISSED, ids=ascii)
def test_a_person_is_found_however_the_name_is_spelt(
    sign_in: SignIn, make: Callable[..., Submission], stored: str, typed: str
) -> None:
    make({"name": stored}, reference="KKKKKKKK")
    make()
    assert found(sign_in("booking_reviewer", unlock=True), typed) == ["KKKKKKKK"]


def test_search_reads_notes_together_with_the_answers(
    sign_in: SignIn, kestrel: Submission, make: Callable[..., Submission]
) -> None:
    for request in (kestrel, make()):
        sealed_note(request, 'Called "back":\nwants the Łódź office, 5\\7.').save()
    client = sign_in("booking_reviewer", unlock=True)
    terms = ("lodz kestrel", 'back" 5\\7', "wants lodz", "nothing")
    assert [len(found(client, term)) for term in terms] == [1, 2, 2, 0]


def test_what_is_chosen_from_our_lists_is_no_name(sign_in: SignIn, kestrel: Submission) -> None:
    client = sign_in("booking_reviewer", unlock=True)
    terms = ("Phone call", "certain", "Allen", "answers", "label")
    assert {term: found(client, term) for term in terms} == {term: [] for term in terms}


def test_an_answer_is_found_however_its_json_was_written(
    sign_in: SignIn, kestrel: Submission, vault: TestVault
) -> None:
    """Whoever can write to the database can seal; what the row shows must be found there, too."""
    answers = json.dumps({"answers": core_answers(name="Wilma Zür\x07ich", email="a/b")})
    payload = answers.replace("W", "\\u0057").replace("a/b", "a\\/b").encode()
    key = unchanged_key()
    binding = Binding("submission", kestrel.pk.bytes, kestrel.pk.bytes, 1)
    blob = crypto.seal_blob(key.suite, key.public_key, payload, binding)
    Submission.objects.filter(pk=kestrel.pk).update(sealed=blob)
    client = sign_in("booking_reviewer", unlock=True)
    terms = ("wilma", "zurich", "a/b", "marmalade")
    assert [len(found(client, term)) for term in terms] == [1, 1, 1, 0]


def test_search_reads_lists_of_answers_too(
    sign_in: SignIn, site: SimpleNamespace, vault: TestVault
) -> None:
    answers = core_answers(answer("days", ["Monday", "Tuesday"], "Days", "choices"))
    store([sealed_request(site.book, site.location, answers, reference="KKKKKKKK")])
    assert found(sign_in("booking_reviewer", unlock=True), "tuesday") == ["KKKKKKKK"]


def test_a_search_is_logged_without_its_term(sign_in: SignIn, kestrel: Submission) -> None:
    client = sign_in("booking_reviewer", unlock=True)
    for term in ("Kestrel", "nobody at all"):
        response = client.post(SEARCH, {"term": term}, follow=True)
        client.get(response.request["PATH_INFO"])  # once more: what it shows is in the log already
    shown = {"found": 1, "references": ["KKKKKKKK"]}
    assert logged() == [
        ("booking.search", "Vault", shown, "booking_reviewer"),
        ("booking.search", "Vault", {"found": 0, "references": []}, "booking_reviewer"),
    ]


LOCKED = "No request has this reference. Unlock the vault to search in answers and notes."
TOO_LITTLE = "Enter at least two letters or digits."


@pytest.mark.parametrize(
    ("unlock", "term", "reason"),
    [
        (False, "Kestrel", LOCKED),
        (False, "KK", LOCKED),
        (False, "", LOCKED),
        (True, "K", TOO_LITTLE),
        (True, "?!", TOO_LITTLE),
        (True, "\u202e\u200f", "This field is required."),
        (True, "", "This field is required."),
        (
            True,
            "x" * 10_000,
            "Ensure this value has at most 120 characters (it has 10000).",
        ),
    ],
)
def test_a_search_that_cannot_be_made_leads_back_to_the_list(
    sign_in: SignIn, kestrel: Submission, unlock: bool, term: str, reason: str
) -> None:
    client = sign_in("booking_reviewer", unlock=unlock)
    response = client.post(f"{SEARCH}?show=all&p=2", {"term": term})
    assert (response.status_code, response["Location"]) == (302, f"{LIST}?show=all&p=2")
    assert messages_of(response) == [reason]
    assert logged() == []


def test_a_search_in_the_address_is_not_made(sign_in: SignIn, kestrel: Submission) -> None:
    response = sign_in("booking_reviewer", unlock=True).get(SEARCH, {"term": "Kestrel"})
    assert (response.status_code, response["Location"]) == (302, f"{LIST}?show=open")
    assert logged() == []


def test_the_term_stands_in_no_address_of_the_page_of_results(
    sign_in: SignIn, kestrel: Submission
) -> None:
    client = sign_in("booking_reviewer", unlock=True)
    response = client.post(SEARCH, {"term": "marmalade"}, follow=True)
    page = BeautifulSoup(response.content, "html.parser")
    attributes = ("href", "action", "src")
    linked = [tag[name] for tag in page.find_all() for name in attributes if tag.has_attr(name)]
    assert [each for each in linked if "marmalade" in each] == []
    assert [each for each, _status in response.redirect_chain if "marmalade" in each] == []
    assert page.find("form", role="search")["method"] == "post"


def test_a_damaged_request_is_still_found_by_its_reference(
    sign_in: SignIn, kestrel: Submission
) -> None:
    damage(kestrel)
    client = sign_in("booking_reviewer", unlock=True)
    assert {term: found(client, term) for term in ("KKKK", "Kes")} == {
        "KKKK": ["KKKKKKKK"],
        "Kes": [],
    }
    page = client.post(SEARCH, {"term": "Kes"}, follow=True)
    assert page.context["damaged"] == (
        "1 request is damaged or has a damaged note: what does not open was not searched."
    )


@pytest.mark.parametrize(
    "columns",
    [
        {"sealed": "text"},
        {"sealed": b""},
        {"sealed": -1},
        {"sealed": 10**15},
        {"schema": -1},
        {"reference": b"KKKKKKKK"},
    ],
    ids=str,
)
def test_a_row_that_somebody_changed_in_the_database_is_counted_and_stops_nothing(
    sign_in: SignIn, kestrel: Submission, make: Callable[..., Submission], columns: dict[str, Any]
) -> None:
    make(reference="AAAAAAAA")
    ((name, value),) = columns.items()
    if connection.vendor != "sqlite" and value != b"":
        pytest.skip("PostgreSQL keeps the type of a column")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON" if name == "schema" else "SELECT 1")
        table_name = Submission._meta.db_table
        where = [value, kestrel.pk.hex if connection.vendor == "sqlite" else kestrel.pk]
        cursor.execute(f"UPDATE {table_name} SET {name} = %s WHERE id = %s", where)
        cursor.execute("PRAGMA ignore_check_constraints = OFF" if name == "schema" else "SELECT 1")
    client = sign_in("booking_reviewer", unlock=True)
    page = client.post(SEARCH, {"term": "robin"}, follow=True)
    assert [row[0] for row in table(page)[1:]] == ["AAAAAAAA"]
    assert page.context["damaged"].startswith("1 request is damaged")
    assert client.get(f"{LIST}inspect/{kestrel.pk}/").status_code == 200


def test_what_has_bytes_for_a_reference_is_found_by_what_it_says(
    sign_in: SignIn, kestrel: Submission
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps the type of a column")
    with connection.cursor() as cursor:
        table_name = Submission._meta.db_table
        cursor.execute(f"UPDATE {table_name} SET reference = %s", [b"KKKKKKKK"])
    client = sign_in("booking_reviewer", unlock=True)
    page = client.post(SEARCH, {"term": "marmalade"}, follow=True)
    assert [row[1] for row in table(page)[1:]] == ["Kestrel Quillfeather"]
    assert page.context["damaged"].startswith("1 request is damaged")


def test_the_longest_e_mail_address_is_searched_for_by_the_button_of_its_request(
    sign_in: SignIn, make: Callable[..., Submission]
) -> None:
    address = f"{'k' * 64}@{'.'.join(['q' * 60] * 3)}.com"
    address = address.ljust(254, "m")
    assert len(address) == 254
    make({"email": address}, reference="KKKKKKKK")
    client = sign_in("booking_reviewer", unlock=True)
    page = client.post(SEARCH, {"term": ["972 555 9999", address], "same": "1"}, follow=True)
    assert [row[0] for row in table(page)[1:]] == ["KKKKKKKK"]
    assert messages_of(client.post(SEARCH, {"term": address})) == [
        "Ensure this value has at most 120 characters (it has 254)."
    ]


@pytest.mark.parametrize(
    ("term", "is_found"),
    [
        ("kes.rel", False),
        ("kestrel.*", False),
        ("kestrel%", False),
        ("k_strel", False),
        ("\\u006bestrel", False),
        ("k" * 120, False),
        ("ke\x00strel", True),
        ("\u202ekestrel\u200f", True),
        ('{"answer": "kestrel"}', False),
    ],
    ids=ascii,
)
def test_what_means_something_to_a_machine_means_nothing_here(
    sign_in: SignIn, kestrel: Submission, term: str, is_found: bool
) -> None:
    client = sign_in("booking_reviewer", unlock=True)
    assert found(client, term) == (["KKKKKKKK"] if is_found else [])
