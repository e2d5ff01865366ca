"""The vault locks when its reviewer signs out or gets another password."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.http import HttpRequest

from .models import VaultSession
from .session import lock


@receiver(user_logged_out)
def lock_on_sign_out(sender: Any, request: HttpRequest | None, **kwargs: Any) -> None:
    if request is not None and hasattr(request, "vault"):
        lock(request)


@receiver(pre_save, sender=get_user_model())
def lock_on_password_change(
    sender: Any, instance: Any, update_fields: frozenset[str] | None = None, **kwargs: Any
) -> None:
    if instance.pk is None or (update_fields is not None and "password" not in update_fields):
        return
    stored = sender.objects.filter(pk=instance.pk).values_list("password", flat=True).first()
    if stored is not None and stored != instance.password:
        VaultSession.objects.filter(user_id=instance.pk).delete()
