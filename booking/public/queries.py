"""Questions that pages ask about the form."""

from clinic_site.languages import in_active_language

from .page import BookingPage


def published_form() -> BookingPage | None:
    """The published booking page in the active language, or else in the default one; one query."""
    return in_active_language(BookingPage.objects.live())
