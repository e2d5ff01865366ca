"""What was typed, as words and numbers."""

import pytest

from booking.submissions.terms import NothingToFind, Query, Term

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


@pytest.mark.parametrize("typed", TERMS, ids=ascii)
def test_what_was_typed_becomes_words_and_numbers(typed: str) -> None:
    expected = TERMS[typed]
    if expected is None:
        with pytest.raises(NothingToFind):
            Term.of(typed)
    else:
        term = Term.of(typed)
        assert (list(term.words), list(term.numbers)) == expected


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
