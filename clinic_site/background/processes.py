"""The mails and the scheduled commands, each in a process of its own that one process watches.

A child is a copy of this process, so that it need not load the site again. One that hangs, uses up its
memory or is killed takes nothing with it.
"""

import contextlib
import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.context import ForkProcess
from typing import Any

from django.db import DatabaseError, InterfaceError, connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from . import outbox, runs
from .mails import MAIL
from .schedule import Job

logger = logging.getLogger(__name__)

FORK = multiprocessing.get_context("fork")
AWAY = (DatabaseError, InterfaceError)
# Between two looks into the database, for mails as for what is due.
SECONDS = 2
# Between two beginnings of the process that sends mails, and between two looks for mails left behind.
RESTART_SECONDS = 10
TIDY_SECONDS = 30
END_SECONDS = 30  # as long as one that is told to end may take: a mail is sent to its end


@dataclass(frozen=True)
class Running:
    """A run of a command in a child. Its age is measured by a clock that nobody sets."""

    job: Job
    started_at: datetime
    process: ForkProcess
    since: float

    @property
    def took_too_long(self) -> bool:
        return time.monotonic() - self.since > self.job.limit.total_seconds()


class Background:
    """All children of one process. Call `step` again and again, and `stop` once."""

    def __init__(self) -> None:
        self._mails: ForkProcess | None = None
        self._worker = ""
        self._mails_from = self._tidy_from = 0.0
        self._running: dict[str, Running] = {}
        self._is_well = True

    def step(self) -> None:
        """Begin what is due, and write down what has ended. Whatever goes wrong, such as a database
        that is away, is told once and tried again with the next step."""
        try:
            self._send_mails()
            self._tidy()
            self._reap()
            self._begin_what_is_due()
        except Exception:
            if self._is_well:
                logger.exception("Mails and daily work wait, and are tried again.")
            self._is_well = False
            connections.close_all()
        else:
            self._is_well = True

    def stop(self) -> None:
        """End every child; what was under way is due again at once."""
        if self._mails:
            _end(self._mails)
        for run in self._running.values():
            _end(run.process)
            with contextlib.suppress(*AWAY):
                said = "Stopped, to be run again."
                runs.finish(run.job, run.started_at, succeeded=False, said=said, again=True)

    def _send_mails(self) -> None:
        if not (self._mails and self._mails.is_alive()) and time.monotonic() >= self._mails_from:
            self._mails_from = time.monotonic() + RESTART_SECONDS
            self._worker = get_random_string(32)
            self._mails = _child(send_mails, os.getpid(), self._worker)

    def _tidy(self) -> None:
        if time.monotonic() >= self._tidy_from:
            hung = self._worker in outbox.put_back_abandoned()
            if hung and self._mails:
                _end(self._mails)
            self._tidy_from = time.monotonic() + TIDY_SECONDS

    def _reap(self) -> None:
        for run in list(self._running.values()):
            is_alive = run.process.is_alive()
            if is_alive and not run.took_too_long:
                continue
            said = f"Ended by itself, with {run.process.exitcode}."
            if is_alive:
                _end(run.process)
                said = "Stopped: it took too long."
            runs.finish(run.job, run.started_at, succeeded=False, said=said)
            del self._running[run.job.command]

    def _begin_what_is_due(self) -> None:
        for job in runs.due():
            if job.command in self._running or not (started_at := runs.claim(job)):
                continue
            try:
                process = _child(runs.perform, job, started_at)
            except OSError as error:  # no memory or no number left for a process
                runs.finish(job, started_at, succeeded=False, said=str(error), again=True)
                raise
            self._running[job.command] = Running(job, started_at, process, time.monotonic())


def mail_worker(name: str) -> Worker:
    """A worker of that name that sends, each time it is run, every mail that may go."""
    return Worker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=0,
        batch=True,
        backend_name=MAIL,
        startup_delay=False,
        max_tasks=None,
        worker_id=name,
    )


def send_mails(parent: int, name: str) -> None:
    """Send what waits, and what comes, until told to end or until the process with that number has."""
    worker = mail_worker(name)

    def end(*_signal: Any) -> None:
        worker.running = False  # after the mail that is being sent, however often it is told

    signal.signal(signal.SIGTERM, end)
    with contextlib.suppress(*AWAY):  # whoever watches tells of it
        while worker.running and os.getppid() == parent:
            worker.run()
            time.sleep(SECONDS)


def _child(target: Callable[..., None], *arguments: Any) -> ForkProcess:
    """Start it in a copy of this process. A connection to the database cannot be shared."""
    connections.close_all()
    process = FORK.Process(target=_begin, args=(target, *arguments), daemon=True)
    process.start()
    return process


def _begin(target: Callable[..., None], *arguments: Any) -> None:
    # Ctrl-C reaches all of them; the one that watches tells the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        target(*arguments)
    except Exception:
        logger.exception("A process of the background ended.")


def _end(process: ForkProcess) -> None:
    process.terminate()
    process.join(END_SECONDS)
    if process.is_alive():
        process.kill()
        process.join()
