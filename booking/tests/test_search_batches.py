"""One batch after the other while requests arrive and are deleted."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from booking.models import Submission
from booking.submissions import search as searching
from booking.submissions.search import Progress, go_on
from booking.submissions.terms import Query
from booking.tests.factories import sealed_request, store
from clinic_site.tests.fixtures import TestVault

NOW = datetime(2026, 10, 7, 17, 0, tzinfo=UTC)
Change = Callable[[], Any]


@pytest.fixture
def arrive(
    site: SimpleNamespace, vault: TestVault, monkeypatch: pytest.MonkeyPatch
) -> Callable[[int], Submission]:
    """Stores a request of so many minutes ago. They are taken back already: their references are searched."""
    monkeypatch.setattr(searching, "BATCH", 2)

    def make(minutes: int) -> Submission:
        row = sealed_request(
            site.book,
            site.location,
            reference=f"KKKK{'ACDEFGHJ'[minutes]}AAA",
            received_at=NOW - timedelta(minutes=minutes),
            status="withdrawn",
        )
        row.sealed = b""
        return store([row])[0]

    return make


def step(progress: Progress) -> None:
    go_on(Submission.objects.all(), None, Query.of(["kkkk"]), progress, seconds=0)


def search_to_its_end(progress: Progress) -> list[str]:
    while not progress.is_done:
        step(progress)
    by_key = dict(Submission.objects.values_list("pk", "reference"))
    return [by_key[pk][4] if pk in by_key else "-" for pk in progress.found]


def change_behind_the_first(start: str, change: Change) -> Any:
    """Makes the change as soon as a query that begins so has been answered, once."""
    changes = [change]

    def wrapper(execute: Any, sql: str, *args: Any) -> Any:
        result = execute(sql, *args)
        if changes and sql.startswith(start):
            changes.pop()()
        return result

    return connection.execute_wrapper(wrapper)


# What a batch's end is asked with, on both databases.
END = 'SELECT "booking_submission"."received_at"'


def test_one_that_is_deleted_while_a_batch_is_read_brings_none_in_twice(arrive: Any) -> None:
    rows = [arrive(minutes) for minutes in range(1, 6)]
    progress = Progress()
    with change_behind_the_first(END, rows[0].delete):
        assert search_to_its_end(progress) == ["D", "E", "F", "G"]
    assert (progress.searched, progress.matches) == (4, 4)


def test_one_that_arrives_while_a_batch_is_read_pushes_none_out(arrive: Any) -> None:
    for minutes in range(1, 6):
        arrive(minutes)
    progress = Progress()
    with change_behind_the_first(END, lambda: arrive(0)):
        assert search_to_its_end(progress) == ["A", "C", "D", "E", "F", "G"]
    assert (progress.searched, progress.matches) == (6, 6)


def test_the_last_batch_is_not_cut_when_more_arrive_meanwhile(arrive: Any) -> None:
    arrive(3)
    progress = Progress()
    with change_behind_the_first(END, lambda: [arrive(minutes) for minutes in (0, 1, 2)]):
        assert search_to_its_end(progress) == ["A", "C", "D", "E"]
    assert progress.searched == 4


def test_between_two_batches_what_is_new_is_not_searched_and_what_is_gone_not_counted(
    arrive: Any,
) -> None:
    rows = [arrive(minutes) for minutes in range(1, 6)]
    progress = Progress()
    step(progress)
    arrive(0)  # newer than where the search stands
    for row in rows[1:3]:  # the last that was looked at, and the next
        row.delete()
    assert search_to_its_end(progress) == ["C", "-", "F", "G"]
    assert (progress.searched, progress.is_done) == (4, True)
