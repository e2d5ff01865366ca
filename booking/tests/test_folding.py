"""What makes no difference to a search."""

import sys

import pytest

from booking.submissions.folding import folded, folded_bytes

pytestmark = pytest.mark.once

SAME = [
    ("Núñez", "nunez"),
    ("Nu\u0301n\u0303ez", "nunez"),
    ("Łukasz Sørensen Đorđević", "lukasz sorensen dordevic"),
    ("STRASSE", "straße"),
    ("ſtraẞe", "strasse"),
    ("Æsir Œuvre Þór", "aesir oeuvre thor"),
    ("İstanbul ılık", "istanbul ilik"),
    ("O'Brien", "o\u2019brien"),
    ("O\u02bcBrien O\u00b4Brien O`Brien O\u2032Brien", "obrien obrien obrien obrien"),
    ("Smith\u2010Jones", "Smith-Jones"),
    ("Smith\u2013Jones", "smith jones"),
    ("Quillfeather,  Kestrel", "quillfeather kestrel"),
    ("Kestrel\u00a0\u3000\t\r\nQuillfeather", "kestrel quillfeather"),
    ("\u201cKes\u201d \u00abKes\u00bb", "kes kes"),
    ("Kes\u200b\u200e\u00adtrel\u202e\ufe0f", "kestrel"),
    ("ﬁancé ＫＥＳ", "fiance kes"),
    ("٠١٢٣ ۴۵ ०१", "0123 45 01"),
    ("أحمد آمنة", "احمد امنه".replace("ه", "ة")),
    ("مُحَمَّد", "محمد"),
    ("李明，你好。", "李明 你好"),
    ("ЁЛКА й", "елка и"),
    ("Σίσυφος", "σισυφοσ"),
    ("kestrel.q+spam@Example.com", "kestrel.q+spam@example.com"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_people_type_differently_is_the_same(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"), [("kes@x.org", "kes@xorg"), ("ana", "anna"), ("一", "二")]
)
def test_and_what_is_not_is_not(one: str, other: str) -> None:
    assert folded(one) != folded(other)


def test_of_the_result_the_same_comes_out_again_for_every_character() -> None:
    every = map(chr, range(sys.maxunicode + 1))
    wrong = [char for char in every if folded(folded(f"a{char}b")) != folded(f"a{char}b")]
    assert wrong == []


def test_each_character_is_folded_by_itself() -> None:
    """So that a whole blob can be folded before anybody knows where in it an answer stands."""
    texts = [
        "Nu\u0301n",
        "\u0303ez",
        "ｶ",
        "ﾞ",
        "한",
        "\u1100",
        "\u1161",
        "é",
        "\u0323",
        "o",
        "'",
        "B",
    ]
    whole = folded_bytes("".join(texts).encode())
    assert whole == b"".join(folded_bytes(text.encode()) for text in texts)


def test_halves_of_characters_do_not_show() -> None:
    assert folded("a\ud800b") == "ab"
