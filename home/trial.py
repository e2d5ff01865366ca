"""The trial: five accounts, a vault that two of them open, and one file that says how to get in.

Everything is made once, together. The file holds passwords in the clear, which is why none of this
runs where real requests are kept.
"""

import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.crypto import get_random_string

from articles.choices import ClinicianKind
from articles.models import Clinician
from booking.choices import HowOften
from booking.models import RequestMails
from booking.vault import keyring, lifecycle, passphrases
from booking.vault.manifests import fingerprint
from booking.vault.models import Vault

# The group of each account; the administrator is a superuser and needs none.
ACCOUNTS = {
    "administrator": None,
    "editor": "Editors",
    "clinical_reviewer": "Clinical reviewers",
    "booking_reviewer": "Booking reviewers",
    "booking_administrator": "Booking administrators",
}
VAULT_ACCOUNTS = ("booking_reviewer", "booking_administrator")
PASSWORD_LENGTH = 20


class TrialBroken(Exception):
    """File and database do not belong together, and no guess would be right."""


def access_file() -> Path:
    return Path(settings.VAR_DIR) / "trial-access.json"


def pin_file() -> Path:
    """Where the trial keeps what production gets as VAULT_PIN."""
    return Path(settings.VAR_DIR) / "vault-pin"


def make_trial() -> str | None:
    """Make accounts, vault and file; returns the file's text, or None when all were there already.

    Raises TrialBroken when only a part is there. What exists is never changed: a vault made again
    would leave every request of the first one closed for good.
    """
    path = access_file()
    found = _accounts_found()
    if path.exists():
        if found != set(ACCOUNTS) or not Vault.objects.exists():
            raise TrialBroken(
                f"{path} belongs to another database: its accounts or its vault are not in this one. "
                "Delete that file and run quickstart again, or bring the database back."
            )
        return None
    if found or Vault.objects.exists():
        raise TrialBroken(
            f"{path} is gone, but accounts or a vault of an earlier run are here; they stay as they "
            "are. For a new password: manage.py changepassword administrator. The vault's "
            "passphrases and its recovery key were only in that file. To start again with "
            f"everything new, and lose what the trial holds, delete {path.parent}."
        )
    with transaction.atomic():
        text = json.dumps(_make_access(), indent=2) + "\n"
        # Last, and inside: when it cannot be written, nothing was made.
        pin_file().unlink(missing_ok=True)
        _write_private(pin_file(), fingerprint(bytes(Vault.objects.get().verify_key)) + "\n")
        _write_private(path, text)
    return text


def _accounts_found() -> set[str]:
    return set(
        get_user_model().objects.filter(username__in=ACCOUNTS).values_list("username", flat=True)
    )


def _make_access() -> dict[str, Any]:
    """Accounts and vault, and how to get into them in the form of the file."""
    passwords = {role: get_random_string(PASSWORD_LENGTH) for role in ACCOUNTS}
    users = {role: _make_user(role, password) for role, password in passwords.items()}
    _make_clinician(users["clinical_reviewer"])
    phrases = {role: passphrases.propose() for role in VAULT_ACCOUNTS}
    RequestMails.objects.create(
        user=users["booking_reviewer"], new_requests=HowOften.AT_ONCE, overdue=True
    )
    return {
        "url": settings.WAGTAILADMIN_BASE_URL + "/",
        "accounts": {
            role: {"username": role, "password": password} for role, password in passwords.items()
        },
        "vault": {"passphrases": phrases, "recovery_key": _make_vault(users, phrases)},
    }


def _make_user(role: str, password: str) -> Any:
    group = ACCOUNTS[role]
    user = get_user_model().objects.create_user(
        role,
        f"{role}@clinic.example",
        password,
        first_name=role.replace("_", " ").capitalize(),
        is_superuser=group is None,
        is_staff=group is None,
    )
    if group:
        user.groups.add(Group.objects.get(name=group))
    return user


def _make_clinician(user: Any) -> None:
    """The account belongs to the first physician: an approval names a clinician as reviewer."""
    clinician = Clinician.objects.filter(kind=ClinicianKind.PHYSICIAN, live=True).first()
    if clinician:
        clinician.user = user
        clinician.save_revision().publish()


def _make_vault(users: dict[str, Any], phrases: dict[str, str]) -> str:
    """The vault with both reviewers; returns its recovery key."""
    first, second = VAULT_ACCOUNTS
    recovery_key = lifecycle.create_vault(
        user=users[first], passphrase=phrases[first], is_trial=True
    )
    grant, root = keyring.root_by_passphrase(users[first], phrases[first])
    reviewer = lifecycle.add_reviewer(grant.reviewer.vault, users[second], phrases[second])
    lifecycle.grant_access(root, reviewer, by=users[first])
    return recovery_key


def _write_private(path: Path, text: str) -> None:
    """A new file that only its owner reads, on disk before this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
