"""Whatever a person's own time zone: list, filter, export, mail and deletion speak of the clinic's day."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone
from wagtail.users.models import UserProfile

from booking.models import PrivacyCheck, Submission
from booking.tests.exported import export_fields, rows_of
from booking.upkeep.retention import expired_submissions
from clinic_site.tests.fixtures import PASSPHRASES, TestVault
from clinic_site.tests.mails import sent_mails

CLINIC = ZoneInfo("America/Chicago")
ROLE = "booking_administrator"
LIST = "/admin/booking/submission/"
EXPORT = f"{LIST}export/"
# Both days on which clocks change, with what arrived on them and how the clinic's clock read.
SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)
IN_WORDS = {SPRING: "March 8, 2026", AUTUMN: "Nov. 1, 2026"}
ARRIVED = {
    SPRING: {"A": ("00:30", 0), "B": ("01:59", 0), "C": ("03:00", 0), "D": ("23:30", 0)},
    AUTUMN: {"A": ("00:30", 0), "B": ("01:30", 0), "C": ("01:30", 1), "D": ("23:30", 0)},
}


def clinic(day: date, clock: str, fold: int = 0) -> datetime:
    """That clock time at the clinic; fold 1 is the second of two."""
    return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=CLINIC, fold=fold)


@pytest.fixture(params=[SPRING, AUTUMN], ids=["spring", "autumn"])
def day(request: pytest.FixtureRequest) -> Iterator[date]:
    """A day on which clocks change, at its noon."""
    with time_machine.travel(clinic(request.param, "12:00"), tick=False):
        yield request.param


@pytest.fixture(params=["Asia/Tokyo", "America/Los_Angeles"])
def zone(request: pytest.FixtureRequest, users: dict[str, Any]) -> str:
    """The time zone that the person at work has chosen in the admin."""
    UserProfile.objects.create(user=users[ROLE], current_time_zone=request.param)
    return str(request.param)


@pytest.fixture
def person(
    day: date, zone: str, make: Callable[..., Submission], sign_in: Callable[..., Client]
) -> Client:
    """Signed in and unlocked, with four requests of the day and one of each neighboring day."""
    make(reference="EVE", received_at=clinic(day - timedelta(days=1), "23:59"))
    make(reference="MORROW", received_at=clinic(day + timedelta(days=1), "00:00"))
    for reference, (clock, fold) in ARRIVED[day].items():
        make(reference=reference, received_at=clinic(day, clock, fold))
    return sign_in(ROLE, unlock=True)


def page(person: Client, address: str) -> BeautifulSoup:
    return BeautifulSoup(person.get(address).content, "html.parser")


def listed(list_page: BeautifulSoup) -> dict[str, str]:
    """What the list says of when each request was received, newest first, by reference."""
    return {
        row.select_one(".field-reference a").get_text(strip=True): row.select_one(
            ".field-received"
        ).get_text(strip=True)
        for row in list_page.select("tbody tr")
    }


def exported(person: Client, kind: str, day: date) -> dict[str, str]:
    """The column of arrival in a file of that day's requests, oldest first, by reference."""
    fields = export_fields(PASSPHRASES[ROLE], kind, since=day, until=day)
    rows = rows_of(person.post(EXPORT, fields))[1:-1]
    return {row[0]: row[1] for row in reversed(rows)}


def test_the_list_tells_times_and_days_by_the_clinics_clock(person: Client, day: date) -> None:
    everything = page(person, f"{LIST}?show=all")

    assert list(listed(everything)) == ["MORROW", "D", "C", "B", "A", "EVE"]
    assert listed(everything)["A"] == f"{day:%m/%d/%Y} 12:30 a.m."
    assert listed(everything)["D"] == f"{day:%m/%d/%Y} 11:30 p.m."
    # "Today" begins and ends at the clinic's midnights.
    today = page(person, f"{LIST}?show=all&received=today")
    assert list(listed(today)) == ["D", "C", "B", "A"]


def test_the_request_itself_and_the_search_do_too(person: Client, day: date) -> None:
    request = Submission.objects.get(reference="D")
    detail = page(person, f"{LIST}inspect/{request.pk}/").get_text(" ", strip=True)
    response = person.post(f"{LIST}search/", {"term": "Robin"}, follow=True)
    found = BeautifulSoup(response.content, "html.parser")

    assert f"{IN_WORDS[day]}, 11:30 p.m." in detail
    assert f"{day:%m/%d/%Y} 11:30 p.m." in found.get_text(" ", strip=True)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_of_the_day_holds_the_clinics_day(person: Client, day: date, kind: str) -> None:
    assert exported(person, kind, day) == {
        reference: f"{day} {clock}" for reference, (clock, _fold) in ARRIVED[day].items()
    }


def test_the_export_takes_the_lists_day_over(person: Client, day: date) -> None:
    listed_today = page(person, f"{LIST}?show=all&since={day}&until={day}")
    form = page(person, listed_today.select_one("a[href*='/export/']")["href"])

    assert [form.find("input", attrs={"name": name})["value"] for name in ("since", "until")] == [
        str(day),
        str(day),
    ]


def test_a_mail_tells_the_clinics_time(person: Client, day: date) -> None:
    new = "violet trumpet lumber oyster sock tin"
    person.post(
        "/admin/vault/passphrase/", {"old": PASSPHRASES[ROLE], "passphrase": new, "again": new}
    )

    when = f"When: {IN_WORDS[day]}, noon {'CDT' if day == SPRING else 'CST'}"
    assert {each.to[0]: each.body.splitlines()[2] for each in sent_mails()} == {
        f"{role}@clinic.example": when for role in PASSPHRASES
    }


def test_the_dashboard_tells_the_clinics_day_of_a_check(
    users: dict[str, Any], person: Client, day: date
) -> None:
    users[ROLE].is_superuser = True
    users[ROLE].save()
    PrivacyCheck.objects.create(ran_at=clinic(day, "00:30"))
    PrivacyCheck.objects.create(ran_at=clinic(day, "23:30"))

    for check in PrivacyCheck.objects.all():
        panel = page(person, "/admin/").select_one("#privacy-check-section")
        assert f"{day:%B} {day.day}, 2026" in panel.get_text(" ", strip=True)
        check.delete()


def test_a_request_is_kept_and_deleted_by_the_clinics_days(
    zone: str, day: date, vault: TestVault, send: Callable[..., Submission]
) -> None:
    with time_machine.travel(clinic(day, "23:30"), tick=False):
        request = send()
        assert request.delete_after == day + timedelta(days=request.page.retention_days)
    Submission.objects.update(delete_after=day)

    for moment, expired in (
        (clinic(day, "23:59"), []),
        (clinic(day + timedelta(days=1), "00:00"), [request]),
    ):
        with time_machine.travel(moment, tick=False), timezone.override(zone):
            assert list(expired_submissions()) == expired
