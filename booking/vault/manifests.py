"""Which key the web tier may seal to, and how it knows: the manifest that the vault's root signed.

Whoever can write to the database can change every column, but cannot sign. So a key is taken from
the signed manifest alone, the manifest's signature is checked, and VAULT_PIN, which lies outside the
database, says whose signature counts.
"""

import hmac
import json
from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings

from clinic_site.remembered.memory import recall, recall_unchanged

from . import crypto
from .crypto import CannotOpen
from .models import Epoch, Reviewer, Vault


class VaultUnavailable(Exception):
    """There is no key that may be sealed to: nothing can be taken."""


class VaultTampered(VaultUnavailable):
    """Key, manifest, signature, pin or reviewers do not fit together: somebody changed the database."""


@dataclass(frozen=True)
class SealingKey:
    """The key of the current epoch, as its signed manifest names it."""

    vault: str
    epoch: int
    suite: int
    public_key: bytes
    key_id: bytes
    created: datetime
    reviewers: frozenset[str]


def fingerprint(verify_key: bytes) -> str:
    """What VAULT_PIN holds: SHA-256 of the verify key, 64 hex digits."""
    return crypto.digest(verify_key).hex()


def check_epoch(epoch: Epoch) -> None:
    """Raises CannotOpen unless the epoch's columns are those that its manifest, rightly signed, names."""
    vault = epoch.vault
    _compare(
        epoch,
        _verified(
            bytes(vault.verify_key),
            bytes(epoch.manifest),
            bytes(epoch.signature),
            settings.VAULT_PIN,
        ),
    )


def check_reviewers(epoch: Epoch, *, added: Reviewer | None) -> None:
    """Raises CannotOpen where somebody has a grant whom the manifest does not name, but for the one
    who is being added: a reviewer who was slipped in is never signed."""
    named = set(json.loads(bytes(epoch.manifest))["reviewers"])
    if added is not None:
        named.add(crypto.key_id(bytes(added.public_key)).hex())
    _check_granted(named)


def write(root: bytes, epoch: Epoch, *, previous: bytes | None) -> None:
    """Put a manifest of the epoch's key and of today's reviewers on the epoch, signed by the root."""
    keys = Reviewer.objects.filter(vault=epoch.vault_id, grant__isnull=False)
    body = {
        "vault": str(epoch.vault_id),
        "epoch": epoch.number,
        "suite": epoch.suite,
        "public_key": bytes(epoch.public_key).hex(),
        "key_id": bytes(epoch.key_id).hex(),
        "created": epoch.created_at.isoformat(),
        "reviewers": sorted(
            crypto.key_id(bytes(key)).hex() for key in keys.values_list("public_key", flat=True)
        ),
        "previous": crypto.digest(previous).hex() if previous else None,
    }
    epoch.manifest = crypto.canonical_json(body)
    epoch.signature = crypto.sign_manifest(root, epoch.manifest)


def check_root(root: bytes, vault: Vault) -> None:
    """Raises CannotOpen unless the root is the one behind the vault's verify key."""
    if not hmac.compare_digest(crypto.verify_key(root), bytes(vault.verify_key)):
        raise CannotOpen


def current_key() -> SealingKey:
    """The key that may be sealed to now, checked; costs two queries and no signature check twice.

    Raises VaultUnavailable without a vault, VaultTampered when anything does not fit.
    """
    epoch = Epoch.objects.select_related("vault").first()
    if epoch is None:
        raise VaultUnavailable("There is no vault yet.")
    try:
        key = _verified(
            bytes(epoch.vault.verify_key),
            bytes(epoch.manifest),
            bytes(epoch.signature),
            settings.VAULT_PIN,
        )
        _compare(epoch, key)
        _check_granted(key.reviewers)
    except (CannotOpen, KeyError, TypeError, ValueError) as error:
        raise VaultTampered("The vault's key, manifest or reviewers were changed.") from error
    if epoch.wrapped_seed is None:
        raise VaultTampered("The current epoch was shredded.")
    return key


def recent_key() -> SealingKey:
    """`current_key()` as it was at most a second ago, where content is in hand."""
    return recall(("sealing key", settings.VAULT_PIN), current_key)


def unchanged_key() -> SealingKey:
    """`current_key()`; where content is in hand, one query when nothing in the vault has changed.

    Whoever changes the vault's tables behind the triggers that watch them changes nothing here: what is
    kept was checked.
    """
    return recall_unchanged(("sealing key", settings.VAULT_PIN), current_key)


@lru_cache(maxsize=16)
def _verified(verify_key: bytes, manifest: bytes, signature: bytes, pin: str) -> SealingKey:
    """What a manifest says once pin and signature hold. Cached: the same bytes say the same."""
    if pin and not hmac.compare_digest(fingerprint(verify_key), pin.strip().lower()):
        raise CannotOpen
    crypto.check_manifest(verify_key, manifest, signature)
    body: dict[str, Any] = json.loads(manifest)
    public_key = bytes.fromhex(body["public_key"])
    return SealingKey(
        vault=body["vault"],
        epoch=body["epoch"],
        suite=body["suite"],
        public_key=public_key,
        key_id=crypto.key_id(public_key),
        created=datetime.fromisoformat(body["created"]).replace(microsecond=0),
        reviewers=frozenset(body["reviewers"]),
    )


def _compare(epoch: Epoch, key: SealingKey) -> None:
    """The columns say what the manifest says; raises CannotOpen where they do not."""
    columns = (
        str(epoch.vault_id),
        epoch.number,
        epoch.suite,
        bytes(epoch.public_key),
        bytes(epoch.key_id),
        # Some backups keep milliseconds only.
        epoch.created_at.replace(microsecond=0),
    )
    if columns != (key.vault, key.epoch, key.suite, key.public_key, key.key_id, key.created):
        raise CannotOpen


def _check_granted(named: Set[str]) -> None:
    """Raises CannotOpen where somebody has a grant who is not named."""
    granted = Reviewer.objects.filter(grant__isnull=False).values_list("public_key", flat=True)
    if not {crypto.key_id(bytes(each)).hex() for each in granted} <= named:
        raise CannotOpen
