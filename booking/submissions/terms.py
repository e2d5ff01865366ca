"""What is searched for: the words and numbers that somebody typed."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Self

from .folding import folded

# From so many digits on they are one number, however it is divided; so few are one when in one piece.
_NUMBER = 7
_SHORT_NUMBER = 4
# With its area code, which has so many. No number has more than the most.
_WHOLE_NUMBER = 10
_AREA_CODE = 3
_MOST_DIGITS = 15
_DIGITS = re.compile(r"\+?[\d._]*\d[\d._]*")
# Between a number and its extension, and right before it.
_EXTENSION = re.compile(r"(?:ext|x)\.?(?=\d|$)")
_BEFORE_EXTENSION = re.compile(r"(?<=\d)(?=(?:ext|x)\.?\d)")
_NO_DIGITS = bytes(code for code in range(256) if code not in b"0123456789")


class NothingToFind(ValueError):
    """Too little was typed: nearly every request would be found."""


@dataclass(frozen=True)
class Number:
    """Digits that stand side by side as they were typed: one number, or several.

    Each span leads from one piece to another, and of them one way through all pieces has to be found.
    """

    pieces: tuple[str, ...]
    spans: tuple[tuple[int, int, bytes], ...]

    @classmethod
    def of(cls, pieces: list[str]) -> Self | None:
        """None where there are too few digits to be more than words."""
        digits = [_digits(piece) for piece in pieces]
        whole = "".join(digits)
        if len(whole) < (_SHORT_NUMBER if len(digits) == 1 else _NUMBER):
            return None
        return cls(tuple(digits), tuple(_spans(digits)))

    def may_be_in(self, digits: bytes) -> bool:
        """Whether it can be in what has these digits. True where `is_in` is."""
        return self._leads_through(lambda number: number in digits)

    def is_in(self, fields: bytes, closed_up: bytes) -> bool:
        """`closed_up` are the fields with nothing between the digits of a number.

        A short number stands within one piece or ends a number: it is not what two pieces make by chance.
        """
        return self._leads_through(
            lambda number: (
                number in closed_up
                if len(number) >= _NUMBER - 1
                else number in fields or re.search(number + rb"(?!\d)", closed_up) is not None
            )
        )

    def _leads_through(self, is_there: Callable[[bytes], bool]) -> bool:
        reached = {0}
        for start, end, number in self.spans:
            if start in reached and end not in reached and is_there(number):
                reached.add(end)
        return len(self.pieces) in reached


def _spans(digits: list[str]) -> Iterator[tuple[int, int, bytes]]:
    """By where they start. A number beside another has seven digits, or ten; alone it may be any."""
    for start in range(len(digits)):
        joined = ""
        for end in range(start + 1, len(digits) + 1):
            joined += digits[end - 1]
            is_all = (start, end) == (0, len(digits))
            if len(joined) > _MOST_DIGITS and end > start + 1 and not is_all:
                break
            number = _without_code(joined)
            is_piece = end == start + 1 and _stands_alone(number, is_last=end == len(digits))
            if is_all or is_piece or len(number) == _NUMBER or len(number) >= _WHOLE_NUMBER:
                yield start, end, number.encode()


def _stands_alone(number: str, *, is_last: bool) -> bool:
    """Beside a number: a year, an hour. Three digits in front are its area code."""
    return len(number) != _AREA_CODE or is_last


@dataclass(frozen=True)
class Term:
    """Words in any order, and numbers whatever stands between their digits; all of them are wanted.

    Both are folded, as UTF-8. Where `is_whole` a word is not found inside of another one.
    """

    words: tuple[bytes, ...]
    numbers: tuple[Number, ...] = ()
    is_whole: bool = False

    @classmethod
    def of(cls, typed: str, *, is_whole: bool = False) -> Self:
        """Raises NothingToFind for less than two letters; of scripts without capitals one is enough."""
        words: list[str] = []
        numbers: list[Number] = []
        parted = _BEFORE_EXTENSION.sub(" ", folded(typed))
        for is_digits, parts in groupby(parted.split(), key=_is_of_digits):
            pieces = list(parts)
            if is_digits and (number := Number.of(pieces)):
                numbers.append(number)
            else:
                if len(pieces) > 1 and pieces[0] == "+1":
                    pieces = pieces[1:]
                words += _words(pieces, is_after_number=bool(numbers))
        if not numbers and not _is_enough("".join(words)):
            raise NothingToFind
        return cls(tuple(map(str.encode, words)), tuple(numbers), is_whole)

    def may_be_in(self, text: bytes) -> bool:
        """Whether it can be in what the folded text is a part of. True where `is_in` is."""
        if not all(word in text for word in self.words):
            return False
        if not self.numbers:
            return True
        digits = text.translate(None, _NO_DIGITS)
        return all(number.may_be_in(digits) for number in self.numbers)

    def is_in(self, fields: bytes) -> bool:
        """Whether all of it is in the fields, each folded and on a line of its own."""
        texts = set(fields.split()) if self.is_whole else fields
        if not all(word in texts for word in self.words):
            return False
        closed_up = fields.translate(None, b" .+_") if self.numbers else b""
        return all(number.is_in(fields, closed_up) for number in self.numbers)


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
    return digits.removeprefix("1") if len(digits) >= _NUMBER else digits


def _words(pieces: Iterable[str], *, is_after_number: bool) -> Iterator[str]:
    for piece in pieces:
        word = _EXTENSION.sub("", piece, count=1) if is_after_number else piece
        if word := word.strip(".+"):
            yield word


def _is_enough(letters: str) -> bool:
    if len(letters) == 1:
        return letters.isalpha() and letters.upper() == letters.lower()
    return any(char.isalnum() for char in letters) and len(letters) > 1
