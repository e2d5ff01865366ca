"""Phone numbers as people write them, and what a person gets."""

import pytest

from booking.public.form.typed_phones import NotDialable, read_phone

HOME = "(972) 555-0134"
READ = [
    *((text, HOME) for text in (
        "972-555-0134", "972.555.0134", "972 555 0134", "9725550134", "(972) 555-0134", "(972)5550134",
        "1 972 555 0134", "1-972-555-0134", "+1 972 555 0134", "+19725550134", "001 972 555 0134",
        "tel:+19725550134", "972–555–0134", "972 / 555 / 0134", "９７２-555-0134",
        "972-555-0134 (cell)", "972-555-0134 cell", "cell: 972-555-0134", "Cell 972-555-0134",
        "972-555-0134 (mobile)", "home 972-555-0134", "972-555-0134 (work)", "Phone: 972-555-0134.",
        "celular 972-555-0134", "972-555-0134 (móvil)", "Teléfono: 972-555-0134", "972-555-0134 casa",
    )),
    ("972-555-0134 ext. 12", f"{HOME} ext. 12"),
    ("972-555-0134 x12", f"{HOME} ext. 12"),
    ("972-555-0134,12", f"{HOME} ext. 12"),
    ("972-555-0134 (work) ext 12", f"{HOME} ext. 12"),
    ("800-555-0199", "(800) 555-0199"),
    ("1-800-FLOWERS", "(800) 356-9377"),
    # The same numbering plan: no code is needed.
    ("416-555-0134", "(416) 555-0134"),
    ("+1 416 555 0134", "(416) 555-0134"),
    ("787-555-0134", "(787) 555-0134"),
    # Elsewhere
    ("+52 55 1234 5678", "+52 55 1234 5678"),
    ("(+52) 55 1234 5678", "+52 55 1234 5678"),
    ("+52 1 55 1234 5678", "+52 55 1234 5678"),
    ("011 52 55 1234 5678", "+52 55 1234 5678"),
    ("0052 55 1234 5678", "+52 55 1234 5678"),
    ("+52 55 1234 5678 (celular)", "+52 55 1234 5678"),
    ("+44 20 7946 0958", "+44 20 7946 0958"),
    ("+44 (0)20 7946 0958", "+44 20 7946 0958"),
    ("+49 151 23456789", "+49 1512 3456789"),
    ("+91 98765 43210", "+91 98765 43210"),
    ("+44 20 7946 0958 ext 5", "+44 20 7946 0958 ext. 5"),
    ("+49 151 23456789 x 12", "+49 1512 3456789 ext. 12"),
]  # fmt: skip
REFUSED = [
    *("", "none", "911", "988", "555-0134", "972 555 013", "972 555 01345", "52 55 1234 5678"),
    *("+999 123456", "972-555-0134 or 214-555-0134", "972-555-0134 / 214-555-0134", "robin@example.com"),
    *("(cell)", "+", "0", "000-000-0000", "123-456-7890", "<b>972</b>", "9" * 5000),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "kept"), READ)
def test_a_number_that_can_be_dialled_is_taken_in_one_notation(typed: str, kept: str) -> None:
    assert read_phone(typed).text == kept


@pytest.mark.parametrize("typed", [kept for _typed, kept in READ])
def test_what_is_kept_is_read_again_as_it_is(typed: str) -> None:
    assert read_phone(typed).text == typed


@pytest.mark.parametrize("typed", REFUSED)
def test_what_nobody_can_dial_is_refused(typed: str) -> None:
    with pytest.raises(NotDialable):
        read_phone(typed)


@pytest.mark.parametrize(
    ("typed", "takes"),
    [
        ("972-555-0134", True),
        ("+52 55 1234 5678", True),
        ("+44 20 7946 0958", True),  # who knows what it can
        ("972-555-0134 ext. 12", False),
        ("800-555-0199", False),
        ("1-888-555-0199", False),
    ],
)
def test_text_messages_reach_no_extension_and_no_toll_free_number(typed: str, takes: bool) -> None:
    assert read_phone(typed).takes_text_messages is takes
