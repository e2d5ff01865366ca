"""verify_privacy on a site that leaks: what was sent is planted in one place before the search.

python -m booking.tests.leaky_command LEAK [options of verify_privacy]
"""

import gzip
import io
import json
import os
import signal
import sqlite3
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

import django
from django.conf import settings

if __name__ == "__main__":
    django.setup()
    # A cache of files beside the site's own, so that this kind of place can leak too.
    settings.CACHES["files"] = {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(Path(settings.VAR_DIR) / "cache"),
    }

from django.core.cache import caches
from django.core.mail import EmailMessage
from django.db import connection

from booking.management.commands.verify_privacy import Command
from booking.privacy_check.canary import Canary
from clinic_site.session_store import SessionStore


def var(*parts: str) -> Path:
    path = Path(settings.VAR_DIR, *parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def nothing(canary: Canary) -> None:
    """A site that does not leak."""


def table(canary: Canary) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE booking_location SET access_note = %s", [canary.posted["message"]])


def database_file(canary: Canary) -> None:
    """No row holds it any more, the file still does."""
    with sqlite3.connect(settings.DATABASES["default"]["NAME"], timeout=20) as other:
        # The site overwrites what it deletes; another program need not.
        other.execute("PRAGMA secure_delete = OFF")
        other.execute("CREATE TABLE gone (text)")
        # So many that what is written next does not happen to overwrite them all.
        other.executemany("INSERT INTO gone VALUES (?)", [[canary.posted["name"]]] * 5000)
        other.commit()
        other.execute("DROP TABLE gone")
    other.close()


def large_object(canary: Canary) -> None:
    """What PostgreSQL keeps beside the tables; a dump holds it in hexadecimal digits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT lo_from_bytea(0, %s)", [canary.posted["name"].encode()])


def session(canary: Canary) -> None:
    """Django compresses what a session holds: the row has none of its letters."""
    store = SessionStore()
    store["form"] = [canary.posted["message"]] * 20
    store.create()


def log(canary: Canary) -> None:
    var("debug.log").write_text(json.dumps(canary.posted), encoding="utf-16")


def media(canary: Canary) -> None:
    var("media", "export.csv.gz").write_bytes(gzip.compress(canary.posted["phone"].encode()))


def file_name(canary: Canary) -> None:
    var("media", f"{canary.posted['name']}.txt").touch()


def temporary(canary: Canary) -> None:
    Path(tempfile.gettempdir(), "upload").write_text(canary.posted["email"])


def stray(canary: Canary) -> None:
    """Somebody's list, in a folder that nothing knows of."""
    var("lists", "callers.csv").write_text(canary.posted["phone"])


def mail(canary: Canary) -> None:
    """The subject is encoded word by word, the body as base64."""
    message = EmailMessage(f"Für Sie: {canary.posted['name']}", canary.posted["message"])
    message.to = ["desk@clinic.example"]
    message.send()


def backup(canary: Canary) -> None:
    inner = gzip.compress(f"INSERT INTO x VALUES ('{canary.posted['name']}')".encode())
    with tarfile.open(var("backups", "backup.tar.gz"), "w:gz") as archive:
        info = tarfile.TarInfo("database.sql.gz")
        info.size = len(inner)
        archive.addfile(info, io.BytesIO(inner))


def cache_file(canary: Canary) -> None:
    caches["files"].set("form", canary.posted)


def cache_table(canary: Canary) -> None:
    caches["shared"].set("form", canary.posted)


def failure(canary: Canary) -> None:
    raise RuntimeError(f"The check itself is at fault: {canary.posted['name']}")


def unreadable(canary: Canary) -> None:
    """The request is damaged before the reviewer gets to it."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE booking_submission SET sealed = key_id")


def stop(canary: Canary) -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def closed_terminal(canary: Canary) -> None:
    os.kill(os.getpid(), signal.SIGHUP)


def power_cut(canary: Canary) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


LEAKS: dict[str, Callable[[Canary], None]] = {
    leak.__name__: leak
    for leak in (
        *(nothing, table, database_file, session, log, media, file_name, temporary, mail, backup),
        *(
            large_object,
            stray,
            cache_file,
            cache_table,
            failure,
            unreadable,
            stop,
            closed_terminal,
            power_cut,
        ),
    )
}


class LeakyCommand(Command):
    leak = staticmethod(nothing)

    def after_send(self, canary: Canary) -> None:
        # For the test to see that no answer is printed; outside of every place that is searched.
        Path(os.environ["SENT"]).write_text(json.dumps(canary.secrets))
        type(self).leak(canary)


if __name__ == "__main__":
    LeakyCommand.leak = staticmethod(LEAKS[sys.argv[1]])
    LeakyCommand().run_from_argv(["manage.py", "verify_privacy", *sys.argv[2:]])
