"""Questions that pages and forms ask about locations."""

from django.db.models import QuerySet

from .models import Location


def active_locations() -> QuerySet[Location]:
    """Locations offered to visitors, in their order, with their hours loaded."""
    return Location.objects.filter(active=True).prefetch_related("hours")
