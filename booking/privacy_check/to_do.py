"""What everybody at the desk has to know of the privacy check: that it found something."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic_site.background.permissions import can_see_background
from clinic_site.clinic_time import in_clinic_time
from clinic_site.to_do import ToDo

from .. import permissions
from ..vault.notices import administrators
from ..vault.permissions import can_see_vault
from .models import PrivacyCheck


def to_do(user: Any) -> Iterator[ToDo]:
    """To call somebody, when the last one failed. What else there is to do is an administrator's."""
    check = PrivacyCheck.objects.first()
    if not (check and check.hits and (permissions.can_list(user) or can_see_vault(user))):
        return
    day = date_format(in_clinic_time(check.ran_at))
    if can_see_background(user):  # who finds the command for it further down
        text = _("On %(day)s what a visitor sent could be read on this server. See to it today.")
        yield ToDo(text % {"day": day}, "#privacy-check-section", is_urgent=True)
        return
    text = _(
        "Call %(people)s today: on %(day)s what a visitor sent could be read on this server. "
        "It must not be."
    )
    page = "vault:index" if can_see_vault(user) else "booking_submission_modeladmin_index"
    words = {"people": administrators(), "day": day}
    yield ToDo(text % words, reverse(page), is_urgent=True)
