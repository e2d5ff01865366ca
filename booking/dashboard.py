"""What staff see of the privacy check when they sign in."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from wagtail.admin.site_summary import SummaryItem

from . import permissions
from .privacy_audit.models import MAX_AGE, PrivacyCheck
from .vault.permissions import can_see_vault


class PrivacyCheckItem(SummaryItem):
    """When the last privacy check was and how it ended; a warning when it is nothing to rely on."""

    order = 900
    template_name = "desk/privacy_check.html"

    def is_shown(self) -> bool:
        user = self.request.user
        return permissions.can_list(user) or can_see_vault(user)

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        check = PrivacyCheck.objects.first()
        return {
            "check": check,
            "is_warning": check is None or not check.passed or check.is_old,
            "max_age": MAX_AGE.days,
        }


def add_privacy_check(request: HttpRequest, items: list[Any]) -> None:
    items.append(PrivacyCheckItem(request))
