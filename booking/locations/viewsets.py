"""How staff see the locations in the admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import SnippetViewSet

from .closings import ClinicClosing
from .models import Location


class LocationViewSet(SnippetViewSet):
    model = Location
    icon = "site"
    menu_label = _("Locations and hours")
    menu_order = 260
    add_to_admin_menu = True
    list_display = ["name", "phone", "active"]
    sort_order_field = "sort_order"


class ClinicClosingViewSet(SnippetViewSet):
    model = ClinicClosing
    icon = "date"
    menu_label = _("Clinic closing days")
    menu_order = 265
    add_to_admin_menu = True
    list_display = ["first_day", "last_day", "sentence"]
    ordering = ["-first_day"]
