"""Somebody else writes to the database in the middle of something: a race that always happens."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def meanwhile(statement: str, change: Callable[[], Any]) -> Iterator[None]:
    """Runs `change` once, just before the first SQL statement that begins so."""
    waiting = [change]

    def step_in(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if waiting and sql.startswith(statement):
            waiting.pop()()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(step_in):
        yield
    assert not waiting, f"no statement began with {statement}"
