"""Requests are deleted at their date, and what older backups hold is closed for good."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from wagtail.models import ModelLogEntry

from booking.checks import check_requests_are_deleted
from booking.models import BookingPage, Submission, SubmissionNote
from booking.submissions.reading import read
from booking.tests.factories import damage, sealed_note, sealed_request, store
from booking.upkeep import retention
from booking.vault import keyring, lifecycle
from booking.vault.manifests import VaultTampered
from booking.vault.models import Epoch, Vault
from booking.vault.sealing import OpenKeys
from booking.vault.shredding import shred
from clinic_site.tests.fixtures import PASSPHRASES, TestVault

Make = Callable[..., Submission]
Users = dict[str, Any]
TODAY = date(2026, 10, 12)
NOON = datetime(2026, 10, 12, 17, tzinfo=UTC)  # noon at the clinic


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def root_of(users: Users) -> bytes:
    return keyring.root_by_passphrase(users["booking_reviewer"], PASSPHRASES["booking_reviewer"])[1]


def next_epoch(users: Users) -> Epoch:
    return lifecycle.start_epoch(root_of(users), Vault.objects.get())


def references() -> list[str]:
    return sorted(Submission.objects.values_list("reference", flat=True))


def shredded() -> list[int]:
    epochs = Epoch.objects.filter(wrapped_seed=None).order_by("number")
    return list(epochs.values_list("number", flat=True))


def opened(rows: list[Submission], users: Users) -> list[bool]:
    keys = OpenKeys(root_of(users))
    return [read(row, keys).is_open for row in rows]


def run(*arguments: str) -> tuple[int, str, str]:
    """Exit code, output and errors of the command."""
    out, err, code = StringIO(), StringIO(), 0
    try:
        call_command("purge_submissions", *arguments, stdout=out, stderr=err, no_color=True)
    except SystemExit as stopped:
        code = int(str(stopped.code))
    return code, out.getvalue(), err.getvalue()


# What visitors were told ---------------------------------------------------------------------------


def test_requests_that_nobody_deletes_in_time_are_named_by_a_check(make: Make) -> None:
    make(reference="HELD", delete_after=TODAY - timedelta(days=9), hold=True)
    make(reference="MISSED", delete_after=TODAY - timedelta(days=2))
    assert check_requests_are_deleted(databases=["default"]) == []

    for number in range(2):
        make(reference=f"LATE{number}", delete_after=TODAY - timedelta(days=3))
    (warning,) = check_requests_are_deleted(databases=["default"])
    assert (warning.id, warning.msg[:26]) == ("booking.W001", "2 requests are past the da")
    assert "purge_submissions" in str(warning.hint)
    assert check_requests_are_deleted(databases=None) == []

    retention.purge()
    assert check_requests_are_deleted(databases=["default"]) == []


# Deleting ----------------------------------------------------------------------------------------


def test_requests_past_their_date_are_deleted_with_their_notes_and_no_others(make: Make) -> None:
    yesterday = TODAY - timedelta(days=1)
    past = make(reference="PAST", delete_after=yesterday)
    held = make(reference="HELD", delete_after=yesterday, hold=True)
    due = make(reference="DUE", delete_after=TODAY)
    damage(make(reference="DAMAGED", delete_after=yesterday))
    for request in (past, past, held, due):
        SubmissionNote.objects.bulk_create([sealed_note(request)])

    assert retention.count_expired() == retention.Purged(requests=2, notes=2)
    assert retention.purge() == retention.Purged(requests=2, notes=2)

    assert references() == ["DUE", "HELD"]
    assert {note.submission_id for note in SubmissionNote.objects.all()} == {held.pk, due.pk}


@pytest.mark.parametrize(
    ("now", "left"),
    [
        (datetime(2026, 10, 13, 4, 59, tzinfo=UTC), ["DUE"]),
        (datetime(2026, 10, 13, 5, 1, tzinfo=UTC), []),
    ],
    ids=["before midnight at the clinic", "after it"],
)
def test_the_day_ends_in_clinic_time(
    make: Make, clock: time_machine.Traveller, now: datetime, left: list[str]
) -> None:
    make(reference="DUE", delete_after=TODAY)
    clock.move_to(now)
    retention.purge()
    assert references() == left


def test_more_than_a_batch_is_deleted_and_logged_with_counts_alone(
    site: SimpleNamespace, vault: TestVault
) -> None:
    past = TODAY - timedelta(days=1)
    store([sealed_request(site.book, site.location, delete_after=past) for _ in range(1100)])
    assert retention.purge() == retention.Purged(requests=1100)
    entries = ModelLogEntry.objects.filter(action="booking.purge").order_by("pk")
    assert [entry.data for entry in entries] == [
        {"requests": count, "notes": 0} for count in (500, 500, 100)
    ]


def test_a_second_run_does_nothing_more(make: Make) -> None:
    make(delete_after=TODAY - timedelta(days=1))
    retention.purge()
    assert retention.purge() == retention.Purged()
    assert ModelLogEntry.objects.filter(action="booking.purge").count() == 1


# Shredding ---------------------------------------------------------------------------------------


def test_an_epoch_without_rows_is_shredded_a_day_after_the_next_one_began(
    vault: TestVault, users: Users, clock: time_machine.Traveller
) -> None:
    next_epoch(users)
    clock.shift(timedelta(hours=23))
    assert retention.shred_epochs() == retention.Shredded()
    clock.shift(timedelta(hours=2))
    assert retention.shred_epochs() == retention.Shredded(epochs=[1])
    assert shredded() == [1]
    assert retention.shred_epochs() == retention.Shredded()


def test_the_current_epoch_stays_however_old_and_empty(
    vault: TestVault, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(days=5000))
    assert retention.shred_epochs() == retention.Shredded()
    assert shredded() == []


def test_a_request_keeps_its_epoch_and_no_other(
    make: Make, users: Users, clock: time_machine.Traveller
) -> None:
    for kept in (True, False, True):
        if kept:
            make()
        next_epoch(users)
    clock.shift(timedelta(days=2))
    assert retention.shred_epochs() == retention.Shredded(epochs=[2])
    rows = list(Submission.objects.all())
    assert opened(rows, users) == [True, True]


def test_a_note_keeps_its_epoch_too(
    make: Make, users: Users, clock: time_machine.Traveller
) -> None:
    request = make()
    next_epoch(users)
    SubmissionNote.objects.bulk_create([sealed_note(request)])
    epoch = next_epoch(users)
    moved = sealed_request(request.page, request.location)
    Submission.objects.update(sealed=moved.sealed, key_id=epoch.key_id)
    clock.shift(timedelta(days=2))
    assert retention.shred_epochs() == retention.Shredded(epochs=[1])


def test_a_column_that_names_another_key_has_no_epoch_shredded(
    make: Make, users: Users, clock: time_machine.Traveller
) -> None:
    make()
    epoch = next_epoch(users)
    Submission.objects.update(key_id=epoch.key_id)
    clock.shift(timedelta(days=2))
    assert retention.shred_epochs() == retention.Shredded()


def test_an_epoch_past_its_limit_goes_when_its_requests_do(
    make: Make, users: Users, clock: time_machine.Traveller
) -> None:
    make()
    next_epoch(users)
    clock.shift(timedelta(days=366 + 31))
    assert retention.shred_epochs(dry_run=True) == retention.Shredded(epochs=[1])
    retention.purge()
    assert retention.shred_epochs() == retention.Shredded(epochs=[1])


@pytest.mark.parametrize(
    ("days", "overdue"), [(365 + 30, {}), (365 + 31, {}), (365 + 32, {1: 2})], ids=str
)
def test_a_held_request_keeps_its_epoch_past_the_limit_which_is_told(
    make: Make, users: Users, clock: time_machine.Traveller, days: int, overdue: dict[int, int]
) -> None:
    held = make(hold=True)
    SubmissionNote.objects.bulk_create([sealed_note(held)])
    make()
    next_epoch(users)
    clock.shift(timedelta(days=days))
    assert retention.shred_epochs(dry_run=True) == retention.Shredded(overdue=overdue)
    retention.purge()
    assert retention.shred_epochs() == retention.Shredded(overdue=overdue)
    assert opened(list(Submission.objects.all()), users) == [True]


def test_the_limit_follows_the_longest_retention_and_the_grace(
    make: Make, users: Users, clock: time_machine.Traveller, settings: Any
) -> None:
    make(hold=True)
    next_epoch(users)
    BookingPage.objects.update(retention_days=10)
    settings.VAULT_SHRED_GRACE_DAYS = 5
    clock.shift(timedelta(days=15))
    assert retention.shred_epochs().overdue == {}
    clock.shift(timedelta(seconds=1))
    assert retention.shred_epochs().overdue == {1: 1}


def test_requests_from_before_the_retention_was_shortened_are_not_lost(
    make: Make, users: Users, clock: time_machine.Traveller
) -> None:
    make(delete_after=TODAY + timedelta(days=365))
    next_epoch(users)
    BookingPage.objects.update(retention_days=10)
    clock.shift(timedelta(days=100))
    retention.purge()
    assert retention.shred_epochs() == retention.Shredded(overdue={1: 1})
    assert opened(list(Submission.objects.all()), users) == [True]


def test_nothing_is_shredded_while_the_manifest_does_not_hold(
    vault: TestVault, users: Users, clock: time_machine.Traveller
) -> None:
    next_epoch(users)
    Epoch.objects.filter(number=2).update(signature=bytes(64))
    clock.shift(timedelta(days=2))
    with pytest.raises(VaultTampered):
        retention.shred_epochs()
    assert shredded() == []


def test_an_older_data_backup_with_todays_keys_opens_nothing_of_a_shredded_epoch(
    site: SimpleNamespace, vault: TestVault, users: Users, clock: time_machine.Traveller
) -> None:
    store([sealed_request(site.book, site.location) for _ in range(20)])
    next_epoch(users)
    store([sealed_request(site.book, site.location, hold=True) for _ in range(3)])
    backup = list(Submission.objects.order_by("received_at", "pk"))
    assert opened(backup, users) == [True] * 23
    clock.shift(timedelta(days=400))
    retention.purge()
    assert retention.shred_epochs() == retention.Shredded(epochs=[1])

    Submission.objects.all().delete()
    store(backup)

    first, second = Epoch.objects.order_by("number")
    restored = [list(Submission.objects.filter(key_id=each.key_id)) for each in (first, second)]
    assert [len(rows) for rows in restored] == [20, 3]
    assert opened(restored[0], users) == [False] * 20
    assert opened(restored[1], users) == [True] * 3


def test_what_is_sealed_to_the_epoch_between_counting_and_shredding_keeps_it(
    make: Make, users: Users, clock: time_machine.Traveller
) -> None:
    from django.db import connection

    late, first = make(), Epoch.objects.get()
    Submission.objects.all().delete()
    next_epoch(users)
    clock.shift(timedelta(days=2))
    counted = []

    def store_after_counting(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
        result = execute(sql, *args)
        if "COUNT" in sql and "booking_submissionnote" in sql and not counted:
            counted.append(True)
            store([late])
        return result

    with connection.execute_wrapper(store_after_counting):
        assert retention.shred_epochs() == retention.Shredded()
    assert bytes(late.key_id) == bytes(first.key_id)
    assert opened([late], users) == [True]


# The command -------------------------------------------------------------------------------------


def test_a_dry_run_counts_and_changes_nothing(
    make: Make, users: Users, clock: time_machine.Traveller
) -> None:
    SubmissionNote.objects.bulk_create([sealed_note(make())])
    next_epoch(users)
    make(hold=True)
    next_epoch(users)
    clock.shift(timedelta(days=400))
    assert run("--dry-run") == (
        0,
        (
            "Would be deleted: 1 requests, 1 notes.\n"
            "Epochs to be shredded: 1.\n"
            "Epoch 2 is past its limit and kept for 1 rows, on hold or of a later date. "
            "`manage.py vault_reencrypt` moves them to the current epoch; the next run then shreds "
            "this one.\n"
        ),
        "",
    )
    assert (Submission.objects.count(), SubmissionNote.objects.count(), shredded()) == (2, 1, [])


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_command_deletes_shreds_and_says_how_much(
    make: Make, users: Users, clock: time_machine.Traveller
) -> None:
    SubmissionNote.objects.bulk_create([sealed_note(make())])
    next_epoch(users)
    clock.shift(timedelta(days=400))
    done = "Deleted: 1 requests, 1 notes.\nEpochs shredded: 1.\n"
    nothing = "Deleted: 0 requests, 0 notes.\nEpochs shredded: none.\n"
    assert [run(), run()] == [(0, done, ""), (0, nothing, "")]
    assert (Submission.objects.count(), SubmissionNote.objects.count(), shredded()) == (0, 0, [1])


def test_requests_are_deleted_even_where_the_manifest_does_not_hold(
    make: Make, users: Users, clock: time_machine.Traveller
) -> None:
    make()
    next_epoch(users)
    Epoch.objects.filter(number=2).update(signature=bytes(64))
    clock.shift(timedelta(days=400))
    assert run() == (
        1,
        "Deleted: 1 requests, 0 notes.\n",
        "No epoch was shredded: The vault's key, manifest or reviewers were changed.\n",
    )
    assert shredded() == []


def test_a_site_without_a_vault_has_nothing_to_purge_and_is_in_order(db: None) -> None:
    assert run("--dry-run") == (
        0,
        "Would be deleted: 0 requests, 0 notes.\nEpochs to be shredded: none.\n",
        "",
    )


def test_shredding_leaves_the_shredded_alone(vault: TestVault, users: Users) -> None:
    next_epoch(users)
    shred(1)
    assert list(retention.superseded_epochs()) == []
