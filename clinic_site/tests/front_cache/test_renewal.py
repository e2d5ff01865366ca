"""How a kept page becomes a new one: one request makes it, nobody gets the old one, nobody is stuck."""

import os
from collections.abc import Callable
from contextlib import suppress
from random import Random, SystemRandom
from threading import Event, Semaphore
from typing import Any

import pytest

from clinic_site.front_cache import renewals, wsgi
from clinic_site.front_cache.keeping import MARK
from clinic_site.front_cache.wsgi import FrontCache

from .front import LIMIT, Application, Knowledge, Turns, ask, running

WAITERS = 3
INTERLEAVINGS = 1000


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> Semaphore:
    """Is released once for every request that begins to wait for another one."""
    began = Semaphore(0)

    class Told(Event):
        def wait(self, timeout: float | None = None) -> bool:
            began.release()
            return super().wait(timeout)

    monkeypatch.setattr(renewals, "Event", Told)
    return began


class Slow(Application):
    """Once `slow`, it enters, waits at the gate, and then does `outcome`."""

    def __init__(self) -> None:
        super().__init__(body=b"old")
        self.entered, self.gate = Semaphore(0), Event()
        self.meanwhile = self.wait_at_gate
        self.slow = False
        self.outcome: Callable[[], Any] = lambda: None

    def wait_at_gate(self) -> None:
        if self.slow:
            self.slow = False
            self.entered.release()
            assert self.gate.wait(60)
            self.outcome()


def changed(inner: Slow, knowledge: Knowledge) -> FrontCache:
    """A front cache that holds a page which is no longer true; the application is slow now."""
    front = FrontCache(inner, LIMIT)
    ask(front)
    inner.body, knowledge.version, inner.slow = b"new", (2, 2), True
    return front


def acquire(semaphore: Semaphore, times: int = 1) -> None:
    for _ in range(times):
        assert semaphore.acquire(timeout=60)


def rebuild_among_waiters(
    front: FrontCache, inner: Slow, waiting: Semaphore
) -> tuple[list[Any], list[Any]]:
    """What the request that rebuilds got, and what those got that waited for it."""
    with running(lambda: ask(front)) as first:
        acquire(inner.entered)
        with running(*[lambda: ask(front)] * WAITERS) as others:
            acquire(waiting, WAITERS)
            assert others == []
            inner.gate.set()
    assert len(front.renewals) == 0
    return first, others


def test_one_request_rebuilds_and_the_others_wait_for_its_bytes(
    knowledge: Knowledge, waiting: Semaphore
) -> None:
    inner = Slow()
    front = changed(inner, knowledge)

    first, others = rebuild_among_waiters(front, inner, waiting)

    assert [each.body for each in first + others] == [b"new"] * (1 + WAITERS)
    assert len(inner.asked) == 2


def test_a_page_that_another_request_has_just_renewed_is_not_made_again(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = Application()
    front = FrontCache(inner, LIMIT)
    ask(front)
    knowledge.version = (2, 2)
    turn = front.renewals.turn

    def comes_late(key: Any, patience: float) -> Any:
        monkeypatch.setattr(front.renewals, "turn", turn)
        ask(front)
        return turn(key, patience)

    monkeypatch.setattr(front.renewals, "turn", comes_late)
    ask(front)

    assert len(inner.asked) == 2


@pytest.mark.parametrize(
    "killed", [RuntimeError, SystemExit, GeneratorExit, KeyboardInterrupt, StopIteration]
)
def test_a_killed_rebuild_leaves_nobody_waiting(
    knowledge: Knowledge, waiting: Semaphore, killed: type[BaseException]
) -> None:
    inner = Slow()
    front = changed(inner, knowledge)

    def die() -> None:
        raise killed

    inner.outcome = die

    first, others = rebuild_among_waiters(front, inner, waiting)

    assert [type(each) for each in first] == [killed]
    assert [each.body for each in others] == [b"new"] * WAITERS
    assert ask(front).body == b"new"


def test_an_answer_that_may_not_be_kept_leaves_nobody_waiting(
    knowledge: Knowledge, waiting: Semaphore
) -> None:
    inner = Slow()
    front = changed(inner, knowledge)
    inner.status = "404 Not Found"

    first, others = rebuild_among_waiters(front, inner, waiting)

    assert [each.status for each in first + others] == ["404 Not Found"] * (1 + WAITERS)
    assert len(front.entries) == 0


def test_patience_ends(knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = Slow()
    front = changed(inner, knowledge)

    with running(lambda: ask(front)):
        acquire(inner.entered)
        monkeypatch.setattr(wsgi, "PATIENCE_SECONDS", 0)
        assert ask(front).body == b"new"
        inner.gate.set()


def test_pages_that_were_never_kept_are_not_waited_for(
    knowledge: Knowledge, waiting: Semaphore
) -> None:
    inner = Slow()
    inner.slow = True
    front = FrontCache(inner, LIMIT)

    with running(lambda: ask(front)):
        acquire(inner.entered)
        assert ask(front).body == b"old"
        assert len(front.renewals) == 0
        inner.gate.set()


def test_another_page_is_not_waited_for(knowledge: Knowledge, waiting: Semaphore) -> None:
    inner = Slow()
    front = FrontCache(inner, LIMIT)
    for path in ("/a/", "/b/"):
        ask(front, path)
    knowledge.version, inner.slow = (2, 2), True

    with running(lambda: ask(front, "/a/")):
        acquire(inner.entered)
        assert ask(front, "/b/").status == "200 OK"
        assert ask(front, "/a/", "HEAD").status == "200 OK"
        inner.gate.set()


# The version -----------------------------------------------------------------------------------


def test_a_change_while_a_page_is_made_leaves_it_with_the_version_from_before(
    knowledge: Knowledge,
) -> None:
    inner = Application(body=b"old")
    front = FrontCache(inner, LIMIT)
    inner.meanwhile = lambda: setattr(knowledge, "version", (2, 2))
    ask(front)

    inner.body = b"new"

    assert ask(front).body == b"new"


def test_without_a_database_django_answers_and_nothing_is_handed_out(knowledge: Knowledge) -> None:
    inner = Application(body=b"kept")
    front = FrontCache(inner, LIMIT)
    ask(front)
    looked_after = knowledge.connections_looked_after

    knowledge.version = None
    inner.body, inner.status = b"away", "503 Service Unavailable"
    answers = [ask(front), ask(front, "/other/"), ask(front, method="HEAD")]

    assert [each.status for each in answers] == ["503 Service Unavailable"] * 3
    assert all(MARK not in environ for environ in inner.asked[1:])
    assert knowledge.connections_looked_after == looked_after + 2 * len(answers)


def test_no_interleaving_shows_what_was_before_the_known_version(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Threads take turns at every step that another process or thread could come between."""
    seed = int(os.environ.get("INTERLEAVINGS_SEED") or SystemRandom().randrange(10**9))
    print(f"INTERLEAVINGS_SEED={seed}")  # noqa: T201  (pytest shows it where the test fails)
    seeds = Random(seed)

    runs = [Interleaving(seeds.randrange(10**9), knowledge) for _ in range(INTERLEAVINGS)]
    for each in runs:
        with monkeypatch.context() as patched:
            patched.setattr(wsgi, "known_version", each.known_version)
            patched.setattr(renewals, "Event", each.turns.event)
            each.run()

    assert sum(each.outdated for each in runs) == 0
    # Neither was the cache idle, nor was there nothing to renew.
    asked = sum(each.asked for each in runs)
    assert INTERLEAVINGS * 2 < sum(each.built for each in runs) < asked


class Interleaving:
    """Three readers of one page whose content, a number, a writer raises; now and then a page is
    not allowed, or whoever makes it is killed."""

    def __init__(self, seed: int, knowledge: Knowledge) -> None:
        self.turns, self._random = Turns(seed), Random(seed)
        self._knowledge = knowledge
        self._content = 1
        self.outdated = self.built = self.asked = 0

    def run(self) -> None:
        self._knowledge.version = (1, 1)
        self._front = FrontCache(self._application, LIMIT)
        assert self.turns.run(self._read, self._read, self._read, self._write) == []
        assert len(self._front.renewals) == 0

    def known_version(self) -> tuple[int, int] | None:
        self.turns.pause()
        return self._knowledge.version

    def _application(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.turns.pause()
        body = b"%d" % self._content
        self.turns.pause()
        self.built += 1
        if self._random.random() < 0.1:
            raise SystemExit
        environ[MARK].given = self._random.random() < 0.9
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]

    def _read(self) -> None:
        for _ in range(3):
            known = self._knowledge.version[0]
            self.asked += 1
            with suppress(SystemExit):
                self.outdated += int(ask(self._front).body) < known

    def _write(self) -> None:
        for _ in range(3):
            self.turns.pause()
            self._content += 1
            self.turns.pause()  # the content changed, and this process has not asked yet
            self._knowledge.version = (self._content, self._content)
