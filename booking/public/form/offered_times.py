"""Which weekdays and parts of the day the form offers, by the hours of its locations."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from django import forms
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from ...choices import PreferredTime, Weekday
from ...locations.models import Location
from .when import DAYS, PARTS, WhenQuestions


def offered_times(locations: Sequence[Location]) -> dict[str, forms.Field]:
    """The questions for weekdays and parts of the day, with what one of the locations has at least.

    What not all of them have is told in their hint, for whoever has no scripts.
    """
    days = [(day, label, _having(locations, int(day))) for day, label in DAYS]
    parts = [(part, label, _having(locations, None, part)) for part, label in PARTS]
    every = [location.name for location in locations]
    times = [(PreferredTime.ANY, PreferredTime.ANY.label, every), *parts]
    offered = {"weekdays": days, "parts": parts, "preferred_time": times, "second_time": times}
    return {
        name: _offering(WhenQuestions.base_fields[name], offers, len(locations))
        for name, offers in offered.items()
    }


def _having(locations: Sequence[Location], day: int | None, part: str = "") -> list[str]:
    """Names of those with hours on that weekday, or on any, at that part of it, or at any."""
    days = Weekday.values if day is None else [day]
    parts = [part] if part else []
    return [
        location.name
        for location in locations
        if any(location.has_weekly_hours(each, parts) for each in days)
    ]


def _offering(base: forms.Field, offers: list[tuple[Any, Any, list[str]]], all_of_them: int) -> Any:
    field: Any = deepcopy(base)
    field.choices = [(value, label) for value, label, names in offers if names] or field.choices
    only = [
        _("%(time)s: only %(locations)s.")
        % {"time": label, "locations": get_text_list(names, _("and"))}
        for _value, label, names in offers
        if 0 < len(names) < all_of_them
    ]
    field.help_text = " ".join([str(field.help_text), *only]).strip()
    return field
