"""The words that a form carries along, for the day on which the database cannot be asked for them.

Labels of the core questions are in code. Those of extra questions, and the names of locations, travel
in the form, signed, so that nobody can put other words on a page of the site.
"""

from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext as _

from ..choices import CORE_FIELDS, TRAP_FIELDS
from ..locations.queries import offered_locations
from .forms import BookingForm

_SALT = "booking.form-words"

# Of each question by its name: its label, and words for what may be posted to it.
FormWords = dict[str, tuple[str, dict[str, str]]]


def signed_words(form: BookingForm) -> str:
    """What a form of this page carries along, in the active language."""
    words: FormWords = {
        bound.name: (str(bound.label), _words_for(bound.field))
        for bound in form
        if bound.name not in (*CORE_FIELDS, *TRAP_FIELDS)
    }
    names = {str(place.pk): place.name for place in offered_locations()}
    words["location"] = (str(form["location"].label), names)
    return signing.dumps(words, salt=_SALT, compress=True)


def read_words(text: str) -> FormWords:
    """The words of every question: those in code, and what the form carried, if it is ours."""
    words = {name: (str(field.label), _words_for(field)) for name, field in _core().items()}
    try:
        carried = signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        return words
    return {**words, **{name: (label, known) for name, (label, known) in carried.items()}}


def _core() -> dict[str, forms.Field]:
    return {name: BookingForm.base_fields[name] for name in CORE_FIELDS}


def _words_for(field: forms.Field) -> dict[str, str]:
    """Words for values that a person did not type; a list of staff's own has its words as values."""
    if isinstance(field, forms.BooleanField):
        return {"on": _("Yes")}
    if isinstance(field, forms.ModelChoiceField):
        return {}
    choices: Any = getattr(field, "choices", ())
    return {str(value): str(label) for value, label in choices if str(value) != str(label)}
