"""`manage.py mail_new_requests`"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from booking.notifications import new_requests
from booking.notifications.sending import for_everybody


class Command(BaseCommand):
    help = (
        "Mail staff who chose it that requests came: how many, where, the first due time, a link; "
        "nothing of what they say. To be run every minute: tells of each request once, at once or "
        "with others, as each person wants it. Prints counts. Exits 1 when one mail failed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        written = for_everybody(new_requests.tell)
        self.stdout.write(f"Mails on their way: {written['on their way']}.")
        if failed := written["failed"]:
            raise CommandError(f"Mails that could not be written: {failed}. They are tried again.")
