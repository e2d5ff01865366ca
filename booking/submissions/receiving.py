"""Taking a request in: sealed first, then one row and its log entry in one transaction."""

import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.models import ModelLogEntry

from clinic_site.clinic_time import in_clinic_time

from .. import log_actions
from ..choices import Status
from ..locations.models import Location
from .models import Submission
from .sealed import SCHEMA, seal_answers

# No 0 and O, 1, I and L, 2 and Z, 5 and S, 8 and B, U and V: read aloud over the phone without doubt.
REFERENCE_ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
REFERENCE_LENGTH = 8


def new_reference() -> str:
    """Eight unambiguous characters: 36 bits, enough to be unlike any other, not a secret."""
    return "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(REFERENCE_LENGTH))


def receive(
    answers: list[dict[str, Any]], *, page: Any, location: Location, token: UUID, suspect: bool
) -> str:
    """Seal the answers that were given on a booking page and store the request; returns its reference.

    The same token stores one row, whatever the number of posts. A suspect is stored as spam, not
    dropped. Raises VaultUnavailable, or django.db's errors, with nothing stored.
    """
    # Asked before, and not only of an insertion that failed: PostgreSQL's log keeps what it refuses.
    if earlier := _reference_of(token):
        return earlier
    row, now = uuid4(), timezone.now()  # the id is made here: the sealed blob is bound to it
    sealed = seal_answers(answers, row)
    submission = Submission(
        id=row,
        reference=new_reference(),
        page=page,
        location=location,
        received_at=now,
        status=Status.SPAM if suspect else Status.NEW,
        idempotency_token=token,
        sealed=sealed.blob,
        key_id=sealed.key_id,
        schema=SCHEMA,
        delete_after=in_clinic_time(now).date() + timedelta(days=page.retention_days),
    )
    try:
        with transaction.atomic():
            submission.save()
            _log(submission)
    except IntegrityError:
        # Two posts of one form at the same moment: the other one was first.
        earlier = _reference_of(token)
        if not earlier:
            raise  # a reference that exists already, or a location that was deleted meanwhile
        return earlier
    return submission.reference


def _log(submission: Submission) -> None:
    """Store what Wagtail's `log()` would, which first asks the database whether the model exists."""
    entry = ModelLogEntry(
        content_type=ContentType.objects.get_for_model(submission),
        object_id=str(submission.pk),
        label=str(submission),
        action=log_actions.RECEIVE,
        timestamp=submission.received_at,
    )
    ModelLogEntry.objects.bulk_create([entry])  # unlike `save` it does not validate


def _reference_of(token: UUID) -> str:
    """The reference of the request that was stored with that token; empty where there is none."""
    stored = Submission.objects.filter(idempotency_token=token).order_by()
    return next(iter(stored.values_list("reference", flat=True)), "")
