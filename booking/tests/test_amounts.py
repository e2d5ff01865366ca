"""Numbers and times as people say them, in both languages."""

import pytest
from django.utils import translation

from booking.public.amounts import number_in_words, span
from booking.public.statement import Readers

SPANS = {
    1: ("a day", "un día"),
    2: ("two days", "dos días"),
    7: ("a week", "una semana"),
    10: ("ten days", "diez días"),
    12: ("12 days", "12 días"),
    14: ("two weeks", "dos semanas"),
    30: ("30 days", "30 días"),
    70: ("ten weeks", "diez semanas"),
    77: ("77 days", "77 días"),
    90: ("90 days", "90 días"),
    180: ("180 days", "180 días"),
    364: ("364 days", "364 días"),
    365: ("a year", "un año"),
    366: ("a year", "un año"),
    367: ("367 days", "367 días"),
    730: ("two years", "dos años"),
    731: ("two years", "dos años"),
    732: ("732 days", "732 días"),
    1095: ("three years", "tres años"),
    1096: ("three years", "tres años"),
    1461: ("four years", "cuatro años"),
    1826: ("five years", "cinco años"),
    3653: ("ten years", "diez años"),
    4015: ("11 years", "11 años"),
}


@pytest.mark.parametrize(("days", "words"), SPANS.items())
def test_a_time_is_told_as_people_say_it(days: int, words: tuple[str, str]) -> None:
    with translation.override("es"):
        spanish = span(days)
    assert (span(days), spanish) == words


def test_two_to_ten_are_words_and_all_other_numbers_digits() -> None:
    assert " ".join(map(number_in_words, range(13))) == (
        "0 1 two three four five six seven eight nine ten 11 12"
    )


@pytest.mark.parametrize(
    ("people", "english", "spanish"),
    [
        (0, "Nobody can read it yet.", "Nadie puede leerla todavía."),
        (
            1,
            "One person at the clinic can read it.",
            "Una persona de la clínica puede leerla.",
        ),
        (
            2,
            "Two people at the clinic can read it.",
            "Dos personas de la clínica pueden leerla.",
        ),
        (
            10,
            "Ten people at the clinic can read it.",
            "Diez personas de la clínica pueden leerla.",
        ),
        (
            11,
            "11 people at the clinic can read it.",
            "11 personas de la clínica pueden leerla.",
        ),
    ],
)
def test_the_people_who_can_read_a_request_are_counted_in_words(
    people: int, english: str, spanish: str
) -> None:
    readers = Readers(people=people, roles=[], has_recovery_sheet=False)
    with translation.override("es"):
        told = readers.count
    assert (readers.count, told) == (english, spanish)
