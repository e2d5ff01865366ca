"""Where sealed rows lie: the tables of other apps that the vault counts, and never opens.

A model says so itself: `@holders.register`. It has the columns `sealed` and `key_id`. What counts is
the key id at the head of the sealed blob: the column beside it is for finding rows, and whoever
writes to the database can change it alone.
"""

from collections import Counter
from typing import Any, TypeVar

from django.db.models import BinaryField, Count, Model, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Substr

# Where crypto.py puts the key id: behind magic, version and suite.
# Of a blob that is empty it is empty too, where SQLite would say that it is unknown.
HEADER_KEY_ID = Coalesce(
    Substr("sealed", 7, 8, output_field=BinaryField()), Value(b"", output_field=BinaryField())
)

_models: list[type[Model]] = []
ModelClass = TypeVar("ModelClass", bound=type[Model])


def register(model: ModelClass) -> ModelClass:
    """Count the rows of this model; a class decorator."""
    _models.append(model)
    return model


def rows_by_key() -> dict[str, Counter[bytes]]:
    """How many rows of each table were sealed to each key id; one query a table."""
    return {model._meta.label: Counter(dict(_counted(model))) for model in _models}


def rows_of(key_id: bytes) -> int:
    """How many rows of all tables were sealed to that key id, or say so: both keep its epoch."""
    managers: list[Any] = [model._default_manager for model in _models]
    return sum(sealed_to(manager.all(), key_id).count() for manager in managers)


def sealed_to(rows: QuerySet[Any], key_id: bytes) -> QuerySet[Any]:
    """Those of the rows that were sealed to the key id, or say so in their column."""
    return rows.alias(header=HEADER_KEY_ID).filter(Q(header=key_id) | Q(key_id=key_id))


def sealed_rows(model: Any) -> QuerySet[Any]:
    """All rows but those that were emptied on purpose, as a condition of the model says: `EMPTIED`."""
    rows: QuerySet[Any] = model._default_manager.all()
    return rows.exclude(model.EMPTIED) if hasattr(model, "EMPTIED") else rows


def _counted(model: Any) -> list[tuple[bytes, int]]:
    rows = sealed_rows(model).order_by().annotate(header=HEADER_KEY_ID)
    counted = rows.values_list("header").annotate(rows=Count("*"))
    return [(raw_bytes(kid), number) for kid, number in counted]


def raw_bytes(value: Any) -> bytes:
    """The bytes of a blob column; of its text where somebody wrote text, as SQLite lets him."""
    return value.encode() if isinstance(value, str) else bytes(value)
