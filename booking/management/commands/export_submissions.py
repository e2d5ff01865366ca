"""`manage.py export_submissions`"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any, BinaryIO

from django.contrib.auth.models import AnonymousUser
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.http import QueryDict

from booking.desk.export.columns import TICKED, column_choices
from booking.desk.export.files import CONTENT_TYPES, Wish, has_room
from booking.desk.export.form import Reason
from booking.desk.export.record import ExportRecord, progress_by_number
from booking.desk.filters import RequestFilterSet, Tab
from booking.management.progress import Progress
from booking.permissions import can_export
from booking.submissions.models import Submission
from booking.vault.command_line import add_arguments, root_by_recovery_key, user_and_root
from booking.vault.sealing import OpenKeys

SOME_DAMAGED = 3


class Command(BaseCommand):
    """Guarantees:

    - it writes one new file that its owner alone may read, and never over one that is there; one that
      was not finished is deleted again;
    - it asks for the passphrase of somebody who may export, or for the recovery key;
    - it is logged like an export of the desk: filter, columns, reason and every reference, before it is
      written;
    - it prints counts and never contents.
    """

    help = (
        "Write requests to a file, as the export of the desk does. Asks for the passphrase of a user who "
        "may export. Exits 0 when the file is whole, 3 when it is whole and some requests are damaged, "
        "1 when there is no file."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_arguments(parser)
        parser.add_argument("file", help="where to write; must not exist")
        parser.add_argument(
            "--recovery-key-file", help="a file with the recovery key, when no passphrase is left"
        )
        parser.add_argument("--format", choices=list(CONTENT_TYPES), default="csv")
        parser.add_argument("--columns", help="codes with commas between, or: all", default="")
        parser.add_argument("--notes", action="store_true", help="with a column of the notes")
        parser.add_argument(
            "--filter",
            default="",
            help="as in the address of the list: status=new&since=2026-10-01",
        )
        parser.add_argument("--reason", choices=Reason.values, required=True)
        parser.add_argument("--details", default="", help="the reason in a few words; it is logged")

    def handle(self, *args: Any, **options: Any) -> None:
        columns = _columns(options["columns"], with_notes=options["notes"])
        if options["recovery_key_file"]:
            user, root = None, root_by_recovery_key(options["recovery_key_file"])
        else:
            user, root = user_and_root(options)
            if not can_export(user):
                raise CommandError("This user may not export requests.")
        filters = _filters(options["filter"], user)
        rows = filters.filter_queryset(Submission.objects.all())
        total, kind = rows.count(), options["format"]
        if not has_room(kind, total):
            raise CommandError("These are more requests than a sheet of Excel holds. Take CSV.")
        chosen = {name: filters.data.get(name, "") for name in filters.filters}
        wish = Wish(
            *(kind, columns, options["reason"], options["details"][:120]),
            chosen={name: value for name, value in chosen.items() if value},
        )
        with _new_file(options["file"]) as file:
            record = ExportRecord(user, wish.about(total), asks_again=user is not None)
            progress = Progress(self.stderr, total)
            for piece in wish.pieces(rows, OpenKeys(root), record):
                file.write(piece)
                progress.show(record.rows)
        self._tell(record)

    def _tell(self, record: ExportRecord) -> None:
        told = progress_by_number(record.number)
        self.stdout.write(f"Written: {told.rows:,} requests, {told.damaged:,} of them damaged.")
        if told.damaged:
            raise SystemExit(SOME_DAMAGED)


def _columns(typed: str, *, with_notes: bool) -> list[str]:
    """The codes that were typed. Raises CommandError for one that there is not."""
    known = [code for code, _label in column_choices()]
    chosen = [code for code in known if code != "notes"] if typed == "all" else typed.split(",")
    wanted = [code.strip() for code in chosen if code.strip()] or list(TICKED)
    if unknown := [code for code in wanted if code not in known]:
        raise CommandError(f"No such column: {', '.join(unknown)}. There are: {', '.join(known)}.")
    return [*wanted, *(["notes"] if with_notes and "notes" not in wanted else [])]


def _filters(query: str, user: Any) -> RequestFilterSet:
    """Raises CommandError for one that there is not, or that has a wrong value."""
    data = QueryDict(query)
    request = SimpleNamespace(user=user or AnonymousUser())
    filters = RequestFilterSet(data, request=request, default=Tab.ALL)
    if unknown := sorted(set(data) - set(filters.filters)):
        raise CommandError(f"No such filter: {', '.join(unknown)}.")
    if not filters.is_valid():
        reasons = (f"{name}: {' '.join(texts)}" for name, texts in filters.errors.items())
        raise CommandError("; ".join(reasons))
    return filters


@contextmanager
def _new_file(name: str) -> Iterator[BinaryIO]:
    """A file of its owner alone. Raises CommandError where it cannot be made; deleted when the work fails."""
    try:
        descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise CommandError(f"There is a file {name} already. Nothing was written.") from error
    except OSError as error:
        raise CommandError(f"The file {name} cannot be written: {error.strerror}.") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
