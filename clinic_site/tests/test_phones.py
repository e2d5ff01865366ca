import pytest

from clinic_site.phones import phone_link


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        ("(972) 555-0100", "tel:9725550100"),
        ("+1 972 555 0100", "tel:+19725550100"),
        ("972.555.0100", "tel:9725550100"),
    ],
)
def test_a_phone_link_holds_digits_and_a_leading_plus(phone: str, expected: str) -> None:
    assert phone_link(phone) == expected
