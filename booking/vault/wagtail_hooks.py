"""Registers the vault's pages, menu item, permission and log actions."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from .log_actions import register_log_actions
from .pages import urls
from .pages.menu import VaultMenuItem

hooks.register("register_log_actions", register_log_actions)


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLResolver]:
    return [path("vault/", include(urls))]


@hooks.register("register_admin_menu_item")
def register_menu_item() -> VaultMenuItem:
    return VaultMenuItem(_("Vault"), reverse("vault:index"), icon_name="lock", order=210)


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="vault", codename="use_vault")
