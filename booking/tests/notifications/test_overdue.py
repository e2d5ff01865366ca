"""Mails of promises that were missed: each morning, to whoever wants them, once."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.core.management import CommandError

from booking.choices import HowOften, Status
from booking.models import Location
from booking.notifications import overdue, wording
from booking.notifications.models import mails_of
from booking.submissions import handling
from clinic_site.tests.mails import sent_mails

from .mails import NOW, Make, choose, come, late, run, subjects


def test_each_morning_the_location_and_who_runs_the_desk_learn_what_is_overdue(
    make: Make, users: dict[str, Any], frisco: Location, clock: time_machine.Traveller
) -> None:
    choose(users["booking_reviewer"], HowOften.NEVER, frisco, overdue=True)
    choose(users["administrator"], HowOften.AT_ONCE)
    late(make)
    late(make, location=frisco)
    late(make, location=frisco, status=Status.CHECK, due_at=NOW - timedelta(hours=1))
    late(make, status=Status.CONTACTED)
    come(make)
    assert run("mail_overdue") == "Mails on their way: 2."

    mails = {mail.to[0].partition("@")[0]: mail for mail in sent_mails()}
    # Who runs the desk has chosen nothing; whoever looks after the site is not asked to call anybody.
    assert set(mails) == {"booking_reviewer", "booking_administrator"}
    said = "requests were not answered by the time promised, the first by Sun 9 a.m."
    assert mails["booking_administrator"].subject.endswith(f": 3 {said}")
    base = "http://127.0.0.1:8000/admin"
    assert mails["booking_reviewer"].body.splitlines() == [
        f"Frisco: 2 {said}",
        f"{base}/booking/submission/?show=overdue&location={frisco.pk}",
        "",
        "To get other mails, or none:",
        f"{base}/account/#tab-notifications",
    ]
    assert run("mail_overdue") == "Mails on their way: 0."
    clock.shift(timedelta(days=1))
    assert run("mail_overdue") == "Mails on their way: 2."


def test_a_morning_without_any_brings_no_mail(make: Make, users: dict[str, Any]) -> None:
    come(make)
    request = late(make)
    handling.change(
        request.pk,
        seen=handling.seen_values(request),
        to={"status": Status.CONTACTED, "assignee": users["booking_reviewer"]},
    )
    assert run("mail_overdue") == "Mails on their way: 0."


def test_whoever_could_not_be_told_in_the_morning_is_told_later(
    make: Make, users: dict[str, Any], clock: time_machine.Traveller
) -> None:
    late(make)
    clock.move_to(NOW - timedelta(hours=4))  # six in the morning
    assert run("mail_overdue") == "Mails on their way: 0."
    clock.shift(timedelta(hours=1))
    with (
        patch.object(wording, "mail_staff", side_effect=OSError),
        pytest.raises(CommandError, match="They are tried again"),
    ):
        run("mail_overdue")
    clock.shift(timedelta(minutes=10))
    assert run("mail_overdue") == "Mails on their way: 1."


def test_two_processes_tell_of_missed_promises_once(make: Make, users: dict[str, Any]) -> None:
    late(make)
    seen = [mails_of(users["booking_administrator"]) for _process in range(2)]
    assert [overdue.tell(each) for each in seen] == [True, False]
    assert [subject[:9] for subject in subjects()] == ["1 request"]
