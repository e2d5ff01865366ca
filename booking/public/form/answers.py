"""The answers of a filled-in form: as they are stored, and as their visitor looks them over."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _

from clinic_site.clinic_time import in_clinic_time

from ...choices import NEVER_STORED
from ...submissions.words import in_words
from .forms import BookingForm


def answers_of(form: BookingForm) -> list[dict[str, Any]]:
    """Every answer in the order asked, each with key, label, type and answer, readable for ever.

    What an earlier answer made needless was not asked.
    """
    not_asked = NEVER_STORED | form.not_asked
    return [_answer(form, bound) for bound in form if bound.name not in not_asked]


def _answer(form: BookingForm, bound: BoundField) -> dict[str, Any]:
    return {
        "key": bound.name,
        "label": str(bound.label),
        "type": answer_type(bound.name, bound.field),
        "answer": stored_answer(bound.field, form.cleaned_data[bound.name]),
    }


def answer_type(name: str, field: forms.Field) -> str:
    """What kind of answer it is: text, phone, email, date, choice, choices, yes_no or number."""
    if name == "phone":
        return "phone"
    kinds: list[tuple[type[forms.Field], str]] = [
        (forms.EmailField, "email"),
        (forms.DateField, "date"),
        (forms.BooleanField, "yes_no"),
        (forms.MultipleChoiceField, "choices"),
        (forms.ChoiceField, "choice"),
        (forms.DecimalField, "number"),
    ]
    return next((kind for cls, kind in kinds if isinstance(field, cls)), "text")


def stored_answer(field: forms.Field, value: Any) -> Any:
    """What is stored of an answer: text, True or False, or a list of texts."""
    if isinstance(value, bool):
        return value
    if isinstance(value, list):
        words = dict(getattr(field, "choices", ()))
        return [str(words.get(item, item)) for item in value]
    if value in (None, ""):
        return ""  # for a list of choices too, whose empty choice has a text of its own
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]  # pairs, never groups
    if isinstance(value, datetime):
        return in_clinic_time(value).strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else str(value)


def given_answers(form: BookingForm) -> list[dict[str, Any]]:
    """Of a valid form: every group as {"title", "answers"}, every answer as {"label", "given", "anchor"}."""
    return [
        {
            "title": group["title"],
            "answers": [
                _given(form, field) for field in group["fields"] if field.name not in form.not_asked
            ],
        }
        for group in form.groups()
    ]


def _given(form: BookingForm, field: BoundField) -> dict[str, str]:
    return {
        "label": str(field.label),
        "given": in_words(_answer(form, field)) or _("Not given"),
        "anchor": str(f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label),
    }


def posted_values(form: BookingForm) -> list[tuple[str, str]]:
    """Name and value of everything that was posted to the form's fields, the token included."""
    return [(name, value) for name in form.fields for value in form.data.getlist(name)]


def typed_again(form: BookingForm) -> dict[str, Any]:
    """What was posted to a form, as the initial values of a fresh one: no refusals, nothing lost."""
    return {
        name: field.widget.value_from_datadict(form.data, form.files, name)
        for name, field in form.fields.items()
    }
