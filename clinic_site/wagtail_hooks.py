"""Registers what holds pages to their rules, and what every page of the admin loads."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from .admin_media import character_count, enter_key, saving, styles, unsaved
from .background.menu import background_menu_item, background_permission, background_urls
from .publishing.messages import refuse_bulk_publishing
from .remembered.answers import keep_finished_page

hooks.register("register_reports_menu_item", background_menu_item)
hooks.register("register_admin_urls", background_urls)
hooks.register("register_permissions", background_permission)
hooks.register("before_bulk_action", refuse_bulk_publishing)
hooks.register("insert_global_admin_css", styles)
hooks.register("insert_global_admin_js", character_count)
hooks.register("insert_editor_js", enter_key)
hooks.register("insert_editor_js", saving)
hooks.register("insert_editor_js", unsaved)
# Last, so that whatever refuses a visitor comes before.
hooks.register("on_serve_page", keep_finished_page, order=1000)


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action(
        "clinic_site.left_out", _("Leave out"), _("Not published at its time: it breaks the rules")
    )
