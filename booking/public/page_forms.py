"""The form behind the editor of the booking page."""

from wagtail.contrib.forms.forms import WagtailAdminFormPageForm

from clinic_site.publishing.forms import PublishingForm


class BookingPageForm(PublishingForm, WagtailAdminFormPageForm):
    """Refuses to publish what would break the privacy statement; knows Wagtail's form builder."""
