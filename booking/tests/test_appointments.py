"""Appointments: sealed, moved, listed by day and downloaded for a calendar."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from booking import log_actions
from booking.models import Location, Submission, SubmissionNote
from booking.submissions.appointments import Appointment
from booking.submissions.handling import ChangedMeanwhile, seen_values
from booking.submissions.notes import notes_of
from booking.submissions.schedule import holding, make_appointment
from booking.tests.factories import sealed_note
from booking.vault import keyring
from booking.vault.sealing import OpenKeys
from clinic_site.tests.fixtures import TestVault
from clinic_site.tests.pages import logged, messages_of, table

# A Monday, ten o'clock at the clinic.
NOW = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
THURSDAY = date(2026, 12, 3)
LIST = "/admin/booking/submission/"
DAY = f"{LIST}day/"
Make = Callable[..., Submission]
SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def keys(vault: TestVault, users: dict[str, Any]) -> OpenKeys:
    user = users["booking_reviewer"]
    return OpenKeys(keyring.root_by_passphrase(user, vault.passphrases[user.username])[1])


def soup(response: Any) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def inspect(request: Submission) -> str:
    return f"{LIST}inspect/{request.pk}/"


def at(location: Location, hour: int = 10, day: date = THURSDAY, **parts: Any) -> Appointment:
    starts = datetime(day.year, day.month, day.day, hour, tzinfo=location.zone)
    found = {"minutes": 30, "clinician": "Dr. Okafor", "by_video": False, **parts}
    return Appointment(starts_at=starts, location=location.pk, **found)


def agree(request: Submission, appointment: Appointment, form_secret: str = "a form") -> None:
    seen = seen_values(Submission.objects.get(pk=request.pk))
    make_appointment(request.pk, appointment, seen=seen, form_secret=form_secret, by=None)


def form_of(page: BeautifulSoup) -> Any:
    return page.select_one("form[action*='/appointment/']")


def posted(form: Any, **changes: str) -> dict[str, str]:
    typed = {"day": "2026-12-03", "time": "10:00", "minutes": "30", "clinician": "Dr. Okafor"}
    hidden = {name: form.select_one(f"[name={name}]")["value"] for name in ("seen", "form_secret")}
    chosen = {"location": form.select_one("[name=location] [selected]")["value"]}
    return {**typed, **hidden, **chosen, **changes}


# Made and moved --------------------------------------------------------------------------------


def test_an_appointment_is_made_on_the_page_of_its_request(sign_in: SignIn, make: Make) -> None:
    request, client = make(), sign_in("booking_reviewer", unlock=True)
    form = form_of(soup(client.get(f"{inspect(request)}?show=all&p=1")))
    response = client.post(form["action"], posted(form))
    assert response["Location"] == f"{inspect(request)}?show=all&p=1#notes"
    page = soup(client.get(response["Location"]))
    words = f"Thursday, December 3, 2026, 10 a.m., 30 minutes, {request.location}, Dr. Okafor"
    assert page.select_one(".desk-appointment bdi").get_text() == words
    assert words in page.select_one(".desk-notes").get_text()
    assert page.select_one("[name=status] [selected]")["value"] == "scheduled"
    assert form_of(page).parent.summary.get_text() == "Move the appointment"


def test_neither_day_nor_clinician_is_stored_in_the_clear(make: Make, vault: TestVault) -> None:
    request = make()
    agree(request, at(request.location, day=date(2027, 1, 29)))
    stored = repr([*SubmissionNote.objects.values(), *Submission.objects.values(), *logged()])
    assert request.reference in stored
    for text in ("Okafor", "2027-01-29", "2027, 1, 29", "January"):
        assert text not in stored


def test_pressed_twice_it_is_made_once_and_the_newest_holds(
    make: Make, keys: OpenKeys, clock: Any
) -> None:
    request = make()
    for _ in range(2):
        agree(request, at(request.location))
    assert SubmissionNote.objects.count() == 1
    clock.shift(timedelta(minutes=1))
    agree(request, at(request.location, 15))
    notes = notes_of([request], keys)[request.pk]
    assert [note.appointment.starts_at.hour for note in notes if note.appointment] == [10, 15]
    held = holding(notes)
    assert held is not None
    assert held.appointment == at(request.location, 15)


def test_what_a_colleague_changed_meanwhile_is_told_and_nothing_is_made(
    sign_in: SignIn, make: Make
) -> None:
    request, client = make(), sign_in("booking_reviewer", unlock=True)
    form = form_of(soup(client.get(inspect(request))))
    Submission.objects.filter(pk=request.pk).update(status="closed")
    page = soup(client.post(form["action"], posted(form)))
    form = form_of(page)
    assert "changed this request after you opened it" in form.get_text()
    assert form.parent.has_attr("open")
    assert form.select_one("[name=clinician]")["value"] == "Dr. Okafor"
    assert SubmissionNote.objects.count() == 0
    assert client.post(form["action"], posted(form)).status_code == 302
    assert Submission.objects.get().status == "scheduled"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"day": ""}, "This field is required."),
        ({"day": "2026-13-41"}, "Enter a valid date."),
        ({"time": "25:00"}, "Enter a valid time."),
        ({"day": "2026-11-30", "time": "09:00"}, "Choose a day and a time that are not over."),
        ({"day": "2029-01-01"}, "Choose a day within the next two years."),
        ({"day": "9999-12-31"}, "Choose a day within the next two years."),
        ({"day": "0001-01-01"}, "Choose a day and a time that are not over."),
        ({"minutes": "7"}, "Select a valid choice."),
        ({"location": "999"}, "Select a valid choice."),
        ({"clinician": "x" * 121}, "Enter a name of at most 120 characters."),
    ],
)
def test_wrong_answers_are_told_and_make_nothing(
    sign_in: SignIn, make: Make, changes: dict[str, str], reason: str
) -> None:
    request, client = make(), sign_in("booking_reviewer", unlock=True)
    form = form_of(soup(client.get(inspect(request))))
    page = soup(client.post(form["action"], posted(form, **changes)))
    assert reason in form_of(page).get_text()
    assert (SubmissionNote.objects.count(), Submission.objects.get().status) == (0, "new")


def test_an_appointment_that_cannot_be_sealed_leaves_the_status(
    make: Make, vault: TestVault
) -> None:
    from booking.vault.manifests import VaultUnavailable
    from booking.vault.models import Epoch

    request = make()
    Epoch.objects.all().delete()
    with pytest.raises(VaultUnavailable):
        agree(request, at(request.location))
    assert Submission.objects.get().status == "new"
    assert logged() == []


def test_no_appointment_is_made_of_what_is_gone_or_was_seen_otherwise(
    make: Make, vault: TestVault
) -> None:
    request = make()
    with pytest.raises(ChangedMeanwhile):
        make_appointment(
            request.pk, at(request.location), seen="status=closed", form_secret="x", by=None
        )
    Submission.objects.all().delete()
    with pytest.raises(Submission.DoesNotExist):
        make_appointment(request.pk, at(request.location), seen="", form_secret="x", by=None)


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        "x",
        {"starts_at": "2026-12-03T10:00"},  # without a zone
        {"starts_at": "soon"},
        {"minutes": 0},
        {"minutes": True},
        {"minutes": 10**9},
        {"clinician": None},
        {"location": "3"},
        {"by_video": 1},
    ],
)
def test_only_what_the_desk_would_have_sealed_is_an_appointment(value: Any) -> None:
    whole = Appointment(NOW, 30, "", 3, by_video=False).as_json()
    assert Appointment.of_json(whole) == Appointment(NOW, 30, "", 3, by_video=False)
    changed = {**whole, **value} if isinstance(value, dict) and value else value
    with pytest.raises((TypeError, ValueError)):
        Appointment.of_json(changed)


# The list of a day -----------------------------------------------------------------------------


def test_who_comes_is_listed_by_location_the_earliest_first(
    sign_in: SignIn, make: Make, site: SimpleNamespace
) -> None:
    other = Location.objects.create(name="Another", street="1 Elm St", town="Allen", sort_order=9)
    names = ("Late Lark", "Early Egret", "Video Vireo", "Other Owl", "Moved Merle", "Other Day")
    requests = {name: make({"name": name}) for name in names}
    agree(requests["Late Lark"], at(site.location, 16))
    agree(requests["Early Egret"], at(site.location, 9))
    agree(requests["Video Vireo"], at(site.location, 11, by_video=True))
    agree(requests["Other Owl"], at(other, 8))
    agree(requests["Moved Merle"], at(site.location, 9))
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        agree(requests["Moved Merle"], at(site.location, 9, date(2026, 12, 4)), "another form")
    agree(requests["Other Day"], at(site.location, 9, date(2026, 12, 4)))
    client = sign_in("booking_reviewer", unlock=True)
    page = soup(client.get(f"{DAY}?day=2026-12-03"))
    found = {
        section.h2.get_text(): [row.th.get_text() for row in section.select("tbody tr")]
        for section in page.select(".paper section")
    }
    assert found == {
        f"{site.location}, Thursday, December 3, 2026": ["Early Egret", "Video Vireo", "Late Lark"],
        "Another, Thursday, December 3, 2026": ["Other Owl"],
    }
    assert logged(log_actions.SHOW_NAMES)[-1][2] == {"shown": 4}
    only = soup(client.get(f"{DAY}?day=2026-12-03&location={other.pk}"))
    assert [row.th.get_text() for row in only.select("tbody tr")] == ["Other Owl"]


def test_a_row_tells_when_who_with_whom_and_how_to_reach_them(sign_in: SignIn, make: Make) -> None:
    request = make({"name": "Caller", "for_whom": "For my child", "patient_name": "Kid"})
    agree(request, at(request.location, by_video=True))
    page = sign_in("booking_reviewer", unlock=True).get(f"{DAY}?day=2026-12-03")
    row = table(page)[1]
    assert row == ["10 a.m. By video", "Kid", "Dr. Okafor", "(972) 555-0134", request.reference]


def test_what_is_no_longer_scheduled_is_not_listed(sign_in: SignIn, make: Make) -> None:
    request = make()
    agree(request, at(request.location))
    Submission.objects.update(status="closed")
    page = sign_in("booking_reviewer", unlock=True).get(f"{DAY}?day=2026-12-03")
    assert "Nobody has an appointment on this day." in page.text


def test_while_locked_nobody_is_listed_and_the_way_back_is_this_day(
    sign_in: SignIn, kestrel: Submission
) -> None:
    agree(kestrel, at(kestrel.location))
    page = sign_in("booking_reviewer").get(f"{DAY}?day=2026-12-03")
    assert "Kestrel" not in page.text
    assert kestrel.reference not in page.text
    (unlock,) = soup(page).select("a[href*='/unlock/']")
    assert "day%3D2026-12-03" in unlock["href"]


def test_damaged_notes_are_told_and_break_nothing(sign_in: SignIn, make: Make) -> None:
    request, damaged = make({"name": "Whole"}), make(status="scheduled")
    agree(request, at(request.location))
    note = sealed_note(damaged)
    note.sealed = b"x" * 600
    note.save()
    page = soup(sign_in("booking_reviewer", unlock=True).get(f"{DAY}?day=2026-12-03"))
    assert "One note of a scheduled request is damaged" in page.get_text()
    assert [row.th.get_text() for row in page.select("tbody tr")] == ["Whole"]


@pytest.mark.parametrize(
    ("query", "ways"),
    [
        ("", ["2026-11-29", "2026-12-01"]),
        ("?day=2026-12-31", ["2026-12-30", "2027-01-01"]),
        ("?day=9999-12-31", ["9999-12-30"]),
        ("?day=0001-01-01", ["0001-01-02"]),
    ],
)
def test_the_days_before_and_after_are_one_press_away(
    sign_in: SignIn, site: SimpleNamespace, query: str, ways: list[str]
) -> None:
    page = soup(sign_in("booking_reviewer").get(f"{DAY}{query}"))
    links = page.select(".desk-place [rel]")
    assert [str(link["href"]) for link in links] == [f"?day={day}" for day in ways]


def test_a_day_that_no_calendar_has_is_told(sign_in: SignIn, vault: TestVault) -> None:
    page = soup(sign_in("booking_reviewer", unlock=True).get(f"{DAY}?day=2026-02-30&location=x"))
    assert "Enter a valid date." in page.get_text()


def test_as_many_queries_for_one_visit_as_for_thirty(sign_in: SignIn, make: Make) -> None:
    client = sign_in("booking_reviewer", unlock=True)
    counted = []
    for number in (1, 29):
        for _ in range(number):
            request = make()
            agree(request, at(request.location))
        client.get(f"{DAY}?day=2026-12-03")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{DAY}?day=2026-12-03")
        counted.append(len(queries))
    assert counted[0] == counted[1]


# The file for a calendar -----------------------------------------------------------------------


def test_the_file_names_neither_the_person_nor_the_clinic(
    sign_in: SignIn, kestrel: Submission
) -> None:
    agree(kestrel, at(kestrel.location))
    client = sign_in("booking_reviewer", unlock=True)
    response = client.get(f"{LIST}appointment/{kestrel.pk}/calendar/")
    assert response["Content-Type"] == "text/calendar"
    assert response["Content-Disposition"] == 'attachment; filename="appointment-KKKKKKKK.ics"'
    assert "no-store" in response["Cache-Control"]
    (event,) = Calendar.from_ical(response.content).walk("VEVENT")
    place = f"{kestrel.location.street}, {kestrel.location.town}"
    assert (str(event["summary"]), str(event["location"])) == ("Appointment", place)
    assert (event.start, event.end) == (
        datetime(2026, 12, 3, 16, 0, tzinfo=UTC),
        datetime(2026, 12, 3, 16, 30, tzinfo=UTC),
    )
    for text in ("Kestrel", "Okafor", "555", "clinic", "psych"):
        assert text not in response.text


def test_the_file_of_a_moved_appointment_takes_the_place_of_the_one_before(
    sign_in: SignIn, make: Make, clock: Any
) -> None:
    request, client, found = make(), sign_in("booking_reviewer", unlock=True), []
    for hour in (9, 15):
        agree(request, at(request.location, hour), f"form {hour}")
        response = client.get(f"{LIST}appointment/{request.pk}/calendar/")
        (event,) = Calendar.from_ical(response.content).walk("VEVENT")
        found.append((str(event["uid"]), event["sequence"], event.start.hour))
        clock.shift(timedelta(minutes=1))
    (uid, sequence, hour), (uid_after, sequence_after, hour_after) = found
    assert uid == uid_after
    assert sequence < sequence_after
    assert (hour, hour_after) == (15, 21)


def test_without_an_appointment_or_while_locked_there_is_no_file(
    sign_in: SignIn, make: Make
) -> None:
    request, other = make(), make()
    agree(request, at(request.location))
    for client, pk in (
        (sign_in("booking_reviewer"), request.pk),
        (sign_in("booking_reviewer", unlock=True), other.pk),
    ):
        response = client.get(f"{LIST}appointment/{pk}/calendar/", follow=True)
        assert messages_of(response) == [
            "There is no appointment to download, or the vault is locked by now."
        ]
