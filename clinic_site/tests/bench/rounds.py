"""Every subject once a round, so that what disturbs the machine disturbs them all; figures and ratios."""

import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from .load import Ask, NoAnswer, Run, has_wrk, run
from .posts import run_posts
from .servers import Server

CONNECTIONS = (1, 8, 32)
GOALS_AT = 8
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
SECONDS = int(os.environ.get("BENCH_SECONDS", "2"))
QUIET_SECONDS = 20
LONGEST_SECONDS = 60
CHECKS = 2  # requests before and after a run that look at the status


@dataclass(frozen=True)
class Subject:
    """One thing that is measured: a name, who serves it, what is asked for that many seconds of load.

    With `stored`, which counts rows, its answers are held against what the database has. With several
    `turns` in a round it takes them one by one, between those of the others that have several: how the
    system spreads connections over workers is chance, of what a server answers in a moment the most.
    """

    name: str
    server: Server
    ask: Callable[[int], Ask]
    stored: Callable[[], int] | None = None
    turns: int = 1


@dataclass(frozen=True)
class Figure:
    """What one run gave, and milliseconds of the server's processor for each answer, where known."""

    run: Run
    cpu: float | None


@dataclass(frozen=True)
class Ratio:
    """How one subject stands to another: the median of all turns, the lowest and the highest."""

    middle: float
    lowest: float
    highest: float


class Results:
    """The figures of every turn, by subject and connections."""

    def __init__(self) -> None:
        self._figures: dict[tuple[str, int], list[Figure]] = defaultdict(list)

    def add(self, name: str, connections: int, figure: Figure) -> None:
        self._figures[name, connections].append(figure)

    def of(self, name: str, connections: int) -> list[Figure]:
        return self._figures[name, connections]

    def ratio(self, above: str, below: str, connections: int) -> Ratio:
        """How many times as many answers a second, turn by turn. Both have as many turns."""
        pairs = zip(self.of(above, connections), self.of(below, connections), strict=True)
        each = [one.run.rate / other.run.rate for one, other in pairs]
        return Ratio(median(each), min(each), max(each))

    def cpu_ratio(self, above: str, below: str, connections: int) -> float:
        """The same by the processor time of an answer, which a busy machine disturbs less; 0 if not known."""
        pairs = zip(self.of(above, connections), self.of(below, connections), strict=True)
        return middle(other.cpu / one.cpu for one, other in pairs if one.cpu and other.cpu)


def middle(values: Iterable[float | None]) -> float:
    """The median of what is known; 0 where nothing is."""
    known = [value for value in values if value]
    return median(known) if known else 0.0


def seconds_at(connections: int) -> int:
    """How long a run lasts: the goals speak of eight connections; half of that for the others."""
    return SECONDS if connections == GOALS_AT else max(1, SECONDS // 2)


def measure(subjects: list[Subject]) -> Results:
    """All rounds, after a second of load on each subject that is not counted."""
    results = Results()
    for subject in subjects:
        one_run(subject, GOALS_AT, 1)
    for number in range(1, ROUNDS + 1):
        for connections in CONNECTIONS:
            for subject in in_turns(subjects):
                seconds = max(1, seconds_at(connections) // subject.turns)
                results.add(subject.name, connections, one_run(subject, connections, seconds))
        print(f"round {number} of {ROUNDS} is done", file=sys.stderr, flush=True)
    return results


def in_turns(subjects: Sequence[Subject]) -> Iterator[Subject]:
    """Each subject as often as it has turns. Those with several take theirs side by side, seconds apart:
    what a machine can do in one minute is not what it can do in the next."""
    several = [subject for subject in subjects if subject.turns > 1]
    for turn in range(max((subject.turns for subject in several), default=0)):
        yield from (subject for subject in several if turn < subject.turns)
    yield from (subject for subject in subjects if subject.turns == 1)


def one_run(subject: Subject, connections: int, seconds: int) -> Figure:
    """One run of load, with the server at rest before the next one begins.

    What is not answered once in that time gets twice as long, up to a minute.
    """
    server = subject.server
    before = server.cpu_seconds()
    try:
        found = _load(subject, connections, seconds)
    except NoAnswer:
        if seconds > LONGEST_SECONDS // 2:
            raise
        wait_until_quiet(server)
        return one_run(subject, connections, seconds * 2)
    wait_until_quiet(server)
    after = server.cpu_seconds()
    if before is None or after is None:
        return Figure(found, None)
    # The server has also worked on what was under way when the run ended.
    under_way = connections if has_wrk() else 0
    answers = found.requests + under_way + (0 if subject.stored else CHECKS)
    return Figure(found, (after - before) * 1e3 / answers)


def _load(subject: Subject, connections: int, seconds: int) -> Run:
    ask = subject.ask(seconds)
    if subject.stored:
        return run_posts(ask, connections, seconds, subject.stored)
    return run(ask, connections, seconds)


def wait_until_quiet(server: Server) -> None:
    """Return when the server no longer works on what the load left behind."""
    end = time.monotonic() + QUIET_SECONDS
    spent = server.cpu_seconds()
    while spent is not None and time.monotonic() < end:
        time.sleep(0.15)
        if (now := server.cpu_seconds()) is None or now - spent < 0.01:
            return
        spent = now
