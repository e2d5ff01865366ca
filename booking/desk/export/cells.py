"""What stands in one cell: text, a day or a moment."""

import re
from datetime import date, datetime
from typing import Any

from django.utils.dateparse import parse_date

from clinic_site.visible_text import visible

Cell = str | date | datetime

# A spreadsheet takes a cell that begins so for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # the wide ones count too
_SPACES = ("\t", "\r", "\n")
_FOREIGN = re.compile(r"\+(\d{1,3}) (?=[\d(])")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def safe_cell(text: str) -> str:
    """The text so that no spreadsheet runs it: an apostrophe before what could be a formula."""
    if text[:1] in _SPACES or text.lstrip().startswith(FORMULA_STARTS):
        return f"'{text}"
    return text


def as_csv(cell: Cell) -> str:
    """Days as 2026-10-12, moments as 2026-10-12 17:30, text so that nothing runs it."""
    if isinstance(cell, str):
        return safe_cell(cell)
    return cell.isoformat(" ", "minutes") if isinstance(cell, datetime) else cell.isoformat()


def answer_cell(item: dict[str, Any], words: dict[str, str], yes_no: tuple[str, str]) -> Cell:
    """An opened answer: in the words that all languages share, a day as a day, the rest as it shows.

    A number from abroad is written (+52) 55 1234 5678: a cell that begins with a plus is a formula.
    """
    answer = item["answer"]
    if isinstance(answer, bool):
        return yes_no[answer]
    if isinstance(answer, list):
        shown = (visible(part) for part in answer)
        return "; ".join([words.get(part, part) for part in shown])
    text = visible(answer)
    if item["type"] == "phone":
        return _FOREIGN.sub(r"(+\1) ", text, count=1) if text.startswith("+") else text
    if item["type"] == "date" and _DAY.fullmatch(text):
        return _day(text)
    return words.get(text, text)


def _day(text: str) -> Cell:
    """Of a text like 2026-10-12; the text itself for a day that no calendar has."""
    try:
        return parse_date(text) or text
    except ValueError:
        return text
