"""The vault locks when its reviewer signs out, gets another password, or may not use it any
more: given back later, an account or a permission opens nothing without the passphrase."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import m2m_changed, post_save, pre_save
from django.dispatch import receiver

from .models import VaultSession
from .permissions import can_see_vault
from .session import VaultRequest, lock


@receiver(user_logged_out)
def lock_on_sign_out(sender: Any, request: VaultRequest | None, **kwargs: Any) -> None:
    if request is not None and hasattr(request, "vault"):
        lock(request)


@receiver(post_save, sender=get_user_model())
@receiver(m2m_changed, sender=get_user_model().groups.through)
@receiver(m2m_changed, sender=get_user_model().user_permissions.through)
@receiver(m2m_changed, sender=Group.permissions.through)
def lock_whoever_may_not_use_it(sender: Any, **kwargs: Any) -> None:
    for row in VaultSession.objects.select_related("user"):
        if not can_see_vault(row.user):
            row.delete()


@receiver(pre_save, sender=get_user_model())
def lock_on_password_change(
    sender: Any, instance: Any, update_fields: frozenset[str] | None = None, **kwargs: Any
) -> None:
    if instance.pk is None or (update_fields is not None and "password" not in update_fields):
        return
    stored = sender.objects.filter(pk=instance.pk).values_list("password", flat=True).first()
    if stored is not None and stored != instance.password:
        VaultSession.objects.filter(user_id=instance.pk).delete()
