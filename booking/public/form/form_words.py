"""The words that a form carries along, for the day on which the database cannot be asked for them.

Labels of the core questions are in code. Those of extra questions, and the names of locations, travel
in the form, signed, so that they are the site's. A question without any goes by its key.
"""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Any

from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext as _

from ...choices import CORE_FIELDS, FORM_WORDS_FIELD, KIND_FIELD, RECEIPT_FIELD, TRAP_FIELDS
from ...locations.queries import offered_locations
from .forms import BookingForm

_SALT = "booking.form-words"
# Whose words are in code.
_KNOWN = (*(name for name in CORE_FIELDS if name != KIND_FIELD), RECEIPT_FIELD)


@dataclass(frozen=True)
class Words:
    """Of one question: its label, words for what is posted without any, and its answers to choose from."""

    label: str
    of_values: dict[str, str]
    choices: list[str]


def signed_words(form: BookingForm) -> str:
    """What a form of this page carries along, in the active language."""
    words = {
        bound.name: _words_of(bound.field, str(bound.label))
        for bound in form
        if bound.name not in (*_KNOWN, *TRAP_FIELDS)
    }
    names = {str(place.pk): place.name for place in offered_locations()}
    words["location"] = Words(str(form["location"].label), names, [])
    carried = {name: astuple(each) for name, each in words.items()}
    return signing.dumps(carried, salt=_SALT, compress=True)


def read_words(text: str) -> dict[str, Words]:
    """The words of every question by its name: those in code, and what the form carried, if it is ours."""
    core = {name: BookingForm.base_fields[name] for name in _KNOWN}
    return {name: _words_of(field, str(field.label)) for name, field in core.items()} | _carried(
        text
    )


def in_this_language(data: QueryDict, fields: Mapping[str, forms.Field]) -> QueryDict:
    """What was posted from the form of another language, with answers of a list as they are called here.

    The list of a translated question has the same answers at the same places.
    """
    here = data.copy()
    for name, there in _carried(data.get(FORM_WORDS_FIELD, "")).items():
        choices = _words_of(fields[name], "").choices if name in fields and name in data else []
        if choices and len(choices) == len(there.choices):
            called = dict(zip(there.choices, choices, strict=True))
            here.setlist(name, [called.get(value, value) for value in data.getlist(name)])
    return here


def _carried(text: str) -> dict[str, Words]:
    try:
        carried = signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        return {}
    return {name: Words(*each) for name, each in carried.items()}


def _words_of(field: forms.Field, label: str) -> Words:
    if isinstance(field, forms.BooleanField):
        return Words(label, {"on": _("Yes")}, [])
    if isinstance(field, forms.ModelChoiceField):
        return Words(label, {}, [])
    choices: Any = getattr(field, "choices", ())
    pairs = [(str(value), str(words)) for value, words in choices if value]
    return Words(label, dict(pairs), [value for value, _words in pairs])
