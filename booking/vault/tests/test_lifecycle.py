"""Making the vault, giving access, and what the tables hold afterwards."""

import base64
import json
import uuid

import pytest
from django.db import connection

from booking.vault import crypto, keyring, lifecycle, sealing
from booking.vault.crypto import CannotOpen
from booking.vault.lifecycle import VaultExists
from booking.vault.models import Epoch, Grant, Reviewer, Vault
from booking.vault.passphrases import recovery_seed
from booking.vault.sealing import OpenKeys

ROW = uuid.UUID(int=7)
BINDING = {"purpose": "submission", "row": ROW, "owner": ROW, "schema": 1}


def root_of(vault, users, role: str) -> bytes:
    return keyring.root_by_passphrase(users[role], vault.passphrases[role])[1]


def recovery_grant() -> Grant:
    return Grant.objects.select_related("reviewer__vault").get(reviewer__user=None)


def every_cell() -> list[tuple[str, bytes]]:
    """(table, bytes) of every value of every table, by plain SQL."""
    cells = []
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names()):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                for value in row:
                    raw = value if isinstance(value, bytes | memoryview) else str(value).encode()
                    cells.append((table, bytes(raw)))
    return cells


def spellings(secret: bytes) -> set[bytes]:
    """The secret raw, as hexadecimal and base32, and as base64 wherever it may begin."""
    found = {secret, secret.hex().encode(), secret.hex().upper().encode()}
    found.add(base64.b32encode(secret).rstrip(b"=")[:-1])
    for before in range(3):
        text = base64.b64encode(bytes(before) + secret)
        # Without the letters that also hold bits of what stands before or after.
        inner = text[-(-before * 8 // 6) : (before + len(secret)) * 8 // 6]
        found |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return found


def tables_holding(secret: bytes) -> set[str]:
    looked_for = spellings(secret)
    return {table for table, cell in every_cell() if any(text in cell for text in looked_for)}


# Set-up ------------------------------------------------------------------------------------------


def test_a_vault_is_made_with_a_recovery_sheet_a_reviewer_and_an_epoch(users):
    lifecycle.create_vault(user=users["booking_reviewer"], passphrase="plum tiger seven kites")
    assert Vault.objects.count() == 1
    assert [epoch.number for epoch in Epoch.objects.all()] == [1]
    assert {reviewer.user for reviewer in Reviewer.objects.all()} == {
        None,
        users["booking_reviewer"],
    }
    assert Grant.objects.count() == 2


def test_a_second_vault_is_refused_and_changes_nothing(vault, users):
    before = every_cell()
    with pytest.raises(VaultExists):
        lifecycle.create_vault(user=users["administrator"], passphrase="plum tiger seven kites")
    assert every_cell() == before


def test_a_failure_half_way_leaves_no_vault(users, settings):
    settings.VAULT_ARGON2 = {"memory_kib": 0, "iterations": 1, "lanes": 1}
    with pytest.raises(ValueError, match="memory"):
        lifecycle.create_vault(user=users["booking_reviewer"], passphrase="plum tiger seven kites")
    assert (Vault.objects.count(), Reviewer.objects.count()) == (0, 0)


def test_two_vaults_of_the_same_people_share_no_secret(users):
    made = []
    for _ in range(2):
        key = lifecycle.create_vault(
            user=users["booking_reviewer"], passphrase="plum tiger seven kites"
        )
        root = keyring.root_by_passphrase(users["booking_reviewer"], "plum tiger seven kites")[1]
        made.append((key, root, bytes(Epoch.objects.get().public_key)))
        Vault.objects.all().delete()
    assert [one == other for one, other in zip(*made, strict=True)] == [False] * 3


# What the tables hold ----------------------------------------------------------------------------


def test_no_table_holds_anything_that_opens(vault, users, client):
    client.force_login(users["booking_reviewer"])
    passphrase = vault.passphrases["booking_reviewer"]
    client.post("/admin/vault/unlock/", {"passphrase": passphrase})
    sealing.seal({"text": "secret"}, **BINDING)
    grant, root = keyring.root_by_passphrase(users["booking_reviewer"], passphrase)
    reviewer_seed = keyring.unwrap_seed(grant.reviewer, passphrase)
    epoch = Epoch.objects.get()
    epoch_seed = crypto.unwrap_epoch_seed(
        bytes(epoch.wrapped_seed),
        root,
        vault=epoch.vault_id.bytes,
        number=epoch.number,
        kid=bytes(epoch.key_id),
    )
    secrets = {
        "root": root,
        "reviewer's seed": reviewer_seed,
        "epoch's seed": epoch_seed,
        "epoch wrapping key": crypto.derive(root, "epoch-wrapping"),
        "manifest signing key": crypto.derive(root, "manifest-signing"),
        "recovery seed": recovery_seed(vault.recovery_key),
        "recovery key": vault.recovery_key.encode(),
        "recovery key in one block": vault.recovery_key.replace("-", "").encode(),
        "passphrase": passphrase.encode(),
        "passphrase in one block": passphrase.replace(" ", "").encode(),
        "half of the passphrase": passphrase[:16].encode(),
        "session token": base64.urlsafe_b64decode(client.cookies["clinic-vault"].value),
        "session key": client.cookies["sessionid"].value.encode(),
    }
    assert {name: tables_holding(secret) for name, secret in secrets.items()} == {
        name: set() for name in secrets
    }


@pytest.mark.parametrize(
    "spell",
    [
        lambda secret: base64.b64encode(b"x" + secret + b"y").decode(),
        lambda secret: base64.urlsafe_b64encode(b"xy" + secret).decode(),
        lambda secret: base64.b64encode(secret).decode().rstrip("="),
        lambda secret: base64.b32encode(secret).decode(),
        lambda secret: "0x" + secret.hex(),
        lambda secret: secret.hex().upper(),
        lambda secret: json.dumps({"key": secret.hex()}),
    ],
    ids=["base64", "urlsafe", "unpadded", "base32", "hex", "upper hex", "in JSON"],
)
def test_the_search_finds_a_secret_that_is_there(users, spell):
    secret = bytes(range(200, 232))
    assert tables_holding(secret) == set()
    users["editor"].first_name = spell(secret)
    users["editor"].save()
    assert tables_holding(secret) == {"auth_user"}


def test_the_search_finds_raw_bytes_that_are_there(vault):
    secret = bytes(range(200, 232))
    Epoch.objects.update(wrapped_seed=b"some" + secret)
    assert tables_holding(secret) == {"vault_epoch"}


# Access ------------------------------------------------------------------------------------------


def test_every_reviewer_and_the_recovery_key_reach_the_same_root(vault, users):
    roots = {root_of(vault, users, role) for role in vault.passphrases}
    roots.add(keyring.root_for(recovery_grant(), recovery_seed(vault.recovery_key)))
    assert len(roots) == 1


def test_the_recovery_key_opens_what_was_sealed(vault):
    sealed = sealing.seal({"text": "secret"}, **BINDING)
    root = keyring.root_for(recovery_grant(), recovery_seed(vault.recovery_key))
    assert OpenKeys(root).open(sealed.blob, **BINDING) == {"text": "secret"}


def test_a_second_reviewer_opens_requests_from_before_the_grant(users):
    first, second = users["booking_reviewer"], users["booking_administrator"]
    lifecycle.create_vault(user=first, passphrase="plum tiger seven kites")
    sealed = sealing.seal({"text": "secret"}, **BINDING)
    reviewer = lifecycle.add_reviewer(Vault.objects.get(), second, "amber quilt nine rivers")
    with pytest.raises(CannotOpen):
        keyring.root_by_passphrase(second, "amber quilt nine rivers")
    lifecycle.grant_access(
        keyring.root_by_passphrase(first, "plum tiger seven kites")[1], reviewer, by=first
    )
    root = keyring.root_by_passphrase(second, "amber quilt nine rivers")[1]
    assert OpenKeys(root).open(sealed.blob, **BINDING) == {"text": "secret"}


def test_without_the_grant_the_passphrase_opens_nothing(vault, users):
    Grant.objects.filter(reviewer__user=users["booking_reviewer"]).delete()
    with pytest.raises(CannotOpen):
        root_of(vault, users, "booking_reviewer")


def test_another_reviewers_passphrase_does_not_open(vault, users):
    with pytest.raises(CannotOpen):
        keyring.root_by_passphrase(
            users["booking_reviewer"], vault.passphrases["booking_administrator"]
        )


def test_somebody_who_is_no_reviewer_cannot_open(vault, users):
    with pytest.raises(CannotOpen):
        keyring.root_by_passphrase(users["administrator"], vault.passphrases["booking_reviewer"])


def test_the_grants_of_two_reviewers_swapped_do_not_open(vault, users):
    one, other = Grant.objects.exclude(reviewer__user=None)
    one.sealed_root, other.sealed_root = other.sealed_root, one.sealed_root
    one.save()
    other.save()
    for role in vault.passphrases:
        with pytest.raises(CannotOpen):
            root_of(vault, users, role)


@pytest.mark.parametrize("field", ["wrap", "public_key"])
def test_the_keys_of_two_reviewers_swapped_do_not_open(vault, users, field):
    one, other = Reviewer.objects.exclude(user=None)
    mine, theirs = getattr(one, field), getattr(other, field)
    setattr(one, field, theirs)
    setattr(other, field, mine)
    one.save()
    other.save()
    for role in vault.passphrases:
        with pytest.raises(CannotOpen):
            root_of(vault, users, role)


def test_a_root_of_another_vault_is_refused(vault, users):
    # Sealed correctly to the reviewer, but the vault's verify key does not belong to it.
    reviewer = users["booking_reviewer"].vault_reviewer
    with pytest.raises(CannotOpen):
        lifecycle.grant_access(b"x" * 32, reviewer, by=None)
    sealed = crypto.seal_grant(
        b"x" * 32,
        vault=reviewer.vault_id.bytes,
        reviewer=reviewer.id.bytes,
        public_key=bytes(reviewer.public_key),
    )
    Grant.objects.filter(reviewer=reviewer).update(sealed_root=sealed)
    with pytest.raises(CannotOpen):
        root_of(vault, users, "booking_reviewer")


def test_a_grant_of_another_vault_is_refused(vault, users):
    root = root_of(vault, users, "booking_reviewer")
    reviewer = users["booking_reviewer"].vault_reviewer
    sealed = crypto.seal_grant(
        root,
        vault=uuid.uuid4().bytes,
        reviewer=reviewer.id.bytes,
        public_key=bytes(reviewer.public_key),
    )
    Grant.objects.filter(reviewer=reviewer).update(sealed_root=sealed)
    with pytest.raises(CannotOpen):
        root_of(vault, users, "booking_reviewer")


def test_another_pepper_opens_no_wrap(vault, users, settings):
    settings.VAULT_PEPPER = "another"
    with pytest.raises(CannotOpen):
        root_of(vault, users, "booking_reviewer")


def test_the_recovery_sheet_needs_no_pepper(vault, settings):
    settings.VAULT_PEPPER = "another"
    root = keyring.root_for(recovery_grant(), recovery_seed(vault.recovery_key))
    assert crypto.verify_key(root) == bytes(Vault.objects.get().verify_key)


# Epochs ------------------------------------------------------------------------------------------


def test_the_manifest_of_the_first_epoch_verifies_and_names_what_is_stored(users):
    lifecycle.create_vault(user=users["booking_reviewer"], passphrase="plum tiger seven kites")
    vault, epoch = Vault.objects.get(), Epoch.objects.get()
    crypto.check_manifest(bytes(vault.verify_key), bytes(epoch.manifest), bytes(epoch.signature))
    assert json.loads(bytes(epoch.manifest)) == {
        "vault": str(vault.id),
        "epoch": 1,
        "suite": 2,
        "public_key": bytes(epoch.public_key).hex(),
        "key_id": crypto.key_id(bytes(epoch.public_key)).hex(),
        "created": epoch.created_at.isoformat(),
        "reviewers": sorted(
            crypto.key_id(bytes(reviewer.public_key)).hex() for reviewer in Reviewer.objects.all()
        ),
        "previous": None,
    }


def test_the_next_manifest_holds_the_digest_of_the_one_before(vault, users):
    first = Epoch.objects.get()
    second = lifecycle.start_epoch(root_of(vault, users, "booking_reviewer"), first.vault)
    manifest = json.loads(second.manifest)
    assert second.number == 2
    assert manifest["previous"] == crypto.digest(bytes(first.manifest)).hex()
    assert len(manifest["reviewers"]) == 3


def test_a_manifest_signed_by_another_root_is_refused(vault):
    epoch, verify_key = Epoch.objects.get(), bytes(Vault.objects.get().verify_key)
    with pytest.raises(CannotOpen):
        crypto.check_manifest(
            verify_key,
            bytes(epoch.manifest),
            crypto.sign_manifest(b"x" * 32, bytes(epoch.manifest)),
        )


def three_epochs(vault, users) -> tuple[OpenKeys, list[bytes]]:
    """The open vault and one blob of each of three epochs."""
    root, blobs = root_of(vault, users, "booking_reviewer"), []
    for number in range(3):
        if number:
            lifecycle.start_epoch(root, Vault.objects.get())
        blobs.append(sealing.seal({"epoch": number + 1}, **BINDING).blob)
    return OpenKeys(root), blobs


def opened(keys: OpenKeys, blobs: list[bytes]) -> list[object]:
    found: list[object] = []
    for blob in blobs:
        try:
            found.append(keys.open(blob, **BINDING)["epoch"])
        except CannotOpen:
            found.append("damaged")
    return found


def test_requests_of_every_epoch_open(vault, users):
    assert opened(*three_epochs(vault, users)) == [1, 2, 3]


@pytest.mark.parametrize(
    "damage",
    [
        {"wrapped_seed": bytes(60)},
        {"wrapped_seed": b""},
        {"wrapped_seed": None},
        {"key_id": b"12345678"},
        {"number": 9},
        {"suite": 1},
        {"suite": 7},
    ],
    ids=str,
)
def test_a_damaged_epoch_damages_its_own_requests_only(vault, users, damage):
    keys, blobs = three_epochs(vault, users)
    Epoch.objects.filter(number=2).update(**damage)
    assert opened(keys, blobs) == [1, "damaged", 3]


def test_the_wraps_of_two_epochs_swapped_do_not_open(vault, users):
    keys, blobs = three_epochs(vault, users)
    first, second = Epoch.objects.filter(number__lt=3).order_by("number")
    first.wrapped_seed, second.wrapped_seed = second.wrapped_seed, first.wrapped_seed
    first.save()
    second.save()
    assert opened(keys, blobs) == ["damaged", "damaged", 3]


def test_an_epoch_of_another_vault_does_not_open(vault, users):
    keys, blobs = three_epochs(vault, users)
    epoch = Epoch.objects.get(number=2)
    epoch.wrapped_seed = crypto.wrap_epoch_seed(
        b"x" * 32, b"y" * 32, vault=epoch.vault_id.bytes, number=2, kid=bytes(epoch.key_id)
    )
    epoch.save()
    assert opened(keys, blobs) == [1, "damaged", 3]
