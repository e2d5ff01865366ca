"""What one warm request costs this process: queries and milliseconds of the processor, without the server."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from . import posts, trial_site
from .load import WrongAnswer
from .printing import heading, row

WARM, COUNTED = 5, 30


@dataclass(frozen=True)
class Cost:
    """Queries of one request, and the median of what requests took of the processor and in all."""

    queries: int
    cpu: float
    whole: float


def client() -> Client:
    return Client(SERVER_NAME="127.0.0.1")


def cost_of(request: Callable[[], Any], status: int = 200) -> Cost:
    """The cost of one request. Raises WrongAnswer when it does not answer with that status."""
    for _ in range(WARM):
        if (answer := request()).status_code != status:
            raise WrongAnswer(f"{answer.request['PATH_INFO']} answered {answer.status_code}")
    with CaptureQueriesContext(connection) as captured:
        request()
        queries = len(captured)
    cpu, whole = [], []
    for _ in range(COUNTED):
        cpu_start, start = time.thread_time(), time.perf_counter()
        request()
        cpu.append((time.thread_time() - cpu_start) * 1e3)
        whole.append((time.perf_counter() - start) * 1e3)
    return Cost(queries, median(cpu), median(whole))


def show_one(name: str, cost: Cost) -> None:
    row(name, str(cost.queries), f"{cost.cpu:.2f} ms", f"{cost.whole:.2f} ms", "")


def show() -> None:
    """Every kind of page of the trial."""
    heading("One warm request, in process", "queries", "CPU", "whole", "")
    visitor = client()
    for name, path in (
        ("article", trial_site.ARTICLE),
        ("home", "/"),
        ("common questions", "/common-questions/"),
        ("privacy", "/privacy/"),
        ("list of articles", "/articles/"),
        ("booking page", posts.BOOKING),
    ):
        show_one(name, cost_of(lambda path=path: visitor.get(path)))
    show_one("an unknown address", cost_of(lambda: visitor.get("/nothing-here/"), 404))
    _show_booking(visitor)


def _show_booking(visitor: Client) -> None:
    import time_machine

    from booking.public.form.tokens import new_token

    answers = posts.booking_answers()
    with time_machine.travel(timezone.now() - timedelta(minutes=1), tick=False):
        tokens = iter([new_token() for _ in range(WARM + COUNTED + 1)])
    confirmations: list[str] = []

    def send() -> Any:
        answer = visitor.post(posts.BOOKING, {**answers, "token": next(tokens)})
        confirmations.append(answer.get("Location", ""))
        return answer

    show_one("booking POST", cost_of(send, 303))
    show_one("confirmation", cost_of(lambda: visitor.get(confirmations[-1])))
