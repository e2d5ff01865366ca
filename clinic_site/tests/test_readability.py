"""How hard a text is to read, and what of a page is text."""

import pytest

from clinic_site.readability import lix, words_of

LONG = "Subanesthetic administration potentiates synaptogenesis considerably"


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("One two three four five. Six seven eight nine ten.", 5.0),
        ("One two three four five six seven eight nine ten.", 10.0),
        ("One two three four five\nsix seven eight nine ten", 5.0),
        (f"{LONG} {LONG}", 110.0),
        ("It’s a well-known fact that two long words stand here: seven eight.", 14.3),
        ("One two three four five six seven eight nine", 0.0),
        ("", 0.0),
        ("1 2 3 4 5 6 7 8 9 10 11 12", 0.0),
    ],
)
def test_the_level_rises_with_long_words_and_long_sentences(text: str, level: float) -> None:
    assert round(lix(text), 1) == level


def test_the_words_of_a_raw_value_leave_out_what_nobody_reads() -> None:
    raw = [
        {"type": "text", "id": "a-b", "value": "<h2>One</h2><p>Two<br/><b>three</b></p>"},
        {"type": "callout", "id": "c", "value": {"level": "urgent", "heading": "Four", "text": ""}},
        {"type": "clinician_note", "value": {"clinician": "7", "text": "<p>Five</p>"}},
        {"type": "steps", "value": {"steps": [{"type": "item", "id": "d", "value": "Six"}]}},
        {"type": "image", "value": {"image": {"image": 3, "alt_text": "Seven"}}},
    ]
    assert words_of(raw).split() == ["One", "Two", "three", "Four", "Five", "Six", "Seven"]
