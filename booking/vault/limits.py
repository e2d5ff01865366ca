"""How often a passphrase may be tried: five wrong ones in fifteen minutes, wherever they were typed.

Counted in the shared cache, so that every worker and every node counts the same. A try takes one of
five places before the passphrase is looked at, and `add` gives a place to one taker only: twenty
tries at the same moment are five tries.
"""

from typing import Any

from django.conf import settings
from django.core.cache import caches

from .crypto import CannotOpen


class TooManyTries(CannotOpen):
    """The user has to wait; the passphrase was not looked at."""


def _places(user: Any) -> list[str]:
    return [f"vault-try-{user.pk}-{number}" for number in range(settings.VAULT_TRIES)]


def take_try(user: Any) -> None:
    """Use up one try. Raises TooManyTries when none is left."""
    cache = caches["shared"]
    for place in _places(user):
        if cache.add(place, 1, timeout=settings.VAULT_TRIES_SECONDS):
            return
    raise TooManyTries


def forget_tries(user: Any) -> None:
    """Start counting anew, after the right passphrase."""
    caches["shared"].delete_many(_places(user))
