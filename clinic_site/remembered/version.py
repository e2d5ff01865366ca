"""The content version: what tells every process that something changed which readers can see.

Whatever changes content leaves a mark in one table, inside the transaction that changes it (see
changes.py). The version is the number of all marks and the sum of their random ids: it is another one
after every change, however transactions overtake each other, and never the same one twice. While
changes go unnoticed, because `migrate` took the triggers away, it is another one at every reading.
"""

import secrets
import time
from threading import Lock

from django.conf import settings
from django.db import Error, OperationalError, connection

# No model: the WSGI entry asks here before Django has loaded any.
MARKS = "clinic_site_contentchange"
MARK_BITS = 48
# The mark that says that no trigger stands; every other id is 0 or more.
UNWATCHED = -1

# In halves: their sums fit SQLite's integers however many marks there are.
_HALF = 2**24
_VERSION = f"""SELECT COUNT(*), COALESCE(SUM(id / {_HALF}), 0), COALESCE(SUM(id % {_HALF}), 0),
    COALESCE(MIN(id), 0) FROM {MARKS}"""  # noqa: S608

Version = tuple[int, int]


def content_version() -> Version:
    """The version as the database has it now; one query. Raises django.db's errors."""
    with connection.cursor() as cursor:
        cursor.execute(_VERSION)
        count, high, low, lowest = map(int, cursor.fetchone())
    if lowest == UNWATCHED:
        return UNWATCHED, secrets.randbits(MARK_BITS)
    return count, high * _HALF + low


def content_changed() -> None:
    """Say that content changed where no trigger saw it: a backup was restored, or a file replaced."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {MARKS} (id, changed_at) VALUES (%s, CURRENT_TIMESTAMP)",  # noqa: S608
            [secrets.randbits(MARK_BITS)],
        )


class _Reading:
    """The last version that this process read, and until when (on the monotonic clock) that counts."""

    def __init__(self) -> None:
        self._lock = Lock()
        # One value, so that it is read whole without the lock.
        self._last: tuple[Version, float] | None = None
        self._failed_at = 0.0

    def known(self) -> Version | None:
        last = self._last
        return last[0] if last is not None and time.monotonic() < last[1] else None

    def recent(self) -> Version:
        came_at = time.monotonic()
        with self._lock:
            known = self.known()
            if known is None:
                known = self._read(came_at)
            return known

    def _read(self, came_at: float) -> Version:
        if self._failed_at > came_at:
            # Whoever waited for a database that is away has waited long enough.
            raise OperationalError("The content version could not be read.")
        # From before the query: what it tells may be as old as that.
        until = time.monotonic() + settings.CONTENT_VERSION_SECONDS
        try:
            version = content_version()
        except Error:
            self._failed_at = time.monotonic()
            raise
        self._last = version, until
        return version

    def forget(self) -> None:
        with self._lock:
            self._last, self._failed_at = None, 0.0


_reading = _Reading()


def known_version() -> Version | None:
    """The version that `recent_version()` would give without a query; None when it would ask."""
    return _reading.known()


def recent_version() -> Version:
    """The version as this process read it at most CONTENT_VERSION_SECONDS ago. Raises django.db's errors.

    Inside a transaction it is read there and then and told nobody else: it holds changes that may be
    rolled back, and lacks those of others.
    """
    if _in_transaction():
        return content_version()
    return _reading.known() or _reading.recent()


def _in_transaction() -> bool:
    """Whether the code at hand began a transaction; the one around a test is none of its own."""
    return any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)


def forget_version() -> None:
    """Ask the database again at the next `recent_version()`: after a fork, and between tests."""
    _reading.forget()
