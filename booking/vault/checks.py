"""System checks of the vault: what must hold before a clinic relies on it.

Those that read the vault's tables are Django's database checks and deployment checks at once: only
`check --deploy --database default` runs them. As plain database checks, `migrate` would run them
too, and a missing recovery sheet must not keep a site from being updated. Before the first `migrate`
there is no table and nothing to find.
"""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004  (Django's name)
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from . import status
from .models import Epoch, Reviewer, Vault

EPOCH_WARNING_DAYS = 45

NO_SHEET = Error(
    "The vault has no recovery sheet.",
    hint="Unlock the vault in the admin and print a new recovery sheet: when every passphrase is "
    "lost, nothing else opens the requests.",
    id="vault.E001",
)
NO_PIN = Error(
    "VAULT_PIN is not set.",
    hint="Set VAULT_PIN to the fingerprint that `manage.py vault_status` prints: without it, "
    "whoever can write to the database can put a vault of his own in this one's place.",
    id="vault.E002",
)
WRONG_PIN = Error(
    "VAULT_PIN is not this vault's.",
    hint="Nothing is sealed until it is. Somebody changed the vault in the database, or the pin "
    "belongs to another site: compare with the pin that was noted when the vault was made.",
    id="vault.E003",
)
TRIAL_VAULT = Error(
    "The vault was made by the trial: its passphrases lie in a file.",
    hint="Never take requests of patients with it. Start with a new database and make a vault in "
    "the admin under Vault.",
    id="vault.E004",
)
TRIAL_FILE = Error(
    "A trial's passwords and passphrases lie in VAR_DIR: trial-access.json.",
    hint="Give the site a VAR_DIR of its own and delete the trial's folder.",
    id="vault.E004",
)
NO_MANIFEST = Error(
    "The vault's current manifest does not hold: its key, signature or reviewers were changed.",
    hint="Nothing is sealed until it does. Find out who can write to the database; then bring the "
    "vault's tables back from a backup.",
    id="vault.E005",
)
NO_ANSWER = Error(
    "The database did not say how the vault is.",
    hint="Is it running, and has `manage.py migrate` been run?",
    id="vault.E006",
)
ONE_PERSON = Warning(
    "Fewer than two people have access to the vault.",
    hint="Give a second person access in the admin under Vault: a lost passphrase is then a small "
    "matter.",
    id="vault.W001",
)
OLD_EPOCH = Warning(
    f"The current epoch is more than {EPOCH_WARNING_DAYS} days old.",
    hint="A new one starts by itself when somebody unlocks the vault. Does nobody read the requests?",
    id="vault.W002",
)


def problems() -> list[CheckMessage]:
    """What is wrong with the vault now; nothing is before it is made."""
    vault = Vault.objects.first()
    if vault is None:
        return []
    granted = Reviewer.objects.filter(grant__isnull=False)
    oldest = timezone.now() - timedelta(days=EPOCH_WARNING_DAYS)
    epoch, pin = Epoch.objects.first(), status.pin_state(vault)
    found: list[tuple[bool, CheckMessage]] = [
        (not granted.filter(user=None).exists(), NO_SHEET),
        (pin == status.PIN_MISSING and not settings.TRIAL, NO_PIN),
        (pin == status.PIN_WRONG, WRONG_PIN),
        (vault.is_trial and not settings.TRIAL, TRIAL_VAULT),
        (pin != status.PIN_WRONG and not status.manifest_verifies(), NO_MANIFEST),
        (granted.filter(user__is_active=True).count() < 2, ONE_PERSON),
        (epoch is not None and epoch.created_at < oldest, OLD_EPOCH),
    ]
    return [message for is_so, message in found if is_so]


@register(Tags.database, deploy=True)
def check_vault(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """The vault itself. Only where the database was asked for, and never in the way of `migrate`."""
    if "default" not in (databases or []):
        return []
    try:
        if Vault._meta.db_table not in connection.introspection.table_names():
            return []
        with transaction.atomic():
            return problems()
    except DatabaseError:
        return [NO_ANSWER]


@register(Tags.security, deploy=True)
def check_trial_file(**kwargs: Any) -> list[CheckMessage]:
    """No file of a trial beside a site that is none."""
    path = Path(settings.VAR_DIR) / "trial-access.json"
    return [TRIAL_FILE] if path.exists() and not settings.TRIAL else []
