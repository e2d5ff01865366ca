"""The booking page, places, questions, answers and sealed requests for the front desk's tests."""

import secrets
import uuid
from collections.abc import Callable, Iterable
from datetime import date, time, timedelta
from typing import Any

import wagtail_factories
from django.db import OperationalError
from django.utils import timezone
from factory.django import DjangoModelFactory

from booking.choices import CORE_FIELDS
from booking.models import (
    BookingFormField,
    BookingPage,
    ClinicClosing,
    Location,
    LocationClosing,
    OpeningHours,
    Submission,
    SubmissionNote,
)
from booking.public.form.forms import BookingForm
from booking.submissions.receiving import new_reference
from booking.submissions.sealed import NOTE_PURPOSE, PURPOSE, SCHEMA
from booking.vault import sealing

Answer = dict[str, Any]

_TYPES = {
    "phone": "phone",
    "email": "email",
    "contact_by": "choice",
    "voicemail_ok": "yes_no",
    "for_whom": "choice",
    "location": "choice",
    "when": "choice",
    "preferred_day": "date",
    "preferred_time": "choice",
    "consent": "yes_no",
}
_ANSWERS: dict[str, Any] = {
    "name": "Robin Sample",
    "phone": "(972) 555-0134",
    "email": "robin@example.com",
    "contact_by": "Phone call",
    "voicemail_ok": True,
    "for_whom": "For myself",
    "location": "Allen",
    "when": "On a certain day",
    "preferred_day": "2026-10-12",
    "preferred_time": "Any time",
    "message": "I would like to talk.",
    "consent": True,
}


# What visitors are told about a closing of the clinic, and of a location.
AWAY = "We are away over the holidays."
PAINTED = "The office is being painted."


class BookingPageFactory(wagtail_factories.PageFactory):
    class Meta:
        model = BookingPage

    title = "Request an appointment"
    slug = "book"
    summary = "Tell us when and where suits you. What you send is encrypted before it is stored."
    introduction = "<p>Tell us when and where suits you.</p>"
    next_steps = "<p>We call you back.</p>"
    confirmation_text = "Thank you. We read every request on working days."


class LocationFactory(DjangoModelFactory[Location]):
    class Meta:
        model = Location

    name = "Allen"
    street = "100 Sample Street"
    town = "Allen, TX 75002"
    phone = "(972) 555-0101"
    closed_on_holidays = False  # what holds on a Monday holds on every one


def open_on_weekdays(
    location: Location, opens: time = time(9), closes: time = time(17)
) -> Location:
    """Monday to Friday, the same hours."""
    for weekday in range(5):
        OpeningHours.objects.create(location=location, weekday=weekday, opens=opens, closes=closes)
    return location


def close_clinic(first: str, last: str, sentence: str = AWAY, sentence_es: str = "") -> Any:
    """The whole clinic, from that day to that day."""
    return ClinicClosing.objects.create(
        first_day=date.fromisoformat(first),
        last_day=date.fromisoformat(last),
        sentence=sentence,
        sentence_es=sentence_es,
    )


def close_location(location: Location, first: str, last: str, sentence: str = PAINTED) -> Any:
    """That location alone, from that day to that day."""
    return LocationClosing.objects.create(
        location=location,
        first_day=date.fromisoformat(first),
        last_day=date.fromisoformat(last),
        sentence=sentence,
    )


def add_question(
    page: BookingPage, label: str, field_type: str = "singleline", **options: Any
) -> str:
    """An extra question at the end of the form; returns its key."""
    options = {"required": False, "sort_order": page.form_fields.count(), **options}
    question = BookingFormField.objects.create(
        page=page, label=label, field_type=field_type, **options
    )
    return question.clean_name


def answer(key: str, value: Any, label: str = "", kind: str = "text") -> Answer:
    """One answer as it is sealed."""
    return {"key": key, "label": label or key, "type": kind, "answer": value}


def core_answers(*extra: Answer, **changes: Any) -> list[Answer]:
    """Answers to the core questions as they are sealed, and to extra ones before consent."""
    given = _ANSWERS | changes
    core = [
        answer(
            key,
            given[key],
            str(BookingForm.base_fields[key].label),
            _TYPES.get(key, "text"),
        )
        for key in CORE_FIELDS
        if key in given
    ]
    return [*core[:-1], *extra, core[-1]]


def sealed_request(
    page: BookingPage, location: Location, answers: list[Answer] | None = None, **columns: Any
) -> Submission:
    """An unsaved request with these answers, received now."""
    row, received = uuid.uuid4(), columns.pop("received_at", timezone.now())
    sealed = sealing.seal(
        {"answers": core_answers() if answers is None else answers},
        purpose=PURPOSE,
        row=row,
        owner=row,
        schema=SCHEMA,
    )
    return Submission(
        **{
            "id": row,
            "reference": new_reference(),
            "page": page,
            "location": location,
            "received_at": received,
            "form_digest": secrets.token_bytes(32),
            "answers_digest": secrets.token_bytes(32),
            "sealed": sealed.blob,
            "key_id": sealed.key_id,
            "schema": SCHEMA,
            "delete_after": timezone.localdate(received) + timedelta(days=365),
            **columns,
        }
    )


def sealed_note(submission: Submission, text: str = "Called back.") -> SubmissionNote:
    """An unsaved note on a request, written now."""
    row = uuid.uuid4()
    sealed = sealing.seal(
        {"kind": "call", "text": text},
        purpose=NOTE_PURPOSE,
        row=row,
        owner=submission.id,
        schema=SCHEMA,
    )
    return SubmissionNote(
        id=row,
        submission=submission,
        created_at=timezone.now(),
        sealed=sealed.blob,
        key_id=sealed.key_id,
        schema=SCHEMA,
    )


def store(requests: Iterable[Submission]) -> list[Submission]:
    """All of them in one query."""
    return Submission.objects.bulk_create(requests)


def damage(submission: Submission) -> Submission:
    """Flip one bit of the stored blob."""
    blob = bytearray(bytes(submission.sealed))
    blob[-1] ^= 1
    submission.sealed = bytes(blob)
    Submission.objects.filter(pk=submission.pk).update(sealed=submission.sealed)
    return submission


def failing_on(*fragments: str, error: type[Exception] = OperationalError) -> Callable[..., Any]:
    """A wrapper for `connection.execute_wrapper`: statements that hold every fragment fail."""

    def execute(run: Callable[..., Any], sql: str, *args: Any) -> Any:
        if all(fragment in sql for fragment in fragments):
            raise error("the database is away")
        return run(sql, *args)

    return execute
