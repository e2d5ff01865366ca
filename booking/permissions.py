"""Who may do what with requests. Superusers have every permission; without access to the vault
they still see clear columns only."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet


def can_list(user: Any) -> bool:
    """See the list and the clear columns of every request."""
    return bool(user.is_active and user.has_perm("booking.view_submission"))


def people_at_desk() -> QuerySet[Any]:
    """Everybody who could take care of a request, and may be told that there is one."""
    found: QuerySet[Any] = get_user_model().objects.with_perm(
        "booking.view_submission", backend="django.contrib.auth.backends.ModelBackend"
    )
    return found


def can_change_status(user: Any) -> bool:
    return can_list(user) and bool(user.has_perm("booking.change_submission"))


def can_export(user: Any) -> bool:
    return can_list(user) and bool(user.has_perm("booking.export_submission"))


def answers_for_promises(user: Any) -> bool:
    """Is told of every missed promise without asking for it: who runs the front desk, not the site."""
    return can_export(user) and not user.is_superuser


def can_delete(user: Any) -> bool:
    return can_list(user) and bool(user.has_perm("booking.delete_submission"))
