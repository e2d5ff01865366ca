"""Every extra question is remembered when it goes live, so that exports keep its column."""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import BookingFormField, Question


@receiver(post_save, sender=BookingFormField)
def remember_question(sender: Any, instance: BookingFormField, **kwargs: Any) -> None:
    Question.objects.update_or_create(key=instance.clean_name, defaults={"label": instance.label})
