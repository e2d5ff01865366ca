"""Every place that could hold what a visitor sent, and how it is searched."""

import base64
import gzip
import os
import pickle
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.cache.backends.filebased import FileBasedCache
from django.core.files.storage import default_storage
from django.db import connection

# Said of a place that exists and that no program but its own can look into.
UNSEEN = "not visible from here"
UNREAD = {
    "Database file": f"PostgreSQL's own files and log: {UNSEEN}; give its log with --log",
    "Mail": f"handed to a mail server: {UNSEEN}",
    "Newest backup": "there is none; give one with --backup",
    "django.core.cache.backends.db.DatabaseCache": "a table, searched with the others",
    "django.core.cache.backends.dummy.DummyCache": "keeps nothing",
    "django.core.cache.backends.locmem.LocMemCache": f"in the memory of other processes: {UNSEEN}",
}
TABLES = {
    "sqlite": """SELECT '"' || name || '"' FROM sqlite_master WHERE type = 'table'""",
    "postgresql": """
        SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'm')
        AND relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
        UNION ALL SELECT '(SELECT lo_get(oid) FROM pg_largeobject_metadata) AS large_object'
    """,
}
PIECE, OVERLAP, ROWS = 8 * 1024 * 1024, 64 * 1024, 500
# Left out on both sides, so that no broken line and no way to write a number hides anything.
LEFT_OUT = b" \t\r\n()-.=%:?"
# bzip2, xz, zstd, LZ4, 7-Zip, RAR, pg_dump's own format.
CLOSED = (b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f", b"\x04\x22\x4d", b"7z\xbc", b"Rar!", b"PGDMP")
# Where something lies, and its bytes, or in words why they cannot be read.
Piece = tuple[str, bytes | str]


def bare(data: bytes) -> bytes:
    """The data in small letters, without what programs put between them."""
    joined = data.translate(None, LEFT_OUT).lower()
    return joined.replace(b"utf8q", b"").replace(b"utf8b", b"")  # between words of a mail's header


def forms(text: str) -> Iterator[bytes]:
    """A text of ASCII letters and digits as it is, in hex, and anywhere in base64."""
    for data in (text.encode(), bare(text.encode())):
        yield from (bare(data), data.hex().encode())
        for shift in range(3):  # without the letters that depend on what stands before and after
            coded = base64.b64encode(bytes(shift) + data)
            yield bare(coded[-(-8 * shift // 6) : 8 * (shift + len(data)) // 6])


def found(marks: dict[str, set[bytes]], data: bytes) -> set[str]:
    """Names of the marks, given in their forms, that lie in the data."""
    plain = bare(data)
    return {name for name, forms in marks.items() if any(form in plain for form in forms)}


@dataclass
class Place:
    """A place by the name that a report shows; one with a note cannot or need not be read."""

    name: str
    pieces: Iterable[Piece]
    note: str = ""
    size: int = 0
    finds: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)

    def search(self, marks: dict[str, set[bytes]]) -> Iterator[None]:
        """Look through it, a piece at a time. A name that holds a mark itself is not repeated."""
        try:
            for where, data in () if self.note else self.pieces:
                shown = "a name that holds it" if found(marks, where.encode()) else where
                if isinstance(data, str):
                    self.errors.append(f"{shown}: {data}")
                else:
                    self.size += len(data)
                    self.finds |= {f"{shown} ({name})" for name in found(marks, data)}
                yield
        except Exception as error:  # noqa: BLE001  (whatever it is: not searched is not clean)
            self.errors.append(type(error).__name__)


def all_places(logs: list[Path], backup: Path | None, no_find: str, since: float) -> list[Place]:
    """Every place, also those that cannot be read: a report must not be silent about them.

    Of files those are read that changed since then, each for the first place that has it.
    """
    seen = {os.path.realpath(no_find)} if no_find else set()
    var, tmp = Path(settings.VAR_DIR), Path(tempfile.gettempdir())
    sessions = Session.objects.iterator(chunk_size=ROWS)
    access = Path(os.environ.get("ACCESS_LOG") or var / "access.log")
    backups = [backup] if backup else sorted(var.glob("backups/*"), key=os.path.getmtime)[-1:]
    # The file itself comes last: what the others hold is moved there at any moment.
    ends = ("-wal", "-journal", "") if connection.vendor == "sqlite" else ()
    folders: dict[str, Iterable[Any]] = {
        "Database file": [f"{connection.settings_dict['NAME']}{end}" for end in ends],
        "Log files": [*logs, *var.glob("*.log*"), *access.parent.glob(f"{access.name}*")],
        "Media": map(default_storage.path, [""]),  # raises where it lies in no folder
        "Mail": [*filter(None, [getattr(settings, "EMAIL_FILE_PATH", None)])],
        "Newest backup": backups,
        # Shared with other users: what this one may not read is none of the site's.
        "Temporary files": filter(partial(os.access, mode=os.R_OK), tmp.iterdir()),
        "Other files of the site": [var],
    }
    return [
        Place("Database tables", table_pieces()),
        Place("Sessions", (("django_session", repr(s.get_decoded()).encode()) for s in sessions)),
        *(
            Place(f"Cache “{alias}”", cache_pieces(alias), UNREAD.get(kind["BACKEND"], ""))
            for alias, kind in settings.CACHES.items()
        ),
        *(
            Place(name, file_pieces(paths, seen, since), "" if paths else UNREAD.get(name, ""))
            for name, paths in folders.items()
        ),
        Place("Server's output", (), f"{UNSEEN}; if a file keeps it, give it with --log"),
    ]


def table_pieces() -> Iterator[Piece]:
    """Every column of every table by plain SQL: models may know less than the database."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES[connection.vendor])
        tables = [table for (table,) in cursor.fetchall()]
    for table in tables:
        with connection.chunked_cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608  (the catalogue's own names)
            while rows := cursor.fetchmany(ROWS):
                values = (value for row in rows for value in row)
                data = (v if isinstance(v, bytes) else str(v).encode() for v in values)
                yield table.replace('"', ""), b"\0".join(data)


def cache_pieces(alias: str) -> Iterator[Piece]:
    cache: Any = caches[alias]
    if not isinstance(cache, FileBasedCache):
        yield type(cache).__name__, "cannot be read from here"
        return
    for name in cache._list_cache_files():  # type: ignore[attr-defined]  # noqa: SLF001
        with Path(name).open("rb") as file:
            pickle.load(file)  # noqa: S301  (when it expires, as the site itself reads it)
            yield name, zlib.decompress(file.read())


def file_pieces(paths: Iterable[Any], seen: set[str], since: float) -> Iterator[Piece]:
    """Files, and those of folders, behind links too: names, bytes, and what is packed in them."""
    for path in map(Path, paths):
        real, where = os.path.realpath(path), os.fsencode(path).decode(errors="replace")
        if real in seen:
            continue
        seen.add(real)
        try:
            if path.is_dir():
                yield from file_pieces(sorted(path.iterdir()), seen, since)
            elif path.is_file() and path.stat().st_ctime >= since:
                yield where, os.fsencode(path)
                with path.open("rb") as file:
                    for data in unpacked(file):
                        yield where, data
        except FileNotFoundError:
            continue  # it went away meanwhile
        except Exception as error:  # noqa: BLE001  (what is broken may raise anything)
            yield where, getattr(error, "strerror", None) or type(error).__name__


def unpacked(file: Any) -> Iterator[bytes]:
    """The file in pieces that overlap, then what is packed in it, at any depth."""
    head, tail = file.read(512), b""
    file.seek(0)
    while data := file.read(PIECE):
        yield tail + data
        tail = data[-OVERLAP:]
    file.seek(0)
    if head.startswith(CLOSED):
        raise OSError(0, "is packed in a way that cannot be opened here")
    if head.startswith(b"\x1f\x8b"):
        yield from unpacked(gzip.GzipFile(fileobj=file, mode="rb"))
    elif head.startswith(b"PK\3\4"):
        archive = zipfile.ZipFile(file)
        for name in archive.namelist():
            yield from unpacked(archive.open(name))
    elif head[257:262] == b"ustar":
        members = tarfile.TarFile(fileobj=file)
        for inner in filter(None, map(members.extractfile, members)):
            yield from unpacked(inner)
