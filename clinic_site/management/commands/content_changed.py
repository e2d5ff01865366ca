"""`manage.py content_changed`"""

from typing import Any

from django.core.management.base import BaseCommand

from clinic_site.remembered.version import content_changed


class Command(BaseCommand):
    help = (
        "Say that the content changed, so that every process reads it anew. Changes of rows say so by "
        "themselves; run it after whatever goes round the database's triggers, such as a restored "
        "backup or a replaced file."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        content_changed()
        self.stdout.write("Every process reads the content anew.")
