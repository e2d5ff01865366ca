"""Shredding an epoch: what was sealed to it is gone for good, and its bytes with it."""

import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from wagtail.models import ModelLogEntry

from booking.models import Submission
from booking.tests.factories import sealed_request, store
from booking.vault import holders, keyring, lifecycle, sealing, shredding
from booking.vault.crypto import CannotOpen
from booking.vault.models import Epoch, Vault
from booking.vault.sealing import OpenKeys
from booking.vault.shredding import EpochInUse, forget_on_disk, shred
from clinic_site.tests import trial
from clinic_site.tests.migrated import Migrated

BINDING = {"purpose": "submission", "row": uuid.UUID(int=1), "owner": uuid.UUID(int=1), "schema": 1}
Users = dict[str, Any]


def root_of(vault: Any, users: Users) -> bytes:
    role = "booking_reviewer"
    return keyring.root_by_passphrase(users[role], vault.passphrases[role])[1]


def next_epoch(vault: Any, users: Users) -> Epoch:
    return lifecycle.start_epoch(root_of(vault, users), Vault.objects.get())


def wraps() -> list[bytes | None]:
    """The wrapped seeds of all epochs, oldest first."""
    found = Epoch.objects.order_by("number").values_list("wrapped_seed", flat=True)
    return [bytes(wrap) if wrap is not None else None for wrap in found]


def test_a_shredded_epoch_opens_nothing_and_the_others_open(vault: Any, users: Users) -> None:
    blobs = []
    for number in range(3):
        if number:
            next_epoch(vault, users)
        blobs.append(sealing.seal({"epoch": number + 1}, **BINDING).blob)
    before = wraps()

    assert shred(2) is True

    assert wraps() == [before[0], None, before[2]]
    keys = OpenKeys(root_of(vault, users))
    assert [keys.open(blobs[place], **BINDING)["epoch"] for place in (0, 2)] == [1, 3]
    with pytest.raises(CannotOpen):
        keys.open(blobs[1], **BINDING)


def test_sealing_and_the_next_epoch_go_on_after_shredding(vault: Any, users: Users) -> None:
    next_epoch(vault, users)
    shred(1)
    blob = sealing.seal({"text": "secret"}, **BINDING).blob
    assert next_epoch(vault, users).number == 3
    assert OpenKeys(root_of(vault, users)).open(blob, **BINDING) == {"text": "secret"}


def test_the_current_epoch_is_never_shredded(vault: Any) -> None:
    before = wraps()
    with pytest.raises(EpochInUse):
        shred(1)
    assert wraps() == before


def test_an_epoch_that_a_row_is_sealed_to_is_not_shredded(
    vault: Any, users: Users, site: Any
) -> None:
    store([sealed_request(site.book, site.location)])
    next_epoch(vault, users)
    before = wraps()
    with pytest.raises(EpochInUse):
        shred(1)
    assert wraps() == before
    Submission.objects.all().delete()
    assert shred(1) is True


def test_shredding_is_logged_once(vault: Any, users: Users) -> None:
    next_epoch(vault, users)
    assert [shred(1), shred(1)] == [True, False]
    assert [entry.data for entry in ModelLogEntry.objects.filter(action="vault.shred")] == [
        {"epoch": 1}
    ]


def test_every_table_with_a_key_id_is_counted() -> None:
    from django.apps import apps

    sealed = {
        model._meta.label
        for model in apps.get_models()
        if {"sealed", "key_id"} <= {field.name for field in model._meta.get_fields()}
    }
    assert {model._meta.label for model in holders._models} == sealed
    assert len(holders._models) == len(sealed)


# The bytes on the disk ---------------------------------------------------------------------------

SHRED = """
import sys
from pathlib import Path
from django.db import connection
from django.contrib.auth import get_user_model
from booking.vault import keyring, lifecycle
from booking.vault.models import Epoch, Vault
from booking.vault.shredding import shred, forget_on_disk

user = get_user_model().objects.create_user("somebody")
lifecycle.create_vault(user=user, passphrase="plum tiger seven kites")
root = keyring.root_by_passphrase(user, "plum tiger seven kites")[1]
for number in range(13):
    lifecycle.start_epoch(root, Vault.objects.get())
wraps = [bytes(epoch.wrapped_seed) for epoch in Epoch.objects.order_by("number")]
path = Path(connection.settings_dict["NAME"])
files = [path, path.with_name(path.name + "-wal")]

def found():
    content = b"".join(file.read_bytes() for file in files if file.exists())
    return [number for number, wrap in enumerate(wraps, 1) if wrap in content]

print(found())
for number in range(1, 13):
    shred(number)
print(found())
print(forget_on_disk())
print(found())
"""


@pytest.mark.skipif(connection.vendor != "sqlite", reason="looks into SQLite's files")
def test_no_byte_of_a_shredded_wrap_is_left_in_the_file_or_its_log(
    tmp_path: Path, migrated: Migrated
) -> None:
    environment = {
        "PATH": "",
        "DJANGO_SETTINGS_MODULE": "clinic_site.settings.test",
        "VAR_DIR": str(tmp_path),
    }

    def manage(*command: str) -> str:
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=settings.BASE_DIR,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    migrated.begin(tmp_path / trial.FILE)
    output = manage("shell", "--no-imports", "--command", SHRED)

    everything = list(range(1, 15))
    assert output.splitlines() == [
        str(everything),
        str(everything),  # overwritten in the pages, but the log still holds the old ones
        "True",
        "[13, 14]",
    ]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's log waits for its readers")
def test_a_reader_who_is_in_the_way_is_told_of(vault: Any, users: Users) -> None:
    import sqlite3

    next_epoch(vault, users)
    reader = sqlite3.connect(connection.settings_dict["NAME"])
    try:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM vault_epoch").fetchone()
        shred(1)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 50")
        assert forget_on_disk() is False
    finally:
        reader.close()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 20000")
    assert forget_on_disk() is True


@pytest.fixture
def somebody_else() -> Iterator[Any]:
    """A cursor in a transaction of its own, whose snapshot is taken."""
    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT 1")
        yield cursor
    other.close()


on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's files")


@on_postgresql
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_postgresql_keeps_no_old_row_in_the_table(
    vault: Any, users: Users, somebody_else: Any
) -> None:
    next_epoch(vault, users)
    wrap, kept = wraps()
    assert wrap is not None
    assert kept is not None

    def table() -> bytes:
        with connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")
            cursor.execute("SELECT pg_read_binary_file(pg_relation_filepath('vault_epoch'))")
            return bytes(cursor.fetchone()[0])

    assert wrap in table()
    shred(1)
    assert wrap in table()
    assert forget_on_disk() is True
    assert wrap not in table()
    assert kept in table()
    assert wraps() == [None, kept]


@on_postgresql
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_whoever_reads_the_table_all_the_time_does_not_make_requests_wait(
    vault: Any, somebody_else: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shredding, "WAIT_FOR_READERS", "50ms")
    somebody_else.execute("SELECT count(*) FROM vault_epoch")
    assert forget_on_disk() is False
    somebody_else.connection.rollback()
    assert forget_on_disk() is True
