"""How mails and daily work stand, in words for people."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks_db.models import DBTaskResult

from . import outbox, runs
from .models import ScheduledRun
from .schedule import JOBS, Job

# By the name of what was raised, the last part of its path.
REASONS = {
    "SMTPAuthenticationError": lambda: _(
        "The mail server refuses the name or the password of the site."
    ),
    "SMTPRecipientsRefused": lambda: _("The mail server does not know this address."),
    "SMTPSenderRefused": lambda: _("The mail server refuses the sender of the site’s mails."),
    "WorkerStopped": lambda: _("What sends the mails was stopped each time."),
}


@dataclass(frozen=True)
class JobState:
    """A command of the schedule, and how it went."""

    title: str
    state: str
    is_wrong: bool = False
    started_at: datetime | None = None
    next_due_at: datetime | None = None
    said: str = ""
    failed_at: datetime | None = None
    failure: str = ""


@dataclass(frozen=True)
class MailState:
    """A mail that has not gone out yet, or never will by itself."""

    pk: Any
    reader: str
    subject: str
    enqueued_at: datetime
    tries: int
    reason: str
    next_try: datetime | None
    has_failed: bool


def job_states() -> list[JobState]:
    """Every command in the order of the schedule."""
    found = ScheduledRun.objects.in_bulk()
    return [_job_state(job, found.get(job.command)) for job in JOBS]


def _job_state(job: Job, run: ScheduledRun | None) -> JobState:
    if run is None:
        return JobState(str(job.title), _("Has not run yet"))
    words = {None: _("Began, has not ended"), True: _("Done"), False: _("Failed")}
    return JobState(
        title=str(job.title),
        state=words[run.succeeded],
        is_wrong=run.succeeded is False,
        started_at=run.started_at,
        next_due_at=run.next_due_at,
        said=run.said,
        failed_at=run.failed_at,
        failure=run.failure,
    )


def mail_states(limit: int = 100) -> list[MailState]:
    """Failed mails, then those that wait for another try; the newest so many of each."""
    rows = [*outbox.failed()[:limit], *outbox.tried_before()[:limit]]
    readers = get_user_model().objects.in_bulk({row.args_kwargs["args"][0] for row in rows})
    return [_mail_state(row, readers) for row in rows]


def _mail_state(row: "DBTaskResult[Any, Any]", readers: dict[int, Any]) -> MailState:
    user_pk, subject, *_rest = row.args_kwargs["args"]
    reader, failure = readers.get(user_pk), row.exception_class_path.rpartition(".")[2]
    known = REASONS.get(failure)
    has_failed = row.finished_at is not None
    return MailState(
        pk=row.pk,
        reader=(reader.get_full_name() or reader.get_username()) if reader else "",
        subject=subject,
        enqueued_at=row.enqueued_at,
        tries=len(row.worker_ids),
        reason=known()
        if known
        else _("The mail server did not answer as expected (%s).") % failure,
        next_try=None if has_failed else row.run_after,
        has_failed=has_failed,
    )


def is_late() -> bool:
    """Whether a mail or a command waits for longer than it would if `run_background` were running."""
    has_begun = ScheduledRun.objects.exists()
    return outbox.late().exists() or (has_begun and bool(runs.due(waiting_for=outbox.LATE)))


def stands_still() -> bool:
    """Whether nothing sends the mails or begins what is due: it never has, or it has ended."""
    return not ScheduledRun.objects.exists() or is_late()


def problems() -> list[str]:
    """A sentence for each thing that somebody should see to; empty when all is well."""
    found = []
    if stands_still():
        found.append(
            _(
                "Mails to staff and daily work stand still. Ask whoever looks after the server to "
                "start: manage.py run_background"
            )
        )
    found += [
        _("This failed: %(work)s.") % {"work": each.title} for each in job_states() if each.is_wrong
    ]
    if count := outbox.failed().count():
        found.append(
            ngettext(
                "%d mail to staff could not be sent.", "%d mails to staff could not be sent.", count
            )
            % count
        )
    return found
