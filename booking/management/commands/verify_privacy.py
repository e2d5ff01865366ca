"""`manage.py verify_privacy`"""

import os
import signal
import time
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import filesizeformat

from booking.privacy_check.run import run
from booking.privacy_check.search import UNSEEN, Place, all_places
from booking.privacy_check.visit import Canary, CannotRun
from booking.vault.command_line import add_arguments, passphrase

FOUND, CANNOT_RUN = 1, 2


class Command(BaseCommand):
    help = (
        "Show that nothing a visitor sends is readable here: send a request through the live form, "
        "read it as a reviewer (--user), search every place that could hold it, and delete it. "
        "Prints names of places, never contents. Exits 1 for a find, 2 when not all was searched."
    )
    told = time.monotonic()

    def add_arguments(self, parser: CommandParser) -> None:
        add_arguments(parser)
        url, log = settings.WAGTAILADMIN_BASE_URL, "another log file or folder of them; repeatable"
        parser.add_argument("--url", default=url, help="the site (%(default)s)")
        parser.add_argument("--backup", type=Path, help="instead of the newest in VAR_DIR/backups")
        parser.add_argument("--log", type=Path, action="append", default=[], help=log)
        parser.add_argument("--dry-run", action="store_true", help="only list the places")

    def run_from_argv(self, argv: list[str]) -> None:
        # A stopped container and a closed terminal must take the request along, just like Ctrl-C.
        for end in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(end, signal.default_int_handler)
        super().run_from_argv(argv)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            places = self._search(options)
        except (Exception, KeyboardInterrupt) as error:
            # Its own text may hold what was sent, and Python would end with the code of a find.
            known = isinstance(error, CannotRun | CommandError)
            kind = type(error).__name__
            reason = f"Cut short by {kind}; the request is deleted, at the latest by the next run."
            raise CommandError(str(error) if known else reason, returncode=CANNOT_RUN) from error
        for place in places:
            found = f"{filesizeformat(place.size)}, {len(place.finds) or 'nothing'} found"
            searched = "would be searched" if options["dry_run"] else found
            self.stdout.write(f"{place.name:<24} {place.note or searched}")
        if not options["dry_run"]:
            self._conclude(places, was_read=bool(options["user"]))

    def _search(self, options: dict[str, Any]) -> list[Place]:
        logs, backup, file = options["log"], options["backup"], options["passphrase_file"]
        for path in filter(None, (*logs, backup)):
            if not os.access(path, os.R_OK):
                raise CannotRun(f"{path} cannot be read.")
        places_since = partial(all_places, logs, backup, file or "")
        if options["dry_run"]:
            return places_since(time.time())
        url, user = options["url"], options["user"] or ""
        secret = passphrase(options) if user else ""
        self.stdout.write(f"Sending a request to {url}. Of files, those that change now are read.")
        return run(url, user, secret, places_since, self.tell)

    def tell(self, what: Canary | Place) -> None:
        """Says what is being searched, every few seconds of work that takes longer."""
        if isinstance(what, Place) and time.monotonic() - self.told >= 5:
            self.told = time.monotonic()
            self.stdout.write(f"  {what.name}: {filesizeformat(what.size)} searched ...")

    def _conclude(self, places: list[Place], *, was_read: bool) -> None:
        """What was found where, then one sentence and the exit code that goes with it."""
        how = (
            "sent, noted on and read by a reviewer"
            if was_read
            else "sent, but not read (no --user)"
        )
        sent = f"A marked request was {how}, and is deleted."
        finds = [f"FOUND in {place.name}: {find}" for place in places for find in place.finds]
        errors = [f"NOT SEARCHED: {place.name}, {it}" for place in places for it in place.errors]
        for line in (*sorted(finds), *errors):
            self.stdout.write(self.style.ERROR(line))
        if finds:
            advice = "find out which program writes there, stop it, and run the check again."
            raise CommandError(f"{sent} What it said is readable: {advice}", returncode=FOUND)
        if errors:
            raise CommandError(f"{sent} Not all could be searched.", returncode=CANNOT_RUN)
        unseen = ", ".join(place.name for place in places if UNSEEN in place.note)
        clean = f"{sent} Nothing of it was readable. {UNSEEN.capitalize()}: {unseen}."
        self.stdout.write(self.style.SUCCESS(clean))
