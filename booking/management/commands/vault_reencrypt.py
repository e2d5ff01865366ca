"""`manage.py vault_reencrypt`"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from booking.management.progress import Progress
from booking.upkeep.reencryption import move_rows, rows_behind
from booking.vault.command_line import add_arguments, user_and_root
from booking.vault.manifests import VaultUnavailable


class Command(BaseCommand):
    """Guarantees, kept by booking/upkeep/reencryption.py:

    - a row is overwritten only after its new blob was opened again, and only if nobody changed it
      meanwhile; nothing else of the row is written;
    - it may be killed at any moment and run again: no row is lost, none is moved twice;
    - damaged rows stay as they are, are counted, and make it exit 1;
    - `--dry-run` changes nothing and asks for no passphrase;
    - it prints counts and never contents.
    """

    help = (
        "Seal requests and notes of older epochs to the current one, so that the older ones can be "
        "shredded. Asks for a reviewer's passphrase. Safe to stop and to run again; changes nothing "
        "with --dry-run. Exits 1 when rows were damaged, or changed by somebody meanwhile."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_arguments(parser)
        parser.add_argument("--dry-run", action="store_true", help="only count the rows")
        parser.add_argument("--limit", type=int, help="move that many rows at the most")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            behind = rows_behind()
            if options["dry_run"]:
                counts = ", ".join(f"{count:,} {name}" for name, count in behind.items())
                self.stdout.write(f"Would be moved to the current epoch: {counts}.")
                return
            self._move(sum(behind.values()), options)
        except VaultUnavailable as error:
            raise CommandError(f"Nothing can be sealed: {error}") from error

    def _move(self, total: int, options: dict[str, Any]) -> None:
        user, root = user_and_root(options)
        limit = options["limit"]
        progress = Progress(self.stderr, total if limit is None else min(total, limit))
        moved = move_rows(
            root, user=user, limit=limit, report=lambda moved: progress.show(moved.seen)
        )
        left = sum(rows_behind().values()) - moved.damaged
        self.stdout.write(
            f"Moved to the current epoch: {moved.rows:,}. Damaged, left as they are: "
            f"{moved.damaged:,}. Changed meanwhile: {moved.changed:,}. Still to move: {left:,}."
        )
        if moved.damaged or moved.changed:
            raise SystemExit(1)
