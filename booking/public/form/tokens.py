"""The signed token in every booking form: by it two posts of one form are told from two requests."""

import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken
from django.core import signing
from django.utils.crypto import salted_hmac

_SALT = "booking.form"
_RECEIVED_SALT = "booking.received"
_RECEIPT_SALT = "booking.receipt"
_CODE_SALT = "booking.code"
_SOONER = "*"
# As long as the confirmation's address shows the code: it may lie in a history or in a proxy's log.
CODE_SECONDS = 60 * 60


@dataclass(frozen=True)
class FormToken:
    """What a posted token says: the secret that this form alone carries, and whether we made it."""

    secret: bytes
    is_ours: bool


def new_token() -> str:
    """32 random bytes for one form, signed. They are stored nowhere."""
    return signing.Signer(salt=_SALT).sign(secrets.token_urlsafe(32))


def read_token(text: str) -> FormToken:
    """The token as posted, of whatever age. Forged or missing: a secret of its own at each reading."""
    try:
        signed = signing.Signer(salt=_SALT).unsign(text)
    except signing.BadSignature:
        return FormToken(secrets.token_bytes(32), is_ours=False)
    # A form that was open while the site was updated may carry a time behind a colon.
    return FormToken(signed.partition(":")[0].encode(), is_ours=True)


def sign_reference(reference: str) -> str:
    """A reference for the confirmation's address, so that nobody can make one up."""
    return signing.Signer(salt=_RECEIVED_SALT).sign(reference)


def read_reference(text: str) -> str:
    """The reference of a confirmation's address; empty when it is not one of ours."""
    try:
        return signing.Signer(salt=_RECEIVED_SALT).unsign(text)
    except signing.BadSignature:
        return ""


def sign_receipt(reference: str, *, is_sent: bool) -> str:
    """What became of the mail of a request, for the confirmation's address."""
    return signing.Signer(salt=_RECEIPT_SALT).sign(f"{reference}-{'sent' if is_sent else 'failed'}")


def read_receipt(text: str, reference: str) -> str:
    """The word sent or failed; empty where no mail was asked for with that request."""
    try:
        signed = signing.Signer(salt=_RECEIPT_SALT).unsign(text)
    except signing.BadSignature:
        return ""
    about, _dash, outcome = signed.partition("-")
    return outcome if about == reference else ""


def encrypted_code(code: str, *, asks_sooner: bool = False) -> str:
    """A code for the confirmation's address, which only this site reads, and for an hour.

    With it goes whether a day was asked for that may come before the answer: the confirmation tells of
    it, and nobody else can see it, for the text is as long either way.
    """
    return _codes().encrypt(f"{code}{_SOONER if asks_sooner else ''}".encode()).decode()


def decrypted_code(text: str) -> tuple[str, bool]:
    """Both; an empty code when the text is too old or not of this site."""
    try:
        code = _codes().decrypt(text.encode(), ttl=CODE_SECONDS).decode()
    except InvalidToken:
        return "", False
    return code.removesuffix(_SOONER), code.endswith(_SOONER)


def _codes() -> Fernet:
    return Fernet(urlsafe_b64encode(salted_hmac(_CODE_SALT, "", algorithm="sha256").digest()))
