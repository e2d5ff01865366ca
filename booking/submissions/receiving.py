"""Taking a request in: sealed first, then one row and its log entry in one transaction.

Each form carries a secret that is stored nowhere. The row keeps its SHA-256, by which two posts of
one form are known, and an HMAC of the answers under it, by which whoever holds the form can tell
whether they changed. Who holds the database alone has no key to try answers with.
"""

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.models import ModelLogEntry

from clinic_site.clinic_time import in_clinic_time

from .. import log_actions
from ..choices import Status
from ..locations.hours import answer_due
from ..locations.models import Location
from .models import Submission
from .sealed import SCHEMA, seal_answers

# No 0 and O, 1, I and L, 2 and Z, 5 and S, 8 and B, U and V: read aloud over the phone without doubt.
REFERENCE_ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
REFERENCE_LENGTH = 8
CODE_LENGTH = 16


def new_reference() -> str:
    """Eight unambiguous characters: 36 bits, enough to be unlike any other, not a secret."""
    return "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(REFERENCE_LENGTH))


def form_digest(form_secret: bytes) -> bytes:
    """By which the rows of one form are known: 32 bytes."""
    return hashlib.sha256(form_secret).digest()


def answers_digest(form_secret: bytes, answers: list[dict[str, Any]]) -> bytes:
    """By which it is known whether the answers of that form changed: 32 bytes (RFC 2104)."""
    return hmac.digest(form_secret, json.dumps(answers, sort_keys=True).encode(), "sha256")


@dataclass(frozen=True)
class _Sent:
    """What is stored of a form's last post."""

    reference: str
    answers_digest: bytes
    correction: int


def withdrawal_code(form_secret: bytes) -> str:
    """What the visitor needs to withdraw what was sent with that form: sixteen characters, 72 bits."""
    number = int.from_bytes(hmac.digest(form_secret, b"withdrawal", "sha256"))
    characters = []
    for _ in range(CODE_LENGTH):
        number, rest = divmod(number, len(REFERENCE_ALPHABET))
        characters.append(REFERENCE_ALPHABET[rest])
    return "".join(characters)


def in_fours(code: str) -> str:
    """The code as people read and write it: in groups of four."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def withdrawal_digest(code: str) -> bytes:
    """By which a row knows its code: 32 bytes. The code is too long to be tried."""
    return hashlib.sha256(code.encode()).digest()


def receive(
    answers: list[dict[str, Any]],
    *,
    page: Any,
    location: Location,
    form_secret: bytes,
    doubt: str = "",
) -> str:
    """Seal the answers that were given on a booking page and store the request; returns its reference.

    The same form with the same answers as last time stores one row, whatever the number of posts; with
    other answers a further one, which corrects the one before. What is doubted is stored to be looked
    at. Raises VaultUnavailable, or django.db's errors, with nothing stored.
    """
    last = _last_of(form_digest(form_secret))
    if last and last.answers_digest == answers_digest(form_secret, answers):
        return last.reference
    submission = _sealed(answers, page, location, form_secret)
    if doubt:
        submission.status, submission.doubt = Status.CHECK, doubt
    return _store(submission, last)


def take_down(
    answers: list[dict[str, Any]], *, page: Any, location: Location, form_secret: bytes, by: Any
) -> str:
    """The same for what somebody of the staff was told on the phone."""
    last = _last_of(form_digest(form_secret))
    if last and last.answers_digest == answers_digest(form_secret, answers):
        return last.reference
    submission = _sealed(answers, page, location, form_secret)
    submission.by_phone = True
    return _store(submission, last, by)


def _sealed(
    answers: list[dict[str, Any]], page: Any, location: Location, form_secret: bytes
) -> Submission:
    """An unsaved request, received now. Raises VaultUnavailable."""
    row, now = uuid4(), timezone.now()  # the id is made here: the sealed blob is bound to it
    sealed = seal_answers(answers, row)
    return Submission(
        id=row,
        reference=new_reference(),
        page=page,
        location=location,
        received_at=now,
        due_at=answer_due(location, now, page.answer_working_days),
        form_digest=form_digest(form_secret),
        answers_digest=answers_digest(form_secret, answers),
        withdrawal_digest=withdrawal_digest(withdrawal_code(form_secret)),
        sealed=sealed.blob,
        key_id=sealed.key_id,
        schema=SCHEMA,
        delete_after=in_clinic_time(now).date() + timedelta(days=page.retention_days),
    )


def _store(submission: Submission, last: _Sent | None, user: Any = None) -> str:
    """Store it as the correction of its form's last one; returns the reference of what is stored.

    The last one was asked for before, and not only after a failed insertion: PostgreSQL's log keeps what
    it refuses.
    """
    while True:
        submission.correction = last.correction + 1 if last else 0
        try:
            with transaction.atomic():
                submission.save()
                _log(submission, user)
        except IntegrityError:
            # Two posts of one form at the same moment: the other one was first.
            before, last = last, _last_of(bytes(submission.form_digest))
            if last == before:
                raise  # a reference that exists already, or a location that was deleted meanwhile
            if last and last.answers_digest == submission.answers_digest:
                return last.reference
        else:
            return submission.reference


def _log(submission: Submission, user: Any) -> None:
    """Store what Wagtail's `log()` would, which first asks the database whether the model exists."""
    entry = ModelLogEntry(
        content_type=ContentType.objects.get_for_model(submission),
        object_id=str(submission.pk),
        label=str(submission),
        user=user,
        action=log_actions.RECEIVE,
        timestamp=submission.received_at,
    )
    ModelLogEntry.objects.bulk_create([entry])  # unlike `save` it does not validate


def _last_of(form: bytes) -> _Sent | None:
    """The last request that came from the form of that digest."""
    rows = Submission.objects.filter(form_digest=form).order_by("-correction")
    columns = rows.values_list("reference", "answers_digest", "correction")
    return next((_Sent(ref, bytes(said), number) for ref, said, number in columns[:1]), None)
