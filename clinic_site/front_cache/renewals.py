"""Who makes a page anew when it is no longer true: one request, and the others wait."""

import time
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from threading import Event, Lock


class Renewals:
    """The pages that are being made anew. It holds no more of them than there are threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._running: dict[Hashable, Event] = {}

    def __len__(self) -> int:
        return len(self._running)

    @contextmanager
    def turn(self, key: Hashable, patience: float) -> Iterator[bool]:
        """True for whoever came first. The others wait until that one ends, however it does, or until
        their patience does (on the monotonic clock), and get False."""
        own = Event()
        with self._lock:
            running = self._running.setdefault(key, own)
        if running is not own:
            running.wait(max(0.0, patience - time.monotonic()))
            yield False
            return
        try:
            yield True
        finally:
            with self._lock:
                del self._running[key]
            own.set()
