"""What about the vault somebody should see to."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from clinic_site.to_do import ToDo

from .models import Reviewer, Vault
from .notices import name_of
from .permissions import can_see_vault, can_set_up, can_unlock, possible_reviewers


def to_do(user: Any) -> Iterator[ToDo]:
    """Set it up; ask for access, for whoever works with requests; give access, for whoever has it."""
    if not can_see_vault(user):
        return
    page = reverse("vault:index")
    if not Vault.objects.exists():
        if can_set_up(user):
            text = _("Set up the vault. Until then nobody can ask for an appointment here.")
            yield ToDo(text, page, is_urgent=True)
    elif can_unlock(user):
        for reviewer in _who_waits():
            text = _("%(name)s waits for you to give them access to requests.")
            yield ToDo(text % {"name": name_of(reviewer.user)}, page)
    elif not user.is_superuser:
        yield ToDo(_own_access(user), page)


def _who_waits() -> Iterator[Reviewer]:
    waiting = Reviewer.objects.filter(user__in=possible_reviewers().order_by(), grant=None)
    yield from waiting.select_related("user").order_by("created_at")


def _own_access(user: Any) -> str:
    if Reviewer.objects.filter(user=user).exists():
        return _("A colleague has yet to give you access to requests: ask for it.")
    return _("You cannot read requests yet. Choose a passphrase and ask a colleague for access.")
