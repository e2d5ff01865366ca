"""The signed token in every booking form: one stored row a form, and a trap for machines."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing

_SALT = "booking.form"
_RECEIVED_SALT = "booking.received"


@dataclass(frozen=True)
class FormToken:
    """What a posted token says: the form's own id, and whether its age is a person's."""

    id: uuid.UUID
    is_plausible: bool


def new_token() -> str:
    """A fresh id signed with the time at which the form was shown."""
    return signing.TimestampSigner(salt=_SALT).sign(uuid.uuid4().hex)


def read_token(text: str) -> FormToken:
    """The token as posted. Forged, missing, too young or too old: not plausible, never an error."""
    signer = signing.TimestampSigner(salt=_SALT)
    try:
        token_id = uuid.UUID(signer.unsign(text))
    except (signing.BadSignature, ValueError):
        return FormToken(uuid.uuid4(), is_plausible=False)
    try:
        signer.unsign(text, max_age=timedelta(seconds=settings.BOOKING_TOKEN_MAX_SECONDS))
    except signing.SignatureExpired:
        return FormToken(token_id, is_plausible=False)
    return FormToken(token_id, is_plausible=not _is_younger(signer, text))


def _is_younger(signer: signing.TimestampSigner, text: str) -> bool:
    """Whether the token was made less than BOOKING_TOKEN_MIN_SECONDS ago."""
    try:
        # Exactly that old is old enough; unsign() alone would count it as younger.
        age = timedelta(seconds=settings.BOOKING_TOKEN_MIN_SECONDS, microseconds=-1)
        signer.unsign(text, max_age=age)
    except signing.SignatureExpired:
        return False
    return settings.BOOKING_TOKEN_MIN_SECONDS > 0


def sign_reference(reference: str) -> str:
    """A reference for the confirmation's address, so that nobody can make one up."""
    return signing.Signer(salt=_RECEIVED_SALT).sign(reference)


def read_reference(text: str) -> str:
    """The reference of a confirmation's address; empty when it is not one of ours."""
    try:
        return signing.Signer(salt=_RECEIVED_SALT).unsign(text)
    except signing.BadSignature:
        return ""
