"""Whether anybody learns by mail of new requests and of late ones."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from clinic_site.background.permissions import can_see_background
from clinic_site.to_do import ToDo

from ..choices import HowOften
from ..locations.models import Location
from ..permissions import managers
from .models import RequestMails, mails_of_staff


def to_do(user: Any) -> Iterator[ToDo]:
    """For whoever runs the desk or the site: the locations of whose requests no mail tells."""
    if not (managers().filter(pk=user.pk).exists() or can_see_background(user)):
        return
    url = f"{reverse('wagtailadmin_account')}#tab-notifications"
    staff = mails_of_staff()
    told = [each for each in staff if each.new_requests != HowOften.NEVER]
    if names := _without(told):
        text = _(
            "Nobody gets a mail when a request comes in for %(locations)s. Choose it here for yourself, "
            "or ask a colleague to."
        )
        yield ToDo(text % {"locations": names}, url)
    if names := _without([each for each in staff if each.wants_overdue]):
        text = _(
            "Nobody gets a mail when a request is late at %(locations)s. Choose it here for yourself, "
            "or ask a colleague to."
        )
        yield ToDo(text % {"locations": names}, url)


def _without(readers: list[RequestMails]) -> str:
    """The locations offered to visitors that none of them wants to know of, by name."""
    offered = Location.objects.filter(active=True)
    missing = [place for place in offered if not any(each.is_about(place) for each in readers)]
    return ", ".join(place.name for place in missing)
