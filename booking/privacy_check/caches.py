"""What each configured cache keeps, as far as another process can see it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache

from .files import Content, folder_contents

# Said of a place that exists and that no program but its own can look into.
OUT_OF_SIGHT = "not visible from here"


def cache_contents(cache: Any) -> tuple[Callable[[], Iterator[Content]] | None, str]:
    """How to read the cache, or None; and what a person should know about it."""
    if folder := cache_folder(cache):
        return lambda: folder_contents(folder), ""
    if isinstance(cache, DatabaseCache):
        return None, "a table, searched with the others"
    if isinstance(cache, DummyCache):
        return None, "keeps nothing"
    if isinstance(cache, LocMemCache):
        return None, f"in the memory of other processes: {OUT_OF_SIGHT}"
    kind = type(cache).__name__
    return lambda: iter([Content(kind, b"", error="is a cache that cannot be read from here")]), ""


def cache_folder(cache: Any) -> Path | None:
    """The folder of a cache that keeps files."""
    if not isinstance(cache, FileBasedCache):
        return None
    return Path(cache._dir)  # type: ignore[attr-defined]  # noqa: SLF001  (the only way to it)
