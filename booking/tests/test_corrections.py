"""A form that is sent again: the same answers are one request, other answers a newer one that counts."""

import hashlib
import hmac
import json
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core import signing
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from booking.models import Submission
from booking.public.form.answers import answers_of
from booking.public.form.tokens import new_token, read_token
from booking.submissions.receiving import answers_digest, form_digest
from booking.submissions.remarks import remarks, with_corrections
from booking.tests.factories import sealed_request, store
from booking.vault.models import Epoch
from clinic_site.tests.fixtures import TestVault
from clinic_site.tests.pages import table

LIST = "/admin/booking/submission/"
SignIn = Callable[..., Client]
Post = Callable[..., str]


@pytest.fixture
def post(client: Client, answers: dict[str, str], vault: TestVault) -> Post:
    """post(**changes) sends the one form with those answers changed; returns the reference shown."""

    def send(**changes: str) -> str:
        sent = client.post("/book/", {**answers, **changes})
        assert sent.status_code == 303
        return reference_on(client.get(sent["Location"]))

    return send


def reference_on(page: Any) -> str:
    found = BeautifulSoup(page.content, "html.parser").find(class_="reference")
    return str(found.text)


def stored() -> list[tuple[str, int]]:
    """Reference and number of every request, as they came in."""
    return list(Submission.objects.order_by("correction").values_list("reference", "correction"))


def remarks_on(reference: str) -> list[str]:
    return remarks(with_corrections(Submission.objects.filter(reference=reference)).get())


# What is stored ---------------------------------------------------------------------------------


def test_the_same_answers_are_one_request_however_often_they_are_sent(post: Post) -> None:
    first = post()
    assert [post(), post()] == [first, first]
    assert stored() == [(first, 0)]
    assert remarks_on(first) == []


@pytest.mark.parametrize(
    "change",
    [
        {"phone": "972-555-0135"},
        {"message": "Changed my mind."},
        {"voicemail_ok": ""},
        {"contact_by": "text"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_answer_is_a_second_request_that_corrects_the_first(
    post: Post, change: dict[str, str]
) -> None:
    first, second = post(), post(**change)
    assert stored() == [(first, 0), (second, 1)]
    assert remarks_on(first) == [f"Corrected by {second}: read both"]
    assert remarks_on(second) == [f"Corrects {first}"]


def test_another_notation_of_the_same_answer_is_no_change(post: Post) -> None:
    assert post() == post(phone="(972) 555 0134")


def test_whoever_changes_an_answer_back_is_heard_a_third_time(post: Post) -> None:
    first, second, third = post(), post(phone="972-555-0135"), post()
    assert stored() == [(first, 0), (second, 1), (third, 2)]
    assert remarks_on(first) == [f"Corrected by {third}: read both"]
    assert remarks_on(second) == [f"Corrects {first}", f"Corrected by {third}: read both"]
    assert remarks_on(third) == [f"Corrects {second}"]
    assert post() == third


def test_a_correction_of_a_request_that_was_deleted_says_so(post: Post) -> None:
    first, second = post(), post(phone="972-555-0135")
    Submission.objects.get(reference=first).delete()
    assert remarks_on(second) == ["Corrects a request that was deleted"]
    assert post(phone="972-555-0136") not in (first, second)


def test_a_form_that_was_open_while_the_site_was_updated_is_still_known(post: Post) -> None:
    old = signing.TimestampSigner(salt="booking.form").sign("0" * 32)
    assert post(token=old) == post(token=old)
    row = Submission.objects.get()
    assert (bytes(row.form_digest), row.doubt) == (hashlib.sha256(b"0" * 32).digest(), "")


# At the same moment -----------------------------------------------------------------------------


@pytest.mark.parametrize("is_same", [True, False], ids=["same answers", "other answers"])
def test_a_post_that_loses_the_race_takes_its_place_behind_the_other(
    client: Client, answers: dict[str, str], vault: TestVault, site: SimpleNamespace, is_same: bool
) -> None:
    secret = read_token(answers["token"]).secret
    form = site.book.get_form(_query(answers))
    assert form.is_valid()
    said = answers_digest(secret, answers_of(form)) if is_same else b"others"
    rival = sealed_request(
        site.book, site.location, form_digest=form_digest(secret), answers_digest=said
    )
    waiting = [rival]

    def lose_the_race(run: Callable[..., Any], sql: str, *args: Any) -> Any:
        found = run(sql, *args)
        if waiting and sql.startswith("SELECT") and "answers_digest" in sql:
            store([waiting.pop()])
        return found

    with connection.execute_wrapper(lose_the_race):
        shown = reference_on(client.get(client.post("/book/", answers)["Location"]))
    assert stored() == [(rival.reference, 0)] if is_same else [(rival.reference, 0), (shown, 1)]
    assert (shown == rival.reference) is is_same


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_different_answers_of_one_form_at_the_same_moment_are_all_stored(
    answers: dict[str, str], vault: TestVault
) -> None:
    barrier = threading.Barrier(4)
    statuses: list[int] = []

    def post(message: str) -> None:
        barrier.wait()
        statuses.append(Client().post("/book/", {**answers, "message": message}).status_code)
        connection.close()

    threads = [threading.Thread(target=post, args=(f"Message {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [303] * 4
    assert [number for _reference, number in stored()] == [0, 1, 2, 3]


# What a thief cannot try ------------------------------------------------------------------------


def test_no_column_is_the_key_under_which_the_answers_were_digested(
    client: Client, answers: dict[str, str], post: Post, site: SimpleNamespace
) -> None:
    reference = post()
    form = site.book.get_form(_query(answers))
    assert form.is_valid()
    said = json.dumps(answers_of(form), sort_keys=True).encode()
    row = Submission.objects.get(reference=reference)
    columns = [getattr(row, field.attname) for field in Submission._meta.concrete_fields]
    keys = [
        bytes(each) if isinstance(each, bytes | memoryview) else str(each).encode()
        for each in columns
    ]
    tried = {hmac.digest(key, said, "sha256") for key in keys} | {hashlib.sha256(said).digest()}
    assert bytes(row.answers_digest) not in tried
    secret = read_token(answers["token"]).secret
    assert secret not in b"".join(keys)
    assert bytes(row.answers_digest) == hmac.digest(secret, said, "sha256")


def test_the_same_answers_in_two_forms_have_nothing_in_common(post: Post) -> None:
    post()
    post(token=new_token())
    digests = {bytes(row.answers_digest) for row in Submission.objects.all()}
    forms = {bytes(row.form_digest) for row in Submission.objects.all()}
    assert (len(digests), len(forms)) == (2, 2)


# What people are told ---------------------------------------------------------------------------


def test_the_visitor_is_told_that_the_newer_one_counts(
    client: Client, answers: dict[str, str], vault: TestVault
) -> None:
    pages = []
    for phone in ("972-555-0134", "972-555-0135"):
        sent = client.post("/book/", {**answers, "phone": phone})
        pages.append(client.get(sent["Location"]))
    first = reference_on(pages[0])
    sentence = f"You sent this form before, as {first}. What you sent now counts instead."
    assert [sentence in page.text for page in pages] == [False, True]


def test_a_correction_that_cannot_be_stored_is_not_acknowledged(
    client: Client, answers: dict[str, str], post: Post
) -> None:
    first = post()
    Epoch.objects.update(signature=b"\0" * 64)
    assert client.post("/book/", {**answers, "phone": "972-555-0135"}).status_code == 503
    assert post() == first
    assert stored() == [(first, 0)]


def test_the_check_page_never_says_that_nothing_was_sent(
    client: Client, answers: dict[str, str], post: Post
) -> None:
    # The words that a form carries are signed with the time.
    with time_machine.travel(timezone.now(), tick=False):
        before = client.post("/book/check/", answers)
        post()
        after = client.post("/book/check/", answers)
    lead = BeautifulSoup(after.content, "html.parser").select_one(".lead")
    assert lead.text == (
        "Press “Send the request” when everything is right. What you send last counts."
    )
    assert before.text == after.text


def test_the_desk_shows_which_request_counts_and_leads_from_one_to_the_other(
    sign_in: SignIn, post: Post
) -> None:
    first, second = post(), post(phone="972-555-0135")
    reviewer = sign_in("booking_reviewer", unlock=True)
    header, *rows = table(reviewer.get(LIST))
    assert {row[0]: row[header.index("Remark")] for row in rows} == {
        first: f"Corrected by {second}: read both",
        second: f"Corrects {first}",
    }
    # By an answer of the first one alone.
    found = table(reviewer.post(f"{LIST}search/", {"term": "972-555-0134"}, follow=True))
    remarks = {row[0]: row[found[0].index("Remark")] for row in found[1:]}
    assert remarks == {first: f"Corrected by {second}: read both"}

    row, other = (Submission.objects.get(reference=each) for each in (first, second))
    page = BeautifulSoup(reviewer.get(f"{LIST}inspect/{row.pk}/").content, "html.parser")
    facts = page.select_one(".desk-facts")
    assert f"Corrected by {second}: read both" in facts.text
    assert [link["href"] for link in facts.select("a")] == [f"{LIST}inspect/{other.pk}/"]


def test_the_list_asks_no_more_for_corrections(
    sign_in: SignIn, post: Post, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    reviewer = sign_in("booking_reviewer")
    post()
    reviewer.get(LIST)
    with CaptureQueriesContext(connection) as queries:
        reviewer.get(LIST)
    asked = len(queries)
    for number in range(3):
        post(message=f"Message {number}")
    with django_assert_num_queries(asked):
        reviewer.get(LIST)


def _query(data: dict[str, str]) -> QueryDict:
    query = QueryDict(mutable=True)
    query.update(data)
    return query
