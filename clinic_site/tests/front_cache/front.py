"""A front cache around an application that the test holds in its hand, and a content version likewise."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from threading import Condition, Thread, get_ident
from typing import Any

import pytest
from django.db import OperationalError

from clinic_site.front_cache import wsgi
from clinic_site.front_cache.keeping import MARK

LIMIT = 1024 * 1024
BODY = b"<p>The clinic is open.</p>" * 40


class Knowledge:
    """What this process knows of the content: a version, or None while the database is away."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.version: tuple[int, int] | None = (1, 1)
        self.connections_looked_after = 0
        monkeypatch.setattr(wsgi, "known_version", lambda: self.version)
        monkeypatch.setattr(wsgi, "recent_version", self._read)
        monkeypatch.setattr(wsgi, "close_old_connections", self._look_after)

    def _read(self) -> tuple[int, int]:
        if self.version is None:
            raise OperationalError("The database is away.")
        return self.version

    def _look_after(self) -> None:
        self.connections_looked_after += 1


@dataclass
class Application:
    """Answers as its attributes say, and counts how often it was asked."""

    body: bytes = BODY
    status: str = "200 OK"
    allowed: bool = True
    until: float = float("inf")
    more_headers: list[tuple[str, str]] = field(default_factory=list)
    meanwhile: Callable[[], Any] = lambda: None
    asked: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.asked.append(environ)
        if self.allowed and MARK in environ:
            environ[MARK].given = True
            environ[MARK].until = self.until
        body = self.body
        self.meanwhile()
        start_response(
            self.status,
            [
                ("Content-Type", "text/html; charset=utf-8"),
                ("Content-Length", str(len(body))),
                ("Vary", "Cookie"),
                *self.more_headers,
            ],
        )
        return [body]


@dataclass(frozen=True)
class Answer:
    status: str
    headers: dict[str, str]
    body: bytes


def ask(application: Any, path: str = "/x/", method: str = "GET", **environ: Any) -> Answer:
    """What a server would send. HTTP_HOST and the like go as they are; None takes one away."""
    told: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        told[:] = [status, headers]
        return written.append

    written: list[bytes] = []
    given = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "HTTP_HOST": "testserver",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        **environ,
    }
    result = application({k: v for k, v in given.items() if v is not None}, start_response)
    try:
        written += list(result)
    finally:
        if hasattr(result, "close"):
            result.close()
    status, headers = told
    assert len(dict(headers)) == len(headers), "a header came twice"
    return Answer(status, dict(headers), b"".join(written))


class Turns:
    """Threads of which one runs at a time; at each `pause()` a seeded random says which goes on."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._condition = Condition()
        self._waiting: list[int] = []
        self._turn = 0

    def pause(self) -> None:
        """Let another thread go on, or the same one. Nothing happens outside `run()`."""
        me = get_ident()
        if me not in self._waiting:
            return
        with self._condition:
            self._next()
            assert self._condition.wait_for(lambda: self._turn == me, timeout=60)

    def run(self, *works: Callable[[], Any]) -> list[BaseException]:
        """Run all of them to their end; what they raised."""
        raised: list[BaseException] = []
        threads = [Thread(target=self._work, args=(work, raised), daemon=True) for work in works]
        for thread in threads:
            thread.start()
        with self._condition:
            assert self._condition.wait_for(lambda: len(self._waiting) == len(works), timeout=60)
            self._waiting.sort(key=[thread.ident for thread in threads].index)
            self._next()
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive(), "a thread is stuck"
        return raised

    def _work(self, work: Callable[[], Any], raised: list[BaseException]) -> None:
        me = get_ident()
        with self._condition:
            self._waiting.append(me)
            self._condition.notify_all()
            self._condition.wait_for(lambda: self._turn == me, timeout=60)
        try:
            work()
        except BaseException as error:  # noqa: BLE001  (it is handed on)
            raised.append(error)
        with self._condition:
            self._waiting.remove(me)
            self._next()

    def _next(self) -> None:
        self._turn = self._random.choice(self._waiting) if self._waiting else 0
        self._condition.notify_all()

    def event(self) -> "TurnEvent":
        return TurnEvent(self)


class TurnEvent:
    """threading.Event for threads that take turns; patience never ends."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._set = False

    def set(self) -> None:
        self._set = True

    def wait(self, timeout: float | None = None) -> bool:
        for _ in range(10_000):
            if self._set:
                return True
            self._turns.pause()
        raise AssertionError("nobody wakes those who wait")


@contextmanager
def running(*works: Callable[[], Any]) -> Iterator[list[Any]]:
    """Works in threads of their own; after the block they have ended, and the list holds what came."""
    came: list[Any] = []

    def keep(work: Callable[[], Any]) -> None:
        try:
            came.append(work())
        except BaseException as error:  # noqa: BLE001  (it is handed on)
            came.append(error)

    threads = [Thread(target=keep, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    yield came
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "a thread is stuck"
