"""Every place that could hold what a visitor sent, and how to read it."""

import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.core.files.storage import FileSystemStorage, Storage, default_storage

from . import database
from .caches import OUT_OF_SIGHT, cache_contents, cache_folder
from .files import Content, changed_contents, folder_contents, path_contents, pieces
from .mail import mail_contents

CHANGED_MAX = 256 * 1024 * 1024


@dataclass(frozen=True)
class Place:
    """A place by the name that a report shows. Without `contents` it cannot or need not be read."""

    name: str
    unit: str = ""
    contents: Callable[[], Iterator[Content]] | None = None
    note: str = ""

    @property
    def is_out_of_sight(self) -> bool:
        return OUT_OF_SIGHT in self.note


@dataclass(frozen=True)
class Where:
    """What the settings do not say about this machine."""

    logs: tuple[Path, ...] = ()
    backup: Path | None = None
    # Given to the check, and so no find.
    passphrase_file: Path | None = None


def all_places(where: Where, since: float) -> list[Place]:
    """Every place, also those that cannot be read: a report must not be silent about them."""
    return [
        Place("Database tables", "row", database.table_contents),
        *_database_files(),
        _sessions(),
        *(_cache(alias) for alias in settings.CACHES),
        _logs(where.logs),
        *_console(where.logs),
        _media(default_storage, since),
        _mail(),
        _backup(where.backup, since),
        _changed("Temporary files", Path(tempfile.gettempdir()), since, where),
        _changed("Other files of the site", Path(settings.VAR_DIR), since, where),
    ]


def _database_files() -> list[Place]:
    if database.is_sqlite():
        has_file = bool(database.sqlite_files())
        contents = database.sqlite_contents if has_file else None
        return [Place("Database file", "file", contents, "" if has_file else "lies in memory")]
    return [
        Place("Database dump", "dump", database.dump_contents),
        Place("PostgreSQL's own log", note=f"{OUT_OF_SIGHT}; give its file with --log"),
    ]


def _sessions() -> Place:
    store = database.session_store()
    if hasattr(store, "get_model_class"):
        return Place("Sessions", "session", database.session_contents)
    if hasattr(store, "_get_storage_path"):
        folder = Path(store._get_storage_path())  # noqa: SLF001  (the setting may be empty)
        return Place("Sessions", "file", partial(folder_contents, folder))
    return Place("Sessions", note="kept in a cache or by browsers, not in a place of their own")


def _cache(alias: str) -> Place:
    contents, note = cache_contents(caches[alias])
    return Place(f"Cache “{alias}”", "entry", contents, note)


def log_files(given: tuple[Path, ...]) -> list[Path]:
    """Files that logging writes to, those in VAR_DIR, gunicorn's access log, and the given ones."""
    handlers = [
        handler
        for name in (None, *logging.root.manager.loggerDict)
        for handler in logging.getLogger(name).handlers
    ]
    written = [Path(h.baseFilename) for h in handlers if isinstance(h, logging.FileHandler)]
    rotated = [file for path in written for file in path.parent.glob(f"{path.name}*")]
    access = [Path(path)] if (path := os.environ.get("ACCESS_LOG")) else []  # gunicorn_config.py
    found = [*Path(settings.VAR_DIR).glob("*.log*"), *rotated, *access, *given]
    return sorted({path.resolve() for path in found if path.is_file() or path.is_dir()})


def _logs(given: tuple[Path, ...]) -> Place:
    paths = log_files(given)
    return Place(
        "Log files",
        "file",
        partial(path_contents, paths) if paths else None,
        "" if paths else "there are none here; give others with --log",
    )


def _console(given: tuple[Path, ...]) -> list[Place]:
    """What the server prints goes where its caller sends it, which nothing here can know."""
    if given:
        return []
    return [Place("Server's output", note=f"{OUT_OF_SIGHT}; if a file keeps it, add --log")]


def _media(storage: Storage, since: float) -> Place:
    if isinstance(getattr(storage, "_wrapped", storage), FileSystemStorage):
        return Place("Media", "file", partial(folder_contents, Path(storage.path(""))))
    return Place(
        "Media", "file", partial(stored_contents, storage, since), "changed since the check began"
    )


def stored_contents(storage: Storage, since: float, folder: str = "") -> Iterator[Content]:
    """Files of a storage that is no folder, such as a bucket."""
    folders, names = storage.listdir(folder)
    for name in names:
        path = f"{folder}/{name}".lstrip("/")
        if storage.get_modified_time(path).timestamp() >= since:
            with storage.open(path) as file:
                for data in pieces(file.read):
                    yield Content(path, data)
            yield Content(path, path.encode(), count=1)
    for name in folders:
        yield from stored_contents(storage, since, f"{folder}/{name}".lstrip("/"))


def _mail() -> Place:
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    if not folder:
        return Place("Mail files", note="mail is not written to files")
    return Place("Mail files", "file", partial(mail_contents, Path(folder)))


def newest_backup() -> Path | None:
    """The newest file or folder of VAR_DIR/backups."""
    found = Path(settings.VAR_DIR).glob("backups/*")
    return max(found, key=lambda path: path.stat().st_mtime, default=None)


def _backup(given: Path | None, since: float) -> Place:
    path = given or newest_backup()
    if path is None:
        return Place("Newest backup", note="there is none; give one with --backup")
    is_older = path.stat().st_mtime < since
    note = "made before the check: only what it sent earlier could be in it" if is_older else ""
    return Place("Newest backup", "file", partial(path_contents, [path]), note)


def _changed(name: str, folder: Path, since: float, where: Where) -> Place:
    """A folder that anything may be in: what came in since the check began, other places apart."""
    folder = folder.resolve()
    besides = frozenset(path.resolve() for path in _named_paths(where)) - {folder}
    return Place(
        name,
        "file",
        partial(changed_contents, folder, since, CHANGED_MAX, besides),
        f"in {folder}, changed since the check began; the first 256 MB of each",
    )


def _named_paths(where: Where) -> Iterator[Path]:
    """Files and folders that are searched under a name of their own, and the passphrase's file."""
    yield from (Path(tempfile.gettempdir()), Path(settings.VAR_DIR))
    yield from log_files(where.logs)
    yield from filter(None, (where.passphrase_file, where.backup or newest_backup()))
    yield from map(Path, filter(None, (settings.MEDIA_ROOT, settings.STATIC_ROOT)))
    if database.is_sqlite():
        yield from database.sqlite_paths()
    if folder := getattr(settings, "EMAIL_FILE_PATH", None):
        yield Path(folder)
    yield from filter(None, (cache_folder(caches[alias]) for alias in settings.CACHES))
