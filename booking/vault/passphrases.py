"""Passphrases that are proposed, and the recovery key as people write it down."""

import base64
import hashlib
import secrets
import unicodedata
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

from .crypto import SEED_BYTES, CannotOpen

PROPOSED_WORDS = 6
CHECKSUM_BYTES = 3
GROUP = 4
MIN_LENGTH = 15
MIN_DIFFERENT = 6
FINGERPRINT_WORDS = 5

# The EFF's large word list (CC BY 3.0 US): 7,776 words, 12.9 bits each.
WORD_LIST = Path(__file__).parent / "data" / "eff_large_wordlist.txt"

# Passwords of 15 characters and more from public lists of leaked ones, and sentences from schoolbooks.
COMMON_LIST = Path(__file__).parent / "data" / "common_passphrases.txt"


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


class WeakPassphrase(ValueError):
    """The passphrase would be guessed; the message says why."""


@cache
def _common() -> frozenset[str]:
    return frozenset(map(_letters, COMMON_LIST.read_text(encoding="utf-8").splitlines()))


def _letters(passphrase: str) -> str:
    """What counts in a comparison: letters and digits, without case."""
    return "".join(c for c in passphrase.casefold() if c.isalnum())


def check_strength(passphrase: str) -> None:
    """Raises WeakPassphrase for fewer than 15 characters, few different ones, or a common one."""
    text = normalise(passphrase)
    if len(text) < MIN_LENGTH:
        raise WeakPassphrase(
            _("Use at least 15 characters: several words that do not belong together.")
        )
    if len(set(_letters(text))) < MIN_DIFFERENT:
        raise WeakPassphrase(_("Use more different characters: this one repeats a few."))
    if _letters(text) in _common():
        raise WeakPassphrase(
            _("This passphrase is well known. Choose words that nobody would guess.")
        )


def fingerprint_words(public_key: bytes) -> str:
    """Five words (64 bits) of a public key's SHA-256, for two people to compare."""
    number = int.from_bytes(hashlib.sha256(b"clinic-vault/words/v1" + public_key).digest())
    chosen = []
    for _place in range(FINGERPRINT_WORDS):
        number, index = divmod(number, len(words()))
        chosen.append(words()[index])
    return " ".join(chosen)


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
