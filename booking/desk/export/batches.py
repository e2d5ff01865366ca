"""Rows in batches: nothing is left open while a slow connection takes the file.

One long query would keep the database from tidying up until the last byte was fetched, and SQLite from
writing the log beside it.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from ...submissions.models import Submission

# How many keys one query finds and sorts: an index does it by itself.
WINDOW = 5_000
# How many rows are read at a time, and how many references stand in one entry of the log.
BATCH = 1_000
COLUMNS = (
    *("id", "reference", "received_at", "location_id", "status", "assignee_id"),
    *("doubt", "by_phone", "correction", "form_digest", "sealed", "schema"),
)


def batches(rows: QuerySet[Submission]) -> Iterator[list[UUID]]:
    """The keys of the rows, the newest first, at most BATCH at a time.

    What comes while they are fetched is newer than all of them and is left out.
    """
    rows = rest = rows.order_by("-received_at", "-pk")
    while window := list(rest.values_list("pk", flat=True)[:WINDOW]):
        if place := _place(window):
            received, pk = place
            behind = Q(received_at__lt=received) | Q(received_at=received, pk__lt=pk)
            rest = rows.filter(behind, received_at__lte=received)  # the latter for the index
            yield from (window[start : start + BATCH] for start in range(0, len(window), BATCH))
        if len(window) < WINDOW:
            return


def _place(keys: list[UUID]) -> tuple[datetime, UUID] | None:
    """Where the last of these rows stands; of those that are deleted at this moment, the one before."""
    for pk in reversed(keys):
        for received in Submission.objects.filter(pk=pk).values_list("received_at", flat=True):
            return received, pk
    return None


def rows_of(keys: list[UUID]) -> list[Any]:
    """The rows of these keys in their order, with COLUMNS; those deleted meanwhile are left out."""
    found = Submission.objects.filter(pk__in=keys).order_by()
    by_key = {row.id: row for row in found.values_list(*COLUMNS, named=True)}
    return [by_key[key] for key in keys if key in by_key]
