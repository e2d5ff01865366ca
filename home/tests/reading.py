"""What the tests of the shipped texts measure: the words of a page, its reading level, its claims."""

import re
from typing import Any

from django.utils.html import strip_tags

OVERCLAIMING = re.compile(
    r"\b(cure[ds]?|guarantee[ds]?|breakthrough|risk-free|safe and effective|miracle|proven)\b",
    re.IGNORECASE,
)
_END_OF_BLOCK = re.compile(r"</(?:p|li|h2|h3)>")
_NOT_TEXT = {"clinician", "level"}


def words_of(value: Any) -> str:
    """The text of a raw StreamField value or of rich text, a line for each paragraph."""
    if isinstance(value, str):
        return strip_tags(_END_OF_BLOCK.sub("\n", value))
    if isinstance(value, list):
        return "\n".join(words_of(item) for item in value)
    if isinstance(value, dict):
        if {"type", "value"} <= value.keys():
            return words_of(value["value"])
        return "\n".join(words_of(item) for key, item in value.items() if key not in _NOT_TEXT)
    return ""


def lix(text: str) -> float:
    """Words in a sentence plus percent of words over six letters (Björnsson 1968)."""
    sentences = [part for part in re.split(r"[.!?:\n]+", text) if re.search(r"\w", part)]
    words = re.findall(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*", text)
    long_words = [word for word in words if len(word) > 6]
    return len(words) / len(sentences) + 100 * len(long_words) / len(words)
