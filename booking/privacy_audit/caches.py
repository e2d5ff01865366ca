"""What each configured cache keeps, as far as another process can see it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.redis import RedisCache

from .database import as_bytes
from .files import Content, folder_contents

SCAN_AT_ONCE = 500


def cache_contents(cache: Any) -> tuple[Callable[[], Iterator[Content]] | None, str]:
    """How to read the cache, or None; and what a person should know about it."""
    if isinstance(cache, FileBasedCache):
        folder = Path(cache._dir)  # type: ignore[attr-defined]  # noqa: SLF001  (the only way to it)
        return lambda: folder_contents(folder), ""
    if isinstance(cache, RedisCache):
        return lambda: redis_contents(cache), ""
    if isinstance(cache, DatabaseCache):
        return None, "a table, searched with the others"
    if isinstance(cache, DummyCache):
        return None, "keeps nothing"
    return None, "in the memory of other processes: not visible from here"


def redis_contents(cache: RedisCache) -> Iterator[Content]:
    """Every key of the Redis database, whoever wrote it, with its value."""
    client = cache._cache.get_client()  # noqa: SLF001
    readers: dict[str, Callable[[bytes], Any]] = {
        "string": client.get,
        "hash": client.hgetall,
        "list": lambda key: client.lrange(key, 0, -1),
        "set": client.smembers,
        "zset": lambda key: client.zrange(key, 0, -1),
        "stream": client.xrange,
    }
    for key in client.scan_iter(count=SCAN_AT_ONCE):
        kind = as_bytes(client.type(key)).decode()
        if kind not in readers and kind != "none":
            yield Content("Redis", key, error=f"holds a value of type {kind}")
            continue
        value = readers[kind](key) if kind in readers else None
        yield Content("Redis", as_bytes(key) + b"\0" + as_bytes(_flat(value)), count=1)


def _flat(value: Any) -> Any:
    """The bytes of a value of several parts, one after the other."""
    if isinstance(value, dict):
        value = [part for pair in value.items() for part in pair]
    if isinstance(value, list | tuple | set):
        return b"\0".join(as_bytes(_flat(part)) for part in value)
    return value
