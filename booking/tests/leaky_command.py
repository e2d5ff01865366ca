"""verify_privacy on a site that leaks: python -m booking.tests.leaky_command LEAK,... [options]"""

import base64
import gzip
import io
import json
import os
import secrets
import signal
import sqlite3
import sys
import tarfile
import tempfile
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import django
from django.conf import settings

if __name__ == "__main__":
    django.setup()
    # A cache of files beside the site's own, so that this kind of place can leak too.
    backend = "django.core.cache.backends.filebased.FileBasedCache"
    settings.CACHES["files"] = {"BACKEND": backend, "LOCATION": f"{settings.VAR_DIR}/cache"}
    # Only a hundred phone numbers are nobody's. Here it is always the same one, so that what an
    # earlier run left behind turns a test red at once, and not one time in a hundred.
    drawn = secrets.randbelow
    secrets.randbelow = lambda below: drawn(below) // 100 * 100

from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.mail import EmailMessage
from django.db import connection
from django.utils import timezone

from booking.management.commands.verify_privacy import Command
from booking.privacy_check.visit import Canary
from clinic_site.session_store import SessionStore

TEMPORARY = Path(tempfile.gettempdir())


def write(name: str, data: bytes) -> None:
    path = Path(settings.VAR_DIR, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def execute(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def unknown_table(email: str) -> None:
    """Bytes in a table that no model knows."""
    execute(f'CREATE TABLE "Old list" (id integer, kept {connection.data_types["BinaryField"]})')
    execute('INSERT INTO "Old list" VALUES (1, %s)', base64.b64encode(email.encode()))


def dropped_table(name: str) -> None:
    """No row holds it any more, the file of SQLite still does."""
    with closing(sqlite3.connect(settings.DATABASES["default"]["NAME"], timeout=20)) as other:
        # The site overwrites what it deletes; another program need not.
        other.executescript("PRAGMA secure_delete = OFF; CREATE TABLE gone (text)")
        # So many that what is written next does not happen to overwrite them all.
        other.executemany("INSERT INTO gone VALUES (?)", [[name]] * 5000)
        other.executescript("DROP TABLE gone")


def session(phone: str) -> None:
    """Django compresses what a session holds: the row has none of its digits."""
    data = SessionStore().encode({"form": [phone] * 20})
    Session.objects.create(session_key="leak", session_data=data, expire_date=timezone.now())


def mail(name: str, message: str) -> None:
    """The subject is encoded word by word, what is attached as base64 in lines."""
    subject, attached = f"Für Sie, von der Website geschickt: {name}", b"." * 50 + message.encode()
    attachments = [("request.bin", attached, "application/x-form")]
    EmailMessage(subject, to=["desk@clinic.example"], attachments=attachments).send()


def zipped(text: str) -> bytes:
    with zipfile.ZipFile(file := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", text * 9)
    return file.getvalue()


def tarred(data: bytes) -> bytes:
    with tarfile.open(fileobj=(file := io.BytesIO()), mode="w:gz") as archive:
        info = tarfile.TarInfo("database.sql.gz")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


# What is done with the answers and the note that were posted, and with each of them as bytes.
LEAKS: dict[str, Any] = {
    "table": lambda p, b: execute("UPDATE booking_location SET access_note = %s", p["message"]),
    "unknown_table": lambda p, b: unknown_table(p["email"]),
    "dropped_table": lambda p, b: dropped_table(p["name"]),
    "large_object": lambda p, b: execute("SELECT lo_from_bytea(0, %s)", b["name"]),
    "session": lambda p, b: session(p["phone"]),
    "cache_table": lambda p, b: caches["shared"].set("form", p["phone"]),
    "cache_file": lambda p, b: caches["files"].set("form", p["phone"] * 20),
    "log": lambda p, b: write("debug.log", json.dumps(p["name"]).encode()),
    "notes_log": lambda p, b: write("notes.log", b["note"]),
    "rotated_log": lambda p, b: write("debug.log.1.gz", gzip.compress(b["phone"].hex().encode())),
    "access_log": lambda p, b: write("server/access.1", b["message"]),
    "media": lambda p, b: write("media/export.xlsx", zipped(p["email"])),
    "file_name": lambda p, b: write(f"media/{p['name']}.txt", b""),
    "mail": lambda p, b: mail(p["name"], p["message"]),
    "backup": lambda p, b: write("backups/backup.tar.gz", tarred(gzip.compress(b["name"]))),
    "temporary": lambda p, b: (TEMPORARY / "upload").write_bytes(b["email"]),
    "stray": lambda p, b: write("lists/callers.csv", b["phone"]),
    # Other accidents.
    "closed_backup": lambda p, b: write("backups/backup.dump", b"PGDMP and what pg_dump packs"),
    "touched": lambda p, b: [path.chmod(0o600) for path in TEMPORARY.iterdir()],
    "failure": lambda p, b: p[p["name"]],
    "damaged": lambda p, b: execute("UPDATE booking_submission SET sealed = key_id"),
    "stopped": lambda p, b: os.kill(os.getpid(), signal.SIGTERM),
    "closed_terminal": lambda p, b: os.kill(os.getpid(), signal.SIGHUP),
    "power_cut": lambda p, b: os.kill(os.getpid(), signal.SIGKILL),
}


class LeakyCommand(Command):
    def tell(self, what: Any) -> None:
        super().tell(what)
        if isinstance(what, Canary):
            # For the test to see that no answer is printed; no place that is searched.
            Path(os.environ["SENT"]).write_text(json.dumps(what.marks))
            said = {**what.posted, "note": what.marks["note"]}
            for leak in filter(None, sys.argv[1].split(",")):
                LEAKS[leak](said, {name: text.encode() for name, text in said.items()})


if __name__ == "__main__":
    LeakyCommand().run_from_argv(["manage.py", "verify_privacy", *sys.argv[2:]])
