"""What to look for: a text as bytes in every form in which it could lie somewhere."""

import base64
import binascii
import json
import urllib.parse
from collections.abc import Iterable, Mapping
from html import escape

from .layers import layers


def encodings(text: str) -> dict[str, list[bytes]]:
    """The text in each encoding that hides it from a plain search, by the encoding's name."""
    plain, wide = text.encode(), [text.encode("utf-16-le"), text.encode("utf-16-be")]
    return {
        "text": [plain, text.upper().encode(), *_latin(text), *_phone_forms(text)],
        "utf-16": wide,
        "utf-32": [text.encode("utf-32-le"), text.encode("utf-32-be")],
        "base64": [form for data in (plain, *wide) for form in _base64_forms(data)],
        "hex": [
            form
            for data in (plain, *wide)
            for form in (
                binascii.hexlify(data),
                binascii.hexlify(data, " "),
                binascii.hexlify(data, ":"),
            )
        ],
        "url": [urllib.parse.quote(text).encode(), urllib.parse.quote_plus(text).encode()],
        "json": [json.dumps(text)[1:-1].encode()],
        "html": [escape(text).encode(), escape(text, quote=False).encode()],
        "repr": [repr(text)[1:-1].encode(), repr(plain)[2:-1].encode()],
        # Programs escape what they must; some escape every letter.
        "escapes": [
            *(
                "".join(f"{sign}{byte:02x}" for byte in plain).encode()
                for sign in ("%", "\\x", "=")
            ),
            "".join(f"\\u{ord(c):04x}" for c in text).encode(),
            "".join(f"&#{ord(c)};" for c in text).encode(),
            "".join(f"&#x{ord(c):x};" for c in text).encode(),
        ],
    }


def _latin(text: str) -> list[bytes]:
    try:
        return [text.encode("latin-1")]
    except UnicodeEncodeError:
        return []


def _phone_forms(text: str) -> list[bytes]:
    """A ten-digit number as people and programs write it; +1 stands before any of them."""
    digits = "".join(c for c in text if c.isdigit())
    if len(digits) != 10 or any(c.isalpha() for c in text):
        return []
    area, office, line = digits[:3], digits[3:6], digits[6:]
    forms = [
        f"({area}) {office}-{line}",
        *(s.join((area, office, line)) for s in ("", "-", ".", " ")),
    ]
    return [form.encode() for form in forms]


def _base64_forms(data: bytes) -> list[bytes]:
    """The part of the base64 text that is the same whatever stands before and after."""
    forms = []
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + data)
        core = encoded[-(-shift * 8 // 6) + (shift > 0) : (shift + len(data)) * 8 // 6]
        forms += [core, core.replace(b"+", b"-").replace(b"/", b"_")]
    return forms


class Needles:
    """Several texts to look for at once, each by a name that may be shown."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        # Compared in small letters: programs change capitals, and no encoding here needs them to
        # be told from chance.
        self._needles = {
            name: {needle.lower() for forms in encodings(text).values() for needle in forms}
            for name, text in texts.items()
        }

    def in_content(self, content: bytes) -> set[str]:
        """Names of the texts that lie in the content, in any encoding and packed in any way."""
        return self._in_views(layers(content))

    def in_name(self, name: str) -> bool:
        """Whether a name, such as a file's, holds one of the texts and may not be shown."""
        return bool(self._in_views([name.encode(errors="surrogateescape")]))

    def _in_views(self, views: Iterable[bytes]) -> set[str]:
        found: set[str] = set()
        for view in views:
            lowered = view.lower()
            found |= {
                name
                for name, needles in self._needles.items()
                if name not in found and any(needle in lowered for needle in needles)
            }
        return found
