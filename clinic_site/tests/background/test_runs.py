"""A scheduled command is run by one node alone, and whatever it does is written down."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError
from django.db import connection

from clinic_site.background import runs
from clinic_site.background.models import ScheduledRun
from clinic_site.background.schedule import JOBS, Job
from clinic_site.error_reports import QuietFormatter

START = datetime(2027, 1, 5, 12, 0, tzinfo=UTC)
JOB = Job("clearsessions", "Forget", at=time(3, 30))
NODES = 8


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as clock:
        yield clock


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Any:
    """command(does) lets the scheduled command do that."""

    def replace(does: Any) -> None:
        monkeypatch.setattr(runs, "call_command", does)

    return replace


def row() -> ScheduledRun:
    return ScheduledRun.objects.get(command=JOB.command)


def begun() -> datetime:
    started_at = runs.claim(JOB)
    assert started_at is not None
    return started_at


@pytest.mark.django_db
def test_on_a_new_site_everything_is_due_and_then_at_its_time(
    clock: time_machine.Traveller,
) -> None:
    assert runs.due() == list(JOBS)
    for job in JOBS:
        assert runs.claim(job) == START
        runs.finish(job, START, succeeded=True, said="")
    assert runs.due() == []
    clock.shift(timedelta(minutes=1))
    assert [job.command for job in runs.due()] == ["publish_scheduled", "mail_new_requests"]
    assert runs.due(waiting_for=timedelta(seconds=1)) == []
    clock.shift(timedelta(days=1))
    assert runs.due() == list(JOBS)


@pytest.mark.django_db
def test_what_was_missed_is_done_once(clock: time_machine.Traveller) -> None:
    runs.finish(JOB, begun(), succeeded=True, said="")
    clock.shift(timedelta(days=4))
    assert (begun(), runs.claim(JOB)) == (START + timedelta(days=4), None)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("is_first", [True, False])
def test_of_many_nodes_one_gets_it(is_first: bool) -> None:
    if not is_first:
        runs.finish(JOB, begun(), succeeded=True, said="")
        ScheduledRun.objects.update(next_due_at=START - timedelta(days=900))
    together = Barrier(NODES)

    def node(_number: int) -> datetime | None:
        try:
            together.wait()
            return runs.claim(JOB)
        finally:
            connection.close()

    with ThreadPoolExecutor(NODES) as pool:
        got = list(pool.map(node, range(NODES)))
    assert len([each for each in got if each]) == 1


@pytest.mark.django_db
def test_what_is_under_way_is_due_nowhere_until_it_must_be_dead(
    clock: time_machine.Traveller,
) -> None:
    often = JOBS[0]
    started_at = runs.claim(often)
    clock.shift(often.limit)
    assert often not in runs.due()
    clock.shift(timedelta(minutes=2))
    assert often in runs.due()
    assert started_at
    assert runs.claim(often) == started_at + often.limit + timedelta(minutes=2)


@pytest.mark.django_db
@pytest.mark.parametrize("is_over", [True, False])
def test_a_clock_that_was_ahead_stops_nothing(clock: time_machine.Traveller, is_over: bool) -> None:
    clock.shift(timedelta(days=1500))
    started_at = begun()
    if is_over:
        runs.finish(JOB, started_at, succeeded=True, said="")
    clock.move_to(START)
    assert runs.claim(JOB) == START


@pytest.mark.django_db
def test_clocks_that_differ_a_little_begin_nothing_twice(clock: time_machine.Traveller) -> None:
    for job in JOBS:
        started_at = runs.claim(job)
        assert started_at
        runs.finish(job, started_at, succeeded=True, said="")
    clock.shift(timedelta(hours=-2))
    assert runs.due() == []


@pytest.mark.django_db
def test_what_it_printed_last_is_kept(command: Any) -> None:
    def counts(*arguments: str, stdout: Any, **options: Any) -> None:
        stdout.write("x" * 600 + "\n")
        stdout.write("Deleted: 3 requests.\n")

    command(counts)
    runs.perform(JOB, begun())

    assert (row().succeeded, len(row().said)) == (True, 500)
    assert row().said.endswith("x Deleted: 3 requests.")
    assert row().finished_at is not None


def fails(*arguments: str, **options: Any) -> None:
    raise KeyError("what a visitor typed")


def refuses(*arguments: str, **options: Any) -> None:
    raise CommandError("2 pages were left out.")


def leaves(*arguments: str, stderr: Any, **options: Any) -> None:
    stderr.write("No epoch was shredded.\n")
    raise SystemExit(1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("does", "said"),
    [
        (fails, "builtins.KeyError"),
        (refuses, "2 pages were left out."),
        (leaves, "No epoch was shredded."),
    ],
)
def test_a_command_that_fails_is_written_down_and_stops_nothing(
    command: Any, does: Any, said: str
) -> None:
    command(does)
    runs.perform(JOB, begun())

    assert (row().succeeded, row().said) == (False, said)
    assert runs.claim(JOBS[0]) is not None


@pytest.mark.django_db
def test_the_log_of_a_failure_holds_no_message(
    command: Any, caplog: pytest.LogCaptureFixture
) -> None:

    command(fails)
    with caplog.at_level(logging.ERROR):
        runs.perform(JOB, begun())
    (record,) = [each for each in caplog.records if each.name == runs.__name__]
    text = QuietFormatter().format(record)
    assert "clearsessions failed." in text
    assert "visitor" not in text


@pytest.mark.django_db
def test_an_end_is_written_down_once_and_for_its_own_run_alone(
    clock: time_machine.Traveller,
) -> None:
    first = begun()
    clock.shift(timedelta(days=1))
    second = begun()  # the first one is dead by now
    runs.finish(JOB, first, succeeded=True, said="the first")
    assert (row().finished_at, row().said) == (None, "")
    runs.finish(JOB, second, succeeded=True, said="the second")
    runs.finish(JOB, second, succeeded=False, said="ended by itself")
    assert (row().succeeded, row().said) == (True, "the second")


@pytest.mark.django_db
def test_the_last_failure_is_kept_beside_what_went_well_since(
    clock: time_machine.Traveller,
) -> None:
    runs.finish(JOB, begun(), succeeded=False, said="2 pages were left out.")
    clock.shift(timedelta(days=1))
    runs.finish(JOB, begun(), succeeded=True, said="")
    assert (row().succeeded, row().failure, row().failed_at) == (
        True,
        "2 pages were left out.",
        START,
    )


@pytest.mark.django_db
def test_what_was_stopped_is_due_at_once(clock: time_machine.Traveller) -> None:
    runs.finish(JOB, begun(), succeeded=False, said="Stopped", again=True)
    assert JOB.command in [job.command for job in runs.due()]
