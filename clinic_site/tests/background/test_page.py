"""The page of mails and daily work, and what the dashboard says of them."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django_tasks_db.models import DBTaskResult

from clinic_site.background import outbox, runs
from clinic_site.background.mails import mail_staff
from clinic_site.background.models import ScheduledRun
from clinic_site.background.schedule import JOBS
from clinic_site.checks import check_background_runs
from clinic_site.tests.fixtures import ROLES
from clinic_site.tests.mails import sent_mails
from clinic_site.tests.pages import messages_of

from .test_outbox import Refusing

PAGE = "/admin/reports/background/"
START = datetime(2027, 3, 1, 20, 30, tzinfo=UTC)
STANDS_STILL = (
    "Mails to staff and daily work stand still. Ask whoever looks after the server to start: "
    "manage.py run_background"
)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as clock:
        yield clock


@pytest.fixture
def all_well(db: None, clock: time_machine.Traveller) -> None:
    """Everything has just been run."""
    for job in JOBS:
        started_at = runs.claim(job)
        assert started_at
        runs.finish(job, started_at, succeeded=True, said="Deleted: 3 requests.")


@pytest.fixture
def failed(all_well: None, users: dict[str, Any], settings: Any, clock: Any) -> Any:
    """The row of a mail that was given up; the mail server works again."""
    working = settings.EMAIL_BACKEND
    mail_staff(users["editor"], "Two are new", "See them here.")
    settings.EMAIL_BACKEND = f"{Refusing.__module__}.Refusing"
    sent_mails()
    for pause in outbox.PAUSES:
        clock.shift(pause)
        sent_mails()
    settings.EMAIL_BACKEND = working
    for job in JOBS:
        if started_at := runs.claim(job):
            runs.finish(job, started_at, succeeded=True, said="")
    return DBTaskResult.objects.get()


def soup_of(client: Client, address: str) -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def rows(soup: BeautifulSoup, label: str) -> list[list[str]]:
    found = soup.select(f'[aria-label="{label}"] tbody tr')
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")] for row in found
    ]


def told(client: Client) -> list[str]:
    """What the dashboard says."""
    found = soup_of(client, "/admin/").select(f".to-do a[href='{PAGE}']")
    return [" ".join(each.get_text(" ").split()).removeprefix("Urgent: ") for each in found]


def test_the_page_tells_how_each_command_went(
    all_well: None, sign_in: Callable[..., Client]
) -> None:
    found = rows(soup_of(sign_in("administrator"), PAGE), "Daily work")

    assert [row[0] for row in found] == [job.title for job in JOBS]
    assert found[2] == [
        "Delete requests past their date",
        "03/01/2027 2:30 p.m.",
        "Done Deleted: 3 requests.",
        "03/02/2027 3:30 a.m.",
    ]


def test_a_failure_stays_to_be_read_when_the_next_run_went_well(
    all_well: None, sign_in: Callable[..., Client], clock: time_machine.Traveller
) -> None:
    for succeeded, said in ((False, "2 pages were left out."), (True, "")):
        clock.shift(timedelta(minutes=1))
        started_at = runs.claim(JOBS[0])
        assert started_at
        runs.finish(JOBS[0], started_at, succeeded=succeeded, said=said)
    row = rows(soup_of(sign_in("administrator"), PAGE), "Daily work")[0]

    assert row[2] == "Done Last failed: 03/01/2027 2:31 p.m.; 2 pages were left out."
    assert told(sign_in("administrator")) == []


def test_a_mail_that_is_being_sent_is_counted_and_not_called_failed(
    all_well: None, users: dict[str, Any], sign_in: Callable[..., Client]
) -> None:
    mail_staff(users["editor"], "Two are new", "See them here.")
    DBTaskResult.objects.get().claim("a worker")
    soup = soup_of(sign_in("administrator"), PAGE)

    assert rows(soup, "Mails to staff") == []
    assert "1 mail waits to be sent." in soup.get_text()


def test_before_anything_ran_it_says_so(
    users: dict[str, Any], sign_in: Callable[..., Client]
) -> None:
    soup = soup_of(sign_in("administrator"), PAGE)

    assert {row[2] for row in rows(soup, "Daily work")} == {"Has not run yet"}
    assert STANDS_STILL in soup.get_text()


def test_a_failed_mail_is_told_of_and_can_be_sent_again(
    failed: Any, sign_in: Callable[..., Client]
) -> None:
    client = sign_in("administrator")
    (row,) = rows(soup_of(client, PAGE), "Mails to staff")
    assert row == [
        "editor",
        "Two are new",
        "03/01/2027 2:30 p.m.",
        "Tried 8 times. The mail server does not know this address.",
        "None: it failed",
        "Try again now Delete this mail",
    ]
    assert told(client) == ["1 mail to staff could not be sent."]

    response = client.post(f"{PAGE}{failed.pk}/again/", follow=True)
    assert messages_of(response) == ["The mail is being sent again."]
    assert [sent.subject for sent in sent_mails()] == ["Two are new"]
    assert (rows(soup_of(client, PAGE), "Mails to staff"), told(client)) == ([], [])
    late = client.post(f"{PAGE}{failed.pk}/again/", follow=True)
    assert messages_of(late) == [
        "Nothing was changed: this mail is being sent, has gone out or was deleted."
    ]


def test_a_failed_mail_can_be_deleted(failed: Any, sign_in: Callable[..., Client]) -> None:
    client = sign_in("administrator")
    response = client.post(f"{PAGE}{failed.pk}/delete/", follow=True)

    assert messages_of(response) == ["The mail was deleted and is not sent."]
    assert (DBTaskResult.objects.count(), told(client)) == (0, [])


def test_a_mail_that_waits_for_its_next_try_says_when(
    all_well: None, users: dict[str, Any], settings: Any, sign_in: Callable[..., Client]
) -> None:
    mail_staff(users["editor"], "Two are new", "See them here.")
    settings.EMAIL_BACKEND = "no.such.Backend"
    sent_mails()
    (row,) = rows(soup_of(sign_in("administrator"), PAGE), "Mails to staff")

    assert row[3:] == [
        "Tried 1 time. The mail server did not answer as expected (ModuleNotFoundError).",
        "03/01/2027 2:31 p.m.",
        "Try again now",
    ]


@pytest.mark.parametrize(
    "stops",
    [
        lambda users, clock: clock.shift(timedelta(minutes=12)),
        lambda users, clock: ScheduledRun.objects.all().delete(),
    ],
    ids=["overdue", "never"],
)
def test_the_dashboard_says_when_nothing_is_run(
    all_well: None,
    users: dict[str, Any],
    sign_in: Callable[..., Client],
    clock: time_machine.Traveller,
    stops: Callable[..., None],
) -> None:
    assert told(sign_in("administrator")) == []
    stops(users, clock)
    assert told(sign_in("administrator")) == [STANDS_STILL]


def test_the_dashboard_says_when_mails_are_not_taken(
    all_well: None,
    users: dict[str, Any],
    sign_in: Callable[..., Client],
    clock: time_machine.Traveller,
) -> None:
    mail_staff(users["editor"], "Two are new", "See them here.")
    clock.shift(outbox.LATE)
    for job in runs.due():
        started_at = runs.claim(job)
        assert started_at
        runs.finish(job, started_at, succeeded=True, said="")

    assert told(sign_in("administrator")) == [STANDS_STILL]


def test_the_dashboard_names_a_command_that_failed(
    all_well: None, sign_in: Callable[..., Client]
) -> None:
    ScheduledRun.objects.filter(command="purge_submissions").update(succeeded=False)

    assert told(sign_in("administrator")) == ["This failed: Delete requests past their date."]


def found(databases: list[str]) -> list[str | None]:
    return [message.id for message in check_background_runs(databases=databases)]


def test_the_deploy_check_warns_where_nothing_is_run(
    all_well: None, clock: time_machine.Traveller
) -> None:
    assert found(["default"]) == []
    clock.shift(timedelta(minutes=12))
    assert (found(["default"]), found([])) == (["clinic_site.W001"], [])
    ScheduledRun.objects.all().delete()
    assert found(["default"]) == []


@pytest.mark.parametrize("role", [role for role in ROLES if role != "administrator"])
def test_nobody_else_sees_or_changes_anything(
    failed: Any, sign_in: Callable[..., Client], role: str
) -> None:
    client = sign_in(role)
    answers = [
        client.get(PAGE),
        client.post(f"{PAGE}{failed.pk}/again/"),
        client.post(f"{PAGE}{failed.pk}/delete/"),
    ]

    assert {answer.status_code for answer in answers} <= {302, 403}
    assert (told(client), outbox.failed().count()) == ([], 1)


def test_whoever_is_given_the_permission_may(
    failed: Any, users: dict[str, Any], sign_in: Callable[..., Client]
) -> None:
    from clinic_site.background.menu import background_permission

    (permission,) = background_permission()
    users["booking_administrator"].groups.get().permissions.add(permission)

    client = sign_in("booking_administrator")
    assert client.get(PAGE).status_code == 200
    assert told(client) == ["1 mail to staff could not be sent."]


def test_a_change_is_a_post(failed: Any, sign_in: Callable[..., Client]) -> None:
    client = sign_in("administrator")
    for action in ("again", "delete"):
        assert client.get(f"{PAGE}{failed.pk}/{action}/").status_code == 405
