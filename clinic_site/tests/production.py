"""Commands under the production settings, each in a process of its own, as on a server."""

import os
import subprocess
import sys

from clinic_site.tests.apart import ROOT

SECRETS = {
    "SECRET_KEY": "0123456789abcdef" * 4,
    "VAULT_PEPPER": "fedcba9876543210" * 4,
    "DATABASE_URL": "postgres://clinic:word@db.example/clinic",
}
PLAIN = {
    "ALLOWED_HOSTS": "www.clinic.example",
    "BASE_URL": "https://www.clinic.example",
    "CLINIC_PHONE": "(972) 555-0100",
    "SECURITY_CONTACT": "mailto:security@clinic.example",
}


def production(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command of manage.py with nothing but that environment, and the folder of this test run."""
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "VAR_DIR": os.environ["VAR_DIR"],
            "DJANGO_SETTINGS_MODULE": "clinic_site.settings.production",
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
