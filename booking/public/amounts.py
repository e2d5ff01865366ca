"""Numbers and spans of days as people say them."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

_WORDS = dict(
    enumerate(
        [
            gettext_noop("two"),
            gettext_noop("three"),
            gettext_noop("four"),
            gettext_noop("five"),
            gettext_noop("six"),
            gettext_noop("seven"),
            gettext_noop("eight"),
            gettext_noop("nine"),
            gettext_noop("ten"),
        ],
        start=2,
    )
)


def number_in_words(number: int) -> str:
    """Two to ten as a word, every other number in digits; what stands with one has words of its own."""
    return _(_WORDS[number]) if number in _WORDS else str(number)


def span(days: int) -> str:
    """A number of days in whole years, with their leap days or without, in whole weeks, or in days."""
    if years := _whole_years(days):
        return ngettext("a year", "%(number)s years", years) % {"number": number_in_words(years)}
    weeks, rest = divmod(days, 7)
    if rest == 0 and (weeks == 1 or weeks in _WORDS):
        return ngettext("a week", "%(number)s weeks", weeks) % {"number": number_in_words(weeks)}
    return ngettext("a day", "%(number)s days", days) % {"number": number_in_words(days)}


def _whole_years(days: int) -> int:
    """How many years that many days are; 0 when a rest is left beyond a leap day in four years."""
    years, rest = divmod(days, 365)
    return years if rest <= -(-years // 4) else 0
