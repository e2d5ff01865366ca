"""The triggers as SQL: what leaves a mark when a row is inserted, updated or deleted.

The name of each ends with a digest of all that it does, so that names alone tell whether a database
has the right ones.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from django.db import connection

from .shown import Shown
from .version import MARK_BITS, MARKS

PREFIX = "shown_"
TABLE_LENGTH = 38  # of its name in a trigger's, which PostgreSQL cuts off at 63
WITHOUT_EQUALITY = ("json", "xml")
Columns = Mapping[str, str]  # the columns of a table, each with its type

_SQLITE_MARK = f"INSERT INTO {MARKS} (id, changed_at) VALUES (random() & {2**MARK_BITS - 1}, CURRENT_TIMESTAMP)"  # noqa: S608
_POSTGRESQL_MARK = (
    f"INSERT INTO {MARKS} (id, changed_at) VALUES (floor(random() * {2**MARK_BITS})::bigint, now())"  # noqa: S608
)
_IS_LIVE = "SELECT live FROM wagtailcore_page WHERE id ="

# A dump sets an empty search path while it is restored: each keeps the one it was made under.
FUNCTIONS = (
    f"""CREATE OR REPLACE FUNCTION clinic_site_content_changed() RETURNS trigger
    LANGUAGE plpgsql SET search_path FROM CURRENT
    AS $$ BEGIN {_POSTGRESQL_MARK}; RETURN NULL; END $$""",
    f"""CREATE OR REPLACE FUNCTION clinic_site_is_live(page bigint) RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path FROM CURRENT
    AS $$ BEGIN RETURN COALESCE(({_IS_LIVE} page), true); END $$""",
)
WITHOUT_FUNCTIONS = (
    "DROP FUNCTION IF EXISTS clinic_site_content_changed()",
    "DROP FUNCTION IF EXISTS clinic_site_is_live(bigint)",
)


@dataclass(frozen=True)
class Trigger:
    """One trigger; both its name and its SQL are whole."""

    name: str
    table: str
    sql: str


def triggers_of(shown: Shown, columns: Columns) -> Iterator[Trigger]:
    """All triggers of a table that has those columns."""
    if not shown.is_drawn:
        yield _trigger("insert", shown.table)
    yield _trigger("update", shown.table, _differs(shown, columns))
    yield _trigger("delete", shown.table)
    if is_postgresql():
        yield _trigger("truncate", shown.table)


def is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def _trigger(event: str, table: str, condition: str = "") -> Trigger:
    rows = "STATEMENT" if event == "truncate" else "ROW"
    told = f"AFTER {event.upper()} ON {_quoted(table)} FOR EACH {rows}"
    when = f" WHEN ({condition})" if condition else ""
    function = "EXECUTE FUNCTION clinic_site_content_changed()"
    rest = f"{told}{when} {function if is_postgresql() else f'BEGIN {_SQLITE_MARK}; END'}"
    all_of_it = [rest, *FUNCTIONS] if is_postgresql() else [rest]
    digest = sha256("\n".join(all_of_it).encode()).hexdigest()[:8]
    name = f"{PREFIX}{event}_{table[:TABLE_LENGTH]}_{digest}"
    return Trigger(name, table, f"CREATE TRIGGER {_quoted(name)} {rest}")


def _differs(shown: Shown, columns: Columns) -> str:
    """The condition under which an update is seen; empty where every one is.

    A condition names columns, and PostgreSQL writes no table anew by a column that a trigger names
    (vault/shredding.py does): only where staff write what readers do not see is one asked for.
    """
    if not shown.has_hidden_parts:
        return ""
    parts = []
    for column, kind in sorted(columns.items()):  # their order is another after some migrations
        if column in shown.hidden:
            continue
        differs = _is_another(column, kind)
        condition = shown.conditions.get(column)
        parts.append(f"({differs} AND ({condition}))" if condition else differs)
    seen = " OR ".join(parts)
    page = shown.page_column
    if seen and page in columns:
        return f"({seen}) AND ({_is_live(f'OLD.{page}')} OR {_is_live(f'NEW.{page}')})"
    return seen


def _is_another(column: str, kind: str) -> str:
    name = _quoted(column)
    if not is_postgresql():
        return f"OLD.{name} IS NOT NEW.{name}"
    cast = "::text" if kind in WITHOUT_EQUALITY else ""
    return f"OLD.{name}{cast} IS DISTINCT FROM NEW.{name}{cast}"


def _is_live(page: str) -> str:
    if is_postgresql():
        return f"clinic_site_is_live({page})"
    return f"COALESCE(({_IS_LIVE} {page}), 1)"


def _quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))
