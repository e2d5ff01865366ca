"""What a visitor reads who asks for a day or a time at which a location is closed."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from clinic_site.clinic_time import clinic_today

from ...choices import PreferredTime, Weekday
from ...locations.hours import day_in_words
from ...locations.models import Location
from .typed_days import DAYS_AHEAD


def day_refusal(location: Location | None, day: date) -> str:
    """Why that day is refused; empty where it lies within the next year and the location is still to open."""
    today = location.today if location else clinic_today()
    if day < today:
        return _("Choose a day that is not in the past.")
    if day > today + timedelta(days=DAYS_AHEAD):
        return _("Choose a day within the next year.")
    if location and not location.hours_on(day):
        return _closed_message(location, day)
    if location and location.is_over_today(day, PreferredTime.ANY):
        message = _("%(location)s is closed for the rest of today. Choose another day.")
        return message % {"location": location.name}
    return ""


def _closed_message(location: Location, day: date) -> str:
    """In a closing with its sentence, marked where it is in another language."""
    values = {"location": location.name, "day": day_in_words(day)}
    closing = location.closing_on(day)
    if closing is None:
        return _("%(location)s is closed on %(day)s. Choose another day.") % values
    message = _("{location} is closed on {day}: {reason} Choose another day.")
    return format_html(message, **values, reason=closing.sentence_here.html)


def time_refusal(location: Location, day: date, part: str) -> str:
    """Why that part of an open day is refused; empty where it is not."""
    if not location.has_hours_at(day, part):
        message = _(
            "%(location)s is closed at that time on %(day)s. Choose another time, or “Any time”."
        )
        return message % {"location": location.name, "day": date_format(day, "l")}
    if location.is_over_today(day, part):
        return _("That time is over today. Choose a later one, or another day.")
    return ""


def weekday_refusals(
    location: Location, days: Sequence[str], parts: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Question and refusal, where one of the days has no hours at those parts of it, or else one of the
    parts has none on those days."""
    closed = [day for day in days if not location.has_weekly_hours(int(day), parts)]
    if closed:
        yield "weekdays", _closed_on(location, closed, parts)
        return
    idle = [
        part
        for part in parts
        if not any(location.has_weekly_hours(int(day), [part]) for day in days)
    ]
    if idle:
        yield "parts", _closed_at(location, idle)


def _closed_on(location: Location, days: list[str], parts: Sequence[str]) -> str:
    names = get_text_list([str(Weekday(int(day)).label) for day in days], _("and"))
    message = (
        _(
            "%(location)s is closed on %(days)s at the times that you chose. Choose other days or times."
        )
        if parts
        else _("%(location)s is closed on %(days)s. Choose other days.")
    )
    return message % {"location": location.name, "days": names}


def _closed_at(location: Location, parts: list[str]) -> str:
    names = get_text_list([str(PreferredTime(part).label) for part in parts], _("and"))
    message = _("%(location)s has no hours on those days for “%(parts)s”. Choose another time.")
    return message % {"location": location.name, "parts": names}
