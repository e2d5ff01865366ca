"""A place where patients are seen, and its opening hours."""

from collections.abc import Collection
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable
from wagtail.search import index

from clinic_site.languages import LocalText, local_text
from clinic_site.phones import phone_link

from ..choices import TIME_SPANS, PreferredTime, Weekday
from .closings import Closing, LocationClosing, announced, clinic_closings
from .hours import HoursState, federal_holiday, grouped, next_change, state_at
from .panels import HOURS_PANELS, LOCATION_PANELS


def _touches(spans: list[tuple[time, time]], preferred: str) -> bool:
    """Whether one of the spans has a moment of that part of the day."""
    if preferred == PreferredTime.ANY:
        return bool(spans)
    start, end = TIME_SPANS[PreferredTime(preferred)]
    return any(opens < end and closes > start for opens, closes in spans)


class Location(index.Indexed, ClusterableModel):
    """A place where patients are seen. Its hours decide which days and times can be asked for."""

    name = models.CharField(_("name"), max_length=80, help_text=_("The town. Example: Allen"))
    street = models.CharField(
        _("street"), max_length=160, help_text=_("Example: 100 Sample Street, Suite 4")
    )
    town = models.CharField(
        _("town, state and ZIP"), max_length=120, help_text=_("Example: Allen, TX 75002")
    )
    phone = models.CharField(_("phone"), max_length=40, help_text=_("Example: (972) 555-0101"))
    access_note = models.TextField(
        _("note on access"),
        blank=True,
        help_text=_("Parking, lift, entrance. Example: Step-free, lift to floor 2."),
    )
    access_note_es = models.TextField(
        _("note on access in Spanish"),
        blank=True,
        help_text=_(
            "Shown on Spanish pages. Empty: the English note, marked as English. "
            "Example: Sin escalones, ascensor hasta el piso 2."
        ),
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        default=settings.TIME_ZONE,
        help_text=_("In which its hours are meant. Example: America/Chicago"),
    )
    closed_on_holidays = models.BooleanField(
        _("closed on federal holidays"),
        default=True,
        help_text=_(
            "On: days such as Thanksgiving and Labor Day count as closed, whatever the opening hours "
            "say. Example: on"
        ),
    )
    offers_video = models.BooleanField(
        _("visits by video"),
        default=False,
        help_text=_(
            "On: the form asks whether somebody wants to come or to talk by video. Example: on"
        ),
    )
    active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_(
            "Off: neither shown nor offered on the booking page. Example: off while it is rebuilt"
        ),
    )
    sort_order = models.PositiveSmallIntegerField(
        _("position"), null=True, blank=True, default=0, editable=False
    )

    sort_order_field = "sort_order"
    panels = LOCATION_PANELS
    search_fields = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta:
        ordering = ["sort_order", "name"]
        verbose_name = _("location")
        verbose_name_plural = _("locations")

    def __str__(self) -> str:
        return self.name

    @property
    def phone_link(self) -> str:
        return phone_link(self.phone)

    @property
    def access_note_here(self) -> LocalText:
        return local_text(self, "access_note")

    def clean(self) -> None:
        super().clean()
        try:
            ZoneInfo(self.time_zone)
        except (KeyError, ValueError, OSError) as error:
            message = _("This is not a time zone. Example: America/Chicago")
            raise ValidationError({"time_zone": message}) from error

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def today(self) -> date:
        """The day it is there."""
        return timezone.now().astimezone(self.zone).date()

    def hours_on(self, day: date) -> list[tuple[time, time]]:
        """Opening and closing times of that day, earliest first; empty when closed."""
        if self.closed_on_holidays and federal_holiday(day):
            return []
        spans = sorted(
            (span.opens, span.closes) for span in self.hours.all() if span.weekday == day.weekday()
        )
        return [] if spans and self.closing_on(day) else spans

    def closing_on(self, day: date) -> Closing | None:
        """The closing that holds on that day: one of its own before one of the whole clinic."""
        closings: list[Closing] = [*self.closings.all(), *clinic_closings()]
        return next((closing for closing in closings if closing.holds_on(day)), None)

    @property
    def announced_closings(self) -> list[LocationClosing]:
        """Its own closings that pages announce today; those of the whole clinic are told once a page."""
        return announced(self.closings.all(), self.today)

    def has_hours_at(self, day: date, preferred: str) -> bool:
        """Whether the location is open for any part of the preferred time on that day."""
        return _touches(self.hours_on(day), preferred)

    def has_weekly_hours(self, weekday: int, parts: Collection[str] = ()) -> bool:
        """Whether its hours of that weekday, 0 for Monday, touch one of the parts of the day, or any."""
        spans = [(span.opens, span.closes) for span in self.hours.all() if span.weekday == weekday]
        return any(_touches(spans, part) for part in parts or [PreferredTime.ANY])

    @property
    def weekly_parts(self) -> str:
        """Its weekdays with their parts of the day, for scripts: "0morning 0midday 1morning"."""
        return " ".join(
            f"{day}{part}"
            for day in Weekday.values
            for part in TIME_SPANS
            if self.has_weekly_hours(day, [part])
        )

    def is_over_today(self, day: date, preferred: str) -> bool:
        """Whether the day is today there, and the last of its hours at that time has passed."""
        if day != self.today:
            return False
        now = timezone.now().astimezone(self.zone).time()
        return not _touches(
            [(max(opens, now), closes) for opens, closes in self.hours_on(day) if closes > now],
            preferred,
        )

    @property
    def hours_state(self) -> HoursState:
        """Whether it is open at this moment, in words."""
        return state_at(self, timezone.now())

    @property
    def state_changes_at(self) -> datetime:
        """When `hours_state` may become another one although nobody changes the hours."""
        return next_change(self, timezone.now())

    def hours_by_day(self) -> list[dict[str, Any]]:
        """Seven rows, Monday first: {"day", "spans"}, for the hours table."""
        spans: dict[int, list[OpeningHours]] = {day: [] for day in Weekday.values}
        for span in self.hours.all():
            spans[span.weekday].append(span)
        return [
            {"day": Weekday(day).label, "spans": sorted(rows, key=lambda row: row.opens)}
            for day, rows in spans.items()
        ]

    def hours_in_groups(self) -> list[dict[str, Any]]:
        """The same with neighboring days of equal hours in one row: "Monday to Friday"."""
        return grouped(self.hours_by_day())


class OpeningHours(Orderable):
    """One span of a day. A day with a break at noon has two."""

    location = ParentalKey(Location, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(
        _("day"),
        choices=Weekday.choices,
        help_text=_("A day without a row is closed. Example: Monday"),
    )
    opens = models.TimeField(_("opens"), help_text=_("Example: 09:00"))
    closes = models.TimeField(_("closes"), help_text=_("Example: 17:00"))

    panels = HOURS_PANELS

    class Meta(Orderable.Meta):
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes__gt=models.F("opens")),
                name="booking_hours_close_after_opening",
                violation_error_message=_("Closing time must be after opening time."),
            )
        ]
