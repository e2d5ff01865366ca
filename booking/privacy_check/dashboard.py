"""What whoever looks after the site sees of the privacy check when signing in; the others: to_do.py."""

from typing import Any

from django.http import HttpRequest
from wagtail.admin.ui.components import Component

from clinic_site.background.permissions import can_see_background

from .models import MAX_AGE, PrivacyCheck


class PrivacyCheckPanel(Component):
    """When the last privacy check was, how it ended, and what to do about it."""

    name = "privacy_check"
    order = 150
    template_name = "staff/privacy_check.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"check": PrivacyCheck.objects.first(), "max_age": MAX_AGE.days}


def add_privacy_check(request: HttpRequest, panels: list[Any]) -> None:
    """For whoever can have a command run."""
    if can_see_background(request.user):
        panels.append(PrivacyCheckPanel())
