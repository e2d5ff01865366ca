"""Databases beside TEST_DATABASE_URL's, which are gone at the end: one for each trial, one that they copy."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg

EMPTY = "template1"  # PostgreSQL's own


def is_postgresql() -> bool:
    """Whether the tests run on it; else on SQLite, where a database is a file."""
    return bool(os.environ.get("TEST_DATABASE_URL"))


@contextlib.contextmanager
def own_database(template: str = EMPTY) -> Iterator[dict[str, str]]:
    """DATABASE_URL for a trial: a new database, of what the template holds; or "", SQLite in its var/."""
    if not is_postgresql():
        yield {"DATABASE_URL": ""}
        return
    name = f"trial_{uuid4().hex[:12]}"
    _administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield {"DATABASE_URL": _url(name)}
    finally:
        drop(name)


def create(name: str, template: str = EMPTY) -> dict[str, str]:
    """As `own_database`, but there until it is dropped; another one of that name goes."""
    if not is_postgresql():
        return {"DATABASE_URL": ""}
    drop(name)
    _administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return {"DATABASE_URL": _url(name)}


def drop(name: str) -> None:
    """Also while somebody uses it, and nothing where there is none."""
    if is_postgresql():
        _administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def drop_test(name: str) -> None:
    """The database of this process's tests: on SQLite its name is its file."""
    if is_postgresql():
        drop(name)
        return
    for file in (name, f"{name}-wal", f"{name}-shm"):
        Path(file).unlink(missing_ok=True)


@contextlib.contextmanager
def connection(database: str | Path) -> Iterator[psycopg.Connection | sqlite3.Connection]:
    """A connection to PostgreSQL by its URL or to SQLite by its file; each statement is kept at once."""
    if isinstance(database, Path):
        opened = sqlite3.connect(database, isolation_level=None)
    else:
        opened = psycopg.connect(database, autocommit=True)
    with contextlib.closing(opened):
        yield opened


def _administer(statement: str) -> None:
    with connection(_url("postgres")) as administrator:
        administrator.execute(statement)


def _url(name: str) -> str:
    base, _, tail = os.environ["TEST_DATABASE_URL"].rpartition("/")
    return f"{base}/{name}{''.join(tail.partition('?')[1:])}"
