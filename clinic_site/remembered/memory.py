"""Values derived from content, kept in the process for as long as the content version stays the same.

A value is made under a version that was read before it was made, so it is never older than that version
says. It is shared by all threads: whoever gets one reads it and changes nothing.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from threading import Lock, local
from typing import TypeVar

from django.utils.translation import get_language

from .version import Version, content_version, recent_version

Value = TypeVar("Value")

# A page takes three values, the largest of them about 100 KB.
MOST_VALUES = 1000


class Memory:
    """What was derived from the content of one version; the least used goes first."""

    def __init__(self, version: Version) -> None:
        self.version = version
        self._values: OrderedDict[Hashable, object] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: Hashable) -> object:
        """The value, or None."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def keep(self, key: Hashable, value: object) -> None:
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > MOST_VALUES:
                self._values.popitem(last=False)


class _Newest:
    """The memory of the newest version that this process has read."""

    def __init__(self) -> None:
        self.memory: Memory | None = None

    def recent(self) -> Memory:
        version = recent_version()
        memory = self.memory
        if memory is None or memory.version != version:
            memory = self.memory = Memory(version)
        return memory


_newest = _Newest()
_in_hand = local()


@contextmanager
def content_in_hand() -> Iterator[None]:
    """Inside, `recall` remembers: one version from beginning to end. Raises django.db's errors.

    For work that changes no content; what it had changed itself would not be seen.
    """
    before = getattr(_in_hand, "memory", None)
    _in_hand.memory = _newest.recent() if before is None else before
    try:
        yield
    finally:
        _in_hand.memory = before


def recall(
    key: Hashable, make: Callable[[], Value], *, holds: Callable[[Value], bool] | None = None
) -> Value:
    """The value that `make` gives, made once a version and language where content is in hand.

    Outside of that it is made each time. None is never kept; what does not hold any more is made again.
    """
    memory: Memory | None = getattr(_in_hand, "memory", None)
    if memory is None:
        return make()
    key = (get_language(), key)
    found: Value = memory.get(key)  # type: ignore[assignment]  # under a key lies what its own `make` gave
    if found is None or (holds and not holds(found)):
        found = make()
        if found is not None:
            memory.keep(key, found)
    return found


def recall_unchanged(key: Hashable, make: Callable[[], Value]) -> Value:
    """As `recall`, for what may not be a second old: it is made again unless the database says now, in
    one query, that nothing has changed since."""
    memory: Memory | None = getattr(_in_hand, "memory", None)
    if memory is None or memory.version != content_version():
        return make()
    return recall(key, make)


def forget_everything() -> None:
    """Begin again with nothing kept: between tests."""
    _newest.memory = None
