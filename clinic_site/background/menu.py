"""The page of mails and daily work: its addresses, its entry in the reports, who may be given it."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem

from . import views
from .permissions import can_see_background


class BackgroundMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return can_see_background(request.user)


def background_menu_item() -> MenuItem:
    return BackgroundMenuItem(
        _("Mails and daily work"),
        reverse("background"),
        name="background",
        icon_name="mail",
        order=1200,
    )


def background_urls() -> list[URLPattern]:
    return [
        path("reports/background/", views.index, name="background"),
        path("reports/background/<uuid:pk>/again/", views.try_again, name="background_try_again"),
        path("reports/background/<uuid:pk>/delete/", views.give_up, name="background_give_up"),
    ]


def background_permission() -> QuerySet[Permission]:
    """Offered where groups are edited."""
    return Permission.objects.filter(
        content_type__app_label="clinic_site", codename="view_scheduledrun"
    )
