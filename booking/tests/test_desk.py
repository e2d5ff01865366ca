"""The review desk: list, detail, status, search and deletion."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from booking.models import Submission
from booking.tests.exported import export_fields, file_of
from booking.tests.factories import (
    LocationFactory,
    add_question,
    answer,
    core_answers,
    damage,
    sealed_request,
    store,
)
from clinic_site.tests.fixtures import PASSPHRASES, TestVault
from clinic_site.tests.pages import logged, messages_of, table

LIST = "/admin/booking/submission/"
SEARCH = f"{LIST}search/"
NO_STORE = "max-age=0, no-cache, no-store, must-revalidate, private"
# A Wednesday, noon at the clinic.
NOW = datetime(2026, 10, 7, 17, 0, tzinfo=UTC)
SECRETS = ("Kestrel", "Quillfeather", "555-0147", "kestrel@example.com", "marmalade")

# What the page of a new request carries along of how it was shown.
SEEN = {"seen": "status=new&assignee="}

SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def frozen() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def inspect_url(submission: Submission) -> str:
    return f"{LIST}inspect/{submission.pk}/"


def facts(response: Any) -> tuple[str, str]:
    """The title and the messages of a page: what ends up in histories and screenshots."""
    page = BeautifulSoup(response.content, "html.parser")
    return page.title.text, " ".join(each.text for each in page.select(".messages"))


# The list


def test_a_locked_list_shows_the_clear_columns_only(
    sign_in: SignIn, kestrel: Submission, users: dict[str, Any]
) -> None:
    Submission.objects.update(assignee=users["booking_reviewer"])
    response = sign_in("booking_reviewer").get(LIST)
    assert table(response) == [
        ["Reference", "Location", "Received", "Answer due", "Status", "Assignee", "Remark"],
        ["KKKKKKKK", "Allen", "10/07/2026 noon", "-", "New", "booking_reviewer", "-"],
    ]
    assert [secret for secret in SECRETS if secret in response.text] == []
    assert logged() == []


def test_an_unlocked_list_shows_the_name_beside_them_and_nothing_more(
    sign_in: SignIn, kestrel: Submission
) -> None:
    response = sign_in("booking_reviewer", unlock=True).get(LIST)
    assert table(response) == [
        ["Reference", "Name", "Location", "Received", "Answer due", "Status", "Assignee", "Remark"],
        [
            "KKKKKKKK",
            "Kestrel Quillfeather",
            "Allen",
            "10/07/2026 noon",
            "-",
            "New",
            "-",
            "-",
        ],
    ]
    assert [secret for secret in SECRETS[2:] if secret in response.text] == []
    assert logged() == [("booking.names", "Vault", {"shown": 1}, "booking_reviewer")]


@pytest.mark.parametrize("unlock", [False, True])
def test_of_all_requests_the_newest_comes_first(
    sign_in: SignIn, make: Callable[..., Submission], unlock: bool
) -> None:
    for reference, hours in (("CCCCCCCC", 2), ("AAAAAAAA", 1), ("DDDDDDDD", 3)):
        make(reference=reference, received_at=NOW - timedelta(hours=hours))
    rows = table(sign_in("booking_reviewer", unlock=unlock).get(LIST, {"show": "all"}))[1:]
    assert [row[0] for row in rows] == ["AAAAAAAA", "CCCCCCCC", "DDDDDDDD"]


@pytest.mark.parametrize(
    ("query", "references"),
    [
        ({}, "ACE"),
        ({"show": "all"}, "ACDE"),
        ({"status": "new"}, "ACE"),
        ({"status": "closed"}, "D"),
        ({"status": "closed", "show": "open"}, ""),
        ({"status": "spam"}, ""),
        ({"location": "plano"}, "C"),
        ({"location": "allen", "show": "all"}, "ADE"),
        ({"location": "plano", "status": "closed"}, ""),
        ({"since": "2026-10-07"}, "AE"),
        ({"since": "2026-10-06", "until": "2026-10-06"}, "C"),
        ({"until": "9999-12-31"}, "ACE"),
        ({"received": "today"}, "AE"),
        ({"received": "yesterday"}, "C"),
        ({"received": "week"}, "ACE"),
    ],
    ids=str,
)
def test_the_list_is_filtered_by_status_location_and_date(
    sign_in: SignIn,
    make: Callable[..., Submission],
    site: SimpleNamespace,
    query: dict[str, str],
    references: str,
) -> None:
    plano = LocationFactory(name="Plano")
    make(reference="A" * 8)
    make(reference="C" * 8, location=plano, received_at=datetime(2026, 10, 7, 4, 59, tzinfo=UTC))
    make(reference="D" * 8, status="closed", received_at=NOW - timedelta(days=5))
    make(reference="E" * 8, received_at=datetime(2026, 10, 7, 5, 0, tzinfo=UTC))
    places = {"plano": plano.pk, "allen": site.location.pk}
    query = {key: places.get(value, value) for key, value in query.items()}
    response = sign_in("booking_reviewer").get(LIST, query)
    shown = {row.reference for row in response.context["object_list"]}
    assert shown == {letter * 8 for letter in references}


def test_the_list_has_fifty_requests_a_page(
    sign_in: SignIn, site: SimpleNamespace, vault: TestVault
) -> None:
    store(
        sealed_request(site.book, site.location, received_at=NOW - timedelta(minutes=i))
        for i in range(51)
    )
    client = sign_in("booking_reviewer", unlock=True)
    newest = list(Submission.objects.values_list("reference", flat=True))
    pages = [client.get(LIST, {"show": "all", "p": page}) for page in (1, 2)]
    assert [[row[0] for row in table(page)[1:]] for page in pages] == [newest[:50], newest[50:]]


@pytest.mark.parametrize("unlock", [False, True])
@pytest.mark.parametrize("role", ["booking_reviewer", "booking_administrator"])
def test_the_list_asks_the_database_as_often_for_fifty_requests_as_for_one(
    sign_in: SignIn,
    site: SimpleNamespace,
    vault: TestVault,
    users: dict[str, Any],
    role: str,
    unlock: bool,
) -> None:
    client = sign_in(role, unlock=unlock)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST).status_code == 200
        return len(captured)

    def requests(count: int) -> list[Submission]:
        columns = {"assignee": users["booking_reviewer"]}
        return store(sealed_request(site.book, site.location, **columns) for _ in range(count))

    requests(1)
    client.get(LIST)  # warms what is looked up once a process
    one = queries()
    requests(49)
    assert queries() == one


# The detail


def test_the_detail_shows_every_answer_in_the_order_asked(
    sign_in: SignIn, site: SimpleNamespace, vault: TestVault
) -> None:
    key = add_question(site.book, "Days", "checkboxes", choices="Mon\nTue")
    answers = core_answers(
        answer(key, ["Mon", "Tue"], "Days", "choices"),
        answer("removed", "<b>bold</b>", "A question since removed"),
        message="first\nsecond",
        email="",
        voicemail_ok=False,
    )
    submission = store([sealed_request(site.book, site.location, answers)])[0]
    response = sign_in("booking_reviewer", unlock=True).get(inspect_url(submission))
    page = BeautifulSoup(response.content, "html.parser").select_one("dl.desk-answers")
    questions = [item.text for item in page.find_all("dt")]
    texts = [item.get_text("|", strip=True) for item in page.find_all("dd")]
    assert list(zip(questions, texts, strict=True)) == [
        ("Your name", "Robin Sample"),
        ("How should we reach you?", "Phone call"),
        ("Phone number", "(972) 555-0134"),
        ("E-mail address", "No answer"),
        ("You may leave a voicemail", "No"),
        ("For whom is the appointment?", "For myself"),
        ("Location", "Allen"),
        ("When would you like to come?", "On a certain day"),
        ("Preferred day", "Monday, October 12, 2026"),
        ("Preferred time of day", "Any time"),
        ("What would you like us to know?", "first|second"),
        ("Days", "Mon; Tue"),
        ("A question since removed", "<b>bold</b>"),
        (
            "I agree that the clinic stores this request, encrypted, and contacts me about it",
            "Yes",
        ),
    ]


def test_reading_a_request_is_logged_without_an_answer(
    sign_in: SignIn, kestrel: Submission
) -> None:
    sign_in("booking_reviewer", unlock=True).get(inspect_url(kestrel))
    assert logged() == [("booking.read", "KKKKKKKK", {}, "booking_reviewer")]


def test_a_locked_detail_shows_no_answer_and_logs_no_reading(
    sign_in: SignIn, kestrel: Submission
) -> None:
    response = sign_in("booking_reviewer").get(inspect_url(kestrel))
    assert "KKKKKKKK" in response.text
    assert [secret for secret in SECRETS if secret in response.text] == []
    assert logged() == []


@pytest.mark.parametrize("address", ["list", "detail", "search"])
def test_pages_that_show_answers_are_kept_by_nobody(
    sign_in: SignIn, kestrel: Submission, address: str
) -> None:
    client = sign_in("booking_reviewer", unlock=True)
    response = {
        "list": lambda: client.get(LIST),
        "detail": lambda: client.get(inspect_url(kestrel)),
        "search": lambda: client.post(SEARCH, {"term": "Kestrel"}, follow=True),
    }[address]()
    assert "Kestrel" in response.text
    assert response["Cache-Control"] == NO_STORE


def test_no_title_or_message_holds_an_answer(sign_in: SignIn, kestrel: Submission) -> None:
    client = sign_in("booking_administrator", unlock=True)
    data = {**SEEN, "status": "contacted", "assignee": ""}
    pages = [
        client.get(LIST),
        client.get(inspect_url(kestrel)),
        client.post(inspect_url(kestrel), data, follow=True),
        client.post(SEARCH, {"term": "Kestrel"}, follow=True),
        client.get(f"{LIST}delete/{kestrel.pk}/"),
        client.post(f"{LIST}delete/{kestrel.pk}/", follow=True),
    ]
    shown = " ".join(text for page in pages for text in facts(page))
    assert "Request KKKKKKKK is saved." in shown
    assert [secret for secret in SECRETS if secret in shown] == []


# Damage


def test_a_damaged_request_says_so_in_the_list_and_breaks_no_other(
    sign_in: SignIn, make: Callable[..., Submission], kestrel: Submission
) -> None:
    damage(make(reference="AAAAAAAA", received_at=NOW + timedelta(hours=1)))
    rows = table(sign_in("booking_reviewer", unlock=True).get(LIST))[1:]
    assert [row[:2] for row in rows] == [
        ["KKKKKKKK", "Kestrel Quillfeather"],
        ["AAAAAAAA", "Damaged"],
    ]


def test_a_damaged_request_says_so_in_its_detail_and_can_still_be_worked_on(
    sign_in: SignIn, kestrel: Submission
) -> None:
    damage(kestrel)
    client = sign_in("booking_reviewer", unlock=True)
    response = client.get(inspect_url(kestrel))
    assert response.status_code == 200
    assert "This request is damaged and cannot be opened." in response.text
    client.post(inspect_url(kestrel), {**SEEN, "status": "closed", "assignee": ""})
    kestrel.refresh_from_db()
    assert kestrel.status == "closed"
    assert [action for action, *_ in logged()] == ["booking.status"]


# Status and assignee


def test_a_reviewer_changes_status_and_assignee(
    sign_in: SignIn, kestrel: Submission, users: dict[str, Any]
) -> None:
    client = sign_in("booking_reviewer")
    before = Submission.objects.values().get()
    data = {**SEEN, "status": "contacted", "assignee": users["booking_administrator"].pk}
    response = client.post(inspect_url(kestrel), data)
    assert response["Location"] == f"{inspect_url(kestrel)}?show=open&p=1"
    assert messages_of(response) == ["Request KKKKKKKK is saved."]
    assert Submission.objects.values().get() == {
        **before,
        "status": "contacted",
        "contacted_at": NOW,
        "assignee_id": users["booking_administrator"].pk,
    }
    assert logged() == [
        (
            "booking.status",
            "KKKKKKKK",
            {
                "before": {"status": "new", "assignee": ""},
                "after": {"status": "contacted", "assignee": "booking_administrator"},
            },
            "booking_reviewer",
        )
    ]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"status": "lost", "assignee": ""}, "status"),
        ({"status": "", "assignee": ""}, "status"),
        ({"status": "closed", "assignee": "0"}, "assignee"),
        ({"status": "closed", "assignee": "editor"}, "assignee"),
    ],
)
def test_a_status_or_assignee_that_is_none_changes_nothing(
    sign_in: SignIn,
    kestrel: Submission,
    users: dict[str, Any],
    data: dict[str, str],
    field: str,
) -> None:
    if data["assignee"] in users:
        data = {**data, "assignee": users[data["assignee"]].pk}
    before = Submission.objects.values().get()
    response = sign_in("booking_reviewer").post(inspect_url(kestrel), data)
    assert (response.status_code, set(response.context["status_form"].errors)) == (200, {field})
    assert Submission.objects.values().get() == before
    assert logged() == []


def test_a_status_change_writes_no_other_column_but_when_that_was(
    sign_in: SignIn, kestrel: Submission
) -> None:
    before = Submission.objects.values().get()
    data = {**SEEN, "status": "closed", "assignee": ""}
    more = {"reference": "X", "hold": "on", "sealed": "x"}
    sign_in("booking_reviewer").post(inspect_url(kestrel), {**data, **more})
    after = {**before, "status": "closed", "contacted_at": NOW}
    assert Submission.objects.values().get() == after


def test_only_people_who_may_read_requests_can_take_one_up(
    sign_in: SignIn, kestrel: Submission, users: dict[str, Any]
) -> None:
    users["booking_administrator"].is_active = False
    users["booking_administrator"].save()
    form = sign_in("booking_reviewer").get(inspect_url(kestrel)).context["status_form"]
    offered = {user.username for user in form.fields["assignee"].queryset}
    assert offered == {"administrator", "booking_reviewer"}


# Deletion


def test_a_booking_administrator_deletes_a_request_for_good(
    sign_in: SignIn, kestrel: Submission, make: Callable[..., Submission]
) -> None:
    other = make()
    response = sign_in("booking_administrator").post(f"{LIST}delete/{kestrel.pk}/")
    assert response["Location"] == f"{LIST}?show=open&p=1"
    assert list(Submission.objects.all()) == [other]
    assert logged("wagtail.delete") == [("wagtail.delete", "KKKKKKKK", {}, "booking_administrator")]


def test_a_booking_reviewer_deletes_nothing(sign_in: SignIn, kestrel: Submission) -> None:
    client = sign_in("booking_reviewer", unlock=True)
    for response in (client.get, client.post):
        assert response(f"{LIST}delete/{kestrel.pk}/")["Location"] == "/admin/"
    assert f"{LIST}delete/" not in client.get(LIST).text
    assert list(Submission.objects.all()) == [kestrel]


# Nothing that is logged holds an answer


def exported_entries() -> dict[str, dict[str, Any]]:
    number = ModelLogEntry.objects.get(action="booking.export").pk
    about = {"rows": 1, "format": "xlsx", "columns": ["status"], "filter": {"show": "all"}}
    return {
        "export": about | {"reason": "figures", "details": ""},
        "export_rows": {"export": number, "rows": 1, "references": ["KKKKKKKK"]},
        "export_end": {"export": number, "whole": True, "rows": 1, "damaged": 0},
    }


def test_no_log_entry_of_a_whole_day_holds_an_answer(
    sign_in: SignIn, kestrel: Submission, users: dict[str, Any]
) -> None:
    client = sign_in("booking_administrator", unlock=True)
    client.get(LIST)
    client.get(inspect_url(kestrel))
    client.post(inspect_url(kestrel), {**SEEN, "status": "contacted", "assignee": ""})
    client.post(SEARCH, {"term": "Kestrel"}, follow=True)
    passphrase = PASSPHRASES["booking_administrator"]
    file_of(client.post(f"{LIST}export/", export_fields(passphrase, "xlsx", columns=["status"])))
    client.post(f"{LIST}delete/{kestrel.pk}/")
    assert logged() == [
        ("booking.names", "Vault", {"shown": 1}, "booking_administrator"),
        ("booking.read", "KKKKKKKK", {}, "booking_administrator"),
        (
            "booking.status",
            "KKKKKKKK",
            {
                "before": {"status": "new", "assignee": ""},
                "after": {"status": "contacted", "assignee": ""},
            },
            "booking_administrator",
        ),
        (
            "booking.search",
            "Vault",
            {"found": 1, "references": ["KKKKKKKK"]},
            "booking_administrator",
        ),
        *(
            (f"booking.{action}", "Vault", data, "booking_administrator")
            for action, data in exported_entries().items()
        ),
    ]
    everything = str(list(ModelLogEntry.objects.values()))
    assert [secret for secret in (*SECRETS, passphrase) if secret in everything] == []
