"""Whether anybody learns of new requests by mail."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from clinic_site.background.permissions import can_see_background
from clinic_site.to_do import ToDo

from ..choices import HowOften
from ..locations.models import Location
from ..permissions import answers_for_promises
from .models import mails_of_staff


def to_do(user: Any) -> Iterator[ToDo]:
    """For whoever runs the desk or the site: the locations of whose new requests no mail tells."""
    if not (answers_for_promises(user) or can_see_background(user)):
        return
    if names := ", ".join(place.name for place in untold_locations()):
        text = _(
            "Nobody gets a mail when a request comes in for %(locations)s. Choose it here for yourself, "
            "or ask a colleague to."
        )
        url = f"{reverse('wagtailadmin_account')}#tab-notifications"
        yield ToDo(text % {"locations": names}, url)


def untold_locations() -> list[Location]:
    """Those offered to visitors of which nobody wants mails about new requests."""
    told = [each for each in mails_of_staff() if each.new_requests != HowOften.NEVER]
    chosen = [{place.pk for place in each.locations.all()} for each in told]
    offered = Location.objects.filter(active=True)
    return [
        place for place in offered if not any(place.pk in places or not places for places in chosen)
    ]
