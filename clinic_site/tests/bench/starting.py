"""How long the site takes to answer: gunicorn on a filled database, and `make run`."""

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from clinic_site.tests.trial import ROOT, free_port

from . import stock, trial_site
from .printing import heading, row
from .servers import SITE_CONFIG, Application, seconds_to_answer, stopping, write_config

TIMES = 5


def show(work: Path) -> None:
    """The site and stock Wagtail take turns; a ratio is one of neighbours."""
    heading("From the start to the first 200 of a page", "seconds", "")
    config = work / "stock_config.py"
    write_config(config)
    with stock.site(work / "stock-start") as (stock_site, _database):
        pairs = [
            (
                gunicorn_seconds(trial_site.application(front_cache=True), SITE_CONFIG, "/", work),
                gunicorn_seconds(stock_site, config, stock.ARTICLE, work),
            )
            for _ in range(TIMES)
        ]
    site, stocks = zip(*pairs, strict=True)
    row("gunicorn, database filled", f"{median(site):.1f} s", "")
    row("stock Wagtail on the same gunicorn", f"{median(stocks):.1f} s", "")
    row("the site against stock Wagtail", f"{median(ours / its for ours, its in pairs):.2f} x", "")
    first, *again = make_run_seconds(work)
    row("make run, environment there, no database yet", f"{first:.1f} s", "")
    row("make run, again", f"{median(again):.1f} s", "")


def gunicorn_seconds(application: Application, config: Path, page: str, work: Path) -> float:
    """gunicorn on a database that is filled, until that page is there."""
    command = [
        sys.executable, "-m", "gunicorn", "--config", str(config), "--log-level", "warning",
        application.wsgi,
    ]  # fmt: skip
    environment = {**os.environ, **application.environment}
    return _seconds(command, application.folder, environment, page, work)


def make_run_seconds(work: Path) -> list[float]:
    """What `make run` does, in a folder of its own: without a database yet, and again."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "TEST_DATABASE_URL", "SECRET_KEY"}
    } | {"VAR_DIR": str(work / "run")}
    # Not timed: this is what an existing environment has behind it.
    subprocess.run([".ci/environment", "requirements.txt"], cwd=ROOT, env=environment, check=True)
    return [_seconds([".ci/serve"], ROOT, environment, "/", work) for _ in range(1 + TIMES)]


def _seconds(
    command: list[str], folder: Path, environment: dict[str, str], page: str, work: Path
) -> float:
    port = free_port()
    address = f"127.0.0.1:{port}"
    told = {**environment, "PORT": str(port), "GUNICORN_CMD_ARGS": f"--bind {address}"}
    start = time.monotonic()
    with stopping(command, folder, told, work / "starting") as process:
        return seconds_to_answer(f"http://{address}{page}", process, start)
