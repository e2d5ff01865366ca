"""Reading settings from the environment, each secret also from a file (NAME_FILE)."""

import os
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()


def secret(name: str, default: str = "") -> str:
    """The value of NAME, or the stripped content of the file that NAME_FILE points to.

    Raises ImproperlyConfigured when both are given, or the file cannot be read: a secret that is
    silently empty is worse than a server that does not start.
    """
    value, path = os.environ.get(name, ""), os.environ.get(f"{name}_FILE", "")
    if value and path:
        raise ImproperlyConfigured(f"Set {name} or {name}_FILE, not both.")
    if not path:
        return value or default
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error.strerror}.") from error


def require(**settings: object) -> None:
    """Raise ImproperlyConfigured naming every empty setting at once, with how to give it."""
    missing = sorted(name for name, value in settings.items() if not value)
    if missing:
        raise ImproperlyConfigured(
            "Missing settings: " + ", ".join(missing) + ". Give each in the environment, "
            "or a secret as NAME_FILE; the README has a table of all of them."
        )


def database(url: str) -> dict[str, object]:
    """Django's settings for DATABASE_URL (SQLite or PostgreSQL), hardened for what this site stores."""
    config = environ.Env.db_url_config(url)
    if config["ENGINE"] == "django.db.backends.sqlite3":
        config["OPTIONS"] = {
            # IMMEDIATE: two writers wait for each other instead of failing half-way.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # secure_delete: a deleted request is overwritten in the file, not only unlinked.
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
                "PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON;"
            ),
        }
    else:
        config["CONN_MAX_AGE"] = 60
        config["CONN_HEALTH_CHECKS"] = True
    return config
