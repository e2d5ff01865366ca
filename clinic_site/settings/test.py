"""Tests: a database and a folder of their own, everything else as in the trial."""

import atexit
import os
import shutil
import tempfile

# Said in the environment, so that `base` and every process that is started from here use it too.
if not os.environ.get("VAR_DIR"):
    os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="clinic-test-")
    atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)

from . import base
from .base import *  # noqa: F403
from .environment import database

TRIAL = True
SECRET_KEY = "only-for-tests"  # noqa: S105
VAULT_PEPPER = "only-for-tests"
VAULT_COOKIE_NAME = "clinic-vault"
VAULT_COOKIE_SECURE = False
# The cost has its own test; every other test unlocks cheaply. The bound on reading is the same.
VAULT_ARGON2 = {"memory_kib": 8 * 1024, "iterations": 1, "lanes": 1}
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
CLINIC_PHONE = "(972) 555-0100"
SECURITY_CONTACT = "mailto:security@clinic.example"
SERVE_MEDIA = True

DATABASES = {
    "default": database(
        os.environ.get("TEST_DATABASE_URL") or f"sqlite:///{base.VAR_DIR / 'clinic.sqlite3'}"
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, not memory: WAL, secure_delete and the browser's server thread need a real one.
    DATABASES["default"]["TEST"] = {"NAME": str(base.VAR_DIR / "test.sqlite3")}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **base.STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

# What one line of a test changes, the next one sees.
CONTENT_VERSION_SECONDS = 0
