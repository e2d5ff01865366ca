"""Deleting requests at their date, and shredding the epochs that are no longer needed.

A request on hold stays, and keeps its epoch: an epoch is shredded only when no row is sealed to it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from wagtail.log_actions import log

from clinic_site.clinic_time import clinic_today

from .. import log_actions
from ..public.page import BookingPage
from ..submissions.models import Submission, SubmissionNote
from ..submissions.tallies import delete_requests, forget_old_tallies
from ..vault import holders
from ..vault.manifests import current_key
from ..vault.models import Epoch, Vault
from ..vault.shredding import EpochInUse, shred

BATCH = 500

# A request that was being sealed when the next epoch began is stored by then.
SETTLED = timedelta(days=1)


@dataclass
class Purged:
    """How much a run deleted, or would delete."""

    requests: int = 0
    notes: int = 0


@dataclass
class Shredded:
    """Numbers of the epochs that a run shredded, or would; and rows by epoch past its limit."""

    epochs: list[int] = field(default_factory=list)
    overdue: dict[int, int] = field(default_factory=dict)


def expired_submissions() -> QuerySet[Submission]:
    """Requests past their date in clinic time that nobody put on hold."""
    return Submission.objects.filter(delete_after__lt=clinic_today(), hold=False)


def count_expired() -> Purged:
    """What `purge` would delete now."""
    expired = expired_submissions()
    notes = SubmissionNote.objects.filter(submission__in=expired)
    return Purged(requests=expired.count(), notes=notes.count())


def purge() -> Purged:
    """Delete expired requests with their notes, a transaction and a log entry each batch.

    With them goes what was kept of older ones for a report that does not show their weeks any more.
    """
    forget_old_tallies()
    purged = Purged()
    while batch := _purge_batch():
        purged.requests += batch.requests
        purged.notes += batch.notes
    return purged


@transaction.atomic
def _purge_batch() -> Purged | None:
    """Delete up to BATCH expired requests; None when there are none.

    The rows are locked first: a hold set at the same moment comes before or too late, not between.
    """
    # Locked by the same statement that asks whether they are expired and not on hold.
    locked = expired_submissions().select_for_update().order_by("pk")
    chosen = list(locked.values_list("pk", flat=True)[:BATCH])
    if not chosen:
        return None
    requests, notes = delete_requests(chosen)
    purged = Purged(requests=requests, notes=notes)
    data = {"requests": purged.requests, "notes": purged.notes}
    log(instance=Vault.objects.get(), action=log_actions.PURGE, data=data)
    return purged


def shred_epochs(*, dry_run: bool = False) -> Shredded:
    """Shred every superseded epoch to which no row is sealed; names those that are overdue.

    Overdue is an epoch past its limit that still has rows: they are on hold, or their date was set
    later than today's settings say. Raises VaultUnavailable when the current manifest does not
    hold: on what somebody else wrote nothing is shredded.
    """
    found = Shredded()
    if not Epoch.objects.exists():
        return found
    current_key()
    limit = retention_limit()
    for epoch, superseded in superseded_epochs():
        rows = _rows_that_stay(bytes(epoch.key_id), dry_run=dry_run)
        if rows and superseded < limit:
            found.overdue[epoch.number] = rows
        if rows or superseded > timezone.now() - SETTLED:
            continue
        if dry_run or _shredded(epoch.number):
            found.epochs.append(epoch.number)
    return found


def retention_limit() -> datetime:
    """An epoch that was superseded before this moment should have no request left."""
    longest = BookingPage.objects.aggregate(days=Max("retention_days"))["days"] or 0
    return timezone.now() - timedelta(days=longest + settings.VAULT_SHRED_GRACE_DAYS)


def superseded_epochs() -> Iterator[tuple[Epoch, datetime]]:
    """Epochs that are not shredded, oldest first, each with the time at which the next one began."""
    for epoch, following in pairwise(Epoch.objects.order_by("number")):
        if epoch.wrapped_seed is not None:
            yield epoch, following.created_at


def _rows_that_stay(key_id: bytes, *, dry_run: bool) -> int:
    """Rows sealed to the key; for a dry run, less those that a purge would have deleted."""
    rows = holders.rows_of(key_id)
    if dry_run:
        expired = expired_submissions()
        notes = SubmissionNote.objects.filter(submission__in=expired)
        rows -= holders.sealed_to(expired, key_id).count()
        rows -= holders.sealed_to(notes, key_id).count()
    return rows


def _shredded(number: int) -> bool:
    try:
        return shred(number)
    except EpochInUse:  # sealed to it after it was counted
        return False
