"""One request at the desk: how to reach the person first, whose it is, and what happened to it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from wagtail.log_actions import log

from booking import log_actions
from booking.models import Submission
from booking.submissions import handling
from clinic_site.tests.pages import table

# A Monday, ten o'clock at the clinic.
NOW = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
LIST = "/admin/booking/submission/"
Make = Callable[..., Submission]
SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def page_of(client: Client, request: Submission) -> BeautifulSoup:
    response = client.get(f"{LIST}inspect/{request.pk}/")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def reach(page: BeautifulSoup) -> dict[str, tuple[str, list[str]]]:
    """What is told of reaching the person: each answer, and where its links lead."""
    return {
        way.dt.get_text(): (
            " ".join(way.dd.bdi.get_text().split()),
            [str(link["href"]) for link in way.select("a")],
        )
        for way in page.select(".desk-reach dl > div")
    }


# Reaching the person ---------------------------------------------------------------------------


def test_how_to_reach_somebody_stands_first_and_can_be_pressed(
    sign_in: SignIn, kestrel: Submission
) -> None:
    page = page_of(sign_in("booking_reviewer", unlock=True), kestrel)
    assert page.select_one("main h2, .content h2, h2").get_text() == "Kestrel Quillfeather"
    assert reach(page) == {
        "How should we reach you?": ("Phone call", []),
        "Phone number": ("(972) 555-0147", ["tel:9725550147", "sms:9725550147"]),
        "E-mail address": ("kestrel@example.com", ["mailto:kestrel@example.com"]),
        "You may leave a voicemail": ("Yes", []),
        "For whom is the appointment?": ("For myself", []),
    }


@pytest.mark.parametrize(
    ("answers", "label", "links"),
    [
        ({"phone": "+52 55 1234 5678"}, "Phone number", ["tel:+525512345678", "sms:+525512345678"]),
        ({"phone": "(972) 555-0134 ext. 12"}, "Phone number", ["tel:9725550134;ext=12"]),
        (
            {"email": "a?cc=b@example.com&body=x"},
            "E-mail address",
            ["mailto:a%3Fcc%3Db@example.com%26body%3Dx"],
        ),
    ],
)
def test_a_link_reaches_the_one_who_asked_and_nobody_else(
    sign_in: SignIn, make: Make, answers: dict[str, str], label: str, links: list[str]
) -> None:
    page = page_of(sign_in("booking_reviewer", unlock=True), make(answers))
    assert reach(page)[label][1] == links


def test_what_was_not_answered_is_left_out_and_nothing_is_shown_while_locked(
    sign_in: SignIn, make: Make
) -> None:
    request = make({"phone": "", "voicemail_ok": False})
    found = reach(page_of(sign_in("booking_reviewer", unlock=True), request))
    assert "Phone number" not in found
    assert found["You may leave a voicemail"] == ("No", [])
    assert reach(page_of(sign_in("booking_reviewer"), request)) == {}


def test_an_extension_is_no_part_of_the_number_that_is_searched_for(
    sign_in: SignIn, make: Make
) -> None:
    request = make({"phone": "(972) 555-0177 ext. 12"})
    page = page_of(sign_in("booking_reviewer", unlock=True), request)
    assert page.select_one(".desk-reach [name=term]")["value"] == "(972) 555-0177"


def test_others_with_the_same_number_or_address_are_one_press_away(
    sign_in: SignIn, make: Make
) -> None:
    person = {"phone": "(972) 555-0177", "email": "ann@example.com"}
    first = make(person, reference="AAAAAAAA")
    make(person | {"email": "bo@example.com"}, reference="CCCCCCCC", status="closed")
    make({"phone": "", "email": "Ann@Example.com"}, reference="DDDDDDDD")
    make({"phone": "(972) 555-0178", "email": "joann@example.com"})
    client = sign_in("booking_reviewer", unlock=True)
    (form,) = page_of(client, first).select(".desk-reach form")
    assert form.button.get_text(strip=True) == "Same phone or e-mail"
    posted = {"same": "1", "term": [each["value"] for each in form.select("[name=term]")]}
    found = client.post(str(form["action"]), posted, follow=True)
    assert {row[0] for row in table(found)[1:]} == {"AAAAAAAA", "CCCCCCCC", "DDDDDDDD"}
    assert "(972) 555-0177, ann@example.com" in " ".join(found.text.split()).replace(
        "<bdi>", ""
    ).replace("</bdi>", "")


# Whose it is -----------------------------------------------------------------------------------


def people(page: BeautifulSoup) -> dict[str, bool]:
    return {
        option.get_text(): option.has_attr("selected")
        for option in page.select(".desk-form [name=assignee] option")
    }


def test_people_are_called_by_their_names(
    sign_in: SignIn, make: Make, users: dict[str, Any]
) -> None:
    colleague = users["booking_administrator"]
    colleague.first_name, colleague.last_name = "Bo", "Booker"
    colleague.save()
    request = make(assignee=colleague)
    client = sign_in("booking_reviewer")
    assert people(page_of(client, request)) == {
        "Nobody yet": False,
        "administrator": False,
        "booking_reviewer": False,
        "Bo Booker": True,
    }
    assert table(client.get(LIST))[1][5] == "Bo Booker"


def test_who_left_stays_until_that_is_changed_and_is_offered_to_nobody_else(
    sign_in: SignIn, make: Make, users: dict[str, Any]
) -> None:
    colleague = users["booking_administrator"]
    theirs, other = make(assignee=colleague), make()
    colleague.is_active = False
    colleague.save()
    client = sign_in("booking_reviewer")
    page = page_of(client, theirs)
    assert people(page)["booking_administrator"]
    assert "booking_administrator" not in people(page_of(client, other))

    values = {
        "seen": page.select_one(".desk-form [name=seen]")["value"],
        "status": "contacted",
        "assignee": str(colleague.pk),
    }
    client.post(f"{LIST}inspect/{theirs.pk}/", values)
    row = Submission.objects.get(pk=theirs.pk)
    assert (row.status, row.assignee_id) == ("contacted", colleague.pk)


def test_nobody_can_be_given_a_request_who_may_not_see_it(
    sign_in: SignIn, make: Make, users: dict[str, Any]
) -> None:
    request = make()
    values = {
        "seen": handling.seen_values(request),
        "status": "new",
        "assignee": users["editor"].pk,
    }
    sign_in("booking_reviewer").post(f"{LIST}inspect/{request.pk}/", values)
    assert Submission.objects.get(pk=request.pk).assignee is None


# What happened ---------------------------------------------------------------------------------


def history(page: BeautifulSoup) -> list[str]:
    return [" ".join(each.get_text(" ").split()) for each in page.select(".desk-history li")]


def test_the_history_tells_in_words_who_did_what_and_when(
    sign_in: SignIn,
    send: Callable[..., Submission],
    users: dict[str, Any],
    clock: time_machine.Traveller,
) -> None:
    reviewer = users["booking_reviewer"]
    reviewer.first_name, reviewer.last_name = "Ada", "Example"
    reviewer.save()
    request = send()
    clock.shift(timedelta(minutes=5))
    client = sign_in("booking_reviewer", unlock=True)
    page_of(client, request)
    clock.shift(timedelta(minutes=5))
    address = f"{LIST}inspect/{request.pk}/"
    seen = handling.seen_values(request)
    client.post(address, {"seen": seen, "status": "contacted", "assignee": reviewer.pk})
    seen = handling.seen_values(Submission.objects.get(pk=request.pk))
    client.post(address, {"seen": seen, "status": "contacted", "assignee": ""})

    assert history(page_of(sign_in("booking_reviewer"), request)) == [
        "Assignee: Ada Example, now nobody. 11/30/2026 10:10 a.m., Ada Example",
        "Status: New, now Contacted. Assignee: nobody, now Ada Example. 11/30/2026 10:10 a.m., Ada Example",
        "Read 11/30/2026 10:05 a.m., Ada Example",
        "Request received 11/30/2026 10 a.m.",
    ]


def test_many_readings_hide_no_change_and_who_left_is_not_taken_for_the_visitor(
    sign_in: SignIn, make: Make, users: dict[str, Any], clock: time_machine.Traveller
) -> None:
    request, colleague = make(), users["booking_administrator"]
    log(instance=request, action=log_actions.CHANGE, user=colleague, data={})
    client = sign_in("booking_reviewer", unlock=True)
    for _look in range(60):
        clock.shift(timedelta(seconds=1))
        page_of(client, request)
    colleague.delete()
    assert [line.partition(",")[0] for line in history(page_of(client, request))] == [
        "Read 60 times, the last time 11/30/2026 10:01 a.m.".partition(",")[0],
        "Status changed 11/30/2026 10 a.m.",
    ]
    assert "deleted" in history(page_of(client, request))[1]


def test_the_history_asks_as_often_for_two_changes_as_for_forty(
    sign_in: SignIn, make: Make, users: dict[str, Any], django_assert_max_num_queries: Any
) -> None:
    request = make()
    client = sign_in("booking_reviewer")
    counts = []
    for number in (2, 40):
        for turn in range(number):
            row = Submission.objects.get(pk=request.pk)
            person = users["booking_reviewer" if turn % 2 else "booking_administrator"]
            handling.change(row.pk, seen=handling.seen_values(row), to={"assignee": person})
        with django_assert_max_num_queries(60) as asked:
            page_of(client, request)
        counts.append(len(asked))
    assert counts[0] == counts[1]
