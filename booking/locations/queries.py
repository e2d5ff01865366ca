"""Questions that pages and forms ask about locations."""

from django.db.models import QuerySet

from clinic_site.remembered.memory import recall

from .models import Location

# What a location has to have at hand for its hours of a day to be told without a query.
HOURS_AND_CLOSINGS = ("hours", "closings")


def active_locations() -> QuerySet[Location]:
    """Locations offered to visitors, in their order, with their hours and closings loaded."""
    return Location.objects.filter(active=True).prefetch_related(*HOURS_AND_CLOSINGS)


def offered_locations() -> list[Location]:
    """The same, asked once where content is in hand."""
    return recall("offered locations", lambda: list(active_locations()))
