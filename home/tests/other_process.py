"""Run in a process of its own beside a server: changes content, and tells what the server shows then."""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time as clock
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

# What the server may be behind, and a little for the clocks' own grain.
SECOND = 1.05
# Each over a connection of its own: no worker is left out.
TIMES_ASKED = 12


@dataclass(frozen=True)
class Answer:
    """What a visitor without cookies gets."""

    status: int
    text: str
    location: str


@dataclass(frozen=True)
class Change:
    """Something that staff do, where it is seen, and how."""

    path: str
    do: Callable[[], Any]
    seen: Callable[[Answer], bool]


def changes() -> dict[str, Change]:
    """In the order in which they are done."""
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group, Permission
    from wagtail.contrib.redirects.models import Redirect
    from wagtail.models import Page, PageViewRestriction, Site

    from articles.models import Clinician
    from booking.models import BookingFormField, BookingPage, Location, OpeningHours, VisitKind
    from booking.vault.models import Grant
    from clinic_site.remembered.version import content_changed
    from home.models import ClinicSettings, StandardPage
    from home.tests.spanish import translate

    def page(slug: str) -> Any:
        return StandardPage.objects.get(slug=slug, locale__language_code="en")

    def published(page: Any, **values: Any) -> None:
        for name, value in values.items():
            setattr(page, name, value)
        page.save_revision().publish()

    def saved(row: Any, **values: Any) -> None:
        for name, value in values.items():
            setattr(row, name, value)
        row.save()

    place = Location.objects.filter(active=True)[0]
    home = Site.objects.get().root_page.specific
    questions = "/common-questions/"
    return {
        "a page is published": Change(
            questions,
            lambda: published(page("common-questions"), title="Asked before"),
            lambda answer: "<h1>Asked before</h1>" in answer.text,
        ),
        "its name in the menu of another page": Change(
            "/privacy/",
            lambda: published(page("common-questions"), title="Asked again"),
            lambda answer: "Asked again</a>" in answer.text,
        ),
        "the menu has another order": Change(
            "/privacy/",
            lambda: page("team").move(page("common-questions"), "left"),
            lambda answer: answer.text.index("/team/") < answer.text.index(questions),
        ),
        "a page is moved": Change(
            "/common-questions/team/",
            lambda: page("team").move(page("common-questions"), "last-child"),
            lambda answer: answer.status == 200,
        ),
        "the form gets a question": Change(
            "/book/",
            lambda: BookingFormField.objects.create(
                page=BookingPage.objects.get(), label="Any allergies?", field_type="singleline"
            ),
            lambda answer: "Any allergies?" in answer.text,
        ),
        "hours change": Change(
            "/",
            lambda: OpeningHours.objects.filter(location=place).update(
                opens=clock(6, 10), closes=clock(22, 50)
            ),
            lambda answer: "6:10 a.m." in answer.text,
        ),
        "a location is no longer offered": Change(
            "/book/",
            lambda: saved(place, active=False),
            lambda answer: f">{place.name}</span>" not in answer.text,
        ),
        "a location has visits by video": Change(
            "/book/",
            lambda: saved(Location.objects.filter(active=True).first(), offers_video=True),
            lambda answer: answer.text.count("data-video") == 2,
        ),
        "staff name another kind of visit": Change(
            "/book/",
            lambda: VisitKind.objects.create(page=BookingPage.objects.get(), label="Group visit"),
            lambda answer: "Group visit" in answer.text,
        ),
        "a clinician gets another name": Change(
            "/common-questions/team/",
            lambda: published(Clinician.objects.filter(live=True)[0], name="Sam Sample"),
            lambda answer: "Sam Sample" in answer.text,
        ),
        "the clinic gets another phone number": Change(
            questions,
            lambda: saved(ClinicSettings.objects.get(), phone="(972) 555-0155"),
            lambda answer: "(972) 555-0155" in answer.text,
        ),
        "an account may use the vault": Change(
            "/privacy/",
            lambda: (
                get_user_model()
                .objects.get(username="editor")
                .user_permissions.add(Permission.objects.get(codename="use_vault"))
            ),
            lambda answer: "allowed to by name" in answer.text,
        ),
        "a group gets another name": Change(
            "/privacy/",
            lambda: Group.objects.filter(name="Booking reviewers").update(name="The front desk"),
            lambda answer: "The front desk" in answer.text,
        ),
        "nobody can open the vault": Change(
            "/privacy/",
            lambda: Grant.objects.all().delete(),
            lambda answer: "Nobody can read it yet." in answer.text,
        ),
        "the site gets another name": Change(
            questions,
            lambda: Site.objects.update(hostname="clinic.example", port=80),
            lambda answer: 'href="http://clinic.example/common-questions/"' in answer.text,
        ),
        "a language is added": Change(
            "/",
            lambda: translate(home, title="Inicio"),
            lambda answer: 'hreflang="es"' in answer.text,
        ),
        "an address leads elsewhere": Change(
            "/old/",
            lambda: Redirect.objects.create(old_path="/old", redirect_link="/privacy/"),
            lambda answer: (answer.status, answer.location) == (301, "/privacy/"),
        ),
        "a page is for some alone": Change(
            questions,
            lambda: PageViewRestriction.objects.create(
                page=page("common-questions"), restriction_type="login"
            ),
            lambda answer: answer.status == 302,
        ),
        "a page is taken down": Change(
            "/privacy/",
            lambda: page("privacy").unpublish(),
            lambda answer: answer.status == 404,
        ),
        "a page is deleted": Change(
            "/accessibility/",
            lambda: page("accessibility").delete(),
            lambda answer: answer.status == 404,
        ),
        "somebody writes SQL": Change(
            "/articles/",
            lambda: (
                Page.objects.filter(url_path__endswith="/articles/").update(title="To read"),
                content_changed(),
            ),
            lambda answer: "<h1>To read</h1>" in answer.text,
        ),
    }


def ask(url: str, path: str) -> Answer:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    connection.request("GET", path)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return Answer(response.status, text, response.headers.get("Location", ""))


def main(url: str) -> None:
    """Writes, as JSON, of each change how many of the answers showed it before and after."""
    told = {}
    for name, change in changes().items():
        before = [change.seen(ask(url, change.path)) for _ in range(TIMES_ASKED)]
        change.do()
        time.sleep(SECOND)
        after = [change.seen(ask(url, change.path)) for _ in range(TIMES_ASKED)]
        told[name] = [sum(before), sum(after)]
    sys.stdout.write(json.dumps(told))
