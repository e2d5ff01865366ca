"""Rows of any model, written by SQL and never kept: what of them is noticed as a change."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from modelcluster.fields import ParentalKey
from wagtail.models import Page

from clinic_site.remembered.shown import shown_tables
from clinic_site.remembered.version import content_version

NUMBERS = 20_000  # beyond every key of a test's rows, and small enough for the smallest column

# By the field's class, most special first: each gives another value for another number.
MAKERS: list[tuple[type[models.Field], Callable[[int], Any]]] = [
    (models.BooleanField, lambda number: number % 2 == 1),
    (models.DateTimeField, lambda number: datetime(2027, 1, number, tzinfo=UTC)),
    (models.DateField, lambda number: date(2027, 1, number)),
    (models.TimeField, time),
    (models.DurationField, lambda number: timedelta(days=number)),
    (models.UUIDField, lambda number: UUID(int=number)),
    (models.BinaryField, lambda number: bytes([number])),
    (models.IntegerField, lambda number: NUMBERS + number),
    (models.FloatField, float),
    (models.FileField, lambda number: f"v{number}"),
    (models.CharField, lambda number: f"v{number}"),
    (models.TextField, lambda number: f"v{number}"),
]

# The database refuses a row where these come before the others.
LATER = {
    "booking.ClinicClosing": {"last_day"},
    "booking.LocationClosing": {"last_day"},
    "booking.OpeningHours": {"closes"},
}
# Of these columns it takes no larger number than a hundred.
SMALL = {"django_tasks_database.DBTaskResult.priority"}


def value(field: models.Field, number: int) -> Any:
    """A value of that column, as the database takes it; 1 is true where there is true and false."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    if str(field) in SMALL:
        return number
    if field.get_internal_type() == "JSONField":
        return json.dumps([number])
    make = next(make for kind, make in MAKERS if isinstance(field, kind))
    return field.get_db_prep_save(make(number), connection)


@contextmanager
def undone() -> Iterator[None]:
    """Nothing that happens inside stays."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def changes_version(sql: str, *values: Any) -> bool:
    before = content_version()
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        assert cursor.rowcount == 1
    return content_version() != before


def columns_of(model: type[models.Model]) -> dict[str, models.Field]:
    return {field.column: field for field in model._meta.local_concrete_fields}


def noticed(model: type[models.Model], *, page: int | None = None) -> set[str]:
    """What raises the version: "insert", "delete", and each column whose value becomes another.

    The row belongs to that page where it is a page's content, to a live one unless another is given.
    """
    fields = columns_of(model)
    page = page or Page.objects.get(depth=1).pk
    later = LATER.get(model._meta.label, set())
    row = {column: value(field, 3 if column in later else 1) for column, field in fields.items()}
    row |= {column: page for column, field in fields.items() if is_of_a_page(model, field)}
    table, names = quoted(model._meta.db_table), ", ".join(map(quoted, row))
    this = f"{quoted(model._meta.pk.column)} = %s"
    key = row[model._meta.pk.column]
    # Everywhere else whatever is written counts.
    telling_apart = {quoted(each.table) for each in shown_tables() if each.has_hidden_parts}
    found = set()
    with undone():
        marks = ", ".join(["%s"] * len(row))
        if changes_version(f"INSERT INTO {table} ({names}) VALUES ({marks})", *row.values()):
            found.add("insert")
        for column, field in fields.items():
            update = f"UPDATE {table} SET {quoted(column)} = %s WHERE {this}"
            if table in telling_apart:
                with undone():
                    assert not changes_version(update, row[column], key), f"{column} is as it was"
            with undone():
                if changes_version(update, value(field, 2), key):
                    found.add(column)
        if changes_version(f"DELETE FROM {table} WHERE {this}", key):
            found.add("delete")
    return found


def is_of_a_page(model: type[models.Model], field: models.Field) -> bool:
    """Whether the column says whose content the row is."""
    is_part = isinstance(field, ParentalKey) or (field.primary_key and issubclass(model, Page))
    return is_part and field.is_relation and issubclass(field.related_model, Page)


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)
