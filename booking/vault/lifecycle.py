"""Making the vault and giving access to it."""

import os
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from . import crypto, keyring
from .crypto import SUITE_HYBRID
from .models import Epoch, Grant, Reviewer, Vault
from .passphrases import recovery_key


class VaultExists(Exception):  # noqa: N818  (a state, not a fault)
    """There is a vault already; a second one would make the first one's requests unreadable."""


@transaction.atomic
def create_vault(*, user: Any, passphrase: str) -> str:
    """Make the vault with its first reviewer and first epoch; returns the recovery key, shown once.

    Raises VaultExists. Neither the root, a seed nor the recovery key is kept anywhere.
    """
    if Vault.objects.exists():
        raise VaultExists
    root, recovery_seed = os.urandom(crypto.SEED_BYTES), os.urandom(crypto.SEED_BYTES)
    try:
        with transaction.atomic():
            vault = Vault.objects.create(verify_key=crypto.verify_key(root))
    except IntegrityError as error:  # two set-ups at the same moment: the other one was first
        raise VaultExists from error
    recovery = Reviewer.objects.create(
        vault=vault, public_key=crypto.public_key_bytes(SUITE_HYBRID, recovery_seed)
    )
    grant_access(root, recovery, by=user)
    grant_access(root, add_reviewer(vault, user, passphrase), by=user)
    start_epoch(root, vault)
    return recovery_key(recovery_seed)


def add_reviewer(vault: Vault, user: Any, passphrase: str) -> Reviewer:
    """A reviewer with a key pair behind the passphrase, who cannot open anything until granted."""
    seed = os.urandom(crypto.SEED_BYTES)
    public_key = crypto.public_key_bytes(SUITE_HYBRID, seed)
    wrap = keyring.wrap_seed(seed, passphrase, user, public_key)
    return Reviewer.objects.create(vault=vault, user=user, public_key=public_key, wrap=wrap)


def grant_access(root: bytes, reviewer: Reviewer, *, by: Any) -> Grant:
    """Seal the root to a reviewer's key."""
    sealed = crypto.seal_grant(
        root,
        vault=reviewer.vault_id.bytes,
        reviewer=reviewer.id.bytes,
        public_key=bytes(reviewer.public_key),
    )
    return Grant.objects.create(reviewer=reviewer, sealed_root=sealed, granted_by=by)


def start_epoch(root: bytes, vault: Vault) -> Epoch:
    """Make the next epoch, with its manifest signed by the root."""
    previous = Epoch.objects.filter(vault=vault).first()
    number = previous.number + 1 if previous else 1
    seed = os.urandom(crypto.SEED_BYTES)
    public_key = crypto.public_key_bytes(SUITE_HYBRID, seed)
    kid = crypto.key_id(public_key)
    created = timezone.now()
    manifest = crypto.canonical_json(
        {
            "vault": str(vault.id),
            "epoch": number,
            "suite": SUITE_HYBRID,
            "public_key": public_key.hex(),
            "key_id": kid.hex(),
            "created": created.isoformat(),
            "reviewers": sorted(
                crypto.key_id(bytes(key)).hex()
                for key in vault.reviewers.filter(grant__isnull=False).values_list(
                    "public_key", flat=True
                )
            ),
            "previous": crypto.digest(bytes(previous.manifest)).hex() if previous else None,
        }
    )
    return Epoch.objects.create(
        vault=vault,
        number=number,
        suite=SUITE_HYBRID,
        public_key=public_key,
        key_id=kid,
        wrapped_seed=crypto.wrap_epoch_seed(
            seed, root, vault=vault.id.bytes, number=number, kid=kid
        ),
        manifest=manifest,
        signature=crypto.sign_manifest(root, manifest),
        created_at=created,
    )
