"""What of a request is sealed: purpose, schema and shape, and how its answers are opened again."""

from typing import Any
from uuid import UUID

from ..vault import sealing
from ..vault.crypto import CannotOpen
from ..vault.sealing import Sealed
from .models import Submission

PURPOSE = "submission"
NOTE_PURPOSE = "note"
SCHEMA = 1


def seal_answers(answers: list[dict[str, Any]], row: UUID) -> Sealed:
    """Sealed for the row of that id. Each answer has a key, a label, a type and what was answered.

    Raises VaultUnavailable.
    """
    return sealing.seal({"answers": answers}, purpose=PURPOSE, row=row, owner=row, schema=SCHEMA)


def open_answers(submission: Submission, vault: Any) -> list[dict[str, Any]]:
    """The answers of a request. Raises VaultLocked, or CannotOpen for a damaged one."""
    try:
        opened = vault.open(
            bytes(submission.sealed),
            purpose=PURPOSE,
            row=submission.id,
            owner=submission.id,
            schema=submission.schema,
        )
    except TypeError as error:  # SQLite lets a blob column hold text
        raise CannotOpen from error
    answers = opened.get("answers")
    # Whoever can write to the database can seal what he likes: take only what we would have sealed.
    if not isinstance(answers, list) or not all(map(_is_answer, answers)):
        raise CannotOpen
    return answers


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
