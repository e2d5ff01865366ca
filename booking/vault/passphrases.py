"""Passphrases that are proposed, and the recovery key as people write it down."""

import base64
import hashlib
import secrets
import unicodedata
from functools import cache
from pathlib import Path

from .crypto import SEED_BYTES, CannotOpen

PROPOSED_WORDS = 6
CHECKSUM_BYTES = 3
GROUP = 4

# The EFF's large word list (CC BY 3.0 US): 7,776 words, 12.9 bits each.
WORD_LIST = Path(__file__).parent / "data" / "eff_large_wordlist.txt"


@cache
def words() -> tuple[str, ...]:
    """The 7,776 words of the list, in its order."""
    return tuple(WORD_LIST.read_text(encoding="ascii").split())


def propose() -> str:
    """Six random words with spaces between them: 77 bits."""
    return " ".join(secrets.choice(words()) for _ in range(PROPOSED_WORDS))


def normalise(passphrase: str) -> str:
    """The passphrase as it is hashed: words apart by one space, no space at the ends.

    Keyboards write an accented letter as one character or as two; both are the same passphrase
    (NFC, as RFC 8265 section 4.2 does for passwords).
    """
    return " ".join(unicodedata.normalize("NFC", passphrase).split())


def _checksum(seed: bytes) -> bytes:
    return hashlib.sha256(b"clinic-vault/recovery/v1" + seed).digest()[:CHECKSUM_BYTES]


def recovery_key(seed: bytes) -> str:
    """32 bytes as 14 groups of four base32 letters, the last of them a checksum."""
    text = base64.b32encode(seed + _checksum(seed)).decode("ascii")
    return "-".join(text[i : i + GROUP] for i in range(0, len(text), GROUP))


def recovery_seed(text: str) -> bytes:
    """The seed of a recovery key as typed, in any case, with any spacing. Raises CannotOpen."""
    letters = "".join(c for c in text.upper() if c.isalnum())
    # Digits that base32 leaves out are read as the letters they look like.
    letters = letters.translate(str.maketrans("018", "OIB"))
    try:
        raw = base64.b32decode(letters)
    except ValueError as error:
        raise CannotOpen from error
    seed, checksum = raw[:SEED_BYTES], raw[SEED_BYTES:]
    if len(seed) != SEED_BYTES or checksum != _checksum(seed):
        raise CannotOpen
    return seed
