"""Whoever can write to the database cannot slip in a key: sealing stops instead."""

import json
import logging
import os
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from booking.vault import crypto, keyring, lifecycle, manifests, sealing
from booking.vault.manifests import VaultTampered, VaultUnavailable
from booking.vault.models import Epoch, Grant, Reviewer, Vault

BINDING = {"purpose": "submission", "row": uuid.UUID(int=1), "owner": uuid.UUID(int=2), "schema": 1}


def root_of(vault: Any, users: dict[str, Any], role: str = "booking_reviewer") -> bytes:
    return keyring.root_by_passphrase(users[role], vault.passphrases[role])[1]


def thiefs_epoch(number: int = 1) -> dict[str, Any]:
    """Columns of an epoch whose key a thief made."""
    public_key = crypto.public_key_bytes(crypto.SUITE_HYBRID, os.urandom(32))
    return {"number": number, "public_key": public_key, "key_id": crypto.key_id(public_key)}


def forged_manifest(root: bytes, columns: dict[str, Any]) -> dict[str, bytes]:
    """A manifest of the thief's key, signed with a root that the thief made."""
    epoch = Epoch.objects.get()
    for name, value in columns.items():
        setattr(epoch, name, value)
    manifests.write(root, epoch, previous=None)
    return {"manifest": epoch.manifest, "signature": epoch.signature}


def swap_key() -> None:
    Epoch.objects.update(**thiefs_epoch())


def swap_key_and_manifest() -> None:
    columns = thiefs_epoch()
    Epoch.objects.update(**columns, **forged_manifest(os.urandom(32), columns))


def add_a_later_epoch() -> None:
    first = Epoch.objects.get()
    columns = thiefs_epoch(number=2)
    Epoch.objects.create(
        vault=first.vault,
        wrapped_seed=first.wrapped_seed,
        created_at=first.created_at,
        **columns,
        **forged_manifest(os.urandom(32), columns),
    )


def add_a_reviewer() -> None:
    reviewer = Reviewer.objects.create(
        vault=Vault.objects.get(),
        public_key=crypto.public_key_bytes(crypto.SUITE_HYBRID, os.urandom(32)),
    )
    Grant.objects.create(reviewer=reviewer, sealed_root=b"anything")


def swap_a_reviewers_key() -> None:
    Reviewer.objects.filter(user__username="booking_reviewer").update(
        public_key=crypto.public_key_bytes(crypto.SUITE_HYBRID, os.urandom(32))
    )


def change_a_letter_of_the_manifest() -> None:
    manifest = bytearray(bytes(Epoch.objects.get().manifest))
    manifest[10] ^= 1
    Epoch.objects.update(manifest=bytes(manifest))


def break_the_manifest() -> None:
    Epoch.objects.update(manifest=b"[]")


def make_the_epoch_look_younger() -> None:
    Epoch.objects.update(created_at=Epoch.objects.get().created_at + timedelta(days=20))


TAMPERINGS = [
    swap_key,
    swap_key_and_manifest,
    add_a_later_epoch,
    add_a_reviewer,
    swap_a_reviewers_key,
    change_a_letter_of_the_manifest,
    break_the_manifest,
    make_the_epoch_look_younger,
]


@pytest.mark.parametrize("tamper", TAMPERINGS)
def test_nothing_is_sealed_after_a_change_in_the_database(
    vault: Any, tamper: Callable[[], None]
) -> None:
    sealing.seal({"text": "before"}, **BINDING)
    tamper()
    with pytest.raises(VaultTampered):
        sealing.seal({"text": "secret"}, **BINDING)


def swap_the_whole_vault() -> None:
    """Everything signed anew by a root of the thief: only the pin is left to notice."""
    root, columns = os.urandom(32), thiefs_epoch()
    Vault.objects.update(verify_key=crypto.verify_key(root))
    Epoch.objects.update(**columns, **forged_manifest(root, columns))


def test_a_vault_signed_by_somebody_else_is_refused_by_the_pin(vault: Any, settings: Any) -> None:
    settings.VAULT_PIN = manifests.fingerprint(bytes(Vault.objects.get().verify_key))
    sealing.seal({"text": "before"}, **BINDING)
    swap_the_whole_vault()
    with pytest.raises(VaultTampered):
        sealing.seal({"text": "secret"}, **BINDING)
    settings.VAULT_PIN = ""
    sealing.seal({"text": "the pin alone noticed"}, **BINDING)


@pytest.mark.parametrize("form", [str.upper, lambda pin: f" {pin}\n"])
def test_a_pin_is_read_in_any_case_and_with_spaces_around(
    vault: Any, settings: Any, form: Callable[[str], str]
) -> None:
    settings.VAULT_PIN = form(manifests.fingerprint(bytes(Vault.objects.get().verify_key)))
    assert manifests.current_key().epoch == 1


def test_a_changed_vault_closes_the_booking_page_and_tells_the_log(
    site: Any, vault: Any, client: Client, answers: dict[str, Any], caplog: Any
) -> None:
    swap_key()
    with caplog.at_level(logging.ERROR, logger="booking.public.views"):
        pages = [client.get("/book/"), client.post("/book/", answers)]
    assert [page.status_code for page in pages] == [503, 503]
    assert [
        record.getMessage() for record in caplog.records if record.name == "booking.public.views"
    ] == [
        "The booking page is closed. The vault's key, manifest or reviewers were changed.",
        "A request could not be taken. The vault's key, manifest or reviewers were changed.",
    ]


def test_taking_a_grant_away_does_not_stop_sealing(vault: Any) -> None:
    Grant.objects.filter(reviewer__user__username="booking_reviewer").delete()
    assert sealing.seal({"text": "still"}, **BINDING).key_id == manifests.current_key().key_id


def test_the_manifest_names_a_reviewer_who_was_given_access_and_follows_the_one_before(
    vault: Any, users: dict[str, Any]
) -> None:
    before = bytes(Epoch.objects.get().manifest)
    reviewer = lifecycle.add_reviewer(
        Vault.objects.get(), users["administrator"], "amber quilt nine rivers"
    )
    lifecycle.grant_access(root_of(vault, users), reviewer, by=users["booking_reviewer"])
    manifest = json.loads(bytes(Epoch.objects.get().manifest))
    assert crypto.key_id(bytes(reviewer.public_key)).hex() in manifest["reviewers"]
    assert len(manifest["reviewers"]) == 4
    assert manifest["previous"] == crypto.digest(before).hex()


@pytest.mark.parametrize("tamper", [swap_key_and_manifest, change_a_letter_of_the_manifest])
def test_nothing_is_built_on_a_manifest_that_was_changed(
    vault: Any, users: dict[str, Any], tamper: Callable[[], None]
) -> None:
    root = root_of(vault, users)
    tamper()
    with pytest.raises(crypto.CannotOpen):
        lifecycle.start_epoch(root, Vault.objects.get())
    assert Epoch.objects.count() == 1


def test_without_a_vault_there_is_no_key(db: None) -> None:
    with pytest.raises(VaultUnavailable) as caught:
        manifests.current_key()
    assert caught.type is VaultUnavailable


# The monthly epoch -------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "epochs"), [(29, 1), (30, 2)])
def test_the_first_unlock_after_a_month_starts_the_next_epoch(
    vault: Any, sign_in: Callable[..., Client], days: int, epochs: int
) -> None:
    Epoch.objects.update(
        created_at=Epoch.objects.get().created_at - timedelta(days=days, minutes=1)
    )
    sign_in("booking_reviewer", unlock=True)
    sign_in("booking_administrator", unlock=True)
    assert Epoch.objects.count() == epochs


def test_requests_of_every_epoch_open_after_a_month(vault: Any, users: dict[str, Any]) -> None:
    blobs = [sealing.seal({"number": 1}, **BINDING).blob]
    root = root_of(vault, users)
    lifecycle.start_epoch(root, Vault.objects.get())
    blobs.append(sealing.seal({"number": 2}, **BINDING).blob)
    keys = sealing.OpenKeys(root)
    assert [keys.open(blob, **BINDING)["number"] for blob in blobs] == [1, 2]


def test_unlocking_reads_on_where_the_manifest_was_changed_but_starts_no_epoch(
    vault: Any, sign_in: Callable[..., Client]
) -> None:
    Epoch.objects.update(
        created_at=Epoch.objects.get().created_at - timedelta(days=40), manifest=b"{}"
    )
    sign_in("booking_reviewer", unlock=True)
    assert Epoch.objects.count() == 1


# A ruined epoch ----------------------------------------------------------------------------------


def ruin_the_wrap() -> None:
    Epoch.objects.update(wrapped_seed=bytes(60))


def empty_the_wrap() -> None:
    Epoch.objects.update(wrapped_seed=b"")


def name_another_suite() -> None:
    Epoch.objects.update(suite=crypto.SUITE_X25519)


def take_the_wrap_away() -> None:
    Epoch.objects.update(wrapped_seed=None)


@pytest.mark.parametrize("ruin", [ruin_the_wrap, empty_the_wrap, name_another_suite])
def test_the_next_unlock_notices_a_ruined_epoch_says_so_and_starts_a_whole_one(
    vault: Any, sign_in: Callable[..., Client], caplog: Any, ruin: Callable[[], None]
) -> None:
    ruin()
    client = sign_in("booking_reviewer")
    with caplog.at_level(logging.ERROR):
        page = client.post(
            "/admin/vault/unlock/", {"passphrase": vault.passphrases["booking_reviewer"]}
        )
    day = date_format(timezone.localtime(Epoch.objects.get(number=1).created_at))
    sentence = (
        "Requests from the time after these days do not open, because their keys were changed in "
        f"the database: {day}. Tell whoever looks after the server: a backup of the key tables has "
        "the right ones."
    )
    assert [str(each).strip() for each in page.wsgi_request._messages] == [sentence]
    assert "The keys of these epochs were changed and open nothing: [1]." in caplog.messages
    assert manifests.current_key().epoch == 2
    assert sealing.seal({"text": "readable"}, **BINDING)


def test_a_current_epoch_whose_key_was_deleted_is_followed_by_a_whole_one(
    vault: Any, sign_in: Callable[..., Client]
) -> None:
    take_the_wrap_away()
    with pytest.raises(VaultTampered):
        sealing.seal({"text": "lost"}, **BINDING)
    sign_in("booking_reviewer", unlock=True)
    assert sealing.seal({"text": "readable"}, **BINDING)


def test_epochs_that_are_whole_or_shredded_are_not_called_ruined(
    vault: Any, users: dict[str, Any]
) -> None:
    root = root_of(vault, users)
    for _ in range(2):
        lifecycle.start_epoch(root, Vault.objects.get())
    Epoch.objects.filter(number=1).update(wrapped_seed=None)
    assert sealing.ruined_epochs(root) == []
    Epoch.objects.filter(number=2).update(wrapped_seed=bytes(60))
    assert sealing.ruined_epochs(root) == [2]
    assert lifecycle.roll_if_due(root, Vault.objects.get()) is None


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite lets a blob hold text")
def test_a_key_that_was_changed_to_text_is_a_ruined_one(vault: Any, users: dict[str, Any]) -> None:
    root = root_of(vault, users)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE vault_epoch SET wrapped_seed = 'text'")
    assert sealing.ruined_epochs(root) == [1]


def test_a_signed_key_that_is_no_key_is_refused(vault: Any, users: dict[str, Any]) -> None:
    epoch = Epoch.objects.get()
    epoch.public_key, epoch.key_id = b"short", crypto.key_id(b"short")
    manifests.write(root_of(vault, users), epoch, previous=None)
    epoch.save()
    with pytest.raises(VaultTampered, match="no key"):
        sealing.seal({"text": "secret"}, **BINDING)


def test_where_every_epoch_was_deleted_nothing_is_signed_before_somebody_repairs_it(
    vault: Any, users: dict[str, Any]
) -> None:
    root, waiting = (
        root_of(vault, users),
        lifecycle.add_reviewer(
            Vault.objects.get(), users["administrator"], "amber quilt nine rivers"
        ),
    )
    Epoch.objects.all().delete()
    with pytest.raises(crypto.CannotOpen):
        lifecycle.grant_access(root, waiting, by=None)
    with pytest.raises(crypto.CannotOpen):
        lifecycle.roll_if_due(root, Vault.objects.get())
    assert lifecycle.start_anew(root).number == 1
    assert sealing.seal({"text": "readable"}, **BINDING)


# Nothing that was slipped in is ever signed ------------------------------------------------------


@pytest.mark.parametrize("tamper", [swap_key, add_a_reviewer])
def test_giving_access_does_not_sign_what_a_thief_wrote(
    vault: Any, users: dict[str, Any], tamper: Callable[[], None]
) -> None:
    root = root_of(vault, users)
    newcomer = lifecycle.add_reviewer(
        Vault.objects.get(), users["administrator"], "amber quilt nine rivers"
    )
    tamper()
    with pytest.raises(crypto.CannotOpen):
        lifecycle.grant_access(root, newcomer, by=users["booking_reviewer"])
    with pytest.raises(VaultTampered):
        sealing.seal({"text": "secret"}, **BINDING)


def test_the_next_epoch_does_not_name_a_reviewer_who_was_slipped_in(
    vault: Any, users: dict[str, Any]
) -> None:
    root = root_of(vault, users)
    add_a_reviewer()
    with pytest.raises(crypto.CannotOpen):
        lifecycle.start_epoch(root, Vault.objects.get())
    assert Epoch.objects.count() == 1
