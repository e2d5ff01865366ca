"""Every extra question is remembered when it goes live, so that exports keep its column.

The column is named by the question of the default language; a translation names it only when it is
asked in no other.
"""

from typing import Any

from django.conf import settings
from django.db.models.signals import post_save
from django.dispatch import receiver

from ..submissions.models import Question
from .page import BookingFormField


@receiver(post_save, sender=BookingFormField)
def remember_question(sender: Any, instance: BookingFormField, **kwargs: Any) -> None:
    if instance.page.locale.language_code == settings.LANGUAGE_CODE:
        Question.objects.update_or_create(
            key=instance.clean_name, defaults={"label": instance.label}
        )
    else:
        Question.objects.get_or_create(key=instance.clean_name, defaults={"label": instance.label})
