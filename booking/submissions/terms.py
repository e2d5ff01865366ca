"""What is searched for: the words and numbers that somebody typed."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Self

from .folding import folded

# From so many digits on they are one number, however it is divided; so few are one when in one piece.
_NUMBER = 7
_SHORT_NUMBER = 4
_DIGITS = re.compile(r"\+?[\d.]*\d[\d.]*")
# Between a number and its extension, and right before it.
_EXTENSION = re.compile(r"(?:ext|x)\.?(?=\d|$)")
_NO_DIGITS = bytes(code for code in range(256) if code not in b"0123456789")


class NothingToFind(ValueError):
    """Too little was typed: nearly every request would be found."""


@dataclass(frozen=True)
class Term:
    """Words in any order, and numbers whatever stands between their digits; all of them are wanted.

    Both are folded, as UTF-8. Where `is_whole` a word is not found inside of another one.
    """

    words: tuple[bytes, ...]
    numbers: tuple[bytes, ...] = ()
    is_whole: bool = False

    @classmethod
    def of(cls, typed: str, *, is_whole: bool = False) -> Self:
        """Raises NothingToFind for less than two letters; of scripts without capitals one is enough."""
        words: list[str] = []
        numbers: list[str] = []
        for is_digits, parts in groupby(folded(typed).split(), key=_is_of_digits):
            pieces = list(parts)
            digits = _digits("".join(pieces))
            is_number = len(digits) >= (_SHORT_NUMBER if len(pieces) == 1 else _NUMBER)
            if is_digits and is_number:
                numbers.append(_without_code(digits))
            else:
                words += _words(pieces, is_after_number=bool(numbers))
        if not numbers and not _is_enough("".join(words)):
            raise NothingToFind
        return cls(tuple(map(str.encode, words)), tuple(map(str.encode, numbers)), is_whole)

    def may_be_in(self, text: bytes) -> bool:
        """Whether it can be in what the folded text is a part of. True where `is_in` is."""
        if not all(word in text for word in self.words):
            return False
        if not self.numbers:
            return True
        digits = text.translate(None, _NO_DIGITS)
        return all(number in digits for number in self.numbers)

    def is_in(self, fields: bytes) -> bool:
        """Whether all of it is in the fields, each folded and on a line of its own."""
        texts = set(fields.split()) if self.is_whole else fields
        if not all(word in texts for word in self.words):
            return False
        closed_up = fields.translate(None, b" .+") if self.numbers else b""
        return all(number in closed_up for number in self.numbers)


@dataclass(frozen=True)
class Query:
    """Several terms: a request is found by any of them."""

    terms: tuple[Term, ...]

    @classmethod
    def of(cls, typed: Iterable[str], *, is_whole: bool = False) -> Self:
        """Raises NothingToFind where there is too little in one of them, or there is none."""
        terms = tuple(Term.of(each, is_whole=is_whole) for each in typed)
        if not terms:
            raise NothingToFind
        return cls(terms)

    def may_be_in(self, text: bytes) -> bool:
        return any(term.may_be_in(text) for term in self.terms)

    def is_in(self, fields: bytes) -> bool:
        return any(term.is_in(fields) for term in self.terms)


def _is_of_digits(piece: str) -> bool:
    return _DIGITS.fullmatch(piece) is not None


def _digits(text: str) -> str:
    return text.encode().translate(None, _NO_DIGITS).decode()


def _without_code(digits: str) -> str:
    """Without the 1 or 001 of the United States, and without the 00 of any other country."""
    if len(digits) > _NUMBER:
        digits = digits.removeprefix("00")
    return digits.removeprefix("1") if len(digits) > _NUMBER else digits


def _words(pieces: Iterable[str], *, is_after_number: bool) -> Iterator[str]:
    for piece in pieces:
        word = _EXTENSION.sub("", piece, count=1) if is_after_number else piece
        if word := word.strip(".+"):
            yield word


def _is_enough(letters: str) -> bool:
    if len(letters) == 1:
        return letters.isalpha() and letters.upper() == letters.lower()
    return any(char.isalnum() for char in letters) and len(letters) > 1
