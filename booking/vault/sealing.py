"""The web tier's side of the vault: it can close, and it holds nothing that opens."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from . import crypto
from .crypto import Binding, CannotOpen
from .manifests import SealingKey, VaultTampered, unchanged_key
from .models import Epoch

# The answers of a request have a fifth as many; and no interpreter takes so few for too deep.
MANY_BRACKETS = 200


@dataclass(frozen=True)
class Sealed:
    """A sealed blob and the id of the key that opens it."""

    blob: bytes
    key_id: bytes


def seal(
    plaintext: Mapping[str, Any], *, purpose: str, row: UUID, owner: UUID, schema: int
) -> Sealed:
    """Seal a JSON value to the current epoch, bound to purpose, row, owner and schema version.

    Raises VaultUnavailable when there is no key that may be sealed to, and VaultTampered when the
    key is not the one that the vault's root signed. The value cannot be read back here.
    """
    key = unchanged_key()
    payload = json.dumps(plaintext, ensure_ascii=False, separators=(",", ":")).encode()
    binding = Binding(purpose, row.bytes, owner.bytes, schema)
    try:
        blob = crypto.seal_blob(key.suite, key.public_key, payload, binding)
    except CannotOpen as error:
        raise VaultTampered("The vault's key is no key.") from error
    return Sealed(blob, key.key_id)


class OpenKeys:
    """The vault opened with its root: reads sealed blobs of every epoch that was not shredded."""

    def __init__(self, root: bytes) -> None:
        self._root = root
        self._keys: dict[bytes, crypto.PrivateKey] | None = None

    def open(self, blob: bytes, **bound_to: Any) -> dict[str, Any]:
        """The JSON value of a sealed blob. Raises CannotOpen; costs one query for all blobs."""
        return value_of(self.payload(blob, **bound_to))

    def payload(self, blob: bytes, *, purpose: str, row: UUID, owner: UUID, schema: int) -> bytes:
        """The same as it was sealed, before anything of it is looked at. Raises CannotOpen."""
        return self._payload(blob, Binding(purpose, row.bytes, owner.bytes, schema))

    def reseal(self, blob: bytes, key: SealingKey, binding: Binding) -> Sealed:
        """The same payload, byte for byte, in a blob sealed to `key` with the same binding.

        `key` comes from `manifests.current_key()`, asked once for many blobs. Raises CannotOpen for
        a damaged blob, and when the new one does not open to the same bytes again.
        """
        payload = self._payload(blob, binding)
        moved = crypto.seal_blob(key.suite, key.public_key, payload, binding)
        if self._payload(moved, binding) != payload:  # pragma: no cover  (broken library)
            raise CannotOpen
        return Sealed(moved, key.key_id)

    def _payload(self, blob: bytes, binding: Binding) -> bytes:
        _, kid = crypto.blob_key(blob)
        if self._keys is None:
            self._keys = self._epoch_keys()
        if kid not in self._keys:
            raise CannotOpen
        return crypto.open_blob(blob, self._keys[kid], binding)

    def _epoch_keys(self) -> dict[bytes, crypto.PrivateKey]:
        keys = {}
        for epoch in Epoch.objects.filter(wrapped_seed__isnull=False):
            # A ruined one leaves its requests damaged; the others open.
            with suppress(CannotOpen):
                keys[bytes(epoch.key_id)] = crypto.private_key(
                    epoch.suite, _epoch_seed(self._root, epoch)
                )
        return keys


def value_of(payload: bytes) -> dict[str, Any]:
    """The JSON value that was sealed. Raises CannotOpen for anything else."""
    try:
        text = payload.decode()
        value = json.loads(text)
        if _looks_forged(text):
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise CannotOpen from error
    if not isinstance(value, dict):
        raise CannotOpen
    return value


def _looks_forged(text: str) -> bool:
    """Whether JSON may hold what breaks whoever uses it, and has to be written again to know.

    Anybody with the public key can seal. Half a surrogate pair, which would break every page that shows
    it, can only stand there as an escape; brackets a thousand deep, which end in RecursionError, are many.
    """
    return "\\u" in text or text.count("[") + text.count("{") > MANY_BRACKETS


def opens(root: bytes, epoch: Epoch) -> bool:
    """Whether the root opens what is sealed to the epoch. Never after it was shredded."""
    try:
        _epoch_seed(root, epoch)
    except CannotOpen:
        return False
    return True


def ruined_epochs(root: bytes) -> list[int]:
    """Numbers of the epochs whose key should be there and is not: their requests do not open."""
    kept = Epoch.objects.filter(wrapped_seed__isnull=False).order_by("number")
    return [epoch.number for epoch in kept if not opens(root, epoch)]


def _epoch_seed(root: bytes, epoch: Epoch) -> bytes:
    """The seed of the epoch's key pair. Raises CannotOpen where the row was changed."""
    try:
        kid = bytes(epoch.key_id)
        seed = crypto.unwrap_epoch_seed(
            bytes(epoch.wrapped_seed or b""),
            root,
            vault=epoch.vault_id.bytes,
            number=epoch.number,
            kid=kid,
        )
    except TypeError as error:  # SQLite lets a blob column hold text
        raise CannotOpen from error
    # Another suite makes another pair of the same seed.
    if crypto.key_id(crypto.public_key_bytes(epoch.suite, seed)) != kid:
        raise CannotOpen
    return seed
