"""Text as it is compared: what two people type differently who mean the same.

Marks on letters (Núñez, Nunez), letters that one keyboard has and another has not (Łukasz, Lukasz),
capitals, apostrophes, quotes, hyphens, kinds of spaces and what does not show make no difference.
Folding takes each character by itself, so of two texts beside each other it gives the two results
beside each other.
"""

import re
import unicodedata

from clinic_site.visible_text import UNSEEN

# What NFKD does not take apart, as it is typed without the letter. Folding the case does ß.
_LETTERS = {
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "ħ": "h",
    "ı": "i",
    "ł": "l",
    "ŋ": "n",
    "ŧ": "t",
}
# Primes, accents and letters that are written for one, too.
_APOSTROPHES = "'`´‘’‛′ʹʻʼʽʾʿˈ՚׳ꞌ＇"
_MARKS = {"Mn", "Me"}
# A sign of arithmetic that is written for a hyphen.
_MINUS = "\u2212"
# How many characters are remembered: more than any language has.
_MOST_CHARACTERS = 20_000

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_UNSEEN = re.compile(f"[{UNSEEN}]")
# In ASCII: capitals, and what stands between words.
_BETWEEN = b'\t\n\r "(),-/:;<>?![\\]{|}'
_ASCII = bytes(32 if code in _BETWEEN else ord(chr(code).lower()) for code in range(128)) + bytes(
    range(128, 256)
)
_ASCII_UNSEEN = b"'`\x7f" + bytes(code for code in range(32) if code not in b"\t\n\r")


class _Characters(dict[int, str]):
    """By code, what each character beyond ASCII becomes; holds single characters and no text."""

    def __missing__(self, code: int) -> str:
        if len(self) >= _MOST_CHARACTERS:
            self.clear()
        self[code] = found = _fold_character(chr(code))
        return found


def _fold_character(character: str) -> str:
    if character in _APOSTROPHES or _UNSEEN.match(character):
        return ""
    return "".join(map(_fold_part, unicodedata.normalize("NFKD", character).casefold()))


def _fold_part(part: str) -> str:
    category = unicodedata.category(part)
    if category in _MARKS or part in _APOSTROPHES:
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(part))
    if part.isascii():
        return part  # folded with all that was ASCII before
    return " " if category[0] in "PZ" or part == _MINUS else _LETTERS.get(part, part)


_CHARACTERS = _Characters()


def folded_bytes(text: bytes) -> bytes:
    """UTF-8 in and out, with single spaces or several between words.

    The characters of JSON's syntax are spaces afterwards. Raises UnicodeDecodeError for other bytes.
    """
    if not text.isascii():
        beyond = _BEYOND_ASCII.sub(lambda run: run[0].translate(_CHARACTERS), text.decode())
        text = beyond.encode()
    return text.translate(_ASCII, _ASCII_UNSEEN)


def folded(text: str) -> str:
    """With one space between words and none around. Of the result the same comes out again."""
    return " ".join(folded_bytes(text.encode(errors="ignore")).decode().split())
