"""The vault's part of /readyz."""

from django.db import Error as DatabaseError

from .manifests import VaultUnavailable, current_key


def vault_can_seal() -> bool:
    """True when a request could be sealed now."""
    try:
        current_key()
    except (VaultUnavailable, DatabaseError):
        return False
    return True
