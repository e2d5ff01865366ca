"""Which mails about requests a person chooses in the account."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.core import mail
from django.test import Client

from booking.choices import HowOften
from booking.models import Location, RequestMails
from clinic_site.tests.mails import sent_mails
from clinic_site.tests.pages import messages_of

from .mails import Make, SignIn, choose, come, late, run

ACCOUNT = "/admin/account/"


def account(client: Client) -> BeautifulSoup:
    return BeautifulSoup(client.get(ACCOUNT).content, "html.parser")


def posted(client: Client, **changes: Any) -> Any:
    """The account as its page would send it, with other answers about requests."""
    (form,) = account(client).select("form:has([name=name_email-email])")
    values = {
        str(each["name"]): str(each.get("value", ""))
        for each in form.select("input[name]")
        if each.get("type") not in {"radio", "checkbox", "file"}
    }
    for each in form.select("input[checked]"):
        values[str(each["name"])] = str(each.get("value", "on"))
    for each in form.select("select[name]"):
        chosen = each.select_one("option[selected]")
        values[str(each["name"])] = str(chosen["value"]) if chosen else ""
    values |= {"name_email-first_name": "Ada", "name_email-last_name": "Example"}
    values |= {f"request_mails-{name}": value for name, value in changes.items()}
    return client.post(ACCOUNT, values, follow=True)


def test_a_person_chooses_in_the_account(
    users: dict[str, Any], sign_in: SignIn, frisco: Location, make: Make
) -> None:
    client = sign_in("booking_reviewer")
    page = account(client)
    (chosen,) = page.select("[name=request_mails-new_requests][checked]")
    assert chosen["value"] == "never"
    assert not page.select("[name=request_mails-overdue][checked]")
    answer = posted(client, new_requests="at_once", overdue="on", locations=[frisco.pk])

    assert messages_of(answer) == ["Your account settings have been changed successfully!"]
    mails = RequestMails.objects.get(user=users["booking_reviewer"])
    assert (mails.new_requests, mails.overdue, mails.everywhere) == ("at_once", True, False)
    assert list(mails.locations.all()) == [frisco]
    checked = {
        (each["name"], each["value"])
        for each in account(client).select("[name^=request_mails][checked]")
        if each.get("value")
    }
    assert ("request_mails-locations", str(frisco.pk)) in checked
    assert ("request_mails-new_requests", "at_once") in checked


def test_who_runs_the_desk_begins_with_missed_promises_and_may_leave_them(
    users: dict[str, Any], sign_in: SignIn, make: Make
) -> None:
    client = sign_in("booking_administrator")
    assert account(client).select("[name=request_mails-overdue][checked]")
    late(make)
    posted(client, overdue="")
    assert run("mail_overdue") == "Mails on their way: 0."


def test_who_begins_to_be_told_is_told_of_what_comes_from_then_on(
    users: dict[str, Any], sign_in: SignIn, make: Make, clock: time_machine.Traveller
) -> None:
    come(make)
    client = sign_in("booking_reviewer")
    clock.shift(timedelta(minutes=10))
    posted(client, new_requests="at_once")
    assert run() == "Mails on their way: 0."
    come(make)
    assert run() == "Mails on their way: 1."


def test_to_change_the_choice_does_not_tell_everything_again(
    users: dict[str, Any], sign_in: SignIn, make: Make, clock: time_machine.Traveller
) -> None:
    mails = choose(users["booking_reviewer"])
    come(make)
    run()
    before = RequestMails.objects.get()
    posted(sign_in("booking_reviewer"), new_requests="hourly")
    after = RequestMails.objects.get()
    assert (after.pk, after.new_requests) == (mails.pk, "hourly")
    assert (after.told_until, after.told) == (before.told_until, before.told)
    clock.shift(timedelta(hours=1))
    assert run() == "Mails on their way: 0."


def test_the_role_decides_until_the_person_does(
    users: dict[str, Any], sign_in: SignIn, make: Make, clock: time_machine.Traveller
) -> None:
    desk = Group.objects.get(name="Booking administrators")
    late(make)
    for role in ("booking_reviewer", "booking_administrator", "administrator"):
        posted(sign_in(role))  # changes another part of the account
    assert RequestMails.objects.count() == 3

    told = []
    for members in (["booking_reviewer"], ["administrator"], []):
        desk.user_set.set([users[name] for name in members])
        run("mail_overdue")
        told.append([mail.to[0].partition("@")[0] for mail in sent_mails()])
        mail.outbox.clear()
        clock.shift(timedelta(days=1))
    assert told == [["booking_reviewer"], ["administrator"], []]


def test_who_lost_the_permission_meanwhile_gets_no_mail(users: dict[str, Any], make: Make) -> None:
    choose(users["booking_reviewer"])
    come(make)
    assert run() == "Mails on their way: 1."
    users["booking_reviewer"].groups.clear()
    assert sent_mails() == []


def test_a_location_that_is_deleted_adds_no_other(
    users: dict[str, Any], make: Make, frisco: Location
) -> None:
    choose(users["booking_reviewer"], HowOften.AT_ONCE, frisco)
    frisco.delete()
    come(make)
    assert run() == "Mails on their way: 0."


def test_groups_of_choices_have_a_name(sign_in: SignIn, frisco: Location) -> None:
    page = account(sign_in("booking_reviewer"))
    named = {}
    for group in page.select("fieldset.request-mails"):
        (told,) = page.select(f"#{group['aria-describedby']}")
        named[group.legend.get_text()] = len(group.select("label input")), bool(told.get_text())
    assert named == {"Of new requests": (4, True), "For these locations only": (2, True)}


@pytest.mark.parametrize(
    "answer",
    [{"new_requests": "weekly"}, {"new_requests": "at_once", "locations": ["999"]}],
)
def test_a_wrong_choice_is_refused_and_nothing_is_stored(
    users: dict[str, Any], sign_in: SignIn, site: SimpleNamespace, answer: dict[str, Any]
) -> None:
    response = posted(sign_in("booking_reviewer"), **answer)
    assert "Select a valid choice." in response.content.decode()
    assert not RequestMails.objects.exists()


def test_who_sees_no_requests_is_offered_no_mails_about_them(
    users: dict[str, Any], sign_in: SignIn, site: SimpleNamespace
) -> None:
    offered = [role for role in users if account(sign_in(role)).select("[name^=request_mails]")]
    assert offered == ["administrator", "booking_reviewer", "booking_administrator"]
    posted(sign_in("editor"), new_requests="at_once")
    assert not RequestMails.objects.exists()
