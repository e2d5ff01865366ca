"""What the privacy check sends, what it reads where, and what staff see of it."""

import os
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from booking.models import BookingPage, Location, PrivacyCheck, Submission
from booking.privacy_check import database, places, run
from booking.privacy_check.caches import cache_contents
from booking.privacy_check.canary import CannotRun, make_canary
from booking.privacy_check.files import changed_contents, folder_contents
from booking.privacy_check.places import Where, all_places, stored_contents
from booking.privacy_check.run import search
from booking.privacy_check.search import Needles
from clinic_site.tests.fixtures import TestVault, aged_token

MARK = "qwhzkpvnmxcrtybd"
KINDS = (
    *("singleline", "multiline", "email", "number", "url", "checkbox", "checkboxes", "dropdown"),
    *("multiselect", "radio", "date", "datetime", "hidden"),
)


def where_found(contents: Iterator[Any]) -> set[str]:
    needles = Needles({"mark": MARK})
    return {content.where for content in contents if needles.in_content(content.data)}


@pytest.fixture
def every_question(site: SimpleNamespace) -> BookingPage:
    """The booking page with a required question of every kind that staff can add."""
    page: BookingPage = site.book
    for kind in KINDS:
        page.form_fields.create(
            label=f"A {kind}", field_type=kind, choices="one\ntwo", required=True
        )
    return page


def test_the_request_has_a_mark_of_its_own_in_every_text(every_question: BookingPage) -> None:
    first, second = (make_canary(every_question, aged_token()) for _ in range(2))

    texts = {
        f"a_{kind}" for kind in ("singleline", "multiline", "email", "number", "url", "hidden")
    }
    assert set(first.secrets) >= {"name", "phone", "email", "message"} | texts
    assert not {f"a_{kind}" for kind in ("dropdown", "radio", "date")} & set(first.secrets)
    assert all(secret in first.posted[name] for name, secret in first.secrets.items())
    values = [text for name, text in (first.secrets | second.secrets).items() if name != "phone"]
    assert len(set(values)) == len(values)
    assert not set(first.secrets.values()) & set(second.secrets.values()) - {first.secrets["phone"]}


def test_the_request_says_what_it_is(site: SimpleNamespace) -> None:
    posted = make_canary(site.book, aged_token()).posted

    assert posted["name"].startswith("Automatic privacy check ")
    assert posted["email"].endswith("@example.com")
    assert "-01" in posted["phone"], "a number set aside for fiction"


def test_without_an_open_location_it_says_so(site: SimpleNamespace) -> None:
    Location.objects.update(active=False)

    with pytest.raises(CannotRun, match="No location is open within 14 days"):
        make_canary(site.book, aged_token())


def test_without_a_vault_nothing_is_sent(site: SimpleNamespace) -> None:
    with pytest.raises(CommandError, match="The vault takes nothing") as refusal:
        call_command("verify_privacy", stdout=StringIO())

    assert refusal.value.returncode == 2
    assert not PrivacyCheck.objects.exists()


def test_a_dry_run_lists_the_places_and_does_nothing(site: SimpleNamespace) -> None:
    out = StringIO()
    call_command("verify_privacy", dry_run=True, url="http://127.0.0.1:9", stdout=out)

    lines = dict(line.split(": ", 1) for line in out.getvalue().splitlines())
    assert list(lines) == [place.name for place in all_places(Where(), time.time())]
    assert lines["Database tables"] == "would be searched"
    assert not PrivacyCheck.objects.exists()


HOLDER = """
import fcntl, sys
file = open(sys.argv[1], "ab")
fcntl.lockf(file, fcntl.LOCK_EX, 1, int(sys.argv[2]))
print("held", flush=True)
sys.stdin.read()
"""


def test_the_request_of_a_run_is_left_alone_until_that_run_is_dead(
    make: Callable[..., Any], settings: Any, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    request = make()
    check = PrivacyCheck.objects.create(ran_at=timezone.now(), token=request.idempotency_token)

    def clear() -> tuple[bool, bool]:
        """Whether request and token are still there after the next run has looked."""
        with run._locks() as locks:
            run._clear_left_behind(locks)
        check.refresh_from_db()
        return Submission.objects.filter(pk=request.pk).exists(), check.token is not None

    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path / run.LOCK_FILE), str(check.pk)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout
    assert holder.stdout.readline() == b"held\n"
    alive = clear()
    holder.kill()
    holder.communicate()

    assert alive == (True, True)
    assert clear() == (False, False)


@pytest.mark.parametrize(("minutes", "waits"), [(5, True), (61, False)])
def test_a_request_that_is_still_on_its_way_is_waited_for(
    db: None, settings: Any, tmp_path: Path, minutes: int, waits: bool
) -> None:
    settings.VAR_DIR = tmp_path
    ran_at = timezone.now() - timedelta(minutes=minutes)
    PrivacyCheck.objects.create(ran_at=ran_at, token=uuid.uuid4())

    with run._locks() as locks:
        run._clear_left_behind(locks)

    assert PrivacyCheck.objects.exclude(token=None).exists() == waits


def test_a_folder_that_cannot_be_written_is_one_sentence(settings: Any) -> None:
    settings.VAR_DIR = "/proc"

    with pytest.raises(CannotRun, match="Run the check as the user of the site"):
        run._locks()


@pytest.mark.parametrize("kind", ["text", "bytea" if not database.is_sqlite() else "blob"])
def test_a_table_that_no_model_knows_is_read(db: None, kind: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE TABLE "an old ""table" (id integer, "a column" {kind})')
        cursor.execute('INSERT INTO "an old ""table" VALUES (1, %s)', [MARK.encode()])
        if kind == "text":
            cursor.execute('UPDATE "an old ""table" SET "a column" = %s', [MARK])

    assert where_found(database.table_contents()) == {"an old table.a column"}


def test_every_row_of_every_table_is_counted(site: SimpleNamespace, users: dict[str, Any]) -> None:
    counted = {
        content.where: content.count for content in database.table_contents() if content.count
    }

    assert counted["auth_user"] == len(users)
    assert counted["booking_location"] == Location.objects.count()


OTHER_PROCESS = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
print(connection.execute("SELECT count(*) FROM booking_privacycheck").fetchone()[0])
connection.close()
"""


@pytest.mark.skipif(not database.is_sqlite(), reason="SQLite's locks")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_searching_the_database_file_loses_nothing_that_is_written_afterwards() -> None:
    def rows_seen_by_another_process() -> int:
        command = [sys.executable, "-c", OTHER_PROCESS, str(connection.settings_dict["NAME"])]
        return int(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)

    PrivacyCheck.objects.create(ran_at=timezone.now())
    place = next(p for p in all_places(Where(), time.time()) if p.name == "Database file")
    searched = search(place, Needles({"mark": MARK}), lambda _searched: None)

    assert searched.size
    assert rows_seen_by_another_process() == 1
    PrivacyCheck.objects.create(ran_at=timezone.now())
    assert rows_seen_by_another_process() == 2


@pytest.fixture
def logged_ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sqlite3.Connection]:
    """A database of SQLite in whose write-ahead log alone the mark stands."""
    path = tmp_path / "clinic.sqlite3"
    writer = sqlite3.connect(path)
    writer.executescript("PRAGMA journal_mode=WAL; CREATE TABLE note (text);")
    writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    writer.execute("INSERT INTO note VALUES (?)", [MARK])
    writer.commit()
    monkeypatch.setitem(connection.settings_dict, "NAME", str(path))
    yield writer
    writer.close()


def test_the_write_ahead_log_is_searched(logged_ahead: sqlite3.Connection) -> None:
    assert where_found(database.sqlite_contents()) == {"clinic.sqlite3-wal"}


@pytest.mark.parametrize("moment", range(8))
def test_a_text_that_moves_from_the_log_to_the_file_during_the_search_is_found(
    logged_ahead: sqlite3.Connection, moment: int
) -> None:
    def contents() -> Iterator[Any]:
        for index, content in enumerate(database.sqlite_contents()):
            yield content
            if index == moment:
                logged_ahead.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    assert where_found(contents())


def test_a_dump_that_cannot_be_made_is_not_counted_as_clean(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert [content.error for content in database.dump_contents()] == ["is not installed here"]


def test_a_folder_is_read_behind_links_and_never_twice(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "media", tmp_path / "elsewhere"
    folder.mkdir()
    (elsewhere / "deep").mkdir(parents=True)
    (elsewhere / "deep" / "one").write_text(MARK)
    (folder / "link").symlink_to(elsewhere)
    (elsewhere / "back").symlink_to(folder)
    (folder / "pipe").symlink_to("/dev/zero")

    found = [content for content in folder_contents(folder) if content.count]
    assert [content.where for content in found] == ["link/deep/one"]
    assert where_found(folder_contents(folder)) == {"link/deep/one"}


def test_a_folder_that_cannot_be_read_is_not_counted_as_clean(tmp_path: Path) -> None:
    (tmp_path / "round").symlink_to("round")
    reason = "Too many levels of symbolic links"

    assert [(c.where, c.error) for c in folder_contents(tmp_path / "round")] == [("round", reason)]
    assert [c.error for c in folder_contents(tmp_path) if c.error] == [reason]
    assert list(folder_contents(tmp_path / "not there")) == []


def test_a_temporary_file_counts_only_when_it_is_new(tmp_path: Path) -> None:
    (tmp_path / "old").write_text(MARK)
    since = time.time() + 5
    (tmp_path / "folder").mkdir()
    new = tmp_path / "folder" / "new"
    new.write_text(MARK)
    os.utime(new, (since, since))
    (tmp_path / "pipe").symlink_to("/dev/zero")

    assert where_found(changed_contents(tmp_path, since, 1024)) == {"folder/new"}


def test_media_in_a_bucket_are_read(db: None) -> None:
    storage = InMemoryStorage()
    storage.save("images/one.txt", ContentFile(MARK.encode()))
    storage.save("two.txt", ContentFile(b"nothing"))

    assert where_found(stored_contents(storage, time.time() - 60)) == {"images/one.txt"}
    assert where_found(stored_contents(storage, time.time() + 60)) == set()


def test_each_kind_of_cache_is_read_or_named(settings: Any, tmp_path: Path) -> None:
    backends = "django.core.cache.backends"
    settings.CACHES = {
        "files": {"BACKEND": f"{backends}.filebased.FileBasedCache", "LOCATION": str(tmp_path)},
        "table": {"BACKEND": f"{backends}.db.DatabaseCache", "LOCATION": "cache"},
        "none": {"BACKEND": f"{backends}.dummy.DummyCache"},
        "memory": {"BACKEND": f"{backends}.locmem.LocMemCache"},
    }
    caches["files"].set("key", MARK)
    found = {alias: cache_contents(caches[alias]) for alias in settings.CACHES}

    assert len(where_found(found["files"][0]())) == 1
    assert {alias: note for alias, (contents, note) in found.items() if not contents} == {
        "table": "a table, searched with the others",
        "none": "keeps nothing",
        "memory": "in the memory of other processes: not visible from here",
    }


def test_a_cache_of_a_kind_not_known_here_is_not_counted_as_clean() -> None:
    contents, _note = cache_contents(BaseCache({}))

    assert contents is not None
    assert [content.error for content in contents()] == ["is a cache that cannot be read from here"]


def test_logs_are_those_of_logging_of_the_server_and_the_given_ones(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VAR_DIR = tmp_path
    for name in ("server.log", "server.log.1", "access", "other", "unrelated"):
        (tmp_path / name).touch()
    monkeypatch.setenv("ACCESS_LOG", str(tmp_path / "access"))

    found = {path.name for path in places.log_files((tmp_path / "other",))}

    assert found == {"server.log", "server.log.1", "access", "other"}


@pytest.fixture
def panel(sign_in: Callable[..., Client]) -> Callable[[str], str]:
    """panel(role) is the panel as that role reads it on the dashboard; empty without one."""

    def read(role: str) -> str:
        page = BeautifulSoup(sign_in(role).get("/admin/").content, "html.parser")
        found = page.select_one("#privacy-check-content")
        return " ".join(found.get_text(" ").split()) if found else ""

    return read


ASK = "Ask whoever looks after the server to run this command: manage.py verify_privacy"


@pytest.mark.parametrize(
    ("days", "columns", "text"),
    [
        (
            0,
            {"complete": True, "places": 9},
            "{day}: passed. A request was sent and looked for in 9 places: nothing of it was readable.",
        ),
        (
            31,
            {"complete": True, "places": 9},
            f"{{day}}: passed, but that is more than 30 days ago. {ASK}",
        ),
        (
            0,
            {"complete": True, "places": 9, "hits": 2},
            (
                "{day}: failed. What a visitor sent was readable on this server. Call whoever looks "
                "after the server today. This command names the places: manage.py verify_privacy"
            ),
        ),
        (
            31,
            {"complete": False, "places": 9},
            f"{{day}}: nothing was found, but it could not look everywhere. {ASK}",
        ),
        (0, {}, f"{{day}}: it is running now, or was stopped before its end. {ASK}"),
    ],
)
def test_the_dashboard_says_how_the_last_check_ended(
    panel: Callable[[str], str], days: int, columns: dict[str, Any], text: str
) -> None:
    ran_at = timezone.now() - timedelta(days=days)
    PrivacyCheck.objects.create(ran_at=ran_at - timedelta(days=1), complete=True, hits=7)
    PrivacyCheck.objects.create(ran_at=ran_at, **columns)

    day = date_format(timezone.localtime(ran_at))
    assert panel("booking_reviewer") == text.format(day=day)


@pytest.mark.parametrize(
    ("role", "text"),
    [
        ("booking_reviewer", f"It was never run. {ASK}"),
        ("booking_administrator", f"It was never run. {ASK}"),
        ("administrator", f"It was never run. {ASK}"),
        ("clinical_reviewer", ""),
        ("editor", ""),
    ],
)
def test_the_panel_is_for_people_who_may_see_requests(
    vault: TestVault, panel: Callable[[str], str], role: str, text: str
) -> None:
    assert panel(role) == text
