"""The mail that a visitor may ask for: the request was received, and by when somebody answers.

The post that stored the request sends it, after its commit, and nothing keeps it for a second try: an
address that waits somewhere would break the promise that only people at the clinic can read it.
"""

import logging
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from ..locations.hours import answer_due
from ..submissions.queries import received_of

if TYPE_CHECKING:
    from .page import BookingPage

logger = logging.getLogger(__name__)

# As long as a visitor waits for it. Mail that is accepted later went out all the same.
SECONDS = 5
_sending = threading.Lock()


@sensitive_variables()
def send_receipt(request: HttpRequest, page: "BookingPage", reference: str, address: str) -> bool:
    """Whether the mail was handed over within SECONDS.

    One at a time in a process, and whoever comes meanwhile gets none: a mail server that does not
    answer holds up one visitor and not all of them. Never raises: the request is stored.
    """
    if not _sending.acquire(blocking=False):
        return False
    handed_over: Future[None] = Future()

    def deliver(message: EmailMessage) -> None:
        error = None
        try:
            message.send()
        except Exception as raised:  # noqa: BLE001  (it is raised again below)
            error = raised
        _sending.release()
        if error is None:
            handed_over.set_result(None)
        else:
            handed_over.set_exception(error)

    try:
        message = _message(request, page, reference, address)
        threading.Thread(target=deliver, args=[message], name="receipt", daemon=True).start()
    except Exception as error:  # noqa: BLE001  (whatever it was, the request is stored)
        _sending.release()
        return _failed(error)
    try:
        handed_over.result(SECONDS)
    except Exception as error:  # noqa: BLE001
        return _failed(error)
    return True


def _failed(error: Exception) -> bool:
    # Its type alone: what a mail server says repeats the address.
    logger.error("A receipt was not sent: %s.", type(error).__name__)
    return False


def _message(
    request: HttpRequest, page: "BookingPage", reference: str, address: str
) -> EmailMessage:
    """Reference, clinic and promised day, in the language of the page; nothing that was typed."""
    about = received_of(reference)
    due = about and answer_due(about.location, about.received_at, page.answer_working_days)
    context = {"reference": reference, "about": about, "answer_due": due}
    return EmailMessage(
        subject=page.receipt_subject or _("Your message to us"),
        body=render_to_string("booking/receipt.txt", context, request),
        from_email=page.receipt_sender or None,
        to=[address],
        connection=get_connection(settings.RECEIPT_EMAIL_BACKEND, timeout=SECONDS),
    )
