"""Every public page of the trial, and the states that pages can be in, ready to be looked at."""

import contextlib
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import urlsplit
from urllib.request import urlopen
from xml.etree import ElementTree

from django.conf import settings
from django.http import QueryDict
from django.template.loader import render_to_string
from playwright.sync_api import Page

from booking.public.middleware import typed_answers
from clinic_site.tests.fixtures import next_weekday
from clinic_site.tests.trial import Trial

TIMEOUT = 30
ARTICLE = "/articles/how-does-ketamine-work-for-depression/"
ANSWERS = {
    "name": "Toni Placeholder",
    "phone": "972-555-0134",
    "message": "I would like to talk about treatment options.",
}

REVIEW = """
from datetime import date
from articles.models import ArticlePage, Clinician
ArticlePage.objects.update(reviewer={reviewer}, last_reviewed={day})
"""

# The address of a confirmation, by the trial's.
_CONFIRMATIONS: dict[str, str] = {}

# A place by name: a function that brings a browser's page to it.
Places = dict[str, Callable[[Page], None]]


def addresses(url: str) -> list[str]:
    """What sitemap.xml lists, and the pages that search engines shall not show."""
    with urlopen(f"{url}/sitemap.xml", timeout=TIMEOUT) as response:
        sitemap = ElementTree.fromstring(response.read())
    listed = [urlsplit(loc.text or "").path for loc in sitemap.iterfind(".//{*}loc")]
    return list(dict.fromkeys([*listed, ARTICLE]))


def all_places(url: str) -> Places:
    pages: Places = {address: partial(visit, address) for address in addresses(url)}
    return {
        **pages,
        "questions open": _questions_open,
        **forms_that_ask_most("/book/"),
        "form with errors": _form_with_errors,
        "check of the answers": _check,
        "confirmation": partial(_confirmation, url),
        "no request": partial(visit, "/book/received/"),
        "withdrawal": partial(visit, "/book/withdraw/"),
        "withdrawal refused": _withdrawal_refused,
        "not found": partial(visit, "/nothing-here/"),
        "error": partial(_static_page, "500.html"),
        "unavailable": partial(_static_page, "503.html"),
    }


def visit(address: str, page: Page) -> None:
    page.goto(address)


def _questions_open(page: Page) -> None:
    page.goto(ARTICLE)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


def _form_with_errors(page: Page) -> None:
    page.goto("/book/")
    choose(page, contact_by="phone", for_whom="child", when="day")
    page.locator("main").get_by_role("button", name="Send the request").click()
    page.wait_for_selector(".error-summary")
    page.wait_for_load_state()


def _withdrawal_refused(page: Page) -> None:
    page.goto("/book/withdraw/")
    page.locator("[name=reference]").fill("AAAA AAAA")
    page.locator("main").get_by_role("button", name="Withdraw the request").click()
    page.wait_for_selector(".error-summary")
    page.wait_for_load_state()


def fill(page: Page) -> None:
    """All that a request needs, as a person fills it in."""
    page.goto("/book/")
    choose(page, contact_by="phone", when="day")
    for name, text in ANSWERS.items():
        page.locator(f"[name={name}]").fill(text)
    page.locator("[name=preferred_day]").fill(next_weekday().isoformat())
    for choice in ("location", "preferred_time"):
        page.locator(f"[name={choice}]").first.check()
    page.locator("[name=consent]").check()


def choose(page: Page, **answers: str) -> None:
    """The answers that others follow from."""
    for name, value in answers.items():
        page.locator(f'[name={name}][value="{value}"]').check()


def forms_that_ask_most(address: str) -> Places:
    """Between them they show every question of the form."""
    return {
        "form for a call": partial(ask_most, address=address, contact_by="phone", when="weekdays"),
        "form for a mail": partial(ask_most, address=address, contact_by="email", when="day"),
    }


def ask_most(page: Page, *, address: str = "/book/", **answers: str) -> None:
    """The form with every question that may be asked beside those answers."""
    page.goto(address)
    choose(page, for_whom="child", **answers)
    page.locator("[name=location]:has(+ label [data-video])").first.check()


def _check(page: Page) -> None:
    fill(page)
    page.get_by_role("button", name="Check your answers first").click()
    page.wait_for_url("**/book/check/")


def _confirmation(url: str, page: Page) -> None:
    """One request a trial is enough."""
    if url not in _CONFIRMATIONS:
        fill(page)
        page.get_by_role("button", name="Send the request").click()
        page.wait_for_url("**/book/received/**")
        _CONFIRMATIONS[url] = page.url
    page.goto(_CONFIRMATIONS[url])


@contextlib.contextmanager
def reviewed(trial: Trial) -> Iterator[None]:
    """The trial's article as if its first clinician had reviewed it on September 14, 2026."""
    _set_review(trial, "Clinician.objects.first()", "date(2026, 9, 14)")
    yield
    _set_review(trial, "None", "None")


def _set_review(trial: Trial, reviewer: str, day: str) -> None:
    trial.shell(REVIEW.format(reviewer=reviewer, day=day))


def _static_page(template: str, page: Page) -> None:
    """A page for the days on which nothing works, as the server would send it."""
    answers = typed_answers(_posted()) if template == "503.html" else []
    html = render_to_string(
        template,
        {
            "answers": answers,
            "is_filled": bool(answers),
            "is_sending": bool(answers),
            "posted": list(_posted().items()) if answers else [],
            "action": "/book/",
            "phone": settings.CLINIC_PHONE,
            "phone_link": "tel:+19725550100",
            "clinic_name": settings.CLINIC_NAME,
        },
    )
    address = f"**/{template}"
    page.route(address, lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"/{template}")
    page.unroute(address)


def _posted() -> QueryDict:
    data = QueryDict(mutable=True)
    day = {"when": "day", "preferred_day": next_weekday().isoformat()}
    data.update({**ANSWERS, "contact_by": "phone", **day, "token": "t"})
    return data
