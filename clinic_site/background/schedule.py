"""What is done without anybody asking, and when: each a command, by the clinic's clock."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..clinic_time import in_clinic_time


@dataclass(frozen=True)
class Job:
    """A command of manage.py that runs every day at a time, or else again and again after a pause."""

    command: str
    title: str | Promise
    at: time | None = None
    every: timedelta = timedelta(days=1)
    arguments: tuple[str, ...] = ()
    # No run may take longer. One that was killed with its server is begun again after that.
    limit: timedelta = timedelta(hours=1)

    def next_after(self, moment: datetime) -> datetime:
        """When it is due again, if it was begun at that moment."""
        if self.at is None:
            return moment + self.every
        day = in_clinic_time(moment).date()
        today, tomorrow = (
            datetime.combine(day + timedelta(days=days), self.at, timezone.get_default_timezone())
            for days in (0, 1)
        )
        return today if today > moment else tomorrow


# No time between one and three at night: there is none on the day on which clocks go forward.
JOBS = (
    Job(
        "publish_scheduled",
        _("Publish pages, and take them down, at their time"),
        every=timedelta(minutes=1),
        limit=timedelta(minutes=5),
    ),
    Job(
        "mail_new_requests",
        _("Mail staff that there are new requests"),
        every=timedelta(minutes=1),
        limit=timedelta(minutes=5),
    ),
    Job("purge_submissions", _("Delete requests past their date"), at=time(3, 30)),
    Job("clearsessions", _("Forget sessions that have ended"), at=time(4, 0)),
    Job(
        "prune_db_task_results",
        _("Forget mails that went out two weeks ago, or failed three months ago"),
        at=time(4, 30),
        arguments=(
            "--backend=mail",
            "--min-age-days=14",
            "--failed-min-age-days=90",
            "--verbosity=0",
        ),
    ),
    Job("remind_reviews", _("Remind reviewers of articles that are due"), at=time(7, 0)),
    # Each person has it once a day, from seven in the morning; whoever could not be told then, later.
    Job(
        "mail_overdue",
        _("Mail staff what was not answered as promised"),
        every=timedelta(minutes=10),
    ),
)
