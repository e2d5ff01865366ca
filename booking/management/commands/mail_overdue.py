"""`manage.py mail_overdue`"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from booking.notifications import overdue
from booking.notifications.sending import for_everybody


class Command(BaseCommand):
    help = (
        "Mail staff which locations have requests that were not answered by the time promised: how "
        "many, since when, a link. To be run every few minutes: tells each person once a day, from seven "
        "in the morning, and nobody on a day without any. Prints counts. Exits 1 when one mail failed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        written = for_everybody(overdue.tell)
        self.stdout.write(f"Mails on their way: {written['on their way']}.")
        if failed := written["failed"]:
            raise CommandError(f"Mails that could not be written: {failed}. They are tried again.")
