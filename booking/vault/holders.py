"""Where sealed rows lie: the tables of other apps that the vault counts, and never opens.

A model says so itself: `@holders.register`. It has the columns `sealed` and `key_id`.
"""

from collections import Counter
from typing import Any, TypeVar

from django.db.models import Count, Model

_models: list[type[Model]] = []
ModelClass = TypeVar("ModelClass", bound=type[Model])


def register(model: ModelClass) -> ModelClass:
    """Count the rows of this model; a class decorator."""
    _models.append(model)
    return model


def rows_by_key() -> dict[str, Counter[bytes]]:
    """How many rows of each table were sealed to each key id; one query a table."""
    return {model._meta.label: Counter(dict(_counted(model))) for model in _models}  # noqa: SLF001  (documented)


def rows_of(key_id: bytes) -> int:
    """How many rows of all tables were sealed to that key id."""
    managers: list[Any] = [model._default_manager for model in _models]  # noqa: SLF001  (documented)
    return sum(manager.filter(key_id=key_id).count() for manager in managers)


def _counted(model: Any) -> list[tuple[bytes, int]]:
    counted = model._default_manager.order_by().values_list("key_id").annotate(rows=Count("*"))  # noqa: SLF001
    return [(raw_bytes(kid), rows) for kid, rows in counted]


def raw_bytes(value: Any) -> bytes:
    """The bytes of a blob column; of its text where somebody wrote text, as SQLite lets him."""
    return value.encode() if isinstance(value, str) else bytes(value)
