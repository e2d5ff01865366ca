"""A day as people write it, read in the page's language: 12/8/2026, Dec 8, 8 de diciembre, 2026-12-08."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from itertools import permutations

DAYS_AHEAD = 365
LONGEST = 60  # characters; "Wednesday, the 30th of September, 2026" has 38
# By their first three letters; what follows must belong to the name.
MONTHS = [
    ("january", "enero"),
    ("february", "febrero"),
    ("march", "marzo"),
    ("april", "abril"),
    ("may", "mayo"),
    ("june", "junio"),
    ("july", "julio"),
    ("august", "agosto"),
    ("september", "septiembre", "setiembre", "sept"),
    ("october", "octubre"),
    ("november", "noviembre"),
    ("december", "diciembre"),
]
# They add nothing: the number tells which.
WEEKDAYS = (
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    *("lunes", "martes", "miércoles", "miercoles", "jueves", "viernes", "sábado", "sabado", "domingo"),
)  # fmt: skip
FILLERS = frozenset({"de", "del", "el", "of", "on", "the", "st", "nd", "rd", "th", "º", "°"})

_PARTS = re.compile(r"\d+|[^\W\d_]+|[º°]")
_BETWEEN = re.compile(r"[\s/.,\u2010-\u2013-]*")


class NoDay(ValueError):
    """It is none."""


class Unclear(Exception):
    """It may be one day or the other."""

    def __init__(self, first: date, second: date) -> None:
        super().__init__()
        self.days = (first, second)


def read_day(text: str, *, language: str, today: date) -> date:
    """The day; without a year the next one. Raises NoDay, and Unclear.

    In English the month comes first, as in the US. In Spanish both ways of writing are at home here, as
    are dots in English: then a day within the next year is meant, and where both are, it is unclear.
    """
    if len(text) > LONGEST:
        raise NoDay
    try:
        return _read(text, language, today)
    except (ValueError, OverflowError) as error:
        raise NoDay from error


def _read(text: str, language: str, today: date) -> date:
    words, numbers = _parts(text)
    if language == "es" and "mar" in words and (len(words) > 1 or len(numbers) > 2):
        words.remove("mar")  # martes, beside a month
    months = [month for word in words if (month := _month(word))]
    if len(months) > 1 or any(not (_month(word) or _adds_nothing(word)) for word in words):
        raise ValueError
    if months:
        return _named(months[0], numbers, today)
    if len(numbers) == 3 and len(numbers[0]) == 4:
        return date(*map(int, numbers))
    if len(numbers) not in {2, 3}:
        raise ValueError
    year = numbers[2] if len(numbers) == 3 else None
    readings = _readings(numbers[0], numbers[1], year, today)
    if language == "en" and "." not in text:
        return readings[0]
    return _meant(readings, today)


def _parts(text: str) -> tuple[list[str], list[str]]:
    """Words in small letters, and numbers; nothing but what joins them may stand between."""
    if not all(_BETWEEN.fullmatch(rest) for rest in _PARTS.split(text)):
        raise ValueError
    parts = _PARTS.findall(text.lower())
    numbers = [part for part in parts if part.isdecimal()]
    return [part for part in parts if not part.isdecimal()], numbers


def _month(word: str) -> int:
    """From 1; 0 where it is none."""
    if len(word) < 3:
        return 0
    return next((number for number, names in enumerate(MONTHS, 1) if _begins(names, word)), 0)


def _begins(names: Iterable[str], word: str) -> bool:
    return any(name.startswith(word) for name in names)


def _adds_nothing(word: str) -> bool:
    return word in FILLERS or (len(word) >= 2 and _begins(WEEKDAYS, word))


def _named(month: int, numbers: list[str], today: date) -> date:
    """A month with its name: the day, and perhaps the year before or after it."""
    if len(numbers) == 2 and len(numbers[0]) == 4:
        numbers = [numbers[1], numbers[0]]
    if len(numbers) not in {1, 2}:
        raise ValueError
    return _on(month, int(numbers[0]), numbers[1] if len(numbers) == 2 else None, today)


def _readings(first: str, second: str, year: str | None, today: date) -> list[date]:
    """Month first and then day first, as far as there are such days. Raises ValueError without any."""

    def possible() -> Iterator[date]:
        for month, day in permutations((int(first), int(second))):
            try:
                yield _on(month, day, year, today)
            except ValueError:
                continue

    found = list(dict.fromkeys(possible()))
    if not found:
        raise ValueError
    return found


def _meant(readings: list[date], today: date) -> date:
    coming = [day for day in readings if today <= day <= today + timedelta(days=DAYS_AHEAD)]
    if len(coming) == 2:
        raise Unclear(*coming)
    return (coming or readings)[0]


def _on(month: int, day: int, year: str | None, today: date) -> date:
    if year is not None:
        if len(year) not in {2, 4}:
            raise ValueError
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    for each in (today.year, today.year + 1):
        with suppress(ValueError):  # February 29
            if (found := date(each, month, day)) >= today:
                return found
    raise ValueError
