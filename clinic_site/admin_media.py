"""What every page of the admin loads besides Wagtail's own files."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _


def styles() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("clinic/admin/admin.css"))


def character_count() -> SafeString:
    """The counter of characters left, with its words."""
    return format_html(
        '<script type="module" src="{}" data-character-count data-left="{}" data-over="{}"></script>',
        static("clinic/admin/character_count.js"),
        _("Characters left: {count}"),
        _("Characters too many: {count}"),
    )


def enter_key() -> SafeString:
    """Keeps Enter in a field from pressing a button of the editor."""
    return format_html(
        '<script type="module" src="{}"></script>', static("clinic/admin/enter_key.js")
    )


def saving() -> SafeString:
    """Lets one save of the editor at a time reach the server, with the words shown meanwhile."""
    return format_html(
        '<script type="module" src="{}" data-saving="{}" data-late="{}"></script>',
        static("clinic/admin/saving.js"),
        _("Saving what you typed…"),
        _("The site has not answered yet. What you typed is still here: save once more."),
    )


def unsaved() -> SafeString:
    """Has the editor autosave what was typed while it was waiting for an answer."""
    return format_html(
        '<script type="module" src="{}"></script>', static("clinic/admin/unsaved.js")
    )
