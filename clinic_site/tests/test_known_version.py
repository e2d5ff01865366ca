"""The content version as a process knows it: one query a second at most, and none by those who waited."""

import time
from threading import Event, Semaphore
from typing import Any

import pytest
from django.db import OperationalError

from clinic_site.remembered import version

from .front_cache.front import running

SECOND = 1.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[float]:
    """The monotonic clock, to be set; nothing is known at its start."""
    settings.CONTENT_VERSION_SECONDS = SECOND
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(version, "_reading", version._Reading())
    return now


def test_the_database_is_asked_once_a_second(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []
    monkeypatch.setattr(
        version, "content_version", lambda: (asked.append(clock[0]) or len(asked), 0)
    )

    assert version.known_version() is None
    assert version.recent_version() == version.known_version() == (1, 0)
    clock[0] += SECOND - 0.001
    assert version.recent_version() == version.known_version() == (1, 0)
    clock[0] += 0.001
    assert version.known_version() is None
    assert version.recent_version() == (2, 0)
    version.forget_version()
    assert version.known_version() is None
    assert version.recent_version() == (3, 0)


def test_a_version_is_as_old_as_its_question(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly() -> tuple[int, int]:
        clock[0] += SECOND
        return 1, 0

    monkeypatch.setattr(version, "content_version", slowly)

    assert version.recent_version() == (1, 0)
    assert version.known_version() is None


def test_who_waited_for_a_database_that_is_away_does_not_ask_it_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, entered, waiting, gate = [], Event(), Semaphore(0), Event()
    reading = version._Reading()
    monkeypatch.setattr(version, "_reading", reading)

    def away() -> tuple[int, int]:
        asked.append(1)
        entered.set()
        assert gate.wait(60)
        raise OperationalError

    monkeypatch.setattr(version, "content_version", away)
    lock = reading._lock
    reading._lock = TellingLock(lock, waiting)

    with running(version.recent_version) as first:
        assert entered.wait(60)
        with running(*[version.recent_version] * 3) as others:
            for _ in range(4):
                assert waiting.acquire(timeout=60)
            gate.set()

    assert [type(each) for each in first + others] == [OperationalError] * 4
    assert len(asked) == 1
    with pytest.raises(OperationalError):
        version.recent_version()
    assert len(asked) == 2


class TellingLock:
    """A lock that tells of everybody who comes for it, before they get it."""

    def __init__(self, lock: object, comes: Semaphore) -> None:
        self._lock, self._comes = lock, comes

    def __enter__(self) -> None:
        self._comes.release()
        self._lock.acquire()

    def __exit__(self, *exc_info: object) -> None:
        self._lock.release()
