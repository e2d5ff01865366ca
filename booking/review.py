"""The answers of a filled-in form as its visitor looks them over before they are sent."""

from datetime import date
from typing import Any

from django.forms import BoundField, DateField
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .forms import BookingForm
from .submissions import answer_text


def given_answers(form: BookingForm) -> list[dict[str, Any]]:
    """Of a valid form: every group as {"title", "answers"}, every answer as {"label", "given", "anchor"}."""
    return [
        {"title": group["title"], "answers": [_given(form, field) for field in group["fields"]]}
        for group in form.groups()
    ]


def _given(form: BookingForm, field: BoundField) -> dict[str, str]:
    return {
        "label": str(field.label),
        "given": in_words(field, form.cleaned_data[field.name]),
        "anchor": str(f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label),
    }


def in_words(field: BoundField, value: Any) -> str:
    """An answer as a person reads it; never empty."""
    if isinstance(field.field, DateField) and isinstance(value, date):
        return capfirst(f"{date_format(value, 'l')}, {date_format(value)}")
    answer = answer_text(field.field, value)
    if isinstance(answer, bool):
        return _("Yes") if answer else _("No")
    if isinstance(answer, list):
        answer = ", ".join(answer)
    return str(answer) or _("Not given")


def posted_values(form: BookingForm) -> list[tuple[str, str]]:
    """Name and value of everything that was posted to the form's fields, the token included."""
    return [(name, value) for name in form.fields for value in form.data.getlist(name)]


def typed_again(form: BookingForm) -> dict[str, Any]:
    """What was posted to a form, as the initial values of a fresh one: no refusals, nothing lost."""
    return {
        name: field.widget.value_from_datadict(form.data, form.files, name)
        for name, field in form.fields.items()
    }
