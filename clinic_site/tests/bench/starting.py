"""How long the site takes to answer: gunicorn on a filled database, and `make run`."""

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from clinic_site.tests.trial import ROOT, free_port

from .printing import heading, row
from .servers import SITE_CONFIG, seconds_to_answer, stopping

TIMES = 3


def show(work: Path) -> None:
    heading("From the start to the first 200 of the home page", "seconds", "")
    seconds = [gunicorn_seconds(work) for _ in range(TIMES)]
    row("gunicorn, database filled", f"{median(seconds):.1f} s", "")
    first, *again = make_run_seconds(work)
    row("make run, environment there, no database yet", f"{first:.1f} s", "")
    row("make run, again", f"{median(again):.1f} s", "")


def gunicorn_seconds(work: Path) -> float:
    """gunicorn on the trial's database."""
    command = [
        sys.executable, "-m", "gunicorn", "--config", str(SITE_CONFIG), "--log-level", "warning",
        "clinic_site.wsgi",
    ]  # fmt: skip
    return _seconds(command, dict(os.environ), work)


def make_run_seconds(work: Path) -> list[float]:
    """What `make run` does, in a folder of its own: without a database yet, and again."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "TEST_DATABASE_URL", "SECRET_KEY"}
    } | {"VAR_DIR": str(work / "run")}
    # Not timed: this is what an existing environment has behind it.
    subprocess.run([".ci/environment", "requirements.txt"], cwd=ROOT, env=environment, check=True)
    return [_seconds([".ci/serve"], environment, work) for _ in range(1 + TIMES)]


def _seconds(command: list[str], environment: dict[str, str], work: Path) -> float:
    port = free_port()
    start = time.monotonic()
    with stopping(command, ROOT, {**environment, "PORT": str(port)}, work / "starting") as process:
        return seconds_to_answer(f"http://127.0.0.1:{port}/", process, start)
