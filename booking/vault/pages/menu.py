"""The vault in the admin's menu."""

from django.http import HttpRequest
from wagtail.admin.menu import MenuItem

from ..permissions import can_see_vault


class VaultMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return can_see_vault(request.user)
