"""The database as somebody who steals it sees it: every column of every table, the file, a dump."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.db.backends.postgresql.client import DatabaseClient

from .files import Content, path_contents, pieces

ROWS = 500
# Every table and materialised view but the server's own, and whether a column holds bytes.
_POSTGRESQL_COLUMNS = """
    SELECT n.nspname, c.relname, a.attname, a.atttypid = 'bytea'::regtype
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relkind IN ('r', 'm') AND a.attnum > 0 AND NOT a.attisdropped
      AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'
      AND n.nspname NOT LIKE 'pg_temp%'
    ORDER BY n.nspname, c.relname, a.attnum
"""


def is_sqlite() -> bool:
    return connection.vendor == "sqlite"


def table_contents() -> Iterator[Content]:
    """Every column of every table, read by plain SQL: models may know less than the database."""
    for table, columns in _tables().items():
        try:
            yield from _rows(table, columns)
        except DatabaseError as error:
            yield Content(table, b"", error=type(error).__name__)


def _tables() -> dict[str, dict[str, str]]:
    """For each table, as SQL names it, each column's name and the SQL that reads it."""
    tables: dict[str, dict[str, str]] = {}
    with connection.cursor() as cursor:
        if is_sqlite():
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            for (table,) in cursor.fetchall():
                cursor.execute("SELECT name FROM pragma_table_info(%s)", [table])
                # As a blob: SQLite keeps any type in any column, and half of UTF-8 as text.
                tables[_quoted(table)] = {
                    column: f"CAST({_quoted(column)} AS BLOB)" for (column,) in cursor.fetchall()
                }
        else:
            cursor.execute(_POSTGRESQL_COLUMNS)
            for schema, table, column, is_bytes in cursor.fetchall():
                name = f"{_quoted(schema)}.{_quoted(table)}"
                sql = _quoted(column) if is_bytes else f"CAST({_quoted(column)} AS text)"
                tables.setdefault(name, {})[column] = sql
    return tables


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _rows(table: str, columns: dict[str, str]) -> Iterator[Content]:
    """Many rows of a table at once: a piece for each column, and one that counts the rows."""
    where = table.replace('"', "").removeprefix("public.")
    with connection.chunked_cursor() as cursor:
        # Names come from the database's own catalogue and are quoted.
        cursor.execute(f"SELECT {', '.join(columns.values()) or '1'} FROM {table}")  # noqa: S608
        while rows := cursor.fetchmany(ROWS):
            for index, column in enumerate(columns):
                data = b"\0\n\0".join(as_bytes(row[index]) for row in rows)
                yield Content(f"{where}.{column}", data)
            yield Content(where, b"", count=len(rows))


def as_bytes(value: Any) -> bytes:
    """A value of a column, or of a cache, as it would lie in a file."""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    return b"" if value is None else str(value).encode(errors="surrogateescape")


def sqlite_paths() -> list[Path]:
    """Where the database's file lies and what SQLite may keep beside it.

    The file itself comes last: what stood in the write-ahead log is moved there at any moment.
    """
    path = Path(str(connection.settings_dict["NAME"]))
    return [path.with_name(path.name + suffix) for suffix in ("-wal", "-journal", "-shm", "")]


def sqlite_files() -> list[Path]:
    """Those of the files that are there; none when the database lies in memory."""
    return [path for path in sqlite_paths() if path.is_file()]


def sqlite_contents() -> Iterator[Content]:
    return path_contents(sqlite_files())


def dump_contents() -> Iterator[Content]:
    """The output of pg_dump. The password goes through the environment, where `ps` does not show it."""
    if shutil.which("pg_dump") is None:
        yield Content("pg_dump", b"", error="is not installed here")
        return
    arguments, environment = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    with (
        subprocess.Popen(  # noqa: S603  (the program is constant, the arguments are the settings)
            ["pg_dump", *arguments[1:]],  # noqa: S607
            env={**os.environ, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process
    ):
        assert process.stdout is not None  # noqa: S101  (asked for above)
        for data in pieces(process.stdout.read):
            yield Content("pg_dump", data)
    if process.returncode:
        yield Content("pg_dump", b"", error=f"ended with {process.returncode}; is it too old?")
    else:
        yield Content("pg_dump", b"", count=1)


def session_store() -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore


def session_contents() -> Iterator[Content]:
    """What the sessions in the database hold, decoded as the site would decode it."""
    store = session_store()()
    for row in store.model.objects.all().iterator(chunk_size=ROWS):
        values = json.dumps(store.decode(row.session_data), default=repr, ensure_ascii=False)
        yield Content(row._meta.db_table, values.encode(errors="surrogateescape"), count=1)  # noqa: SLF001
