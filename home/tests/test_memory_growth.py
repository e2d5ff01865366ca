"""What an answer leaves behind in the process: nothing, on the content that `make run` makes."""

import gc
import io
import logging
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.wsgi import get_wsgi_application

from booking.models import Location
from clinic_site.tests.fixtures import valid_request
from clinic_site.tests.front_cache.front import ask

ROUNDS = 50
# The least that a request which is never let go would leave. Without one, 10 KB in all come and go.
BYTES_A_REQUEST = 500


@pytest.fixture
def site(sample_content: str, connection_stays: None, vault: object) -> Iterator[Any]:
    """The site as gunicorn calls it: Django's test client grows. No log, of which pytest keeps each line."""
    logging.disable(logging.CRITICAL)
    yield get_wsgi_application()
    logging.disable(logging.NOTSET)


def post(site: Any, place: Location) -> str:
    body = urlencode(valid_request(place)).encode()
    environ = {
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    return ask(site, "/book/", "POST", **environ).status


def grown(request: Callable[[], Any]) -> float:
    """Bytes by which the process grows with each request, once it is warm."""

    def used() -> int:
        for _ in range(ROUNDS):
            request()
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        used(), used()
        before = used()
        return (used() - before) / ROUNDS
    finally:
        tracemalloc.stop()


def test_requests_leave_nothing_behind(site: Any) -> None:
    numbers = count()
    place = Location.objects.filter(active=True).first()
    asked: dict[str, Callable[[], str]] = {
        "200 OK": lambda: ask(site, "/articles/how-does-ketamine-work-for-depression/").status,
        "404 Not Found": lambda: ask(site, f"/nothing-{next(numbers)}/").status,
        "303 See Other": lambda: post(site, place),
    }

    assert [request() for request in asked.values()] == list(asked)
    left = {status: grown(request) for status, request in asked.items()}
    assert max(left.values()) < BYTES_A_REQUEST, left


def test_what_is_left_behind_is_seen() -> None:
    kept: list[bytes] = []
    assert grown(lambda: kept.append(bytes(BYTES_A_REQUEST))) > BYTES_A_REQUEST
