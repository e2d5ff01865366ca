"""Load on one address, by wrk where it is there, else by threads of our own."""

import http.client
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from threading import Barrier, Lock, Thread
from urllib.parse import urlsplit

SCRIPT = Path(__file__).with_name("load.lua")
TIMEOUT = 30
MARK = "BENCH "


class WrongAnswer(Exception):
    """An answer that was not the expected one: figures of error pages are worthless."""


class NoAnswer(WrongAnswer):
    """Nothing came back in time, and nothing failed either."""


@dataclass(frozen=True)
class Ask:
    """One request as a client repeats it. With bodies it is a POST, and each body is sent once."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)
    bodies: Sequence[str] = ()
    expected: int = 200


@dataclass(frozen=True)
class Run:
    """What one run of load gave. Times are milliseconds."""

    requests: int
    seconds: float
    p50: float
    p95: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.requests / self.seconds


def has_wrk() -> bool:
    return shutil.which("wrk") is not None and os.environ.get("BENCH_LOAD") != "python"


def run(ask: Ask, connections: int, seconds: int) -> Run:
    """That many connections ask for that many seconds. Raises WrongAnswer unless all answers are right."""
    if ask.bodies:
        return _load(ask, connections, seconds)
    size = check(ask)
    found = _load(ask, connections, seconds, size)
    check(ask)
    return found


def check(ask: Ask) -> int:
    """The size of the body that a single request gets. Raises WrongAnswer for another status."""
    parts = urlsplit(ask.url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT)
    try:
        return _exchange(connection, ask, None)
    finally:
        connection.close()


def _load(ask: Ask, connections: int, seconds: int, size: int = 0) -> Run:
    load = run_wrk if has_wrk() else run_loop
    return load(ask, connections, seconds, size)


# wrk -------------------------------------------------------------------------------------------


def run_wrk(ask: Ask, connections: int, seconds: int, size: int = 0) -> Run:
    """One run of wrk, on one thread of its own: the cores belong to the server."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "BENCH_EXPECTED": str(ask.expected)}
        if ask.bodies:
            posts = Path(folder) / "posts"
            posts.write_text("".join(f"{body}\n" for body in ask.bodies), encoding="utf-8")
            environment["BENCH_POSTS"] = str(posts)
        command = [
            "wrk", f"-c{connections}", "-t1", f"-d{seconds}s", f"--timeout={TIMEOUT}s", "-s", str(SCRIPT),
        ]  # fmt: skip
        for name, value in _headers(ask).items():
            command += ["-H", f"{name}: {value}"]
        done = subprocess.run(
            [*command, ask.url], env=environment, check=True, stdout=subprocess.PIPE, text=True
        )
    return parse_wrk(done.stdout, ask.url, size)


def parse_wrk(output: str, url: str = "", size: int = 0) -> Run:
    """The figures from the line that load.lua prints. Raises WrongAnswer when any answer was wrong.

    wrk does not tell a redirect from a page: answers smaller than the page are wrong too.
    """
    line = next((line for line in output.splitlines() if line.startswith(MARK)), "")
    if not line:
        raise WrongAnswer(f"{url}: wrk told nothing: {output[-500:]}")
    told = json.loads(line.removeprefix(MARK))
    if told["errors"] or told["bytes"] < size * told["requests"]:
        raise WrongAnswer(f"{url}: {line}")
    if not told["requests"]:
        raise NoAnswer(f"{url}: no answer within {told['seconds']} s")
    return Run(told["requests"], told["seconds"], told["p50"], told["p95"])


# Our own loop ----------------------------------------------------------------------------------


def run_loop(ask: Ask, connections: int, seconds: int, size: int = 0) -> Run:
    """The same with threads of ours, each on one connection that stays open."""
    bodies = iter(ask.bodies)
    client = _Client(ask, bodies if ask.bodies else None, connections, seconds)
    times, taken = client.work()
    if client.wrong:
        raise WrongAnswer(f"{ask.url}: {client.wrong[0]}")
    if not times:
        raise NoAnswer(f"{ask.url}: no answer within {seconds} s")
    milliseconds = [each * 1e3 for each in times]
    return Run(len(times), taken, median(milliseconds), percentile95(milliseconds))


def percentile95(values: list[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]


class _Client:
    """Threads that start together and stop at the same moment."""

    def __init__(
        self, ask: Ask, bodies: Iterator[str] | None, connections: int, seconds: int
    ) -> None:
        self.ask = ask
        self.bodies = bodies
        self.seconds = seconds
        self.wrong: list[str] = []
        self._times: list[float] = []
        self._lock = Lock()
        self._start = Barrier(connections + 1)
        self._threads = [Thread(target=self._one) for _ in range(connections)]

    def work(self) -> tuple[list[float], float]:
        """How long each answer took, and how long all of them."""
        for thread in self._threads:
            thread.start()
        self._start.wait()
        started = time.perf_counter()
        for thread in self._threads:
            thread.join()
        return self._times, time.perf_counter() - started

    def _next(self) -> str | None:
        """The next body; empty for a GET, None when all are sent."""
        if self.bodies is None:
            return ""
        with self._lock:
            return next(self.bodies, None)

    def _one(self) -> None:
        connection = http.client.HTTPConnection(urlsplit(self.ask.url).netloc, timeout=TIMEOUT)
        self._start.wait()
        try:
            self._times.extend(self._answers(connection))
        except (WrongAnswer, OSError, http.client.HTTPException) as error:
            self.wrong.append(str(error) or type(error).__name__)
        finally:
            connection.close()

    def _answers(self, connection: http.client.HTTPConnection) -> Iterable[float]:
        times = []
        end = time.perf_counter() + self.seconds
        while (now := time.perf_counter()) < end and (body := self._next()) is not None:
            _exchange(connection, self.ask, body or None)
            times.append(time.perf_counter() - now)
        return times


def _exchange(connection: http.client.HTTPConnection, ask: Ask, body: str | None) -> int:
    """One request on that connection; returns the size of its body."""
    parts = urlsplit(ask.url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    connection.request("POST" if body else "GET", path, body, _headers(ask))
    with connection.getresponse() as response:
        size = len(response.read())
        if response.status != ask.expected:
            raise WrongAnswer(f"{ask.url} answered {response.status}, not {ask.expected}")
    return size


def _headers(ask: Ask) -> dict[str, str]:
    form = {"Content-Type": "application/x-www-form-urlencoded"} if ask.bodies else {}
    return {**form, **ask.headers}
