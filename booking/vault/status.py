"""What the vault is doing, in numbers: for `vault_status` and the system checks. Never contents."""

import hmac
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from . import manifests
from .holders import raw_bytes, rows_by_key
from .manifests import VaultUnavailable, current_key
from .models import Epoch, Reviewer, Vault

PIN_RIGHT, PIN_WRONG, PIN_MISSING = "right", "wrong", "not set"


@dataclass(frozen=True)
class EpochState:
    """One epoch and how many rows of each table were sealed to it."""

    number: int
    key_id: str
    created: datetime
    age_days: int
    is_shredded: bool
    rows: dict[str, int]


@dataclass(frozen=True)
class ReviewerState:
    """One person, or the recovery sheet (no user). Since: of the access, or of waiting for it."""

    user: str | None
    since: datetime
    age_days: int
    is_active: bool
    has_access: bool


@dataclass(frozen=True)
class VaultState:
    """Everything at one moment. Epochs and reviewers oldest first."""

    created: datetime
    is_trial: bool
    fingerprint: str
    epochs: list[EpochState]
    unknown_keys: dict[str, dict[str, int]]  # key id, then table
    reviewers: list[ReviewerState]
    pin: str
    manifest_verifies: bool

    @property
    def unreadable_rows(self) -> int:
        """Rows of shredded epochs and of keys that nobody knows: they open no more."""
        shredded = [epoch.rows for epoch in self.epochs if epoch.is_shredded]
        return sum(sum(rows.values()) for rows in [*shredded, *self.unknown_keys.values()])


def vault_state() -> VaultState | None:
    """The state of the vault; None before it is made."""
    vault = Vault.objects.first()
    if vault is None:
        return None
    counted = rows_by_key()
    epochs = [_epoch_state(epoch, counted) for epoch in Epoch.objects.order_by("number")]
    known = {epoch.key_id for epoch in epochs}
    found = {kid for counts in counted.values() for kid in counts}
    return VaultState(
        created=vault.created_at,
        is_trial=vault.is_trial,
        fingerprint=manifests.fingerprint(raw_bytes(vault.verify_key)),
        epochs=epochs,
        unknown_keys={
            kid.hex(): _rows(kid, counted) for kid in sorted(found) if kid.hex() not in known
        },
        reviewers=[
            _reviewer_state(each)
            for each in Reviewer.objects.select_related("user", "grant").order_by(
                "created_at", F("user_id").asc(nulls_first=True)
            )
        ],
        pin=pin_state(vault),
        manifest_verifies=manifest_verifies(),
    )


def pin_state(vault: Vault) -> str:
    """Whether VAULT_PIN names this vault: PIN_RIGHT, PIN_WRONG or PIN_MISSING."""
    if not settings.VAULT_PIN:
        return PIN_MISSING
    pin = settings.VAULT_PIN.strip().lower()
    own = manifests.fingerprint(raw_bytes(vault.verify_key))
    return PIN_RIGHT if hmac.compare_digest(pin.encode(), own.encode()) else PIN_WRONG


def manifest_verifies() -> bool:
    """Whether the current manifest, its key and its reviewers hold, so that sealing goes on."""
    try:
        current_key()
    except VaultUnavailable:
        return False
    return True


def age_in_days(moment: datetime) -> int:
    return (timezone.now() - moment).days


def _epoch_state(epoch: Epoch, counted: dict[str, Counter[bytes]]) -> EpochState:
    return EpochState(
        number=epoch.number,
        key_id=raw_bytes(epoch.key_id).hex(),
        created=epoch.created_at,
        age_days=age_in_days(epoch.created_at),
        is_shredded=epoch.wrapped_seed is None,
        rows=_rows(raw_bytes(epoch.key_id), counted),
    )


def _rows(kid: bytes, counted: dict[str, Counter[bytes]]) -> dict[str, int]:
    return {label: counts[kid] for label, counts in counted.items()}


def _reviewer_state(reviewer: Reviewer) -> ReviewerState:
    since = reviewer.grant.created_at if hasattr(reviewer, "grant") else reviewer.created_at
    return ReviewerState(
        user=reviewer.user.get_username() if reviewer.user else None,
        since=since,
        age_days=age_in_days(since),
        is_active=reviewer.user is None or reviewer.user.is_active,
        has_access=hasattr(reviewer, "grant"),
    )
