"""The mails that wait for a worker, sent by one in this process."""

from unittest.mock import patch

from django.core import mail
from django.core.mail import EmailMessage

from clinic_site.background.processes import mail_worker


def sent_mails() -> list[EmailMessage]:
    """Send whatever may go now; all that were sent in this test."""
    worker = mail_worker("of a test")
    # The transaction around a test is not a connection grown old: Django's test client leaves it too.
    with patch(f"{type(worker).__module__}.close_old_connections"):
        worker.run()
    sent: list[EmailMessage] = mail.outbox
    return sent
