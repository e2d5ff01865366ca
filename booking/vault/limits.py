"""How often a secret of the vault may be tried: five wrong ones in fifteen minutes.

Passphrase and recovery key count together, the sign-in password apart: who knows one of them must not
get more tries at the other.
"""

from typing import Any

from django.conf import settings

from clinic_site.tries import NoTryLeft, Tries

from .crypto import CannotOpen


class TooManyTries(CannotOpen):
    """The user has to wait; the passphrase was not looked at."""


PASSPHRASE, PASSWORD = "passphrase", "password"


def _tries(user: Any, secret: str) -> Tries:
    name = f"vault-try-{secret}-{user.pk}"
    return Tries(name, settings.VAULT_TRIES, int(settings.VAULT_TRIES_SECONDS))


def take_try(user: Any, secret: str = PASSPHRASE) -> None:
    """Use up one try. Raises TooManyTries when none is left."""
    try:
        _tries(user, secret).take()
    except NoTryLeft as error:
        raise TooManyTries from error


def forget_tries(user: Any, secret: str = PASSPHRASE) -> None:
    """Start counting anew, after the right one."""
    _tries(user, secret).forget()


def check_password(user: Any, password: str) -> None:
    """Raises CannotOpen unless it is the user's sign-in password, TooManyTries without looking."""
    take_try(user, PASSWORD)
    if not user.check_password(password):
        raise CannotOpen
    forget_tries(user, PASSWORD)
