"""Questions that pages and forms ask about locations."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from clinic_site.remembered.memory import recall

from .closings import clinic_closings
from .hours import next_midnight
from .models import Location

# What a location has to have at hand for its hours of a day to be told without a query.
HOURS_AND_CLOSINGS = ("hours", "closings")


def active_locations() -> QuerySet[Location]:
    """Locations offered to visitors, in their order, with their hours and closings loaded."""
    return Location.objects.filter(active=True).prefetch_related(*HOURS_AND_CLOSINGS)


def offered_locations() -> list[Location]:
    """The same, asked once where content is in hand."""
    return recall("offered locations", lambda: list(active_locations()))


def announcements_change_at() -> datetime | None:
    """When pages may announce other closings than now: the next midnight of a location that has some,
    or of the clinic. None where no closing is known."""
    now = timezone.now()
    zones = [location.zone for location in offered_locations() if location.closings.all()]
    ends = [next_midnight(now, zone) for zone in zones]
    if clinic_closings():
        ends.append(next_midnight(now, timezone.get_default_timezone()))
    return min(ends, default=None)
