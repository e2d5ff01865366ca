"""`manage.py verify_privacy`"""

import getpass
import os
import signal
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError
from django.template.defaultfilters import filesizeformat
from django.utils.text import get_text_list

from booking.privacy_check.canary import Canary, CannotRun
from booking.privacy_check.places import Where, all_places
from booking.privacy_check.run import Plan, Report, Searched, run

FOUND, CANNOT_RUN = 1, 2
TELL_EVERY_SECONDS = 5


class Command(BaseCommand):
    help = (
        "Show that nothing a visitor sends is readable on this server: send a request through the "
        "live site's form, read it as a reviewer (--user), search every place that could hold it, "
        "in every encoding, and delete it again whatever happens. Prints names of places and "
        "counts, never contents. Ends with 0 when nothing was found, 1 when something was, 2 when "
        "the check could not be made or could not look everywhere."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--url", default=settings.WAGTAILADMIN_BASE_URL, help="The site (%(default)s)."
        )
        parser.add_argument(
            "--user", default="", help="A reviewer who opens the request; asks for the passphrase."
        )
        parser.add_argument(
            "--passphrase-file", type=Path, help="Read the passphrase from this file instead."
        )
        parser.add_argument(
            "--backup", type=Path, help="A backup to search (the newest in VAR_DIR/backups)."
        )
        parser.add_argument(
            "--log",
            type=Path,
            action="append",
            default=[],
            help="One more log file or folder of logs; may be given several times.",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="List the places; send and search nothing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file = options["passphrase_file"]
        where = Where(tuple(options["log"]), options["backup"], file.resolve() if file else None)
        for path in (*where.logs, *([where.backup] if where.backup else [])):
            if not os.access(path, os.R_OK):
                reason = "cannot be read" if path.exists() else "does not exist"
                raise CommandError(f"{path} {reason}.", returncode=CANNOT_RUN)
        if options["dry_run"]:
            for place in all_places(where, time.time()):
                self.stdout.write(f"{place.name}: {place.note or 'would be searched'}")
            return
        passphrase = _passphrase(options["user"], file)
        report = self._run(Plan(options["url"], options["user"], passphrase, where))
        self._print_table(report.searched)
        self._conclude(report)

    def after_send(self, canary: Canary) -> None:
        """Between sending and searching: nothing, unless a subclass has something to do there."""

    def _run(self, plan: Plan) -> Report:
        self.stdout.write(f"Sending a request to {plan.url} and looking for it everywhere.")
        # A stopped container and a closed terminal must take the request along, just like Ctrl-C.
        ends = (signal.SIGTERM, signal.SIGHUP)
        before = [signal.signal(end, signal.default_int_handler) for end in ends]
        try:
            return run(plan, after_send=self.after_send, tell=self._progress())
        except CannotRun as error:
            raise CommandError(str(error), returncode=CANNOT_RUN) from error
        except DatabaseError as error:
            raise CommandError(
                f"The database failed ({type(error).__name__}). A request that was sent already is "
                "deleted by the next run.",
                returncode=CANNOT_RUN,
            ) from error
        except KeyboardInterrupt as error:
            raise CommandError("Stopped; the request is deleted.", returncode=CANNOT_RUN) from error
        except Exception as error:
            # Its text may hold what was sent, and Python would end with the code of a find.
            raise CommandError(
                f"The check itself failed ({type(error).__name__}); the request is deleted. "
                "--traceback shows where.",
                returncode=CANNOT_RUN,
            ) from error
        finally:
            for end, handler in zip(ends, before, strict=True):
                signal.signal(end, handler)

    def _progress(self) -> Any:
        """Says what is being searched, every few seconds of work that takes longer."""
        told = time.monotonic()

        def tell(searched: Searched) -> None:
            nonlocal told
            if time.monotonic() - told >= TELL_EVERY_SECONDS:
                told = time.monotonic()
                size = filesizeformat(searched.size)
                self.stdout.write(f"  {searched.place.name}: {size} searched ...")

        return tell

    def _print_table(self, searched: list[Searched]) -> None:
        width = max(len(each.place.name) for each in searched)
        for each in searched:
            self.stdout.write(f"{each.place.name:<{width}}  {'; '.join(_outcome(each))}")
        for each in searched:
            for where, name in sorted(each.hits):
                self.stdout.write(self.style.ERROR(f"FOUND in {each.place.name}: {where} ({name})"))

    def _conclude(self, report: Report) -> None:
        """One sentence, and the exit code that goes with it."""
        how = "sent and read by a reviewer" if report.was_read else "sent, but not read (no --user)"
        sent = f"A request with {report.answers} marked answers was {how}, and is deleted."
        if report.hits:
            raise CommandError(
                f"{sent} What it said is readable: {_counted(report.hits, 'find')}. Find out which "
                "program writes there, stop it, and run the check again.",
                returncode=FOUND,
            )
        if report.errors:
            raise CommandError(
                f"{sent} Nothing was found, but this could not be searched: "
                f"{'; '.join(report.errors)}.",
                returncode=CANNOT_RUN,
            )
        clean = f"{sent} Nothing of it was readable in {report.places} places."
        if report.unseen:
            clean += f" Not visible from here: {get_text_list(report.unseen, 'and')}."
        self.stdout.write(self.style.SUCCESS(clean))


def _outcome(searched: Searched) -> list[str]:
    """How much of a place was searched, in its own unit, what was found, what to know about it."""
    place, parts = searched.place, []
    if searched.size:
        parts.append(f"{_counted(searched.count, place.unit)}, {filesizeformat(searched.size)}")
        parts.append(f"found {len(searched.hits)}" if searched.hits else "nothing found")
    elif place.contents and not searched.errors:
        parts.append("empty")
    if searched.errors:
        parts.append("NOT SEARCHED" if not searched.size else "not all could be searched")
    return [*parts, *([place.note] if place.note else [])]


def _counted(count: int, unit: str) -> str:
    """A number with its unit, which is given for one."""
    many = unit.removesuffix("y") + "ies" if unit.endswith("y") else f"{unit}s"
    return f"{count:,} {unit if count == 1 else many}"


def _passphrase(user: str, path: Path | None) -> str:
    if path and not user:
        raise CommandError("Say with --user whose passphrase it is.", returncode=CANNOT_RUN)
    if not user:
        return ""
    try:
        if path is None:
            return getpass.getpass(f"Passphrase of {user}: ")
        return path.read_text(encoding="utf-8").strip()
    except (EOFError, KeyboardInterrupt) as error:
        raise CommandError(
            "No passphrase was typed; --passphrase-file reads one.", returncode=CANNOT_RUN
        ) from error
    except OSError as error:
        raise CommandError(
            f"{path} cannot be read: {error.strerror}.", returncode=CANNOT_RUN
        ) from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path} holds no passphrase.", returncode=CANNOT_RUN) from error
