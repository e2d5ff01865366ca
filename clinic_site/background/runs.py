"""One run of a scheduled command: taken by one node alone, carried out, written down."""

import logging
from datetime import datetime, timedelta
from io import StringIO

from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from ..error_reports import describe
from .models import SAID, ScheduledRun
from .schedule import JOBS, Job

logger = logging.getLogger(__name__)

# No run may take longer: whoever watches it ends it.
LIMIT = timedelta(hours=1)


def due() -> list[Job]:
    """The jobs that somebody should begin now; every one of them where nothing has run yet."""
    runs, now = ScheduledRun.objects.in_bulk(), timezone.now()
    return [job for job in JOBS if _is_due(runs.get(job.command), now)]


def _is_due(run: ScheduledRun | None, now: datetime) -> bool:
    return run is None or run.next_due_at <= now


def claim(job: Job) -> datetime | None:
    """When this process began the run that is due; None where another one has begun it.

    Of all that ask at the same moment, on however many nodes, one gets it: only one changes the time
    at which it was due.
    """
    now = timezone.now()
    run, _made = ScheduledRun.objects.get_or_create(
        command=job.command, defaults={"next_due_at": now}
    )
    if not _is_due(run, now):
        return None
    unchanged = ScheduledRun.objects.filter(command=job.command, next_due_at=run.next_due_at)
    taken = unchanged.update(
        next_due_at=job.next_after(now),
        started_at=now,
        finished_at=None,
        succeeded=None,
        said="",
    )
    return now if taken else None


def perform(job: Job, started_at: datetime) -> None:
    """Run the command and write down how it ended. Whatever it does wrong stays here."""
    said = StringIO()
    succeeded = False
    try:
        call_command(job.command, *job.arguments, stdout=said, stderr=said, no_color=True)
        succeeded = True
    except SystemExit as end:
        succeeded = end.code in (None, 0)
    except CommandError as error:
        said.write(f" {error}")
    except Exception as error:
        logger.exception("%s failed.", job.command)
        said.write(f" {describe(error)}")
    finish(job, started_at, succeeded=succeeded, said=said.getvalue())


def finish(
    job: Job, started_at: datetime, *, succeeded: bool, said: str, again: bool = False
) -> None:
    """Write down the end of the run that began then, if nobody has; with `again` it is due at once."""
    now = timezone.now()
    mine = ScheduledRun.objects.filter(command=job.command, started_at=started_at, finished_at=None)
    mine.update(
        finished_at=now,
        succeeded=succeeded,
        said=" ".join(said.split())[-SAID:],
        **({"next_due_at": now} if again else {}),
    )
