"""The clinic's day, whatever time zone the person at work has chosen.

Wagtail shows each user the admin in a zone of his own. A request, a review and a date of deletion
belong to the clinic's day all the same, or two people would read two days in one column.
"""

from collections.abc import Callable
from datetime import date, datetime, time
from functools import wraps
from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone

View = Callable[..., HttpResponseBase]


def clinic_today() -> date:
    """The day it is at the clinic."""
    return in_clinic_time(timezone.now()).date()


def clinic_midnight(day: date) -> datetime:
    """The first moment of that day at the clinic, on days when clocks change too."""
    return datetime.combine(day, time.min, timezone.get_default_timezone())


def in_clinic_time(moment: datetime) -> datetime:
    """That moment by the clinic's clock."""
    return moment.astimezone(timezone.get_default_timezone())


def at_the_clinic(view: View) -> View:
    """A view that reads and shows every time by the clinic's clock, its template included."""

    @wraps(view)
    def decorated(*args: Any, **kwargs: Any) -> HttpResponseBase:
        with timezone.override(timezone.get_default_timezone()):
            response = view(*args, **kwargs)
            if hasattr(response, "render"):
                response.render()
            return response

    return decorated
