"""`manage.py quickstart`"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from home.models import HomePage
from home.trial import TrialBroken, access_file, make_trial

REFUSAL = (
    "quickstart is for trying the site out: it makes accounts whose passwords lie in a file. These "
    "settings are not a trial's (TRIAL is off). Here, run migrate and createsuperuser, then set the "
    "vault up at /admin/vault/."
)


class Command(BaseCommand):
    help = (
        "Set up the trial: database, sample content, static files, accounts and vault. Safe to run "
        "again: what is there stays as it is. Refuses to run with production settings."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not getattr(settings, "TRIAL", False):
            raise CommandError(REFUSAL)
        Path(settings.VAR_DIR).mkdir(parents=True, exist_ok=True)
        call_command("migrate", interactive=False, verbosity=0)
        # Only into an empty site: what staff deleted or renamed does not come back.
        if not HomePage.objects.exists():
            call_command("load_sample_content", stdout=self.stdout)
        if isinstance(staticfiles_storage, ManifestFilesMixin):
            call_command("collectstatic", interactive=False, verbosity=0)
        self._give_access()

    def _give_access(self) -> None:
        try:
            text = make_trial()
        except TrialBroken as broken:
            self.stderr.write(self.style.WARNING(str(broken)))
            return
        if text is None:
            self.stdout.write(f"Accounts and passphrases of the trial are in {access_file()}")
            return
        self.stdout.write(f"Accounts and passphrases of the trial, kept in {access_file()}:")
        self.stdout.write(text)
