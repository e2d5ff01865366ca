"""What the dashboard asks each person to do: in their words, with a count that the linked page shows too."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone
from wagtail.models import TaskState, WorkflowState

from articles.models import ArticlePage
from articles.tests.factories import ArticlePageFactory
from booking.choices import HowOften, Status
from booking.models import PrivacyCheck, RequestMails, Submission
from booking.tests.factories import LocationFactory, sealed_request, store
from booking.vault import lifecycle
from booking.vault.models import Vault
from clinic_site.background import runs
from clinic_site.background.schedule import JOBS
from clinic_site.to_do import ToDo
from home import to_do

# A Monday, ten o'clock at the clinic.
NOW = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
SignIn = Callable[..., Client]
DESK = ("booking_reviewer", "booking_administrator")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def all_well(site: SimpleNamespace, users: dict[str, Any], vault: Any) -> None:
    """Daily work was done, and somebody wants mails of every location."""
    for job in JOBS:
        started_at = runs.claim(job)
        assert started_at
        runs.finish(job, started_at, succeeded=True, said="")
    RequestMails.objects.create(user=users["booking_reviewer"], new_requests=HowOften.DAILY)


@pytest.fixture
def come(site: SimpleNamespace, all_well: None) -> Callable[..., Submission]:
    """come(hours) stores a request whose answer is due in so many hours."""

    def stored(hours: float, **columns: Any) -> Submission:
        due_at = NOW + timedelta(hours=hours)
        return store([sealed_request(site.book, site.location, due_at=due_at, **columns)])[0]

    return stored


def soup_of(client: Client, address: str = "/admin/") -> BeautifulSoup:
    response = client.get(address, follow=True)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def asked(client: Client) -> list[str]:
    """The sentences, urgent ones marked."""
    found = soup_of(client).select(".to-do li")
    return [" ".join(each.get_text(" ").split()) for each in found]


def menu(client: Client) -> str:
    """The label of the desk in the menu."""
    text = client.get("/admin/").content.decode()
    return next(
        label
        for count in ("", " (1)", " (2)", " (3)")
        if f'"{(label := f"Requests{count}")}"' in text
    )


# The desk --------------------------------------------------------------------------------------


def test_on_a_quiet_morning_nobody_is_asked_anything(
    all_well: None, users: dict[str, Any], sign_in: SignIn
) -> None:
    for role in users:
        client = sign_in(role)
        assert asked(client) == [], role
        assert "Nothing is waiting for you." in soup_of(client).select_one("#to-do").get_text(" ")


def test_promises_come_first_in_a_receptionists_words(
    come: Callable[..., Submission], users: dict[str, Any], sign_in: SignIn
) -> None:
    come(-65)
    come(-1, status=Status.CHECK)
    come(7, assignee=users["booking_reviewer"])
    come(31)
    come(-90, status=Status.CONTACTED, assignee=users["booking_reviewer"])
    come(-90, status=Status.CLOSED)

    late = "2 are late: since Fri 5 p.m. the first has been waiting longer than promised."
    assert asked(sign_in("booking_reviewer")) == [
        f"Urgent: 3 requests are to be answered by tonight. {late}",
        "4 requests in all are waiting for an answer.",
        "3 open requests are assigned to nobody.",
        "1 request may not come from a person: look at it.",
        "2 open requests are yours.",
    ]
    assert asked(sign_in("booking_administrator"))[1:] == [
        "4 requests in all are waiting for an answer.",
        "3 open requests are assigned to nobody.",
        "1 request may not come from a person: look at it.",
    ]


def test_what_is_due_tonight_and_not_late_is_not_urgent(
    come: Callable[..., Submission], sign_in: SignIn
) -> None:
    come(7)
    come(31)
    assert asked(sign_in("booking_reviewer"))[0] == "1 request is to be answered by tonight."
    assert not soup_of(sign_in("booking_reviewer")).select(".to-do__urgent")


def test_each_count_is_the_number_of_rows_behind_its_link(
    come: Callable[..., Submission], users: dict[str, Any], sign_in: SignIn
) -> None:
    for number, status in enumerate(Status):
        for hours in (-20, 3, 20, 300):
            come(hours, status=status, assignee=users["booking_reviewer"] if number % 2 else None)
    client = sign_in("booking_reviewer")
    links = soup_of(client).select(".to-do a")
    assert len(links) == 5
    for link in links:
        number = next(word for word in link.get_text().split() if word.isdigit())
        rows = soup_of(client, str(link["href"])).select("table tbody .field-reference")
        assert len(rows) == int(number), link


def test_who_may_only_look_is_not_asked_to_take_care(
    come: Callable[..., Submission], users: dict[str, Any], sign_in: SignIn
) -> None:
    from django.contrib.auth.models import Group, Permission

    Group.objects.get(name="Booking reviewers").permissions.remove(
        *Permission.objects.filter(codename="change_submission")
    )
    come(7, status=Status.CHECK)
    assert asked(sign_in("booking_reviewer")) == [
        "1 request is to be answered by tonight.",
        "1 request in all is waiting for an answer.",
    ]


def test_only_who_may_see_requests_learns_how_many_there_are(
    come: Callable[..., Submission], users: dict[str, Any], sign_in: SignIn
) -> None:
    come(-1)
    for role in ("editor", "clinical_reviewer"):
        assert asked(sign_in(role)) == []
        assert '"Requests' not in sign_in(role).get("/admin/").content.decode()


def test_the_menu_tells_how_many_wait_for_somebody(
    come: Callable[..., Submission], sign_in: SignIn
) -> None:
    client = sign_in("booking_reviewer")
    assert menu(client) == "Requests"
    come(300)
    come(-1, status=Status.CHECK)
    for status in set(Status) - {Status.NEW, Status.CHECK}:
        come(1, status=status)
    assert menu(client) == "Requests (2)"
    Submission.objects.filter(status=Status.NEW).update(status=Status.CONTACTED)
    assert menu(client) == "Requests (1)"


def test_many_requests_ask_no_more_of_the_database(
    come: Callable[..., Submission], sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    client = sign_in("booking_reviewer")
    come(-1)
    client.get("/admin/")
    counts = []
    for number in (0, 30):
        for _row in range(number):
            come(-1)
        with django_assert_max_num_queries(60) as queries:
            client.get("/admin/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


# Mails about requests --------------------------------------------------------------------------


def test_who_runs_the_desk_or_the_site_learns_that_nobody_is_told(
    all_well: None, users: dict[str, Any], sign_in: SignIn, site: SimpleNamespace
) -> None:
    frisco = LocationFactory(name="Frisco")
    LocationFactory(name="Closed", active=False)
    mails = RequestMails.objects.get()
    mails.locations.set([frisco])
    RequestMails.objects.update(everywhere=False)
    said = (
        "Nobody gets a mail when a request comes in for Allen. Choose it here for yourself, or ask a "
        "colleague to."
    )
    assert {role: asked(sign_in(role)) for role in users} == {
        "administrator": [said],
        "editor": [],
        "clinical_reviewer": [],
        "booking_reviewer": [],
        "booking_administrator": [said],
    }
    for role in DESK:
        users[role].email = ""
        users[role].save()
    said = asked(sign_in("administrator"))
    assert "when a request comes in for Allen, Frisco." in said[0]
    assert "when a request is late at Allen, Frisco." in said[1]


def test_a_source_that_fails_takes_nothing_from_the_others(
    come: Callable[..., Submission], sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    come(7)

    def fails(user: Any) -> Iterator[ToDo]:
        raise RuntimeError

    with patch.object(to_do, "SOURCES", (fails, *to_do.SOURCES)):
        page = soup_of(sign_in("booking_reviewer"))
        quiet = soup_of(sign_in("editor")).select_one(".to-do").get_text(" ")
    assert "1 request is to be answered by tonight." in page.select_one(".to-do").get_text(" ")
    assert "Not everything could be looked up just now." in quiet
    assert "Nothing is waiting" not in quiet


# The vault -------------------------------------------------------------------------------------


def test_without_a_vault_whoever_can_is_asked_to_make_it(
    site: SimpleNamespace, users: dict[str, Any], sign_in: SignIn
) -> None:
    text = "Urgent: Set up the vault. Until then nobody can ask for an appointment here."
    assert [role for role in users if text in asked(sign_in(role))] == ["administrator"]


def test_access_is_asked_for_and_given(
    all_well: None, users: dict[str, Any], sign_in: SignIn
) -> None:
    third = users["editor"]
    third.groups.set(users["booking_reviewer"].groups.all())
    client = sign_in("editor")
    assert asked(client) == [
        "You cannot read requests yet. Choose a passphrase and ask a colleague for access."
    ]
    lifecycle.add_reviewer(Vault.objects.get(), third, "violet trumpet lumber oyster sock tin")
    assert asked(client) == ["A colleague has yet to give you access to requests: ask for it."]
    waits = "editor waits for you to give them access to requests."
    assert {role for role in users if waits in asked(sign_in(role))} == set(DESK)


# Pages -----------------------------------------------------------------------------------------


def submitted(page: ArticlePage, by: Any) -> TaskState:
    page.title = "What ketamine feels like"
    page.save_revision(user=by)
    page.get_workflow().start(page, by)
    found: TaskState = TaskState.objects.get()
    return found


def test_what_was_submitted_waits_for_a_reviewer_and_what_came_back_for_its_writer(
    all_well: None, users: dict[str, Any], sign_in: SignIn, site: SimpleNamespace
) -> None:
    task = submitted(site.article, users["editor"])
    waits = "1 page was submitted and waits for your review."
    found = {role for role in users if waits in asked(sign_in(role))}
    assert found == {"clinical_reviewer", "administrator"}
    assert asked(sign_in("editor")) == []

    task.task.specific.on_action(
        task, users["clinical_reviewer"], "reject", comment="Say how long it lasts."
    )
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_NEEDS_CHANGES
    assert asked(sign_in("clinical_reviewer")) == []
    assert asked(sign_in("editor")) == [
        "“What ketamine feels like” came back to you: changes are asked for."
    ]
    (link,) = soup_of(sign_in("editor")).select(".to-do a")
    assert link["href"] == f"/admin/pages/{site.article.pk}/edit/"
    users["editor"].groups.clear()  # may not edit any more what came back
    users["editor"].groups.set(users["booking_reviewer"].groups.all())
    assert not any("came back" in said for said in asked(sign_in("editor")))


def test_what_waits_for_a_review_is_what_the_report_shows(
    all_well: None, users: dict[str, Any], sign_in: SignIn, site: SimpleNamespace
) -> None:
    submitted(site.article, users["editor"])
    ArticlePage.objects.update(next_review=timezone.localdate())
    other = ArticlePageFactory(parent=site.articles, slug="other", title="Other")
    other.save_revision(user=users["editor"])
    other.get_workflow().start(other, users["editor"]).cancel(user=users["editor"])
    client = sign_in("clinical_reviewer")
    links = soup_of(client).select(".to-do a")
    assert len(links) == 2
    for link in links:
        rows = soup_of(client, str(link["href"])).select("table.listing tbody tr")
        assert len(rows) == 1, link


def test_articles_whose_date_has_come_are_for_clinical_reviewers(
    all_well: None, users: dict[str, Any], sign_in: SignIn, site: SimpleNamespace
) -> None:
    ArticlePage.objects.update(next_review=timezone.localdate())
    text = "1 published article is due for a new clinical review."
    assert [role for role in users if text in asked(sign_in(role))] == ["clinical_reviewer"]


# What is wrong with the site -------------------------------------------------------------------


@pytest.mark.usefixtures("all_well")
def test_a_privacy_check_that_found_something_is_everybodys_at_the_desk(
    users: dict[str, Any], sign_in: SignIn
) -> None:
    users["administrator"].first_name, users["administrator"].last_name = "Ada", "Example"
    users["administrator"].save()
    PrivacyCheck.objects.create(ran_at=NOW, complete=True, places=9, hits=2)
    text = (
        "Urgent: Call Ada Example (administrator) today: on November 30, 2026 what a visitor sent could "
        "be read on this server. It must not be."
    )
    found = {role: asked(sign_in(role)) for role in users}
    assert {role for role, said in found.items() if said == [text]} == {*DESK}
    assert found["administrator"] == [
        "Urgent: On November 30, 2026 what a visitor sent could be read on this server. See to it today."
    ]
    PrivacyCheck.objects.create(ran_at=NOW, complete=True, places=9)
    assert asked(sign_in("booking_reviewer")) == []


def test_nobody_but_whoever_looks_after_the_site_reads_a_command(
    site: SimpleNamespace, users: dict[str, Any], vault: Any, sign_in: SignIn
) -> None:
    PrivacyCheck.objects.create(ran_at=NOW, complete=True, places=9, hits=2)
    told = {role for role in users if "manage.py" in sign_in(role).get("/admin/").content.decode()}
    assert told == {"administrator"}
