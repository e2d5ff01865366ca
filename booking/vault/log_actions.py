"""Every action on the vault that is logged, once: its name, and its words."""

from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogActionRegistry

UNLOCK = "vault.unlock"
LOCK = "vault.lock"
UNLOCK_FAILED = "vault.unlock_failed"
CREATE = "vault.create"
REQUEST_ACCESS = "vault.request_access"
GIVE_ACCESS = "vault.give_access"
REMOVE = "vault.remove"
CHANGE_PASSPHRASE = "vault.change_passphrase"  # noqa: S105  (a name)
RECOVER = "vault.recover"
NEW_SHEET = "vault.new_sheet"
REPAIR = "vault.repair"
SHRED = "vault.shred"

# What it is called in filters, and what a history says was done.
WORDS = {
    UNLOCK: (_("Unlock the vault"), _("Vault unlocked")),
    LOCK: (_("Lock the vault"), _("Vault locked")),
    UNLOCK_FAILED: (_("Fail to unlock"), _("Wrong passphrase")),
    CREATE: (_("Set up the vault"), _("Vault set up")),
    REQUEST_ACCESS: (_("Request access"), _("Access requested")),
    GIVE_ACCESS: (_("Give access"), _("Access given")),
    REMOVE: (_("Take access away"), _("Access taken away")),
    CHANGE_PASSPHRASE: (_("Change a passphrase"), _("Passphrase changed")),
    RECOVER: (_("Use the recovery sheet"), _("Recovery sheet used")),
    NEW_SHEET: (_("Make a recovery sheet"), _("Recovery sheet made")),
    REPAIR: (_("Repair the manifest"), _("Manifest repaired")),
    SHRED: (_("Shred an epoch"), _("Epoch shredded")),
}


def register_log_actions(actions: LogActionRegistry) -> None:
    for name, (label, message) in WORDS.items():
        actions.register_action(name, label, message)
