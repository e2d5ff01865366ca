"""`manage.py purge_submissions`"""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from booking.upkeep import retention
from booking.vault.manifests import VaultUnavailable
from booking.vault.shredding import forget_on_disk


class Command(BaseCommand):
    """Guarantees, kept by booking/upkeep/retention.py:

    - only requests past their date and not on hold are deleted, with their notes;
    - an epoch is shredded only when it is not the current one and no row at all is sealed to it, so
      nothing that is kept becomes unreadable; none is, while the vault's manifest does not hold;
    - each batch is one transaction with its log entry; it may be stopped and run again, and running
      it twice does nothing more;
    - `--dry-run` changes nothing;
    - it prints counts and never contents.
    """

    help = (
        "Delete requests past their date that are not on hold, and shred the epochs that no request "
        "needs any more. Run it daily. Changes nothing with --dry-run."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *args: Any, **options: Any) -> None:
        dry_run = options["dry_run"]
        purged = retention.count_expired() if dry_run else retention.purge()
        would = "Would be deleted" if dry_run else "Deleted"
        self.stdout.write(f"{would}: {purged.requests:,} requests, {purged.notes:,} notes.")
        try:
            shredded = retention.shred_epochs(dry_run=dry_run)
        except VaultUnavailable as error:
            self.stderr.write(f"No epoch was shredded: {error}")
            raise SystemExit(1) from error
        self._tell(shredded, dry_run=dry_run)
        if not dry_run and not forget_on_disk():
            self.stderr.write(
                "What was deleted is still in the database's log file, because somebody is reading. "
                "Run the command again."
            )
            raise SystemExit(1)

    def _tell(self, shredded: retention.Shredded, *, dry_run: bool) -> None:
        numbers = ", ".join(str(number) for number in shredded.epochs) or "none"
        self.stdout.write(f"Epochs {'to be shredded' if dry_run else 'shredded'}: {numbers}.")
        for number, rows in shredded.overdue.items():
            self.stdout.write(
                f"Epoch {number} is past its limit and kept for {rows:,} rows, on hold or of a later "
                "date. `manage.py vault_reencrypt` moves them to the current epoch; the next run "
                "then shreds this one."
            )
