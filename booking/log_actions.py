"""Every action of the front desk that is logged, once: its name, and its words."""

from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogActionRegistry

RECEIVE = "booking.receive"
READ = "booking.read"
SHOW_NAMES = "booking.names"
SEARCH = "booking.search"
CHANGE = "booking.status"
NOTE = "booking.note"
DELETE_NOTE = "booking.delete_note"
EXPORT = "booking.export"
EXPORT_ROWS = "booking.export_rows"
EXPORT_END = "booking.export_end"
WITHDRAW = "booking.withdraw"
REENCRYPT = "booking.reencrypt"
PURGE = "booking.purge"
CHECK_PRIVACY = "booking.privacy_check"

# What it is called in filters, and what a history says was done.
WORDS = {
    RECEIVE: (_("Receive a request"), _("Request received")),
    READ: (_("Read a request"), _("Request read")),
    SHOW_NAMES: (_("Show names"), _("Names shown in the list")),
    SEARCH: (_("Search requests"), _("Requests searched")),
    CHANGE: (_("Change a request"), _("Status changed")),
    NOTE: (_("Write a note"), _("Note written")),
    DELETE_NOTE: (_("Delete a note"), _("Note deleted")),
    WITHDRAW: (_("Withdraw a request"), _("Request withdrawn by its visitor")),
    EXPORT: (_("Export requests"), _("Requests exported")),
    EXPORT_ROWS: (_("Export requests: which"), _("Of an export, these requests")),
    EXPORT_END: (_("Export requests: end"), _("Export ended")),
    REENCRYPT: (_("Re-encrypt"), _("Requests moved to new key")),
    PURGE: (_("Delete by date"), _("Requests past date deleted")),
    CHECK_PRIVACY: (_("Check privacy"), _("Privacy check run")),
}


def register_log_actions(actions: LogActionRegistry) -> None:
    for name, (label, message) in WORDS.items():
        actions.register_action(name, label, message)
