"""What each thief reads of 1,000 requests, and what is not prevented (docs/threat-model.md)."""

import json
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from wagtail.models import ModelLogEntry

from booking.models import Submission
from booking.submissions.sealed import PURPOSE, open_answers
from booking.tests.factories import core_answers, sealed_request, store
from booking.vault import crypto, keyring, lifecycle, manifests
from booking.vault.crypto import Binding, CannotOpen
from booking.vault.models import Epoch, Grant, Reviewer, Vault
from booking.vault.passphrases import fingerprint_words
from booking.vault.sealing import OpenKeys

from .thief import Tables, Thief, stolen_settings, stolen_tables

REQUESTS = 1000
COOKIE = "clinic-vault"
SECRETS = ("SECRET_KEY", "VAULT_PEPPER", "DATABASE_URL")


@dataclass
class Clinic:
    """A clinic in the middle of a working day."""

    rows: set[uuid.UUID]
    root: bytes
    recovery_key: str
    passphrase: str
    reviewer: Client


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets as long as they are in production; Argon2 as cheap as it reads, so that guesses are many."""
    settings.VAULT_ARGON2 = {"memory_kib": 8, "iterations": 1, "lanes": 1}
    for name in SECRETS:
        monkeypatch.setenv(name, secrets.token_hex(32))
    settings.SECRET_KEY = secrets.token_hex(32)
    settings.VAULT_PEPPER = secrets.token_hex(32)


@pytest.fixture
def clinic(
    server: None, site: Any, vault: Any, users: dict[str, Any], settings: Any, sign_in: Any
) -> Clinic:
    """1,000 requests of three epochs, two reviewers at work, a third waiting for access."""
    settings.VAULT_PIN = manifests.fingerprint(bytes(Vault.objects.get().verify_key))
    passphrase = vault.passphrases["booking_reviewer"]
    root = keyring.root_by_passphrase(users["booking_reviewer"], passphrase)[1]
    rows: set[uuid.UUID] = set()
    for count in (300, 300, REQUESTS - 600):
        rows |= {row.pk for row in take_in(site, count)}
        sheet = lifecycle.new_recovery_sheet(root, by=None)
    lifecycle.add_reviewer(Vault.objects.get(), users["editor"], "amber quilt nine rivers")
    sign_in("booking_administrator", unlock=True)
    return Clinic(rows, root, sheet, passphrase, sign_in("booking_reviewer", unlock=True))


def take_in(site: Any, count: int = 1) -> list[Submission]:
    return store(
        sealed_request(site.book, site.location, core_answers(name=f"Visitor {number}"))
        for number in range(count)
    )


def peppers() -> list[bytes]:
    """The server's secrets: any might be mixed into anything."""
    return [django_settings.VAULT_PEPPER.encode(), django_settings.SECRET_KEY.encode()]


def thief_of_the_server(*known: str) -> Thief:
    return Thief(stolen_tables(), stolen_settings(), peppers(), list(known))


def names(root: bytes) -> list[str]:
    """What somebody with the root reads in today's database; damaged rows are left out."""
    keys, found = OpenKeys(root), []
    for row in Submission.objects.order_by("received_at"):
        try:
            found.append(open_answers(row, keys)[0]["answer"])
        except CannotOpen:
            continue
    return found


# The table of the threat model -------------------------------------------------------------------


def test_with_database_environment_and_every_secret_0_of_1000_requests_open(clinic: Clinic) -> None:
    thief = thief_of_the_server()
    thief.search()
    thief.guess()
    taken = {value.decode("utf-8", "ignore") for value in thief.settings}
    secret = {django_settings.SECRET_KEY, django_settings.VAULT_PEPPER, django_settings.VAULT_PIN}
    assert secret <= taken
    assert len(thief.tables["booking_submission"]) == REQUESTS
    assert len(thief.tables["vault_vaultsession"]) == 2
    assert len(thief.tried) > 20_000
    assert thief.read() == {}


@pytest.mark.parametrize(
    "key",
    [
        lambda clinic: clinic.reviewer.cookies[COOKIE].value,
        lambda clinic: clinic.recovery_key,
        lambda clinic: clinic.root.hex(),
    ],
    ids=["cookie of an open session", "recovery key", "root"],
)
def test_the_same_thief_opens_all_1000_with(clinic: Clinic, key: Callable[[Clinic], str]) -> None:
    thief = thief_of_the_server(key(clinic))
    thief.search()
    assert set(thief.read()) == clinic.rows


def test_a_guessed_passphrase_opens_all_1000_for_a_thief_of_the_server(clinic: Clinic) -> None:
    thief = thief_of_the_server(clinic.passphrase)
    thief.guess()
    assert set(thief.read()) == clinic.rows


def test_a_guessed_passphrase_without_the_pepper_opens_0_of_1000(clinic: Clinic) -> None:
    verify_key = bytes(Vault.objects.get().verify_key)
    thief = Thief(stolen_tables(), peppers=[b"", b"pepper", verify_key], known=[clinic.passphrase])
    thief.guess()
    assert thief.read() == {}


def test_the_cookie_of_a_session_opens_0_of_1000_after_the_lock(clinic: Clinic) -> None:
    def read() -> set[uuid.UUID]:
        thief = thief_of_the_server(clinic.reviewer.cookies[COOKIE].value)
        thief.use_what_he_knows()
        return set(thief.read())

    cookie = clinic.reviewer.cookies[COOKIE].value
    assert read() == clinic.rows
    clinic.reviewer.post("/admin/vault/lock/")
    clinic.reviewer.cookies[COOKIE] = cookie
    assert read() == set()


def test_a_row_deleted_in_the_database_leaves_its_log_entry(send: Callable[..., Any]) -> None:
    kept, gone = send(), send()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM booking_submission WHERE reference = %s", [gone.reference])
    received = ModelLogEntry.objects.filter(action="booking.receive")
    missing = set(received.values_list("object_id", flat=True)) - {str(kept.pk)}
    assert missing == {str(gone.pk)}
    assert not ModelLogEntry.objects.filter(object_id=str(gone.pk), action__contains="delete")


# What is not prevented ---------------------------------------------------------------------------


@dataclass
class Backup:
    """Key tables of an earlier day, which somebody kept."""

    tables: Tables

    def opens(self, *known: str) -> int:
        """How many of today's requests open with these keys and what the thief knows."""
        today = stolen_tables()
        keys = {name: rows for name, rows in self.tables.items() if name.startswith("vault_")}
        kept = {row["number"] for row in keys["vault_epoch"]}
        newer = [row for row in today["vault_epoch"] if row["number"] not in kept]
        keys["vault_epoch"] = [*keys["vault_epoch"], *newer]
        thief = Thief({**today, **keys}, peppers=peppers(), known=list(known))
        thief.use_what_he_knows()
        thief.guess()
        return len(thief.read())


@pytest.fixture
def keys(server: None, site: Any, vault: Any, users: dict[str, Any]) -> bytes:
    """The root of a vault that took one request."""
    take_in(site)
    reviewer = users["booking_reviewer"]
    return keyring.root_by_passphrase(reviewer, vault.passphrases["booking_reviewer"])[1]


def test_who_was_removed_reads_on_with_a_backup_from_before_his_passphrase_and_the_pepper(
    keys: bytes, vault: Any, users: dict[str, Any], site: Any
) -> None:
    backup = Backup(stolen_tables())
    lifecycle.remove_reviewer(keys, users["booking_administrator"].vault_reviewer)
    take_in(site)
    passphrase = vault.passphrases["booking_administrator"]
    assert Backup(stolen_tables()).opens(passphrase) == 0
    assert backup.opens(passphrase) == 2


def test_an_old_recovery_sheet_opens_with_a_backup_from_before_the_new_one(
    keys: bytes, vault: Any, site: Any
) -> None:
    backup = Backup(stolen_tables())
    lifecycle.new_recovery_sheet(keys, by=None)
    take_in(site)
    assert Backup(stolen_tables()).opens(vault.recovery_key) == 0
    assert backup.opens(vault.recovery_key) == 2


def test_an_old_passphrase_opens_with_a_backup_from_before_its_change_and_the_pepper(
    keys: bytes, vault: Any, users: dict[str, Any], site: Any
) -> None:
    backup = Backup(stolen_tables())
    old = vault.passphrases["booking_reviewer"]
    lifecycle.change_passphrase(users["booking_reviewer"], old, "amber quilt nine rivers")
    take_in(site)
    assert Backup(stolen_tables()).opens(old) == 0
    assert backup.opens(old) == 2


def test_a_shredded_epoch_opens_with_a_backup_of_the_key_tables_from_before(
    keys: bytes, vault: Any, site: Any
) -> None:
    backup = Backup(stolen_tables())
    lifecycle.start_epoch(keys, Vault.objects.get())
    Epoch.objects.filter(number=1).update(wrapped_seed=None)
    assert Backup(stolen_tables()).opens(vault.recovery_key) == 0
    assert backup.opens(vault.recovery_key) == 1


def test_whoever_writes_to_the_database_can_add_a_made_up_request(keys: bytes, site: Any) -> None:
    """HPKE's base mode proves nothing about the sender: the public key is all that it takes."""
    row = sealed_request(site.book, site.location)
    public_key = bytes(Epoch.objects.get().public_key)
    payload = json.dumps({"answers": core_answers(name="Nobody")}).encode()
    binding = Binding(PURPOSE, row.pk.bytes, row.pk.bytes, row.schema)
    row.sealed = crypto.seal_blob(crypto.SUITE_HYBRID, public_key, payload, binding)
    row.save(force_insert=True)
    assert names(keys) == ["Visitor 0", "Nobody"]


def test_whoever_writes_to_the_database_can_go_back_to_an_older_signed_manifest(
    keys: bytes, vault: Any, users: dict[str, Any]
) -> None:
    reviewer = users["booking_administrator"].vault_reviewer
    grant = reviewer.grant
    key_id = crypto.key_id(bytes(reviewer.public_key)).hex()
    lifecycle.remove_reviewer(keys, Reviewer.objects.get(pk=reviewer.pk))
    assert key_id not in manifests.current_key().reviewers
    Epoch.objects.get(number=2).delete()
    reviewer.save(force_insert=True)
    Grant(pk=grant.pk, reviewer=reviewer, sealed_root=grant.sealed_root).save(force_insert=True)
    assert key_id in manifests.current_key().reviewers


def test_a_waiting_persons_key_that_was_swapped_gets_the_access_and_other_words(
    keys: bytes, users: dict[str, Any]
) -> None:
    """Nothing signs the key of somebody who waits: only the five words tell, when compared."""
    waiting = lifecycle.add_reviewer(
        Vault.objects.get(), users["editor"], "amber quilt nine rivers"
    )
    seed = secrets.token_bytes(32)
    mine = crypto.public_key_bytes(crypto.SUITE_HYBRID, seed)
    Reviewer.objects.filter(pk=waiting.pk).update(public_key=mine)
    given = Reviewer.objects.get(pk=waiting.pk)
    grant = lifecycle.grant_access(keys, given, by=None)
    assert names(keyring.root_for(grant, seed)) == ["Visitor 0"]
    words = [fingerprint_words(bytes(each.public_key)) for each in (waiting, given)]
    assert words[0] != words[1]
