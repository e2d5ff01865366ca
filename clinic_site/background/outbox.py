"""The mails that wait, are tried again or have failed: rows of django-tasks-db, which tries each once."""

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django_tasks import TaskResult, TaskResultStatus
from django_tasks_db.models import DBTaskResult

from .mails import MAIL

logger = logging.getLogger(__name__)

# From one try to the next: a mail server that is back within a day and a half still gets every mail.
PAUSES = (
    *(timedelta(minutes=minutes) for minutes in (1, 5, 15)),
    *(timedelta(hours=hours) for hours in (1, 4, 12, 24)),
)
# One that is being sent for that long is not: its worker was killed, and nobody wrote that down.
ABANDONED = timedelta(minutes=10)
# One that may go and has not gone for that long tells that there is no worker.
LATE = timedelta(minutes=10)


class WorkerStopped(Exception):
    """Each time that the mail was tried its worker ended meanwhile."""


def mails() -> "QuerySet[DBTaskResult[Any, Any]]":
    """Every mail that is kept, whatever became of it."""
    return DBTaskResult.objects.filter(backend_name=MAIL)


def failed() -> "QuerySet[DBTaskResult[Any, Any]]":
    """Those that are not tried any more, the newest first."""
    return mails().filter(status=TaskResultStatus.FAILED).order_by("-enqueued_at")


def waiting() -> "QuerySet[DBTaskResult[Any, Any]]":
    """Those that have still to go, the oldest first."""
    on_the_way = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
    return mails().filter(status__in=on_the_way).order_by("enqueued_at")


def late() -> "QuerySet[DBTaskResult[Any, Any]]":
    """Those that a worker would have taken by now, if there were one."""
    since = timezone.now() - LATE
    may_go = Q(run_after__lte=since) | Q(run_after__gt=timezone.now() + max(PAUSES))
    return mails().filter(may_go, status=TaskResultStatus.READY, enqueued_at__lte=since)


def try_now(pk: UUID) -> bool:
    """Begin again with a mail that waits or has failed; False where there is none such any more."""
    again = mails().filter(pk=pk).exclude(status=TaskResultStatus.SUCCESSFUL)
    return bool(
        again.exclude(status=TaskResultStatus.RUNNING).update(
            status=TaskResultStatus.READY, run_after=timezone.now(), finished_at=None, worker_ids=[]
        )
    )


def give_up(pk: UUID) -> bool:
    """Forget a mail that failed; False where there is none such any more."""
    return bool(failed().filter(pk=pk).delete()[0])


def put_back_abandoned() -> None:
    """Let those be tried again whose worker was killed. A mail may so arrive twice, and never not."""
    since = timezone.now() - ABANDONED
    for row in mails().filter(status=TaskResultStatus.RUNNING, started_at__lte=since):
        row.set_failed(WorkerStopped())
        _again_later(row.pk, len(row.worker_ids))


# Connected in the app's `ready` --------------------------------------------------------------------


def try_again_later(sender: Any, task_result: "TaskResult[Any]", **kwargs: Any) -> None:
    """A mail that failed waits for its next try, with a longer pause each time, until none is left.

    The row says how often it was tried: each try adds the worker's name.
    """
    if task_result.backend == MAIL and task_result.status == TaskResultStatus.FAILED:
        _again_later(UUID(str(task_result.id)), len(task_result.worker_ids))


def forget_traceback(sender: Any, instance: "DBTaskResult[Any, Any]", **kwargs: Any) -> None:
    """A traceback ends with what the mail server said, which repeats addresses: the type is enough."""
    instance.traceback = ""


def _again_later(pk: UUID, tries: int) -> None:
    if tries > len(PAUSES):
        logger.error(
            "A mail was given up after %s tries: see the page of mails in the admin.", tries
        )
        return
    mails().filter(pk=pk, status=TaskResultStatus.FAILED).update(
        status=TaskResultStatus.READY,
        run_after=timezone.now() + PAUSES[tries - 1],
        finished_at=None,
    )
