"""The vault's part of /readyz."""

from django.db import Error as DatabaseError

from .sealing import VaultUnavailable, current_epoch


def vault_can_seal() -> bool:
    """True when a request could be sealed now."""
    try:
        current_epoch()
    except (VaultUnavailable, DatabaseError):
        return False
    return True
