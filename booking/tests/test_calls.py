"""A request that staff take down on the phone: the visitors' questions, rules and seal."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client

from booking.log_actions import RECEIVE
from booking.models import BookingPage, Submission
from booking.tests.factories import failing_on
from booking.tests.test_receive import stored_values
from booking.vault.models import Epoch
from clinic_site.tests.fixtures import TestVault
from clinic_site.tests.pages import logged, messages_of, table
from home.tests.spanish import translate_site

# A Wednesday, noon at the clinic.
NOW = datetime(2026, 10, 7, 17, 0, tzinfo=UTC)
LIST = "/admin/booking/submission/"
CALL = f"{LIST}call/"
SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def soup(response: Any) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def token_of(client: Client, address: str = CALL) -> str:
    return str(soup(client.get(address)).select_one("form.desk-call [name=token]")["value"])


@pytest.fixture
def told(answers: dict[str, Any]) -> dict[str, Any]:
    """What a caller says, with consent."""
    return {**answers, "name": "Kestrel Quillfeather", "message": "Zinnia marmalade"}


def test_a_call_is_stored_as_a_visitors_request_and_says_that_it_was_one(
    sign_in: SignIn, told: dict[str, Any], vault: TestVault
) -> None:
    client = sign_in("booking_reviewer", unlock=True)
    response = client.post(CALL, {**told, "token": token_of(client)})
    row = Submission.objects.get()
    assert response["Location"] == f"{LIST}inspect/{row.pk}/"
    assert (row.by_phone, row.status, row.doubt, bytes(row.withdrawal_digest)) == (
        True,
        "new",
        "",
        b"",
    )
    assert row.due_at == datetime(2026, 10, 9, 22, 0, tzinfo=UTC)
    assert logged(RECEIVE) == [(RECEIVE, row.reference, {}, "booking_reviewer")]
    page = client.get(response["Location"])
    assert messages_of(page) == [
        f"Stored as {row.reference}. Tell the caller that, and by when somebody answers: Fri 5 p.m."
    ]
    assert "Zinnia marmalade" in page.text
    assert "By phone" in table(client.get(LIST))[1]


def test_the_answers_are_those_of_the_form_and_the_consent_is_the_callers(
    sign_in: SignIn, told: dict[str, Any], vault: TestVault
) -> None:
    client = sign_in("booking_reviewer", unlock=True)
    asked = soup(client.get(CALL)).select("form.desk-call legend, form.desk-call .field > label")
    assert "How should we reach you?" in {each.get_text(strip=True) for each in asked}
    client.post(CALL, {**told, "token": token_of(client)})
    page = soup(client.get(f"{LIST}inspect/{Submission.objects.get().pk}/"))
    questions = [each.get_text() for each in page.select(".desk-answers dt")]
    assert questions[0] == "Your name"
    assert questions[-1].startswith("The caller agrees that the clinic stores this request")
    assert page.select_one("[name=receipt_wanted]") is None


def test_what_was_said_is_sealed(sign_in: SignIn, told: dict[str, Any], vault: TestVault) -> None:
    client = sign_in("booking_reviewer")
    client.post(CALL, {**told, "token": token_of(client)})
    assert Submission.objects.count() == 1
    for text in ("Quillfeather", "armalade"):
        assert text not in stored_values()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": ""}, "Enter your name, so that we know whom to ask for."),
        ({"phone": "12"}, "Enter a phone number with its area code"),
        ({"consent": ""}, "Tick the box to let us store your request and contact you."),
        ({"location": "999"}, "Choose one of the locations in the list."),
        ({"when": "day", "preferred_day": "2020-01-01"}, ""),
    ],
)
def test_the_rules_are_the_visitors_and_nothing_that_was_typed_is_lost(
    sign_in: SignIn, told: dict[str, Any], vault: TestVault, changes: dict[str, str], reason: str
) -> None:
    client = sign_in("booking_reviewer")
    data = {**told, "token": token_of(client), **changes}
    page = soup(client.post(CALL, data))
    assert reason in page.select_one(".error-summary").get_text()
    assert page.select_one("[name=message]").get_text().strip() == "Zinnia marmalade"
    assert page.select_one("[name=token]")["value"] == data["token"]
    assert Submission.objects.count() == 0


def test_pressed_twice_it_is_stored_once_and_other_answers_correct_it(
    sign_in: SignIn, told: dict[str, Any], vault: TestVault
) -> None:
    client = sign_in("booking_reviewer")
    data = {**told, "token": token_of(client)}
    first = client.post(CALL, data)
    assert client.post(CALL, data)["Location"] == first["Location"]
    client.post(CALL, {**data, "name": "Another"})
    assert list(
        Submission.objects.order_by("correction").values_list("correction", "by_phone")
    ) == [
        (0, True),
        (1, True),
    ]


def test_without_a_key_no_call_is_taken_and_paper_is_named(
    sign_in: SignIn, told: dict[str, Any], vault: TestVault
) -> None:
    client = sign_in("booking_reviewer")
    data = {**told, "token": token_of(client)}
    Epoch.objects.all().delete()
    for response in (client.get(CALL), client.post(CALL, data)):
        assert "Write the call down on paper for now." in response.text
    assert Submission.objects.count() == 0


def test_a_database_that_refuses_leaves_everything_in_the_form(
    sign_in: SignIn, told: dict[str, Any], vault: TestVault
) -> None:
    client = sign_in("booking_reviewer")
    data = {**told, "token": token_of(client)}
    with connection.execute_wrapper(failing_on("INSERT", "booking_submission")):
        page = soup(client.post(CALL, data))
    assert "Nothing was stored. Everything typed is still below" in page.get_text()
    assert page.select_one("[name=name]")["value"] == "Kestrel Quillfeather"
    assert client.post(CALL, data).status_code == 302


def test_a_caller_is_asked_in_spanish_where_there_is_a_spanish_page(
    sign_in: SignIn, site: SimpleNamespace, told: dict[str, Any], vault: TestVault
) -> None:
    spanish = translate_site(site).book
    client = sign_in("booking_reviewer", unlock=True)
    page = soup(client.get(CALL))
    assert page.select_one("form.desk-call")["lang"] == "en"
    (link,) = page.select("a[hreflang=es]")
    page = soup(client.get(f"{CALL}{link['href']}"))
    form = page.select_one("form.desk-call")
    assert form["lang"] == "es"
    assert "Su nombre" in form.get_text()
    refused = soup(client.post(f"{CALL}{form['action']}", {**told, "name": ""}))
    assert refused.select_one(".error-summary h2").get_text() == "Hay un problema"
    client.post(f"{CALL}{form['action']}", {**told, "token": token_of(client)})
    row = Submission.objects.get()
    assert row.page_id == spanish.pk
    answers = soup(client.get(f"{LIST}inspect/{row.pk}/")).select_one(".desk-answers").get_text()
    assert "Su nombre" in answers


def test_without_a_published_page_there_are_no_questions_to_ask(
    sign_in: SignIn, site: SimpleNamespace
) -> None:
    BookingPage.objects.update(live=False)
    page = soup(sign_in("booking_reviewer").get(CALL))
    assert "There is no published booking page" in page.get_text()
    assert page.select("form.desk-call") == []


def test_the_list_leads_to_it_for_who_may_change_requests(
    sign_in: SignIn, vault: TestVault
) -> None:
    page = soup(sign_in("booking_reviewer").get(LIST))
    assert [link.get_text(strip=True) for link in page.select(f"a[href='{CALL}']")] == [
        "Request by phone"
    ]
