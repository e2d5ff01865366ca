"""Who may do what with the vault."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from . import keyring
from .models import Reviewer, Vault


def can_see_vault(user: Any) -> bool:
    """May look at the vault's page: whether it is set up, who has access. Opens nothing."""
    return bool(user.is_active and user.has_perm("vault.use_vault"))


def can_set_up(user: Any) -> bool:
    """May make the vault, once."""
    return bool(user.is_active and user.is_superuser)


def can_unlock(user: Any) -> bool:
    """Has been given access, and still may use the vault at all. The passphrase comes on top.

    The same people give access, take it away, and make a new recovery sheet.
    """
    return can_see_vault(user) and keyring.grant_of(user) is not None


def can_ask_for_access(user: Any) -> bool:
    """May choose a passphrase and wait for a colleague; after a lost passphrase too."""
    return can_see_vault(user) and Vault.objects.exists()


def possible_reviewers() -> QuerySet[Any]:
    """Everybody who may use the vault when given access."""
    found: QuerySet[Any] = (
        get_user_model()
        .objects.with_perm("vault.use_vault", backend="django.contrib.auth.backends.ModelBackend")
        .order_by("first_name", "last_name", "username")
    )
    return found


def people_with_access() -> QuerySet[Reviewer]:
    """Reviewers who open the vault with a passphrase, and whose account still may."""
    return Reviewer.objects.filter(
        user__in=possible_reviewers().order_by(), grant__isnull=False
    ).select_related("user")


def others_with_access(user: Any) -> QuerySet[Reviewer]:
    """Colleagues of the user who could give access."""
    return people_with_access().exclude(user=user)
