"""The form of a booking page: the core questions, and the ones that staff add to them."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.forms.forms import FormBuilder

from clinic_site.visible_text import visible

from ...choices import RECEIPT_FIELD
from .forms import MESSAGE_MAX, BookingForm
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
    """Adds the extra questions to the core ones. Consent stays last."""

    def __init__(self, fields: Iterable[Any], *, offers_receipt: bool = True) -> None:
        super().__init__(fields)
        # To Django a name that stands for None is a field left out.
        self.left_out = {} if offers_receipt else {RECEIPT_FIELD: None}

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
        return type("BookingFormWithQuestions", (BookingForm,), {**questions, **self.left_out})
