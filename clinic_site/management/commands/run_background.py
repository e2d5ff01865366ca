"""`manage.py run_background`"""

import os
import signal
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from clinic_site.background.processes import SECONDS, Background


class Command(BaseCommand):
    help = (
        "Send the mails to staff and run what is due by itself: publishing at its time, deleting requests "
        "past their date and the like. Runs until it is stopped, beside the web server. On several nodes "
        "each run and each mail is one node's alone. A page among the admin's reports says how it went."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--with-parent",
            type=int,
            metavar="PID",
            help="Also stop when that process, which started this one, has ended.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        parent, background, told = options["with_parent"], Background(), []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda number, _frame: told.append(number))
        try:
            while not told and (parent is None or os.getppid() == parent):
                background.step()
                time.sleep(SECONDS)
        finally:
            background.stop()
