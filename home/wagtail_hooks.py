"""Registers the clinic's own content checks with Wagtail's editor."""

from wagtail import hooks

from .content_checks import add_clinic_checks, content_checks_script

hooks.register("construct_wagtail_userbar", add_clinic_checks)
hooks.register("insert_editor_js", content_checks_script)
