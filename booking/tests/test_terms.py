"""What was typed, as words and numbers."""

import pytest

from booking.submissions.folding import folded_bytes
from booking.submissions.terms import NothingToFind, Number, Query, Term

pytestmark = pytest.mark.once

TERMS = {
    "Núñez,  María": ([b"nunez", b"maria"], []),
    "Dr. O\u2019Brien-Smith": ([b"dr", b"obrien", b"smith"], []),
    "+1 972 555 0138": ([], [b"9725550138"]),
    "1 (972) 555-0138": ([], [b"9725550138"]),
    "001 972 555 0138": ([], [b"9725550138"]),
    "972.555.0138": ([], [b"9725550138"]),
    "555 0138": ([], [b"5550138"]),
    "0138": ([], [b"0138"]),
    "+52 55 1234 5678": ([], [b"525512345678"]),
    "0049 30 123456": ([], [b"4930123456"]),
    "972 555-0138 ext. 12": ([b"12"], [b"9725550138"]),
    "972 555-0138 x12": ([b"12"], [b"9725550138"]),
    "next 12": ([b"next", b"12"], []),
    "972 555": ([b"972", b"555"], []),
    "75": ([b"75"], []),
    "Kestrel 972 555 0138 Zinnia": ([b"kestrel", b"zinnia"], [b"9725550138"]),
    "kestrel.q@example.com": ([b"kestrel.q@example.com"], []),
    "4th of July 2026": ([b"4th", b"of", b"july"], [b"2026"]),
    "李": (["李".encode()], []),
    ".*": None,
    "...": None,
    "(?:a|b)+": ([b"a", b"b"], []),
    "\u200f\u202e": None,
    "K": None,
    "7": None,
    "": None,
    " \u00a0 ": None,
    "'": None,
    "- -- \u2014": None,
}


def joined(number: Number) -> bytes:
    """As one number."""
    return {span[:2]: span[2] for span in number.spans}[0, len(number.pieces)]


@pytest.mark.parametrize("typed", TERMS, ids=ascii)
def test_what_was_typed_becomes_words_and_numbers(typed: str) -> None:
    expected = TERMS[typed]
    if expected is None:
        with pytest.raises(NothingToFind):
            Term.of(typed)
    else:
        term = Term.of(typed)
        assert (list(term.words), [joined(number) for number in term.numbers]) == expected


FOUND = {
    "+1 972 555": "(972) 555-0147",
    "1 972 555": "(972) 555-0147",
    "+1 972": "(972) 555-0002",
    "1-972-5550": "(972) 555-0147",
    "5550147 75201": "(972) 555-0147, Dallas 75201",
    "75201 5550147": "(972) 555-0147, Dallas 75201",
    "9725550147 9725550148": "972 555 0148 or 972 555 0147",
    "972 555 0147 / 972 555 0148": "9725550148, 9725550147",
    "2026 972 555 0147": "in 2026: 1-972-555-0147",
    "555-0147, 10 am": "at 10 am, (972) 555-0147",
    "972 555 0147 10": "at 10, (972) 555-0147",
    "972-555-0147x12": "972 555-0147 ext. 12",
    "972-555-0147 ext 12": "972-555-0147x12",
    "972\u2212555\u22120147": "(972) 555-0147",
    "972 555 0147": "972\u2212555\u22120147",
    "972_555_0147": "(972) 555-0147",
    "(972) 555-0147": "972_555_0147",
    "0147": "(972) 555-0147",
    "5501": "9725550147",
    "50147": "(972) 555-0147",
    "2026": "4th of July 2026, 10 am",
    "10072026": "10/07/2026",
}
MISSED = {
    "0147": "(970) 147-0000",
    "5014": "(972) 555-0147",
    "972 555 0147": "(214) 555-0147 or (972) 600-1234",
    "9725550147 9725550148": "972 555 0147",
    "5550147 75201": "(972) 555-0147, Dallas 75202",
    "555-0147, 10 am": "(972) 555-0147, am",
    "+1 972 555": "(214) 972-1555",
}


def finds(typed: str, stored: str) -> bool:
    query, text = Query.of([typed]), folded_bytes(stored.encode())
    assert query.may_be_in(text) or not query.is_in(text)
    return query.is_in(text)


@pytest.mark.parametrize("typed", FOUND, ids=ascii)
def test_a_number_is_found_however_it_was_divided(typed: str) -> None:
    assert finds(typed, FOUND[typed])


@pytest.mark.parametrize("typed", MISSED, ids=ascii)
def test_digits_that_stand_elsewhere_are_no_number(typed: str) -> None:
    assert not finds(typed, MISSED[typed])


def test_a_page_of_numbers_is_looked_through_without_trying_every_way() -> None:
    typed = " ".join(["5550147"] * 60)
    assert len(Term.of(typed).numbers[0].spans) < 60 * 4
    assert finds(typed, "(972) 555-0147")
    assert not finds(typed, "(972) 555-0148")


def test_a_whole_word_is_not_found_inside_of_another() -> None:
    found = [
        Query.of(["ann@example.com"], is_whole=is_whole).is_in(b"robin\njoann@example.com")
        for is_whole in (False, True)
    ]
    assert found == [True, False]
    assert Query.of(["ann@example.com"], is_whole=True).is_in(b"robin\nann@example.com")


def test_one_of_several_terms_is_enough_and_all_of_one_is_wanted() -> None:
    query = Query.of(["972 555 0138", "robin sample"])
    texts = [b"(972 555 0138", b"sample robin", b"robin", b"972 555\n0138"]
    assert [query.is_in(text) for text in texts] == [True, True, False, False]


def test_a_query_without_terms_finds_nothing() -> None:
    with pytest.raises(NothingToFind):
        Query.of([])


def test_ten_thousand_letters_are_one_word() -> None:
    assert Term.of("k" * 10_000).words == (b"k" * 10_000,)
