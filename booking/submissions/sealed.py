"""What of a request is sealed: purpose, schema and shape, and how it is opened again."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ..choices import NoteKind
from ..vault import sealing
from ..vault.crypto import CannotOpen
from ..vault.sealing import Sealed
from .appointments import Appointment
from .models import Submission, SubmissionNote

PURPOSE = "submission"
NOTE_PURPOSE = "note"
SCHEMA = 1


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
    answers = _opened(submission, vault, PURPOSE, submission.id).get("answers")
    # Whoever can write to the database can seal what he likes: take only what we would have sealed.
    if not isinstance(answers, list) or not all(map(_is_answer, answers)):
        raise CannotOpen
    return answers


def open_note(note: SubmissionNote, vault: Any) -> Said:
    """What a note says. Raises VaultLocked, or CannotOpen for a damaged one."""
    opened = _opened(note, vault, NOTE_PURPOSE, note.submission_id)
    kind, text = opened.get("kind", NoteKind.OTHER), opened.get("text")
    if kind not in NoteKind.values or not isinstance(text, str):
        raise CannotOpen
    try:
        appointment = opened.get("appointment")
        return Said(kind, text, None if appointment is None else Appointment.of_json(appointment))
    except (TypeError, ValueError) as error:
        raise CannotOpen from error


def _opened(row: Submission | SubmissionNote, vault: Any, purpose: str, owner: UUID) -> Any:
    binding = {"purpose": purpose, "row": row.id, "owner": owner, "schema": row.schema}
    try:
        return vault.open(bytes(row.sealed), **binding)
    except TypeError as error:  # SQLite lets a blob column hold text
        raise CannotOpen from error


def _is_answer(item: Any) -> bool:
    """Whether an opened item has the four parts that `public/answers.py` writes."""
    if not isinstance(item, dict) or item.keys() != {"key", "label", "type", "answer"}:
        return False
    answer, texts = item["answer"], [item["key"], item["label"], item["type"]]
    if isinstance(answer, list):
        texts += answer
    elif not isinstance(answer, bool):
        texts.append(answer)
    return all(isinstance(text, str) for text in texts)
