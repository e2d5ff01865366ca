"""`manage.py quickstart`"""

import os
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from gunicorn.app import wsgiapp

from clinic_site.static_sources import collect_if_changed
from home.models import HomePage
from home.trial import TrialBroken, access_file, make_trial

REFUSAL = (
    "quickstart is for trying the site out: it makes accounts whose passwords lie in a file. These "
    "settings are not a trial's (TRIAL is off). Here, run migrate and createsuperuser, then set the "
    "vault up at /admin/vault/."
)
SERVER = ["-c", "clinic_site/gunicorn_config.py", "--log-level=warning", "clinic_site.wsgi"]
BACKGROUND = ["run_background", "--with-parent"]


class Command(BaseCommand):
    help = (
        "Set up the trial: database, sample content, static files, accounts and vault. Safe to run "
        "again: what is there stays as it is. Refuses to run with production settings."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--serve",
            action="store_true",
            help="Then serve it, with its mails and daily work, until it is stopped.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not getattr(settings, "TRIAL", False):
            raise CommandError(REFUSAL)
        Path(settings.VAR_DIR).mkdir(parents=True, exist_ok=True)
        call_command("migrate", interactive=False, verbosity=0)
        # Only into an empty site: what staff deleted or renamed does not come back.
        if not HomePage.objects.exists():
            call_command("load_sample_content", stdout=self.stdout)
        collect_if_changed()
        is_new = self._give_access()
        if options["serve"]:
            self._serve(is_new=is_new)

    def _give_access(self) -> bool:
        """Returns whether accounts and vault were made."""
        try:
            text = make_trial()
        except TrialBroken as broken:
            self.stderr.write(self.style.WARNING(str(broken)))
            return False
        if text is None:
            self.stdout.write(f"Accounts and passphrases of the trial are in {access_file()}")
            return False
        self.stdout.write(f"Accounts and passphrases of the trial, kept in {access_file()}:")
        self.stdout.write(text)
        return True

    def _serve(self, *, is_new: bool) -> None:
        """gunicorn in this process, which has loaded the site already; the settings of one that has
        just made the vault know no pin, so gunicorn then takes its place."""
        self.stdout.write(
            f"Serving http://127.0.0.1:{os.environ.get('PORT', '8000')} (stop with Ctrl-C)"
        )
        sys.stdout.flush()
        # Ends with the server: that is this process, whichever program it becomes.
        subprocess.Popen([sys.executable, "manage.py", *BACKGROUND, str(os.getpid())])  # noqa: S603
        if is_new:
            os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *SERVER])  # noqa: S606
        sys.argv = ["gunicorn", *SERVER]
        wsgiapp.run()
