"""The site that is measured: a trial as `make run` makes it, in whose database this process works too."""

import contextlib
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django

from clinic_site.tests.databases import own_database
from clinic_site.tests.trial import ROOT

from .servers import Application

ARTICLE = "/articles/how-does-ketamine-work-for-depression/"


@contextlib.contextmanager
def filled() -> Iterator[Path]:
    """A trial filled by quickstart; this process's Django is set up on it. Its folder, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="clinic-bench-") as folder, own_database() as database:
        work = Path(folder)
        os.environ.update(
            **database,
            DJANGO_SETTINGS_MODULE="clinic_site.settings.dev",
            VAR_DIR=str(work / "var"),
            TMPDIR=folder,
            # Form tokens are made here and read by the servers.
            SECRET_KEY=secrets.token_urlsafe(48),
        )
        subprocess.run(
            [sys.executable, "manage.py", "quickstart"],
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        django.setup()
        try:
            yield work
        finally:
            from django.db import connections

            connections.close_all()


def application(*, front_cache: bool) -> Application:
    """The site with its front cache on, as it is by default, or off."""
    if front_cache:
        return Application("site", "clinic_site.wsgi", ready="/readyz")
    off = {"FRONT_CACHE_BYTES": "0"}
    return Application("site-uncached", "clinic_site.wsgi", environment=off, ready="/readyz")


def database_line() -> str:
    """The database, its version, and whether what is committed is on the disk."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute("SELECT sqlite_version()")
            return f"SQLite {cursor.fetchone()[0]}, full synchronous writes"
        told = []
        for name in ("server_version", "fsync", "synchronous_commit", "full_page_writes"):
            cursor.execute(f"SHOW {name}")
            told.append(cursor.fetchone()[0].split()[0])
    version, *durable = told
    disk = "on the disk at commit" if set(durable) == {"on"} else "NOT forced to the disk"
    return f"PostgreSQL {version}, {disk}"
