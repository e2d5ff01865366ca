"""A visitor's request as the check sends it: over HTTP, through the form, marked in every text."""

import secrets
from datetime import timedelta
from urllib.parse import urlsplit

import requests
from bs4 import BeautifulSoup

from ..choices import RECEIPT_FIELD, TRAP_FIELD, PreferredTime
from ..locations.hours import DAYS_TO_LOOK_AHEAD
from ..locations.queries import active_locations
from ..public.form.tokens import read_token
from ..public.page import BookingPage
from ..public.queries import published_form
from ..submissions.models import Submission
from ..submissions.receiving import form_digest

# A valid answer to a question of that name or kind, with a place for the mark if it takes a text.
ANSWERS = {
    "name": "Automatic privacy check {}",
    "message": "{} was sent by verify_privacy, which deletes it again. There is nobody to call.",
    "for_whom": "other",  # who is then named
    "when": "day",
    "BooleanField": "on",
    "DateField": "2030-01-31",
    "DateTimeField": "2030-01-31",
    "EmailField": "{}@example.com",
    "URLField": "https://example.com/{}",
}


class CannotRun(Exception):
    """The check could not be made."""


class Site(requests.Session):
    """One site over HTTP: certificates are checked, and no redirect is followed anywhere."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url.rstrip("/")
        self.trust_env = False  # no proxy sees the passphrase
        self.headers["Referer"] = f"{self.url}/"

    def ask(self, verb: str, path: str, data: dict[str, str] | None = None) -> requests.Response:
        try:
            return self.request(verb, self.url + path, data=data, timeout=60, allow_redirects=False)
        except requests.RequestException as error:
            raise CannotRun(f"{self.url} does not answer: {type(error).__name__}.") from error


class Canary:
    """One look at the form, and a valid request for it, marked in every answer that is a text."""

    def __init__(self, url: str) -> None:
        page = published_form()
        if page is None or not page.url:
            raise CannotRun("There is no published booking page to send a request through.")
        self.site, self.path = Site(url), urlsplit(page.url).path
        shown = self.site.ask("GET", self.path)
        page_shown = BeautifulSoup(shown.text, "html.parser")
        hidden = {
            str(field["name"]): str(field.get("value", ""))
            for field in page_shown.select("main form input[type=hidden]")
        }
        token = hidden.get("token", "")
        form = read_token(token)
        if not form.is_ours:
            raise CannotRun(
                f"{url} answered {shown.status_code} {shown.headers.get('Location', '')} without a "
                "form of this site. Does it take requests, and with the SECRET_KEY of this command?"
            )
        self.form_digest = form_digest(form.secret)
        self.path = urlsplit(str(page_shown.select("main form")[0]["action"])).path
        answers, self.marks = fill_in(page, token)
        self.posted = {**hidden, **answers}

    def send(self) -> Submission:
        """Post it; the row that it became."""
        answer = self.site.ask("POST", self.path, self.posted)
        row = Submission.objects.filter(form_digest=self.form_digest).first()
        if row is None or row.reference not in answer.headers.get("Location", ""):
            reason = f"The request was not taken (answer {answer.status_code})"
            raise CannotRun(f"{reason}. Do site and command use the same database?")
        return row


def fill_in(page: BookingPage, token: str) -> tuple[dict[str, str], dict[str, str]]:
    """A valid answer to each question of the page, and the mark in those that take a text."""
    # No mail: its address is made up, and its mark would lie in the log of a mail server.
    answers = {"token": token, TRAP_FIELD: "", RECEIPT_FIELD: "", **_open_day()}
    marks = {}
    for name, field in page.get_form().fields.items():
        # Digits: no way to write a text changes them, and a question for a number takes them.
        mark = str(secrets.randbelow(9 * 10**14) + 10**14)
        if name == "phone":  # 555-0100 to 555-0199 are set aside for fiction
            mark = f"(808) 555-01{mark[-2:]}"
        kinds = [name, *(cls.__name__ for cls in type(field).__mro__)]
        answer = next((ANSWERS[kind] for kind in kinds if kind in ANSWERS), "{}")
        if name not in ANSWERS and (choices := getattr(field, "choices", None)):
            answer = next((str(value) for value, _label in choices if value), "")
        answers.setdefault(name, answer.replace("{}", mark))
        if mark in answers[name]:
            marks[name] = mark
    return answers, marks


def _open_day() -> dict[str, str]:
    for location in active_locations():
        for day in (
            location.today + timedelta(days=ahead) for ahead in range(1, DAYS_TO_LOOK_AHEAD)
        ):
            if location.has_hours_at(day, PreferredTime.ANY):
                days = dict.fromkeys(("preferred_day", "second_day"), day.isoformat())
                return {"location": str(location.pk), **days}
    raise CannotRun(
        f"No location is open within {DAYS_TO_LOOK_AHEAD} days, so that no request can be sent."
    )
