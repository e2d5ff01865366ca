"""What people answer to the form's questions, and what they get: it is stored in words, or refused with
what to do."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any

import pytest
import time_machine
from django.http import QueryDict
from wagtail.models import Page

from booking.models import Location, OpeningHours
from booking.public.form.answers import answers_of
from booking.public.form.forms import BookingForm
from booking.tests.factories import (
    BookingPageFactory,
    LocationFactory,
    close_clinic,
    open_on_weekdays,
)

# Monday, 12:30 p.m. in Texas.
NOW = datetime(2026, 10, 5, 17, 30, tzinfo=UTC)
PHONE = "Enter a phone number, or choose e-mail as the way to reach you."
EMAIL = "Enter an e-mail address, or choose phone as the way to reach you."
DIAL = (
    "Enter a phone number with its area code, for example (972) 555-0134; one of another country with a "
    "plus sign and its country code."
)
NO_TEXT = (
    "No text message reaches an extension or a toll-free number. Enter another number, or choose phone "
    "call."
)
ADDRESS = "Enter an e-mail address in the form name@example.com."
BAD_DAY = "Enter the day as month/day/year, for example 3/27/2027."
LISTED = "Choose one of the answers in the list."
SHORTER = "Shorten your answer to 120 characters or fewer."
PATIENT = "Enter the name of the patient."
AGE = "Choose how old your child is."
NO_DAYS = "Choose at least one day, or “As soon as possible”."
PAST = "Choose a day that is not in the past."

Answer = Callable[..., BookingForm]


@pytest.fixture(autouse=True)
def frozen() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def answer(db: None) -> Answer:
    """answer(**changes) is the form of somebody who gives a name, a phone number and a location, and that."""
    page = BookingPageFactory(parent=Page.objects.get(depth=1))
    page.visit_kinds.create(label="Consultation", sort_order=0)
    page.visit_kinds.create(label="Follow-up", sort_order=1)
    page.visit_kinds.create(label="Medi\xadcation", sort_order=2)
    open_on_weekdays(LocationFactory(name="Allen"))
    dallas = open_on_weekdays(LocationFactory(name="Dallas", offers_video=True), time(14), time(20))
    OpeningHours.objects.create(location=dallas, weekday=5, opens=time(9), closes=time(11))
    ids = {location.name: str(location.pk) for location in Location.objects.all()}
    least = {
        "name": "Robin Sample",
        "contact_by": "phone",
        "phone": "972-555-0134",
        "location": "Allen",
        "consent": "on",
    }

    def make(**changes: Any) -> BookingForm:
        data = QueryDict(mutable=True)
        for name, given in {**least, **changes}.items():
            values = given if isinstance(given, list) else [given]
            data.setlist(name, [ids.get(v, v) if name == "location" else v for v in values])
        form: BookingForm = page.get_form(data)
        return form

    return make


def stored(form: BookingForm) -> dict[str, Any]:
    assert form.errors == {}
    return {item["key"]: item["answer"] for item in answers_of(form)}


def when(**changes: Any) -> dict[str, Any]:
    return {"when": "weekdays", **changes}


def on(day: str, **changes: Any) -> dict[str, Any]:
    return {"when": "day", "preferred_day": day, **changes}


# What is given, and what the clinic reads; None is a question that was not asked.
TAKEN: list[tuple[dict[str, Any], dict[str, Any]]] = [
    # How to reach somebody
    ({}, {"contact_by": "Phone call", "phone": "(972) 555-0134", "email": None, "voicemail_ok": False}),
    ({"phone": "972-555-0134 (cell)"}, {"phone": "(972) 555-0134"}),
    ({"phone": "cell 972 555 0134", "contact_by": "text"}, {"phone": "(972) 555-0134"}),
    ({"phone": "+52 55 1234 5678"}, {"phone": "+52 55 1234 5678"}),
    ({"phone": "+44 20 7946 0958", "contact_by": "text"}, {"phone": "+44 20 7946 0958"}),
    ({"phone": "+1 416 555 0134"}, {"phone": "(416) 555-0134"}),
    ({"phone": "787-555-0134"}, {"phone": "(787) 555-0134"}),
    ({"phone": "011 44 20 7946 0958"}, {"phone": "+44 20 7946 0958"}),
    ({"phone": "972-555-0134 x12"}, {"phone": "(972) 555-0134 ext. 12"}),
    ({"phone": "800-555-0199"}, {"phone": "(800) 555-0199"}),
    ({"voicemail_ok": "on"}, {"voicemail_ok": True}),
    ({"call_time": "after 4 p.m."}, {"call_time": "after 4 p.m."}),
    ({"if_answered": "Ask for Sam"}, {"if_answered": "Ask for Sam"}),
    ({"language_wish": "Español"}, {"language_wish": "Español"}),
    ({"call_time": "x" * 120}, {"call_time": "x" * 120}),
    ({"call_time": "at\nnoon"}, {"call_time": "at noon"}),
    ({"contact_by": "text"}, {"contact_by": "Text message", "call_time": None, "voicemail_ok": None}),
    (
        {"contact_by": "email", "phone": "", "email": "robin@example.com"},
        {"contact_by": "E-mail", "phone": None, "voicemail_ok": None, "if_answered": None},
    ),
    # A warning is kept, whoever is called and why.
    (
        {"contact_by": "email", "email": "robin@example.com", "if_answered": "Say nothing"},
        {"phone": "(972) 555-0134", "if_answered": "Say nothing", "call_time": None},
    ),
    ({"email": "maria.jose+clinic@example.com"}, {"email": "maria.jose+clinic@example.com"}),
    ({"email": " robin@clinic.example "}, {"email": "robin@clinic.example"}),
    # For whom, and for what
    ({}, {"for_whom": "For myself", "patient_name": None, "age_group": None, "been_before": ""}),
    ({"for_whom": "self"}, {"for_whom": "For myself", "patient_name": None}),
    ({"for_whom": "self", "patient_name": "Kim"}, {"patient_name": None}),
    ({"for_whom": "self", "patient_name": "x" * 500, "age_group": "99"}, {"age_group": None}),
    (
        {"for_whom": "child", "patient_name": "Kim", "age_group": "6_12"},
        {"for_whom": "For my child", "patient_name": "Kim", "age_group": "6 to 12"},
    ),
    ({"for_whom": "child", "patient_name": "Kim", "age_group": "under_6"}, {"age_group": "Under 6"}),
    ({"for_whom": "child", "patient_name": "Kim", "age_group": "13_17"}, {"age_group": "13 to 17"}),
    (
        {"for_whom": "other", "patient_name": "Kim", "age_group": "6_12"},
        {"for_whom": "For somebody I care for", "patient_name": "Kim", "age_group": None},
    ),
    ({"been_before": "new"}, {"been_before": "No, this is the first time"}),
    ({"been_before": "returning"}, {"been_before": "Yes"}),
    ({}, {"visit_kind": ""}),
    ({"visit_kind": "Follow-up"}, {"visit_kind": "Follow-up"}),
    # Where
    ({}, {"location": "Allen", "visit_by": None}),
    ({"visit_by": "person"}, {"visit_by": None}),
    ({"location": "Dallas"}, {"visit_by": "In person"}),
    ({"location": "Dallas", "visit_by": "person"}, {"visit_by": "In person"}),
    ({"location": "Dallas", "visit_by": "video"}, {"visit_by": "By video"}),
    # When
    ({}, {"when": "As soon as possible", "preferred_day": None, "weekdays": None, "parts": None}),
    ({"when": ""}, {"when": "As soon as possible"}),
    ({"preferred_day": ""}, {"when": "As soon as possible", "preferred_day": None}),
    ({"when": "soonest"}, {"when": "As soon as possible"}),
    ({"when": "soonest", "preferred_day": "2026-10-12"}, {"preferred_day": None}),
    ({"when": "soonest", "preferred_day": "soon", "weekdays": ["9"]}, {"weekdays": None}),
    (
        {"preferred_day": "2026-10-12"},
        {"when": "On a certain day", "preferred_day": "2026-10-12", "preferred_time": "Any time"},
    ),
    (when(weekdays=["0"]), {"when": "On certain days of the week", "weekdays": ["Monday"]}),
    (when(weekdays=["0", "4"]), {"weekdays": ["Monday", "Friday"], "parts": [], "second_day": None}),
    (when(weekdays=["0"], parts=["morning"]), {"parts": ["Morning, before 11 a.m."]}),
    (
        when(weekdays=["0"], parts=["morning", "afternoon"]),
        {"parts": ["Morning, before 11 a.m.", "Afternoon, 2 p.m. to 5 p.m."]},
    ),
    (when(weekdays=["0"], preferred_day="soon"), {"preferred_day": None}),
    (when(location="Dallas", weekdays=["5"]), {"weekdays": ["Saturday"]}),
    (when(location="Dallas", weekdays=["5"], parts=["morning"]), {"weekdays": ["Saturday"]}),
    (when(location="Dallas", weekdays=["1"], parts=["evening"]), {"parts": ["Evening, after 5 p.m."]}),
    # Each part is open on one of the days, and each day at one of the parts.
    (when(location="Dallas", weekdays=["1", "5"], parts=["morning", "evening"]), {"second_time": None}),
    (on("2026-10-12"), {"preferred_time": "Any time", "second_day": "", "second_time": None}),
    (on("10/12/2026"), {"preferred_day": "2026-10-12"}),
    (on("10-12-2026"), {"preferred_day": "2026-10-12"}),
    (on("10/12/26"), {"preferred_day": "2026-10-12"}),
    (on("Oct 12, 2026"), {"preferred_day": "2026-10-12"}),
    (on("October 12"), {"preferred_day": "2026-10-12"}),
    (on("Monday, October 12, 2026"), {"preferred_day": "2026-10-12"}),
    (on(" 2026-10-12 "), {"preferred_day": "2026-10-12"}),
    (on("2027-10-05"), {"preferred_day": "2027-10-05"}),
    (on("2026-10-05"), {"preferred_day": "2026-10-05"}),
    (on("2026-10-05", preferred_time="midday"), {"preferred_time": "Midday, 11 a.m. to 2 p.m."}),
    (on("2026-10-05", preferred_time="afternoon"), {"preferred_day": "2026-10-05"}),
    (on("2026-10-06", preferred_time="morning"), {"preferred_time": "Morning, before 11 a.m."}),
    (on("2026-10-12", weekdays=["6"], parts=["evening"]), {"weekdays": None, "parts": None}),
    (
        on("2026-10-12", second_day="2026-10-14", second_time="midday"),
        {"second_day": "2026-10-14", "second_time": "Midday, 11 a.m. to 2 p.m."},
    ),
    (on("2026-10-12", second_day="10/14/26"), {"second_day": "2026-10-14", "second_time": "Any time"}),
    (on("2026-10-12", second_time="midday"), {"second_time": None}),
    (on("2026-10-12", second_day="  "), {"second_day": "", "second_time": None}),
    ({"preferred_day": "1 9725550134", "when": "soonest"}, {"preferred_day": None}),
    ({"visit_kind": "Medi\xadcation"}, {"visit_kind": "Medication"}),
    (on("2026-10-17", location="Dallas"), {"preferred_day": "2026-10-17"}),
]  # fmt: skip

# What is given, and what is refused.
REFUSED: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"contact_by": ""}, {"contact_by": "Choose how we should reach you."}),
    ({"contact_by": "", "phone": ""}, {"contact_by": "Choose how we should reach you."}),
    ({"contact_by": "fax"}, {"contact_by": "Choose phone call, text message or e-mail."}),
    ({"phone": ""}, {"phone": PHONE}),
    ({"phone": "", "contact_by": "text"}, {"phone": PHONE}),
    ({"phone": "", "email": "robin@example.com"}, {"phone": PHONE}),
    ({"contact_by": "email"}, {"email": EMAIL}),
    ({"contact_by": "email", "phone": "911", "email": "r@example.com"}, {"phone": DIAL}),
    ({"phone": "555-0134"}, {"phone": DIAL}),
    ({"phone": "911"}, {"phone": DIAL}),
    ({"phone": "call me"}, {"phone": DIAL}),
    ({"phone": "972-555-0134 or 214-555-0134"}, {"phone": DIAL}),
    ({"phone": "52 55 1234 5678"}, {"phone": DIAL}),
    ({"phone": "972-555-0134 x12", "contact_by": "text"}, {"phone": NO_TEXT}),
    ({"phone": "800-555-0199", "contact_by": "text"}, {"phone": NO_TEXT}),
    ({"phone": "+44 20 7946 0958 ext 5", "contact_by": "text"}, {"phone": NO_TEXT}),
    ({"email": "maria@localhost"}, {"email": ADDRESS}),
    ({"email": "maria@"}, {"email": ADDRESS}),
    ({"email": "maría@example.com"}, {"email": ADDRESS}),  # most servers take none
    ({"email": "maria"}, {"email": ADDRESS}),
    ({"email": "maria@example"}, {"email": ADDRESS}),
    ({"email": "maria@example.com, kim@example.com"}, {"email": ADDRESS}),
    ({"call_time": "x" * 121}, {"call_time": SHORTER}),
    ({"if_answered": "x" * 121}, {"if_answered": SHORTER}),
    ({"language_wish": "x" * 121}, {"language_wish": SHORTER}),
    ({"receipt_wanted": "on"}, {"email": "Enter an e-mail address for the confirmation, or take the tick from its box."}),
    ({"for_whom": "cat"}, {"for_whom": LISTED}),
    ({"for_whom": "child"}, {"patient_name": PATIENT, "age_group": AGE}),
    ({"for_whom": "child", "patient_name": "Kim"}, {"age_group": AGE}),
    ({"for_whom": "child", "age_group": "6_12"}, {"patient_name": PATIENT}),
    ({"for_whom": "child", "patient_name": "\u200b", "age_group": "6_12"}, {"patient_name": PATIENT}),
    ({"for_whom": "child", "patient_name": "Kim", "age_group": "99"}, {"age_group": LISTED}),
    ({"for_whom": "other"}, {"patient_name": PATIENT}),
    ({"for_whom": "other", "patient_name": "x" * 121}, {"patient_name": "Enter a name of at most 120 characters."}),
    ({"been_before": "maybe"}, {"been_before": LISTED}),
    ({"visit_kind": "Surgery"}, {"visit_kind": LISTED}),
    ({"visit_by": "letter"}, {"visit_by": LISTED}),
    ({"visit_by": "video"}, {"visit_by": "Allen offers no visits by video. Choose in person, or another location."}),
    ({"location": ""}, {"location": "Choose a location."}),
    ({"location": "", "visit_by": "video"}, {"location": "Choose a location."}),
    ({"when": "never"}, {"when": LISTED}),
    (when(), {"weekdays": NO_DAYS}),
    (when(parts=["morning"]), {"weekdays": NO_DAYS}),
    (when(weekdays=["6"]), {"weekdays": "Choose days in the list."}),
    (when(weekdays=["0", "x"]), {"weekdays": "Choose days in the list."}),
    (when(weekdays=["5"]), {"weekdays": "Allen is closed on Saturday. Choose other days."}),
    (when(weekdays=["0", "5"]), {"weekdays": "Allen is closed on Saturday. Choose other days."}),
    (when(weekdays=["0"], parts=["night"]), {"parts": "Choose parts of the day in the list."}),
    (
        when(weekdays=["0"], parts=["evening"]),
        {"weekdays": "Allen is closed on Monday at the times that you chose. Choose other days or times."},
    ),
    (
        when(weekdays=["0", "1"], parts=["morning", "evening"]),
        {"parts": "Allen has no hours on those days for “Evening, after 5 p.m.”. Choose another time."},
    ),
    (
        when(location="Dallas", weekdays=["1", "5"], parts=["evening"]),
        {"weekdays": "Dallas is closed on Saturday at the times that you chose. Choose other days or times."},
    ),
    (when(location="", weekdays=["5"]), {"location": "Choose a location."}),
    (on(""), {"preferred_day": "Choose a day that suits you."}),
    (on("", second_day="2026-10-12"), {"preferred_day": "Choose a day that suits you."}),
    (on("soon"), {"preferred_day": BAD_DAY}),
    (on("next week"), {"preferred_day": BAD_DAY}),
    (on("2026-02-30"), {"preferred_day": BAD_DAY}),
    (on("13/13/2026"), {"preferred_day": BAD_DAY}),
    (
        on("05.01.2027"),
        {"preferred_day": "Do you mean May 1, 2027 or January 5, 2027? Write the name of the month."},
    ),
    (on("2026-10-02"), {"preferred_day": PAST}),
    (on("10/02/2026"), {"preferred_day": PAST}),
    (on("2027-10-06"), {"preferred_day": "Choose a day within the next year."}),
    (on("2026-10-10"), {"preferred_day": "Allen is closed on Saturday, October 10. Choose another day."}),
    (on("2026-10-05", preferred_time="morning"), {"preferred_time": "That time is over today. Choose a later one, or another day."}),
    (on("2026-10-12", preferred_time="evening"), {"preferred_time": "Allen is closed at that time on Monday. Choose another time, or “Any time”."}),
    (on("2026-10-12", preferred_time="night"), {"preferred_time": "Choose one of the times in the list."}),
    (on("2026-10-12", second_day="2026-10-11"), {"second_day": "Allen is closed on Sunday, October 11. Choose another day."}),
    (on("2026-10-12", second_day="soon"), {"second_day": BAD_DAY}),
    (on("2026-10-12", second_day="2026-10-01"), {"second_day": PAST}),
    (on("2026-10-12", second_day="2026-10-13", second_time="evening"), {"second_time": "Allen is closed at that time on Tuesday. Choose another time, or “Any time”."}),
    (on("2026-10-01", second_day="2026-10-13"), {"preferred_day": PAST}),
    (on("2026-11-26"), {"preferred_day": "Allen is closed on Thursday, November 26: We are away over the holidays. Choose another day."}),
]  # fmt: skip


def test_the_tables_are_long_enough() -> None:
    assert len(TAKEN) + len(REFUSED) >= 120


@pytest.mark.parametrize(("given", "read"), TAKEN)
def test_what_can_be_meant_is_taken(
    answer: Answer, given: dict[str, Any], read: dict[str, Any]
) -> None:
    answers = stored(answer(**given))
    assert {name: answers.get(name) for name in read} == read


@pytest.mark.parametrize(("given", "refusals"), REFUSED)
def test_what_cannot_be_is_refused_beside_its_question(
    answer: Answer, given: dict[str, Any], refusals: dict[str, str]
) -> None:
    close_clinic("2026-11-26", "2026-11-27")
    errors = answer(**given).errors
    assert {name: " ".join(messages) for name, messages in errors.items()} == refusals


@pytest.mark.parametrize(
    ("hour", "part", "refused"),
    [
        (10, "morning", ""),
        (11, "morning", "preferred_time"),
        (13, "midday", ""),
        (14, "midday", "preferred_time"),
        (16, "afternoon", ""),
        (16, "any", ""),
        (17, "afternoon", "preferred_day"),
        (17, "any", "preferred_day"),
    ],
)
def test_a_part_of_today_may_be_asked_for_until_it_is_over(
    answer: Answer, frozen: Any, hour: int, part: str, refused: str
) -> None:
    frozen.move_to(datetime(2026, 10, 5, hour + 5, 0, tzinfo=UTC))
    form = answer(**on("2026-10-05", preferred_time=part))
    assert list(form.errors) == ([refused] if refused else [])


def test_what_only_some_locations_have_is_named_and_what_none_has_is_not_offered(
    answer: Answer,
) -> None:
    form = answer()
    assert form.fields["weekdays"].help_text == "Saturday: only Dallas."
    assert [label for _value, label in form.fields["weekdays"].choices][-1] == "Saturday"
    only = "Midday, 11 a.m. to 2 p.m.: only Allen. Evening, after 5 p.m.: only Dallas."
    assert form.fields["parts"].help_text == f"Leave them all open if any suits you. {only}"
    assert form.fields["preferred_time"].help_text == form.fields["second_time"].help_text == only
    assert form.fields["preferred_time"].choices[0][0] == "any"


def test_where_no_hours_are_known_every_day_is_offered(answer: Answer) -> None:
    for location in Location.objects.all():
        location.hours.all().delete()
    form = answer()
    assert (len(form.fields["weekdays"].choices), form.fields["weekdays"].help_text) == (7, "")


def test_a_question_that_the_clinic_has_no_use_for_is_not_asked(answer: Answer) -> None:
    assert {"visit_by", "visit_kind"} <= answer().fields.keys()
    Location.objects.update(offers_video=False)
    assert "visit_by" not in answer().fields
