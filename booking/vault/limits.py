"""How often a secret may be tried: five wrong ones in fifteen minutes, wherever they were typed.

Passphrase and recovery key count together, the sign-in password apart: who knows one of them must not
get more tries at the other.

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


PASSPHRASE, PASSWORD = "passphrase", "password"


def _places(user: Any, secret: str, window: int) -> list[str]:
    tries = range(settings.VAULT_TRIES)
    return [f"vault-try-{secret}-{user.pk}-{window}-{number}" for number in tries]


def _window() -> int:
    return int(timezone.now().timestamp()) // int(settings.VAULT_TRIES_SECONDS)


def take_try(user: Any, secret: str = PASSPHRASE) -> None:
    """Use up one try. Raises TooManyTries when none is left."""
    cache, window = caches["shared"], _window()
    still_counted = len(cache.get_many(_places(user, secret, window - 1)))
    for place in _places(user, secret, window)[: settings.VAULT_TRIES - still_counted]:
        if cache.add(place, 1, timeout=settings.VAULT_TRIES_SECONDS):
            return
    raise TooManyTries


def forget_tries(user: Any, secret: str = PASSPHRASE) -> None:
    """Start counting anew, after the right one."""
    window = _window()
    places = [*_places(user, secret, window - 1), *_places(user, secret, window)]
    caches["shared"].delete_many(places)


def check_password(user: Any, password: str) -> None:
    """Raises CannotOpen unless it is the user's sign-in password, TooManyTries without looking."""
    take_try(user, PASSWORD)
    if not user.check_password(password):
        raise CannotOpen
    forget_tries(user, PASSWORD)
