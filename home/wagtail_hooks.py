"""Registers the dashboard, the guide, what the menus show and the clinic's own content checks."""

from django.urls import URLPattern
from wagtail import hooks

from . import guide, menus
from .content_checks import add_clinic_checks, content_checks_script
from .dashboard import add_panels

hooks.register("construct_homepage_panels", add_panels)
hooks.register("register_help_menu_item", menus.pages_guide_item)
hooks.register("register_help_menu_item", menus.requests_guide_item)
hooks.register("construct_help_menu", menus.thin_out_help)
hooks.register("construct_reports_menu", menus.thin_out_reports)
hooks.register("construct_wagtail_userbar", add_clinic_checks)
hooks.register("insert_editor_js", content_checks_script)


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern]:
    return guide.urlpatterns
