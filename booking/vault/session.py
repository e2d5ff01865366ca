"""Unlocking: the vault root between requests, split between one row and the reviewer's cookie.

The row holds the root under a key that only the cookie has; the server's memory holds the root for
the length of one request. Either half alone opens nothing.
"""

import base64
import hashlib
import logging
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from . import crypto, keyring, lifecycle
from .crypto import CannotOpen
from .models import Vault, VaultSession
from .permissions import can_see_vault
from .sealing import OpenKeys, ruined_epochs, value_of

logger = logging.getLogger(__name__)

# The time of last use is written at most this often; the idle limit may come this much early.
USE_STEP = timedelta(seconds=30)


class VaultLocked(Exception):
    """Nobody has unlocked the vault in this session."""


def session_digest(request: HttpRequest) -> bytes:
    """SHA-256 of the sign-in session's key; of the empty string without one."""
    return hashlib.sha256((request.session.session_key or "").encode()).digest()


class VaultRequest(HttpRequest):
    """A request as views get it, with the door to the vault that the middleware puts on it."""

    vault: "RequestVault"


@dataclass(frozen=True)
class Left:
    """How long an unlocked vault stays so, in whole seconds: without further use, and at the latest."""

    idle: int
    absolute: int

    @property
    def seconds(self) -> int:
        """Until it locks where nothing is done."""
        return min(self.idle, self.absolute)


class RequestVault:
    """`request.vault`: opens sealed blobs while the vault is unlocked in this session.

    Asks the database only when first used, and that is a use. `was_opened` tells the middleware that the
    response shows answers and must not be stored by anybody. `left` is None for a request that did not ask
    or found the vault locked; with it a page knows when it has to go blank (pages/screen.py).
    """

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._joined = False
        self._keys: OpenKeys | None = None
        self._token = b""
        self.was_opened = False
        self.was_locked = False
        self.left: Left | None = None
        self.ruined_epochs: list[int] = []  # as found by unlocking in this request

    @property
    def is_unlocked(self) -> bool:
        return self._open_keys() is not None

    def open(self, blob: bytes, **binding: Any) -> dict[str, Any]:
        """The JSON value of a sealed blob. Raises VaultLocked, or CannotOpen for a damaged one."""
        return value_of(self.payload(blob, **binding))

    def payload(self, blob: bytes, **binding: Any) -> bytes:
        """The same as it was sealed, before anything of it is looked at. Raises the same."""
        keys = self._open_keys()
        if keys is None:
            raise VaultLocked
        self.was_opened = True
        return keys.payload(blob, **binding)

    def keep(self, payload: bytes, *, purpose: str) -> bytes:
        """The payload sealed to this unlocking: without the cookie that was given out by it nobody opens it.

        Raises VaultLocked.
        """
        return crypto.seal_draft(payload, self._session_key(), purpose=purpose, user=self._user)

    def kept(self, sealed: bytes, *, purpose: str) -> bytes:
        """What `keep` sealed. Raises VaultLocked, and CannotOpen for that of another unlocking."""
        return crypto.open_draft(sealed, self._session_key(), purpose=purpose, user=self._user)

    def _session_key(self) -> bytes:
        if self._open_keys() is None:
            raise VaultLocked
        self.was_opened = True
        return crypto.derive(self._token, "kept")

    @property
    def _user(self) -> bytes:
        return keyring.user_bytes(self._request.user)

    def use(self, keys: OpenKeys | None, token: bytes = b"") -> None:
        """Take these keys, and the token of their session, for the rest of the request; None locks."""
        self._keys, self._token, self._joined, self.left = keys, token, True, None

    def _open_keys(self) -> OpenKeys | None:
        if not self._joined:
            joined = join(self._request)
            token = _token_of(self._request) if joined else b""
            self.use(OpenKeys(joined[0]) if joined else None, token)
            self.left = joined[1] if joined else None
        return self._keys


def unlock(request: VaultRequest, passphrase: str) -> str:
    """Open the vault for this session and return the cookie's token. Raises CannotOpen."""
    if request.session.session_key is None:
        raise CannotOpen
    grant, root = keyring.root_by_passphrase(request.user, passphrase)
    _look_after_epochs(request, root, grant.reviewer.vault)
    token, now = os.urandom(32), timezone.now()
    expires = now.replace(microsecond=0) + timedelta(seconds=settings.VAULT_ABSOLUTE_SECONDS)
    digest = session_digest(request)
    idle_since = now - timedelta(seconds=settings.VAULT_IDLE_SECONDS)
    VaultSession.objects.filter(Q(expires_at__lte=now) | Q(used_at__lte=idle_since)).delete()
    VaultSession.objects.update_or_create(
        session_digest=digest,
        defaults={
            "grant": grant,
            "user": request.user,  # type: ignore[misc]  # nobody anonymous has a grant
            "wrapped_root": crypto.wrap_session_root(
                root,
                token,
                session_digest=digest,
                user=keyring.user_bytes(request.user),
                expires=_seconds(expires),
            ),
            "expires_at": expires,
            "used_at": now,
        },
    )
    request.vault.use(OpenKeys(root), token)
    return base64.urlsafe_b64encode(token).decode("ascii")


def _look_after_epochs(request: VaultRequest, root: bytes, vault: Vault) -> None:
    """The next epoch, where it is due; reading goes on even where the manifest was changed.

    The moment at which a ruined epoch is noticed: nothing else can look into it."""
    ruined = ruined_epochs(root)
    request.vault.ruined_epochs = ruined
    if ruined:
        logger.error("The keys of these epochs were changed and open nothing: %s.", ruined)
    try:
        lifecycle.roll_if_due(root, vault)
    except CannotOpen:
        logger.error("No new epoch: the current manifest was not signed by the vault.")  # noqa: TRY400


def join(request: HttpRequest) -> tuple[bytes, Left] | None:
    """The root and how long it is there, when cookie and row fit together and neither limit has passed; else
    None."""
    if settings.VAULT_COOKIE_NAME not in request.COOKIES or not can_see_vault(request.user):
        return None
    row = VaultSession.objects.filter(
        session_digest=session_digest(request),
        user=request.user,  # type: ignore[misc]  # nobody anonymous may see the vault
    ).first()
    if row is None:
        return None
    now = timezone.now()
    idle_limit = row.used_at + timedelta(seconds=settings.VAULT_IDLE_SECONDS)
    if now >= min(row.expires_at, idle_limit):
        row.delete()
        return None
    try:
        root = crypto.unwrap_session_root(
            bytes(row.wrapped_root),
            _token_of(request),
            session_digest=bytes(row.session_digest),
            user=keyring.user_bytes(request.user),
            expires=_seconds(row.expires_at),
        )
    except (CannotOpen, ValueError):
        return None
    if now - row.used_at >= USE_STEP:
        VaultSession.objects.filter(pk=row.pk).update(used_at=now)
        idle_limit = now + timedelta(seconds=settings.VAULT_IDLE_SECONDS)
    return root, Left(_whole(idle_limit - now), _whole(row.expires_at - now))


def _token_of(request: HttpRequest) -> bytes:
    """The reviewer's half, from the cookie. Raises ValueError where it is none."""
    return base64.urlsafe_b64decode(request.COOKIES[settings.VAULT_COOKIE_NAME].encode())


def session_row(request: HttpRequest) -> VaultSession | None:
    """The other half of this session's unlocking, for what shall be gone with it."""
    return VaultSession.objects.filter(
        session_digest=session_digest(request),
        user=request.user,  # type: ignore[misc]  # asked of a session that is unlocked
    ).first()


def lock(request: VaultRequest) -> None:
    """Lock this session's vault; the middleware takes the cookie away with the response."""
    VaultSession.objects.filter(session_digest=session_digest(request)).delete()
    vault: RequestVault = request.vault
    vault.use(None)
    vault.was_locked = True


def set_cookie(response: HttpResponse, token: str) -> None:
    """Give the reviewer the other half. A session cookie: it ends with the browser."""
    response.set_cookie(
        settings.VAULT_COOKIE_NAME,
        token,
        httponly=True,
        secure=settings.VAULT_COOKIE_SECURE,
        samesite="Strict",
        path="/",
    )


def clear_cookie(response: HttpResponse) -> None:
    """Take the other half away, and whatever pages the browser kept."""
    set_cookie(response, "")
    response.cookies[settings.VAULT_COOKIE_NAME]["max-age"] = 0
    response["Clear-Site-Data"] = '"cache"'


def _whole(span: timedelta) -> int:
    return int(span.total_seconds())


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
