"""The database as `migrate` leaves it: made by the first process of a test run, copied by all others.

To migrate takes twenty times as long as to copy what was migrated.
"""

import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from clinic_site.tests import databases


class Migrated:
    """The one of this run, kept for the processes that name the same folder."""

    def __init__(self, prepared: Path) -> None:
        self._folder = prepared
        self._file = prepared / "migrated.sqlite3"
        self._mark = prepared / "migrated"
        self.name = database_name()

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """One process at a time looks whether it is there, or makes it."""
        self._folder.mkdir(exist_ok=True)
        with (self._folder / "migrating").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def is_there(self) -> bool:
        return self._mark.exists()

    def keep(self, database: str) -> None:
        """Copy a database that was migrated and that nobody is connected to, by its name or its file."""
        if databases.is_postgresql():
            databases.create(self.name, template=database)
        else:
            copy_file(Path(database), self._file)
        self._mark.touch()

    def copy_to(self, database: str) -> None:
        """Make that database, by its name or its file, from the copy; one of that name goes."""
        if databases.is_postgresql():
            databases.create(database, template=self.name)
        else:
            copy_file(self._file, Path(database))

    def template(self) -> str:
        """What a new database on PostgreSQL begins with: the copy, or nothing while nobody has migrated."""
        with self.alone():
            return self.name if self.is_there() else databases.EMPTY

    def begin(self, file: Path) -> None:
        """The same on SQLite, where a database is that file."""
        with self.alone():
            if self._file.exists():
                copy_file(self._file, file)


def database_name() -> str:
    """Of the copy on PostgreSQL: it lasts as long as the run does."""
    return f"migrated_of_run_{os.environ['TEST_RUN']}"


def copy_file(source: Path, target: Path) -> None:
    """Of an SQLite database, with what its write-ahead log holds; what was at the target goes."""
    databases.drop_test(str(target))
    with (
        contextlib.closing(sqlite3.connect(source)) as reader,
        contextlib.closing(sqlite3.connect(target)) as writer,
    ):
        reader.backup(writer)
