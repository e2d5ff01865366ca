"""Upgrades the database of TEST_DATABASE_URL and prints what a person with the keys finds in it.

python -m clinic_site.tests.stored.look FILE, whose JSON holds the keys; run by test_upgrade.py, in a
process of its own as on a server: nothing of the tests' database is remembered here.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import django
from bs4 import BeautifulSoup

from clinic_site.tests.stored import Seen


def pages() -> dict[str, str]:
    """The first heading of every published page by its address, or the status that came instead."""
    from django.test import Client
    from wagtail.models import Page

    found = {}
    for page in Page.objects.live().exclude(depth=1).order_by("path"):
        answer = Client().get(page.url)
        heading = BeautifulSoup(answer.content, "html.parser").h1
        is_shown = answer.status_code == 200 and heading is not None
        found[page.url] = " ".join(heading.text.split()) if is_shown else str(answer.status_code)
    return found


def root(keys: dict[str, Any]) -> bytes:
    """The vault's root, which the recovery key and every passphrase have to agree on."""
    from django.contrib.auth import get_user_model

    from booking.vault import keyring, lifecycle

    users = get_user_model().objects
    by_passphrase = {
        keyring.root_by_passphrase(users.get(username=name), phrase)[1]
        for name, phrase in keys["passphrases"].items()
    }
    (found,) = by_passphrase | {lifecycle.root_by_recovery(keys["recovery_key"])}
    return found


def requests(root: bytes) -> dict[str, Seen]:
    """Every request by its reference: its clear columns, and its answers and notes opened."""
    from booking.models import Submission
    from booking.vault.models import Epoch
    from booking.vault.sealing import OpenKeys

    keys = OpenKeys(root)
    epochs = {bytes(epoch.key_id): epoch.number for epoch in Epoch.objects.all()}

    def opened(row: Any, purpose: str, owner: Submission) -> Seen:
        return keys.open(
            bytes(row.sealed), purpose=purpose, row=row.pk, owner=owner.pk, schema=row.schema
        )

    return {
        row.reference: {
            "received_at": row.received_at.isoformat(),
            "delete_after": row.delete_after.isoformat(),
            "status": row.status,
            "assignee": row.assignee and row.assignee.username,
            "page": row.page.url,
            "location": row.location.name,
            "epoch": epochs[bytes(row.key_id)],
            **opened(row, "submission", row),
            "notes": [opened(note, "note", row) for note in row.notes.all()],
        }
        for row in Submission.objects.order_by("received_at")
    }


def seen(keys: dict[str, Any]) -> Seen:
    return {"pages": pages(), "requests": requests(root(keys))}


def tables() -> dict[str, list[Any]]:
    """The columns of every table: name, type and whether it may be empty."""
    from django.db import connection

    with connection.cursor() as cursor:
        return {
            table: sorted(
                [column.name, str(column.type_code), bool(column.null_ok)]
                for column in connection.introspection.get_table_description(cursor, table)
            )
            for table in connection.introspection.table_names(cursor)
        }


def migrate() -> dict[str, list[str]]:
    """Bring the database to the newest; returns which migrations it had, and which it took."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    recorder = MigrationRecorder(connection)
    before = set(recorder.applied_migrations())
    call_command("migrate", interactive=False, verbosity=0)
    taken = set(recorder.applied_migrations()) - before
    return {"had": sorted(map(".".join, before)), "took": sorted(map(".".join, taken))}


def main() -> None:
    django.setup()
    keys = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["keys"]
    json.dump({**migrate(), "tables": tables(), "seen": seen(keys)}, sys.stdout)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic_site.settings.test")
    main()
