"""How often a passphrase may be tried: five wrong ones in fifteen minutes, wherever they were typed.

Counted in the shared cache, so that every worker and every node counts the same. A try takes one of
five places before the passphrase is looked at, and `add` gives a place to one taker only: twenty
tries at the same moment are five tries. A place lasts fifteen minutes and carries the number of its
quarter of an hour in its name, because a database cache gives an expired name to several takers.
"""

from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.utils import timezone

from .crypto import CannotOpen


class TooManyTries(CannotOpen):
    """The user has to wait; the passphrase was not looked at."""


def _places(user: Any, window: int) -> list[str]:
    return [f"vault-try-{user.pk}-{window}-{number}" for number in range(settings.VAULT_TRIES)]


def _window() -> int:
    return int(timezone.now().timestamp()) // int(settings.VAULT_TRIES_SECONDS)


def take_try(user: Any) -> None:
    """Use up one try. Raises TooManyTries when none is left."""
    cache, window = caches["shared"], _window()
    still_counted = len(cache.get_many(_places(user, window - 1)))
    for place in _places(user, window)[: settings.VAULT_TRIES - still_counted]:
        if cache.add(place, 1, timeout=settings.VAULT_TRIES_SECONDS):
            return
    raise TooManyTries


def forget_tries(user: Any) -> None:
    """Start counting anew, after the right passphrase."""
    window = _window()
    caches["shared"].delete_many([*_places(user, window - 1), *_places(user, window)])
