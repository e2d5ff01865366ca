"""Moving requests and notes to the current epoch: nothing lost, nothing changed, killed or not."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from wagtail.models import ModelLogEntry

from booking.choices import Status
from booking.management.progress import Progress
from booking.models import Submission, SubmissionNote
from booking.submissions.sealed import NOTE_PURPOSE, open_answers
from booking.tests.factories import core_answers, damage, sealed_note, sealed_request, store
from booking.upkeep.reencryption import Moved, move_rows, rows_behind
from booking.vault import keyring, lifecycle
from booking.vault.models import Epoch, Vault
from booking.vault.sealing import OpenKeys
from clinic_site.tests.fixtures import PASSPHRASES, TestVault

Make = Callable[..., Submission]
Users = dict[str, Any]
MANY = 3000


def root_of(users: Users) -> bytes:
    return keyring.root_by_passphrase(users["booking_reviewer"], PASSPHRASES["booking_reviewer"])[1]


def next_epoch(users: Users) -> Epoch:
    return lifecycle.start_epoch(root_of(users), Vault.objects.get())


def key_ids() -> list[bytes]:
    """The key ids of all requests and notes, each once."""
    tables: list[Any] = [Submission.objects, SubmissionNote.objects]
    return sorted({bytes(kid) for rows in tables for kid in rows.values_list("key_id", flat=True)})


def names(root: bytes) -> list[str]:
    """The visitors' names of all requests, opened."""
    keys = OpenKeys(root)
    return sorted(open_answers(row, keys)[0]["answer"] for row in Submission.objects.all())


def notes(root: bytes) -> list[str]:
    keys = OpenKeys(root)
    return sorted(
        keys.open(
            bytes(note.sealed),
            purpose=NOTE_PURPOSE,
            row=note.id,
            owner=note.submission_id,
            schema=note.schema,
        )["text"]
        for note in SubmissionNote.objects.all()
    )


def clear_columns() -> list[dict[str, Any]]:
    """Everything of every request but its blob and key id."""
    rows = list(Submission.objects.order_by("pk").values())
    return [{k: v for k, v in row.items() if k not in {"sealed", "key_id"}} for row in rows]


@pytest.fixture
def passphrase_file(tmp_path: Path) -> str:
    path = tmp_path / "passphrase"
    path.write_text(PASSPHRASES["booking_reviewer"] + "\n")
    return str(path)


def run(*arguments: str) -> tuple[int, str, str]:
    """Exit code, output and errors of the command."""
    out, err, code = StringIO(), StringIO(), 0
    try:
        call_command("vault_reencrypt", *arguments, stdout=out, stderr=err, no_color=True)
    except SystemExit as stopped:
        code = int(str(stopped.code))
    return code, out.getvalue(), err.getvalue()


# What is moved -----------------------------------------------------------------------------------


def test_requests_and_notes_are_moved_and_open_as_before(make: Make, users: Users) -> None:
    request = make({"name": "Kestrel"})
    SubmissionNote.objects.bulk_create([sealed_note(request, "one"), sealed_note(request, "two")])
    make({"name": "Merlin"})
    before = clear_columns()
    epoch = next_epoch(users)
    make({"name": "Hobby"})
    after_roll = clear_columns()
    assert rows_behind() == {"requests": 2, "submission notes": 2}

    moved = move_rows(root_of(users), user=None)

    assert (moved.rows, moved.damaged, moved.changed) == (4, 0, 0)
    assert key_ids() == [bytes(epoch.key_id)]
    assert names(root_of(users)) == ["Hobby", "Kestrel", "Merlin"]
    assert notes(root_of(users)) == ["one", "two"]
    assert clear_columns() == after_roll
    assert [row for row in after_roll if row in before] == before


def test_rows_of_the_current_epoch_are_not_written(make: Make, users: Users) -> None:
    blob = bytes(make().sealed)
    assert move_rows(root_of(users), user=None).seen == 0
    assert bytes(Submission.objects.get().sealed) == blob


def test_the_old_epoch_is_no_longer_needed(make: Make, users: Users) -> None:
    make({"name": "Kestrel"})
    root, first = root_of(users), Epoch.objects.get()
    next_epoch(users)
    move_rows(root, user=None)
    Epoch.objects.filter(pk=first.pk).update(wrapped_seed=None)
    assert names(root) == ["Kestrel"]


def test_more_rows_than_a_batch_are_moved(
    site: SimpleNamespace, vault: TestVault, users: Users
) -> None:
    store([sealed_request(site.book, site.location) for _ in range(1100)])
    epoch, reports = next_epoch(users), []

    move_rows(root_of(users), user=None, report=lambda moved: reports.append(moved.rows))

    assert reports == [500, 1000, 1100]
    assert key_ids() == [bytes(epoch.key_id)]


def test_a_limit_moves_no_more_and_the_next_run_goes_on(make: Make, users: Users) -> None:
    for _ in range(5):
        make()
    epoch = next_epoch(users)
    root = root_of(users)
    assert [move_rows(root, user=None, limit=2).rows for _ in range(4)] == [2, 2, 1, 0]
    assert key_ids() == [bytes(epoch.key_id)]


@pytest.mark.parametrize("limit", [None, 1])
def test_damaged_rows_stay_as_they_are_and_do_not_hold_up_the_others(
    make: Make, users: Users, limit: int | None
) -> None:
    broken = {row.pk: bytes(row.sealed) for row in (damage(make()) for _ in range(3))}
    good = make({"name": "Kestrel"})
    epoch = next_epoch(users)

    moved = move_rows(root_of(users), user=None, limit=limit)

    assert moved.rows == 1
    assert limit is not None or moved.damaged == 3
    rows = {row.pk: row for row in Submission.objects.all()}
    assert {pk: bytes(rows[pk].sealed) for pk in broken} == broken
    assert bytes(rows[good.pk].key_id) == bytes(epoch.key_id)


@pytest.mark.parametrize("change", ["swap", "foreign"])
def test_a_row_that_does_not_open_as_itself_is_not_made_whole_by_moving(
    make: Make, users: Users, change: str
) -> None:
    one, other = make(), make()
    blob = bytes(other.sealed) if change == "swap" else b"no blob at all"
    Submission.objects.filter(pk=one.pk).update(sealed=blob)
    next_epoch(users)
    moved = move_rows(root_of(users), user=None)
    assert (moved.rows, moved.damaged) == (1, 1)
    assert bytes(Submission.objects.get(pk=one.pk).sealed) == blob


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite lets a blob hold text")
def test_text_in_place_of_a_blob_is_a_damaged_row(make: Make, users: Users) -> None:
    row = make()
    next_epoch(users)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE booking_submission SET sealed = 'text' WHERE id = %s", [row.pk.hex])
    assert move_rows(root_of(users), user=None).damaged == 1


def test_what_somebody_writes_meanwhile_is_kept(
    site: SimpleNamespace, make: Make, users: Users
) -> None:
    changed, deleted, worked_on = make(), make(), make()
    next_epoch(users)
    newer = sealed_request(site.book, site.location).sealed
    written = []

    def write_first(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
        """Somebody else's writes, after the rows were read and before they are overwritten."""
        if sql.startswith("UPDATE") and "AND sealed" in sql and not written:
            written.append(True)
            Submission.objects.filter(pk=changed.pk).update(sealed=newer)
            Submission.objects.filter(pk=deleted.pk).delete()
            Submission.objects.filter(pk=worked_on.pk).update(status=Status.CLOSED, hold=True)
        return execute(sql, *args)

    with connection.execute_wrapper(write_first):
        moved = move_rows(root_of(users), user=None)

    assert (moved.rows, moved.damaged, moved.changed) == (1, 0, 2)
    assert bytes(Submission.objects.get(pk=changed.pk).sealed) == newer
    assert not Submission.objects.filter(pk=deleted.pk).exists()
    row = Submission.objects.get(pk=worked_on.pk)
    assert (row.status, row.hold) == (Status.CLOSED, True)
    assert open_answers(row, OpenKeys(root_of(users))) == core_answers()


def test_an_epoch_that_begins_meanwhile_is_sealed_to_and_the_next_run_moves_the_rest(
    site: SimpleNamespace, vault: TestVault, users: Users
) -> None:
    store([sealed_request(site.book, site.location) for _ in range(600)])
    second, root, made = next_epoch(users), root_of(users), []

    def roll(moved: Moved) -> None:
        if not made:
            made.append(next_epoch(users))

    assert move_rows(root, user=None, report=roll).rows >= 600
    third = made[0]
    assert set(key_ids()) <= {bytes(second.key_id), bytes(third.key_id)}
    move_rows(root, user=None)
    assert key_ids() == [bytes(third.key_id)]
    assert len(names(root)) == 600


def test_it_is_logged_with_counts_alone(make: Make, users: Users) -> None:
    make()
    damage(make())
    next_epoch(users)
    move_rows(root_of(users), user=users["booking_reviewer"])
    entry = ModelLogEntry.objects.get(action="booking.reencrypt")
    assert entry.user == users["booking_reviewer"]
    assert entry.data == {"moved": 1, "damaged": 1, "changed": 0}


# The command -------------------------------------------------------------------------------------


def test_a_dry_run_counts_asks_for_nothing_and_changes_nothing(make: Make, users: Users) -> None:
    request = make()
    SubmissionNote.objects.bulk_create([sealed_note(request)])
    next_epoch(users)
    before = list(Submission.objects.values())
    assert run("--dry-run") == (
        0,
        "Would be moved to the current epoch: 1 requests, 1 submission notes.\n",
        "",
    )
    assert list(Submission.objects.values()) == before
    assert not ModelLogEntry.objects.filter(action="booking.reencrypt").exists()


def test_the_command_moves_and_says_how_much(
    make: Make, users: Users, passphrase_file: str
) -> None:
    for _ in range(3):
        make()
    next_epoch(users)
    arguments = ["--user", "booking_reviewer", "--passphrase-file", passphrase_file]
    code, out, err = run(*arguments, "--limit", "2")
    assert (code, out) == (
        0,
        (
            "Moved to the current epoch: 2. Damaged, left as they are: 0. Changed meanwhile: 0. "
            "Still to move: 1.\n"
        ),
    )
    assert err.startswith("2 of 2 rows, ")
    assert err.endswith(" rows/s, 0 s left\n")
    assert run(*arguments)[:2] == (
        0,
        (
            "Moved to the current epoch: 1. Damaged, left as they are: 0. Changed meanwhile: 0. "
            "Still to move: 0.\n"
        ),
    )


def test_damaged_rows_make_the_command_fail(make: Make, users: Users, passphrase_file: str) -> None:
    damage(make())
    next_epoch(users)
    code, out, _ = run("--user", "booking_reviewer", "--passphrase-file", passphrase_file)
    assert code == 1
    assert "Damaged, left as they are: 1." in out
    assert "Still to move: 0." in out


@pytest.mark.parametrize(
    ("user", "passphrase", "reason"),
    [
        (None, "", "Whose passphrase? Give --user."),
        ("nobody", "", "This user has no access to the vault."),
        ("editor", "", "This user has no access to the vault."),
        ("booking_reviewer", "wrong words", "This passphrase does not open the vault."),
    ],
)
def test_nobody_without_access_and_passphrase_moves_anything(
    make: Make, users: Users, tmp_path: Path, user: str | None, passphrase: str, reason: str
) -> None:
    make()
    epoch = Epoch.objects.get()
    next_epoch(users)
    path = tmp_path / "typed"
    path.write_text(passphrase)
    options = [*(["--user", user] if user else []), "--passphrase-file", str(path)]
    with pytest.raises(CommandError) as refusal:
        run(*options)
    assert str(refusal.value) == reason
    assert key_ids() == [bytes(epoch.key_id)]


def test_wrong_passphrases_count_here_as_in_the_browser(
    vault: TestVault, tmp_path: Path, passphrase_file: str
) -> None:
    path = tmp_path / "typed"
    path.write_text("wrong words")
    for _ in range(5):
        with pytest.raises(CommandError, match="does not open"):
            run("--user", "booking_reviewer", "--passphrase-file", str(path))
    with pytest.raises(CommandError, match="Too many wrong passphrases"):
        run("--user", "booking_reviewer", "--passphrase-file", passphrase_file)


def test_a_passphrase_file_that_is_not_there_is_named(vault: TestVault) -> None:
    with pytest.raises(CommandError, match=r"cannot be read: No such file or directory\.$"):
        run("--user", "booking_reviewer", "--passphrase-file", "/nowhere/passphrase")


@pytest.mark.django_db
def test_without_a_vault_nothing_can_be_moved() -> None:
    with pytest.raises(CommandError, match="Nothing can be sealed: There is no vault yet"):
        run("--dry-run")


def test_nothing_is_moved_to_a_key_that_the_vault_did_not_sign(
    make: Make, users: Users, passphrase_file: str
) -> None:
    make()
    next_epoch(users)
    before = key_ids()
    Epoch.objects.filter(number=2).update(signature=bytes(64))
    with pytest.raises(CommandError, match="Nothing can be sealed"):
        run("--user", "booking_reviewer", "--passphrase-file", passphrase_file)
    assert key_ids() == before


class Terminal(StringIO):
    def write(self, text: str, ending: str = "\n") -> int:
        return super().write(text + ending)

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_one_line_renews_itself() -> None:
    terminal = Terminal()
    progress = Progress(terminal, 1000)
    progress.show(500)
    progress.show(1000)
    first, last = terminal.getvalue().split("\r")[1:]
    assert first.startswith("500 of 1,000 rows, ")
    assert last.startswith("1,000 of 1,000 rows, ")
    assert last.endswith("\n")


# Killed ------------------------------------------------------------------------------------------


def environment() -> dict[str, str]:
    """For a process that works on the database of this test."""
    at = connection.settings_dict
    address = f"sqlite:///{at['NAME']}"
    if connection.vendor == "postgresql":
        address = f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "clinic_site.settings.test",
        "TEST_DATABASE_URL": address,
    }


def moved_rows(epoch: Epoch) -> int:
    return Submission.objects.filter(key_id=epoch.key_id).count()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_killed_midway_no_row_is_lost_and_the_next_run_ends_the_work(
    site: SimpleNamespace, vault: TestVault, users: Users, passphrase_file: str
) -> None:
    rows = [
        sealed_request(site.book, site.location, core_answers(name=f"Robin {number:04}"))
        for number in range(MANY)
    ]
    store(rows)
    SubmissionNote.objects.bulk_create([sealed_note(row) for row in rows[:50]])
    root, before, epoch = root_of(users), clear_columns(), next_epoch(users)
    command = [sys.executable, "manage.py", "vault_reencrypt", "--user", "booking_reviewer"]
    command += ["--passphrase-file", passphrase_file]
    with subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=environment(), stderr=subprocess.PIPE
    ) as process:
        end = time.monotonic() + 60
        while moved_rows(epoch) == 0 and process.poll() is None and time.monotonic() < end:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait()
    done = moved_rows(epoch)
    assert process.returncode == -signal.SIGKILL
    assert 0 < done < MANY
    assert names(root) == [f"Robin {number:04}" for number in range(MANY)]

    again = subprocess.run(
        command,
        cwd=settings.BASE_DIR,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )

    assert again.stdout.startswith(f"Moved to the current epoch: {MANY - done + 50:,}. ")
    assert key_ids() == [bytes(epoch.key_id)]
    assert names(root) == [f"Robin {number:04}" for number in range(MANY)]
    assert notes(root) == ["Called back."] * 50
    assert clear_columns() == before
