"""Registers the review desk, the locations and what is logged; closes Wagtail's own form pages."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry
from wagtail.snippets.models import register_snippet
from wagtail_modeladmin.options import modeladmin_register

from .admin import SubmissionAdmin
from .deletion import refuse_bulk_deletion, refuse_location_deletion, refuse_page_deletion
from .privacy_check.dashboard import add_privacy_check
from .viewsets import LocationViewSet

modeladmin_register(SubmissionAdmin)
register_snippet(LocationViewSet)
hooks.register("before_delete_page", refuse_page_deletion)
hooks.register("before_bulk_action", refuse_bulk_deletion)
hooks.register("before_delete_snippet", refuse_location_deletion)
hooks.register("construct_homepage_panels", add_privacy_check)


@hooks.register("filter_form_submissions_for_user")
def hide_forms(user: Any, forms: QuerySet[Any]) -> QuerySet[Any]:
    """Wagtail would show requests to whoever may edit the page."""
    return forms.none()


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action("booking.receive", _("Receive a request"), _("Request received"))
    actions.register_action("booking.read", _("Read a request"), _("Request read"))
    actions.register_action("booking.names", _("Show names"), _("Names shown in the list"))
    actions.register_action("booking.search", _("Search requests"), _("Requests searched"))
    actions.register_action("booking.status", _("Change a request"), _("Status changed"))
    actions.register_action("booking.export", _("Export requests"), _("Requests exported"))
    actions.register_action("booking.reencrypt", _("Re-encrypt"), _("Requests moved to new key"))
    actions.register_action("booking.purge", _("Delete by date"), _("Requests past date deleted"))
    actions.register_action("booking.privacy_check", _("Check privacy"), _("Privacy check run"))
