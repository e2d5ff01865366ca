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
from booking.models import BookingPage, Location, Submission
from booking.tests.factories import add_question, close_clinic, failing_on
from booking.tests.test_receive import stored_values
from booking.vault.models import Epoch
from clinic_site.tests.fixtures import TestVault
from clinic_site.tests.pages import logged, table
from home.tests.spanish import translate_site

pytestmark = pytest.mark.once

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
    return str(soup(client.get(address)).select_one("#call [name=token]")["value"])


@pytest.fixture
def told(answers: dict[str, Any]) -> dict[str, Any]:
    """What a caller says, with consent."""
    return {**answers, "name": "Kestrel Quillfeather", "message": "Zinnia marmalade"}


def test_a_call_is_stored_as_a_visitors_request_and_says_that_it_was_one(
    sign_in: SignIn, told: dict[str, Any], vault: TestVault
) -> None:
    client = sign_in("booking_reviewer", unlock=True)
    response = client.post(CALL, {**told, "token": token_of(client)})
    assert response["Location"].startswith(f"{LIST}called/?reference=")
    row = Submission.objects.get()
    assert (row.by_phone, row.status, row.doubt) == (True, "new", "")
    assert row.due_at == datetime(2026, 10, 9, 22, 0, tzinfo=UTC)
    assert logged(RECEIVE) == [(RECEIVE, row.reference, {}, "booking_reviewer")]
    assert "Zinnia marmalade" in client.get(f"{LIST}inspect/{row.pk}/").text
    assert "By phone" in table(client.get(LIST))[1]


def test_the_caller_is_told_reference_promise_and_code_and_the_code_withdraws(
    sign_in: SignIn, told: dict[str, Any], vault: TestVault, client: Client
) -> None:
    desk = sign_in("booking_reviewer")
    Location.objects.update(time_zone="America/New_York")
    address = desk.post(CALL, {**told, "token": token_of(desk)})["Location"]
    page = desk.get(address)
    row = Submission.objects.get()
    said = " ".join(soup(page).select_one(".desk-told").get_text(" ").split())
    assert row.reference in said
    # By the clock of the location, as a visitor is told.
    assert f"by Friday, October 9, 5 p.m. ({row.location} time)" in said
    assert "no-store" in page["Cache-Control"]
    code = soup(page).select(".desk-told strong")[-1].get_text()
    assert code.replace(" ", "") not in address
    answer = {"reference": row.reference, "code": code}
    client.post("/book/withdraw/", answer)
    assert Submission.objects.get().status == "withdrawn"
    assert code not in desk.get(address).text


def test_what_the_caller_is_told_cannot_be_made_up(
    sign_in: SignIn, told: dict[str, Any], vault: TestVault
) -> None:
    desk = sign_in("booking_reviewer")
    desk.post(CALL, {**told, "token": token_of(desk)})
    reference = Submission.objects.get().reference
    for query in ("", f"?reference={reference}", "?reference=x&code=y"):
        assert desk.get(f"{LIST}called/{query}")["Location"] == LIST


@pytest.mark.parametrize(("day", "is_sooner"), [("2026-10-08", True), ("2026-10-14", False)])
def test_a_day_before_the_promised_answer_is_told_at_once(
    sign_in: SignIn, told: dict[str, Any], vault: TestVault, day: str, is_sooner: bool
) -> None:
    desk = sign_in("booking_reviewer")
    data = {**told, "token": token_of(desk), "preferred_day": day}
    page = desk.get(desk.post(CALL, data)["Location"])
    assert ("They asked for a day that may come before that." in page.text) == is_sooner


def test_the_answers_are_those_of_the_form_and_the_consent_is_the_callers(
    sign_in: SignIn, told: dict[str, Any], vault: TestVault
) -> None:
    client = sign_in("booking_reviewer", unlock=True)
    asked = soup(client.get(CALL)).select("#call legend, #call .field > label")
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
        ({"when": "day", "preferred_day": "2020-01-01"}, "Choose a day"),
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
    client.post(CALL, data)
    client.post(CALL, data)
    first = Submission.objects.get().reference
    again = client.get(client.post(CALL, {**data, "name": "Another"})["Location"])
    assert f"It corrects {first}" in again.text
    found = Submission.objects.order_by("correction").values_list("correction", "by_phone")
    assert list(found) == [(0, True), (1, True)]


def test_a_form_that_is_not_ours_stores_nothing_and_comes_back_as_one_of_ours(
    sign_in: SignIn, told: dict[str, Any], vault: TestVault
) -> None:
    client = sign_in("booking_reviewer")
    page = soup(client.post(CALL, {**told, "token": "forged"}))
    assert "this form was out of date" in page.select_one(".error-summary").get_text()
    assert Submission.objects.count() == 0
    fresh = page.select_one("[name=token]")["value"]
    client.post(CALL, {**told, "token": fresh})
    client.post(CALL, {**told, "token": fresh})
    assert Submission.objects.count() == 1


def test_a_visitors_form_with_the_same_token_is_another_one(
    sign_in: SignIn, told: dict[str, Any], vault: TestVault, client: Client
) -> None:
    desk = sign_in("booking_reviewer")
    data = {**told, "token": token_of(desk)}
    desk.post(CALL, data)
    client.post("/book/send/", {**data, "name": "Somebody else"})
    rows = Submission.objects.order_by("pk")
    assert {(row.by_phone, row.correction) for row in rows} == {(True, 0), (False, 0)}


@pytest.mark.parametrize(
    ("closing", "reason"),
    [
        (lambda: Epoch.objects.all().delete(), "Write the call down on paper for now."),
        (lambda: BookingPage.objects.update(live=False), "There is no published booking page"),
    ],
)
def test_what_was_typed_stays_where_no_call_can_be_taken_any_more(
    sign_in: SignIn,
    told: dict[str, Any],
    vault: TestVault,
    closing: Callable[[], Any],
    reason: str,
) -> None:
    client = sign_in("booking_reviewer")
    data = {**told, "token": token_of(client)}
    closing()
    page = soup(client.get(CALL))
    assert reason in page.get_text()
    assert page.select("#call") == []
    page = soup(client.post(CALL, data))
    assert reason in page.select_one(".error-summary").get_text()
    assert page.select_one("[name=name]")["value"] == "Kestrel Quillfeather"
    assert page.select_one("[name=message]").get_text().strip() == "Zinnia marmalade"
    assert Submission.objects.count() == 0


def test_a_database_that_refuses_leaves_everything_in_the_form_and_nothing_in_the_log(
    sign_in: SignIn, told: dict[str, Any], vault: TestVault, caplog: pytest.LogCaptureFixture
) -> None:
    client = sign_in("booking_reviewer")
    data = {**told, "token": token_of(client)}
    with connection.execute_wrapper(failing_on("INSERT", "booking_submission")):
        page = soup(client.post(CALL, data))
    assert "Nothing was stored. Everything typed is still below" in page.get_text()
    assert page.select_one("[name=name]")["value"] == "Kestrel Quillfeather"
    assert "A request by phone could not be stored: OperationalError." in caplog.text
    assert "Quillfeather" not in caplog.text
    assert client.post(CALL, data).status_code == 302


def test_a_database_that_is_away_gives_the_answers_back_and_no_browser_keeps_them(
    sign_in: SignIn, told: dict[str, Any], vault: TestVault
) -> None:
    client = sign_in("booking_reviewer")
    data = {**told, "token": token_of(client), "csrfmiddlewaretoken": "secret-of-the-form"}
    with connection.execute_wrapper(failing_on("booking_bookingpage")):
        response = client.post(f"{CALL}?language=en", data)
    page = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 503
    assert "no-store" in response["Cache-Control"]
    assert page.form["action"] == f"{CALL}?language=en"
    assert "Kestrel Quillfeather" in page.dl.get_text()
    assert "secret-of-the-form" not in page.dl.get_text()


def test_no_browser_keeps_or_offers_what_callers_say(
    sign_in: SignIn, site: SimpleNamespace, vault: TestVault
) -> None:
    add_question(site.book, "Insurance", "singleline")
    form = soup(sign_in("booking_reviewer").get(CALL)).select_one("#call")
    typed = form.select("input:not([type=hidden], [type=radio], [type=checkbox]), textarea")
    assert len(typed) > 8
    assert {field.get("autocomplete") for field in typed} == {"off"}


def test_staff_read_what_visitors_read_before_they_write(
    sign_in: SignIn, site: SimpleNamespace, vault: TestVault
) -> None:
    close_clinic("2026-10-12", "2026-10-13")
    page = soup(sign_in("booking_reviewer").get(CALL))
    text = page.select_one(".desk-call").get_text()
    assert "Encrypted before it is stored." in text
    assert "When the clinic is closed" in text


def test_a_caller_is_asked_in_spanish_where_there_is_a_spanish_page(
    sign_in: SignIn, site: SimpleNamespace, told: dict[str, Any], vault: TestVault
) -> None:
    spanish = translate_site(site).book
    client = sign_in("booking_reviewer", unlock=True)
    page = soup(client.get(CALL))
    assert page.select_one("#call [lang]")["lang"] == "en"
    (switch,) = page.select("[name=switch]")
    # In the middle of a call, with what was typed so far.
    address = f"{CALL}{switch['formaction']}"
    page = soup(client.post(address, {**told, "token": token_of(client), "switch": "1"}))
    assert Submission.objects.count() == 0
    form = page.select_one("#call")
    asked = form.select_one("[lang=es]")
    assert "Su nombre" in asked.get_text()
    assert "Save the request" not in asked.get_text()
    assert "Save the request" in form.get_text()
    assert form.select_one("[name=name]")["value"] == "Kestrel Quillfeather"
    refused = soup(client.post(address, {**told, "token": token_of(client), "name": ""}))
    assert refused.select_one(".error-summary h2").get_text() == "Hay un problema"
    client.post(address, {**told, "token": form.select_one("[name=token]")["value"]})
    row = Submission.objects.get()
    assert row.page_id == spanish.pk
    answers = soup(client.get(f"{LIST}inspect/{row.pk}/")).select_one(".desk-answers").get_text()
    assert "Su nombre" in answers
    assert "La persona que llama acepta" in answers


def test_the_list_leads_to_it_for_who_may_change_requests(
    sign_in: SignIn, vault: TestVault
) -> None:
    page = soup(sign_in("booking_reviewer").get(LIST))
    assert [link.get_text(strip=True) for link in page.select(f"a[href='{CALL}']")] == [
        "Request by phone"
    ]
