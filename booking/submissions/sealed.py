"""What of a request is sealed: purpose, schema and shape, and how it is opened again."""

import struct
from dataclasses import dataclass
from operator import itemgetter
from typing import Any
from uuid import UUID

from ..choices import NoteKind
from ..vault import sealing
from ..vault.crypto import CannotOpen
from ..vault.sealing import Sealed, value_of
from .appointments import Appointment
from .models import Submission, SubmissionNote

PURPOSE = "submission"
NOTE_PURPOSE = "note"
SCHEMA = 1
_PARTS = itemgetter("key", "label", "type", "answer")


def seal_answers(answers: list[dict[str, Any]], row: UUID) -> Sealed:
    """Sealed for the row of that id. Each answer has a key, a label, a type and what was answered.

    Raises VaultUnavailable.
    """
    return sealing.seal({"answers": answers}, purpose=PURPOSE, row=row, owner=row, schema=SCHEMA)


@dataclass(frozen=True)
class Said:
    """What a note says: of what kind it is, its words, and for an appointment the same in parts."""

    kind: str
    text: str
    appointment: Appointment | None = None


def seal_note(said: Said, *, row: UUID, request: UUID) -> Sealed:
    """Sealed for the note of that id on that request. Raises VaultUnavailable."""
    value: dict[str, Any] = {"kind": said.kind, "text": said.text}
    if said.appointment:
        value["appointment"] = said.appointment.as_json()
    return sealing.seal(value, purpose=NOTE_PURPOSE, row=row, owner=request, schema=SCHEMA)


def open_answers(submission: Submission, vault: Any) -> list[dict[str, Any]]:
    """The answers of a request. Raises VaultLocked, or CannotOpen for a damaged one."""
    return answers_in(
        answers_payload(vault, submission.sealed, row=submission.id, schema=submission.schema)
    )


def open_note(note: SubmissionNote, vault: Any) -> Said:
    """What a note says. Raises VaultLocked, or CannotOpen for a damaged one."""
    return note_in(
        note_payload(
            vault, note.sealed, row=note.pk, request=note.submission_id, schema=note.schema
        )
    )


def answers_payload(vault: Any, sealed: Any, *, row: UUID, schema: int) -> bytes:
    """The JSON that was sealed as a request, not looked at yet. Raises VaultLocked and CannotOpen."""
    return _payload(vault, sealed, purpose=PURPOSE, row=row, owner=row, schema=schema)


def note_payload(vault: Any, sealed: Any, *, row: UUID, request: UUID, schema: int) -> bytes:
    """The same of a note, by its columns."""
    return _payload(vault, sealed, purpose=NOTE_PURPOSE, row=row, owner=request, schema=schema)


def _payload(vault: Any, sealed: Any, **bound_to: Any) -> bytes:
    # SQLite lets a blob column hold text, or a number of which `bytes` would make as many zeros.
    if not isinstance(sealed, bytes | memoryview):
        raise CannotOpen
    try:
        payload: bytes = vault.payload(bytes(sealed), **bound_to)
    except (TypeError, struct.error) as error:  # a schema of -1
        raise CannotOpen from error
    return payload


def answers_in(payload: bytes) -> list[dict[str, Any]]:
    """The answers that were sealed. Raises CannotOpen for anything else."""
    answers = value_of(payload).get("answers")
    # Whoever can write to the database can seal what he likes: take only what we would have sealed.
    if not isinstance(answers, list) or not _are_answers(answers):
        raise CannotOpen
    return answers


def note_in(payload: bytes) -> Said:
    """What the note says that was sealed. Raises CannotOpen for anything else."""
    opened = value_of(payload)
    kind, text = opened.get("kind", NoteKind.OTHER), opened.get("text")
    if kind not in NoteKind.values or not isinstance(text, str):
        raise CannotOpen
    try:
        appointment = opened.get("appointment")
        return Said(kind, text, None if appointment is None else Appointment.of_json(appointment))
    except (TypeError, ValueError) as error:
        raise CannotOpen from error


def _are_answers(items: list[Any]) -> bool:
    """Whether each opened item has the four parts that `public/answers.py` writes, and no other.

    Asked of every request of a search or an export: all items are looked at together, part by part.
    """
    if not items:
        return True
    try:
        keys, labels, kinds, given = zip(*map(_PARTS, items), strict=True)
    except (KeyError, TypeError):  # a part is missing, or an item is no object
        return False
    texts = {*map(type, keys), *map(type, labels), *map(type, kinds)}
    return (
        texts == {str}
        and set(map(len, items)) == {4}
        and set(map(type, given)) <= {str, bool, list}
        and all(type(part) is str for answer in given if type(answer) is list for part in answer)
    )
