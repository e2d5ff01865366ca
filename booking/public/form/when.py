"""When somebody would like to come: as soon as possible, on days of the week, or on a certain day."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.text import capfirst, get_text_list
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext_lazy as _

from clinic_site.clinic_time import clinic_today

from ...choices import PreferredTime, Weekday, When
from ...locations.models import Location
from .closed_times import day_refusal, time_refusal, weekday_refusals
from .following import FollowingQuestions, needless, one_of
from .typed_days import DAYS_AHEAD, NoDay, Unclear, read_day

# What is asked of whoever answers that.
ASKED_FOR = {
    When.SOONEST: (),
    When.WEEKDAYS: ("weekdays", "parts"),
    When.DAY: ("preferred_day", "preferred_time", "second_day", "second_time"),
}
# As they are posted.
DAYS = [(str(day), capfirst(label)) for day, label in Weekday.choices]
PARTS = [(value, label) for value, label in PreferredTime.choices if value != PreferredTime.ANY]


def not_asked(posted: Mapping[str, Any]) -> set[str]:
    """What of these questions was posted and does not count."""
    assumed = When.DAY if posted.get("preferred_day") else When.SOONEST
    return needless(ASKED_FOR, posted.get("when") or assumed)


class DayInput(forms.DateInput):
    """A calendar, from today to a year ahead."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        today = clinic_today()
        span = {"min": today.isoformat(), "max": (today + timedelta(days=DAYS_AHEAD)).isoformat()}
        context: dict[str, Any] = super().get_context(name, value, {**(attrs or {}), **span})
        return context


class TypedDay(forms.DateField):
    """A day as people write it in the page's language, where a browser has no calendar for it."""

    widget = DayInput

    def to_python(self, value: Any) -> date | None:
        typed = value.strip() if isinstance(value, str) else value
        if typed in self.empty_values or isinstance(typed, date):
            return super().to_python(typed)
        try:
            return read_day(typed, language=str(get_language())[:2], today=clinic_today())
        except NoDay as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error
        except Unclear as error:
            days = [date_format(day, "DATE_FORMAT") for day in error.days]
            message = _("Do you mean %(days)s? Write the name of the month.")
            values = {"days": get_text_list(days, pgettext("between two days", "or"))}
            raise forms.ValidationError(message, code="unclear", params=values) from error


def _part_of_the_day(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=PreferredTime.choices,
        initial=PreferredTime.ANY,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the times in the list.")},
    )


def _day(label: Any, help_text: Any = "") -> TypedDay:
    invalid = _("Enter the day as month/day/year, for example 3/27/2027.")
    return TypedDay(
        label=label, required=False, help_text=help_text, error_messages={"invalid": invalid}
    )


class WhenQuestions(FollowingQuestions):
    """Without an answer: the day, if one was given, else as soon as possible."""

    when = one_of(_("When would you like to come?"), When.choices, initial=When.SOONEST)
    weekdays = forms.MultipleChoiceField(
        label=_("Days that suit you"),
        choices=DAYS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose days in the list.")},
    )
    parts = forms.MultipleChoiceField(
        label=_("Parts of the day that suit you"),
        choices=PARTS,
        required=False,
        help_text=_("Leave them all open if any suits you."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose parts of the day in the list.")},
    )
    preferred_day = _day(
        _("Preferred day"), _("A day within the next year on which the location is open.")
    )
    preferred_time = _part_of_the_day(_("Preferred time of day"))
    second_day = _day(_("Another day that suits you"))
    second_time = _part_of_the_day(_("Time of that other day"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        has_day = cleaned.get("preferred_day") or self.has_error("preferred_day")
        when = cleaned["when"] = cleaned.get("when") or (When.DAY if has_day else When.SOONEST)
        self.leave_out(ASKED_FOR, when)
        location: Location | None = cleaned.get("location")
        if when == When.WEEKDAYS:
            self._check_weekdays(location, cleaned.get("weekdays"), cleaned.get("parts") or [])
        elif when == When.DAY:
            self._check_day(location, "preferred_day", "preferred_time")
            if cleaned.get("second_day"):
                self._check_day(location, "second_day", "second_time")
            elif not self.has_error("second_day"):
                self.not_asked.add("second_time")
        return cleaned

    @property
    def days_asked_for(self) -> list[date]:
        """Of a valid form: no, one or two days."""
        days = (self.cleaned_data[name] for name in ("preferred_day", "second_day"))
        return [day for day in days if day]

    def _check_weekdays(
        self, location: Location | None, days: list[str] | None, parts: list[str]
    ) -> None:
        if days:
            for name, refusal in weekday_refusals(location, days, parts) if location else ():
                self.add_error(name, refusal)
        elif not self.has_error("weekdays"):
            self.add_error("weekdays", _("Choose at least one day, or “As soon as possible”."))

    def _check_day(self, location: Location | None, day_name: str, time_name: str) -> None:
        part = self.cleaned_data[time_name] = self.cleaned_data.get(time_name) or PreferredTime.ANY
        day: date | None = self.cleaned_data.get(day_name)
        if self.has_error(day_name):
            return
        if day is None:
            self.add_error(day_name, _("Choose a day that suits you."))
        elif refusal := day_refusal(location, day):
            self.add_error(day_name, refusal)
        elif location and (refusal := time_refusal(location, day, part)):
            self.add_error(time_name, refusal)
