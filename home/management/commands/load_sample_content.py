"""`manage.py load_sample_content`"""

import logging
from typing import Any

from django.core.management.base import BaseCommand

from home.sample_content.loader import Loaded, load


class Command(BaseCommand):
    help = (
        "Make the sample's pages, clinicians, locations and settings where they are missing. "
        "Changes nothing that exists, runs in one transaction, and prints how many it made."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        made = self._load_quietly()
        self.stdout.write(
            f"Sample content made: {made.pages} pages, {made.drafts} drafts, "
            f"{made.clinicians} clinicians, {made.locations} locations, {made.settings} settings."
        )

    def _load_quietly(self) -> Loaded:
        """Without a log line for each step of each page; the page history has them."""
        logger = logging.getLogger("wagtail")
        level = logger.level
        logger.setLevel(logging.WARNING)
        try:
            return load()
        finally:
            logger.setLevel(level)
