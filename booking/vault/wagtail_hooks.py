"""Registers the vault's pages, menu item, permission and log actions."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from .pages import urls
from .pages.menu import VaultMenuItem


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLResolver]:
    return [path("vault/", include(urls))]


@hooks.register("register_admin_menu_item")
def register_menu_item() -> VaultMenuItem:
    return VaultMenuItem(_("Vault"), reverse("vault:index"), icon_name="lock", order=210)


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="vault", codename="use_vault")


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action("vault.unlock", _("Unlock the vault"), _("Vault unlocked"))
    actions.register_action("vault.lock", _("Lock the vault"), _("Vault locked"))
    actions.register_action("vault.unlock_failed", _("Fail to unlock"), _("Wrong passphrase"))
    actions.register_action("vault.create", _("Set up the vault"), _("Vault set up"))
    actions.register_action("vault.request_access", _("Request access"), _("Access requested"))
    actions.register_action("vault.give_access", _("Give access"), _("Access given"))
    actions.register_action("vault.remove", _("Take access away"), _("Access taken away"))
    actions.register_action(
        "vault.change_passphrase", _("Change a passphrase"), _("Passphrase changed")
    )
    actions.register_action("vault.recover", _("Use the recovery sheet"), _("Recovery sheet used"))
    actions.register_action("vault.new_sheet", _("Make a recovery sheet"), _("Recovery sheet made"))
    actions.register_action("vault.repair", _("Repair the manifest"), _("Manifest repaired"))
    actions.register_action("vault.shred", _("Shred an epoch"), _("Epoch shredded"))
