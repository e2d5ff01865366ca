"""The life of the keys: making the vault, giving and taking access, the next epoch, recovery.

Whatever needs the root takes it as an argument: it comes from a passphrase or the recovery sheet,
for the length of one request. Every change is one transaction that locks the vault's row first, so
that two changes at the same moment come one after the other and each sees what the other did.
"""

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from clinic_site.remembered.version import content_changed

from . import crypto, keyring, manifests, permissions
from .crypto import SUITE_HYBRID, CannotOpen
from .models import Epoch, Grant, Reviewer, Vault
from .passphrases import check_strength, recovery_key, recovery_seed
from .sealing import opens


class VaultExists(Exception):
    """There is a vault already; a second one would make the first one's requests unreadable."""


class LastReviewer(Exception):
    """Nobody else could open the vault: the last person with access stays."""


class ChangedMeanwhile(Exception):
    """The reviewer is not there any more, has access by now, or chose another passphrase."""


@transaction.atomic
def create_vault(*, user: Any, passphrase: str, seed: bytes = b"", is_trial: bool = False) -> str:
    """Make the vault with its first reviewer and first epoch; returns the recovery key, shown once.

    `seed` is that of a recovery sheet printed beforehand. Raises VaultExists. Neither the root, a
    seed nor the recovery key is kept anywhere.
    """
    root, seed = os.urandom(crypto.SEED_BYTES), seed or os.urandom(crypto.SEED_BYTES)
    try:
        with transaction.atomic():
            vault = Vault.objects.create(verify_key=crypto.verify_key(root), is_trial=is_trial)
    except IntegrityError as error:  # the database holds one at the most
        raise VaultExists from error
    _grant(root, _recovery_reviewer(vault, seed), by=user)
    _grant(root, add_reviewer(vault, user, passphrase), by=user)
    _new_epoch(root, vault, None)
    return recovery_key(seed)


def locked_vault() -> Vault:
    """The vault, its row locked until the transaction ends. Raises Vault.DoesNotExist."""
    return Vault.objects.select_for_update().get()


def new_recovery_seed() -> bytes:
    """The seed of a recovery sheet that is printed before the vault is made."""
    return os.urandom(crypto.SEED_BYTES)


# Reviewers -------------------------------------------------------------------------------------


@transaction.atomic
def add_reviewer(vault: Vault, user: Any, passphrase: str) -> Reviewer:
    """A reviewer with a new key pair behind the passphrase, who opens nothing until granted.

    Takes the place of the user's former one: with the passphrase lost, that key is of no use.
    Raises WeakPassphrase.
    """
    check_strength(passphrase)
    locked_vault()
    Reviewer.objects.filter(vault=vault, user=user).delete()
    seed = os.urandom(crypto.SEED_BYTES)
    public_key = crypto.public_key_bytes(SUITE_HYBRID, seed)
    wrap = keyring.wrap_seed(seed, passphrase, user, public_key)
    return Reviewer.objects.create(vault=vault, user=user, public_key=public_key, wrap=wrap)


@transaction.atomic
def grant_access(root: bytes, reviewer: Reviewer, *, by: Any) -> Grant:
    """Let a reviewer open the vault, and name him in the manifest.

    Raises CannotOpen for another vault's root, and ChangedMeanwhile unless he still waits with the
    key that he has here.
    """
    manifests.check_root(root, locked_vault())
    waiting = Reviewer.objects.filter(grant__isnull=True, public_key=bytes(reviewer.public_key))
    if not waiting.filter(pk=reviewer.pk).exists():
        raise ChangedMeanwhile
    grant = _grant(root, reviewer, by=by)
    _sign_again(root, reviewer)
    return grant


@transaction.atomic
def remove_reviewer(root: bytes, reviewer: Reviewer) -> None:
    """Take the access away, lock the reviewer's sessions and start the next epoch at once.

    Raises LastReviewer when nobody else would be left who opens the vault with a passphrase and whose
    account still may, ChangedMeanwhile when he is not there any more. The recovery sheet is not
    removed but replaced: `new_recovery_sheet`.
    """
    vault = locked_vault()
    manifests.check_root(root, vault)
    if not permissions.people_with_access().exclude(pk=reviewer.pk).exists():
        raise LastReviewer
    deleted, _tables = Reviewer.objects.filter(pk=reviewer.pk, user__isnull=False).delete()
    if not deleted:
        raise ChangedMeanwhile
    start_epoch(root, vault)


def change_passphrase(
    user: Any, old: str, new: str, *, and_then: Callable[[], object] = lambda: None
) -> None:
    """Put the reviewer's own seed under a new passphrase, and do what belongs to it: both or neither.

    The old one is looked at outside the transaction: undoing it would undo the count of tries too.

    Raises CannotOpen for a wrong old one and WeakPassphrase for the new one.
    """
    check_strength(new)
    reviewer = Reviewer.objects.select_related("user").filter(user=user).first()
    if reviewer is None:
        raise CannotOpen
    read = bytes(reviewer.wrap or b"")
    seed = keyring.unwrap_seed(reviewer, old)
    wrap = keyring.wrap_seed(seed, new, user, bytes(reviewer.public_key))
    with transaction.atomic():
        # Only where nobody changed it meanwhile.
        is_changed = Reviewer.objects.filter(pk=reviewer.pk, wrap=read).update(wrap=wrap)
        if is_changed:
            and_then()
    if not is_changed:
        raise CannotOpen


# The recovery sheet ----------------------------------------------------------------------------


def root_by_recovery(typed: str) -> bytes:
    """The root, with the recovery key as typed from the sheet. Raises CannotOpen."""
    seed = recovery_seed(typed)
    public_key = crypto.public_key_bytes(SUITE_HYBRID, seed)
    for reviewer in Reviewer.objects.filter(user__isnull=True, grant__isnull=False):
        if bytes(reviewer.public_key) == public_key:
            return keyring.root_for(reviewer.grant, seed)
    raise CannotOpen


@transaction.atomic
def recover(typed: str, *, user: Any, passphrase: str) -> Reviewer:
    """With the recovery sheet, make the user a reviewer with a new passphrase. Raises CannotOpen."""
    vault = locked_vault()
    root = root_by_recovery(typed)
    reviewer = add_reviewer(vault, user, passphrase)
    grant_access(root, reviewer, by=user)
    return reviewer


@transaction.atomic
def new_recovery_sheet(root: bytes, *, by: Any, seed: bytes = b"") -> str:
    """A new recovery key; the old one opens nothing from now on. Starts the next epoch.

    `seed` is that of a sheet printed beforehand.
    """
    vault = locked_vault()
    manifests.check_root(root, vault)
    vault.reviewers.filter(user__isnull=True).delete()
    seed = seed or new_recovery_seed()
    sheet = _recovery_reviewer(vault, seed)
    _grant(root, sheet, by=by)
    start_epoch(root, vault, added=sheet)
    return recovery_key(seed)


def _recovery_reviewer(vault: Vault, seed: bytes) -> Reviewer:
    public_key = crypto.public_key_bytes(SUITE_HYBRID, seed)
    return Reviewer.objects.create(vault=vault, public_key=public_key)


def _grant(root: bytes, reviewer: Reviewer, *, by: Any) -> Grant:
    """The root sealed to a reviewer's key."""
    sealed = crypto.seal_grant(
        root,
        vault=reviewer.vault_id.bytes,
        reviewer=reviewer.id.bytes,
        public_key=bytes(reviewer.public_key),
    )
    return Grant.objects.create(reviewer=reviewer, sealed_root=sealed, granted_by=by)


# Epochs ----------------------------------------------------------------------------------------


@transaction.atomic
def start_epoch(root: bytes, vault: Vault, *, added: Reviewer | None = None) -> Epoch:
    """Make the next epoch and seal to it from now on; its manifest follows the one before.

    Raises CannotOpen when the one before was not signed by this root.
    """
    locked_vault()
    manifests.check_root(root, vault)
    previous = _signed_epoch(vault)
    manifests.check_reviewers(previous, added=added)
    return _new_epoch(root, vault, previous)


@transaction.atomic
def start_anew(root: bytes) -> Epoch:
    """The next epoch where the current manifest was damaged: its manifest follows none, and names
    whoever has a grant now. Somebody should have looked at who that is.

    Nothing that a thief wrote gets any use by it: the key is new, and only the root makes a grant
    that opens. Raises CannotOpen for another vault's root.
    """
    vault = locked_vault()
    manifests.check_root(root, vault)
    return _new_epoch(root, vault, None)


def _new_epoch(root: bytes, vault: Vault, previous: Epoch | None) -> Epoch:
    last = Epoch.objects.filter(vault=vault).first()
    number = last.number + 1 if last else 1
    seed = os.urandom(crypto.SEED_BYTES)
    public_key = crypto.public_key_bytes(SUITE_HYBRID, seed)
    kid = crypto.key_id(public_key)
    epoch = Epoch(
        vault=vault,
        number=number,
        suite=SUITE_HYBRID,
        public_key=public_key,
        key_id=kid,
        wrapped_seed=crypto.wrap_epoch_seed(
            seed, root, vault=vault.id.bytes, number=number, kid=kid
        ),
        created_at=timezone.now(),
    )
    manifests.write(root, epoch, previous=bytes(previous.manifest) if previous else None)
    epoch.save(force_insert=True)
    content_changed()  # where a restored table has lost its trigger too
    return epoch


def roll_if_due(root: bytes, vault: Vault) -> Epoch | None:
    """Start the next epoch when the current one is VAULT_EPOCH_DAYS old, or when its key is ruined:
    nobody could read what would be sealed to it. None when there is no need."""
    if not _is_due(root, vault):
        return None
    with transaction.atomic():
        locked_vault()
        # Another unlock at the same moment may have done it.
        return start_epoch(root, vault) if _is_due(root, vault) else None


def _is_due(root: bytes, vault: Vault) -> bool:
    current = Epoch.objects.filter(vault=vault).first()
    oldest = timezone.now() - timedelta(days=settings.VAULT_EPOCH_DAYS)
    return current is None or current.created_at <= oldest or not opens(root, current)


def _sign_again(root: bytes, added: Reviewer) -> None:
    """Name the added reviewer in the current epoch's manifest, and sign nothing else anew.

    Raises CannotOpen where key or reviewers are not those that were signed before.
    """
    epoch = _signed_epoch(added.vault)
    manifests.check_epoch(epoch)
    manifests.check_reviewers(epoch, added=added)
    manifests.write(root, epoch, previous=bytes(epoch.manifest))
    epoch.save(update_fields=["manifest", "signature"])


def _signed_epoch(vault: Vault) -> Epoch:
    """The current epoch, once its signature holds: nothing is built on what a thief wrote.

    Raises CannotOpen where it does not, or where somebody deleted the epochs.
    """
    epoch = Epoch.objects.filter(vault=vault).first()
    if epoch is None:
        raise CannotOpen
    crypto.check_manifest(bytes(vault.verify_key), bytes(epoch.manifest), bytes(epoch.signature))
    return epoch
