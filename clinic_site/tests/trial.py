"""A trial as `make run` starts it, on a database and a var/ of its own: a real server for tests."""

import contextlib
import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from clinic_site.tests import databases
from clinic_site.tests.migrated import Migrated

ROOT = Path(__file__).resolve().parent.parent.parent
FILE = "clinic.sqlite3"  # of a trial on SQLite, in its var/
START_SECONDS = 600  # a loaded machine; a server that ended is noticed at once

# A site before anybody set the vault up: what `createsuperuser` and the page of users would make.
PEOPLE = """
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
users = get_user_model().objects
users.create_superuser("ada", "ada@clinic.example", {password!r}, first_name="Ada", last_name="First")
ben = users.create_user("ben", "ben@clinic.example", {password!r}, first_name="Ben", last_name="Second")
ben.groups.add(Group.objects.get(name="Booking reviewers"))
"""


# Runs one piece of code after the other in one Django, and says what each printed.
SHELL = """
import contextlib, io, json, sys
for line in sys.stdin:
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(json.loads(line), {})
    print(json.dumps(printed.getvalue()), flush=True)
"""


class Shell:
    """A trial's own Django beside its server: started by the first piece of code, there for the next."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._process: subprocess.Popen[str] | None = None

    def __call__(self, code: str) -> str:
        """What the code prints. Raises RuntimeError when it fails; its traceback is on stderr."""
        if self._process is None:
            command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", SHELL]
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        process = self._process
        assert process.stdin
        assert process.stdout
        with contextlib.suppress(BrokenPipeError):  # ended since: then no answer comes either
            print(json.dumps(code), file=process.stdin, flush=True)
        if answer := process.stdout.readline():
            printed: str = json.loads(answer)
            return printed
        self.close()
        raise RuntimeError(f"The trial's Django stopped at:\n{code}")

    def close(self) -> None:
        """End the Django, if it was started; another piece of code starts a new one."""
        if self._process is not None:
            self._process.communicate()
            self._process = None


@dataclass(frozen=True)
class Trial:
    """A running trial: where it answers, where it keeps everything, who may sign in, its Django."""

    url: str
    var: Path
    access: dict[str, Any]
    environment: dict[str, str]
    shell: Shell


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def running_trial(
    var: Path,
    prepared: Path | None = None,
    *,
    with_vault: bool = True,
    content_version_seconds: float = 0,
) -> Iterator[Trial]:
    """Quickstart and gunicorn on a free port; stopped and, on PostgreSQL, dropped at the end.

    What staff change is seen by the next request, unless a test waits for it.

    Without a vault: sample content, a superuser `ada` and a booking reviewer `ben`.
    Trials that name the same folder as prepared share one quickstart, or one `migrate`: see `prepare`.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with databases.own_database(_template(prepared, with_vault=with_vault)) as database:
        environment = {
            **os.environ,
            **database,
            **_folder(var),
            "PORT": str(port),
            "ACCESS_LOG": str(var / "access.log"),
            "CONTENT_VERSION_SECONDS": str(content_version_seconds),
        }
        if prepared and with_vault:
            access = _copy(prepared, environment)
        else:
            if prepared:
                Migrated(prepared).begin(var / FILE)
            access = _fill(environment, with_vault=with_vault)
        command = [
            sys.executable, "-m", "gunicorn", "-c", "clinic_site/gunicorn_config.py", "clinic_site.wsgi",
        ]  # fmt: skip
        shell = Shell(environment)
        with contextlib.closing(shell), (var / "server.log").open("wb") as log:
            server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
            try:
                # Without a vault the site is up, but not ready to take requests.
                wait_until_ready(f"{url}/{'readyz' if with_vault else 'healthz'}", server)
                yield Trial(url, var, access, environment, shell)
            finally:
                server.terminate()
                server.wait(timeout=30)


def _template(prepared: Path | None, *, with_vault: bool) -> str:
    if prepared is None:
        return databases.EMPTY
    return prepare(prepared) if with_vault else Migrated(prepared).template()


def _folder(var: Path) -> dict[str, str]:
    """What a trial in that folder is told, which is made."""
    (var / "tmp").mkdir(parents=True)
    return {
        "DJANGO_SETTINGS_MODULE": "clinic_site.tests.trial_settings",
        "VAR_DIR": str(var),
        "TMPDIR": str(var / "tmp"),
    }


def prepare(prepared: Path) -> str:
    """Quickstart in that folder, once for all who ask; returns the name of its database, to copy.

    On PostgreSQL somebody has to drop it: `pytest_unconfigure` in fixtures.py does.
    """
    prepared.mkdir(exist_ok=True)
    name, migrated = shared_name(), Migrated(prepared)
    with (prepared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (prepared / "whole").exists():
            shutil.rmtree(prepared / "var", ignore_errors=True)  # of one that failed
            database = databases.create(name, migrated.template())
            environment = {**os.environ, **database, **_folder(prepared / "var"), "PORT": "8000"}
            migrated.begin(prepared / "var" / FILE)
            _fill(environment, with_vault=True)
            (prepared / "whole").touch()
    return name


def shared_name() -> str:
    """The name of the database that a test run prepares: it lasts as long as the run does."""
    return f"trial_of_run_{os.environ['TEST_RUN']}"


def _copy(prepared: Path, environment: dict[str, str]) -> dict[str, Any]:
    """The prepared folder with the port of this trial; returns who may sign in."""
    var = Path(environment["VAR_DIR"])
    shutil.copytree(prepared / "var", var, dirs_exist_ok=True)
    move = f"UPDATE wagtailcore_site SET port = {int(environment['PORT'])}"
    with databases.connection(environment["DATABASE_URL"] or var / FILE) as connection:
        connection.execute(move)
    return _access(var)


def _fill(environment: dict[str, str], *, with_vault: bool) -> dict[str, Any]:
    """Fill the database; returns who may sign in."""

    def manage(*command: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    if with_vault:
        manage("quickstart")
        return _access(Path(environment["VAR_DIR"]))
    password = uuid4().hex
    manage("migrate", "--verbosity=0")
    manage("load_sample_content")
    manage("collectstatic", "--no-input", "--verbosity=0")
    manage("shell", "--no-imports", "-c", PEOPLE.format(password=password))
    return {"accounts": {name: {"username": name, "password": password} for name in ("ada", "ben")}}


def _access(var: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((var / "trial-access.json").read_text(encoding="utf-8"))
    return found


def wait_until_ready(url: str, server: subprocess.Popen[bytes], pause: float = 0.2) -> None:
    """Return once that address answers 200. Raises when the process ends first, or takes too long."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            raise RuntimeError(f"the server stopped with {server.returncode}")
        if _answers(url):
            return
        time.sleep(pause)
    raise RuntimeError("the server did not become ready")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return bool(response.status == 200)
    except OSError:  # refused, 503, or too slow: a server that is still starting
        return False
