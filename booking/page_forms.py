"""The form behind the editor of the booking page."""

from django.core.exceptions import NON_FIELD_ERRORS
from wagtail.contrib.forms.forms import WagtailAdminFormPageForm

from . import promises


class BookingPageForm(WagtailAdminFormPageForm):
    """Refuses to publish what would break the privacy statement; a draft always saves."""

    def _post_clean(self) -> None:
        # The page itself knows only the questions that were stored, not those just typed.
        self.instance.is_checked_by_form = True
        super()._post_clean()
        self.instance.is_checked_by_form = False
        if not self.is_deferred_validation:
            self._hold_to_promises()

    def _hold_to_promises(self) -> None:
        for name, reason in promises.page_refusals(self.instance):
            self.add_error(None if name == NON_FIELD_ERRORS else name, reason)
        for form in self.formsets["form_fields"].forms:
            if form.is_valid() and not form.cleaned_data.get("DELETE"):
                for name, reason in promises.question_refusals(form.instance):
                    form.add_error(name, reason)
