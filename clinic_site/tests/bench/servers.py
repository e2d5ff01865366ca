"""Servers that are measured: each is gunicorn on a port of its own, with the values that the site's has."""

import contextlib
import gc
import os
import runpy
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gunicorn.config import KNOWN_SETTINGS

from clinic_site.tests.trial import ROOT, free_port, wait_until_ready

from . import machine

SITE_CONFIG = ROOT / "clinic_site" / "gunicorn_config.py"
# Said for each server, or of no weight.
_OWN = {"bind", "accesslog", "access_log_format", "errorlog", "loglevel", "pidfile", "wsgi_app"}
_WORKERS = {"sync", "gthread"}


@dataclass(frozen=True)
class Application:
    """What gunicorn shall serve: the WSGI name, where it is found, what its environment says."""

    name: str
    wsgi: str
    folder: Path = ROOT
    environment: dict[str, str] = field(default_factory=dict)
    ready: str = "/"


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    url: str
    process: subprocess.Popen[bytes]

    def cpu_seconds(self) -> float | None:
        return machine.cpu_seconds(self.process.pid)

    def memory_megabytes(self) -> float | None:
        return machine.memory_megabytes(self.process.pid)


def shared_values() -> dict[str, Any]:
    """The plain values of the site's gunicorn settings, for every other server too.

    A worker of the site's own is no limit of gunicorn: its place takes the one it is made from.
    """
    found = runpy.run_path(str(SITE_CONFIG))
    gc.enable()  # what the settings put off until the workers are made
    names = {setting.name for setting in KNOWN_SETTINGS} - _OWN
    values = {
        name: found[name]
        for name in names & set(found)
        if isinstance(found[name], bool | int | str)
    }
    if values.get("worker_class", "sync") not in _WORKERS:
        values["worker_class"] = "gthread"
    return values


def write_config(path: Path) -> None:
    """A file of gunicorn settings with the values that every server shares."""
    lines = [f"{name} = {value!r}\n" for name, value in sorted(shared_values().items())]
    path.write_text("".join(lines), encoding="utf-8")


@contextlib.contextmanager
def serving(application: Application, config: Path, logs: Path) -> Iterator[Server]:
    """The application on a free port, ready; nothing of it runs afterwards."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {**os.environ, **application.environment, "PORT": str(port)}
    environment.pop("ACCESS_LOG", None)
    command = [
        sys.executable, "-m", "gunicorn", "--config", str(config), "--bind", f"127.0.0.1:{port}",
        "--log-level", "warning", application.wsgi,
    ]  # fmt: skip
    with stopping(command, application.folder, environment, logs / application.name) as process:
        wait_until_ready(f"{url}{application.ready}", process)
        yield Server(url, process)


@contextlib.contextmanager
def stopping(
    command: list[str], folder: Path, environment: dict[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A command in a process group of its own, which is gone at the end."""
    with log.with_suffix(".log").open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the process to end; after ten seconds end its group."""
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=10)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def seconds_to_answer(url: str, process: subprocess.Popen[bytes], start: float) -> float:
    """Seconds from that moment until the address answers 200."""
    wait_until_ready(url, process, pause=0.01)
    return time.monotonic() - start
