"""Who may do what with requests. Superusers have every permission; without access to the vault
they still see clear columns only."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

LIST_PERMISSION = "booking.view_submission"


def can_list(user: Any) -> bool:
    """See the list and the clear columns of every request."""
    return bool(user.is_active and user.has_perm(LIST_PERMISSION))


def people_at_desk() -> QuerySet[Any]:
    """Everybody who could take care of a request, and may be told that there is one."""
    return _people_with(LIST_PERMISSION)


def managers() -> QuerySet[Any]:
    """Who runs the front desk. Not who runs the site: a superuser is one by a group or a permission of
    their own."""
    return _people_with("booking.export_submission", include_superusers=False)


def _people_with(permission: str, *, include_superusers: bool = True) -> QuerySet[Any]:
    found: QuerySet[Any] = get_user_model().objects.with_perm(
        permission,
        include_superusers=include_superusers,
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return found


def can_change_status(user: Any) -> bool:
    return can_list(user) and bool(user.has_perm("booking.change_submission"))


def can_export(user: Any) -> bool:
    return can_list(user) and bool(user.has_perm("booking.export_submission"))


def can_see_figures(user: Any) -> bool:
    """How many requests come, how soon they are answered and whether in time, over a year.

    For whoever runs the front desk, as the export is: it is about the work of colleagues, and tells more
    than a list does of how the clinic goes.
    """
    return can_export(user)


def can_delete(user: Any) -> bool:
    return can_list(user) and bool(user.has_perm("booking.delete_submission"))


def can_take_calls(user: Any) -> bool:
    """Take down a request on the phone."""
    return can_change_status(user)


def can_write_notes(user: Any) -> bool:
    """Whoever works on requests; it takes no access to the vault, as it takes none to send a request."""
    return can_change_status(user)


def can_delete_note(user: Any, author_id: int | None) -> bool:
    """One's own, for what was written on the wrong request; those of others with the requests."""
    return can_delete(user) or (can_write_notes(user) and user.pk == author_id)
