"""Notes on a request: sealed like its answers, added one by one, and never changed.

What the visitor wrote stays as it was sent: a correction is a note beside it.
"""

import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.utils import get_user_display_name
from wagtail.log_actions import log

from clinic_site.visible_text import visible

from .. import log_actions
from ..choices import NoteKind, Status
from ..vault.crypto import CannotOpen
from .appointments import Appointment
from .handling import ChangedMeanwhile, OnHold
from .models import Submission, SubmissionNote
from .sealed import SCHEMA, Said, open_note, seal_note


@dataclass(frozen=True)
class Note:
    """A note that was opened. One that is damaged has neither kind nor text."""

    pk: UUID
    kind: str
    text: str
    author: str
    author_id: int | None
    written_at: datetime
    appointment: Appointment | None = None
    is_damaged: bool = False


def write_note(pk: UUID, said: Said, *, form_secret: str, author: Any) -> UUID:
    """Seal a note, store it with the request of that key and log it; returns the note's id.

    The same form with the same words stores one note, whatever the number of posts; with other words a
    further one. Raises VaultUnavailable, Submission.DoesNotExist, and ChangedMeanwhile for a request that
    was withdrawn, with nothing stored.
    """
    row = _id_of(pk, form_secret, said)
    sealed = seal_note(said, row=row, request=pk)
    with transaction.atomic():
        # Locked, so that a withdrawal finds the note and deletes it, or is found here.
        request = Submission.objects.select_for_update().get(pk=pk)
        if request.status == Status.WITHDRAWN:
            raise ChangedMeanwhile(request, None)
        if SubmissionNote.objects.filter(pk=row).exists():
            return row
        SubmissionNote.objects.create(
            id=row,
            submission=request,
            author=author,
            created_at=timezone.now(),
            sealed=sealed.blob,
            key_id=sealed.key_id,
            schema=SCHEMA,
        )
        log(instance=request, action=log_actions.NOTE, user=author)
    return row


def delete_note(
    pk: UUID, *, of_request: UUID, by: Any, allowed: Callable[[int | None], bool]
) -> None:
    """Delete a note for good and log that. `allowed` says whether a note of that author may be deleted.

    Raises Submission.DoesNotExist; SubmissionNote.DoesNotExist, also where it is not allowed; and OnHold.
    """
    with transaction.atomic():
        request = Submission.objects.select_for_update().get(pk=of_request)
        note = SubmissionNote.objects.get(pk=pk, submission=request)
        if not allowed(note.author_id):
            raise SubmissionNote.DoesNotExist
        if request.hold:
            raise OnHold
        note.delete()
        log(instance=request, action=log_actions.DELETE_NOTE, user=by)


def notes_of(requests: Iterable[Submission], vault: Any) -> dict[UUID, list[Note]]:
    """The notes of these requests by the requests' keys, the oldest first, in one query.

    Requests without notes are left out. Raises VaultLocked where there are notes and the vault is locked.
    """
    rows = SubmissionNote.objects.filter(submission__in=[request.pk for request in requests])
    found: dict[UUID, list[Note]] = defaultdict(list)
    for row in rows.select_related("author__wagtail_userprofile").order_by("created_at", "pk"):
        found[row.submission_id].append(_read(row, vault))
    return dict(found)


def _read(row: SubmissionNote, vault: Any) -> Note:
    author = get_user_display_name(row.author) if row.author else _("A former colleague")
    about: dict[str, Any] = {
        "author": author,
        "author_id": row.author_id,
        "written_at": row.created_at,
    }
    try:
        said = open_note(row, vault)
    except CannotOpen:
        return Note(row.pk, "", "", **about, is_damaged=True)
    label, text = str(NoteKind(said.kind).label), visible(said.text)
    return Note(row.pk, label, text, **about, appointment=said.appointment)


def _id_of(request: UUID, form_secret: str, said: Said) -> UUID:
    """By which a note that is posted twice is known. Nobody without the form's secret can try words on it."""
    words = json.dumps([str(request), said.kind, said.text]).encode()
    return UUID(bytes=hmac.digest(form_secret.encode(), words, hashlib.sha256)[:16], version=4)
