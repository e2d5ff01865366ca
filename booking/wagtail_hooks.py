"""Registers the review desk, the locations and what is logged; closes Wagtail's own form pages."""

from typing import Any

from django.db.models import QuerySet
from wagtail import hooks
from wagtail.snippets.models import register_snippet
from wagtail_modeladmin.options import modeladmin_register

from .desk.admin import SubmissionAdmin
from .desk.figures.views import figures_menu_item, figures_urls
from .locations.viewsets import ClinicClosingViewSet, LocationViewSet
from .log_actions import register_log_actions
from .notifications.account import request_mails_panel
from .privacy_check.dashboard import add_privacy_check
from .submissions.deletion import (
    refuse_bulk_deletion,
    refuse_location_deletion,
    refuse_page_deletion,
)

modeladmin_register(SubmissionAdmin)
register_snippet(LocationViewSet)
register_snippet(ClinicClosingViewSet)
hooks.register("register_reports_menu_item", figures_menu_item)
hooks.register("register_admin_urls", figures_urls)
hooks.register("before_delete_page", refuse_page_deletion)
hooks.register("before_bulk_action", refuse_bulk_deletion)
hooks.register("before_delete_snippet", refuse_location_deletion)
hooks.register("construct_homepage_panels", add_privacy_check)
hooks.register("register_account_settings_panel", request_mails_panel)
hooks.register("register_log_actions", register_log_actions)


@hooks.register("filter_form_submissions_for_user")
def hide_forms(user: Any, forms: QuerySet[Any]) -> QuerySet[Any]:
    """Wagtail would show requests to whoever may edit the page."""
    return forms.none()
