"""Days on which a location or the whole clinic is closed: hours, the promise, the editor, the form."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from booking.choices import PreferredTime
from booking.locations.hours import answer_due, next_change, state_at
from booking.locations.queries import offered_locations
from booking.models import ClinicClosing, Location, Submission
from booking.public.form.tokens import new_token
from booking.tests.factories import (
    AWAY,
    PAINTED,
    LocationFactory,
    close_clinic,
    close_location,
    open_on_weekdays,
)
from clinic_site.remembered import memory
from home.tests.spanish import translate_site

NINE_TO_FIVE = [(time(9), time(17))]


@pytest.fixture
def allen(db: None) -> Location:
    """Monday to Friday, 9 to 5, open on federal holidays."""
    return open_on_weekdays(LocationFactory())


def at(location: Location, text: str) -> datetime:
    """A moment by the clock of the location."""
    return datetime.fromisoformat(text).replace(tzinfo=location.zone)


def words_of(tag: Any) -> str:
    return " ".join(tag.get_text(" ").split())


# Hours -----------------------------------------------------------------------------------------


def open_days(location: Location) -> list[int]:
    """Which days of a week of November are open, Monday the 16th to Friday the 20th."""
    return [day for day in range(16, 21) if location.hours_on(date(2026, 11, day))]


def test_a_closing_closes_from_its_first_day_to_its_last(allen: Location) -> None:
    close_location(allen, "2026-11-17", "2026-11-19")
    assert open_days(allen) == [16, 20]
    assert allen.hours_on(date(2026, 11, 16)) == NINE_TO_FIVE


def test_a_closing_of_one_day_closes_that_day_alone(allen: Location) -> None:
    close_location(allen, "2026-11-18", "2026-11-18")
    assert open_days(allen) == [16, 17, 19, 20]


def test_a_location_closes_alone_and_the_clinic_everywhere(allen: Location) -> None:
    frisco = open_on_weekdays(LocationFactory(name="Frisco"))
    close_location(allen, "2026-11-16", "2026-11-16")
    close_clinic("2026-11-18", "2026-11-18")
    assert (open_days(allen), open_days(frisco)) == ([17, 19, 20], [16, 17, 19, 20])


def test_closings_may_overlap(allen: Location) -> None:
    close_location(allen, "2026-11-16", "2026-11-18")
    close_location(allen, "2026-11-17", "2026-11-17")
    close_clinic("2026-11-18", "2026-11-19")
    assert open_days(allen) == [20]


def test_the_reason_is_the_locations_own_before_the_clinics(allen: Location) -> None:
    close_clinic("2026-11-16", "2026-11-18")
    close_location(allen, "2026-11-17", "2026-11-17")
    found = [allen.closing_on(date(2026, 11, day)) for day in (15, 16, 17, 18, 19)]
    assert [each and each.sentence for each in found] == [None, AWAY, PAINTED, AWAY, None]


def test_nobody_can_ask_for_a_time_on_a_day_that_is_closed(allen: Location) -> None:
    close_location(allen, "2026-11-17", "2026-11-17")
    asked = [
        (day, preferred)
        for day in (17, 18)
        for preferred in (PreferredTime.ANY, PreferredTime.MORNING)
        if allen.has_hours_at(date(2026, 11, day), preferred)
    ]
    assert asked == [(18, PreferredTime.ANY), (18, PreferredTime.MORNING)]


@pytest.mark.parametrize(
    ("moment", "words", "change"),
    [
        ("2026-11-16 10:00", ("Open now", "until 5 p.m."), "2026-11-16 17:00"),
        ("2026-11-16 18:00", ("Closed now", "opens Thursday at 9 a.m."), "2026-11-17 00:00"),
        ("2026-11-17 10:00", ("Closed now", "opens Thursday at 9 a.m."), "2026-11-18 00:00"),
        ("2026-11-18 23:59", ("Closed now", "opens Thursday at 9 a.m."), "2026-11-19 00:00"),
        ("2026-11-19 00:00", ("Closed now", "opens today at 9 a.m."), "2026-11-19 09:00"),
    ],
)
def test_the_state_and_its_next_change_follow_a_closing(
    allen: Location, moment: str, words: tuple[str, str], change: str
) -> None:
    close_clinic("2026-11-17", "2026-11-18")
    state = state_at(allen, at(allen, moment))
    assert (state.words, state.detail) == words
    assert next_change(allen, at(allen, moment)) == at(allen, change)


def test_a_closing_begins_and_ends_at_the_locations_own_midnight(allen: Location) -> None:
    auckland = open_on_weekdays(LocationFactory(name="Auckland", time_zone="Pacific/Auckland"))
    close_clinic("2026-11-17", "2026-11-17")
    # Tuesday at 10 in Auckland is Monday at 3 p.m. in Allen; a day later it is the other way round.
    moments = [datetime(2026, 11, day, 21, tzinfo=UTC) for day in (16, 17)]
    states = [[state_at(place, each).words for place in (allen, auckland)] for each in moments]
    assert states == [["Open now", "Closed now"], ["Closed now", "Open now"]]


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        ("2026-11-13 10:00", 1, "2026-11-16 17:00"),
        ("2026-11-13 10:00", 2, "2026-11-20 17:00"),
        ("2026-11-17 10:00", 1, "2026-11-20 17:00"),
    ],
)
def test_days_of_a_closing_are_not_counted_until_an_answer_is_due(
    allen: Location, received: str, days: int, due: str
) -> None:
    close_location(allen, "2026-11-17", "2026-11-18")
    close_clinic("2026-11-18", "2026-11-19")
    assert answer_due(allen, at(allen, received), days) == at(allen, due)


# Storing ---------------------------------------------------------------------------------------


def test_a_closing_that_ends_before_it_begins_cannot_be_stored(allen: Location) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        close_clinic("2026-12-24", "2026-12-23")
    with pytest.raises(IntegrityError), transaction.atomic():
        close_location(allen, "2026-12-24", "2026-12-23")


def test_an_editor_closes_the_whole_clinic(sign_in: Callable[..., Client]) -> None:
    address = reverse("wagtailsnippets_booking_clinicclosing:add")
    typed = {"first_day": "2026-12-24", "last_day": "2027-01-01", "sentence": AWAY}
    response = sign_in("editor").post(address, {**typed, "sentence_es": "Volvemos pronto."})
    assert response.status_code == 302
    columns = ("first_day", "last_day", "sentence", "sentence_es")
    assert ClinicClosing.objects.values_list(*columns).get() == (
        date(2026, 12, 24),
        date(2027, 1, 1),
        AWAY,
        "Volvemos pronto.",
    )


def location_form(client: Client, location: Location, **closing: str) -> dict[str, str]:
    """What the editor's form of a location posts, with one closing added."""
    address = reverse("wagtailsnippets_booking_location:edit", args=[location.pk])
    form = client.get(address).context["form"]
    data = {name: form[name].value() for name in form.fields}
    for formset in form.formsets.values():
        for part in (formset.management_form, *formset.forms):
            data |= {bound.html_name: bound.value() for bound in part}
    data |= {f"closings-0-{name}": value for name, value in closing.items()}
    data |= {"closings-TOTAL_FORMS": "1", "closings-0-ORDER": "1"}
    return {name: value for name, value in data.items() if value is not None and value is not False}


def test_an_editor_closes_a_location(sign_in: Callable[..., Client], allen: Location) -> None:
    client = sign_in("editor")
    closing = {"first_day": "2026-11-27", "last_day": "2026-11-26", "sentence": PAINTED}
    address = reverse("wagtailsnippets_booking_location:edit", args=[allen.pk])

    refused = client.post(address, location_form(client, allen, **closing))
    (form,) = refused.context["form"].formsets["closings"].forms
    assert form.non_field_errors() == ["The last day must not be before the first."]

    closing["last_day"] = "2026-11-27"
    assert client.post(address, location_form(client, allen, **closing)).status_code == 302
    assert [str(each) for each in allen.closings.all()] == ["November 27, 2026"]
    assert len(allen.hours.all()) == 5


def test_the_list_of_closings_begins_with_the_newest(sign_in: Callable[..., Client]) -> None:
    close_clinic("2026-11-27", "2026-11-27")
    close_clinic("2026-12-24", "2027-01-01")
    address = reverse("wagtailsnippets_booking_clinicclosing:list")
    page = BeautifulSoup(sign_in("editor").get(address).content, "html.parser")
    rows = [[words_of(cell) for cell in row.select("td")][-3:] for row in page.select("tbody tr")]
    assert [row[1:] for row in rows] == [["January 1, 2027", AWAY], ["November 27, 2026", AWAY]]


def test_staff_are_told_why_a_closing_is_refused(sign_in: Callable[..., Client]) -> None:
    address = reverse("wagtailsnippets_booking_clinicclosing:add")
    typed = {"first_day": "2026-12-24", "last_day": "2026-12-23", "sentence": AWAY}
    response = sign_in("editor").post(address, typed)
    assert response.context["form"].non_field_errors() == [
        "The last day must not be before the first."
    ]
    assert ClinicClosing.objects.count() == 0


# The form --------------------------------------------------------------------------------------


def refusals(
    client: Client, answers: dict[str, Any], day: str, address: str = "/book/"
) -> list[str]:
    """What stands at the preferred day after a request for it, at noon on November 18, 2026."""
    with time_machine.travel(datetime(2026, 11, 18, 18, tzinfo=UTC), tick=False):
        answers = {**answers, "preferred_day": day, "token": new_token()}
        page = BeautifulSoup(client.post(address, answers).content, "html.parser")
    errors = page.select("#id_preferred_day_error p")
    return [error.decode_contents().partition("</span> ")[2] for error in errors]


def test_a_preferred_day_in_a_closing_is_refused_with_the_reason(
    site: SimpleNamespace, vault: object, answers: dict[str, Any], client: Client
) -> None:
    close_clinic("2026-12-24", "2027-01-01")
    close_location(site.location, "2026-11-27", "2026-11-27", sentence="Paint & dust")
    days = ["2026-11-27", "2026-12-24", "2026-12-26", "2027-01-01", "2027-01-02"]
    assert [refusals(client, answers, day) for day in days] == [
        ["Allen is closed on Friday, November 27: Paint &amp; dust. Choose another day."],
        [f"Allen is closed on Thursday, December 24: {AWAY} Choose another day."],
        [f"Allen is closed on Saturday, December 26: {AWAY} Choose another day."],
        [f"Allen is closed on Friday, January 1: {AWAY} Choose another day."],
        ["Allen is closed on Saturday, January 2. Choose another day."],
    ]
    for day in ("2026-12-23", "2027-01-04"):
        assert refusals(client, answers, day) == []
    assert Submission.objects.count() == 2


def test_the_refusal_is_in_spanish_and_marks_a_reason_that_is_not(
    site: SimpleNamespace, vault: object, answers: dict[str, Any], client: Client
) -> None:
    translate_site(site)
    close_clinic("2026-12-24", "2026-12-24", sentence_es="Volvemos pronto")
    close_clinic("2026-12-28", "2026-12-28")
    days, english = ["2026-12-24", "2026-12-28"], f'<span lang="en">{AWAY}</span>'
    assert [refusals(client, answers, day, "/es/book/") for day in days] == [
        ["Allen está cerrado el jueves, 24 de diciembre: Volvemos pronto. Elija otro día."],
        [f"Allen está cerrado el lunes, 28 de diciembre: {english} Elija otro día."],
    ]


# Queries ---------------------------------------------------------------------------------------


def test_hours_of_any_number_of_locations_take_as_many_queries(allen: Location) -> None:
    def asked() -> int:
        memory.forget_everything()
        with CaptureQueriesContext(connection) as captured, memory.content_in_hand():
            for location in offered_locations():
                state_at(location, at(allen, "2026-11-17 10:00"))
                answer_due(location, at(allen, "2026-11-17 10:00"), 20)
            return len(captured)

    close_clinic("2026-11-16", "2026-11-27")
    close_location(allen, "2026-11-18", "2026-11-18")
    one = asked()
    for name in ("Frisco", "Dallas"):
        close_location(open_on_weekdays(LocationFactory(name=name)), "2026-11-17", "2026-11-17")
    # The version, the locations, their hours, their closings, those of the clinic.
    assert (one, asked()) == (5, 5)
