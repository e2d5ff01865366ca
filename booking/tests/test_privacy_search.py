"""What the privacy check sends, in which forms and where it is found, what staff see of it."""

import base64
import gzip
import re
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.storage import Storage
from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from booking.choices import RECEIPT_FIELD
from booking.models import PrivacyCheck
from booking.privacy_check import search
from booking.privacy_check.search import OVERLAP, PIECE, Place, all_places, file_pieces, forms
from booking.privacy_check.visit import CannotRun, Site, fill_in
from booking.public.form.tokens import new_token
from booking.tests.leaky_command import tarred, zipped
from clinic_site.tests.fixtures import TestVault

MARK, PHONE = "qwhzkpvnmxcrtybd", "(808) 555-0197"
MARKS = {"mark": set(forms(MARK)), "phone": set(forms(PHONE))}


@pytest.mark.parametrize("shift", range(3))
@pytest.mark.parametrize("text", [MARK, PHONE])
def test_a_mark_is_found_in_every_form(text: str, shift: int) -> None:
    data = b"." * (54 + shift) + text.encode() + b"..."
    for form in (
        *(data, data.upper(), data.hex().encode(), data.hex(" ").upper().encode()),
        *(base64.b64encode(data), base64.urlsafe_b64encode(data), base64.encodebytes(data)),
    ):
        assert len(search.found(MARKS, b"before" + form + b"after")) == 1, form
    assert min(map(len, MARKS["mark"] | MARKS["phone"])) >= 10, "shorter ones are found by chance"


def test_a_phone_number_is_found_however_it_is_written() -> None:
    for written in ("8085550197", "+18085550197", "808-555-0197", "808.555.0197", "808 555 0197"):
        assert search.found(MARKS, f"tel {written}.".encode()) == {"phone"}


@pytest.mark.parametrize("data", [b"", bytes(range(256)) * 99, MARK[1:].encode(), b"808 555 019"])
def test_nothing_is_found_where_nothing_is(data: bytes) -> None:
    assert search.found(MARKS, data) == set()


def searched(place: Place) -> tuple[set[str], list[str]]:
    """What a place holds, and what of it could not be read."""
    list(place.search(MARKS))
    return place.finds, place.errors


def in_file(path: Path) -> tuple[set[str], list[str]]:
    return searched(Place("files", file_pieces([path], set(), 0)))


def test_a_mark_across_two_pieces_of_a_large_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(bytes(PIECE - 5) + MARK.encode() + bytes(OVERLAP))

    assert in_file(tmp_path) == ({f"{tmp_path / 'large'} (mark)"}, [])


PACKED = gzip.compress(MARK.encode() * 9)
CLOSED = "is packed in a way that cannot be opened here"


@pytest.mark.parametrize(
    ("data", "finds", "errors"),
    [
        (PACKED, 1, []),
        (gzip.compress(tarred(zipped(MARK))), 1, []),
        (b"PGDMP" + PACKED, 0, [CLOSED]),
        (gzip.compress(b"\x28\xb5\x2f\xfd" + PACKED), 0, [CLOSED]),
        (PACKED[:-4], 0, ["EOFError"]),
        (b"PK\3\4 and no more", 0, ["BadZipFile"]),
    ],
    ids=["gzip", "zip in tar in gzip", "pg_dump", "zstd in gzip", "half a gzip", "half a zip"],
)
def test_what_is_packed_is_opened_or_named(
    data: bytes, finds: int, errors: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "packed"
    path.write_bytes(data)
    found, unread = in_file(path)

    assert (len(found), unread) == (finds, [f"{path}: {error}" for error in errors])


def test_files_are_read_once_behind_links_and_when_new(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "media", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    (elsewhere / f"{MARK}.txt").write_text(MARK)
    (folder / "link").symlink_to(elsewhere)
    (elsewhere / "back").symlink_to(folder)
    (folder / "pipe").symlink_to("/dev/zero")
    seen: set[str] = set()

    assert list(file_pieces([tmp_path], seen, time.time() + 60)) == []
    assert list(file_pieces([folder], seen, 0)) == []
    assert in_file(folder) == ({"a name that holds it (mark)"}, [])
    assert list(file_pieces([tmp_path / "gone"], set(), 0)) == []


def place(name: str) -> Place:
    return next(each for each in all_places([], None, "", 0) if each.name == name)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="files of SQLite")
@pytest.mark.parametrize("moment", range(4))
def test_a_text_that_moves_from_the_log_to_the_file_during_the_search_is_found(
    moment: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "clinic.sqlite3"
    monkeypatch.setitem(connection.settings_dict, "NAME", str(path))
    with closing(sqlite3.connect(path)) as writer:
        writer.executescript("PRAGMA journal_mode=WAL; CREATE TABLE note (text);")
        writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        writer.execute("INSERT INTO note VALUES (?)", [MARK])
        writer.commit()
        database = place("Database file")
        for piece, _searched in enumerate(database.search(MARKS)):
            if piece == moment:
                writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    assert database.finds >= ({f"{path}-wal (mark)"} if moment else {f"{path} (mark)"})


def test_a_place_that_cannot_be_read_is_named(
    db: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"other": {"BACKEND": backend, "LOCATION": "redis://127.0.0.1:9"}}
    monkeypatch.setattr(search, "default_storage", Storage())
    monkeypatch.setitem(search.TABLES, connection.vendor, "SELECT 'no_table'")
    failure = {"sqlite": "OperationalError", "postgresql": "ProgrammingError"}[connection.vendor]

    assert searched(place("Cache “other”"))[1] == ["RedisCache: cannot be read from here"]
    assert searched(place("Media"))[1] == ["NotImplementedError"]
    assert searched(place("Database tables"))[1] == [failure]
    assert place("Mail").note == "handed to a mail server: not visible from here"


TEXTS = ("singleline", "multiline", "email", "number", "url", "hidden")
OTHERS = ("checkbox", "checkboxes", "dropdown", "multiselect", "radio", "date", "datetime")


def test_every_question_is_answered_and_every_text_marked(site: SimpleNamespace) -> None:
    for kind in (*TEXTS, *OTHERS):
        question = {"label": f"A {kind}", "field_type": kind, "choices": "one\ntwo"}
        site.book.form_fields.create(**question, required=True)
    posted, marks = fill_in(site.book, new_token())
    data = QueryDict(mutable=True)
    data.update(posted)

    assert site.book.get_form(data).errors == {}
    assert set(marks) == {
        *("name", "phone", "email", "call_time", "if_answered", "language_wish", "patient_name"),
        *("message", *(f"a_{kind}" for kind in TEXTS)),
    }
    assert len({*marks.values(), fill_in(site.book, "")[1]["name"]}) == len(marks) + 1
    assert posted["name"].startswith("Automatic privacy check ")
    assert posted[RECEIPT_FIELD] == ""  # no mail to an address that is made up


@pytest.mark.parametrize("url", ["ftp://clinic.example", "http://127.0.0.1:x", "http://[::1", ""])
def test_an_address_that_is_none_is_one_sentence(url: str) -> None:
    with pytest.raises(CannotRun, match=f"^{re.escape(url)} does not answer: (Invalid|Missing)"):
        Site(url).ask("GET", "/")


def test_a_dry_run_lists_the_places_and_does_nothing(db: None) -> None:
    out = StringIO()
    call_command("verify_privacy", dry_run=True, url="http://127.0.0.1:9", stdout=out)

    names = [place.name for place in all_places([], None, "", 0)]
    assert [line[:24].strip() for line in out.getvalue().splitlines()] == names
    assert "Database tables          would be searched" in out.getvalue()
    assert not PrivacyCheck.objects.exists()


def panel(client: Client) -> str:
    """The panel as the client reads it on the dashboard; empty without one."""
    page = BeautifulSoup(client.get("/admin/").content, "html.parser")
    found = page.select_one("#privacy-check-content")
    return " ".join(found.get_text(" ").split()) if found else ""


ASK = "Ask whoever looks after the server to run this command: manage.py verify_privacy"
CALL = "Call whoever looks after the server today. This command names the places: manage.py "
SENT = "passed. A request was sent and looked for in 9 places: nothing of it was readable."
COMPLETE: dict[str, Any] = {"complete": True, "places": 9}
READABLE = f"failed. What a visitor sent was readable on this server. {CALL}verify_privacy"


@pytest.mark.parametrize(
    ("days", "columns", "text"),
    [
        (0, COMPLETE, SENT),
        (31, COMPLETE, f"passed, but that is more than 30 days ago. {ASK}"),
        (0, {**COMPLETE, "hits": 2}, READABLE),
        (31, {"places": 9}, f"nothing was found, but it could not look everywhere. {ASK}"),
        (0, {}, f"it is running now, or was stopped before its end. {ASK}"),
    ],
)
def test_the_dashboard_says_how_the_last_check_ended(
    sign_in: Callable[..., Client], days: int, columns: dict[str, Any], text: str
) -> None:
    ran_at = timezone.now() - timedelta(days=days)
    PrivacyCheck.objects.create(ran_at=ran_at - timedelta(days=1), complete=True, hits=7)
    PrivacyCheck.objects.create(ran_at=ran_at, **columns)

    assert panel(sign_in("administrator")) == f"{date_format(timezone.localtime(ran_at))}: {text}"


def test_a_command_is_told_to_whoever_looks_after_the_site_alone(
    vault: TestVault, users: dict[str, Any], sign_in: Callable[..., Client]
) -> None:
    assert panel(sign_in("administrator")) == f"It was never run. {ASK}"
    others = sorted(set(users) - {"administrator"})
    assert [panel(sign_in(role)) for role in others] == [""] * 4
    for role in others:
        assert "manage.py" not in sign_in(role).get("/admin/").content.decode()
