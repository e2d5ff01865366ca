"""The form of a booking page: the core questions, and the ones that staff add to them."""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.forms.forms import FormBuilder

from clinic_site.visible_text import visible

from ...choices import KIND_FIELD
from ...locations.models import Location
from .forms import MESSAGE_MAX, BookingForm
from .offered_times import offered_times
from .typed_text import TypedEmail, TypedText, TypedURL

# An end to the answer of every extra question; a workbook's cell cuts at 32,767 characters.
_LONG = (MESSAGE_MAX, _("Shorten your answer to 2,000 characters or fewer."))
LIMITS = {
    "singleline": (255, _("Shorten your answer to 255 characters or fewer.")),
    "email": (254, _("Enter an e-mail address of at most 254 characters.")),
    "multiline": _LONG,
    "url": _LONG,
    "hidden": _LONG,
}


class BookingFormBuilder(FormBuilder):
    """Adds the extra questions to the core ones. Consent stays last.

    `visit_kinds` are the answers to one of them, and `locations` have the days, times and visits by video
    that can be asked for; what is named in `left_out` is not asked.
    """

    def __init__(
        self,
        fields: Iterable[Any],
        *,
        visit_kinds: Sequence[str] = (),
        locations: Sequence[Location] = (),
        left_out: Iterable[str] = (),
    ) -> None:
        super().__init__(fields)
        self.visit_kinds, self.locations, self.left_out = visit_kinds, locations, set(left_out)
        if not visit_kinds:
            self.left_out.add(KIND_FIELD)
        if not any(location.offers_video for location in locations):
            self.left_out.add("visit_by")

    def get_field_options(self, field: Any) -> dict[str, Any]:
        """Wagtail's options, and an end to every text."""
        options: dict[str, Any] = super().get_field_options(field)
        if field.field_type in LIMITS:
            most, message = LIMITS[field.field_type]
            options.update(max_length=most, error_messages={"max_length": message})
        return options

    def get_formatted_field_choices(self, field: Any) -> list[tuple[str, str]]:
        """The choices as their answers come back: without what does not show."""
        choices = super().get_formatted_field_choices(field)
        return [(visible(value), visible(label)) for value, label in choices]

    def create_singleline_field(self, field: Any, options: dict[str, Any]) -> forms.CharField:
        return TypedText(**options)

    def create_multiline_field(self, field: Any, options: dict[str, Any]) -> forms.CharField:
        return TypedText(widget=forms.Textarea, **options)

    def create_email_field(self, field: Any, options: dict[str, Any]) -> forms.EmailField:
        return TypedEmail(**options)

    def create_url_field(self, field: Any, options: dict[str, Any]) -> forms.URLField:
        return TypedURL(**options)

    def create_dropdown_field(self, field: Any, options: dict[str, Any]) -> forms.ChoiceField:
        """A list that begins empty: nobody answers by not looking."""
        choices = [("", _("Choose an answer")), *self.get_formatted_field_choices(field)]
        return forms.ChoiceField(**{**options, "choices": choices})

    def get_form_class(self) -> type[BookingForm]:
        questions = self.formfields
        for field in questions.values():
            field.error_messages["required"] = _("Answer this question: %(question)s") % {
                "question": field.label
            }
        questions.update(offered_times(self.locations))
        if self.visit_kinds:
            kind: Any = deepcopy(BookingForm.base_fields[KIND_FIELD])
            questions[KIND_FIELD] = kind
            kind.choices = [(visible(each), visible(each)) for each in self.visit_kinds]
        # To Django a name that stands for None is a field left out.
        left_out = dict.fromkeys(self.left_out)
        return type("BookingFormWithQuestions", (BookingForm,), {**questions, **left_out})
