"""`verify_privacy` against a running site: green when nothing leaks, red for each leak."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

from booking.privacy_check.visit import Site
from booking.tests.test_leaks import rows, run_sql
from clinic_site.tests.trial import ROOT, Trial, running_trial

USER = "booking_reviewer"
LARGE_OBJECT = "(SELECT lo_get(oid) FROM pg_largeobject_metadata) AS large_object"
# Each leak, and what the check says of it.
LEAKS = {
    "table": {"Database tables: booking_location (message)"},
    "unknown_table": {"Database tables: Old list (email)"},
    "session": {"Sessions: django_session (phone)"},
    "cache_table": {"Database tables: clinic_site_shared_cache (phone)"},
    "cache_file": {"Cache “files”: cache/NAME.djcache (phone)"},
    "log": {"Log files: debug.log (name)"},
    "notes_log": {"Log files: notes.log (note)"},
    "rotated_log": {"Log files: debug.log.1.gz (phone)"},
    "access_log": {"Log files: server/access.1 (message)"},
    "media": {"Media: media/export.xlsx (email)"},
    "file_name": {"Media: a name that holds it (name)"},
    "mail": {"Mail: mail/NAME.log (name)", "Mail: mail/NAME.log (message)"},
    "backup": {"Newest backup: backups/backup.tar.gz (name)"},
    "temporary": {"Temporary files: tmp/upload (email)"},
    "stray": {"Other files of the site: lists/callers.csv (phone)"},
}
if "sqlite" in settings.DATABASES["default"]["ENGINE"]:
    LEAKS["table"] |= {"Database file: clinic.sqlite3 (message)"}
    LEAKS["unknown_table"] |= {"Database file: clinic.sqlite3 (email)"}
    LEAKS["cache_table"] |= {"Database file: clinic.sqlite3 (phone)"}
    LEAKS["dropped_table"] = {"Database file: clinic.sqlite3 (name)"}
else:
    LEAKS["large_object"] = {f"Database tables: {LARGE_OBJECT} (name)"}
# Everything that a run makes in the database for as long as it lasts.
TRACES = {
    "booking_submission": "1=1",
    "booking_submissionnote": "1=1",
    "vault_vaultsession": "1=1",
    "wagtailcore_modellogentry": "action IN ('booking.receive', 'booking.read', 'booking.note')",
    "booking_privacycheck": "form_digest IS NOT NULL",
}
NO_TRACES = dict.fromkeys(TRACES, 0)


@dataclass(frozen=True)
class Run:
    """How a run ended, all it printed, and the marks it had sent."""

    code: int
    output: str
    sent: dict[str, str]

    @property
    def finds(self) -> set[str]:
        return set(re.findall(r"^FOUND in (.+)", self.output, re.MULTILINE))


def check(trial: Trial, leaks: str = "", *options: str, passphrase: str = "") -> Run:
    """Run the command as a person would, with some leaks switched on."""
    file, sent = trial.var.parent / "passphrase", trial.var.parent / "sent"
    file.write_text(passphrase or trial.access["vault"]["passphrases"][USER])
    sent.write_text("{}")
    command = [sys.executable, "-m", "booking.tests.leaky_command", leaks, "--user", USER]
    command += ["--passphrase-file", str(file), *options]
    access = {"ACCESS_LOG": str(trial.var / "server" / "access")}
    environment = {**trial.environment, **access, "SENT": str(sent)}
    done = subprocess.run(
        command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True
    )
    output = (done.stdout + done.stderr).replace(f"{trial.var}/", "").replace("3-wal", "3")
    output = re.sub(r"((?:cache|mail)/)[\w-]+(\.\w+)", r"\1NAME\2", output)
    return Run(done.returncode, output, json.loads(sent.read_text()))


def traces(trial: Trial) -> dict[str, int]:
    return {
        table: rows(trial, f"SELECT count(*) FROM {table} WHERE {condition}")[0][0]
        for table, condition in TRACES.items()
    }


def last(trial: Trial) -> tuple[int, int, bool]:
    """Places, hits and whether it was complete, of the last run that the database knows."""
    return rows(trial, "SELECT places, hits, complete FROM booking_privacycheck ORDER BY id DESC")[
        0
    ]


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Trial]:
    with running_trial(tmp_path_factory.mktemp("privacy") / "var", prepared) as trial:
        yield trial


@pytest.fixture(scope="module")
def clean(trial: Trial) -> Run:
    """A run on the site as it is set up, before anything leaks."""
    return check(trial)


@pytest.fixture(scope="module")
def leaky_trial(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Trial]:
    """A site of its own: what leaked there stays there."""
    with running_trial(tmp_path_factory.mktemp("leaky") / "var", prepared) as trial:
        yield trial


@pytest.fixture(scope="module")
def leaky(leaky_trial: Trial) -> Run:
    """A run with every leak at once."""
    return check(leaky_trial, ",".join(LEAKS))


def test_a_clean_site_passes_with_every_place_in_the_table(clean: Run) -> None:
    assert (clean.code, clean.finds) == (0, set()), clean.output
    assert set(clean.sent) >= {"name", "phone", "email", "message", "note"}
    assert re.search(
        r"A marked request was sent, noted on and read by a reviewer, and is deleted\. Nothing of it was "
        r"readable\. Not visible from here: .*Cache “renditions”, .*Server's output\.\n$",
        clean.output,
    )
    lines = dict(re.split(r"  +", line, maxsplit=1) for line in clean.output.splitlines()[1:-1])

    assert {find.partition(": ")[0] for finds in LEAKS.values() for find in finds} <= set(lines)
    assert lines["Cache “default”"] == "keeps nothing"
    assert lines["Cache “shared”"] == "a table, searched with the others"
    assert lines["Cache “renditions”"] == "in the memory of other processes: not visible from here"
    assert lines["Server's output"].startswith("not visible from here")
    assert re.fullmatch(r"[\d.]+\xa0[KM]B, nothing found", lines["Database tables"])


@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_is_found_in_its_place(leak: str, leaky: Run) -> None:
    assert leaky.finds >= LEAKS[leak], leaky.output


def test_leaks_are_found_nowhere_else_and_no_answer_is_printed(
    leaky: Run, leaky_trial: Trial
) -> None:
    assert leaky.finds == set.union(*LEAKS.values())
    assert leaky.code == 1
    assert "What it said is readable: find out which program writes there" in leaky.output
    assert len(leaky.sent) == 10
    secrets = (*leaky.sent.values(), leaky_trial.access["vault"]["passphrases"][USER])
    assert [text for text in secrets if text in leaky.output] == []
    assert traces(leaky_trial) == NO_TRACES


def test_one_leak_alone_turns_it_red_and_is_remembered(trial: Trial) -> None:
    run = check(trial, "stray")
    (trial.var / "lists" / "callers.csv").unlink()

    assert (run.code, run.finds) == (1, LEAKS["stray"])
    assert last(trial)[1:] == (1, True)
    logged = rows(trial, "SELECT data FROM wagtailcore_modellogentry ORDER BY id DESC")[0]
    assert set(re.findall(r"\d+", str(logged))) == {str(count) for count in last(trial)[:2]}


@pytest.mark.parametrize(
    ("accident", "sentence"),
    [
        ("failure", "Cut short by KeyError; the request is deleted, at the latest by the next"),
        ("damaged", "The request was stored, but its page does not show name, phone"),
        ("stopped", "Cut short by KeyboardInterrupt; the request is deleted"),
        ("closed_terminal", "Cut short by KeyboardInterrupt; the request is deleted"),
    ],
)
def test_the_request_is_deleted_whatever_happens(
    accident: str, sentence: str, trial: Trial
) -> None:
    run = check(trial, accident)

    assert (run.code, bool(run.sent)) == (2, True)
    assert f"\nCommandError: {sentence}" in run.output
    assert [text for text in run.sent.values() if text in run.output] == []
    assert (traces(trial), last(trial)) == (NO_TRACES, (0, 0, False))


def test_after_a_power_cut_the_next_run_clears_away(trial: Trial) -> None:
    assert check(trial, "power_cut").code == -signal.SIGKILL
    left = traces(trial)
    check(trial)

    assert (left["booking_submission"], left["booking_privacycheck"]) == (1, 1)
    run_sql(trial, "DELETE FROM vault_vaultsession")  # of the run that was cut short
    assert traces(trial) == NO_TRACES


def test_a_place_that_cannot_be_read_is_not_counted_as_clean(trial: Trial) -> None:
    run = check(trial, "closed_backup", "--log", "/proc/self/mem")

    assert (run.code, run.finds) == (2, set()), run.output
    assert re.findall("^NOT SEARCHED: (.+)", run.output, re.MULTILINE) == [
        "Log files, /proc/self/mem: Input/output error",
        "Newest backup, backups/backup.dump: is packed in a way that cannot be opened here",
    ]
    assert last(trial)[1:] == (0, False)


def test_the_passphrase_is_looked_for_but_not_in_its_file(trial: Trial) -> None:
    passphrase = trial.access["vault"]["passphrases"][USER]
    given, other = (trial.var / "tmp" / name for name in ("given", "other"))
    given.write_text(passphrase)
    other.write_text(passphrase.upper())
    run = check(trial, "touched", "--passphrase-file", str(given))

    assert (run.code, run.finds) == (1, {"Temporary files: tmp/other (passphrase)"}), run.output


@pytest.mark.parametrize(
    ("options", "passphrase", "sentence"),
    [
        (["--url", "http://127.0.0.1:9"], "", "http://127.0.0.1:9 does not answer: Connection"),
        (["--user", "nobody"], "", "There is no user “nobody”."),
        ([], "wrong but long enough", "The vault did not open for booking_reviewer. "),
        (["--log", "/no/where.log"], "", "/no/where.log cannot be read."),
        (["--passphrase-file", "/no/file"], "", "The file /no/file cannot be read: No such file"),
    ],
)
def test_what_keeps_it_from_running_is_one_sentence_and_exit_code_2(
    trial: Trial, options: list[str], passphrase: str, sentence: str
) -> None:
    run = check(trial, "", *options, passphrase=passphrase)

    assert (run.code, run.sent) == (2, {})
    assert f"CommandError: {sentence}" in run.output
    assert "Traceback" not in run.output


def test_no_redirect_is_followed(trial: Trial) -> None:
    answer = Site(trial.url).ask("GET", "/admin/")

    assert (answer.status_code, answer.url) == (302, f"{trial.url}/admin/")
