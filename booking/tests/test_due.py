"""By when an answer was promised: fixed when a request comes in, and seen at the desk until it is taken up."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.apps import apps
from django.test import Client

from booking.choices import Status
from booking.locations.models import OpeningHours
from booking.models import Submission
from booking.public.form.tokens import new_token
from booking.tests.factories import LocationFactory, close_location
from clinic_site.tests.pages import table

# A Monday, ten o'clock at the clinic.
NOW = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
TUESDAY_5_PM = datetime(2026, 12, 1, 23, 0, tzinfo=UTC)
LIST = "/admin/booking/submission/"
Send = Callable[..., Submission]
Make = Callable[..., Submission]
SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def words(response: Any) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


# The promise --------------------------------------------------------------------------------------


def test_it_is_what_the_visitor_read(
    client: Client, answers: dict[str, Any], vault: Any, site: SimpleNamespace
) -> None:
    site.book.answer_working_days = 1
    site.book.save()
    page = client.post("/book/", answers, follow=True)

    assert "We get back to you by Tuesday, December 1, 5 p.m. (Allen time)." in words(page)
    assert Submission.objects.get().due_at == TUESDAY_5_PM


@pytest.mark.parametrize("change", ["hours", "closing", "days"])
def test_what_changes_afterwards_does_not_change_it(
    client: Client, answers: dict[str, Any], vault: Any, site: SimpleNamespace, change: str
) -> None:
    page = client.post("/book/", answers, follow=True)
    before = words(page)
    if change == "hours":
        OpeningHours.objects.all().delete()
    elif change == "closing":
        close_location(site.location, "2026-12-01", "2026-12-24")
    else:
        site.book.answer_working_days = 9
        site.book.save()
    again = client.get(page.redirect_chain[-1][0])

    promise = "We get back to you by"
    assert promise in before
    assert words(again).partition(promise)[2][:60] == before.partition(promise)[2][:60]


def test_a_location_without_hours_promises_nothing(send: Send, site: SimpleNamespace) -> None:
    OpeningHours.objects.all().delete()
    assert send(when="soonest", preferred_day="", second_day="").due_at is None


def test_a_correction_has_its_own(
    client: Client, answers: dict[str, Any], vault: Any, clock: time_machine.Traveller
) -> None:
    answers["token"] = new_token()
    client.post("/book/", answers)
    clock.shift(timedelta(hours=15))  # the day after, there
    client.post("/book/", {**answers, "message": "In the afternoon, please."})
    first, second = Submission.objects.order_by("correction")

    assert second.due_at - first.due_at == timedelta(days=1)


# The desk -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", Status.values)
def test_the_desk_says_by_when_and_what_is_overdue_while_nobody_has_taken_it_up(
    sign_in: SignIn, make: Make, status: str
) -> None:
    waits = status in {"new", "check"}
    late, soon = (
        make(status=status, due_at=NOW - timedelta(minutes=minutes)) for minutes in (1, 0)
    )
    if status == "withdrawn":
        Submission.objects.update(sealed=b"")
    client = sign_in("booking_reviewer")
    shown = {row[0]: row[3] for row in table(client.get(LIST, {"show": "all"}))[1:]}

    assert shown == {
        late.reference: "Mon 9:59 a.m. overdue" if waits else "-",
        soon.reference: "Mon 10 a.m." if waits else "-",
    }
    texts = [words(client.get(f"{LIST}inspect/{row.pk}/")) for row in (late, soon)]
    assert ["overdue" in text for text in texts] == [waits, False]
    assert [("Answer due Nov. 30, 2026" in text) for text in texts] == [status != "withdrawn"] * 2


def test_the_list_is_sorted_by_it(sign_in: SignIn, make: Make) -> None:
    rows = [make(due_at=NOW + timedelta(days=days)) for days in (3, 1, 2)]
    found = table(sign_in("booking_reviewer").get(f"{LIST}?sort=due"))[1:]

    assert [row[0] for row in found] == [rows[number].reference for number in (1, 2, 0)]


# Requests from before -----------------------------------------------------------------------------


def test_those_that_wait_from_before_are_given_one_by_what_holds_today(
    site: SimpleNamespace, make: Make
) -> None:
    friday = NOW + timedelta(days=4)
    nowhere = LocationFactory(name="Plano")
    site.book.answer_working_days = 2
    site.book.save()
    monday = make()
    at_night = make(received_at=friday + timedelta(hours=13))
    close_location(site.location, "2026-12-02", "2026-12-02")
    taken = make(status="contacted")
    without = make(location=nowhere)
    kept = make(due_at=TUESDAY_5_PM)
    import_module("booking.migrations.0020_due_of_waiting").set_due(apps, None)

    due = dict(Submission.objects.values_list("pk", "due_at"))
    assert due == {
        monday.pk: TUESDAY_5_PM + timedelta(days=2),  # not on Wednesday: it is closed
        at_night.pk: TUESDAY_5_PM + timedelta(days=7),
        without.pk: None,
        taken.pk: None,
        kept.pk: TUESDAY_5_PM,
    }
