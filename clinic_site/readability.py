"""The words of a page as they are read, and how hard they are to read."""

import re
from typing import Any

from django.db import models
from django.utils.html import strip_tags
from wagtail.blocks import StreamValue

_END_OF_LINE = re.compile(r"</(?:p|li|h2|h3)>|<br ?/?>")
_NOT_TEXT = {"clinician", "level"}
# What stands around the text of a page, not in it.
_AROUND = {"summary"}
# Below that many words, one long word more or less decides: there is no level to speak of.
FEWEST_WORDS = 10


def words_of(value: Any) -> str:
    """The text of a raw StreamField value or of rich text, a line for each paragraph and break."""
    if isinstance(value, str):
        return strip_tags(_END_OF_LINE.sub("\n", value))
    if isinstance(value, list):
        return "\n".join(words_of(item) for item in value)
    if isinstance(value, dict):
        if {"type", "value"} <= value.keys():
            return words_of(value["value"])
        return "\n".join(words_of(item) for key, item in value.items() if key not in _NOT_TEXT)
    return ""


def page_values(page: models.Model) -> list[Any]:
    """The values of the fields that readers read, raw, in the order of the model."""
    values = []
    for field in page._meta.local_fields:
        value = getattr(page, field.attname)
        if isinstance(value, StreamValue):
            values.append(value.get_prep_value())
        elif isinstance(field, models.CharField | models.TextField) and field.name not in _AROUND:
            values.append(value or "")
    return values


def page_text(page: models.Model) -> str:
    """Everything that staff wrote on the page and readers see, but its title and summary."""
    return "\n".join(words_of(value) for value in page_values(page))


def lix(text: str) -> float:
    """Words in a sentence plus percent of words over six letters (Björnsson 1968).

    0 for a text of fewer than ten words, as in the meter of Wagtail's editor.
    """
    sentences = [part for part in re.split(r"[.!?:\n]+", text) if re.search(r"\w", part)]
    words = re.findall(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*", text)
    if len(words) < FEWEST_WORDS:
        return 0.0
    long_words = [word for word in words if len(word) > 6]
    return len(words) / len(sentences) + 100 * len(long_words) / len(words)
