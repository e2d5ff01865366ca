"""The mails that wait for a worker, sent by one in this process."""

from unittest.mock import patch

from django.core import mail
from django.core.mail import EmailMessage
from django_tasks_db.management.commands.db_worker import Worker

from clinic_site.background.mails import MAIL


def sent_mails() -> list[EmailMessage]:
    """Send whatever may go now; all that were sent in this test."""
    worker = Worker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=0,
        batch=True,
        backend_name=MAIL,
        startup_delay=False,
        max_tasks=None,
        worker_id="of a test",
    )
    # The transaction around a test is not a connection grown old: Django's test client leaves it too.
    with patch(f"{Worker.__module__}.close_old_connections"):
        worker.run()
    sent: list[EmailMessage] = mail.outbox
    return sent
