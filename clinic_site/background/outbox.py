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


def tried_before() -> "QuerySet[DBTaskResult[Any, Any]]":
    """Those that failed and wait for their next try, the newest first."""
    ready = mails().filter(status=TaskResultStatus.READY).exclude(worker_ids=[])
    return ready.order_by("-enqueued_at")


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


def put_back_abandoned() -> set[str]:
    """Let those be tried again whose worker was killed, or hangs; returns the names of these workers.

    A mail may so arrive twice, and never not.
    """
    now = timezone.now()
    is_stuck = Q(status=TaskResultStatus.RUNNING, started_at__lte=now - ABANDONED)
    # Killed after it had failed, and before it was given its next try; also one that no code is left for.
    has_no_next_try = Q(status=TaskResultStatus.FAILED, finished_at__lte=now - PAUSES[0])
    workers = set()
    for row in mails().filter(is_stuck | has_no_next_try):
        if row.status == TaskResultStatus.RUNNING:
            workers.add(row.worker_ids[-1])
            _again_later(row, failure=f"{WorkerStopped.__module__}.{WorkerStopped.__qualname__}")
        elif len(row.worker_ids) <= len(PAUSES):
            _again_later(row)
    return workers


# Connected in the app's `ready` --------------------------------------------------------------------


def try_again_later(sender: Any, task_result: "TaskResult[Any]", **kwargs: Any) -> None:
    """A mail that failed waits for its next try, with a longer pause each time, until none is left."""
    if task_result.backend == MAIL and task_result.status == TaskResultStatus.FAILED:
        for row in failed().filter(pk=task_result.id):
            _again_later(row)


def forget_traceback(sender: Any, instance: "DBTaskResult[Any, Any]", **kwargs: Any) -> None:
    """A traceback ends with what the mail server said, which repeats addresses: the type is enough."""
    instance.traceback = ""


def _again_later(row: "DBTaskResult[Any, Any]", failure: str = "") -> None:
    """Change the row, unless somebody has meanwhile. Each try has added the name of its worker."""
    unchanged = mails().filter(pk=row.pk, status=row.status, started_at=row.started_at)
    if failure:
        unchanged.update(exception_class_path=failure)
    now, tries = timezone.now(), len(row.worker_ids)
    if tries <= len(PAUSES):
        unchanged.update(
            status=TaskResultStatus.READY, run_after=now + PAUSES[tries - 1], finished_at=None
        )
        return
    unchanged.update(status=TaskResultStatus.FAILED, finished_at=now)
    logger.error("A mail was given up after %s tries: see the page of mails in the admin.", tries)
