"""Lighthouse on a phone: `make lighthouse`. The median of three runs of each page is held to the limits.

Needs npm and Chromium. Prints a table and fails when a figure is missed.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import django

RUNS = 3
PACKAGE = "lighthouse@12.8.2"  # the last that runs on Node 20
PATHS = ("/", "/articles/how-does-ketamine-work-for-depression/", "/common-questions/", "/book/")
SCORES = {"accessibility": 100, "best-practices": 100, "seo": 100, "performance": 98}
# Milliseconds, but for the shift, which has no unit.
TIMINGS = {
    "largest-contentful-paint": 1500,
    "cumulative-layout-shift": 0.02,
    "total-blocking-time": 50,
}


def report(script: Path, url: str) -> dict[str, Any]:
    """One run of Lighthouse, with its own mobile settings."""
    command = [
        "node", str(script), url, "--quiet", "--output=json", "--output-path=stdout",
        "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
        f"--only-categories={','.join(SCORES)}",
    ]  # fmt: skip
    environment = {**os.environ, "CHROME_PATH": shutil.which("chromium") or ""}
    output = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE).stdout
    result: dict[str, Any] = json.loads(output)
    return result


def figures(reports: list[dict[str, Any]]) -> dict[str, float]:
    """The median of each score, in hundredths, and of each timing."""
    scores = {
        name: median(round(each["categories"][name]["score"] * 100) for each in reports)
        for name in SCORES
    }
    timings = {
        name: round(median(each["audits"][name]["numericValue"] for each in reports), 3)
        for name in TIMINGS
    }
    return {**scores, **timings}


def missed(found: dict[str, float]) -> list[str]:
    low = [name for name, least in SCORES.items() if found[name] < least]
    return low + [name for name, most in TIMINGS.items() if found[name] > most]


def why(reports: list[dict[str, Any]]) -> list[str]:
    """The audits that cost a score."""
    audits = {
        reference["id"]
        for name in SCORES
        for reference in reports[0]["categories"][name]["auditRefs"]
        if reference["weight"] and (reports[0]["audits"][reference["id"]]["score"] or 0) < 0.9
    }
    not_applicable = {"notApplicable", "manual", "informative"}
    modes = {name: reports[0]["audits"][name]["scoreDisplayMode"] for name in audits}
    return sorted(name for name in audits if modes[name] not in not_applicable)


def main() -> int:
    django.setup()
    from clinic_site.tests.browser.places import reviewed
    from clinic_site.tests.trial import ROOT, running_trial

    folder = subprocess.run(
        [str(ROOT / ".ci" / "node_tool"), PACKAGE], cwd=ROOT, check=True, stdout=subprocess.PIPE
    ).stdout.decode()
    script = ROOT / folder.strip() / "cli" / "index.js"
    failed = False
    with (
        tempfile.TemporaryDirectory() as var,
        running_trial(Path(var) / "var") as trial,
        reviewed(trial),  # an article that nobody reviewed tells search engines to stay away
    ):
        for path in PATHS:
            reports = [report(script, f"{trial.url}{path}") for _ in range(RUNS)]
            found = figures(reports)
            print(path, found, flush=True)
            if misses := missed(found):
                failed = True
                print(f"  missed: {misses}; audits: {why(reports)}", flush=True)
    return int(failed)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic_site.settings.test")
    os.environ["SEARCH_ENGINES"] = (
        "true"  # a trial asks them to stay away; a clinic's site does not
    )
    sys.exit(main())
