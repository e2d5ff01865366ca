"""Choices, requests that come or are late, and the mails that were written about them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.test import Client

from booking.choices import HowOften
from booking.models import Location, RequestMails, Submission
from clinic_site.tests.mails import sent_mails

# A Monday, ten o'clock at the clinic.
NOW = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
TUESDAY_5_PM = datetime(2026, 12, 1, 23, 0, tzinfo=UTC)
Make = Callable[..., Submission]
SignIn = Callable[..., Client]


def choose(user: Any, how_often: str = HowOften.AT_ONCE, *places: Location, **more: Any) -> Any:
    columns = {"told_until": NOW - timedelta(days=3), **more}
    columns["everywhere"] = not places
    chosen = RequestMails.objects.create(user=user, new_requests=how_often, **columns)
    chosen.locations.set(places)
    return chosen


def come(make: Make, **columns: Any) -> Submission:
    """A request that comes now and is to be answered by Tuesday at five."""
    now = datetime.now(UTC)
    return make(**{"received_at": now, "due_at": TUESDAY_5_PM, **columns})


def run(command: str = "mail_new_requests") -> str:
    said = StringIO()
    call_command(command, stdout=said)
    return said.getvalue().strip()


def subjects() -> list[str]:
    """Of all mails of this test, without the name of the clinic, in the order in which they were written."""
    return [mail.subject.partition(": ")[2] for mail in sent_mails()]


def late(make: Make, **columns: Any) -> Submission:
    """A request whose answer was due yesterday, Sunday, at nine o'clock in the morning."""
    return make(**{"due_at": NOW - timedelta(hours=25), **columns})
