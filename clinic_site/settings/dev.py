"""The trial: `make run` on one machine over plain http. Secrets are made once and kept in var/."""

import secrets
from pathlib import Path

from . import base
from .base import *  # noqa: F403  (a settings module is its base plus the differences)
from .environment import env


def kept_secret(name: str) -> str:
    """A random secret that lives in var/secrets/, readable by its owner only."""
    path: Path = base.VAR_DIR / "secrets" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="utf-8")
    return path.read_text(encoding="utf-8")


TRIAL = True


def kept_pin() -> str:
    """The pin that quickstart wrote beside the trial's database; empty before there is a vault."""
    path: Path = base.VAR_DIR / "vault-pin"
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""


SECRET_KEY = base.SECRET_KEY or kept_secret("secret-key")
VAULT_PEPPER = base.VAULT_PEPPER or kept_secret("vault-pepper")
VAULT_COOKIE_NAME = "clinic-vault"  # the __Host- prefix needs https
VAULT_COOKIE_SECURE = False
VAULT_PIN = base.VAULT_PIN or kept_pin()
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
CLINIC_PHONE = base.CLINIC_PHONE or "(972) 555-0100"
SECURITY_CONTACT = base.SECURITY_CONTACT or "mailto:security@clinic.example"
WAGTAILADMIN_BASE_URL = env.str(
    "BASE_URL", default=f"http://127.0.0.1:{env.int('PORT', default=8000)}"
)
SERVE_MEDIA = True
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = base.VAR_DIR / "mail"
# A visitor's address is not for a folder.
RECEIPT_EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
