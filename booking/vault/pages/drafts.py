"""What set-up and a new recovery sheet carry from one page to the next, without keeping it.

Until the last step the vault's tables hold nothing. The passphrase, the recovery sheet's seed and
which two groups of it are asked for travel in the page, as one hidden field: AES-256-GCM under a
random key that lies only in the sign-in session. The page without the database opens nothing, and
neither does the database without the page. A draft is good for 30 minutes, for one purpose and one
user; finishing throws the key away, signing out too, and what is abandoned opens for nobody.
"""

import base64
import json
import os
import secrets
import time
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from django.http import HttpRequest

from .. import crypto, keyring, lifecycle, passphrases
from ..crypto import CannotOpen

SESSION_KEY = "vault-draft"
LIMIT_SECONDS = 30 * 60
GROUPS_ASKED = 2


class DraftLost(Exception):
    """The page is too old, was made by another session, or its work is done: start again."""


@dataclass(frozen=True)
class Draft:
    """What was chosen so far."""

    purpose: str
    proposed: str = field(default_factory=passphrases.propose, repr=False)
    seed: str = field(default_factory=lambda: lifecycle.new_recovery_seed().hex(), repr=False)
    groups: tuple[int, ...] = ()
    until: int = 0
    user: int = 0
    passphrase: str = field(default="", repr=False)

    @classmethod
    def start(cls, purpose: str) -> Self:
        """A new draft: a proposed passphrase, a recovery sheet, and two of its groups to ask for."""
        count = len(passphrases.recovery_key(bytes(crypto.SEED_BYTES)).split("-"))
        asked = sorted(secrets.SystemRandom().sample(range(1, count + 1), GROUPS_ASKED))
        return cls(purpose, groups=tuple(asked), until=int(time.time()) + LIMIT_SECONDS)

    def having(self, *, user: int, passphrase: str) -> Self:
        return replace(self, user=user, passphrase=passphrase)

    @property
    def seed_bytes(self) -> bytes:
        return bytes.fromhex(self.seed)

    @property
    def sheet_groups(self) -> list[str]:
        """The recovery key's groups, in their order on the sheet."""
        return passphrases.recovery_key(self.seed_bytes).split("-")


def seal(request: HttpRequest, draft: Draft) -> str:
    """The draft as the text of a hidden field; makes the session's key when there is none."""
    kept = request.session.get(SESSION_KEY)
    if kept is None or kept["until"] < time.time():
        kept = {"key": base64.b64encode(os.urandom(crypto.SEED_BYTES)).decode("ascii")}
    request.session[SESSION_KEY] = {**kept, "until": int(time.time()) + LIMIT_SECONDS}
    sealed = crypto.seal_draft(
        json.dumps(asdict(draft)).encode(),
        base64.b64decode(kept["key"]),
        purpose=draft.purpose,
        user=keyring.user_bytes(request.user),
    )
    return base64.b64encode(sealed).decode("ascii")


def read(request: HttpRequest, text: str, purpose: str) -> Draft:
    """The draft of a hidden field that `seal` made in this session. Raises DraftLost."""
    kept = request.session.get(SESSION_KEY)
    if kept is None:
        raise DraftLost
    try:
        payload = crypto.open_draft(
            base64.b64decode(text.encode(), validate=True),
            base64.b64decode(kept["key"]),
            purpose=purpose,
            user=keyring.user_bytes(request.user),
        )
    except (CannotOpen, ValueError) as error:
        raise DraftLost from error
    values: dict[str, Any] = json.loads(payload)
    draft = Draft(**{**values, "groups": tuple(values["groups"])})
    if draft.until < time.time():
        raise DraftLost
    return draft


def forget(request: HttpRequest) -> None:
    """Throw the key away: no page of this session opens again."""
    request.session.pop(SESSION_KEY, None)
