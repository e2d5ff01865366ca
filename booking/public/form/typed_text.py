"""Text as visitors type or paste it: what of a post is taken, and the fields that it is typed into."""

from typing import Any

from django import forms
from django.core.validators import EmailValidator
from django.http import QueryDict
from wagtail.compat import URLField

from clinic_site.visible_text import shows_nothing, visible


def cleaned_query(data: QueryDict) -> QueryDict:
    """A copy of posted data in which every value is what shows of it; blank where nothing does."""
    cleaned = data.copy()
    for key, values in data.lists():
        cleaned.setlist(key, [_cleaned(value) for value in values])
    return cleaned


def _cleaned(value: str) -> str:
    text = visible(value)
    return "" if not text.isascii() and shows_nothing(text) else text


class _Typed(forms.Field):
    """Stands in its own direction, and never has `maxlength`.

    By that a browser would cut what is pasted without a word; the server says what is too long.
    """

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return {**attrs, "dir": "auto"}


class TypedText(_Typed, forms.CharField):
    """What was typed into one line comes as one line, whatever separators were pasted into it."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        if isinstance(self.widget, forms.Textarea) or "\n" not in text:
            return text
        return " ".join(text.splitlines())


class TypedEmail(_Typed, forms.EmailField):
    """An address that mail can be sent to from elsewhere: not one of a machine's own, which Django allows."""

    default_validators = [EmailValidator(allowlist=[])]


class TypedURL(_Typed, URLField):
    pass
