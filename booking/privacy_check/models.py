"""What is remembered of a check: that it was, and what it found. Never what it sent."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

MAX_AGE = timedelta(days=30)


class PrivacyCheck(models.Model):
    """One run of `verify_privacy`."""

    ran_at = models.DateTimeField(db_index=True)
    places = models.PositiveSmallIntegerField(default=0)
    hits = models.PositiveIntegerField(default=0)
    complete = models.BooleanField(default=False)  # could read all that it set out to read
    took = models.DurationField(default=timedelta)
    # Of the request that it sent, until that is deleted: the next run deletes what is left behind.
    form_digest = models.BinaryField(max_length=32, null=True, editable=False)

    class Meta:
        default_permissions = ()
        ordering = ["-ran_at", "-pk"]

    def __str__(self) -> str:
        return f"Privacy check of {self.ran_at:%Y-%m-%d}"

    @property
    def passed(self) -> bool:
        return self.complete and not self.hits

    @property
    def is_old(self) -> bool:
        return timezone.now() - self.ran_at > MAX_AGE
