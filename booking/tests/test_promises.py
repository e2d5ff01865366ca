"""The booking page is not published with what would make the privacy statement false."""

import time
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
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from booking import promises
from booking.checks import check_page_mails_nothing
from booking.models import BookingFormField, BookingPage
from clinic_site.publishing import PublishingRefused

from .pages import messages_of

# Texts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        '<p>Write to <a href="mailto:desk@clinic.example">the desk</a>.</p>',
        '<p>Use <a href="https://forms.elsewhere.example/x">this form</a>.</p>',
        '<p>Use <a href="//elsewhere.example">this form</a>.</p>',
        "<p>Use <a href='sms:5550100'>a text</a>.</p>",
        '<p>Use <a href="http://[broken">this</a>.</p>',
        "Write to desk@clinic.example.",
        "Write to desk (at) clinic.example.",
        "<p>Write to desk<b>@</b>clinic.example.</p>",
        "Write to desk\u200b@clinic.example.",
        "See https://elsewhere.example/form.",
        "See www.elsewhere.example.",
        "See typeform.com/to/abc.",
    ],
)
def test_a_way_past_the_form_is_refused(text: str) -> None:
    assert "would not be encrypted" in (promises.leads_elsewhere(text) or "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        '<p>See <a linktype="page" id="3">how we keep it</a>.</p>',
        '<p>Call <a href="tel:9725550100">us</a>.</p>',
        '<p>See <a href="/privacy/">how</a> or <a href="#form">below</a>.</p>',
        '<p>See <a href="http://testserver/privacy/">how</a>.</p>',
        "See https://localhost/privacy/. For example at 9.30 or/and later, e.g. at noon.",
    ],
)
def test_a_link_within_the_site_and_a_phone_number_are_fine(text: str) -> None:
    assert promises.leads_elsewhere(text) is None


def test_a_site_that_takes_every_host_name_still_knows_its_own(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["*", ".clinic.example"]
    settings.WAGTAILADMIN_BASE_URL = "https://main.example"
    links = ["https://elsewhere.example", "https://www.clinic.example", "https://main.example/x"]
    assert [promises.leads_elsewhere(link) is None for link in links] == [False, True, True]


@pytest.mark.parametrize(
    "text",
    [
        "Send us the details by e-mail.",
        "<p>Thank you.</p><p>Please send your history by ordinary email.</p>",
        "You can also write to us by text message.",
        "You may give more details in an e-mail.",
        "If you want, e-mail us.",
        "Fax us your insurance card.",
        "Please write us an email about it.",
    ],
)
def test_asking_for_an_ordinary_message_is_refused(text: str) -> None:
    assert "outside this form" in (promises.asks_for_ordinary_messages(text) or "")


@pytest.mark.parametrize(
    "text",
    [
        "We answer by phone or by e-mail.",
        "Someone reads it and sends you an answer by e-mail.",
        "Then we send an e-mail with the time.",
        "Tell us how we should reach you, by phone or by e-mail.",
        "Please do not send anything by e-mail.",
        "Thank you. Never e-mail us your history.",
        "Do you read e-mail?",
    ],
)
def test_how_the_clinic_answers_and_a_warning_are_fine(text: str) -> None:
    assert promises.asks_for_ordinary_messages(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Your request is never deleted.",
        "It will never be deleted.",
        "Requests are kept for ever.",
        "This form is anonymous.",
        "We read it anonymously.",
        "We guarantee an answer.",
        "Guaranteed within a day.",
        "100 % private.",
        "A hundred percent safe.",
        "<p>It is completely <b>secure</b>.</p>",
        "An unhackable form.",
    ],
)
def test_a_claim_that_the_site_cannot_keep_is_refused(text: str) -> None:
    assert "promises more than" in (promises.claims_too_much(text) or "")


@pytest.mark.parametrize(
    "text",
    [
        "What you send is encrypted before it is stored.",
        "Your request is not anonymous: we need your name.",
        "This is not guaranteed; we cannot guarantee a day.",
        "It is deleted after a year.",
        "A visit costs 100 dollars.",
    ],
)
def test_a_claim_that_is_true_is_fine(text: str) -> None:
    assert promises.claims_too_much(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "We do not store your data.",
        "We don’t keep anything you write.",
        "Your answers are never saved.",
        "Nothing you send is stored.",
        "It is end-to-end encrypted.",
        "This form is HIPAA compliant.",
    ],
)
def test_a_claim_about_what_the_server_does_is_refused(text: str) -> None:
    assert "promises more" in (promises.claims_too_much(text) or "")


@pytest.mark.parametrize(
    "text",
    [
        "We delete requests after 30 days.",
        "<p>Thank you.</p><p>Your request is deleted right after we read it.</p>",
        "We keep your request for 90 days.",
        "Answers are kept for two years.",
        "Only our doctors read your request.",
        "Nobody else will see it.",
        "Only the intake team can open your answers.",
        "What you send is read only by our nurses.",
        "It is only read by Dr. Adams.",
    ],
)
def test_a_second_account_of_who_reads_and_when_it_is_deleted_is_refused(text: str) -> None:
    assert "line above the form" in (promises.says_what_the_page_says(text) or "")


@pytest.mark.parametrize(
    "text",
    [
        "We read every request on working days and answer within two days.",
        "It is read by a member of staff on working days.",
        "If an appointment is not kept, we charge a fee.",
        "Keep it for two weeks. If you do not keep it, call us.",
        "We do not keep a waiting list. We only see adults.",
        "Only open this page on your own phone.",
        "Please do not keep taking it for more than two weeks.",
        "Your answers are stored, sealed.",
    ],
)
def test_what_else_is_said_about_reading_and_keeping_is_fine(text: str) -> None:
    assert [rule(text) for rule in promises.TEXT_RULES] == [None] * len(promises.TEXT_RULES)


@pytest.mark.parametrize("piece", ["a", "deleted ", "it is kept ", "only a ", "send a ", "a."])
def test_a_very_long_text_is_read_in_a_moment(piece: str) -> None:
    text = f"We keep it {piece * (20_000 // len(piece))}"
    started = time.process_time()
    for rule in (*promises.TEXT_RULES, promises.asks_for_a_secret):
        rule(text)
    assert time.process_time() - started < 2


# Questions -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Your password for the portal",
        "Passphrase?",
        "The PIN of your card",
        "Credit card number",
        "The number on your debit card",
        "CVV",
        "Social Security number",
        "Last four digits of your social security",
        "SSN",
        "Bank account number",
    ],
)
def test_a_question_for_a_secret_is_refused(text: str) -> None:
    assert "must never be sent by a form" in (promises.asks_for_a_secret(text) or "")


@pytest.mark.parametrize(
    "text",
    [
        "Do you have an insurance card?",
        "Insurance card number",
        "Do you receive Social Security benefits?",
        "Do you feel pins and needles? Where do you pin it down?",
        "Never write a password here.",
        "Do not give a card number.",
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


@pytest.mark.parametrize("name", promises.QUESTION_TEXTS)
def test_every_text_of_a_question_is_read(name: str) -> None:
    good = {"label": "Anything else?", "field_type": "singleline"}
    assert list(promises.question_problems(BookingFormField(**good))) == []
    texts = ["Mail desk@clinic.example", "E-mail us", "It is anonymous", "Your password"]
    found = [
        [
            problem.field
            for problem in promises.question_problems(BookingFormField(**{**good, name: text}))
        ]
        for text in texts
    ]
    assert found == [[name]] * 4


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


@pytest.mark.parametrize("name", promises.PAGE_TEXTS)
def test_every_text_of_the_page_is_read(site: SimpleNamespace, name: str) -> None:
    setattr(site.book, name, "<p>It is anonymous. Mail desk@clinic.example or e-mail us.</p>")
    errors = refused(site.book)
    assert {field: len(reasons) for field, reasons in errors.items()} == {name: 3}


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
    page.confirmation_text = "E-mail us the rest."
    revision = page.save_revision(clean=False)
    # As if it had been in order when it was scheduled.
    Revision.objects.filter(pk=revision.pk).update(
        approved_go_live_at=timezone.now() - timedelta(minutes=1)
    )
    said = StringIO()
    with pytest.raises(CommandError, match=r"^1 page was left out\.$"):
        call_command("publish_scheduled", stderr=said)
    assert "Confirmation text: “E-mail us” asks for a message outside" in said.getvalue()
    assert "E-mail us" not in BookingPage.objects.get().confirmation_text


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


# In the editor ---------------------------------------------------------------------------------


Post = Callable[..., HttpResponse]


@pytest.fixture
def post(site: SimpleNamespace, sign_in: Callable[..., Client]) -> Post:
    """post(questions, **changes) sends the editor's form as a reviewer who may publish."""
    client, page = sign_in("clinical_reviewer"), site.book

    def send(questions: list[dict[str, Any]] | None = None, **changes: Any) -> HttpResponse:
        values = {
            "title": page.title,
            "slug": page.slug,
            "summary": page.summary,
            "introduction": rich_text(page.introduction),
            "next_steps": rich_text(page.next_steps),
            "confirmation_text": page.confirmation_text,
            "answer_working_days": "2",
            "retention_days": "365",
            "form_fields": inline_formset(questions or [], initial=changes.pop("initial", 0)),
            "comments": inline_formset([]),
            **changes,
        }
        return client.post(
            reverse("wagtailadmin_pages:edit", args=[page.pk]), nested_form_data(values)
        )

    return send


def errors_of(response: HttpResponse) -> list[str]:
    """Every message of refusal that the editor shows, in the order of the page."""
    page = BeautifulSoup(response.content, "html.parser")
    return [
        " ".join(tag.get_text(" ").split()) for tag in page.select(".error-message, .messages li")
    ]


def question(label: str, **changes: Any) -> dict[str, Any]:
    return {"label": label, "field_type": "singleline", "id": "", **changes}


def test_the_editor_refuses_to_publish_with_the_reason_and_saves_the_draft(post: Post) -> None:
    changes = {"confirmation_text": "Send us your history by e-mail."}
    response = post(**changes, **{"action-publish": "1"})
    assert response.status_code == 200
    assert "asks for a message outside this form" in " ".join(errors_of(response))
    assert "by e-mail" not in BookingPage.objects.get().confirmation_text

    assert post(**changes).status_code == 302
    page = BookingPage.objects.get()
    assert page.get_latest_revision_as_object().confirmation_text == changes["confirmation_text"]
    assert "by e-mail" not in page.confirmation_text


def test_the_editor_publishes_what_is_in_order(post: Post) -> None:
    response = post([question("Have you been here before?")], **{"action-publish": "1"})
    assert (response.status_code, BookingPage.objects.get().form_fields.count()) == (302, 1)


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
