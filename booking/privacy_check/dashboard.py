"""What staff see of the privacy check when they sign in."""

from typing import Any

from django.http import HttpRequest
from wagtail.admin.ui.components import Component

from .. import permissions
from ..vault.permissions import can_see_vault
from .models import MAX_AGE, PrivacyCheck


class PrivacyCheckPanel(Component):
    """When the last privacy check was, how it ended, and what to do about it."""

    name = "privacy_check"
    order = 150
    template_name = "staff/privacy_check.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"check": PrivacyCheck.objects.first(), "max_age": MAX_AGE.days}


def add_privacy_check(request: HttpRequest, panels: list[Any]) -> None:
    """For people who may see requests; nobody else can do anything about it."""
    if permissions.can_list(request.user) or can_see_vault(request.user):
        panels.append(PrivacyCheckPanel())
