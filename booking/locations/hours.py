"""When a location is open, and by when somebody who writes to it can be answered."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import groupby
from typing import TYPE_CHECKING, Any

import holidays
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from clinic_site.clinic_time import in_clinic_time

if TYPE_CHECKING:
    from .models import Location

# Further ahead nobody wants to know; a location without hours has none at all.
DAYS_TO_LOOK_AHEAD = 60

# Filled in year by year as days are asked for; federal holidays, also where a weekday stands for them.
_FEDERAL_HOLIDAYS = holidays.country_holidays("US", language="en_US")


def federal_holiday(day: date) -> str:
    """The name of the US federal holiday on that day; empty on any other."""
    return str(_FEDERAL_HOLIDAYS.get(day) or "")


def day_in_words(day: date) -> str:
    """The day with its weekday, without the year: "Thursday, December 24"."""
    return f"{date_format(day, 'l')}, {date_format(day, 'MONTH_DAY_FORMAT')}"


def moment_in_words(moment: datetime) -> str:
    """By the clinic's clock, short: "Tue 5 p.m." where that day is less than a week away, else the date."""
    local = in_clinic_time(moment)
    if abs(local.date() - in_clinic_time(timezone.now()).date()) < timedelta(days=7):
        return f"{date_format(local, 'D')} {time_format(local.time())}"
    return date_format(local, "SHORT_DATETIME_FORMAT")


@dataclass(frozen=True)
class HoursState:
    """Whether a location is open, in words: "Open now", and "until 5 p.m."."""

    within_hours: bool
    words: str
    detail: str


def state_at(location: "Location", moment: datetime) -> HoursState:
    """The state at that moment, by the location's own clock, hours and holidays."""
    local = moment.astimezone(location.zone)
    for opens, closes in location.hours_on(local.date()):
        if opens <= local.time() < closes:
            detail = _("until %(time)s") % {"time": time_format(closes)}
            return HoursState(True, _("Open now"), detail)  # noqa: FBT003
    return HoursState(False, _("Closed now"), _opens_again(location, local))  # noqa: FBT003


def _opens_again(location: "Location", local: datetime) -> str:
    for day in _days_from(local.date()):
        for opens, _closes in location.hours_on(day):
            if (day, opens) > (local.date(), local.time()):
                return _opens_in_words(day, opens, local.date())
    return ""


def _opens_in_words(day: date, opens: time, today: date) -> str:
    words = {
        "time": time_format(opens),
        "day": date_format(day, "l"),
        "date": date_format(day, "MONTH_DAY_FORMAT"),
    }
    if day == today:
        return _("opens today at %(time)s") % words
    if day < today + timedelta(days=7):
        return _("opens %(day)s at %(time)s") % words
    return _("opens %(date)s at %(time)s") % words


def next_change(location: "Location", moment: datetime) -> datetime:
    """When the words of `state_at` may become others: the next opening, closing or midnight there."""
    local = moment.astimezone(location.zone)
    today = local.date()
    times = [each for span in location.hours_on(today) for each in span if each > local.time()]
    if times:
        return datetime.combine(today, min(times), location.zone)
    return next_midnight(moment, location.zone)


def next_midnight(moment: datetime, zone: tzinfo) -> datetime:
    """The end of the day that it is there."""
    tomorrow = moment.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time.min, zone)


def answer_due(location: "Location", received: datetime, working_days: int) -> datetime | None:
    """The end of the last of that many days on which the location is open, the day of receipt apart.

    In the location's own time. None when it has no opening hours within DAYS_TO_LOOK_AHEAD.
    """
    local = received.astimezone(location.zone)
    left = working_days
    for day in _days_from(local.date() + timedelta(days=1)):
        hours = location.hours_on(day)
        left -= bool(hours)
        if hours and left <= 0:
            return datetime.combine(day, hours[-1][1], location.zone)
    return None


def _days_from(first: date) -> list[date]:
    return [first + timedelta(days=ahead) for ahead in range(DAYS_TO_LOOK_AHEAD)]


def grouped(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of `Location.hours_by_day` as {"days", "spans"}: neighbors of equal hours are one row."""

    def hours(row: dict[str, Any]) -> list[tuple[time, time]]:
        return [(span.opens, span.closes) for span in row["spans"]]

    return [_group(list(days)) for _hours, days in groupby(rows, key=hours)]


def _group(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Days of equal hours as one row, named by the first and the last."""
    words = {"first": rows[0]["day"], "last": rows[-1]["day"]}
    names = {1: "%(first)s", 2: _("%(first)s and %(last)s")}
    return {
        "days": names.get(len(rows), _("%(first)s to %(last)s")) % words,
        "spans": rows[0]["spans"],
    }
