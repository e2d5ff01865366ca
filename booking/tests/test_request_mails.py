"""Mails to staff about requests: to whom, when, once, with numbers and links and nothing else."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.users.models import UserProfile

from booking.choices import HowOften, Status
from booking.models import Location, RequestMails, Submission
from booking.notifications import new_requests, overdue, wording
from booking.notifications.models import mails_of
from booking.submissions import handling
from booking.tests.factories import LocationFactory
from clinic_site.tests.mails import sent_mails
from clinic_site.tests.pages import messages_of

# A Monday, ten o'clock at the clinic.
NOW = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
TUESDAY_5_PM = datetime(2026, 12, 1, 23, 0, tzinfo=UTC)
ACCOUNT = "/admin/account/"
Make = Callable[..., Submission]
SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def frisco(site: SimpleNamespace) -> Location:
    return LocationFactory(name="Frisco")


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


# What is said ----------------------------------------------------------------------------------


def test_a_mail_says_how_many_where_by_when_and_nothing_else(
    make: Make, users: dict[str, Any], site: SimpleNamespace, frisco: Location
) -> None:
    choose(users["booking_reviewer"])
    come(make, location=frisco, due_at=TUESDAY_5_PM + timedelta(days=9))
    come(make)
    come(make, status=Status.CHECK)
    assert run() == "Mails on their way: 1."

    (mail,) = sent_mails()
    assert mail.to == ["booking_reviewer@clinic.example"]
    assert mail.subject.endswith(": 3 new requests, an answer is due Tue 5 p.m.")
    base = "http://127.0.0.1:8000/admin"
    assert mail.body.splitlines() == [
        "Allen: 2 new requests, an answer is due Tue 5 p.m.",
        f"{base}/booking/submission/?show=open&location={site.location.pk}",
        "",
        "Frisco: 1 new request, an answer is due 12/10/2026 5 p.m.",
        f"{base}/booking/submission/?show=open&location={frisco.pk}",
        "",
        "To get other mails, or none:",
        f"{base}/account/#tab-notifications",
    ]


def test_it_is_written_in_the_language_of_its_reader(make: Make, users: dict[str, Any]) -> None:
    choose(users["booking_reviewer"])
    UserProfile.objects.create(user=users["booking_reviewer"], preferred_language="es")
    come(make)
    run()

    (mail,) = sent_mails()
    assert mail.subject.endswith(": 1 solicitud nueva, se espera una respuesta el mar 5 p.m.")
    assert "Para recibir otros correos" in mail.body


def test_without_a_due_time_it_says_none(make: Make, users: dict[str, Any]) -> None:
    choose(users["booking_reviewer"])
    come(make, due_at=None)
    run()
    assert subjects() == ["1 new request"]


def test_it_counts_as_the_list_that_it_leads_to(
    make: Make, users: dict[str, Any], sign_in: SignIn
) -> None:
    choose(users["booking_reviewer"])
    first = come(make)
    come(make, form_digest=first.form_digest, correction=1)
    run()
    assert subjects() == ["2 new requests, an answer is due Tue 5 p.m."]
    address = sent_mails()[0].body.splitlines()[1]
    page = sign_in("booking_reviewer").get(address.partition(":8000")[2])
    assert len(BeautifulSoup(page.content, "html.parser").select("tbody .field-reference")) == 2


def test_what_is_late_already_was_due(
    make: Make, users: dict[str, Any], clock: time_machine.Traveller
) -> None:
    choose(users["booking_reviewer"])
    come(make)
    clock.shift(timedelta(days=2))
    run()
    assert subjects() == ["1 new request, an answer was due Tue 5 p.m."]


def test_nothing_of_the_answers_is_stored_with_a_mail(kestrel: Submission, users: Any) -> None:
    from django_tasks_db.models import DBTaskResult

    choose(users["booking_reviewer"])
    run()
    (row,) = DBTaskResult.objects.values_list("args_kwargs", flat=True)
    stored = str([row, *RequestMails.objects.values_list("told", flat=True)])
    assert "Kestrel" not in stored
    assert "KKKKKKKK" not in stored
    assert "Allen: 1 new request" in stored


# To whom ---------------------------------------------------------------------------------------


def test_only_who_chose_it_may_see_requests_and_can_be_reached_is_told(
    make: Make, users: dict[str, Any]
) -> None:
    for role, user in users.items():
        choose(user, HowOften.NEVER if role == "booking_administrator" else HowOften.AT_ONCE)
    come(make)
    run()
    told = {mail.to[0].partition("@")[0] for mail in sent_mails()}
    assert told == {"booking_reviewer", "administrator"}

    users["booking_reviewer"].is_active = False
    users["booking_reviewer"].save()
    users["administrator"].email = ""
    users["administrator"].save()
    RequestMails.objects.update(told={}, told_until=NOW - timedelta(days=1))
    assert run() == "Mails on their way: 0."


def test_a_person_is_told_of_the_locations_chosen(
    make: Make, users: dict[str, Any], frisco: Location
) -> None:
    choose(users["booking_reviewer"], HowOften.AT_ONCE, frisco)
    come(make)
    assert run() == "Mails on their way: 0."
    come(make, location=frisco)
    run()
    (mail,) = sent_mails()
    assert mail.body.startswith("Frisco: 1 new request")
    assert "Allen" not in mail.body


def test_what_somebody_has_taken_up_or_withdrawn_is_not_new(
    make: Make, users: dict[str, Any]
) -> None:
    choose(users["booking_reviewer"])
    for status in set(Status) - {Status.NEW, Status.CHECK}:
        come(make, status=status)
    assert run() == "Mails on their way: 0."


# When, and once --------------------------------------------------------------------------------


def test_at_once_is_within_the_minute_and_what_follows_shortly_comes_together(
    make: Make, users: dict[str, Any], clock: time_machine.Traveller
) -> None:
    choose(users["booking_reviewer"])
    come(make)
    assert run() == "Mails on their way: 1."
    told = []
    for _minute in range(6):
        come(make)
        clock.shift(timedelta(minutes=1))
        told.append(run())
    assert told == ["Mails on their way: 0."] * 4 + ["Mails on their way: 1."] + [
        "Mails on their way: 0."
    ]
    assert [subject[:5] for subject in subjects()] == ["1 new", "5 new"]


def test_hourly_is_at_most_once_an_hour(
    make: Make, users: dict[str, Any], clock: time_machine.Traveller
) -> None:
    choose(users["booking_reviewer"], HowOften.HOURLY)
    for _minutes in range(0, 180, 10):
        come(make)
        run()
        clock.shift(timedelta(minutes=10))
    assert [subject[:5] for subject in subjects()] == ["1 new", "6 new", "6 new"]


def test_daily_is_in_the_morning_by_the_clinics_clock(
    make: Make, users: dict[str, Any], clock: time_machine.Traveller
) -> None:
    choose(users["booking_reviewer"], HowOften.DAILY, told_until=NOW)
    sent = []
    for _hour in range(48):
        come(make)
        clock.shift(timedelta(hours=1))
        if run() == "Mails on their way: 1.":
            sent.append(datetime.now(UTC))
    # Seven o'clock in Texas in winter.
    assert sent == [datetime(2026, 12, day, 13, 0, tzinfo=UTC) for day in (1, 2)]
    assert [subject[:6] for subject in subjects()] == ["21 new", "24 new"]


def test_a_day_without_requests_does_not_bring_the_next_mail_forward(
    make: Make, users: dict[str, Any], clock: time_machine.Traveller
) -> None:
    choose(users["booking_reviewer"], HowOften.DAILY, told_until=NOW)
    clock.shift(timedelta(hours=26))
    come(make)
    assert run() == "Mails on their way: 0."
    clock.shift(timedelta(hours=19))
    assert run() == "Mails on their way: 1."


def test_each_request_is_told_of_once_whatever_the_order_in_which_they_are_stored(
    make: Make, users: dict[str, Any], clock: time_machine.Traveller
) -> None:
    choose(users["booking_reviewer"])
    come(make)
    run()
    # Its transaction ended after the mail, or the clock of its server is behind.
    come(make, received_at=NOW - timedelta(minutes=20))
    clock.shift(timedelta(minutes=5))
    come(make, received_at=NOW + timedelta(minutes=20))
    assert run() == "Mails on their way: 1."
    for _hour in range(3):
        clock.shift(timedelta(hours=1))
        assert run() == "Mails on their way: 0."
    assert [subject[:5] for subject in subjects()] == ["1 new", "2 new"]


def test_what_was_told_and_waits_again_is_not_told_again(
    make: Make, users: dict[str, Any], clock: time_machine.Traveller
) -> None:
    choose(users["booking_reviewer"])
    first = come(make)
    run()
    Submission.objects.filter(pk=first.pk).update(status=Status.CONTACTED)
    clock.shift(timedelta(minutes=6))
    come(make)
    run()
    Submission.objects.filter(pk=first.pk).update(status=Status.NEW)
    clock.shift(timedelta(minutes=6))
    assert run() == "Mails on their way: 0."


def test_a_clock_a_little_ahead_does_not_tell_of_what_is_old(
    make: Make, users: dict[str, Any]
) -> None:
    choose(users["booking_reviewer"], told_until=NOW + timedelta(minutes=1))
    make(received_at=NOW - timedelta(days=20))
    assert run() == "Mails on their way: 0."


def test_after_a_standstill_everything_that_waits_is_told_of(
    make: Make, users: dict[str, Any], clock: time_machine.Traveller
) -> None:
    choose(users["booking_reviewer"], told_until=NOW)
    for _day in range(3):
        clock.shift(timedelta(days=1))
        come(make)
    assert run() == "Mails on their way: 1."
    assert [subject[:5] for subject in subjects()] == ["3 new"]


def test_a_clock_that_was_ahead_keeps_nobody_from_the_next_mail(
    make: Make, users: dict[str, Any], clock: time_machine.Traveller
) -> None:
    for number, role in enumerate(("booking_reviewer", "booking_administrator")):
        choose(users[role], [HowOften.AT_ONCE, HowOften.DAILY][number], told_until=NOW)
    clock.shift(timedelta(days=899))
    come(make)
    clock.shift(timedelta(days=1))
    assert run() == "Mails on their way: 2."
    clock.move_to(NOW + timedelta(hours=1))
    come(make)
    clock.shift(timedelta(days=1))
    assert run() == "Mails on their way: 2."


def test_two_processes_at_the_same_moment_write_one_mail(make: Make, users: dict[str, Any]) -> None:
    choose(users["booking_reviewer"])
    seen = [RequestMails.objects.get() for _process in range(2)]
    come(make)
    assert [new_requests.tell(each) for each in seen] == [True, False]
    assert len(sent_mails()) == 1


def test_a_mail_that_cannot_be_written_is_tried_again_and_keeps_nobody_from_theirs(
    make: Make, users: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    for role in ("booking_reviewer", "booking_administrator"):
        choose(users[role])
    come(make)
    mail_staff = wording.mail_staff

    def fail_for_one(user: Any, *rest: str, needs: str) -> None:
        mail_staff(user, *rest, needs=needs)
        if user == users["booking_reviewer"]:
            raise OSError("no space left")

    with (
        patch.object(wording, "mail_staff", fail_for_one),
        pytest.raises(CommandError, match=r"Mails that could not be written: 1\."),
    ):
        run()
    assert [mail.to[0][:14] for mail in sent_mails()] == ["booking_admini"]
    assert run() == "Mails on their way: 1."
    assert [mail.to[0][:14] for mail in sent_mails()] == ["booking_admini", "booking_review"]


def test_it_asks_no_more_of_the_database_for_more_requests(
    make: Make, users: dict[str, Any], django_assert_num_queries: Any
) -> None:
    choose(users["booking_reviewer"])
    counts = []
    for number in (1, 20):
        for row in range(number):
            come(make)
            colleague = type(users["editor"]).objects.create_user(
                f"{number}-{row}", "a@clinic.example"
            )
            colleague.groups.set(users["booking_administrator"].groups.all())
        RequestMails.objects.update(told={}, mailed_at=None)
        with django_assert_num_queries(10) as asked:
            run()
        counts.append(len(asked))
    assert counts[0] == counts[1]


# What was promised and missed ------------------------------------------------------------------


def late(make: Make, **columns: Any) -> Submission:
    """A request whose answer was due yesterday, Sunday, at nine o'clock in the morning."""
    return make(**{"due_at": NOW - timedelta(hours=25), **columns})


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


# The choice ------------------------------------------------------------------------------------


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
