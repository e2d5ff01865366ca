"""One set of words for answers, whatever language a request was written in.

Requests keep the words that their visitor ticked. Every language that the site speaks has its own for
each code, and some had others before; a file has one for each.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.utils import translation

from ...choices import PreferredTime
from ...public.form.forms import BookingForm

# How an answer was worded until its words were changed.
FORMER_WORDS: dict[str, tuple[str, ...]] = {
    PreferredTime.MORNING: ("Morning, before 11 am",),
    PreferredTime.MIDDAY: ("Midday, 11 am to 2 pm",),
    PreferredTime.AFTERNOON: ("Afternoon, 2 pm to 5 pm",),
    PreferredTime.EVENING: ("Evening, after 5 pm",),
}


def shared_words(key: str) -> dict[str, str]:
    """Of a core question: by whatever words an answer may be stored, its words in the default language.

    Empty where people type, and where the answers are a page's own.
    """
    found: dict[str, str] = {}
    choices = _choices(key)
    with translation.override(settings.LANGUAGE_CODE):
        words = {code: str(label) for code, label in choices}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {str(label): words[code] for code, label in choices}
    for code, former in FORMER_WORDS.items():
        if code in words:
            found |= dict.fromkeys(former, words[code])
    # What two languages write alike is the default one's.
    return found | {word: word for word in words.values()}


def _choices(key: str) -> list[tuple[Any, Any]]:
    field = BookingForm.base_fields[key]
    if not isinstance(field, forms.ChoiceField) or isinstance(field, forms.ModelChoiceField):
        return []
    choices: Any = field.choices
    return [(code, label) for code, label in choices if code != ""]
