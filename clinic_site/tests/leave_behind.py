"""`make run`, one request, stop: what somebody leaves in var/ who tries the site out before testing it.

`.ci/run` does so before the tests, which must not mind: python -m clinic_site.tests.leave_behind
"""

import contextlib
import os
import signal
import subprocess
import sys

import django
import requests
from bs4 import BeautifulSoup

from clinic_site.tests.trial import ROOT, free_port, wait_until_ready

STOP_SECONDS = 60
# The site's clock and this one need not tick together.


def send_request(url: str) -> str:
    """Fill the form in as a visitor would; returns the reference that the confirmation shows."""

    from clinic_site.tests.fixtures import next_weekday

    visitor = requests.Session()
    shown = BeautifulSoup(visitor.get(f"{url}/book/", timeout=60).text, "html.parser")
    answers = {
        "name": "Robin Sample",
        "phone": "972-555-0134",
        "contact_by": "phone",
        "location": shown.select("input[name=location]")[0]["value"],
        "preferred_day": next_weekday().isoformat(),
        "preferred_time": "any",
        "message": "Sent before the tests.",
        "consent": "on",
        "token": shown.select("input[name=token]")[0]["value"],
    }
    received = visitor.post(f"{url}/book/", data=answers, timeout=60)
    page = BeautifulSoup(received.text, "html.parser")
    if not received.url.startswith(f"{url}/book/received/") or not page.select(".reference"):
        raise RuntimeError(f"the request was not taken: {received.status_code} at {received.url}")
    return page.select(".reference")[0].text


def main() -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    # It prints the passwords of its accounts. A group of its own: make and its server stop together.
    command = ["make", "run", f"PORT={port}"]
    trial = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        django.setup()
        wait_until_ready(f"{url}/readyz", trial)
        sys.stdout.write(f"The trial took a request: {send_request(url)}\n")
    finally:
        with contextlib.suppress(ProcessLookupError):  # it ended by itself, and said why
            os.killpg(trial.pid, signal.SIGTERM)
        trial.wait(timeout=STOP_SECONDS)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic_site.settings.test")
    main()
