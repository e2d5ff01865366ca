"""Registers what holds pages to their rules."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from .publishing_messages import refuse_bulk_publishing

hooks.register("before_bulk_action", refuse_bulk_publishing)


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action(
        "clinic_site.left_out", _("Leave out"), _("Not published at its time: it breaks the rules")
    )
