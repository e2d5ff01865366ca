"""The mail that a visitor may ask for: the request was received, and by when somebody answers.

The post that stored the request sends it, after its commit, and nothing keeps it for a second try: an
address that waits somewhere would break the promise that only people at the clinic can read it.
"""

import logging
import threading
from collections import deque
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from ..submissions.queries import received_of

if TYPE_CHECKING:
    from .page import BookingPage

logger = logging.getLogger(__name__)

# As long as a visitor waits for it. A mail that is accepted later goes out all the same.
SECONDS = 5
_sending = threading.Lock()
# The last references that were mailed: a form that is sent twice is confirmed once.
_mailed: deque[str] = deque(maxlen=1000)


@sensitive_variables()
def send_receipt(request: HttpRequest, page: "BookingPage", reference: str, address: str) -> bool:
    """Whether a mail was handed over within SECONDS; one for a reference in each process.

    One at a time in a process, and whoever comes meanwhile gets none: a mail server that does not
    answer holds up one visitor and not all of them. Never raises: the request is stored.
    """
    if reference in _mailed:
        return True
    if not _sending.acquire(blocking=False):
        return False
    outcome: Future[None] = Future()
    try:
        message = _message(request, page, reference, address)
        deliver = partial(_deliver, message, reference, outcome)
        threading.Thread(target=deliver, name="receipt", daemon=True).start()
    except Exception as error:  # noqa: BLE001  (whatever it was, the request is stored)
        _sending.release()
        return _failed(error)
    try:
        outcome.result(SECONDS)
    except Exception as error:  # noqa: BLE001
        return _failed(error)
    return True


def _deliver(message: EmailMessage, reference: str, outcome: "Future[None]") -> None:
    """In a thread of its own, for as long as the mail server takes; then the next one may be sent."""
    try:
        message.send()
    except Exception as error:  # noqa: BLE001  (it is told by `outcome`)
        _sending.release()
        outcome.set_exception(error)
    else:
        _mailed.append(reference)
        _sending.release()
        outcome.set_result(None)


def _failed(error: Exception) -> bool:
    # Its type alone: what a mail server says repeats the address.
    logger.error("A receipt was not sent: %s.", type(error).__name__)
    return False


def _message(
    request: HttpRequest, page: "BookingPage", reference: str, address: str
) -> EmailMessage:
    """Reference, clinic and promised day, in the language of the page; nothing that was typed."""
    about = received_of(reference)
    context = {"reference": reference, "about": about, "answer_due": about and about.due_at}
    return EmailMessage(
        subject=page.receipt_subject or _("Your message to us"),
        body=render_to_string("booking/receipt.txt", context, request),
        from_email=page.receipt_sender or None,
        to=[address],
        connection=get_connection(settings.RECEIPT_EMAIL_BACKEND, timeout=SECONDS),
    )
