"""The canary's way in: the booking form as a visitor meets it, over HTTP."""

import time
import uuid
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from wagtail.models import ModelLogEntry

from ..models import Submission
from ..queries import published_form
from ..tokens import read_token
from .browser import Browser
from .canary import Canary, CannotRun, make_canary

# A second more than a person needs: the site's clock and this one need not tick together.
EXTRA_SECONDS = 1


class Visit:
    """One look at the form, and the request that is sent with it."""

    def __init__(self, site: str) -> None:
        page = published_form()
        if page is None or not page.url:
            raise CannotRun("There is no published booking page to send a request through.")
        self._browser, self._path = Browser(site), urlsplit(page.url).path
        token, self._seen_at = self._open_form(), time.monotonic()
        self.token: uuid.UUID = read_token(token).id
        if read_token(token).id != self.token:  # an unreadable token gets a new id at each reading
            raise CannotRun(
                f"{site} is not the site of these settings: its form is signed with another SECRET_KEY."
            )
        self.canary: Canary = make_canary(page, token)

    def _open_form(self) -> str:
        shown = self._browser.get(self._path)
        token = shown.hidden_value("token")
        if shown.status != 200 or not token:
            raise CannotRun(
                f"The booking page at {self._browser.site}{self._path} takes no requests now: "
                f"it answered {shown.status}{'' if token else ' without a form'}."
            )
        return token

    def send(self) -> Submission:
        """Post the form when a person could have filled it in; returns the row it became."""
        ready = self._seen_at + settings.BOOKING_TOKEN_MIN_SECONDS + EXTRA_SECONDS
        time.sleep(max(0, ready - time.monotonic()))
        answer = self._browser.post(self._path, self.canary.posted)
        row = Submission.objects.filter(idempotency_token=self.token).first()
        if row is None:
            raise CannotRun(
                f"The request was not taken: {self._browser.site} answered {answer.status}, and "
                "this database holds no such request. Do site and command use the same database?"
            )
        if row.reference not in answer.readable:
            raise CannotRun(
                "The request was taken, but the confirmation does not show its reference."
            )
        return row


def remove_request(token: uuid.UUID) -> bool:
    """Delete the request sent with that token and what was logged of it; whether there was one."""
    row = Submission.objects.filter(idempotency_token=token).first()
    if row is None:
        return False
    with transaction.atomic():
        ModelLogEntry.objects.for_instance(row).delete()
        row.delete()
    return True
