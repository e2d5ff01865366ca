"""Mails to staff go out, whatever becomes of the mail server or the worker, and say nothing secret."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.db import transaction
from django_tasks import task_backends
from django_tasks.backends.immediate import ImmediateBackend
from django_tasks_db.models import DBTaskResult

from clinic_site.background import outbox, runs
from clinic_site.background.mails import mail_staff
from clinic_site.background.schedule import JOBS
from clinic_site.error_reports import QuietFormatter
from clinic_site.remembered.version import content_version, forget_version
from clinic_site.tests.mails import sent_mails

START = datetime(2027, 3, 1, 20, 30, tzinfo=UTC)
ADDRESS = "editor@clinic.example"


class Refusing(BaseEmailBackend):
    """A mail server that repeats what it was asked, as they do."""

    def send_messages(self, messages: Any) -> int:
        raise SMTPRecipientsRefused({messages[0].to[0]: (550, b"No mailbox here")})


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as clock:
        yield clock


@pytest.fixture
def refused(users: dict[str, Any], settings: Any, clock: time_machine.Traveller) -> Any:
    """A mail that the server has refused once; the settings, to let it work again."""
    mail_staff(users["editor"], "Two are new", "See them here.")
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    assert sent_mails() == []
    return settings


def working(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def test_a_mail_waits_for_the_worker_and_goes_out_once(users: dict[str, Any]) -> None:
    mail_staff(users["editor"], "Two are new", "See them here.")

    assert (mail.outbox, outbox.waiting().count()) == ([], 1)
    (sent,) = sent_mails()
    assert (sent.to, sent.subject, sent.body) == ([ADDRESS], "Two are new", "See them here.")
    assert (len(sent_mails()), outbox.waiting().count()) == (1, 0)


def test_it_goes_out_only_if_what_it_tells_of_was_kept(users: dict[str, Any]) -> None:
    with transaction.atomic():
        mail_staff(users["editor"], "Two are new", "See them here.")
        transaction.set_rollback(True)

    assert sent_mails() == []


def test_what_is_stored_names_the_reader_by_number(users: dict[str, Any]) -> None:
    mail_staff(users["editor"], "Two are new", "See them here.")

    (row,) = DBTaskResult.objects.values()
    assert row["args_kwargs"] == {
        "args": [users["editor"].pk, "Two are new", "See them here.", ""],
        "kwargs": {},
    }
    assert ADDRESS not in str(row)


@pytest.mark.parametrize("changed", [{"is_active": False}, {"email": ""}])
def test_who_left_or_has_no_address_any_more_gets_none(
    users: dict[str, Any], changed: dict[str, Any]
) -> None:
    mail_staff(users["editor"], "Two are new", "See them here.")
    type(users["editor"]).objects.filter(pk=users["editor"].pk).update(**changed)

    assert (sent_mails(), outbox.waiting().count(), outbox.failed().count()) == ([], 0, 0)


def test_no_page_is_drawn_anew_for_mails_or_daily_work(
    users: dict[str, Any], clock: time_machine.Traveller
) -> None:
    before = content_version()
    mail_staff(users["editor"], "Two are new", "See them here.")
    sent_mails()
    for job in JOBS:
        runs.claim(job)
        runs.finish(job, START, succeeded=True, said="")
    forget_version()

    assert content_version() == before


def test_only_mails_wait_whatever_else_is_a_task_is_done_at_once() -> None:
    assert isinstance(task_backends["default"], ImmediateBackend)


def test_no_mail_server_is_waited_for_without_a_limit() -> None:
    assert EmailBackend().timeout == 10


# A mail server that refuses -----------------------------------------------------------------------


def test_a_refused_mail_is_tried_again_with_growing_pauses_until_it_goes(
    refused: Any, clock: time_machine.Traveller
) -> None:
    tried_at = []
    for pause in outbox.PAUSES[:3]:
        clock.shift(pause - timedelta(seconds=1))
        sent_mails()
        before = DBTaskResult.objects.get().worker_ids
        clock.shift(timedelta(seconds=1))
        sent_mails()
        row = DBTaskResult.objects.get()
        assert len(row.worker_ids) == len(before) + 1
        tried_at.append(row.started_at - START)
    working(refused)
    clock.shift(outbox.PAUSES[3])

    assert [sent.to for sent in sent_mails()] == [[ADDRESS]]
    assert tried_at == [timedelta(minutes=minutes) for minutes in (1, 6, 21)]
    assert list(outbox.PAUSES) == sorted(outbox.PAUSES)


def test_after_the_last_try_it_is_kept_as_failed_and_told_of(
    refused: Any, clock: time_machine.Traveller, caplog: pytest.LogCaptureFixture
) -> None:
    for pause in outbox.PAUSES:
        assert outbox.failed().count() == 0
        clock.shift(pause)
        sent_mails()
    working(refused)
    clock.shift(timedelta(days=9))

    assert (sent_mails(), outbox.failed().count(), outbox.waiting().count()) == ([], 1, 0)
    told = [each.getMessage() for each in caplog.records if each.name == outbox.__name__]
    assert told == ["A mail was given up after 8 tries: see the page of mails in the admin."]


def test_neither_the_row_nor_the_log_repeats_what_the_server_said(
    refused: Any, clock: time_machine.Traveller, caplog: pytest.LogCaptureFixture
) -> None:
    clock.shift(outbox.PAUSES[0])
    sent_mails()
    (row,) = DBTaskResult.objects.values()

    assert (row["traceback"], row["exception_class_path"]) == (
        "",
        "smtplib.SMTPRecipientsRefused",
    )
    assert ADDRESS not in str(row)
    lines = [QuietFormatter().format(each) for each in caplog.records]
    assert "smtplib.SMTPRecipientsRefused" in lines[0]
    assert [each for each in lines if ADDRESS in each] == []


def test_a_failed_mail_can_be_tried_at_once_or_given_up(
    refused: Any, clock: time_machine.Traveller
) -> None:
    for pause in outbox.PAUSES:
        clock.shift(pause)
        sent_mails()
    (row,) = outbox.failed()
    working(refused)

    assert outbox.try_now(row.pk) is True
    assert (len(sent_mails()), outbox.give_up(row.pk), outbox.try_now(row.pk)) == (1, False, False)


def test_a_failed_mail_that_is_given_up_is_gone(
    refused: Any, clock: time_machine.Traveller
) -> None:
    (row,) = DBTaskResult.objects.all()
    assert outbox.give_up(row.pk) is False  # it is still being tried
    for pause in outbox.PAUSES:
        clock.shift(pause)
        sent_mails()

    assert (outbox.give_up(row.pk), DBTaskResult.objects.count()) == (True, 0)


# A worker that ends or does not run ---------------------------------------------------------------


def test_a_mail_whose_worker_was_killed_goes_out(
    users: dict[str, Any], clock: time_machine.Traveller
) -> None:
    mail_staff(users["editor"], "Two are new", "See them here.")
    DBTaskResult.objects.get().claim("a worker that is killed now")
    outbox.put_back_abandoned()
    assert sent_mails() == []
    clock.shift(outbox.ABANDONED)
    outbox.put_back_abandoned()
    clock.shift(outbox.PAUSES[0])

    assert [sent.to for sent in sent_mails()] == [[ADDRESS]]


def test_a_worker_that_hangs_is_named_once(
    users: dict[str, Any], clock: time_machine.Traveller
) -> None:
    mail_staff(users["editor"], "Two are new", "See them here.")
    DBTaskResult.objects.get().claim("a worker that hangs")
    assert outbox.put_back_abandoned() == set()
    clock.shift(outbox.ABANDONED)
    assert outbox.put_back_abandoned() == {"a worker that hangs"}
    assert outbox.put_back_abandoned() == set()


def test_a_mail_that_has_gone_meanwhile_is_not_put_back(
    users: dict[str, Any], clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_staff(users["editor"], "Two are new", "See them here.")
    row = DBTaskResult.objects.get()
    row.claim("a slow worker")
    clock.shift(outbox.ABANDONED)
    seen = list(outbox.waiting())
    row.set_successful(None)
    with monkeypatch.context() as look:
        look.setattr(DBTaskResult.objects.all().__class__, "__iter__", lambda rows: iter(seen))
        outbox.put_back_abandoned()

    assert outbox.waiting().count() == 0


def test_a_mail_whose_worker_was_killed_right_after_it_failed_is_tried_again(
    users: dict[str, Any], clock: time_machine.Traveller
) -> None:
    mail_staff(users["editor"], "Two are new", "See them here.")
    row = DBTaskResult.objects.get()
    row.claim("a worker that is killed soon")
    row.set_failed(ConnectionRefusedError())
    clock.shift(outbox.PAUSES[0])
    outbox.put_back_abandoned()
    clock.shift(outbox.PAUSES[0])

    assert [sent.to for sent in sent_mails()] == [[ADDRESS]]


def test_a_mail_that_kills_each_worker_is_given_up(
    users: dict[str, Any], clock: time_machine.Traveller
) -> None:
    mail_staff(users["editor"], "Two are new", "See them here.")
    for _try in range(len(outbox.PAUSES) + 1):
        DBTaskResult.objects.ready().get().claim("a worker that is killed now")
        clock.shift(outbox.ABANDONED)
        outbox.put_back_abandoned()
        clock.shift(max(outbox.PAUSES))

    (row,) = outbox.failed()
    assert row.exception_class_path == "clinic_site.background.outbox.WorkerStopped"


def test_a_mail_that_nobody_takes_is_late(
    users: dict[str, Any], clock: time_machine.Traveller
) -> None:
    mail_staff(users["editor"], "Two are new", "See them here.")
    clock.shift(outbox.LATE - timedelta(seconds=1))
    assert outbox.late().count() == 0
    clock.shift(timedelta(seconds=1))
    assert outbox.late().count() == 1


def test_a_mail_that_waits_for_its_next_try_is_late_only_after_that(
    refused: Any, clock: time_machine.Traveller
) -> None:
    clock.shift(outbox.PAUSES[0] + outbox.LATE - timedelta(seconds=1))
    assert outbox.late().count() == 0
    clock.shift(timedelta(seconds=1))
    assert outbox.late().count() == 1
