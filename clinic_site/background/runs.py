"""One run of a scheduled command: taken by one node alone, carried out, written down."""

import logging
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from ..error_reports import describe
from .models import SAID, ScheduledRun
from .schedule import JOBS, Job

logger = logging.getLogger(__name__)

# By how much the clocks of two nodes may differ before one is taken for wrong.
SKEW = timedelta(days=1)


def due(*, waiting_for: timedelta = timedelta()) -> list[Job]:
    """The jobs that somebody should have begun that long ago; all of them where nothing has run yet."""
    runs, now = ScheduledRun.objects.in_bulk(), timezone.now()
    return [job for job in JOBS if _is_due(job, runs.get(job.command), now - waiting_for)]


def _is_due(job: Job, run: ScheduledRun | None, now: datetime) -> bool:
    if run is None:
        return True
    if run.started_at and run.finished_at is None:
        # Under way, on this node or another; unless what watched it was killed too.
        is_dead = run.started_at + job.limit + timedelta(minutes=1) < now
        return is_dead or run.started_at > now + SKEW
    return run.next_due_at <= now or run.next_due_at > job.next_after(now) + SKEW


def claim(job: Job) -> datetime | None:
    """When this process began the run that is due; None where another one has begun it.

    Of all that ask at the same moment, on however many nodes, one gets it: only one finds the row as
    it was.
    """
    now = timezone.now()
    run, _made = ScheduledRun.objects.get_or_create(
        command=job.command, defaults={"next_due_at": now}
    )
    if not _is_due(job, run, now):
        return None
    unchanged = ScheduledRun.objects.filter(
        command=job.command, next_due_at=run.next_due_at, started_at=run.started_at
    )
    taken = unchanged.update(
        next_due_at=job.next_after(now), started_at=now, finished_at=None, succeeded=None, said=""
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
    now, words = timezone.now(), " ".join(said.split())[-SAID:]
    end: dict[str, Any] = {"finished_at": now, "succeeded": succeeded, "said": words}
    if not succeeded:
        end |= {"failed_at": now, "failure": words}
    if again:
        end["next_due_at"] = now
    mine = ScheduledRun.objects.filter(command=job.command, started_at=started_at, finished_at=None)
    mine.update(**end)
