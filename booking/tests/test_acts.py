"""What is done at the desk by one press: to one request, or to all that are ticked."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client

from booking.choices import Status
from booking.models import Submission
from booking.submissions import handling
from clinic_site.tests.pages import logged, messages_of

# A Monday, ten o'clock at the clinic.
NOW = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
LIST = "/admin/booking/submission/"
ACT = f"{LIST}act/"
Make = Callable[..., Submission]
SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def soup_of(client: Client, address: str) -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def offered(page: BeautifulSoup) -> dict[str, list[str]]:
    """The presses of each row, by its reference."""
    return {
        row.select_one(".field-reference").get_text(): [b.get_text() for b in row.select("button")]
        for row in page.select(".desk-list tbody tr")
    }


def press(client: Client, page: BeautifulSoup, do: str, *rows: Submission, **more: str) -> Any:
    """Press a button of that page's form, as a browser does, with those rows ticked."""
    (form,) = page.select("form[action^='/admin/booking/submission/act/']")
    values = {str(each["name"]): str(each["value"]) for each in form.select("input[type=hidden]")}
    ticked = {"ticked": [str(row.pk) for row in rows]} if rows else {}
    assert form.select(f"button[value='{do}']"), "there is no such button"
    return client.post(str(form["action"]), {**values, **ticked, **more, "do": do}, follow=True)


def now(request: Submission) -> tuple[str, str]:
    row = Submission.objects.select_related("assignee").get(pk=request.pk)
    return row.status, row.assignee.username if row.assignee else ""


# One request -----------------------------------------------------------------------------------


def test_one_press_in_the_list_takes_a_request_up(sign_in: SignIn, make: Make) -> None:
    request, other = make(due_at=NOW), make(due_at=NOW)
    client = sign_in("booking_reviewer")
    response = press(client, soup_of(client, LIST), f"take:{request.pk}")

    assert messages_of(response) == [f"Request {request} is saved."]
    assert (now(request), now(other)) == (("contacted", "booking_reviewer"), ("new", ""))
    assert [entry[2] for entry in logged("booking.status")] == [
        {
            "before": {"status": "new", "assignee": ""},
            "after": {"status": "contacted", "assignee": "booking_reviewer"},
        }
    ]


@pytest.mark.parametrize(
    ("do", "before", "after"),
    [
        ("spam", "check", "spam"),
        ("not_spam", "check", "new"),
        ("not_spam", "spam", "new"),
    ],
)
def test_a_doubt_is_settled_by_one_press_either_way(
    sign_in: SignIn, make: Make, users: dict[str, Any], do: str, before: str, after: str
) -> None:
    request = make(status=before, assignee=users["booking_administrator"])
    client = sign_in("booking_reviewer", unlock=True)
    press(client, soup_of(client, f"{LIST}?show=all"), f"{do}:{request.pk}")

    assert now(request) == (after, "booking_administrator")


@pytest.mark.parametrize(
    ("unlock", "expected"),
    [
        (
            True,
            {
                "NEW": (["Contacted, mine"], ["Contacted, mine", "Spam"]),
                "CHECK": (["Spam", "Not spam"], ["Contacted, mine", "Spam", "Not spam"]),
                "CONTACTED": ([], ["Spam"]),
                "SCHEDULED": ([], []),
                "CLOSED": ([], []),
                "SPAM": (["Not spam"], ["Not spam"]),
                "WITHDRAWN": ([], []),
            },
        ),
        (
            False,
            {
                "NEW": (["Contacted, mine"], ["Contacted, mine"]),
                "CHECK": (["Not spam"], ["Contacted, mine", "Not spam"]),
                "CONTACTED": ([], []),
                "SCHEDULED": ([], []),
                "CLOSED": ([], []),
                "SPAM": (["Not spam"], ["Not spam"]),
                "WITHDRAWN": ([], []),
            },
        ),
    ],
)
def test_a_press_is_offered_where_it_makes_sense(
    sign_in: SignIn,
    make: Make,
    unlock: bool,
    expected: dict[str, tuple[list[str], list[str]]],
) -> None:
    requests = {status.name: make(status=status, reference=status.name[:8]) for status in Status}
    Submission.objects.filter(status=Status.WITHDRAWN).update(sealed=b"")
    client = sign_in("booking_reviewer", unlock=unlock)
    rows = offered(soup_of(client, f"{LIST}?show=all"))
    for name, (in_row, on_page) in expected.items():
        page = soup_of(client, f"{LIST}inspect/{requests[name].pk}/")
        found = [button.get_text() for button in page.select(".desk-acts button")]
        assert (rows[name[:8]], found) == (in_row, on_page), name


def test_who_may_only_look_is_offered_nothing_and_can_do_nothing(
    sign_in: SignIn, make: Make, users: dict[str, Any]
) -> None:
    from django.contrib.auth.models import Group, Permission

    Group.objects.get(name="Booking reviewers").permissions.remove(
        *Permission.objects.filter(codename="change_submission")
    )
    request = make()
    client = sign_in("booking_reviewer")
    page = soup_of(client, LIST)
    assert page.select(".desk-list button, .desk-list input, .desk-many") == []
    client.post(ACT, {"do": f"take:{request.pk}", f"seen-{request.pk}": "status=new&assignee="})
    assert now(request) == ("new", "")


# All that are ticked ---------------------------------------------------------------------------


def test_status_and_assignee_of_all_that_are_ticked(
    sign_in: SignIn, make: Make, users: dict[str, Any]
) -> None:
    colleague = users["booking_administrator"]
    first, second, third = make(), make(status="contacted", assignee=colleague), make()
    client = sign_in("booking_reviewer")
    page = soup_of(client, LIST)
    response = press(client, page, "apply", first, second, status="closed")
    assert messages_of(response) == ["2 requests are saved."]
    assert [now(each) for each in (first, second, third)] == [
        ("closed", ""),
        ("closed", "booking_administrator"),
        ("new", ""),
    ]
    page = soup_of(client, f"{LIST}?show=all")
    press(client, page, "apply", first, third, assignee=str(colleague.pk))
    press(client, soup_of(client, f"{LIST}?show=all"), "apply", second, assignee="nobody")
    assert [now(each) for each in (first, second, third)] == [
        ("closed", "booking_administrator"),
        ("closed", ""),
        ("new", "booking_administrator"),
    ]


def test_spam_among_what_is_ticked_needs_an_unlocked_vault(sign_in: SignIn, make: Make) -> None:
    requests = [make() for _each in range(3)]
    client = sign_in("booking_reviewer")
    page = soup_of(client, LIST)
    assert not page.select("button[value=spam]")
    seen = {f"seen-{each.pk}": handling.seen_values(each) for each in requests}
    ticked = {"ticked": [str(each.pk) for each in requests], "do": "spam", **seen}
    response = client.post(ACT, ticked, follow=True)
    assert messages_of(response) == [
        "Nothing was changed: unlock the vault and read a request before it is spam."
    ]
    assert not page.select(".desk-many [name=status] [value=spam]")
    response = client.post(ACT, {**ticked, "do": "apply", "status": "spam"}, follow=True)
    assert messages_of(response) == [
        "Nothing was changed: unlock the vault and read a request before it is spam."
    ]
    assert {now(each) for each in requests} == {("new", "")}

    client = sign_in("booking_reviewer", unlock=True)
    press(client, soup_of(client, LIST), "spam", *requests[:2])
    assert [now(each)[0] for each in requests] == ["spam", "spam", "new"]


def test_what_a_colleague_changed_meanwhile_is_left_and_named(
    sign_in: SignIn, make: Make, users: dict[str, Any]
) -> None:
    taken, withdrawn, gone, mine = make(), make(), make(), make()
    client = sign_in("booking_reviewer")
    page = soup_of(client, LIST)
    Submission.objects.filter(pk=taken.pk).update(assignee=users["booking_administrator"])
    Submission.objects.filter(pk=withdrawn.pk).update(status=Status.WITHDRAWN, sealed=b"")
    Submission.objects.filter(pk=gone.pk).delete()
    response = press(client, page, "apply", taken, withdrawn, gone, mine, status="closed")

    assert messages_of(response) == [
        f"Request {mine} is saved.",
        (
            "Changed by a colleague or withdrawn since you opened this page, and left as they are: "
            f"{taken}, {withdrawn}. Look again, then press once more."
        ),
        "1 request has been deleted since you opened this page.",
    ]
    assert [now(each)[0] for each in (taken, withdrawn, mine)] == ["new", "withdrawn", "closed"]


@pytest.mark.parametrize(
    ("posted", "said"),
    [
        ({"do": "apply"}, "tick the requests first."),
        ({"do": "apply", "ticked": "x"}, "tick the requests first."),
        ({"do": "burn", "ticked": str(uuid4())}, "tick the requests first."),
        ({}, "tick the requests first."),
        ({"do": "take:"}, "tick the requests first."),
        ({"do": "apply", "ticked": str(uuid4())}, "choose a status or an assignee first."),
        (
            {"do": "apply", "ticked": str(uuid4()), "status": "withdrawn"},
            "choose a status or an assignee first.",
        ),
        (
            {"do": "apply", "ticked": str(uuid4()), "assignee": "99"},
            "choose a status or an assignee first.",
        ),
        (
            {"do": "apply", "ticked": [str(uuid4())] * 51, "status": "new"},
            "tick the requests first.",
        ),
    ],
)
def test_a_wrong_press_changes_nothing_and_says_what_to_do(
    sign_in: SignIn, make: Make, posted: dict[str, Any], said: str
) -> None:
    request = make()
    response = sign_in("booking_reviewer").post(ACT, posted, follow=True)
    assert messages_of(response) == [f"Nothing was changed: {said}"]
    assert now(request) == ("new", "")


def test_a_press_that_is_sent_twice_is_no_colleagues_doing(sign_in: SignIn, make: Make) -> None:
    request = make()
    client = sign_in("booking_reviewer")
    page = soup_of(client, LIST)
    said = [messages_of(press(client, page, f"take:{request.pk}")) for _post in range(2)]
    assert said == [[f"Request {request} is saved."]] * 2
    assert len(logged("booking.status")) == 1


def test_a_press_on_a_request_that_was_deleted_leads_to_the_list(
    sign_in: SignIn, make: Make
) -> None:
    request = make(due_at=NOW - timedelta(hours=1))
    client = sign_in("booking_reviewer")
    page = soup_of(client, f"{LIST}inspect/{request.pk}/?show=overdue")
    Submission.objects.all().delete()
    response = press(client, page, f"take:{request.pk}")
    assert response.redirect_chain[0][0].startswith(f"{LIST}?show=overdue")
    assert messages_of(response) == ["1 request has been deleted since you opened this page."]


def test_only_a_post_does_anything(sign_in: SignIn, make: Make) -> None:
    assert sign_in("booking_reviewer").get(ACT).status_code == 405


# Afterwards ------------------------------------------------------------------------------------


def test_after_a_press_the_same_page_of_the_same_list_is_shown(sign_in: SignIn, make: Make) -> None:
    requests = [make(due_at=NOW - timedelta(minutes=minutes)) for minutes in range(1, 52)]
    client = sign_in("booking_reviewer")
    address = f"{LIST}?show=overdue&location={requests[0].location.pk}&sort=-due&p=2"
    response = press(client, soup_of(client, address), f"take:{requests[50].pk}")
    path, _sign, query = response.redirect_chain[0][0].partition("?")
    assert path == LIST
    assert sorted(query.split("&")) == sorted(address.partition("?")[2].split("&"))


def test_after_a_press_on_a_request_it_is_shown_with_the_same_neighbours(
    sign_in: SignIn, make: Make
) -> None:
    before, request, after = (make(due_at=NOW - timedelta(minutes=m)) for m in (3, 2, 1))
    client = sign_in("booking_reviewer")
    page = soup_of(client, f"{LIST}inspect/{request.pk}/?show=overdue")
    response = press(client, page, f"take:{request.pk}")

    assert messages_of(response) == [f"Request {request} is saved."]
    page = BeautifulSoup(response.content, "html.parser")
    links = {link["rel"][0]: str(link["href"]) for link in page.select(".desk-place [rel]")}
    assert links == {
        "prev": f"{LIST}inspect/{before.pk}/?show=overdue&p=1",
        "next": f"{LIST}inspect/{after.pk}/?show=overdue&p=1",
    }
