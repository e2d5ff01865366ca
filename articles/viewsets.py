"""How staff see the clinicians in the admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import SnippetViewSet

from .clinicians import Clinician


class ClinicianViewSet(SnippetViewSet):
    model = Clinician
    icon = "user"
    menu_label = _("Clinicians")
    menu_order = 250
    add_to_admin_menu = True
    list_display = ["full_name", "role", "live"]
    search_fields = ["name"]
