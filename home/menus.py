"""The admin's menus: the guide in, and what no group here needs out."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem

from booking.permissions import can_list

from .permissions import can_edit_pages

# Wagtail's own, about other programs than this site or for people who run many pages.
UNNEEDED_HELP = {"editor-guide"}
UNNEEDED_REPORTS = {"aging-pages", "page-types-usage", "workflows", "locked-pages"}


class PagesGuideItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return can_edit_pages(request.user)


class RequestsGuideItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return can_list(request.user)


def pages_guide_item() -> MenuItem:
    label = _("How to write and edit")
    return PagesGuideItem(label, reverse("guide_pages"), icon_name="help", order=100)


def requests_guide_item() -> MenuItem:
    label = _("How to work with requests")
    return RequestsGuideItem(label, reverse("guide_requests"), icon_name="help", order=110)


def thin_out_help(request: HttpRequest, items: list[Any]) -> None:
    """Leave out the links to Wagtail's own pages: they explain much that is not here."""
    items[:] = [
        item
        for item in items
        if item.name not in UNNEEDED_HELP and not item.name.startswith("whats-new")
    ]


def thin_out_reports(request: HttpRequest, items: list[Any]) -> None:
    """Superusers keep every report."""
    if not request.user.is_superuser:
        items[:] = [item for item in items if item.name not in UNNEEDED_REPORTS]
