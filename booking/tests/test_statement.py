"""The privacy statement says what the models, the groups and the settings do."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, Permission
from django.db import models
from django.test import Client, override_settings
from django.test.utils import isolate_apps
from pytest_django import DjangoAssertNumQueries, Settings
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from booking.checks import check_clear_fields_have_words
from booking.choices import CORE_FIELDS
from booking.models import BookingPage, Location, RequestTally, Submission, SubmissionNote
from booking.public.form.forms import BookingForm
from booking.public.queries import published_form
from booking.public.statement import (
    CLEAR_WORDS,
    SEALED_FIELDS,
    Readers,
    asked,
    clear_fields,
    deletion,
    duration,
    line_above_form,
    locking,
    readers,
    statement,
    stored_in_clear,
    without_words,
)
from booking.tests.factories import add_question
from booking.vault.models import Grant
from booking.vault.permissions import can_see_vault

EVERYTHING_IN_CLEAR = [
    "the reference of the request, a random code",
    "the page it was sent from",
    "the location it was sent for",
    "when it came in",
    "by when you were promised an answer",
    "whether our staff took it down on the phone",
    "when it is due to be deleted",
    "whether the clinic has to keep it longer",
    "its status, such as new or closed",
    "when the clinic was first in touch about it",
    "who at the clinic takes care of it",
    "why the site was not sure that a person sent it",
    "whether it corrects an earlier request",
    (
        "digests by which the site sees that a form was sent twice, or changed; nobody can tell an "
        "answer from them"
    ),
    "a digest by which the site knows the code with which you can withdraw the request",
    "random codes by which the site tells requests and notes apart",
    "which key it was encrypted with, and in which format",
    "which request a note of the clinic belongs to",
    "who wrote a note, and when",
    (
        "how many requests came in each week for each location, after how many hours the clinic was in "
        "touch and whether in time; these numbers, without reference and day, stay for a year when "
        "requests are deleted"
    ),
    "what was done with a request, by whom and when; this record stays when the request is deleted",
]
ROLES = ["Booking administrators", "Booking reviewers"]


def use_vault() -> Permission:
    return Permission.objects.get(content_type__app_label="vault", codename="use_vault")


def line(client: Client) -> str:
    """The line above the form as a visitor reads it."""
    page = BeautifulSoup(client.get("/book/").content, "html.parser")
    return " ".join(page.select_one("p.sealed").get_text(" ").split())


@pytest.fixture
def wider_request() -> Any:
    """The class of a request with one more column in clear."""
    with isolate_apps("booking"):

        class WiderRequest(models.Model):
            reference = models.CharField(max_length=8)
            date_of_birth = models.DateField()
            sealed = models.BinaryField()

            class Meta:
                app_label = "booking"

        yield WiderRequest


# What is asked ---------------------------------------------------------------------------------


def test_the_core_questions_are_those_of_the_form_with_consent_last(site: SimpleNamespace) -> None:
    # It offers neither kinds of visit nor visits by video.
    names = [name for name in CORE_FIELDS if name not in {"visit_kind", "visit_by"}]
    assert asked(site.book) == [str(BookingForm.base_fields[name].label) for name in names]


def test_what_only_some_clinics_ask_is_named_where_it_is_asked(site: SimpleNamespace) -> None:
    before = asked(site.book)
    site.book.visit_kinds.create(label="Follow-up")
    Location.objects.update(offers_video=True)
    more = [str(BookingForm.base_fields[name].label) for name in ("visit_kind", "visit_by")]
    assert sorted(asked(site.book)) == sorted([*before, *more])


def test_an_extra_question_stands_before_consent(site: SimpleNamespace) -> None:
    before = asked(site.book)
    add_question(site.book, "Have you been here before?")
    site.book.refresh_from_db()
    page = BookingPage.objects.get()
    assert asked(page) == [*before[:-1], "Have you been here before?", before[-1]]


def test_a_question_of_a_draft_is_not_asked_yet(site: SimpleNamespace) -> None:
    site.book.form_fields.create(label="Only a draft", field_type="singleline")
    site.book.save_revision()
    assert "Only a draft" not in statement(published_form()).asked


# What is stored in clear -----------------------------------------------------------------------


def test_every_clear_column_has_words_and_no_words_are_left_over() -> None:
    assert {model: set(words) for model, words in CLEAR_WORDS.items()} == {
        model: {field.name for field in model._meta.get_fields() if field.concrete} - SEALED_FIELDS
        for model in (Submission, SubmissionNote, RequestTally, ModelLogEntry)
    }


def test_what_is_kept_of_a_deleted_request_is_named(
    make: Callable[..., Submission],
) -> None:
    submission = make()
    log(instance=submission, action="booking.read")
    submission.delete()

    assert ModelLogEntry.objects.filter(label=submission.reference).exists()
    assert "this record stays when the request is deleted" in stored_in_clear()[-1]


def test_the_statement_names_everything_in_clear_once() -> None:
    assert stored_in_clear() == EVERYTHING_IN_CLEAR
    assert check_clear_fields_have_words() == []


def test_a_new_column_without_words_is_an_error(wider_request: Any) -> None:
    clear = {wider_request: {"id": "a number", "reference": "a code"}}
    (error,) = check_clear_fields_have_words(clear=clear)
    assert (error.id, error.obj) == ("booking.E001", wider_request)
    assert "WiderRequest.date_of_birth" in error.msg
    assert "CLEAR_WORDS" in error.hint


def test_a_new_column_with_words_is_in_order(wider_request: Any) -> None:
    words = {"id": "a number", "reference": "a code", "date_of_birth": "when they were born"}
    assert check_clear_fields_have_words(clear={wider_request: words}) == []
    assert stored_in_clear({wider_request: words}) == ["a number", "a code", "when they were born"]


def test_empty_words_are_no_words(wider_request: Any) -> None:
    words = {"id": "a number", "reference": "a code", "date_of_birth": ""}
    assert without_words(wider_request, words) == ["date_of_birth"]


def test_a_column_without_words_is_shown_all_the_same(wider_request: Any) -> None:
    assert stored_in_clear({wider_request: {"id": "a number", "reference": "a code"}}) == [
        "a number",
        "a code",
        "date of birth",
    ]


def test_words_for_a_column_that_is_gone_are_not_shown(wider_request: Any) -> None:
    assert "an address" not in stored_in_clear({wider_request: {"ip_address": "an address"}})


def test_the_sealed_column_is_the_only_one_that_is_not_in_clear() -> None:
    columns = {field.name for field in Submission._meta.concrete_fields}
    assert columns - set(clear_fields(Submission)) == {"sealed"}


# Who can open it -------------------------------------------------------------------------------


def test_nobody_can_open_anything_before_the_vault_is_made(db: None) -> None:
    assert readers() == Readers(people=0, roles=ROLES, has_recovery_sheet=False)
    assert readers().count == "Nobody can read it yet."


def test_the_people_with_a_grant_are_counted_and_the_recovery_sheet_is_not_one_of_them(
    vault: object,
) -> None:
    assert readers() == Readers(people=2, roles=ROLES, has_recovery_sheet=True)
    assert readers().count == "Two people at the clinic can read it."


def test_a_grant_that_is_taken_away_counts_no_more(vault: object, users: dict[str, Any]) -> None:
    Grant.objects.filter(reviewer__user=users["booking_reviewer"]).delete()
    assert readers().count == "One person at the clinic can read it."


def test_an_administrator_without_a_grant_does_not_count(vault: object) -> None:
    Group.objects.get(name="Booking reviewers").permissions.add(use_vault())
    assert readers().people == 2


def test_the_roles_are_the_groups_that_may_use_the_vault(db: None) -> None:
    Group.objects.get(name="Booking reviewers").permissions.remove(use_vault())
    assert readers().allowed_by == (
        "Roles that allow it: Booking administrators and administrators of the site."
    )
    Group.objects.get(name="Editors").permissions.add(use_vault())
    assert readers().roles == ["Booking administrators", "Editors"]
    assert readers().allowed_by == (
        "Roles that allow it: Booking administrators, Editors and administrators of the site."
    )


def test_administrators_of_the_site_may_use_the_vault_without_any_group(
    users: dict[str, Any],
) -> None:
    for group in Group.objects.all():
        group.permissions.remove(use_vault())
    assert can_see_vault(users["administrator"])
    assert readers().allowed_by == "Roles that allow it: administrators of the site."


def test_people_who_may_use_the_vault_by_name_are_told_of(users: dict[str, Any]) -> None:
    assert not readers().has_people_by_name
    users["editor"].user_permissions.add(use_vault())
    assert readers().allowed_by == (
        "Roles that allow it: Booking administrators, Booking reviewers, administrators of the site "
        "and people who were allowed to by name."
    )


def test_the_locking_times_are_those_of_the_settings() -> None:
    assert locking() == (
        "What was opened locks again after 15 minutes without use, and after 8 hours in any case."
    )
    with override_settings(VAULT_IDLE_SECONDS=90, VAULT_ABSOLUTE_SECONDS=3600):
        assert locking() == (
            "What was opened locks again after 90 seconds without use, and after 1 hour in any case."
        )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (5400, "90 minutes"),
        (7200, "2 hours"),
    ],
)
def test_a_time_is_told_in_the_largest_unit_that_leaves_no_rest(seconds: int, words: str) -> None:
    assert duration(seconds) == words


# When it is deleted ----------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "words"), [(1, "a day"), (30, "30 days"), (365, "a year")])
def test_the_time_until_deletion_is_that_of_the_page(days: int, words: str) -> None:
    page = BookingPage(retention_days=days)
    assert deletion(page) == f"It is due to be deleted {words} after it came in."


# The whole statement ---------------------------------------------------------------------------


def test_the_statement_is_that_of_the_published_page(site: SimpleNamespace, vault: object) -> None:
    BookingPage.objects.update(retention_days=40)
    facts = statement(published_form())
    assert (facts.in_clear, facts.readers.people) == (EVERYTHING_IN_CLEAR, 2)
    assert facts.deletion == "It is due to be deleted 40 days after it came in."
    assert facts.asked == asked(site.book)


def test_without_a_published_form_nothing_is_asked_and_the_rest_still_holds(
    site: SimpleNamespace, vault: object
) -> None:
    site.book.unpublish()
    facts = statement(published_form())
    assert (facts.asked, facts.deletion) == ([], "")
    assert (facts.in_clear, facts.readers.people) == (EVERYTHING_IN_CLEAR, 2)


def test_the_statement_takes_eleven_queries_and_the_line_two(
    site: SimpleNamespace, vault: object, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3):
        add_question(site.book, f"Question {number}?")
    with django_assert_num_queries(11):
        statement(published_form())
    with django_assert_num_queries(2):
        line_above_form(site.book)


# The line above the form -----------------------------------------------------------------------


def test_the_line_above_the_form_takes_its_facts_from_the_same_place(
    site: SimpleNamespace, vault: object, client: Client
) -> None:
    assert line(client) == (
        "Encrypted before it is stored. Two people at the clinic can read it. Deleted after a year."
    )


def test_the_line_changes_with_the_page_and_the_vault(
    site: SimpleNamespace, vault: object, client: Client, users: dict[str, Any]
) -> None:
    BookingPage.objects.update(retention_days=30)
    Grant.objects.filter(reviewer__user=users["booking_reviewer"]).delete()
    assert line(client) == (
        "Encrypted before it is stored. One person at the clinic can read it. Deleted after 30 days."
    )


def test_the_line_stands_above_a_form_with_errors_too(
    site: SimpleNamespace, vault: object, client: Client
) -> None:
    page = BeautifulSoup(client.post("/book/", {}).content, "html.parser")
    (shown,) = page.select("p.sealed")
    assert " ".join(shown.get_text(" ").split()) == " ".join(line_above_form(site.book))


def test_a_closed_page_has_no_such_line(site: SimpleNamespace, client: Client) -> None:
    response = client.get("/book/")
    assert (response.status_code, b'class="sealed"' in response.content) == (503, False)
    assert "privacy_line" not in response.context


def test_the_preview_shows_the_line_of_the_draft(
    site: SimpleNamespace, sign_in: Callable[..., Client], settings: Settings
) -> None:
    site.book.retention_days = 12
    text = site.book.make_preview_request().content.decode()
    assert "Deleted after 12 days." in text
