"""When each command is due again, by the clinic's clock."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.management import get_commands, load_command_class

from clinic_site.background.schedule import JOBS, Job
from clinic_site.clinic_time import in_clinic_time

DAILY = Job("clearsessions", "Forget", at=time(3, 30))


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        (datetime(2027, 1, 5, 9, 29, tzinfo=UTC), "2027-01-05 03:30 CST"),
        (datetime(2027, 1, 5, 9, 30, tzinfo=UTC), "2027-01-06 03:30 CST"),
        # Late in the evening at the clinic it is the next day in Greenwich already.
        (datetime(2027, 1, 6, 4, 0, tzinfo=UTC), "2027-01-06 03:30 CST"),
        # The nights on which clocks go forward and back.
        (datetime(2027, 3, 14, 7, 0, tzinfo=UTC), "2027-03-14 03:30 CDT"),
        (datetime(2027, 11, 7, 6, 0, tzinfo=UTC), "2027-11-07 03:30 CST"),
        (datetime(2027, 3, 13, 12, 0, tzinfo=UTC), "2027-03-14 03:30 CDT"),
    ],
)
def test_a_daily_command_is_due_at_its_time_at_the_clinic(moment: datetime, due: str) -> None:
    assert f"{in_clinic_time(DAILY.next_after(moment)):%Y-%m-%d %H:%M %Z}" == due


def test_every_other_command_is_due_after_its_pause() -> None:
    often = Job("publish_scheduled", "Publish", every=timedelta(minutes=1))
    moment = datetime(2027, 3, 14, 7, 59, 30, tzinfo=UTC)
    assert often.next_after(moment) == moment + timedelta(minutes=1)


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.command)
def test_every_command_is_there_and_takes_its_arguments(job: Job) -> None:
    command = load_command_class(get_commands()[job.command], job.command)
    parser = command.create_parser("manage.py", job.command)
    parser.parse_args(list(job.arguments))
    # No such time comes on the day on which clocks go forward, and it comes twice in autumn.
    assert job.at is None or not time(1) <= job.at < time(3)


def test_each_has_its_own_row() -> None:
    assert len({job.command for job in JOBS}) == len(JOBS)
