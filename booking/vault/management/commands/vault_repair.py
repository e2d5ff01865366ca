"""`manage.py vault_repair`"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from wagtail.log_actions import log

from booking.vault import lifecycle, log_actions
from booking.vault.command_line import add_arguments, root_by_recovery_key, user_and_root
from booking.vault.models import Reviewer
from booking.vault.notices import name_of
from booking.vault.status import manifest_verifies


class Command(BaseCommand):
    """Guarantees:

    - it starts an epoch with a key of its own, so nothing is sealed to a key that somebody wrote
      into the database; what was sealed before opens or does not open as before;
    - it does nothing while the manifest holds, nor without a reviewer's passphrase or the recovery
      key, and a yes to the list of those who have access;
    - it is logged.
    """

    help = (
        "Take requests again after the vault's manifest was damaged or changed in the database, and "
        "no backup is at hand. Asks for a reviewer's passphrase, and whether those who have access "
        "are the right ones."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_arguments(parser)
        parser.add_argument(
            "--recovery-key-file", help="a file with the recovery key, when no passphrase is left"
        )
        parser.add_argument("--yes", action="store_true", help="the list of people was looked at")

    def handle(self, *args: Any, **options: Any) -> None:
        if manifest_verifies():
            self.stdout.write("The manifest holds: there is nothing to repair.")
            return
        if options["recovery_key_file"]:
            user, root = None, root_by_recovery_key(options["recovery_key_file"])
        else:
            user, root = user_and_root(options)
        self.stdout.write("These have access, and the new manifest will name them:")
        for reviewer in Reviewer.objects.filter(grant__isnull=False).select_related("user"):
            self.stdout.write(f"  {name_of(reviewer.user) if reviewer.user else 'recovery sheet'}")
        if not options["yes"] and input("Are these the right ones? (yes/no) ") != "yes":
            raise CommandError("Nothing was changed.")
        with transaction.atomic():
            epoch = lifecycle.start_anew(root)
            log(
                instance=epoch.vault,
                action=log_actions.REPAIR,
                user=user,
                data={"epoch": epoch.number},
            )
        self.stdout.write(f"Requests are taken again, sealed to epoch {epoch.number}.")
