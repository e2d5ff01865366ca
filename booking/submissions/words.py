"""An answer in words: yes and no, lists, days."""

from contextlib import suppress
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from clinic_site.visible_text import visible


def as_text(answer: Any) -> str:
    """What shows of the answer as it was stored: yes or no, parts of a list with semicolons between.

    Whatever is in the row: what visitors send now is cleaned before, what is older or made up is not.
    """
    if isinstance(answer, bool):
        return str(_("Yes")) if answer else str(_("No"))
    if isinstance(answer, list):
        return visible("; ".join(str(item) for item in answer))
    return visible(str(answer))


def in_words(item: dict[str, Any]) -> str:
    """An answer with its type as a person reads it: days with their weekday, the rest as text."""
    day = None
    with suppress(ValueError):  # a day that no calendar has: 2026-02-30
        day = parse_date(str(item["answer"])) if item["type"] == "date" else None
    if day is None:
        return as_text(item["answer"])
    return capfirst(f"{date_format(day, 'l')}, {date_format(day)}")
