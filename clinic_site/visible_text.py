"""What of a text shows: characters that show nothing, or that reorder what stands around them.

Whoever reads a name or a message sees all of it, in the order in which it is stored. The rules are
Unicode's:

- Directional marks, embeddings, overrides and isolates (UAX #9) reorder their surroundings. Where a
  text is shown it is isolated by markup instead, so none of them is needed.
- Default-ignorable characters (UAX #44) show nothing: zero-width spaces, fillers, tags.
- Zero-width joiner and non-joiner are part of the spelling between letters of Arabic and of Indic
  scripts, and the joiner after a virama (UAX #31, "Contextual Format Characters").
- A joiner between two emoji, the tags of a regional flag such as Scotland's, and a variation selector
  after what has variants make one picture (UTS #51, UTS #37).

All work is done by one regular expression whose parts look at a bounded number of neighbours, so a
text takes time in proportion to its length.
"""

import re
import unicodedata

# All of Unicode's category Cc, which never changes, but for tab and line feed.
_CONTROLS = r"\x00-\x08\x0b-\x1f\x7f-\x9f"
# The last two code points of each of the 17 planes, and 32 more: no characters, by definition.
_NO_CHARACTERS = r"\ufdd0-\ufdef" + "".join(
    rf"\U{plane:04x}fffe-\U{plane:04x}ffff" for plane in range(17)
)
# What shows nothing by itself, as the inside of a regular expression's brackets.
UNSEEN = (
    rf"{_CONTROLS}{_NO_CHARACTERS}\ud800-\udfff"  # surrogates: halves of characters
    r"\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_EMOJI = (
    r"\xa9\xae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2900-\u297f"
    r"\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001fffd"
)
# Arabic and its neighbours, the scripts of India and those that descend from them, Mongolian, Adlam.
_JOINED_SCRIPTS = (
    r"\u0600-\u061b\u061d-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u17b3\u17b6-\u17ff\u1810-\u18af"
    r"\u1a20-\u1aaf\u1b00-\u1bff\ua8e0-\ua8ff\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc"
    r"\U00011000-\U00011dff\U0001e900-\U0001e95f"
)
_VIRAMAS = r"\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d3b\u0d3c\u0d4d\u0dca"
_HAN = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002fffd\U00030000-\U0003fffd"
# Emoji, keycaps, symbols, ideographs and letters of the scripts that have variants.
_WITH_VARIANTS = (
    rf"{_EMOJI}{_HAN}#*0-9\u1000-\u109f\u2010-\u2027\u2030-\u205e\u2070-\u27ff\u2900-\u2fff"
    r"\u3001-\u3163\ua840-\ua87f\uaa60-\uaa7f\uff01-\uff9f\U00010ac0-\U00010aff"
)
# A region's letters and digits as tags, after a black flag and before the closing tag.
_REGION = r"[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f"

_CONTROL = re.compile(f"[{_CONTROLS}]")
_LINE_BREAK = re.compile(r"\r\n?|[\u2028\u2029]")
# Where a character does its work it is taken into the group, and what is in no group goes.
_UNSEEN_OR_AT_WORK = re.compile(
    rf"((?<=[{_EMOJI}])\u200d(?=[{_EMOJI}])"
    rf"|(?<=[{_EMOJI}]\ufe0f)\u200d(?=[{_EMOJI}])"
    rf"|(?<=[{_JOINED_SCRIPTS}])[\u200c\u200d](?=[\u200c\u200d]*[{_JOINED_SCRIPTS}])"
    rf"|(?<=[{_VIRAMAS}])\u200d"
    rf"|(?<=[{_WITH_VARIANTS}])[\ufe00-\ufe0f]"
    rf"|(?<=[{_HAN}])[\U000e0100-\U000e01ef]"
    r"|(?<=[\u1820-\u18aa])[\u180b-\u180d\u180f]"
    rf"|\U0001f3f4{_REGION})"
    rf"|[{UNSEEN}]+"
)
# Symbols by category, and blank all the same: the empty cell of Braille, the empty head of a note.
_BLANK = "\t\n\u2800\U0001d159"


def visible(text: str) -> str:
    """The text without characters that show nothing or reorder others; line breaks as LF, tabs stay.

    Of the result the same comes out again.
    """
    if text.isascii():
        if text.isprintable():
            return text
        return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _UNSEEN_OR_AT_WORK.sub(r"\1", _LINE_BREAK.sub("\n", text))


def shows_nothing(text: str) -> bool:
    """Whether a visible text holds only spaces, line breaks and marks that stand on no letter."""
    return all(char in _BLANK or unicodedata.category(char)[0] in "ZM" for char in text)
