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
from datetime import datetime
from multiprocessing.context import ForkProcess
from typing import Any

from django.db import DatabaseError, InterfaceError, connections
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from . import outbox, runs
from .mails import MAIL
from .schedule import Job

logger = logging.getLogger(__name__)

FORK = multiprocessing.get_context("fork")
# Between two looks into the database, for mails as for what is due.
SECONDS = 2
RESTART_SECONDS = 10
AWAY = (DatabaseError, InterfaceError)
END_SECONDS = 15  # as long as one that is told to end may take: a step of a mail server and a bit


class Background:
    """All children of one process. Call `step` again and again, and `stop` once."""

    def __init__(self) -> None:
        self._mails: ForkProcess | None = None
        self._mails_from = 0.0
        self._running: dict[Job, tuple[datetime, ForkProcess]] = {}
        self._database_is_there = True

    def step(self) -> None:
        """Begin what is due, and write down what has ended. A database that is away is waited for."""
        try:
            self._send_mails()
            self._reap()
            outbox.put_back_abandoned()
            for job in runs.due():
                if job not in self._running and (started_at := runs.claim(job)):
                    self._running[job] = started_at, _child(runs.perform, job, started_at)
        except AWAY:
            if self._database_is_there:  # once for each time that it is away
                logger.exception("The database does not answer.")
            self._database_is_there = False
            connections.close_all()
        else:
            self._database_is_there = True

    def stop(self) -> None:
        """End every child; what was under way is due again at once."""
        if self._mails:
            _end(self._mails)
        for job, (started_at, process) in self._running.items():
            _end(process)
            with contextlib.suppress(*AWAY):
                said = "Stopped, to be run again."
                runs.finish(job, started_at, succeeded=False, said=said, again=True)

    def _send_mails(self) -> None:
        if not (self._mails and self._mails.is_alive()) and time.monotonic() >= self._mails_from:
            self._mails_from = time.monotonic() + RESTART_SECONDS
            self._mails = _child(send_mails, os.getpid())

    def _reap(self) -> None:
        limit = timezone.now() - runs.LIMIT
        for job, (started_at, process) in list(self._running.items()):
            if process.is_alive() and started_at > limit:
                continue
            said = f"Ended by itself, with {process.exitcode}."
            if process.is_alive():
                _end(process)
                said = "Stopped: it took too long."
            runs.finish(job, started_at, succeeded=False, said=said)
            del self._running[job]


def send_mails(parent: int) -> None:
    """Send what waits, and what comes, until told to end or until the process with that number has."""
    worker = Worker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=0,
        batch=True,
        backend_name=MAIL,
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
    )
    signal.signal(signal.SIGTERM, worker.shutdown)  # one that is being sent is sent to its end
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
