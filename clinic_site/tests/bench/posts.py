"""Posts of the two forms, as browsers send them, and the rows that they leave."""

import time
from collections.abc import Callable
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

from bs4 import BeautifulSoup
from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import timezone

from .load import Ask, Run, WrongAnswer, run

# More than any server of Python's takes; each body is sent once.
BODIES_A_SECOND = 1500
BOOKING = "/book/"


def booking_answers() -> dict[str, str]:
    """What a visitor of the trial's booking form fills in, without the token."""
    from booking.locations.queries import active_locations
    from booking.tests.bench import answers

    given = answers(active_locations()[0])
    del given["token"]
    return given


def booking(url: str, seconds: int) -> Ask:
    """Posts of the booking form, each of a form of its own that was shown a minute ago."""
    import time_machine

    from booking.public.form.tokens import new_token

    answers = booking_answers()
    with time_machine.travel(timezone.now() - timedelta(minutes=1), tick=False):
        tokens = [new_token() for _ in range(BODIES_A_SECOND * seconds)]
    typed = urlencode(answers)
    bodies = [f"{typed}&{urlencode({'token': token})}" for token in tokens]
    return Ask(f"{url}{BOOKING}", bodies=bodies, expected=303)


def stored_requests() -> int:
    """Requests in the database that were taken for a person's."""
    from booking.choices import Status
    from booking.models import Submission

    return Submission.objects.filter(status=Status.NEW).count()


def stock(url: str, seconds: int) -> Ask:
    """Posts of the stock form: the same answers, with the cookie and the token that its page gave."""
    with urlopen(f"{url}{BOOKING}", timeout=30) as response:
        cookies = SimpleCookie(response.headers["Set-Cookie"])
        form = BeautifulSoup(response.read(), "html.parser").find("form", method="POST")
    body = urlencode(stock_answers(form))
    cookie = f"csrftoken={cookies['csrftoken'].value}"
    bodies = [body] * (BODIES_A_SECOND * seconds)
    return Ask(f"{url}{BOOKING}", {"Cookie": cookie}, bodies)


def stock_answers(form: Any) -> dict[str, str]:
    """The answers by the names of the stock form's fields, which stand in the booking form's order."""
    from booking.models import BookingPage

    answers = booking_answers()
    asked = [field.name for field in BookingPage.objects.get().get_form().visible_fields()]
    texts = [answers.get(name, "") for name in asked if name != "re_subject"]
    fields: dict[str, Any] = {}
    for field in form.find_all(["input", "textarea", "select"]):
        if field.get("name"):
            fields.setdefault(field["name"], field)
    token = {"csrfmiddlewaretoken": fields.pop("csrfmiddlewaretoken")["value"]}
    pairs = zip(fields.items(), texts, strict=True)
    return token | {name: _typed(field, text) for (name, field), text in pairs if text}


def _typed(field: Any, text: str) -> str:
    """The text; of radio buttons the first choice."""
    return str(field["value"]) if field.get("type") == "radio" else text


def stored_submissions(database: dict[str, Any]) -> Callable[[], int]:
    """A function that counts what the stock form has stored in that database."""
    told = connections.configure_settings({DEFAULT_DB_ALIAS: database})
    connections.settings["stock"] = told[DEFAULT_DB_ALIAS]

    def count() -> int:
        with connections["stock"].cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM wagtailforms_formsubmission")
            return int(cursor.fetchone()[0])

    return count


def run_posts(ask: Ask, connections: int, seconds: int, stored: Callable[[], int]) -> Run:
    """One run of posts. Raises WrongAnswer unless every acknowledged one left a row."""
    before = stored()
    found = run(ask, connections, seconds)
    rows = _settled(stored) - before
    # A post that was under way at the end was not acknowledged, but may have been stored.
    if not found.requests <= rows <= found.requests + connections:
        raise WrongAnswer(f"{ask.url}: {found.requests} posts acknowledged, {rows} stored")
    return found


def _settled(stored: Callable[[], int]) -> int:
    """The number of rows once it no longer grows."""
    rows = stored()
    while True:
        time.sleep(0.3)
        if (now := stored()) == rows:
            return now
        rows = now
