"""The keys as settings and rows give them: bytes from the database, costs and peppers from settings."""

import threading
from typing import Any

from django.conf import settings

from . import crypto
from .crypto import Argon2Cost, CannotOpen
from .limits import forget_tries, take_try
from .manifests import check_root
from .models import Grant, Reviewer, Vault
from .passphrases import normalise

CURRENT_PEPPER = 1

# Argon2id takes 64 MiB; unlocks run one at a time in a process, so that many tries at once do not
# take many times that.
_one_passphrase_at_a_time = threading.Lock()


def user_bytes(user: Any) -> bytes:
    """How a user is named where a key is bound to one."""
    return str(user.pk).encode()


def wrap_seed(seed: bytes, passphrase: str, user: Any, public_key: bytes) -> bytes:
    """A reviewer's seed under the passphrase, at today's cost and pepper."""
    with _one_passphrase_at_a_time:
        return crypto.wrap_reviewer_seed(
            seed,
            normalise(passphrase),
            cost=Argon2Cost(**settings.VAULT_ARGON2),
            pepper=settings.VAULT_PEPPER.encode(),
            pepper_id=CURRENT_PEPPER,
            user=user_bytes(user),
            public_key=public_key,
        )


def unwrap_seed(reviewer: Reviewer, passphrase: str) -> bytes:
    """The seed of a reviewer who is a person.

    Raises CannotOpen for a wrong passphrase, and TooManyTries without looking at it after five of
    them.
    """
    take_try(reviewer.user)
    with _one_passphrase_at_a_time:
        seed = crypto.unwrap_reviewer_seed(
            bytes(reviewer.wrap or b""),
            normalise(passphrase),
            peppers={CURRENT_PEPPER: settings.VAULT_PEPPER.encode()},
            user=user_bytes(reviewer.user),
            public_key=bytes(reviewer.public_key),
        )
    forget_tries(reviewer.user)
    return seed


def root_for(grant: Grant, seed: bytes) -> bytes:
    """The vault root that a grant gives to its reviewer. Raises CannotOpen.

    A root that does not belong to the vault's verify key is refused: somebody swapped the grant.
    """
    reviewer = grant.reviewer
    vault: Vault = reviewer.vault
    root = crypto.open_grant(
        bytes(grant.sealed_root), seed, vault=vault.id.bytes, reviewer=reviewer.id.bytes
    )
    check_root(root, vault)
    return root


def grant_of(user: Any) -> Grant | None:
    """The user's access to the vault, or None."""
    return (
        Grant.objects.select_related("reviewer__vault", "reviewer__user")
        .filter(reviewer__user=user)
        .first()
    )


def root_by_passphrase(user: Any, passphrase: str) -> tuple[Grant, bytes]:
    """The user's grant and the vault root. Raises CannotOpen without access or passphrase."""
    grant = grant_of(user)
    if grant is None:
        raise CannotOpen
    return grant, root_for(grant, unwrap_seed(grant.reviewer, passphrase))
