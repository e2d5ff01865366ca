"""Registers what every page of the admin loads."""

from wagtail import hooks

from .admin_media import character_count, styles

hooks.register("insert_global_admin_css", styles)
hooks.register("insert_global_admin_js", character_count)
