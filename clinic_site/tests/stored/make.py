"""Makes the stored database anew from the code as it is, of the kind that the environment names:

python -m clinic_site.tests.stored.make
.ci/postgres python -m clinic_site.tests.stored.make

To be run when the stored one is too old to be worth upgrading from, never to make a test pass.
"""

import json
import lzma
import os
import re
import subprocess
import tempfile
from io import StringIO
from pathlib import Path
from typing import Any

import django

from clinic_site.tests.databases import own_database
from clinic_site.tests.stored import FOLDER

# Commands of psql, which newer versions of pg_dump write around the SQL.
OF_PSQL = re.compile(r"^\\(?:un)?restrict \w+\n", re.MULTILINE)


def fill() -> dict[str, Any]:
    """The trial without its passwords, a Spanish half, and requests; returns the keys of its vault."""
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    call_command("quickstart", stdout=StringIO())
    for user in get_user_model().objects.all():
        user.set_unusable_password()
        user.save()
    access = json.loads((Path(settings.VAR_DIR) / "trial-access.json").read_text(encoding="utf-8"))
    keys: dict[str, Any] = access["vault"]
    add_spanish()
    add_requests(keys["passphrases"])
    return keys


def add_spanish() -> None:
    from types import SimpleNamespace

    from booking.models import BookingPage
    from home.models import HomePage, StandardPage
    from home.tests.spanish import translate_site

    questions = StandardPage.objects.get(slug="common-questions")
    translate_site(
        SimpleNamespace(
            home=HomePage.objects.get(), questions=questions, book=BookingPage.objects.get()
        )
    )


def add_requests(phrases: dict[str, str]) -> None:
    """Two in a first epoch and three in a second, of every status, three with a note."""
    from django.contrib.auth import get_user_model

    from booking.choices import Status
    from booking.tests.factories import sealed_note
    from booking.vault import keyring, lifecycle

    name, phrase = next(iter(phrases.items()))
    reviewer = get_user_model().objects.get(username=name)
    first = [send(name="Robin Sample"), send(name="Zoë Sample", message="a\tb\nc “d” 字")]
    grant, root = keyring.root_by_passphrase(reviewer, phrase)
    lifecycle.start_epoch(root, grant.reviewer.vault)
    trapped = send(name="A machine", re_subject="https://spam.example")
    second = [send("/es/book/", name="Inés Muestra", email="ines@example.com"), trapped, send()]
    rows = [*first, *second]
    states = [Status.CLOSED, Status.SCHEDULED, Status.CONTACTED, Status.SPAM, Status.NEW]
    for row, status in zip(rows, states, strict=True):
        row.status = status
        row.assignee = reviewer if status in {Status.SCHEDULED, Status.CONTACTED} else None
        row.save()
    for row in (rows[0], rows[1], rows[2]):
        note = sealed_note(row, f"Called about {row.reference}.")
        note.author = reviewer
        note.save()


def send(path: str = "/book/", **changes: str) -> Any:
    """Post a request to the booking page at that address; returns the row it became."""
    from django.test import Client

    from booking.models import Location, Submission
    from booking.public.form.tokens import new_token
    from clinic_site.tests.fixtures import next_weekday

    answers = {
        "name": "Toni Placeholder",
        "phone": "972-555-0134",
        "contact_by": "phone",
        "location": Location.objects.all()[0].pk,
        "preferred_day": next_weekday().isoformat(),
        "preferred_time": "any",
        "have_you_been_a_patient_here_before": "No",
        "consent": "on",
        "token": new_token(),
    }
    answer = Client().post(path, {**answers, **changes})
    if answer.status_code != 303:
        raise RuntimeError(f"the request was not taken: {answer.status_code}")
    return Submission.objects.latest("received_at")


def dump(folder: Path) -> bytes:
    """The database as a file of SQLite, or as the SQL that makes it on PostgreSQL."""
    from django.db import connection
    from django.db.backends.postgresql.client import DatabaseClient

    if connection.vendor == "sqlite":
        connection.cursor().execute("VACUUM INTO %s", [str(folder / "copy.sqlite3")])
        return (folder / "copy.sqlite3").read_bytes()
    arguments, environment = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    # INSERT can be run by any client, COPY only by psql.
    options = ["--inserts", "--rows-per-insert=50", "--no-owner", "--no-privileges"]
    done = subprocess.run(
        ["pg_dump", *options, *arguments[1:]],
        env={**os.environ, **(environment or {})},
        check=True,
        stdout=subprocess.PIPE,
    )
    return OF_PSQL.sub("", done.stdout.decode()).encode()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, own_database() as database:
        os.environ["VAR_DIR"] = folder
        os.environ["TEST_DATABASE_URL"] = database["DATABASE_URL"]
        django.setup()
        from django.db import connection

        from clinic_site.tests.stored.look import seen

        keys = fill()
        content = dump(Path(folder))
        told = {"keys": keys, "seen": seen(keys)}
        file = FOLDER / f"{connection.vendor}.xz"
        file.write_bytes(lzma.compress(content, preset=9 | lzma.PRESET_EXTREME))
        text = json.dumps(told, indent=1, ensure_ascii=False)
        file.with_suffix(".json").write_text(f"{text}\n", encoding="utf-8")
        connection.close()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic_site.settings.test")
    main()
