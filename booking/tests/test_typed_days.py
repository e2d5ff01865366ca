"""Days as people write them, and what a person gets."""

from datetime import date

import pytest

from booking.public.form.typed_days import NoDay, Unclear, read_day

TODAY = date(2026, 11, 30)
DEC_8, AUG_12, JAN_5 = date(2026, 12, 8), date(2026, 8, 12), date(2027, 1, 5)
BOTH = [
    ("2026-12-08", DEC_8),
    ("2026-12-8", DEC_8),
    ("2026/12/08", DEC_8),
    ("2026.12.08", DEC_8),
    ("Dec 8, 2026", DEC_8),
    ("dec. 8 2026", DEC_8),
    ("December 8, 2026", DEC_8),
    ("December 8", DEC_8),
    ("DECEMBER 8TH", DEC_8),
    ("December 8th, 2026", DEC_8),
    ("Tue, Dec 8", DEC_8),
    ("Tuesday, December 8, 2026", DEC_8),
    ("8 Dec 2026", DEC_8),
    ("8 December 2026", DEC_8),
    ("8-Dec-2026", DEC_8),
    ("8-dec-26", DEC_8),
    ("the 8th of December", DEC_8),
    ("2026 December 8", DEC_8),
    ("8 de diciembre de 2026", DEC_8),
    ("8 de diciembre", DEC_8),
    ("el martes 8 de diciembre", DEC_8),
    ("8 dic. 2026", DEC_8),
    ("8/dic/2026", DEC_8),
    ("martes, 8 de diciembre del 2026", DEC_8),
    ("5 enero", JAN_5),
    ("Jan 5", JAN_5),
    ("Sept 1, 2027", date(2027, 9, 1)),
    ("1 de setiembre", date(2027, 9, 1)),
    ("Mar 3", date(2027, 3, 3)),
    ("Nov 30", TODAY),
    ("Nov 29", date(2027, 11, 29)),
    ("13/12/2026", date(2026, 12, 13)),
    ("12/13/2026", date(2026, 12, 13)),
    ("12/12/2026", date(2026, 12, 12)),
    ("  12 / 13 / 2026 ", date(2026, 12, 13)),
    ("2028-02-29", date(2028, 2, 29)),
    ("12‑13‑2026", date(2026, 12, 13)),
]
ENGLISH = [
    ("12/08/2026", DEC_8),
    ("12/8/2026", DEC_8),
    ("12-8-2026", DEC_8),
    ("12/08/26", DEC_8),
    ("12 8 2026", DEC_8),
    ("12/8", DEC_8),
    ("1/5", JAN_5),
    ("01/05/2027", JAN_5),
    ("08/12/2026", AUG_12),  # past, and the form says so
]
SPANISH = [
    ("08/12/2026", DEC_8),  # of August 12 and December 8 one is to come
    ("12/08/2026", DEC_8),
    ("31/12/2026", date(2026, 12, 31)),
    ("mar 8 dic 2026", DEC_8),
    ("mar 8/12/2026", DEC_8),
    ("3 mar 2027", date(2027, 3, 3)),
]
UNCLEAR = [
    ("es", "05/01/2027", {JAN_5, date(2027, 5, 1)}),
    ("es", "5-1-27", {JAN_5, date(2027, 5, 1)}),
    ("es", "5/1", {JAN_5, date(2027, 5, 1)}),
    ("en", "05.01.2027", {JAN_5, date(2027, 5, 1)}),
    ("en", "5.1.27", {JAN_5, date(2027, 5, 1)}),
]
NONE = [
    *("", "soon", "next week", "Tuesday", "8", "December", "2026", "2026-12", "12/2026", "0/0/2026"),
    *("13/13/2026", "2/30/2027", "Feb 29, 2027", "Dec 8 or 9", "12/8/2026 12/9/2026", "12/8/226"),
    *("Dec 8, 20266", "12:08:2026", "12\\8\\2026", "decembre 8", "de 8", "<b>12/8</b>", "12/8/2026!"),
    *("99999999999999999999", "Dec Jan 8", "١٢/٨/٢٠٢٦x", "1" * 5000),
    *("1 9725550134", "Dec 9725550134", "2026-99999999999-1", "del " * 1000 + "8 dic"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        *((language, *each) for each in BOTH for language in ("en", "es")),
        *(("en", *each) for each in ENGLISH),
        *(("es", *each) for each in SPANISH),
    ],
)
def test_a_day_is_read_as_it_is_meant(language: str, text: str, day: date) -> None:
    assert read_day(text, language=language, today=TODAY) == day


@pytest.mark.parametrize(("language", "text", "days"), UNCLEAR)
def test_of_two_days_that_are_to_come_one_is_asked_for(
    language: str, text: str, days: set[date]
) -> None:
    with pytest.raises(Unclear) as asked:
        read_day(text, language=language, today=TODAY)
    assert set(asked.value.days) == days


def test_february_29_is_the_next_one_even_of_next_year() -> None:
    assert read_day("Feb 29", language="en", today=date(2027, 5, 1)) == date(2028, 2, 29)


@pytest.mark.parametrize("text", NONE)
@pytest.mark.parametrize("language", ["en", "es"])
def test_what_is_no_day_is_none(language: str, text: str) -> None:
    with pytest.raises(NoDay):
        read_day(text, language=language, today=TODAY)
