"""Pages and locations that hold requests are not deleted: the requests would go with them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.models import Page

from ..locations.models import Location
from .queries import has_submissions

REFUSAL = _(
    "“%(page)s” holds appointment requests and cannot be deleted. "
    "Unpublish it instead, or delete the requests first."
)
LOCATION_REFUSAL = _(
    "“%(location)s” has appointment requests and cannot be deleted. "
    "Switch it off instead: it is then no longer offered."
)


def refuse_page_deletion(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Sends the editor back with the reason when the page holds requests."""
    if not has_submissions(page):
        return None
    messages.error(request, REFUSAL % {"page": page.title})
    return redirect("wagtailadmin_pages:edit", page.pk)


def refuse_bulk_deletion(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """The same for several pages at once."""
    if action_type != "delete":
        return None
    for item in objects:
        if isinstance(item, Page) and (refusal := refuse_page_deletion(request, item)):
            return refusal
    return None


def refuse_location_deletion(request: HttpRequest, instances: list[Any]) -> HttpResponse | None:
    """The same for locations, one or several."""
    for location in instances:
        if isinstance(location, Location) and _has_requests(location):
            messages.error(request, LOCATION_REFUSAL % {"location": location})
            return redirect("wagtailsnippets_booking_location:edit", location.pk)
    return None


def _has_requests(location: Location) -> bool:
    """Or had some, of which a report still tells."""
    return location.submissions.exists() or location.tallies.exists()
