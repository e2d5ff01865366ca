"""A visitor's request, from the post to the stored row and the confirmation."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.db.models.signals import pre_save
from django.test import Client
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from booking.choices import Doubt, Status
from booking.log_actions import RECEIVE
from booking.models import BookingPage, Submission
from booking.public.form.tokens import new_token, sign_reference
from booking.submissions.receiving import REFERENCE_ALPHABET, new_reference
from booking.tests.factories import add_question, sealed_request, store
from booking.vault.models import Epoch
from clinic_site.tests.fixtures import TestVault, next_weekday
from clinic_site.tests.pages import confirmed, table, typed_values

# A Wednesday, noon at the clinic.
NOW = datetime(2026, 10, 7, 17, 0, tzinfo=UTC)
CANARIES = {
    "name": "Kestrel Quillfeather",
    "phone": "(972) 555-0147",
    "email": "kestrel.quillfeather@example.com",
    "message": "Zinnia marmalade & <b>thunder</b>",
}


@pytest.fixture(autouse=True)
def frozen() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@contextmanager
def before_saving(handler: Callable[[Submission], None]) -> Iterator[None]:
    """Runs the handler at the last moment before a request is written."""

    def receiver(sender: Any, instance: Submission, **kwargs: Any) -> None:
        handler(instance)

    pre_save.connect(receiver, sender=Submission)
    try:
        yield
    finally:
        pre_save.disconnect(receiver, sender=Submission)


def stored_values() -> str:
    """Everything that every table of the database holds, as text."""
    with connection.cursor() as cursor:
        parts = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            parts += [
                bytes(value).decode("latin-1")
                if isinstance(value, bytes | memoryview)
                else str(value)
                for row in cursor.fetchall()
                for value in row
            ]
    return "\n".join(parts)


# The way of a request


def test_a_request_is_stored_and_leads_to_a_confirmation_with_its_reference(
    client: Client, answers: dict[str, str], vault: TestVault
) -> None:
    response = client.post("/book/", answers)
    submission = Submission.objects.get()
    assert response.status_code == 303
    assert response["Location"].startswith(f"/book/received/?reference={submission.reference}%3A")
    page = client.get(response["Location"])
    assert page.status_code == 200
    shown = BeautifulSoup(page.content, "html.parser").find(class_="reference").text
    assert shown == submission.reference


def test_the_clear_columns_are_all_that_is_readable(
    send: Callable[..., Submission], site: SimpleNamespace
) -> None:
    submission = send()
    columns = {
        field.attname: getattr(submission, field.attname) for field in Submission._meta.fields
    }
    opaque = {
        key: columns.pop(key)
        for key in (
            *("id", "reference", "sealed", "form_digest", "answers_digest", "withdrawal_digest"),
        )
    }
    assert columns == {
        "page_id": site.book.pk,
        "location_id": site.location.pk,
        "received_at": NOW,
        "due_at": datetime(2026, 10, 9, 22, 0, tzinfo=UTC),
        "by_phone": False,
        "status": "new",
        "contacted_at": None,
        "assignee_id": None,
        "doubt": "",
        "correction": 0,
        "key_id": bytes(Epoch.objects.get().key_id),
        "schema": 1,
        "delete_after": date(2027, 10, 7),
        "hold": False,
    }
    assert str(submission) == opaque["reference"]


def test_nothing_that_was_typed_is_readable_in_any_table(
    site: SimpleNamespace, send: Callable[..., Submission]
) -> None:
    key = add_question(site.book, "Insurance", "singleline")
    before = stored_values()
    send(**CANARIES, **{key: "Wombat Mutual"})
    stored = stored_values()
    for value in (*CANARIES.values(), "Wombat", "Kestrel", "5550147", "555-0147", "marmalade"):
        assert value not in stored
    assert stored != before


def test_the_search_through_the_tables_finds_what_is_readable(
    site: SimpleNamespace, send: Callable[..., Submission]
) -> None:
    submission = send()
    assert submission.reference in stored_values()


def test_a_request_is_sealed_before_anything_is_written(
    client: Client, answers: dict[str, str], vault: TestVault
) -> None:
    Epoch.objects.update(public_key=b"not a key")
    with connection.execute_wrapper(refuse_writes):
        assert client.post("/book/", answers).status_code == 503
    assert Submission.objects.count() == 0


def refuse_writes(run: Callable[..., Any], sql: str, *args: Any) -> Any:
    assert not sql.startswith(("INSERT", "UPDATE", "DELETE")), sql
    return run(sql, *args)


def test_a_request_has_one_log_entry_that_holds_no_answer(
    send: Callable[..., Submission],
) -> None:
    submission = send(**CANARIES)
    entries = ModelLogEntry.objects.filter(action__startswith="booking.")
    assert list(entries.values_list("action", "object_id", "label", "data", "user")) == [
        ("booking.receive", str(submission.pk), submission.reference, {}, None)
    ]


def test_its_log_entry_is_the_one_that_wagtail_would_write(send: Callable[..., Submission]) -> None:
    submission = send()
    ours = ModelLogEntry.objects.get(action=RECEIVE)
    theirs = log(instance=submission, action=RECEIVE)
    fields = [field.attname for field in ModelLogEntry._meta.concrete_fields]
    assert [name for name in fields if getattr(ours, name) != getattr(theirs, name)] == ["id"]


def test_a_request_is_deleted_after_the_days_that_the_page_says(
    site: SimpleNamespace, send: Callable[..., Submission], frozen: Any
) -> None:
    BookingPage.objects.update(retention_days=30)
    frozen.move_to(datetime(2026, 10, 8, 3, 0, tzinfo=UTC))  # still the 7th at the clinic
    assert send().delete_after == date(2026, 11, 6)


def test_references_are_eight_characters_that_cannot_be_confused() -> None:
    references = [new_reference() for _ in range(2000)]
    assert {len(reference) for reference in references} == {8}
    assert set("".join(references)) == set(REFERENCE_ALPHABET)
    assert len(set(references)) == 2000
    assert set("0O1IL2Z5S8BUV") & set(REFERENCE_ALPHABET) == set()


# Once and only once


def test_a_form_that_was_heard_is_still_confirmed_when_nothing_new_can_be_taken(
    client: Client, answers: dict[str, str], vault: TestVault
) -> None:
    first = client.post("/book/", answers)
    Epoch.objects.update(signature=b"\0" * 64)
    assert client.post("/book/", {**answers, "token": new_token()}).status_code == 503
    assert confirmed(client.post("/book/", answers)) == confirmed(first)
    assert Submission.objects.count() == 1


def test_two_forms_with_the_same_answers_are_two_requests(
    send: Callable[..., Submission],
) -> None:
    assert send().reference != send().reference
    assert Submission.objects.count() == 2


def test_a_reference_that_exists_already_loses_nothing_that_was_typed(
    client: Client, answers: dict[str, str], vault: TestVault, site: SimpleNamespace
) -> None:
    store([sealed_request(site.book, site.location, reference="AAAAAAAA")])

    def collide(late: Submission) -> None:
        late.reference = "AAAAAAAA"

    with before_saving(collide):
        response = client.post("/book/", answers)
    assert response.status_code == 503
    assert typed_values(response.text)["message"] == answers["message"]
    assert Submission.objects.count() == 1
    assert client.post("/book/", typed_values(response.text)).status_code == 303


# The confirmation


def test_reading_the_confirmation_again_stores_nothing(
    client: Client, answers: dict[str, str], vault: TestVault
) -> None:
    address = client.post("/book/", answers)["Location"]
    pages = {client.get(address).text for _ in range(3)}
    assert len(pages) == 1
    assert Submission.objects.count() == 1


def test_the_confirmation_holds_no_answer(
    client: Client, answers: dict[str, str], vault: TestVault
) -> None:
    response = client.post("/book/", {**answers, **CANARIES})
    text = response["Location"] + client.get(response["Location"]).text
    for value in (*CANARIES.values(), "Kestrel", "Quillfeather", "marmalade"):
        assert value not in text


@pytest.mark.parametrize(
    "reference",
    ["", "AAAAAAAA", "AAAAAAAA:", "AAAAAAAA:made-up", "<script>alert(1)</script>", "é\x00:é"],
)
def test_a_made_up_reference_shows_none(
    client: Client, site: SimpleNamespace, reference: str
) -> None:
    response = client.get("/book/received/", {"reference": reference})
    assert response.status_code == 200
    page = BeautifulSoup(response.content, "html.parser")
    assert page.find(class_="reference") is None
    assert "AAAAAAAA" not in response.text
    assert "<script>alert" not in response.text


def test_a_reference_signed_here_is_shown(client: Client, site: SimpleNamespace) -> None:
    response = client.get("/book/received/", {"reference": sign_reference("AAAAAAAA")})
    shown = BeautifulSoup(response.content, "html.parser").find(class_="reference").text
    assert shown == "AAAAAAAA"


def test_posting_to_the_confirmation_stores_nothing(
    client: Client, answers: dict[str, str], vault: TestVault
) -> None:
    client.post("/book/received/", answers)
    assert Submission.objects.count() == 0


# What the site doubts waits to be looked at


@pytest.mark.parametrize(
    ("changes", "headers", "stored"),
    [
        ({}, {}, (Status.NEW, "")),
        ({"re_subject": "https://spam.example"}, {}, (Status.CHECK, Doubt.TRAP)),
        ({"token": ""}, {}, (Status.CHECK, Doubt.TOKEN)),
        ({"token": None}, {}, (Status.CHECK, Doubt.TOKEN)),
        ({"token": "forged"}, {}, (Status.CHECK, Doubt.TOKEN)),
        ({"token": f"{'A' * 43}:forged"}, {}, (Status.CHECK, Doubt.TOKEN)),
        ({}, {"Sec-Fetch-Site": "cross-site"}, (Status.CHECK, Doubt.ELSEWHERE)),
        ({}, {"Sec-Fetch-Site": "same-origin"}, (Status.NEW, "")),
        ({}, {"Sec-Fetch-Site": "none"}, (Status.NEW, "")),
    ],
)
def test_what_is_doubted_is_kept_and_sees_the_same_confirmation(
    client: Client,
    answers: dict[str, str],
    send: Callable[..., Submission],
    changes: dict[str, Any],
    headers: dict[str, str],
    stored: tuple[str, str],
) -> None:
    data = {key: value for key, value in {**answers, **changes}.items() if value is not None}
    response = client.post("/book/", data, headers=headers)
    submission = Submission.objects.get()
    assert response.status_code == 303
    assert (submission.status, submission.doubt) == stored
    address = confirmed(response)
    page = client.get(address).text.replace(submission.reference, "REFERENCE")
    usual = send()
    address = f"/book/received/?reference={sign_reference(usual.reference)}"
    assert page == client.get(address).text.replace(usual.reference, "REFERENCE")


@pytest.mark.parametrize("days", [0, 1, 365], ids="{} days".format)
def test_how_long_a_form_was_open_is_no_doubt(
    client: Client, answers: dict[str, str], vault: TestVault, frozen: Any, days: int
) -> None:
    token = typed_values(client.get("/book/").text)["token"]
    frozen.shift(timedelta(days=days))
    later = {"token": token, "preferred_day": next_weekday().isoformat()}
    sent = client.post("/book/", {**answers, **later})
    assert sent.status_code == 303
    assert Submission.objects.get().status == Status.NEW


def test_a_doubted_request_waits_and_is_listed_with_the_reason(
    send: Callable[..., Submission], sign_in: Callable[..., Client]
) -> None:
    send()
    doubted = send(re_subject="https://spam.example")
    reviewer = sign_in("booking_reviewer")
    header, *rows = table(reviewer.get("/admin/booking/submission/?status=check"))
    assert [dict(zip(header, row, strict=True)) for row in rows] == [
        {
            "Reference": doubted.reference,
            "Location": "Allen",
            "Received": "10/07/2026 noon",
            "Answer due": "Fri 5 p.m.",
            "Status": "To look at",
            "Remark": "A field that people do not see was filled in",
            "Assignee": "-",
        }
    ]


def test_whoever_doubts_changes_nothing_else_of_a_request(
    send: Callable[..., Submission],
) -> None:
    send(re_subject="https://spam.example")
    assert ModelLogEntry.objects.get(action="booking.receive").data == {}


def test_the_trap_fields_are_never_sealed(
    send: Callable[..., Submission], sign_in: Callable[..., Client]
) -> None:
    submission = send(re_subject="https://spam.example")
    page = sign_in("booking_reviewer", unlock=True).get(
        f"/admin/booking/submission/inspect/{submission.pk}/"
    )
    assert "Robin Sample" in page.text
    assert "spam.example" not in page.text


# What the form and its answers look like from outside


def test_a_form_that_was_just_shown_can_be_sent_without_a_cookie_or_a_csrf_token(
    site: SimpleNamespace, answers: dict[str, str], vault: TestVault, frozen: Any
) -> None:
    visitor = Client(enforce_csrf_checks=True)
    shown = typed_values(visitor.get("/book/").text)
    frozen.shift(20)
    data = {**answers, "token": shown["token"]}
    assert visitor.post("/book/", data).status_code == 303
    assert Submission.objects.get().status == Status.NEW


def test_every_form_has_a_token_of_its_own(
    client: Client, site: SimpleNamespace, vault: TestVault
) -> None:
    tokens = [typed_values(client.get("/book/").text)["token"] for _ in range(2)]
    assert tokens[0] != tokens[1]


def test_a_refused_form_comes_back_with_everything_that_was_typed(
    client: Client, answers: dict[str, str], vault: TestVault, site: SimpleNamespace
) -> None:
    keys = {
        kind: add_question(site.book, f"Question {kind}", kind, choices="Red\nBlue")
        for kind in ("multiline", "dropdown", "checkbox", "date")
    }
    typed = {
        **answers,
        "name": 'Robin "R" <Sample>',
        "phone": "555-01",
        "email": "robin@",
        "contact_by": "text",
        "preferred_day": "sometime soon",
        "preferred_time": "midday",
        "message": "\r\nfirst line\r\n  second & last",
        keys["multiline"]: "</textarea><p>gotcha",
        keys["checkbox"]: "on",
        keys["date"]: "eventually",
    }
    response = client.post("/book/", typed)
    assert response.status_code == 200
    back = typed_values(response.text)
    back.pop(keys["dropdown"], None)
    assert back == {**typed, "message": "\nfirst line\n  second & last"}
    assert BeautifulSoup(response.content, "html.parser").find("p", string="gotcha") is None
    assert Submission.objects.count() == 0


def test_each_refusal_stands_beside_its_field_and_in_the_summary(
    client: Client, answers: dict[str, str], vault: TestVault
) -> None:
    data = {**answers, "name": "", "contact_by": "", "consent": ""}
    page = BeautifulSoup(client.post("/book/", data).content, "html.parser")
    links = {link["href"]: link.text for link in page.select(".error-summary a")}
    assert links == {
        "#id_name": "Enter your name, so that we know whom to ask for.",
        "#id_contact_by_0": "Choose how we should reach you.",
        "#id_consent": "Tick the box to let us store your request and contact you.",
    }
    assert {page.find(id=href.removeprefix("#")) is not None for href in links} == {True}
    assert len(page.select(".field.has-error")) == 3


def test_the_form_may_be_kept_by_its_visitors_browser_and_the_confirmation_by_nobody(
    client: Client, answers: dict[str, str], vault: TestVault
) -> None:
    stored = client.post("/book/", answers)
    pages = {
        "form": client.get("/book/"),
        "errors": client.post("/book/", {"name": "Robin Sample"}),
        "confirmation": client.get(stored["Location"]),
    }
    assert {name: page["Cache-Control"] for name, page in pages.items()} == {
        "form": "private, no-cache",
        "errors": "private, no-cache",
        "confirmation": "max-age=0, no-cache, no-store, must-revalidate, private",
    }


def test_a_visitor_gets_no_cookie(client: Client, site: SimpleNamespace, vault: TestVault) -> None:
    article = "/articles/how-does-ketamine-work-for-depression/"
    pages = ["/", "/articles/", article, "/common-questions/", "/book/", "/book/received/"]
    others = ["/robots.txt", "/sitemap.xml", "/nowhere/", "/healthz"]
    cookies = {address: dict(client.get(address).cookies) for address in (*pages, *others)}
    assert cookies == {address: {} for address in (*pages, *others)}


def test_sending_a_request_sets_no_cookie(
    client: Client, answers: dict[str, str], vault: TestVault
) -> None:
    client.get(client.post("/book/", answers)["Location"])
    client.post("/book/", {})
    assert dict(client.cookies) == {}


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_not_allowed(
    client: Client, site: SimpleNamespace, vault: TestVault, method: str
) -> None:
    statuses = Counter(
        getattr(client, method)(path).status_code for path in ("/book/", "/book/received/")
    )
    assert statuses == {405: 2}


def test_a_post_to_another_page_is_not_allowed(client: Client, site: SimpleNamespace) -> None:
    assert client.post("/common-questions/", {"name": "x"}).status_code == 405


def test_the_form_says_nothing_of_requests_that_were_sent(
    client: Client, send: Callable[..., Submission]
) -> None:
    submission = send(**CANARIES)
    page = client.get("/book/").text
    assert submission.reference not in page
    assert re.search("Kestrel|Quillfeather|marmalade", page) is None
