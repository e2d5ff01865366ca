"""Notes as they are written and read on the page of a request."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from booking.models import Submission, SubmissionNote
from booking.submissions import handling
from booking.submissions.receiving import withdrawal_digest
from booking.tests.factories import failing_on, sealed_note
from booking.vault.models import Epoch
from clinic_site.tests.pages import messages_of

pytestmark = pytest.mark.once

NOW = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
LIST = "/admin/booking/submission/"
WORDS = "Zinnia called back.\nShe takes Tuesday."
Make = Callable[..., Submission]
SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def inspect(request: Submission) -> str:
    return f"{LIST}inspect/{request.pk}/"


def soup(response: Any) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def form_of(page: BeautifulSoup) -> Any:
    return page.select_one("form[action*='/note/']:has([name=text])")


def posted(form: Any, text: str, kind: str = "call") -> dict[str, str]:
    return {
        "kind": kind,
        "text": text,
        **{name: form.select_one(f"[name={name}]")["value"] for name in ("form_secret", "seen")},
    }


def write(client: Client, request: Submission, text: str = WORDS, query: str = "") -> Any:
    form = form_of(soup(client.get(f"{inspect(request)}{query}")))
    return client.post(form["action"], posted(form, text))


def notes(page: BeautifulSoup) -> list[str]:
    return [
        " ".join(each.get_text(" ").split()).partition(" Delete this note")[0]
        for each in page.select(".desk-notes > li")
    ]


def test_a_note_is_written_and_read_where_the_request_is(sign_in: SignIn, make: Make) -> None:
    request, client = make(), sign_in("booking_reviewer", unlock=True)
    response = write(client, request, query="?show=all&p=1")
    assert response["Location"] == f"{inspect(request)}?show=all&p=1#notes"
    page = soup(client.get(response["Location"]))
    assert notes(page) == [
        "Call: Zinnia called back. She takes Tuesday. 11/30/2026 10 a.m., booking_reviewer"
    ]
    history = [" ".join(each.get_text(" ").split()) for each in page.select(".desk-history li")]
    assert "Note written 11/30/2026 10 a.m., booking_reviewer" in history
    assert form_of(page).select_one("textarea").get_text().strip() == ""


def test_while_locked_a_note_can_be_written_and_none_is_shown(sign_in: SignIn, make: Make) -> None:
    request, client = make(), sign_in("booking_reviewer")
    SubmissionNote.objects.bulk_create([sealed_note(request, "Marmalade")])
    write(client, request)
    page = soup(client.get(inspect(request)))
    assert SubmissionNote.objects.count() == 2
    assert notes(page) == []
    assert "Notes can be read while the vault is unlocked." in page.get_text()
    assert "armalade" not in str(page)


def test_what_is_pressed_twice_is_kept_once(sign_in: SignIn, make: Make) -> None:
    request, client = make(), sign_in("booking_reviewer")
    form = form_of(soup(client.get(inspect(request))))
    for _ in range(2):
        client.post(form["action"], posted(form, WORDS))
    assert SubmissionNote.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Write the note first."),
        (" \u200b ", "Write the note first."),
        ("x" * 4001, "Shorten the note to 4,000 characters or fewer."),
    ],
)
def test_what_cannot_be_kept_stays_in_the_form(
    sign_in: SignIn, make: Make, text: str, reason: str
) -> None:
    request, client = make(), sign_in("booking_reviewer", unlock=True)
    page = soup(write(client, request, text, query="?show=all&p=1"))
    assert reason in page.get_text()
    assert form_of(page).select_one("textarea").get_text().strip() == text.strip(" \u200b")
    assert SubmissionNote.objects.count() == 0
    # The other form on the page leads to the request, at the same place of the list.
    status = page.select_one("form:has([name=status])")
    assert status["action"] == f"{inspect(request)}?show=all&p=1"


def test_a_note_that_the_vault_does_not_take_stays_in_the_form(
    sign_in: SignIn, make: Make, vault: Any
) -> None:
    request, client = make(), sign_in("booking_reviewer")
    form = form_of(soup(client.get(inspect(request))))
    Epoch.objects.all().delete()
    page = soup(client.post(form["action"], posted(form, WORDS)))
    assert "Nothing was saved. Wait a moment, then press Save again." in page.get_text()
    assert "She takes Tuesday." in form_of(page).select_one("textarea").get_text()
    again = form_of(page).select_one("[name=form_secret]")["value"]
    assert again == posted(form, "")["form_secret"]


@pytest.mark.parametrize("table", ["booking_submissionnote", "wagtailcore_modellogentry"])
def test_a_note_that_the_database_refuses_comes_back_and_is_in_no_log(
    sign_in: SignIn, make: Make, caplog: pytest.LogCaptureFixture, table: str
) -> None:
    """Also where the page of the request could not be shown, because reading it cannot be logged."""
    request, client = make(), sign_in("booking_reviewer", unlock=True)
    form = form_of(soup(client.get(f"{inspect(request)}?show=all&p=1")))
    with connection.execute_wrapper(failing_on("INSERT", table)):
        page = soup(client.post(form["action"], posted(form, WORDS)))
    assert "Nothing was saved. Wait a moment, then press Save again." in page.get_text()
    again = form_of(page)
    assert page.select_one(
        "template[data-vault-locked]"
    )  # what was typed goes when the vault locks
    assert "She takes Tuesday." in again.select_one("textarea").get_text()
    assert again["action"] == form["action"]
    assert "Zinnia" not in caplog.text
    client.post(again["action"], posted(again, WORDS))
    assert SubmissionNote.objects.count() == 1


def test_a_note_and_taking_the_request_up_are_one_press(sign_in: SignIn, make: Make) -> None:
    request, client = make(), sign_in("booking_reviewer", unlock=True)
    form = form_of(soup(client.get(inspect(request))))
    assert [button.get_text() for button in form.select("button")] == [
        "Save the note",
        "Save the note; contacted, mine",
    ]
    response = client.post(form["action"], {**posted(form, WORDS), "take": "1"}, follow=True)
    assert messages_of(response) == [
        f"Request {request.reference} is saved.",
        "The note is saved.",
    ]
    row = Submission.objects.get()
    assert (row.status, row.assignee and row.assignee.username) == ("contacted", "booking_reviewer")
    assert len(form_of(soup(response)).select("button")) == 1


def test_a_note_stays_also_where_a_colleague_took_the_request_up_meanwhile(
    sign_in: SignIn, make: Make
) -> None:
    request, client = make(), sign_in("booking_reviewer", unlock=True)
    form = form_of(soup(client.get(inspect(request))))
    Submission.objects.update(status="closed")
    response = client.post(form["action"], {**posted(form, WORDS), "take": "1"}, follow=True)
    assert "left as they are" in messages_of(response)[0]
    assert (SubmissionNote.objects.count(), Submission.objects.get().status) == (1, "closed")


def test_a_made_up_form_is_refused_and_breaks_nothing(sign_in: SignIn, make: Make) -> None:
    request, client = make(), sign_in("booking_reviewer")
    address = f"{LIST}note/{request.pk}/"
    for data in (
        {},
        {"kind": "praise", "text": "x", "form_secret": "s" * 32},
        {"form_secret": "s"},
    ):
        assert client.post(address, data).status_code == 200
    assert SubmissionNote.objects.count() == 0
    assert client.get(address)["Location"] == f"{inspect(request)}?show=open&p=1"


def test_on_a_withdrawn_request_no_note_is_offered_or_taken(sign_in: SignIn, make: Make) -> None:
    request = make(withdrawal_digest=withdrawal_digest("CODE"))
    client = sign_in("booking_reviewer", unlock=True)
    form = form_of(soup(client.get(inspect(request))))
    handling.withdraw(request.reference, withdrawal_digest("CODE"))
    response = client.post(form["action"], posted(form, WORDS), follow=True)
    assert messages_of(response) == ["Nothing was saved: the visitor has withdrawn this request."]
    assert form_of(soup(response)) is None


def test_a_request_that_was_deleted_meanwhile_leads_back_to_the_list(
    sign_in: SignIn, make: Make
) -> None:
    request, client = make(), sign_in("booking_reviewer")
    form = form_of(soup(client.get(inspect(request))))
    Submission.objects.all().delete()
    response = client.post(form["action"], posted(form, WORDS), follow=True)
    assert messages_of(response) == [
        "Nothing was saved: this request has been deleted since you opened it."
    ]


def test_text_of_a_note_is_never_markup(sign_in: SignIn, make: Make) -> None:
    request, client = make(), sign_in("booking_reviewer", unlock=True)
    write(client, request, "<img src=x onerror=alert(1)>\u202etxt")
    page = soup(client.get(inspect(request)))
    assert page.select(".desk-notes img") == []
    assert "<img src=x onerror=alert(1)>txt" in notes(page)[0]


def delete_form(page: BeautifulSoup) -> Any:
    return page.select_one(".desk-notes form")


def test_who_wrote_a_note_can_take_it_away(sign_in: SignIn, make: Make) -> None:
    request, client = make(), sign_in("booking_reviewer", unlock=True)
    write(client, request)
    form = delete_form(soup(client.get(f"{inspect(request)}?show=all&p=1")))
    response = client.post(form["action"])
    assert response["Location"] == f"{inspect(request)}?show=all&p=1#notes"
    assert SubmissionNote.objects.count() == 0
    assert messages_of(client.post(form["action"], follow=True)) == [
        "The note is deleted.",
        "Nothing was deleted: this note is gone, or not yours.",
    ]


def test_others_take_it_away_only_with_leave_to_delete_and_an_unlocked_vault(
    sign_in: SignIn, make: Make
) -> None:
    request = make()
    SubmissionNote.objects.bulk_create([sealed_note(request)])
    address = f"{LIST}note/{request.pk}/delete/{SubmissionNote.objects.get().pk}/"
    reviewer = sign_in("booking_reviewer", unlock=True)
    assert delete_form(soup(reviewer.get(inspect(request)))) is None
    reviewer.post(address)
    sign_in("booking_administrator").post(address)
    assert SubmissionNote.objects.count() == 1
    manager = sign_in("booking_administrator", unlock=True)
    assert delete_form(soup(manager.get(inspect(request))))["action"].startswith(address)
    manager.post(address)
    assert SubmissionNote.objects.count() == 0


def test_notes_of_a_request_on_hold_stay(sign_in: SignIn, make: Make) -> None:
    request = make(hold=True)
    client = sign_in("booking_administrator", unlock=True)
    write(client, request)
    assert delete_form(soup(client.get(inspect(request)))) is None
    address = f"{LIST}note/{request.pk}/delete/{SubmissionNote.objects.get().pk}/"
    assert messages_of(client.post(address, follow=True)) == [
        "Nothing was deleted: this request is on hold, and its notes with it.",
    ]
    assert SubmissionNote.objects.count() == 1


def test_who_may_delete_requests_and_not_change_them_can_delete_notes(
    sign_in: SignIn, make: Make, users: dict[str, Any]
) -> None:
    user, request = users["booking_reviewer"], make()
    SubmissionNote.objects.bulk_create([sealed_note(request)])
    client = sign_in("booking_reviewer", unlock=True)
    Group.objects.get(user=user).permissions.remove(
        Permission.objects.get(codename="change_submission")
    )
    user.user_permissions.add(Permission.objects.get(codename="delete_submission"))
    page = soup(client.get(inspect(request)))
    assert form_of(page) is None
    client.post(delete_form(page)["action"])
    assert SubmissionNote.objects.count() == 0


def test_a_note_of_a_request_that_is_gone_leads_back_to_the_list(
    sign_in: SignIn, make: Make
) -> None:
    request, client = make(), sign_in("booking_reviewer", unlock=True)
    write(client, request)
    form = delete_form(soup(client.get(inspect(request))))
    Submission.objects.all().delete()
    response = client.post(form["action"], follow=True)
    assert response.status_code == 200
    assert "has been deleted since you opened it" in messages_of(response)[-1]


def test_as_many_queries_with_one_note_as_with_thirty(sign_in: SignIn, make: Make) -> None:
    request, client = make(), sign_in("booking_reviewer", unlock=True)
    counted = []
    for number in (1, 29):
        SubmissionNote.objects.bulk_create([sealed_note(request) for _ in range(number)])
        client.get(inspect(request))
        with CaptureQueriesContext(connection) as queries:
            client.get(inspect(request))
        counted.append(len(queries))
    assert counted[0] == counted[1]
