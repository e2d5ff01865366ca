"""`run_background` as the server runs it: killed, hung, stopped, and twice at once."""

import os
import signal
import subprocess
import sys
import time
from ast import literal_eval
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from clinic_site.background import processes, runs
from clinic_site.background.models import ScheduledRun
from clinic_site.tests import databases, trial
from clinic_site.tests.migrated import Migrated

MAIL = """
from django.contrib.auth import get_user_model
from clinic_site.background.mails import mail_staff
user, _made = get_user_model().objects.get_or_create(username="ada", email="ada@clinic.example")
mail_staff(user, "One is new", "See it in the admin.")
"""
# A schedule of its own: one that does no good, and one that is none the worse for it.
WATCHED = """
import time
from datetime import timedelta
from clinic_site.background import processes, runs
from clinic_site.background.schedule import Job
bad = Job("shell", "Does no good", arguments=("--no-imports", "-c", {does!r}), limit={limit})
runs.JOBS = (bad, *(job for job in runs.JOBS if job.command == "clearsessions"))
background = processes.Background()
end = time.monotonic() + {patience}
while time.monotonic() < end:
    background.step()
    if runs.ScheduledRun.objects.exclude(finished_at=None).count() == 2:
        break
    time.sleep(0.1)
found = [(run.command, run.succeeded, run.said) for run in runs.ScheduledRun.objects.order_by("command")]
background.stop()
print(found)
"""


@dataclass(frozen=True)
class Server:
    """A site that is set up, without its web server."""

    environment: dict[str, str]
    var: Path

    def manage(self, *command: str, **options: Any) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "manage.py", *command],
            cwd=trial.ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
            **options,
        )

    def shell(self, code: str) -> str:
        process = self.manage("shell", "--no-imports", "-c", code)
        printed = process.communicate()[0]
        assert process.returncode == 0
        return printed

    def mails(self) -> int:
        """How many went out."""
        return sum(
            file.read_text().count("Subject: One is new") for file in self.var.glob("mail/*")
        )


@pytest.fixture
def server(tmp_path: Path, migrated: Migrated) -> Iterator[Server]:
    migrated.begin(tmp_path / trial.FILE)
    with databases.own_database(migrated.template()) as database:
        settings = {"DJANGO_SETTINGS_MODULE": "clinic_site.settings.dev", "VAR_DIR": str(tmp_path)}
        yield Server({**os.environ, **database, **settings}, tmp_path)


@pytest.fixture
def started(server: Server) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """started() is one more `run_background`, which ends with the test."""
    processes = []

    def start(**options: Any) -> "subprocess.Popen[str]":
        processes.append(server.manage("run_background", **options))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + trial.START_SECONDS
    while not true():
        assert time.monotonic() < end
        time.sleep(0.2)


def children(process: "subprocess.Popen[str]") -> list[int]:
    path = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(pid) for pid in path.read_text().split()]


def sender_of(process: "subprocess.Popen[str]") -> int:
    """The child that sends mails: the one that is left when nothing else is done."""
    wait_until(lambda: len(children(process)) == 1)
    (found,) = children(process)
    return found


def test_two_of_them_send_each_mail_once_also_when_one_was_killed(
    server: Server, started: Callable[..., "subprocess.Popen[str]"]
) -> None:
    first, second = started(), started()
    for count in (1, 2):
        server.shell(MAIL)
        wait_until(lambda count=count: server.mails() == count)  # type: ignore[misc]
    # What sends the mails of the first one is killed, then the second one with all that is its own.
    os.kill(sender_of(first), signal.SIGKILL)
    for pid in [*children(second), second.pid]:
        os.kill(pid, signal.SIGKILL)
    server.shell(MAIL)
    wait_until(lambda: server.mails() == 3)

    first.terminate()
    assert first.wait(trial.START_SECONDS) == 0
    assert server.mails() == 3


def test_one_that_is_killed_leaves_nothing_that_runs_on(
    server: Server, started: Callable[..., "subprocess.Popen[str]"]
) -> None:
    process = started()
    sender = sender_of(process)
    process.kill()
    wait_until(lambda: not is_alive(sender))


# A server that starts it and has ended before it looks, or after it is at work.
STARTS_IT = """
import os, subprocess, sys, time
command = [sys.executable, "manage.py", "run_background", "--with-parent", str(os.getpid())]
print(subprocess.Popen(command, stdout=subprocess.DEVNULL).pid, flush=True)
time.sleep({seconds})
"""


@pytest.mark.parametrize("seconds", [0, 6])
def test_it_ends_with_the_server_that_started_it(server: Server, seconds: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", STARTS_IT.format(seconds=seconds)],
        cwd=trial.ROOT,
        env=server.environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    wait_until(lambda: not is_alive(int(done.stdout)))


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize(
    ("does", "said"),
    [
        ("import time; time.sleep(600)", "Stopped: it took too long."),
        ("import os; os.kill(os.getpid(), 9)", "Ended by itself, with -9."),
        ("import os; os._exit(3)", "Ended by itself, with 3."),
        ("raise MemoryError", "builtins.MemoryError"),
    ],
    ids=["hangs", "is killed", "leaves", "raises"],
)
def test_whatever_one_command_does_the_others_are_run(server: Server, does: str, said: str) -> None:
    limit = "timedelta(seconds=1)" if "sleep" in does else "timedelta(hours=1)"
    code = WATCHED.format(does=does, limit=limit, patience=trial.START_SECONDS)

    assert literal_eval(server.shell(code)) == [("clearsessions", True, ""), ("shell", False, said)]


@pytest.mark.parametrize("error", [OperationalError("away"), OSError(11, "no process left")])
def test_whatever_goes_wrong_is_told_once_and_tried_again(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    def fails(*_arguments: Any) -> None:
        raise error

    begun: list[str] = []
    monkeypatch.setattr(processes, "_child", lambda target, *_: begun.append(target.__name__))
    monkeypatch.setattr(processes.connections, "close_all", lambda: None)
    background = processes.Background()
    with monkeypatch.context() as outage:
        outage.setattr(processes.outbox, "put_back_abandoned", fails)
        for _step in range(3):
            background.step()
    told = [each.getMessage() for each in caplog.records if each.name == processes.__name__]
    assert told == ["Mails and daily work wait, and are tried again."]
    assert "perform" not in begun
    background.step()
    assert "perform" in begun


def test_a_run_for_which_there_is_no_process_is_due_again(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_process(target: Any, *_arguments: Any) -> None:
        if target is runs.perform:
            raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(processes, "_child", no_process)
    monkeypatch.setattr(processes.connections, "close_all", lambda: None)
    processes.Background().step()

    (run,) = ScheduledRun.objects.all()
    assert (run.succeeded, run.next_due_at <= timezone.now()) == (False, True)
