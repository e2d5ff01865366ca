"""Nothing that a visitor sends, or that opens it, is readable anywhere on the server.

A real trial is driven through the whole journey with canary strings in every place a person can
type; then every file under its var/ (database and WAL, logs, mail, media, temporary files) and, on
PostgreSQL, a dump of the database are searched for them in every encoding that might hide one.
"""

import re
import sqlite3
import subprocess
import time
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest
import requests
from django.core.signing import b64_decode

from booking.privacy_check.search import forms, found
from clinic_site.tests.fixtures import next_weekday
from clinic_site.tests.trial import Trial, running_trial

# Each with characters that every escaping changes, and a word of its own that none does.
CANARIES = {
    "name": "Zoë & Söhne kanarie01vogel",
    "phone": "972-555-0197",
    "email": "kanarie03vogel@example.com",
    "message": "My message: “kanarie04vogel/number <04>” is here",
    "extra": "nümber kanarie05vogel & more",
    "patient": "Ñandú & kanarie16vogel",
    "invalid name": "Wrong Örnithology <kanarie06vogel> & co",
    "invalid phone": "not-a-phone-kanarie07vogel",
    "invalid email": "kanarie08vogel@@example",
    "database error": "Überraschung & kanarie09vogel",
    "server error": "Störung & kanarie10vogel",
    "checked": "Prüfung & kanarie13vogel",
    "changed": "Änderung & kanarie14vogel",
    "checked again": "Nochmals geprüft & kanarie15vogel",
    "spam": "Spåm <kanarie11vogel> & 11",
    "search": "Süche <kanarie12vogel> & 12",
}
MARKS = {name: re.sub(r".*(kanarie\d\dvogel).*", r"\1", text) for name, text in CANARIES.items()}
TIMEOUT = 30


def hits(places: dict[str, bytes], secrets: dict[str, str]) -> list[tuple[str, str]]:
    """Every (place, secret) that was found; test_privacy_search.py shows what the search finds."""
    marks = {name: set(forms(text)) for name, text in secrets.items()}
    return [
        (place, name) for place, content in places.items() for name in sorted(found(marks, content))
    ]


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Trial]:
    with running_trial(tmp_path_factory.mktemp("leaks") / "var", prepared) as trial:
        yield trial


class Visitor:
    """Posts the booking form as a browser does."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self.session = requests.Session()
        page = self.session.get(f"{trial.url}/book/", timeout=TIMEOUT).text
        self.token = unescape(re.search(r'name="token"[^>]*value="([^"]+)"', page).group(1))
        self.location = re.search(r'name="location"[^>]*value="(\d+)"', page).group(1)
        known = set(re.findall(r'<(?:input|textarea|select)[^>]*name="(\w+)"', page))
        self.extra = sorted(
            known
            - {"name", "phone", "email", "contact_by", "voicemail_ok", "location", "preferred_day"}
            - {
                "for_whom",
                "patient_name",
                "preferred_time",
                "message",
                "consent",
                "token",
                "re_subject",
                "receipt_wanted",
            }
        )
        self.extra_texts = re.findall(r'<(?:textarea|input[^>]*type="text")[^>]*name="(\w+)"', page)

    def post(self, step: str = "", **changes: str) -> requests.Response:
        """Send the form, or post it to a step on the way: `check/` or `change/`."""
        data = {
            "name": CANARIES["name"],
            "phone": CANARIES["phone"],
            "email": CANARIES["email"],
            "contact_by": "phone",
            "for_whom": "other",
            "patient_name": CANARIES["patient"],
            "location": self.location,
            "preferred_day": next_weekday().isoformat(),
            "preferred_time": "any",
            "message": CANARIES["message"],
            "consent": "on",
            "receipt_wanted": "on",
            "token": self.token,
            "re_subject": "",
            **changes,
        }
        return self.session.post(f"{self.trial.url}/book/{step}", data=data, timeout=TIMEOUT)


class Desk:
    """A signed-in member of staff, as a browser does it."""

    def __init__(self, trial: Trial, role: str) -> None:
        self.trial, self.role = trial, role
        self.session = requests.Session()
        account = trial.access["accounts"][role]
        self.post("/admin/login/", username=account["username"], password=account["password"])

    @property
    def passphrase(self) -> str:
        text: str = self.trial.access["vault"]["passphrases"][self.role]
        return text

    def get(self, path: str) -> requests.Response:
        return self.session.get(f"{self.trial.url}{path}", timeout=TIMEOUT)

    def post(self, path: str, **data: str) -> requests.Response:
        page = self.get(
            path if "/search/" not in path and "/lock/" not in path else "/admin/vault/"
        )
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text).group(1)
        return self.session.post(
            f"{self.trial.url}{path}", data={**data, "csrfmiddlewaretoken": token}, timeout=TIMEOUT
        )


def run_sql(trial: Trial, *statements: str) -> None:
    """Run statements on the trial's database from outside, as an accident would."""
    url = database_url(trial)
    if url:
        import psycopg

        with psycopg.connect(url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)
        return
    with sqlite3.connect(trial.var / "clinic.sqlite3", timeout=20) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def rows(trial: Trial, sql: str) -> list[tuple[Any, ...]]:
    """Rows of the trial's database, asked for from outside."""
    url = database_url(trial)
    if url:
        import psycopg

        with psycopg.connect(url) as connection:
            return connection.execute(sql).fetchall()
    with closing(sqlite3.connect(trial.var / "clinic.sqlite3", timeout=20)) as connection:
        return connection.execute(sql).fetchall()


def database_url(trial: Trial) -> str:
    return trial.environment.get("DATABASE_URL", "")


def database_dump(trial: Trial) -> dict[str, bytes]:
    """PostgreSQL as text; SQLite's file and WAL are among the files of var/."""
    url = database_url(trial)
    if not url:
        return {}
    dump = subprocess.run(["pg_dump", url], check=True, stdout=subprocess.PIPE)
    return {"pg_dump": dump.stdout}


def sessions(trial: Trial) -> dict[str, bytes]:
    """What the sessions hold: Django signs it, and compresses what is long."""
    data = [
        row[0].split(":")[0].encode()
        for row in rows(trial, "SELECT session_data FROM django_session")
    ]
    unpacked = [
        zlib.decompress(b64_decode(text[1:])) if text.startswith(b".") else b64_decode(text)
        for text in data
    ]
    return {"sessions": b"\n".join(unpacked)}


def everything_kept(trial: Trial) -> dict[str, bytes]:
    """Every place of the server that outlives a request, by name."""
    files = {}
    # SQLite's log first: when it goes away meanwhile, what it held stands in the file read after it.
    for path in sorted(trial.var.rglob("*"), key=lambda path: not path.name.endswith("-wal")):
        if path.is_file() and path.name != "trial-access.json" and "static" not in path.parts:
            with suppress(FileNotFoundError):
                files[str(path.relative_to(trial.var))] = path.read_bytes()
    return {**files, **database_dump(trial), **sessions(trial)}


def the_whole_journey(trial: Trial) -> None:
    """Every way in which what a visitor types can pass through the server."""
    visitor = Visitor(trial)
    time.sleep(3.2)
    extra = {name: CANARIES["extra"] for name in visitor.extra_texts if name in visitor.extra}
    assert visitor.post(**extra).url.startswith(f"{trial.url}/book/received/")
    for field, canary in (
        ("name", "invalid name"),
        ("phone", "invalid phone"),
        ("email", "invalid email"),
    ):
        answer = visitor.post(**{field: CANARIES[canary], "consent": ""})
        assert (answer.status_code, escape(CANARIES[canary]) in answer.text) == (200, True)
    for step, canary in (
        ("check/", "checked"),
        ("change/", "changed"),
        ("check/", "checked again"),
    ):
        answer = visitor.post(step, message=CANARIES[canary])
        assert (answer.status_code, escape(CANARIES[canary]) in answer.text) == (200, True)
    spam = Visitor(trial).post(message=CANARIES["spam"], re_subject="https://spam.example")
    assert spam.url.startswith(f"{trial.url}/book/received/")

    run_sql(trial, "ALTER TABLE booking_submission RENAME TO away")
    try:
        answer = Visitor(trial).post(message=CANARIES["database error"])
    finally:
        run_sql(trial, "ALTER TABLE away RENAME TO booking_submission")
    assert (answer.status_code, escape(CANARIES["database error"]) in answer.text) == (503, True)

    visitor = Visitor(trial)
    run_sql(trial, "UPDATE booking_location SET time_zone = 'No/Where'")
    try:
        answer = visitor.post(message=CANARIES["server error"])
    finally:
        run_sql(trial, "UPDATE booking_location SET time_zone = 'America/Chicago'")
    assert (answer.status_code, escape(CANARIES["server error"]) in answer.text) == (503, True)

    desk = Desk(trial, "booking_administrator")
    desk.post("/admin/vault/unlock/", passphrase=desk.passphrase)
    listing = desk.get("/admin/booking/submission/").text
    assert escape(CANARIES["name"]) in listing
    for path in sorted(set(re.findall(r"/admin/booking/submission/inspect/[0-9a-f-]+/", listing))):
        assert desk.get(path).status_code == 200
    opened = unescape(
        "".join(
            desk.get(path).text
            for path in set(re.findall(r"/admin/booking/submission/inspect/[0-9a-f-]+/", listing))
        )
    )
    assert (CANARIES["extra"] in opened, CANARIES["patient"] in opened) == (True, True)
    # What may be said on the phone, and the rest that is typed into a line, are among them.
    assert {"call_time", "if_answered", "language_wish"} <= set(extra)
    for term in (CANARIES["search"], CANARIES["name"]):
        assert desk.post("/admin/booking/submission/search/", term=term).status_code == 200
    for kind in ("csv", "xlsx"):
        chosen = {"columns": ["answer.name", "answer.message", "notes"], "reason": "figures"}
        export = desk.post(
            "/admin/booking/submission/export/", format=kind, passphrase=desk.passphrase, **chosen
        )
        assert export.headers["Content-Disposition"].startswith("attachment")
    desk.post("/admin/vault/lock/")


def test_nothing_sent_is_readable_anywhere_on_the_server(trial: Trial) -> None:
    the_whole_journey(trial)
    accounts = trial.access["accounts"].values()
    vault = trial.access["vault"]
    secrets = {
        **MARKS,
        **{f"passphrase of {role}": text for role, text in vault["passphrases"].items()},
        **{f"password of {account['username']}": account["password"] for account in accounts},
        "recovery key": vault["recovery_key"],
    }
    places = everything_kept(trial)

    assert {"clinic.sqlite3", "pg_dump"} & set(places)
    assert {"access.log", "server.log"} <= set(places)
    assert b"_auth_user_id" in places["sessions"]
    assert hits(places, secrets) == []
    assert [place for place in places if place.startswith("mail")] == []  # receipts were asked for
    # The specimen: the same search over the same places, with one of them spoilt.
    spoilt = {**places, "server.log": places["server.log"] + CANARIES["message"].encode()}
    assert hits(spoilt, secrets) == [("server.log", "message")]
