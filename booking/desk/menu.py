"""The desk in the admin's menu, with how many requests wait for somebody."""

from typing import Any

from django.http import HttpRequest
from wagtail.admin.ui.sidebar import LinkMenuItem
from wagtail_modeladmin.menus import ModelAdminMenuItem

from ..submissions.queries import waiting


class RequestsMenuItem(ModelAdminMenuItem):
    """Its label tells the number, so that it is read out, too."""

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        item: Any = super().render_component(request)
        if count := waiting().count():
            item.label = f"{item.label} ({count:,})"
        return item
