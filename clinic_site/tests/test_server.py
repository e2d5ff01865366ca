"""The server as `clinic_site/gunicorn_config.py` sets it up."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from threading import Timer

from clinic_site.tests.trial import ROOT, free_port

CONFIG = ROOT / "clinic_site" / "gunicorn_config.py"
# The site's settings, and each worker says whether it looks for garbage.
TELLING = """
import gc
exec(open({config!r}).read())
def post_worker_init(worker):
    print("collects:", gc.isenabled(), flush=True)
"""


def command(config: Path) -> list[str]:
    return [sys.executable, "-m", "gunicorn", "-c", str(config), "clinic_site.wsgi"]


def environment(port: int) -> dict[str, str]:
    settings = {"DJANGO_SETTINGS_MODULE": "clinic_site.settings.test", "PORT": str(port)}
    return {**os.environ, **settings}


def test_a_port_that_is_taken_is_said_once_and_not_shared() -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as a first site's worker does
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        ended = subprocess.run(
            command(CONFIG),
            check=False,
            cwd=ROOT,
            env=environment(port),
            capture_output=True,
            text=True,
            timeout=300,
        )

    assert ended.returncode == 1
    assert ended.stderr.count(f"Cannot listen on 127.0.0.1 port {port}: ") == 1
    assert "Traceback" not in ended.stderr


def test_workers_collect_their_garbage_after_a_reload_too(tmp_path: Path) -> None:
    config = tmp_path / "config.py"
    config.write_text(TELLING.format(config=str(CONFIG)))
    with subprocess.Popen(
        command(config), cwd=ROOT, env=environment(free_port()), stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        patience = Timer(300, server.kill)
        patience.start()
        try:
            told = [server.stdout.readline() for _ in "12"]
            server.send_signal(signal.SIGHUP)
            told += [server.stdout.readline() for _ in "12"]
        finally:
            patience.cancel()
            server.terminate()
    assert told == ["collects: True\n"] * 4
