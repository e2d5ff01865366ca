"""What is kept of the work of every day."""

from django.db import models

# Letters of what a command printed that are kept, the last ones.
SAID = 500


class ScheduledRun(models.Model):
    """The last run of a command of schedule.py, and when the next one is due: a row for each command."""

    command = models.CharField(max_length=100, primary_key=True)
    next_due_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    # Nothing while it runs.
    succeeded = models.BooleanField(null=True)
    # What it printed last; what it prints are counts and titles.
    said = models.CharField(max_length=SAID, blank=True)
    # Of the last run that failed, also when others did not since.
    failed_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=SAID, blank=True)

    class Meta:
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.command
