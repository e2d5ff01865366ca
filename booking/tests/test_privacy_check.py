"""`verify_privacy` against a running site: green when nothing leaks, red for each place that does."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from booking.tests.test_leaks import database_url, run_sql
from clinic_site.tests.trial import ROOT, Trial, running_trial

USER = "booking_reviewer"
ON_SQLITE = not os.environ.get("TEST_DATABASE_URL")
DATABASE = {"Database tables", "Database file" if ON_SQLITE else "Database dump"}
# Each leak, and every place in which the check must find it.
FOUND_IN = {
    "table": DATABASE,
    "database_file": {"Database file"},
    "large_object": {"Database dump"},
    "session": {*DATABASE, "Sessions"},
    "log": {"Log files"},
    "media": {"Media"},
    "file_name": {"Media"},
    "temporary": {"Temporary files"},
    "stray": {"Other files of the site"},
    "mail": {"Mail files"},
    "backup": {"Newest backup"},
    "cache_file": {"Cache “files”"},
    "cache_table": DATABASE,
}
del FOUND_IN["large_object" if ON_SQLITE else "database_file"]


@dataclass(frozen=True)
class Run:
    """How a run ended, all it printed, and the marks it had sent."""

    code: int
    output: str
    sent: dict[str, str]

    @property
    def places(self) -> set[str]:
        return set(re.findall(r"^FOUND in (.+?): ", self.output, re.MULTILINE))

    @property
    def conclusion(self) -> str:
        return self.output.strip().rpartition("\n")[2]


@dataclass(frozen=True)
class Site:
    trial: Trial
    folder: Path

    def check(self, leak: str = "nothing", *options: str, passphrase: str | None = None) -> Run:
        """Run the command as a person would, with one leak switched on."""
        name = f"{leak}-{len(list(self.folder.iterdir()))}"
        file, sent = self.folder / f"{name}.passphrase", self.folder / f"{name}.sent"
        file.write_text(passphrase or self.trial.access["vault"]["passphrases"][USER])
        done = subprocess.run(
            [
                *(sys.executable, "-m", "booking.tests.leaky_command", leak),
                *("--user", USER, "--passphrase-file", str(file), *options),
            ],
            check=False,
            cwd=ROOT,
            env={**self.trial.environment, "SENT": str(sent)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return Run(
            done.returncode, done.stdout, json.loads(sent.read_text()) if sent.exists() else {}
        )

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the site's database, from outside."""
        if database_url(self.trial):
            import psycopg

            with psycopg.connect(database_url(self.trial)) as connection:
                return connection.execute(sql).fetchall()
        import sqlite3

        connection = sqlite3.connect(self.trial.var / "clinic.sqlite3", timeout=20)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def traces(self) -> dict[str, int]:
        """Everything that a run makes in the database for as long as it lasts."""
        return {
            table: self.ask(f"SELECT count(*) FROM {table} WHERE {condition}")[0][0]
            for table, condition in (
                ("booking_submission", "1=1"),
                ("vault_vaultsession", "1=1"),
                ("wagtailcore_modellogentry", "action IN ('booking.receive', 'booking.read')"),
                ("booking_privacycheck", "token IS NOT NULL"),
            )
        }

    def last(self) -> tuple[Any, ...]:
        """Places, hits and whether it was complete, of the last run that the database knows."""
        places, hits, complete = self.ask(
            "SELECT places, hits, complete FROM booking_privacycheck ORDER BY id DESC LIMIT 1"
        )[0]
        return places, hits, bool(complete)


NO_TRACES = {
    "booking_submission": 0,
    "vault_vaultsession": 0,
    "wagtailcore_modellogentry": 0,
    "booking_privacycheck": 0,
}


@pytest.fixture(scope="module")
def site_(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("privacy")
    (folder / "runs").mkdir()
    with running_trial(folder / "var") as trial:
        # Set up a while ago: the passphrases in it are the trial's, not a find of the check.
        os.utime(trial.var / "trial-access.json", (0, 0))
        yield Site(trial, folder / "runs")


@pytest.fixture(scope="module")
def clean(site_: Site) -> Run:
    """A run on the site as it is set up, before anything leaks."""
    return site_.check()


@pytest.fixture(scope="module")
def leaky(site_: Site, clean: Run) -> dict[str, Run]:
    """A run for each leak, several at a time: each looks for marks of its own."""
    with ThreadPoolExecutor(4) as pool:
        return dict(zip(FOUND_IN, pool.map(site_.check, FOUND_IN), strict=True))


def test_a_clean_site_passes(clean: Run) -> None:
    assert clean.code == 0, clean.output
    assert clean.places == set()
    assert re.fullmatch(
        r"A request with 5 marked answers was sent and read by a reviewer, and is deleted\. "
        r"Nothing of it was readable in \d places\. Not visible from here: .*"
        r"Cache “renditions” and Server's output\.",
        clean.conclusion,
    )
    assert set(clean.sent) >= {"name", "phone", "email", "message"}


def test_every_place_is_in_the_table_even_those_that_cannot_be_seen(clean: Run) -> None:
    lines = dict(re.split(r"  +", line, maxsplit=1) for line in clean.output.splitlines()[1:-1])

    assert set(lines) >= {place for places in FOUND_IN.values() for place in places}
    assert lines["Cache “default”"] == "keeps nothing"
    assert lines["Cache “renditions”"] == "in the memory of other processes: not visible from here"
    assert lines["Server's output"].startswith("not visible from here")
    assert re.match(r"[\d,]+ rows, .*; nothing found$", lines["Database tables"])


@pytest.mark.parametrize("leak", FOUND_IN)
def test_a_leak_is_found_in_its_place_and_nowhere_else(leak: str, leaky: dict[str, Run]) -> None:
    run = leaky[leak]

    assert run.places == FOUND_IN[leak], run.output
    assert run.code == 1
    assert re.search(r"What it said is readable: \d+ finds?\. Find out which", run.conclusion)


@pytest.mark.parametrize("leak", FOUND_IN)
def test_no_answer_is_printed(leak: str, leaky: dict[str, Run], site_: Site) -> None:
    run = leaky[leak]
    passphrase = site_.trial.access["vault"]["passphrases"][USER]

    assert len(run.sent) == 5
    assert [text for text in (*run.sent.values(), passphrase) if text in run.output] == []


def test_nothing_of_the_runs_is_left(leaky: dict[str, Run], site_: Site) -> None:
    assert site_.traces() == NO_TRACES
    checks = site_.ask("SELECT complete, took FROM booking_privacycheck")
    assert len(checks) == 1 + len(leaky)
    assert all(complete and took for complete, took in checks)


def test_the_run_is_remembered_with_what_it_found(leaky: dict[str, Run], site_: Site) -> None:
    (site_.trial.var / "debug.log").unlink(missing_ok=True)
    run = site_.check("log")

    assert site_.last()[1:] == (len(re.findall("^FOUND in ", run.output, re.MULTILINE)), True)
    entry = "SELECT data FROM wagtailcore_modellogentry WHERE action = 'booking.privacy_check'"
    data = site_.ask(f"{entry} ORDER BY id DESC LIMIT 1")[0][0]
    logged = json.loads(data) if isinstance(data, str) else data
    assert (logged["places"], logged["hits"]) == site_.last()[:2]


@pytest.mark.parametrize(
    ("leak", "sentence"),
    [
        ("failure", "The check itself failed (RuntimeError); the request is deleted. "),
        ("unreadable", "The request was stored but did not come back: its page does not show name"),
        ("stop", "Stopped; the request is deleted."),
        ("closed_terminal", "Stopped; the request is deleted."),
    ],
)
def test_the_request_is_deleted_whatever_happens(leak: str, sentence: str, site_: Site) -> None:
    run = site_.check(leak)

    assert run.code == 2
    assert run.conclusion.startswith(f"CommandError: {sentence}")
    assert run.sent
    assert [text for text in run.sent.values() if text in run.output] == []
    assert site_.traces() == NO_TRACES
    assert site_.last() == (0, 0, False)


def test_after_a_power_cut_the_next_run_clears_away(clean: Run, site_: Site) -> None:
    assert site_.check("power_cut").code == -signal.SIGKILL
    left = site_.traces()
    site_.check()

    assert (left["booking_submission"], left["booking_privacycheck"]) == (1, 1)
    run_sql(site_.trial, "DELETE FROM vault_vaultsession")  # of the run that was cut short
    assert site_.traces() == NO_TRACES


def test_a_place_that_cannot_be_read_is_not_counted_as_clean(clean: Run, site_: Site) -> None:
    run = site_.check("nothing", "--log", "/proc/self/mem")

    assert run.code == 2
    assert re.search(r"^Log files .*; not all could be searched$", run.output, re.MULTILINE)
    assert "this could not be searched: Log files, mem: Input/output error." in run.conclusion
    assert site_.last()[2] is False


def test_the_file_of_the_passphrase_is_no_find_among_the_temporary_files(site_: Site) -> None:
    passphrase = site_.trial.access["vault"]["passphrases"][USER]
    given, other = (site_.trial.var / "tmp" / name for name in ("given", "other"))
    given.write_text(passphrase)
    run = site_.check("nothing", "--passphrase-file", str(given))
    other.write_text(passphrase)
    # Only what was changed since the check began is read.
    soon = time.time() + 600
    os.utime(other, (soon, soon))
    both = site_.check("nothing", "--passphrase-file", str(given))
    other.unlink()
    given.unlink()

    assert (run.code, run.places) == (0, set()), run.output
    assert re.findall("^FOUND in .*", both.output, re.MULTILINE) == [
        "FOUND in Temporary files: other (passphrase)"
    ]


@pytest.mark.parametrize(
    ("options", "passphrase", "sentence"),
    [
        (["--url", "http://127.0.0.1:9"], None, "http://127.0.0.1:9 does not answer: "),
        (["--url", "ftp://clinic.example"], None, "“ftp://clinic.example” is not a site's address"),
        (["--url", "http://127.0.0.1:x"], None, "“http://127.0.0.1:x” is not a site's address"),
        (["--url", "http://[::1"], None, "“http://[::1” is not a site's address"),
        (["--user", "editor"], None, "“editor” is not a user who may see requests and unlock"),
        (["--user", "nobody"], None, "“nobody” is not a user who may see requests and unlock"),
        ([], "wrong but long enough", "The vault did not open for booking_reviewer"),
        (["--log", "/no/where.log"], None, "/no/where.log does not exist."),
        (["--backup", "/no/backup"], None, "/no/backup does not exist."),
        (["--passphrase-file", "/no/file"], None, "/no/file cannot be read: No such file"),
        (["--passphrase-file", sys.executable], None, f"{sys.executable} holds no passphrase."),
    ],
)
def test_what_keeps_it_from_running_is_one_sentence_and_exit_code_2(
    site_: Site, options: list[str], passphrase: str | None, sentence: str
) -> None:
    run = site_.check("nothing", *options, passphrase=passphrase)

    assert (run.code, run.sent) == (2, {})
    assert run.conclusion.startswith(f"CommandError: {sentence}")
    assert "Traceback" not in run.output
