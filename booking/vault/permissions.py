"""Who may do what with the vault."""

from typing import Any

from . import keyring


def can_see_vault(user: Any) -> bool:
    """May look at the vault's page: whether it is set up, who has access. Opens nothing."""
    return bool(user.is_active and user.has_perm("vault.use_vault"))


def can_unlock(user: Any) -> bool:
    """Has been given access, and still may use the vault at all. The passphrase comes on top."""
    return can_see_vault(user) and keyring.grant_of(user) is not None
