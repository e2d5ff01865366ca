"""Searching sealed requests: each is opened, its notes too, and looked at while the vault is unlocked.

There is no index to steal. Opening costs what it costs, so everything else is left out where it can be:
a blob is taken apart only when what is searched for stands somewhere in its text.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.views.decorators.debug import sensitive_variables

from ..choices import CORE_FIELDS, Status
from ..vault.crypto import CannotOpen
from .folding import folded_bytes
from .models import Submission, SubmissionNote
from .sealed import answers_in, answers_payload, note_in, note_payload
from .terms import Query

# How many are shown; beyond these they are counted.
MAX_FOUND = 100
# So many are in memory at a time.
BATCH = 250

# What is chosen from a list is filtered by, not searched for: "Will" is a name.
_CHOSEN = frozenset({"choice", "choices", "yes_no", "date"})
_CORE = frozenset(CORE_FIELDS)
# Where JSON writes a character in another way than it is typed, beside line breaks, tabs, quotes and
# backslashes, which are all spaces when they are folded.
_OTHER_ESCAPES = (b"\\u", b"\\b", b"\\f", b"\\r", b"\\/")


# Of a request, and of a note with its request in front.
_Columns = tuple[UUID, str, str, bytes | memoryview, int]
_NoteColumns = tuple[UUID, UUID, bytes | memoryview, int]
# When a request was received, and which one it is: where it stands.
Moment = tuple[datetime, UUID]


@dataclass
class Progress:
    """How far a search has come, newest first."""

    total: int = 0
    searched: int = 0
    matches: int = 0
    damaged: int = 0
    found: list[UUID] = field(default_factory=list)  # the newest MAX_FOUND of the matches
    last: Moment | None = None  # the last one that was looked at
    is_done: bool = False


@sensitive_variables()
def go_on(
    rows: QuerySet[Submission], vault: Any, query: Query, progress: Progress, *, seconds: float
) -> None:
    """Look at further requests of `rows` for about so many seconds, at one batch at least.

    Raises VaultLocked. What cannot be opened is counted as damaged, and found by its reference alone.
    """
    until = time.monotonic() + seconds
    if progress.last is None:
        progress.total = rows.count()
    while not progress.is_done:
        batch, last = _next(rows, progress.last)
        notes = _notes_of([columns[0] for columns in batch])
        for columns in batch:
            _look_at(columns, notes.get(columns[0], []), vault, query, progress)
        progress.searched += len(batch)
        progress.last, progress.is_done = last, last is None
        progress.total = max(progress.total, progress.searched)
        if time.monotonic() >= until:
            return


def _next(rows: QuerySet[Submission], after: Moment | None) -> tuple[list[_Columns], Moment | None]:
    """A batch, and its last one; None where nothing can come behind it.

    What arrives or is deleted between the two queries changes how many there are in the batch, and not
    where it ends: none is left out, and none comes twice.
    """
    rows = rows.order_by("-received_at", "-pk")
    if after:
        when, pk = after
        rows = rows.filter(received_at__lte=when).exclude(received_at=when, pk__gte=pk)
    # An index knows which one is the last. Of all the others no time is read: that costs as much as a row.
    last = rows.values_list("received_at", "pk")[BATCH - 1 : BATCH].first()
    if last:
        when, pk = last
        rows = rows.filter(received_at__gte=when).exclude(received_at=when, pk__lt=pk)
    return list(rows.values_list("pk", "reference", "status", "sealed", "schema")), last


def _notes_of(requests: list[UUID]) -> dict[UUID, list[_NoteColumns]]:
    """By request, in one query."""
    found: dict[UUID, list[_NoteColumns]] = defaultdict(list)
    notes = SubmissionNote.objects.filter(submission__in=requests).order_by()
    for columns in notes.values_list("submission", "pk", "sealed", "schema"):
        found[columns[0]].append(columns)
    return found


def _look_at(
    columns: _Columns, notes: list[_NoteColumns], vault: Any, query: Query, progress: Progress
) -> None:
    blobs = _Blobs(columns, notes, vault)
    if blobs.may_have(query) and blobs.have(query):
        progress.matches += 1
        if len(progress.found) < MAX_FOUND:
            progress.found.append(columns[0])
    progress.damaged += blobs.is_damaged


class _Blobs:
    """A request and its notes, opened."""

    def __init__(self, columns: _Columns, notes: list[_NoteColumns], vault: Any) -> None:
        pk, reference, status, sealed, schema = columns
        self._payloads: list[tuple[bytes, Callable[[bytes], Iterator[str]]]] = []
        # SQLite lets a text column hold bytes.
        self.is_damaged = not isinstance(reference, str)
        self._texts = [b"" if self.is_damaged else folded_bytes(reference.encode())]
        if sealed or status != Status.WITHDRAWN:
            self._open(answers_payload, vault, sealed, _answered, row=pk, schema=schema)
        for request, note, sealed_note, note_schema in notes:
            bound_to = {"row": note, "request": request, "schema": note_schema}
            self._open(note_payload, vault, sealed_note, _noted, **bound_to)

    def _open(
        self, payload_of: Any, vault: Any, sealed: Any, texts_in: Any, **bound_to: Any
    ) -> None:
        try:
            payload = payload_of(vault, sealed, **bound_to)
            self._texts.append(folded_bytes(payload))
        except (CannotOpen, UnicodeDecodeError):
            self.is_damaged = True
        else:
            self._payloads.append((payload, texts_in))

    def may_have(self, query: Query) -> bool:
        """Whether it is worth the while to take them apart. True where `have` is."""
        if query.may_be_in(b"\n".join(self._texts)):
            return True
        return any(_is_written_otherwise(payload) for payload, _ in self._payloads)

    def have(self, query: Query) -> bool:
        fields = self._texts[:1]
        for payload, texts_in in self._payloads:
            try:
                fields += [folded_bytes(text.encode()) for text in texts_in(payload)]
            except CannotOpen:
                self.is_damaged = True
        return query.is_in(b"\n".join(fields))


def _is_written_otherwise(payload: bytes) -> bool:
    return b"\\" in payload and any(escape in payload for escape in _OTHER_ESCAPES)


def _answered(payload: bytes) -> Iterator[str]:
    """What is searched of a request's answers: what was typed, not what was chosen from a list of ours."""
    for item in answers_in(payload):
        answer = item["answer"]
        if isinstance(answer, bool) or (item["type"] in _CHOSEN and item["key"] in _CORE):
            continue
        yield from answer if isinstance(answer, list) else [answer]


def _noted(payload: bytes) -> Iterator[str]:
    yield note_in(payload).text
