"""The canary's way out: a reviewer's session that lasts as long as the check."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.urls import reverse

from .. import permissions
from ..admin import SubmissionURLHelper
from ..models import Submission
from ..vault.models import VaultSession
from ..vault.permissions import can_unlock
from .browser import Browser
from .canary import Canary, CannotRun
from .database import session_store


class Reader:
    """A reviewer who has unlocked the vault."""

    def __init__(self, browser: Browser, user: Any) -> None:
        self._browser, self._user = browser, user

    def unlock(self, passphrase: str) -> None:
        path = reverse("vault:unlock")
        token = self._browser.get(path).hidden_value("csrfmiddlewaretoken")
        data = {"passphrase": passphrase, "csrfmiddlewaretoken": token}
        answer = self._browser.post(path, data).status
        if settings.VAULT_COOKIE_NAME not in self._browser.cookies:
            raise CannotRun(
                f"The vault did not open for {self._user.get_username()} (answer {answer}). "
                "Check the passphrase; after five wrong ones it takes none for a quarter of an hour."
            )

    def read(self, row: Submission, canary: Canary) -> None:
        """Open the request's page and see that every answer came back as it was sent."""
        path = SubmissionURLHelper(Submission).get_action_url("inspect", row.pk)
        text = self._browser.get(path).readable
        missing = [name for name, secret in canary.secrets.items() if secret not in text]
        if missing:
            raise CannotRun(
                "The request was stored but did not come back: its page does not show "
                f"{', '.join(missing)}."
            )


@contextmanager
def reviewer_session(site: str, username: str, passphrase: str) -> Iterator[Reader]:
    """A signed-in session of that user with the vault unlocked; nothing of it is left at the end.

    The sign-in itself is made in the database: neither a password nor a second factor is needed
    by somebody who can write there, and without the passphrase it reads nothing.
    """
    user = _reviewer(username)
    store = session_store()()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    browser = Browser(site)
    browser.cookies[settings.SESSION_COOKIE_NAME] = store.session_key
    reader = Reader(browser, user)
    try:
        reader.unlock(passphrase)
        yield reader
    finally:
        digest = hashlib.sha256(store.session_key.encode()).digest()
        VaultSession.objects.filter(session_digest=digest).delete()
        store.delete()


def _reviewer(username: str) -> Any:
    model = get_user_model()
    user = model.objects.filter(**{model.USERNAME_FIELD: username}).first()
    if user is None or not permissions.can_list(user) or not can_unlock(user):
        raise CannotRun(f"“{username}” is not a user who may see requests and unlock the vault.")
    return user
