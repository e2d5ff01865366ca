"""Mails of new requests: to whom, when, once, with numbers and links and nothing else."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.management import CommandError
from wagtail.users.models import UserProfile

from booking.choices import HowOften, Status
from booking.models import Location, RequestMails, Submission
from booking.notifications import new_requests, wording
from clinic_site.tests.mails import sent_mails

from .mails import NOW, TUESDAY_5_PM, Make, SignIn, choose, come, run, subjects

# What is said ----------------------------------------------------------------------------------


def test_a_mail_says_how_many_where_by_when_and_nothing_else(
    make: Make, users: dict[str, Any], site: SimpleNamespace, frisco: Location
) -> None:
    choose(users["booking_reviewer"])
    come(make, location=frisco, due_at=TUESDAY_5_PM + timedelta(days=9))
    come(make)
    come(make, status=Status.CHECK)
    assert run() == "Mails on their way: 1."

    (mail,) = sent_mails()
    assert mail.to == ["booking_reviewer@clinic.example"]
    assert mail.subject.endswith(": 3 new requests, an answer is due Tue 5 p.m.")
    base = "http://127.0.0.1:8000/admin"
    assert mail.body.splitlines() == [
        "Allen: 2 new requests, an answer is due Tue 5 p.m.",
        f"{base}/booking/submission/?show=open&location={site.location.pk}",
        "",
        "Frisco: 1 new request, an answer is due 12/10/2026 5 p.m.",
        f"{base}/booking/submission/?show=open&location={frisco.pk}",
        "",
        "To get other mails, or none:",
        f"{base}/account/#tab-notifications",
    ]


def test_it_is_written_in_the_language_of_its_reader(make: Make, users: dict[str, Any]) -> None:
    choose(users["booking_reviewer"])
    UserProfile.objects.create(user=users["booking_reviewer"], preferred_language="es")
    come(make)
    run()

    (mail,) = sent_mails()
    assert mail.subject.endswith(": 1 solicitud nueva, se espera una respuesta el mar 5 p.m.")
    assert "Para recibir otros correos" in mail.body


def test_without_a_due_time_it_says_none(make: Make, users: dict[str, Any]) -> None:
    choose(users["booking_reviewer"])
    come(make, due_at=None)
    run()
    assert subjects() == ["1 new request"]


def test_it_counts_as_the_list_that_it_leads_to(
    make: Make, users: dict[str, Any], sign_in: SignIn
) -> None:
    choose(users["booking_reviewer"])
    first = come(make)
    come(make, form_digest=first.form_digest, correction=1)
    run()
    assert subjects() == ["2 new requests, an answer is due Tue 5 p.m."]
    address = sent_mails()[0].body.splitlines()[1]
    page = sign_in("booking_reviewer").get(address.partition(":8000")[2])
    assert len(BeautifulSoup(page.content, "html.parser").select("tbody .field-reference")) == 2


def test_what_is_late_already_was_due(
    make: Make, users: dict[str, Any], clock: time_machine.Traveller
) -> None:
    choose(users["booking_reviewer"])
    come(make)
    clock.shift(timedelta(days=2))
    run()
    assert subjects() == ["1 new request, an answer was due Tue 5 p.m."]


def test_nothing_of_the_answers_is_stored_with_a_mail(kestrel: Submission, users: Any) -> None:
    from django_tasks_db.models import DBTaskResult

    choose(users["booking_reviewer"])
    run()
    (row,) = DBTaskResult.objects.values_list("args_kwargs", flat=True)
    stored = str([row, *RequestMails.objects.values_list("told", flat=True)])
    assert "Kestrel" not in stored
    assert "KKKKKKKK" not in stored
    assert "Allen: 1 new request" in stored


# To whom ---------------------------------------------------------------------------------------


def test_only_who_chose_it_may_see_requests_and_can_be_reached_is_told(
    make: Make, users: dict[str, Any]
) -> None:
    for role, user in users.items():
        choose(user, HowOften.NEVER if role == "booking_administrator" else HowOften.AT_ONCE)
    come(make)
    run()
    told = {mail.to[0].partition("@")[0] for mail in sent_mails()}
    assert told == {"booking_reviewer", "administrator"}

    users["booking_reviewer"].is_active = False
    users["booking_reviewer"].save()
    users["administrator"].email = ""
    users["administrator"].save()
    RequestMails.objects.update(told={}, told_until=NOW - timedelta(days=1))
    assert run() == "Mails on their way: 0."


def test_a_person_is_told_of_the_locations_chosen(
    make: Make, users: dict[str, Any], frisco: Location
) -> None:
    choose(users["booking_reviewer"], HowOften.AT_ONCE, frisco)
    come(make)
    assert run() == "Mails on their way: 0."
    come(make, location=frisco)
    run()
    (mail,) = sent_mails()
    assert mail.body.startswith("Frisco: 1 new request")
    assert "Allen" not in mail.body


def test_what_somebody_has_taken_up_or_withdrawn_is_not_new(
    make: Make, users: dict[str, Any]
) -> None:
    choose(users["booking_reviewer"])
    for status in set(Status) - {Status.NEW, Status.CHECK}:
        come(make, status=status)
    assert run() == "Mails on their way: 0."


# When, and once --------------------------------------------------------------------------------


def test_at_once_is_within_the_minute_and_what_follows_shortly_comes_together(
    make: Make, users: dict[str, Any], clock: time_machine.Traveller
) -> None:
    choose(users["booking_reviewer"])
    come(make)
    assert run() == "Mails on their way: 1."
    told = []
    for _minute in range(6):
        come(make)
        clock.shift(timedelta(minutes=1))
        told.append(run())
    assert told == ["Mails on their way: 0."] * 4 + ["Mails on their way: 1."] + [
        "Mails on their way: 0."
    ]
    assert [subject[:5] for subject in subjects()] == ["1 new", "5 new"]


def test_hourly_is_at_most_once_an_hour(
    make: Make, users: dict[str, Any], clock: time_machine.Traveller
) -> None:
    choose(users["booking_reviewer"], HowOften.HOURLY)
    for _minutes in range(0, 180, 10):
        come(make)
        run()
        clock.shift(timedelta(minutes=10))
    assert [subject[:5] for subject in subjects()] == ["1 new", "6 new", "6 new"]


def test_daily_is_in_the_morning_by_the_clinics_clock(
    make: Make, users: dict[str, Any], clock: time_machine.Traveller
) -> None:
    choose(users["booking_reviewer"], HowOften.DAILY, told_until=NOW)
    sent = []
    for _hour in range(48):
        come(make)
        clock.shift(timedelta(hours=1))
        if run() == "Mails on their way: 1.":
            sent.append(datetime.now(UTC))
    # Seven o'clock in Texas in winter.
    assert sent == [datetime(2026, 12, day, 13, 0, tzinfo=UTC) for day in (1, 2)]
    assert [subject[:6] for subject in subjects()] == ["21 new", "24 new"]


def test_a_day_without_requests_does_not_bring_the_next_mail_forward(
    make: Make, users: dict[str, Any], clock: time_machine.Traveller
) -> None:
    choose(users["booking_reviewer"], HowOften.DAILY, told_until=NOW)
    clock.shift(timedelta(hours=26))
    come(make)
    assert run() == "Mails on their way: 0."
    clock.shift(timedelta(hours=19))
    assert run() == "Mails on their way: 1."


def test_each_request_is_told_of_once_whatever_the_order_in_which_they_are_stored(
    make: Make, users: dict[str, Any], clock: time_machine.Traveller
) -> None:
    choose(users["booking_reviewer"])
    come(make)
    run()
    # Its transaction ended after the mail, or the clock of its server is behind.
    come(make, received_at=NOW - timedelta(minutes=20))
    clock.shift(timedelta(minutes=5))
    come(make, received_at=NOW + timedelta(minutes=20))
    assert run() == "Mails on their way: 1."
    for _hour in range(3):
        clock.shift(timedelta(hours=1))
        assert run() == "Mails on their way: 0."
    assert [subject[:5] for subject in subjects()] == ["1 new", "2 new"]


def test_what_was_told_and_waits_again_is_not_told_again(
    make: Make, users: dict[str, Any], clock: time_machine.Traveller
) -> None:
    choose(users["booking_reviewer"])
    first = come(make)
    run()
    Submission.objects.filter(pk=first.pk).update(status=Status.CONTACTED)
    clock.shift(timedelta(minutes=6))
    come(make)
    run()
    Submission.objects.filter(pk=first.pk).update(status=Status.NEW)
    clock.shift(timedelta(minutes=6))
    assert run() == "Mails on their way: 0."


def test_a_clock_a_little_ahead_does_not_tell_of_what_is_old(
    make: Make, users: dict[str, Any]
) -> None:
    choose(users["booking_reviewer"], told_until=NOW + timedelta(minutes=1))
    make(received_at=NOW - timedelta(days=20))
    assert run() == "Mails on their way: 0."


def test_after_a_standstill_everything_that_waits_is_told_of(
    make: Make, users: dict[str, Any], clock: time_machine.Traveller
) -> None:
    choose(users["booking_reviewer"], told_until=NOW)
    for _day in range(3):
        clock.shift(timedelta(days=1))
        come(make)
    assert run() == "Mails on their way: 1."
    assert [subject[:5] for subject in subjects()] == ["3 new"]


def test_a_clock_that_was_ahead_keeps_nobody_from_the_next_mail(
    make: Make, users: dict[str, Any], clock: time_machine.Traveller
) -> None:
    for number, role in enumerate(("booking_reviewer", "booking_administrator")):
        choose(users[role], [HowOften.AT_ONCE, HowOften.DAILY][number], told_until=NOW)
    clock.shift(timedelta(days=899))
    come(make)
    clock.shift(timedelta(days=1))
    assert run() == "Mails on their way: 2."
    clock.move_to(NOW + timedelta(hours=1))
    come(make)
    clock.shift(timedelta(days=1))
    assert run() == "Mails on their way: 2."


def test_two_processes_at_the_same_moment_write_one_mail(make: Make, users: dict[str, Any]) -> None:
    choose(users["booking_reviewer"])
    seen = [RequestMails.objects.get() for _process in range(2)]
    come(make)
    assert [new_requests.tell(each) for each in seen] == [True, False]
    assert len(sent_mails()) == 1


def test_a_mail_that_cannot_be_written_is_tried_again_and_keeps_nobody_from_theirs(
    make: Make, users: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    for role in ("booking_reviewer", "booking_administrator"):
        choose(users[role])
    come(make)
    mail_staff = wording.mail_staff

    def fail_for_one(user: Any, *rest: str, needs: str) -> None:
        mail_staff(user, *rest, needs=needs)
        if user == users["booking_reviewer"]:
            raise OSError("no space left")

    with (
        patch.object(wording, "mail_staff", fail_for_one),
        pytest.raises(CommandError, match=r"Mails that could not be written: 1\."),
    ):
        run()
    assert [mail.to[0][:14] for mail in sent_mails()] == ["booking_admini"]
    assert run() == "Mails on their way: 1."
    assert [mail.to[0][:14] for mail in sent_mails()] == ["booking_admini", "booking_review"]


def test_it_asks_no_more_of_the_database_for_more_requests(
    make: Make, users: dict[str, Any], django_assert_num_queries: Any
) -> None:
    choose(users["booking_reviewer"])
    counts = []
    for number in (1, 20):
        for row in range(number):
            come(make)
            colleague = type(users["editor"]).objects.create_user(
                f"{number}-{row}", "a@clinic.example"
            )
            colleague.groups.set(users["booking_administrator"].groups.all())
        RequestMails.objects.update(told={}, mailed_at=None)
        with django_assert_num_queries(10) as asked:
            run()
        counts.append(len(asked))
    assert counts[0] == counts[1]
