"""The request that the check sends: valid, unmistakably not a person's, and found again anywhere."""

import secrets
import string
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import phonenumbers
from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone

from ..choices import ContactBy, PreferredTime
from ..forms import BookingForm
from ..models import BookingPage, Location
from ..queries import active_locations

NAME = "Automatic privacy check"
MESSAGE = "was sent by verify_privacy, which deletes it again at once. There is nobody to call."
DAYS_AHEAD = 14


class CannotRun(Exception):  # noqa: N818  (its text is one sentence for a person)
    """The check could not be made."""


@dataclass(frozen=True)
class Canary:
    """What is posted, and the part of each answer that lies nowhere else, both by field."""

    posted: dict[str, str]
    secrets: dict[str, str]


def new_mark() -> str:
    """75 random bits that no escaping changes: letters only."""
    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(16))


def make_canary(page: BookingPage, token: str) -> Canary:
    """A valid request for the page with a mark in every question that takes a text."""
    form: BookingForm = page.get_form(initial={"token": token})
    marks: dict[str, str] = {}
    posted = {**_core(marks), "token": token, "website": ""}
    for name, field in form.fields.items():
        if name not in posted:
            posted[name] = _answer(name, field, marks)
    _check(page, posted)
    return Canary(posted, marks)


def _core(marks: dict[str, str]) -> dict[str, str]:
    location, day = _open_day()
    marks.update({name: new_mark() for name in ("name", "email", "message")}, phone=_phone())
    return {
        "name": f"{NAME} {marks['name']}",
        "phone": marks["phone"],
        "email": f"{marks['email']}@example.com",
        "contact_by": ContactBy.EMAIL,
        "location": str(location.pk),
        "preferred_day": day,
        "preferred_time": PreferredTime.ANY,
        "message": f"{marks['message']} {MESSAGE}",
        "consent": "on",
    }


def _open_day() -> tuple[Location, str]:
    for location in active_locations():
        today = timezone.localdate(timezone=location.zone)
        for ahead in range(1, DAYS_AHEAD + 1):
            day = today + timedelta(days=ahead)
            if location.is_open_at(day, PreferredTime.ANY):
                return location, day.isoformat()
    raise CannotRun(
        f"No location is open within {DAYS_AHEAD} days, so that no request can be sent: "
        "check the opening hours of the locations."
    )


def _phone() -> str:
    """A number set aside for fiction (555-0100 to 0199), in an area code the clinic has none in."""
    own = [*Location.objects.values_list("phone", flat=True), settings.CLINIC_PHONE]
    taken = {"".join(c for c in number if c.isdigit())[-10:-7] for number in own}
    region = settings.PHONENUMBER_REGION
    while True:
        area = str(200 + secrets.randbelow(800))
        text = f"({area}) 555-01{secrets.randbelow(100):02}"
        number = phonenumbers.parse(text, region)
        if area not in taken and phonenumbers.is_valid_number_for_region(number, region):
            return text


def _answer(name: str, field: forms.Field, marks: dict[str, str]) -> str:
    """A valid answer to any question; one that takes a text of the visitor's own gets a mark."""
    if isinstance(field, forms.BooleanField):
        return "on"
    if isinstance(field, forms.ChoiceField | forms.MultipleChoiceField):
        values = [str(value) for value, _label in field.choices if value]  # type: ignore[misc,union-attr]  # pairs
        return values[0] if values else ""
    if isinstance(field, forms.DateTimeField | forms.DateField):
        return timezone.localdate().isoformat()
    if isinstance(field, forms.DecimalField):
        marks[name] = str(secrets.randbelow(9 * 10**11) + 10**11)
        return marks[name]
    marks[name] = new_mark()
    forms_of_text: list[tuple[type[Any], str]] = [
        (forms.EmailField, f"{marks[name]}@example.com"),
        (forms.URLField, f"https://example.com/{marks[name]}"),
    ]
    return next((text for cls, text in forms_of_text if isinstance(field, cls)), marks[name])


def _check(page: BookingPage, posted: dict[str, str]) -> None:
    data = QueryDict(mutable=True)
    data.update(posted)
    form = page.get_form(data)
    if not form.is_valid():
        names = ", ".join(form.errors)
        raise CannotRun(f"The check does not know how to answer these questions: {names}.")
