"""Moving requests and notes to the current epoch, so that older epochs can be shredded.

Guarantees:

- A row is overwritten only after its new blob was opened again and gave the same bytes.
- It is overwritten only if its old blob is still the one that was read; no other column is written.
  What somebody writes meanwhile stays.
- Each batch is one transaction. Killed at any moment, the rows are in the old epoch or in the new
  one, never in between; the next run looks only at those that are not in the current epoch.
- A damaged row stays as it is and is counted.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from wagtail.log_actions import log

from .. import log_actions
from ..submissions.models import Submission, SubmissionNote
from ..submissions.sealed import NOTE_PURPOSE, PURPOSE
from ..vault.crypto import Binding, CannotOpen
from ..vault.holders import HEADER_KEY_ID, sealed_rows
from ..vault.manifests import SealingKey, current_key
from ..vault.models import Vault
from ..vault.sealing import OpenKeys, Sealed

BATCH = 500


@dataclass(frozen=True)
class Table:
    """A table of sealed rows: what its blobs are bound to beside the row itself."""

    model: type[Submission] | type[SubmissionNote]
    purpose: str
    owner: str  # the column with the owner's id

    def behind(self, key: SealingKey) -> Any:
        """The rows that are not sealed to that key, whatever their column says, and not emptied."""
        rows = sealed_rows(self.model).annotate(header=HEADER_KEY_ID)
        return rows.exclude(header=key.key_id, key_id=key.key_id)


TABLES = [
    Table(Submission, PURPOSE, "id"),
    Table(SubmissionNote, NOTE_PURPOSE, "submission_id"),
]


@dataclass
class Moved:
    """What became of the rows of a run."""

    rows: int = 0
    damaged: int = 0
    changed: int = 0  # written to by somebody else meanwhile; left for the next run

    @property
    def seen(self) -> int:
        return self.rows + self.damaged + self.changed


def rows_behind() -> dict[str, int]:
    """How many rows of each table are not in the current epoch. Raises VaultUnavailable."""
    key = current_key()
    return {
        str(table.model._meta.verbose_name_plural): table.behind(key).count() for table in TABLES
    }


def move_rows(
    root: bytes,
    *,
    user: Any,
    limit: int | None = None,
    report: Callable[[Moved], None] | None = None,
) -> Moved:
    """Move rows to the current epoch, at most `limit` of them, and log how many.

    `report` is told after each batch. Raises VaultUnavailable when there is no key to seal to; the
    batches before stay moved.
    """
    moved = Moved()
    try:
        for table in TABLES:
            for rows in _batches(table, moved, limit):
                _move_batch(table, rows, root, moved)
                if report is not None:
                    report(moved)
    finally:
        data = {"moved": moved.rows, "damaged": moved.damaged, "changed": moved.changed}
        log(instance=Vault.objects.get(), action=log_actions.REENCRYPT, user=user, data=data)
    return moved


def _batches(table: Table, moved: Moved, limit: int | None) -> Iterator[list[tuple[Any, ...]]]:
    """(id, owner, sealed, schema) of the rows to move, by id, so that none comes twice."""
    last = UUID(int=0)
    while limit is None or moved.rows < limit:
        size = BATCH if limit is None else min(BATCH, limit - moved.rows)
        rows = list(
            table.behind(current_key())
            .filter(pk__gt=last)
            .order_by("pk")
            .values_list("pk", table.owner, "sealed", "schema")[:size]
        )
        if not rows:
            return
        yield rows
        last = rows[-1][0]


def _move_batch(table: Table, rows: list[tuple[Any, ...]], root: bytes, moved: Moved) -> None:
    """Seal first, write then: the write lock is held for the writing alone."""
    key, keys = current_key(), OpenKeys(root)
    resealed = []
    for pk, owner, old, schema in rows:
        binding = Binding(table.purpose, pk.bytes, owner.bytes, schema)
        try:
            resealed.append((pk, old, keys.reseal(bytes(old), key, binding)))
        except (CannotOpen, TypeError):  # SQLite lets a blob column hold text
            moved.damaged += 1
    written = _write(table, resealed)
    moved.rows += written
    moved.changed += len(resealed) - written


@transaction.atomic
def _write(table: Table, resealed: list[tuple[UUID, bytes, Sealed]]) -> int:
    """Overwrite the rows whose blob is still the old one; returns how many they were."""
    if not resealed:
        return 0
    options = table.model._meta
    name, pk = connection.ops.quote_name(options.db_table), options.pk
    update = f"UPDATE {name} SET sealed = %s, key_id = %s WHERE id = %s AND sealed = %s"  # noqa: S608  (no value in it)
    with connection.cursor() as cursor:
        cursor.executemany(
            update,
            [
                (new.blob, new.key_id, pk.get_db_prep_value(row, connection), old)
                for row, old, new in resealed
            ],
        )
        return int(cursor.rowcount)
