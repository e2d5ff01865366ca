"""When a location is open, what that reads like, and by when an answer is promised."""

from datetime import UTC, date, datetime, time
from types import SimpleNamespace

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client

from booking.locations.hours import answer_due, federal_holiday, state_at
from booking.models import Location, OpeningHours
from booking.public.form.tokens import sign_reference
from booking.tests.factories import LocationFactory, open_on_weekdays


@pytest.fixture
def allen(db: None) -> Location:
    """Monday to Friday, 9 to 5, closed on federal holidays."""
    return open_on_weekdays(LocationFactory(closed_on_holidays=True))


def at(location: Location, text: str) -> datetime:
    """A moment by the clock of the location."""
    return datetime.fromisoformat(text).replace(tzinfo=location.zone)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-23 08:59", (False, "Closed now", "opens today at 9 a.m.")),
        ("2026-11-23 09:00", (True, "Open now", "until 5 p.m.")),
        ("2026-11-23 16:59", (True, "Open now", "until 5 p.m.")),
        ("2026-11-23 17:00", (False, "Closed now", "opens Tuesday at 9 a.m.")),
        ("2026-11-26 10:00", (False, "Closed now", "opens Friday at 9 a.m.")),  # Thanksgiving Day
        ("2026-11-28 10:00", (False, "Closed now", "opens Monday at 9 a.m.")),
    ],
)
def test_the_state_follows_hours_and_holidays(
    allen: Location, moment: str, words: tuple[bool, str, str]
) -> None:
    state = state_at(allen, at(allen, moment))
    assert (state.within_hours, state.words, state.detail) == words


def test_the_locations_own_clock_decides(allen: Location) -> None:
    moment = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
    east = open_on_weekdays(LocationFactory(name="Auckland", time_zone="Pacific/Auckland"))
    assert [state_at(place, moment).within_hours for place in (allen, east)] == [True, False]


def test_a_day_with_a_break_is_closed_in_it(allen: Location) -> None:
    OpeningHours.objects.create(location=allen, weekday=5, opens=time(9), closes=time(12))
    OpeningHours.objects.create(location=allen, weekday=5, opens=time(13), closes=time(15, 30))
    states = [
        state_at(allen, at(allen, f"2026-11-28 {clock}")) for clock in ("11:00", "12:30", "14:00")
    ]
    assert [(state.words, state.detail) for state in states] == [
        ("Open now", "until noon"),
        ("Closed now", "opens today at 1 p.m."),
        ("Open now", "until 3:30 p.m."),
    ]


def test_a_location_that_opens_once_in_a_while_names_the_date(db: None) -> None:
    friday = LocationFactory(closed_on_holidays=True)
    OpeningHours.objects.create(location=friday, weekday=4, opens=time(9), closes=time(12))
    # The next Friday is Christmas Day, the one after it New Year's Day.
    assert state_at(friday, at(friday, "2026-12-19 10:00")).detail == "opens January 8 at 9 a.m."


def test_a_location_without_hours_opens_at_no_time(db: None) -> None:
    state = state_at(LocationFactory(), datetime(2026, 11, 23, 15, tzinfo=UTC))
    assert (state.within_hours, state.detail) == (False, "")


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 11, 26), "Thanksgiving Day"),
        (date(2026, 7, 3), "Independence Day (observed)"),
        (date(2026, 11, 27), ""),
    ],
)
def test_federal_holidays_are_known_by_name(day: date, name: str) -> None:
    assert federal_holiday(day) == name


def test_a_location_may_stay_open_on_holidays(allen: Location) -> None:
    thanksgiving = date(2026, 11, 26)
    assert allen.hours_on(thanksgiving) == []
    allen.closed_on_holidays = False
    assert allen.hours_on(thanksgiving) == [(time(9), time(17))]


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        ("2026-11-23 08:00", 1, "2026-11-24 17:00"),
        ("2026-11-23 23:59", 1, "2026-11-24 17:00"),
        ("2026-11-23 10:00", 2, "2026-11-25 17:00"),
        ("2026-11-25 10:00", 1, "2026-11-27 17:00"),  # over Thanksgiving Day
        ("2026-11-25 10:00", 2, "2026-11-30 17:00"),  # and the weekend
        ("2026-11-28 10:00", 1, "2026-11-30 17:00"),
        ("2026-12-23 10:00", 2, "2026-12-28 17:00"),  # over Christmas Day
    ],
)
def test_an_answer_is_due_on_working_days_of_the_location(
    allen: Location, received: str, days: int, due: str
) -> None:
    assert answer_due(allen, at(allen, received), days) == at(allen, due)


def test_the_day_of_receipt_is_the_locations_own(allen: Location) -> None:
    late = datetime(2026, 11, 24, 5, 30, tzinfo=UTC)  # Monday, 23:30, in Allen
    assert answer_due(allen, late, 1) == at(allen, "2026-11-24 17:00")


def test_nothing_is_promised_without_hours(db: None) -> None:
    assert answer_due(LocationFactory(), datetime(2026, 11, 23, 15, tzinfo=UTC), 1) is None


def test_neighboring_days_of_equal_hours_are_one_row(allen: Location) -> None:
    def rows() -> list[tuple[str, list[str]]]:
        place = Location.objects.get()
        return [
            (row["days"], [f"{span.opens:%H:%M}" for span in row["spans"]])
            for row in place.hours_in_groups()
        ]

    assert rows() == [("Monday to Friday", ["09:00"]), ("Saturday and Sunday", [])]
    OpeningHours.objects.filter(weekday=1).update(opens=time(7))
    assert rows() == [
        ("Monday", ["09:00"]),
        ("Tuesday", ["07:00"]),
        ("Wednesday to Friday", ["09:00"]),
        ("Saturday and Sunday", []),
    ]


def test_the_home_page_says_whether_a_location_is_open(
    site: SimpleNamespace, client: Client
) -> None:
    def shown(moment: str) -> str:
        with time_machine.travel(at(site.location, moment), tick=False):
            page = BeautifulSoup(client.get("/").content, "html.parser")
        return " ".join(page.select_one(".hours-state").text.split())

    assert shown("2026-11-23 10:00") == "Open now, until 5 p.m."
    assert shown("2026-11-28 10:00") == "Closed now, opens Monday at 9 a.m."


def test_the_confirmation_promises_a_time_from_the_hours(
    site: SimpleNamespace, send: object, client: Client
) -> None:
    with time_machine.travel(at(site.location, "2026-11-25 10:00"), tick=False):
        site.location.closed_on_holidays = True
        site.location.save()
        submission = send(preferred_day="2026-12-02")  # type: ignore[operator]
    address = f"/book/received/?reference={sign_reference(submission.reference)}"
    page = " ".join(BeautifulSoup(client.get(address).content, "html.parser").main.text.split())
    promise = "We get back to you by Monday, November 30, 5 p.m. (Allen time)."
    assert (
        promise in page,
        "If you have not heard from us by then, call Allen: (972) 555-0101" in page,
    ) == (
        True,
        True,
    )
    gone = client.get(f"/book/received/?reference={sign_reference('AAAAAAAA')}").text
    assert "We get back to you by" not in gone
