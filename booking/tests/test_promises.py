"""The booking page is not published with what would make the privacy statement false."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings
from wagtail.contrib.forms.models import FORM_FIELD_CHOICES, AbstractEmailForm
from wagtail.models import Revision

from booking.checks import check_page_mails_nothing
from booking.models import BookingFormField, BookingPage
from booking.public import promises
from clinic_site.publishing.gates import PublishingRefused
from clinic_site.tests.pages import messages_of

from .editor import booking_form, question

# A page that is made, if only in memory, asks the database for its content type.
pytestmark = pytest.mark.django_db

# Questions -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Your password for the portal", "password"),
        ("Passphrase?", "Passphrase"),
        ("The PIN of your card", "PIN"),
        ("CVV on the back", "CVV"),
        ("Credit card number", "Credit card number"),
        ("Credit or debit card no.", "debit card no"),
        ("Card number", "Card number"),
        ("What is your card number?", "your card number"),
        ("The number on your debit card", "number on your debit card"),
        ("Social Security number", "Social Security number"),
        ("Last four digits of your social security", "digits of your social security"),
        ("Last 4 of your social", "4 of your social"),
        ("Your SSN, if you do not have an insurance card", "SSN"),
        ("Yes\nNo\nPassword", "Password"),
        ("¿Cuál es su número de seguro social?", "número de seguro social"),
        ("Últimos cuatro dígitos del Seguro Social", "dígitos del Seguro Social"),
        ("Número de su tarjeta de crédito", "Número de su tarjeta"),
        ("Escriba su contraseña", "contraseña"),
    ],
)
def test_a_question_for_a_secret_is_refused(text: str, words: str) -> None:
    assert promises.asks_for_a_secret(text) == (
        f"“{words}” must never be sent by a form, and no appointment needs it. Take it out."
    )


@pytest.mark.parametrize(
    "text",
    [
        "Do you have an insurance card?",
        "Insurance card number",
        "Your card number (Medicare or Medicaid)",
        "What is your insurance member number?",
        "Number on your insurance card",
        "Do you want to pay by credit card?",
        "Do you have Social Security disability benefits?",
        "Do you have a Social Security card?",
        "Medicare\nSocial Security\nNeither",
        "What is the number of your social worker?",
        "Passport or driver's license number",
        "Do you feel pins and needles? Where do you pin it down?",
        "Do you have a password for the portal?",
        "I forgot my password",
        "Help with a portal password reset",
        "Never write a password here.",
        "We do not need your Social Security number.",
        "Do not give a card number.",
        "Número de la tarjeta de seguro médico",
        "¿Recibe beneficios del Seguro Social?",
        "No necesitamos su número de seguro social.",
        "Olvidé mi contraseña",
    ],
)
def test_a_question_for_something_else_and_a_warning_are_fine(text: str) -> None:
    assert promises.asks_for_a_secret(text) is None


def test_every_type_of_the_form_builder_is_offered_but_hidden() -> None:
    types = {name for name, _label in FORM_FIELD_CHOICES}
    assert types - promises.QUESTION_TYPES == {"hidden"}
    refused = {
        name
        for name in [*types, "file"]
        if promises.has_a_type_that_is_not_offered(BookingFormField(field_type=name))
    }
    assert refused == {"hidden", "file"}


def test_a_hidden_answer_is_refused_with_and_without_a_default() -> None:
    reasons = {
        promises.has_a_type_that_is_not_offered(
            BookingFormField(field_type="hidden", default_value=default)
        )
        for default in ("", "spring campaign")
    }
    assert len(reasons) == 1
    assert "does not see" in str(reasons)


@pytest.mark.parametrize("name", ["label", "help_text", "choices"])
def test_a_secret_is_refused_wherever_the_question_asks_for_it(name: str) -> None:
    good = {"label": "Anything else?", "field_type": "singleline"}
    assert list(promises.question_problems(BookingFormField(**good))) == []
    asking = BookingFormField(**{**good, name: "Your password"})
    assert [problem.field for problem in promises.question_problems(asking)] == [name]


# The page ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "is_fine"), [(None, False), (0, False), (1, True), (2555, True), (2556, False)]
)
def test_requests_are_deleted_within_the_time_that_the_site_allows(
    days: int | None, is_fine: bool
) -> None:
    reason = promises.is_deleted_too_late(BookingPage(retention_days=days))
    assert (reason is None) == is_fine


def test_the_longest_time_is_a_setting(settings: Settings) -> None:
    settings.BOOKING_MAX_RETENTION_DAYS = 30
    page = BookingPage(retention_days=31)
    assert "1 to 30 days" in (promises.is_deleted_too_late(page) or "")


def test_a_page_that_can_mail_answers_is_refused_and_an_error() -> None:
    assert "to_address" in (promises.mails_answers(AbstractEmailForm) or "")
    (error,) = check_page_mails_nothing(page=AbstractEmailForm)
    assert (error.id, bool(error.hint)) == ("booking.E002", True)


def test_the_booking_page_can_mail_nothing() -> None:
    assert promises.mails_answers(BookingPage) is None
    assert check_page_mails_nothing() == []


# Publishing ------------------------------------------------------------------------------------


def refused(page: BookingPage) -> dict[str, list[str]]:
    with pytest.raises(PublishingRefused) as refusal:
        page.save()
    return refusal.value.message_dict


def test_a_page_without_fault_may_be_live(site: SimpleNamespace) -> None:
    site.book.save()
    site.book.save_revision().publish()
    assert BookingPage.objects.get().live


def test_all_reasons_are_given_at_once(site: SimpleNamespace) -> None:
    site.book.to_address = "desk@clinic.example"
    site.book.retention_days = 0
    site.book.form_fields.create(label="Your password", field_type="hidden")
    errors = refused(site.book)
    assert set(errors) == {NON_FIELD_ERRORS, "retention_days"}
    assert [reason[:24] for reason in errors[NON_FIELD_ERRORS]] == [
        "The booking page has “to",
        "Question “Your password”",
        "Question “Your password”",
    ]


def test_a_draft_always_saves(site: SimpleNamespace) -> None:
    site.book.unpublish()
    page = BookingPage.objects.get()
    page.retention_days = 0
    page.save()
    page.save_revision()
    assert BookingPage.objects.get().retention_days == 0


def test_a_revision_is_refused_when_it_is_published_by_code(site: SimpleNamespace) -> None:
    site.book.unpublish()
    page = BookingPage.objects.get()
    page.form_fields.create(label="Credit card number", field_type="singleline")
    revision = page.save_revision()
    with pytest.raises(PublishingRefused, match="must never be sent"):
        revision.publish()
    assert not BookingPage.objects.get().live


def test_a_revision_that_is_due_is_left_out_when_its_time_comes(site: SimpleNamespace) -> None:
    page = site.book
    page.retention_days = 0
    revision = page.save_revision(clean=False)
    # As if it had been in order when it was scheduled.
    Revision.objects.filter(pk=revision.pk).update(
        approved_go_live_at=timezone.now() - timedelta(minutes=1)
    )
    said = StringIO()
    with pytest.raises(CommandError, match=r"^1 page was left out\.$"):
        call_command("publish_scheduled", stderr=said)
    assert "Requests must be deleted after 1 to 2555 days" in said.getvalue()
    assert BookingPage.objects.get().retention_days == 365


def test_bulk_publishing_is_refused_with_the_reason(
    site: SimpleNamespace, sign_in: Callable[..., Client]
) -> None:
    page = BookingPage.objects.get()
    page.retention_days = 0
    page.save_revision(clean=False)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    response = sign_in("clinical_reviewer").post(f"{address}?id={page.pk}&next=/admin/")
    assert response.status_code == 302
    refusal, outcome = [" ".join(text.split()) for text in messages_of(response)]
    assert "“Request an appointment” was not published:" in refusal
    assert "deleted after 1 to 2555 days" in refusal
    assert outcome == "None of the chosen pages was published."
    assert BookingPage.objects.get().retention_days == 365


def test_without_a_vault_the_page_is_published_and_closed(
    site: SimpleNamespace, client: Client
) -> None:
    site.book.save_revision().publish()
    assert client.get("/book/").status_code == 503


def test_a_kind_of_visit_that_asks_for_a_secret_is_refused_like_a_question(
    site: SimpleNamespace,
) -> None:
    site.book.visit_kinds.create(label="Follow-up")
    site.book.visit_kinds.create(label="Send your social security number")
    (problem,) = promises.problems(site.book)
    assert str(problem).startswith("Kind of visit “Send your social security number”: ")
    with pytest.raises(PublishingRefused):
        site.book.save_revision().publish()


# In the editor ---------------------------------------------------------------------------------


Post = Callable[..., HttpResponse]


@pytest.fixture
def post(site: SimpleNamespace, sign_in: Callable[..., Client]) -> Post:
    """post(questions, **changes) sends the editor's form as a reviewer who may publish."""
    client, page = sign_in("clinical_reviewer"), site.book

    def send(questions: list[dict[str, Any]] | None = None, **changes: Any) -> HttpResponse:
        address = reverse("wagtailadmin_pages:edit", args=[page.pk])
        return client.post(address, booking_form(page, questions, **changes))

    return send


def errors_of(response: HttpResponse) -> list[str]:
    """Every message of refusal that the editor shows, in the order of the page."""
    page = BeautifulSoup(response.content, "html.parser")
    return [
        " ".join(tag.get_text(" ").split()) for tag in page.select(".error-message, .messages li")
    ]


def test_the_editor_refuses_to_publish_with_the_reason_and_saves_the_draft(post: Post) -> None:
    response = post(retention_days="0", **{"action-publish": "1"})
    assert response.status_code == 200
    assert "deleted after 1 to 2555 days" in " ".join(errors_of(response))
    assert BookingPage.objects.get().retention_days == 365

    assert post(retention_days="0").status_code == 302
    page = BookingPage.objects.get()
    assert (page.retention_days, page.get_latest_revision_as_object().retention_days) == (365, 0)


def test_the_editor_publishes_what_is_in_order_and_what_is_only_advised_against(post: Post) -> None:
    changes = {"confirmation_text": "E-mail us the rest. This form is 100 % secure."}
    response = post([question("Text us first?")], **changes, **{"action-publish": "1"})
    page = BookingPage.objects.get()
    assert (response.status_code, page.confirmation_text) == (302, changes["confirmation_text"])
    assert [field.label for field in page.form_fields.all()] == ["Text us first?"]


def test_the_editor_refuses_a_question_that_was_just_typed(post: Post) -> None:
    bad = [question("Your password", field_type="hidden", default_value="x")]
    response = post(bad, **{"action-publish": "1"})
    text = " ".join(errors_of(response))
    assert response.status_code == 200
    assert ("must never be sent" in text, "does not see" in text) == (True, True)
    assert post(bad).status_code == 302


def test_a_question_that_was_just_removed_or_mended_stands_in_nobodys_way(
    site: SimpleNamespace, post: Post
) -> None:
    stored = [
        BookingFormField.objects.create(
            page=site.book, label=label, field_type="singleline", sort_order=position
        )
        for position, label in enumerate(["Your password", "Your SSN"])
    ]
    removed = question("Your password", id=str(stored[0].pk), DELETE="1")
    mended = question("Your ZIP code", id=str(stored[1].pk))
    response = post([removed, mended], initial=2, **{"action-publish": "1"})
    assert response.status_code == 302
    assert [field.label for field in BookingPage.objects.get().form_fields.all()] == [
        "Your ZIP code"
    ]


def test_a_publication_at_a_later_time_is_refused_at_once(post: Post) -> None:
    later = (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%d %H:%M")
    response = post(retention_days="3000", go_live_at=later, **{"action-publish": "1"})
    assert response.status_code == 200
    assert "1 to 2555 days" in " ".join(errors_of(response))


def test_an_incomplete_question_is_asked_for_and_not_judged(post: Post) -> None:
    response = post([question("", field_type="")], **{"action-publish": "1"})
    assert (response.status_code, b"is not a type of question" in response.content) == (200, False)
