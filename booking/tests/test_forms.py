"""What the booking form refuses, what it takes, and what of it is sealed."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.http import QueryDict
from wagtail.models import Page

from booking.choices import CORE_FIELDS, NEVER_STORED
from booking.models import BookingFormField, Question
from booking.public.form.answers import answers_of
from booking.public.form.forms import BookingForm
from booking.tests.factories import (
    BookingPageFactory,
    LocationFactory,
    add_question,
    open_on_weekdays,
)

# A Monday, ten in the morning at the clinic.
NOW = datetime(2026, 10, 5, 15, 0, tzinfo=UTC)

Bind = Callable[..., BookingForm]

ENTER_PHONE = (
    "Enter a phone number with its area code, for example (972) 555-0134; one of another country with a "
    "plus sign and its country code."
)
NO_TEXT = (
    "No text message reaches an extension or a toll-free number. Enter another number, or choose phone "
    "call."
)
PHONE_OR_EMAIL = "Enter a phone number, or choose e-mail as the way to reach you."
EMAIL_OR_PHONE = "Enter an e-mail address, or choose phone as the way to reach you."
BAD_EMAIL = "Enter an e-mail address in the form name@example.com."
BAD_DAY = "Enter the day as month/day/year, for example 3/27/2027."
UNCLEAR = "Do you mean December 10, 2026 or October 12, 2026? Write the name of the month."
PAST = "Choose a day that is not in the past."
TOO_FAR = "Choose a day within the next year."
CLOSED_TIME = "Allen is closed at that time on Monday. Choose another time, or “Any time”."
LONG_MESSAGE = "Shorten your message to 2,000 characters or fewer."


def posted(data: dict[str, Any]) -> QueryDict:
    """Data as a browser posts it: a list gives one value each, None leaves the field out."""
    query = QueryDict(mutable=True)
    for key, value in data.items():
        if value is not None:
            query.setlist(key, value if isinstance(value, list) else [value])
    return query


def errors(form: BookingForm) -> dict[str, str]:
    return {name: " ".join(messages) for name, messages in form.errors.items()}


@pytest.fixture(autouse=True)
def frozen() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def site(db: None) -> SimpleNamespace:
    """All of a site that a form needs: its page and a location, and another one that is open in the evening."""
    page = BookingPageFactory(parent=Page.objects.get(depth=1))
    open_on_weekdays(LocationFactory(name="Dallas"), time(17), time(20))
    return SimpleNamespace(book=page, location=open_on_weekdays(LocationFactory()))


@pytest.fixture
def valid(site: SimpleNamespace) -> dict[str, Any]:
    """A valid request for Monday in a week."""
    return {
        "name": "Robin Sample",
        "phone": "972-555-0134",
        "email": "robin@example.com",
        "contact_by": "phone",
        "voicemail_ok": "on",
        "location": str(site.location.pk),
        "preferred_day": "2026-10-12",
        "preferred_time": "any",
        "message": "I would like to talk.",
        "consent": "on",
    }


@pytest.fixture
def bind(site: SimpleNamespace, valid: dict[str, Any]) -> Bind:
    """bind(**changes) gives the page's form with those answers changed."""

    def make(**changes: Any) -> BookingForm:
        return site.book.get_form(posted({**valid, **changes}))

    return make


def test_a_valid_request_has_no_errors(bind: Bind) -> None:
    assert errors(bind()) == {}


def test_an_empty_post_names_every_required_field(site: SimpleNamespace) -> None:
    assert errors(site.book.get_form(QueryDict())) == {
        "name": "Enter your name, so that we know whom to ask for.",
        "contact_by": "Choose how we should reach you.",
        "location": "Choose a location.",
        "consent": "Tick the box to let us store your request and contact you.",
    }


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": ""}, {"name": "Enter your name, so that we know whom to ask for."}),
        ({"name": " \t "}, {"name": "Enter your name, so that we know whom to ask for."}),
        ({"name": "\x00\x1b"}, {"name": "Enter your name, so that we know whom to ask for."}),
        ({"name": "x" * 120}, {}),
        ({"name": "x" * 121}, {"name": "Enter a name of at most 120 characters."}),
        ({"phone": "", "email": ""}, {"phone": PHONE_OR_EMAIL}),
        ({"phone": "", "email": "", "contact_by": "email"}, {"email": EMAIL_OR_PHONE}),
        ({"phone": "", "contact_by": "phone"}, {"phone": PHONE_OR_EMAIL}),
        ({"phone": "", "contact_by": "text"}, {"phone": PHONE_OR_EMAIL}),
        ({"phone": "", "contact_by": "email"}, {}),
        ({"email": "", "contact_by": "email"}, {"email": EMAIL_OR_PHONE}),
        ({"email": "", "contact_by": "phone"}, {}),
        ({"email": "", "contact_by": "text"}, {}),
        ({"contact_by": None}, {"contact_by": "Choose how we should reach you."}),
        ({"contact_by": "fax"}, {"contact_by": "Choose phone call, text message or e-mail."}),
        ({"voicemail_ok": None}, {}),
        ({"phone": "+44 20 7946 0958"}, {}),
        ({"phone": "+1 416 555 0134"}, {}),
        ({"phone": "800-555-0199", "contact_by": "text"}, {"phone": NO_TEXT}),
        ({"phone": "972-555-0134 x12", "contact_by": "text"}, {"phone": NO_TEXT}),
        ({"phone": "972-555-0134 x12", "contact_by": "phone"}, {}),
        ({"email": "maria@localhost"}, {"email": BAD_EMAIL}),
        ({"phone": "555-0134"}, {"phone": ENTER_PHONE}),
        ({"phone": "972 555 01345"}, {"phone": ENTER_PHONE}),
        ({"phone": "call me"}, {"phone": ENTER_PHONE}),
        ({"phone": "911"}, {"phone": ENTER_PHONE}),
        ({"phone": "9" * 41}, {"phone": "Enter one phone number only."}),
        ({"phone": "911", "email": "robin"}, {"phone": ENTER_PHONE, "email": BAD_EMAIL}),
        ({"email": "robin"}, {"email": BAD_EMAIL}),
        ({"email": "robin@example"}, {"email": BAD_EMAIL}),
        ({"email": "robin@example.com, kim@example.com"}, {"email": BAD_EMAIL}),
        ({"location": None}, {"location": "Choose a location."}),
        ({"location": "0"}, {"location": "Choose one of the locations in the list."}),
        ({"location": "Allen"}, {"location": "Choose one of the locations in the list."}),
        ({"preferred_day": ""}, {}),
        ({"preferred_day": "", "when": "day"}, {"preferred_day": "Choose a day that suits you."}),
        ({"preferred_day": "soon"}, {"preferred_day": BAD_DAY}),
        ({"preferred_day": "12.10.2026"}, {"preferred_day": UNCLEAR}),
        ({"preferred_day": "2026-02-30"}, {"preferred_day": BAD_DAY}),
        ({"preferred_day": "10/12/26"}, {}),
        ({"preferred_day": "2026-10-05"}, {}),
        ({"preferred_day": "2026-10-02"}, {"preferred_day": PAST}),
        ({"preferred_day": "10/12/2026"}, {}),
        ({"preferred_day": "2027-10-05"}, {}),
        ({"preferred_day": "2027-10-06"}, {"preferred_day": TOO_FAR}),
        ({"preferred_day": "9999-12-31"}, {"preferred_day": TOO_FAR}),
        (
            {"preferred_day": "2026-10-11"},
            {"preferred_day": "Allen is closed on Sunday, October 11. Choose another day."},
        ),
        ({"preferred_time": None}, {}),
        ({"preferred_time": "night"}, {"preferred_time": "Choose one of the times in the list."}),
        ({"preferred_time": "morning"}, {}),
        ({"preferred_time": "midday"}, {}),
        ({"preferred_time": "afternoon"}, {}),
        ({"preferred_time": "evening"}, {"preferred_time": CLOSED_TIME}),
        ({"message": ""}, {}),
        ({"message": "x" * 2000}, {}),
        ({"message": "x" * 2001}, {"message": LONG_MESSAGE}),
        ({"message": "x" * 1000 + "\r\n" + "y" * 999}, {}),
        ({"message": "x" * 1000 + "\r\n" + "y" * 1000}, {"message": LONG_MESSAGE}),
        (
            {"consent": None},
            {"consent": "Tick the box to let us store your request and contact you."},
        ),
    ],
)
def test_each_rule_names_its_field_and_says_what_to_do(
    bind: Bind, changes: dict[str, Any], expected: dict[str, str]
) -> None:
    assert errors(bind(**changes)) == expected


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("9725550134", "(972) 555-0134"),
        ("972-555-0134", "(972) 555-0134"),
        ("972.555.0134", "(972) 555-0134"),
        (" (972) 555 0134 ", "(972) 555-0134"),
        ("1 972 555 0134", "(972) 555-0134"),
        ("+1 972 555 0134", "(972) 555-0134"),
        ("+1 (972) 555‑0134", "(972) 555-0134"),
        ("９７２-５５５-０１３４", "(972) 555-0134"),
        ("972-555-0134 x12", "(972) 555-0134 ext. 12"),
        ("972-555-0134 ext. 12", "(972) 555-0134 ext. 12"),
        ("972-555-0134;ext=12", "(972) 555-0134 ext. 12"),
    ],
)
def test_a_phone_number_is_kept_in_one_notation(bind: Bind, typed: str, kept: str) -> None:
    form = bind(phone=typed)
    assert (errors(form), form.cleaned_data["phone"]) == ({}, kept)


@pytest.mark.parametrize("typed", ["2026-10-12", "10/12/2026", " 10/12/2026 "])
def test_a_day_may_be_typed_as_iso_or_in_the_us_way(bind: Bind, typed: str) -> None:
    form = bind(preferred_day=typed)
    assert (errors(form), form.cleaned_data["preferred_day"].isoformat()) == ({}, "2026-10-12")


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-10-02", {"preferred_day": PAST}), ("2026-10-05", {}), ("2026-10-06", {})],
)
def test_today_is_the_locations_own_day_late_in_its_evening(
    bind: Bind, frozen: Any, day: str, expected: dict[str, str]
) -> None:
    frozen.move_to(datetime(2026, 10, 6, 4, 30, tzinfo=UTC))  # still Monday, 23:30, in Allen
    late = open_on_weekdays(LocationFactory(name="Plano"), time(9), time(23, 59))
    assert errors(bind(location=str(late.pk), preferred_day=day)) == expected


def test_a_location_further_east_is_already_a_day_ahead(bind: Bind, frozen: Any) -> None:
    frozen.move_to(datetime(2026, 10, 6, 4, 30, tzinfo=UTC))
    east = open_on_weekdays(LocationFactory(name="Auckland", time_zone="Pacific/Auckland"))
    form = bind(location=str(east.pk), preferred_day="2026-10-05")
    assert errors(form) == {"preferred_day": PAST}


def test_a_year_ahead_is_counted_from_the_locations_own_day(bind: Bind, frozen: Any) -> None:
    frozen.move_to(datetime(2026, 10, 6, 4, 30, tzinfo=UTC))
    east = open_on_weekdays(LocationFactory(name="Auckland", time_zone="Pacific/Auckland"))
    assert errors(bind(preferred_day="2027-10-06")) == {"preferred_day": TOO_FAR}
    assert errors(bind(location=str(east.pk), preferred_day="2027-10-06")) == {}


def test_without_a_location_the_clinics_day_decides(bind: Bind) -> None:
    form = bind(location=None, preferred_day="2026-10-02")
    assert errors(form) == {"location": "Choose a location.", "preferred_day": PAST}


def test_an_inactive_location_cannot_be_chosen(bind: Bind) -> None:
    closed = open_on_weekdays(LocationFactory(name="Plano", active=False))
    assert errors(bind(location=str(closed.pk))) == {
        "location": "Choose one of the locations in the list."
    }


@pytest.mark.parametrize(
    ("opens", "closes", "open_times"),
    [
        (time(9), time(11), {"any", "morning"}),
        (time(11), time(14), {"any", "midday"}),
        (time(14), time(17), {"any", "afternoon"}),
        (time(17), time(20), {"any", "evening"}),
        (time(10, 59), time(11, 1), {"any", "morning", "midday"}),
        (time(0), time(23, 59), {"any", "morning", "midday", "afternoon", "evening"}),
    ],
)
def test_a_time_of_day_needs_an_open_minute(
    bind: Bind, opens: time, closes: time, open_times: set[str]
) -> None:
    place = open_on_weekdays(LocationFactory(name="Frisco"), opens, closes)
    times = ["any", "morning", "midday", "afternoon", "evening"]
    taken = {
        each for each in times if not errors(bind(location=str(place.pk), preferred_time=each))
    }
    assert taken == open_times


def test_control_characters_go_and_line_breaks_stay(bind: Bind) -> None:
    dirty = "a\x00b\x07c\x1b[31md\x7fe\x85f\x9bg\r\nh\ri\nj\tk"
    form = bind(message=dirty, name="Ro\x00bin")
    assert errors(form) == {}
    assert form.cleaned_data["message"] == "abc[31mdefg\nh\ni\nj\tk"
    assert form.cleaned_data["name"] == "Robin"


def test_fields_that_were_not_asked_are_ignored(bind: Bind) -> None:
    form = bind(is_admin="1", status="closed", reference="AAAAAAAA", extra_name="x")
    assert errors(form) == {}
    assert set(form.cleaned_data) == {*CORE_FIELDS, *NEVER_STORED} - {"visit_kind", "visit_by"}
    assert [item["key"] for item in answers_of(form)] == [
        *("name", "contact_by", "phone", "email", "voicemail_ok"),
        *("call_time", "if_answered", "language_wish", "for_whom", "been_before"),
        *("location", "when", "preferred_day", "preferred_time", "second_day"),
        *("message", "consent"),
    ]


def test_answers_are_sealed_in_the_order_asked_with_label_and_type(bind: Bind) -> None:
    form = bind()
    assert errors(form) == {}
    assert [tuple(item.values()) for item in answers_of(form)] == [
        ("name", "Your name", "text", "Robin Sample"),
        ("contact_by", "How should we reach you?", "choice", "Phone call"),
        ("phone", "Phone number", "phone", "(972) 555-0134"),
        ("email", "E-mail address", "email", "robin@example.com"),
        ("voicemail_ok", "You may leave a voicemail", "yes_no", True),
        ("call_time", "A good time to call", "text", ""),
        ("if_answered", "If somebody else answers", "text", ""),
        ("language_wish", "An interpreter, or another language", "text", ""),
        ("for_whom", "For whom is the appointment?", "choice", "For myself"),
        ("been_before", "Has the patient been here before?", "choice", ""),
        ("location", "Location", "choice", "Allen"),
        ("when", "When would you like to come?", "choice", "On a certain day"),
        ("preferred_day", "Preferred day", "date", "2026-10-12"),
        ("preferred_time", "Preferred time of day", "choice", "Any time"),
        ("second_day", "Another day that suits you", "date", ""),
        ("message", "What would you like us to know?", "text", "I would like to talk."),
        (
            "consent",
            "I agree that the clinic stores this request, encrypted, and contacts me about it",
            "yes_no",
            True,
        ),
    ]


# Type, options, a value that is refused, a value that is taken, and how it is sealed.
QUESTIONS: list[tuple[str, dict[str, Any], Any, Any, str, Any]] = [
    ("singleline", {}, "x" * 256, "Blue", "text", "Blue"),
    ("multiline", {}, "", "One\r\nTwo", "text", "One\nTwo"),
    ("email", {}, "kim", "kim@example.com", "email", "kim@example.com"),
    ("number", {}, "many", "3.50", "number", "3.50"),
    ("url", {}, "nowhere", "https://example.com/a", "text", "https://example.com/a"),
    ("checkbox", {}, None, "on", "yes_no", True),
    (
        "checkboxes",
        {"choices": "Red\nBlue"},
        ["Green"],
        ["Red", "Blue"],
        "choices",
        ["Red", "Blue"],
    ),
    ("dropdown", {"choices": "Red\nBlue"}, "Green", "Blue", "choice", "Blue"),
    ("multiselect", {"choices": "Red,Blue"}, ["Green"], ["Blue"], "choices", ["Blue"]),
    ("radio", {"choices": "Red, Blue"}, "Green", "Red", "choice", "Red"),
    ("date", {}, "soon", "2026-11-03", "date", "2026-11-03"),
    ("datetime", {}, "soon", "2026-11-03 14:30", "text", "2026-11-03 14:30"),
    ("hidden", {}, "", "spring campaign", "text", "spring campaign"),
]


def test_the_table_of_questions_has_every_type_that_the_form_builder_offers() -> None:
    offered = [value for value, _ in BookingFormField._meta.get_field("field_type").choices]
    assert [row[0] for row in QUESTIONS] == offered


@pytest.mark.parametrize(
    ("field_type", "options", "refused", "taken", "kind", "sealed"),
    QUESTIONS,
    ids=[row[0] for row in QUESTIONS],
)
def test_an_extra_question_is_checked_and_sealed(
    site: SimpleNamespace,
    bind: Bind,
    field_type: str,
    options: dict[str, Any],
    refused: Any,
    taken: Any,
    kind: str,
    sealed: Any,
) -> None:
    key = add_question(site.book, "Extra question", field_type, required=True, **options)
    assert set(errors(bind(**{key: refused}))) == {key}
    form = bind(**{key: taken})
    assert errors(form) == {}
    assert answers_of(form)[-2] == {
        "key": "extra_question",
        "label": "Extra question",
        "type": kind,
        "answer": sealed,
    }


@pytest.mark.parametrize("field_type", ["multiline", "hidden"])
def test_the_answer_to_an_extra_question_has_an_end(
    site: SimpleNamespace, bind: Bind, field_type: str
) -> None:
    key = add_question(site.book, "Story", field_type)
    assert errors(bind(**{key: "x" * 2000})) == {}
    assert errors(bind(**{key: "x" * 2001})) == {
        key: "Shorten your answer to 2,000 characters or fewer."
    }


def test_extra_questions_come_in_their_order_and_consent_stays_last(
    site: SimpleNamespace, bind: Bind
) -> None:
    add_question(site.book, "Second", sort_order=1)
    add_question(site.book, "First", sort_order=0)
    form = bind(first="1", second="2")
    assert errors(form) == {}
    assert [item["key"] for item in answers_of(form)][-4:] == [
        "message",
        "first",
        "second",
        "consent",
    ]


def test_extra_questions_that_were_left_empty_are_sealed_as_empty(
    site: SimpleNamespace, bind: Bind
) -> None:
    for field_type, options, *_ in QUESTIONS:
        add_question(site.book, f"Question {field_type}", field_type, **options)
    form = bind()
    assert errors(form) == {}
    empty = {
        **{f"question_{row[0]}": "" for row in QUESTIONS},
        "question_checkbox": False,
        "question_checkboxes": [],
        "question_multiselect": [],
    }
    stored = {item["key"]: item["answer"] for item in answers_of(form)}
    assert {key: stored[key] for key in stored if key.startswith("question_")} == empty


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Name", "extra_name"),
        ("Token", "extra_token"),
        ("Re subject", "extra_re_subject"),
        ("Preferred day", "extra_preferred_day"),
        ("Insurance", "insurance"),
    ],
)
def test_an_extra_question_never_takes_the_key_of_a_core_one(
    site: SimpleNamespace, bind: Bind, label: str, key: str
) -> None:
    assert add_question(site.book, label) == key
    form = bind(**{key: "typed"})
    assert errors(form) == {}
    assert form.cleaned_data[key] == "typed"
    assert form.cleaned_data["name"] == "Robin Sample"


@pytest.mark.parametrize("label", ["Prefix", "Data", "Clean", "Errors", "Default renderer", "Self"])
def test_an_extra_question_may_be_called_like_a_part_of_the_form(
    site: SimpleNamespace, bind: Bind, label: str
) -> None:
    key = add_question(site.book, label)
    form = bind(**{key: "typed"})
    assert (errors(form), form.cleaned_data[key]) == ({}, "typed")


@pytest.mark.parametrize("label", ["?", "…", "!!!"])
def test_an_extra_question_without_letters_still_has_a_key(
    site: SimpleNamespace, bind: Bind, label: str
) -> None:
    key = add_question(site.book, label)
    form = bind(**{key: "typed"})
    assert (errors(form), form.cleaned_data[key], key != "") == ({}, "typed", True)


def test_a_question_keeps_its_key_when_its_label_changes(site: SimpleNamespace, bind: Bind) -> None:
    key = add_question(site.book, "Insurance")
    question = BookingFormField.objects.get()
    question.label = "Your insurance"
    question.save()
    form = bind(insurance="Acme")
    assert errors(form) == {}
    item = answers_of(form)[-2]
    assert (key, item["key"], item["label"]) == ("insurance", "insurance", "Your insurance")


def test_a_question_whose_key_has_become_that_of_a_core_one_gives_way(
    site: SimpleNamespace, bind: Bind
) -> None:
    add_question(site.book, "When, please")
    BookingFormField.objects.update(clean_name="when")
    Question.objects.update(key="when")
    import_module("booking.migrations.0018_keys_of_questions").give_way(apps, None)
    assert Question.objects.get().key == "extra_when"
    form = bind(extra_when="next week", when="soonest")
    assert errors(form) == {}
    answers = {item["key"]: item["answer"] for item in answers_of(form)}
    assert (answers["when"], answers["extra_when"]) == ("As soon as possible", "next week")


def test_a_draft_from_before_brings_no_such_key_back(site: SimpleNamespace) -> None:
    question = BookingFormField(page=site.book, label="Patient name", clean_name="patient_name")
    question.field_type = "singleline"
    question.save()
    assert question.clean_name == "extra_patient_name"
