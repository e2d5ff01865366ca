"""Every change that readers can see leaves a mark, whoever makes it: triggers of the database do that.

They stand on every table of shown.py and write inside the transaction that changes a row. While
tables are altered they are away, and nothing that was read in between is kept (version.py).
"""

from collections.abc import Iterable
from contextlib import nullcontext
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from .shown import shown_tables
from .triggers import (
    FUNCTIONS,
    PREFIX,
    WITHOUT_FUNCTIONS,
    Columns,
    Trigger,
    is_postgresql,
    triggers_of,
)
from .version import MARKS, UNWATCHED, content_changed

MARKS_KEPT = 1_000
MARKS_AGE = timedelta(days=1)

_COLUMNS = {
    "sqlite": """SELECT m.name, p.name, p.type FROM sqlite_master m, pragma_table_info(m.name) p
        WHERE m.type = 'table'""",
    "postgresql": """SELECT c.relname, a.attname, format_type(a.atttypid, NULL)
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
        AND c.relnamespace = current_schema()::regnamespace""",
}
_STANDING = {
    "sqlite": "SELECT tbl_name, name, 1 FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": """SELECT c.relname, t.tgname, t.tgenabled IN ('O', 'A')
        FROM pg_class c JOIN pg_trigger t ON t.tgrelid = c.oid
        WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace""",
}
Standing = dict[tuple[str, str], bool]  # by table and name, whether it is switched on


def missing_triggers() -> list[str]:
    """The tables of which a change would not be noticed. None before the table of marks is there."""
    standing = _standing()
    return sorted({each.table for each in _wanted() if not standing.get((each.table, each.name))})


def renew_triggers() -> bool:
    """Bring the triggers to what the code and the tables ask for; says whether any was another."""
    wanted = {(each.table, each.name): each for each in _wanted()}
    standing = _standing()
    wrong = [key for key, is_on in standing.items() if key not in wanted or not is_on]
    right = standing.keys() - wrong
    new = [trigger.sql for key, trigger in wanted.items() if key not in right]
    functions = FUNCTIONS if new and is_postgresql() else ()
    _run([*map(_dropping, wrong), *functions, *new])
    return bool(wrong or new)


def drop_triggers() -> None:
    """Take all of them away before tables are altered: nothing is kept until `changes_noticed()`."""
    if MARKS in _columns():
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {MARKS} (id, changed_at) VALUES (%s, CURRENT_TIMESTAMP) "  # noqa: S608
                "ON CONFLICT DO NOTHING",
                [UNWATCHED],
            )
    functions = WITHOUT_FUNCTIONS if is_postgresql() else ()
    _run([*map(_dropping, _standing()), *functions])


def changes_noticed(*, something_changed: bool) -> None:
    """Say that the triggers stand again, and leave one mark for what they did not see."""
    if MARKS not in _columns():
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {MARKS} WHERE id = %s", [UNWATCHED])  # noqa: S608
        if something_changed or cursor.rowcount:
            content_changed()


def forget_old_changes() -> int:
    """Delete marks of more than a day ago, once there are many; returns how many were deleted.

    That is a change of the version too, so it is not done for a few.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {MARKS}")  # noqa: S608
        if cursor.fetchone()[0] <= MARKS_KEPT:
            return 0
        cursor.execute(
            f"DELETE FROM {MARKS} WHERE id >= 0 AND changed_at < %s",  # noqa: S608
            [connection.ops.adapt_datetimefield_value(timezone.now() - MARKS_AGE)],
        )
        return int(cursor.rowcount)


def _wanted() -> list[Trigger]:
    """The triggers for the tables that are there, with the columns that they have."""
    columns = _columns()
    if MARKS not in columns:
        return []
    there = (shown for shown in shown_tables() if shown.table in columns)
    return [trigger for shown in there for trigger in triggers_of(shown, columns[shown.table])]


def _columns() -> dict[str, Columns]:
    """The columns of every table as the database has them, which may be older than the models."""
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in _rows(_COLUMNS[connection.vendor]):
        found.setdefault(table, {})[column] = kind
    return {**found}


def _standing() -> Standing:
    rows = _rows(_STANDING[connection.vendor])
    return {(table, name): bool(on) for table, name, on in rows if name.startswith(PREFIX)}


def _rows(sql: str) -> list[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def _dropping(standing: tuple[str, str]) -> str:
    table, name = map(connection.ops.quote_name, standing)
    return f"DROP TRIGGER {name} ON {table}" if is_postgresql() else f"DROP TRIGGER {name}"


def _run(statements: Iterable[str]) -> None:
    """On SQLite in one go, which is quick. On PostgreSQL one by one: a lock of one table is held while
    none of another is waited for, so that no request of readers stands in the way."""
    with nullcontext() if is_postgresql() else transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
